from datetime import date, datetime

from odoo import Command
from odoo.tests import tagged

from .common import AppealCommon


@tagged("post_install", "-at_install")
class TestWindow(AppealCommon):
    """Until when a party may appeal, and why until then. Dates counted by hand."""

    def _window(self, ticket, party=None):
        return ticket.with_user(self.clerk)._appeal_window(party)

    def test_three_working_days_from_service(self):
        """R01 5.4: served on Monday; Tuesday, Wednesday, Thursday."""
        ticket = self._served()
        window = self._window(ticket)
        self.assertEqual(window.level, self.level)
        self.assertEqual(
            (window.start, window.end), (date(2026, 3, 2), date(2026, 3, 5))
        )
        self.assertTrue(window.open)
        self.assertEqual(window.reason, f"Possible until {self._day(3, 5)}.")
        self.go(5, hour=23)
        self.assertEqual(self._window(ticket).state, "open", "until midnight")
        self.go(6, hour=0)
        self.assertEqual(self._window(ticket).state, "late")
        self.assertFalse(self._window(ticket).open)

    def test_weekend_and_holiday(self):
        """Served on Thursday 5; Friday 6 is off, the weekend too: 9, 10, 11 March."""
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Founding Day",
                "calendar_id": self.calendar.id,
                "date_from": datetime(2026, 3, 5, 16, 0),
                "date_to": datetime(2026, 3, 6, 15, 59, 59),
            }
        )
        self.go(5)
        ticket = self._served()
        window = self._window(ticket)
        self.assertEqual(window.end, date(2026, 3, 11))
        why = " ".join(ticket._appeal_window_why(window))
        self.assertIn("Founding Day", why)
        self.assertIn("2 weekend days", why)
        self.assertIn("notice received", why)
        self.assertIn("24:00", why)

    def test_makeup_working_day(self):
        """Saturday 7 March is worked: served on Thursday, 6, 7 and 9 March."""
        self.calendar.complaint_working_day_ids = [
            Command.create({"date": date(2026, 3, 7), "name": "Make-up"})
        ]
        self.go(5)
        self.assertEqual(self._window(self._served()).end, date(2026, 3, 9))

    def test_fifteen_calendar_days(self):
        """R02 10: 15 days after Monday 2 March are over on 17 March."""
        self._ladder({"quantity": 15, "unit": "calendar_day"})
        self.assertEqual(self._window(self._served()).end, date(2026, 3, 17))

    def test_last_day_is_no_working_day(self):
        """Ends on Saturday 7 March, therefore on Monday 9 March."""
        self._ladder({"quantity": 5, "unit": "calendar_day"})
        ticket = self._served()
        window = self._window(ticket)
        self.assertEqual(window.end, date(2026, 3, 9))
        self.assertIn("is no working day", " ".join(ticket._appeal_window_why(window)))

    def test_a_month(self):
        self._ladder({"quantity": 1, "unit": "month"})
        self.assertEqual(self._window(self._served()).end, date(2026, 4, 2))

    def test_before_service(self):
        """Who knows the result may appeal before the paper is handed over."""
        ticket = self._notified()
        window = self._window(ticket)
        self.assertTrue(window.open)
        self.assertIsNone(window.end)
        self.assertIn("3 working days", window.reason)
        self.go(20)
        self.assertTrue(self._window(ticket).open, "the window has not begun")

    def test_each_party_has_its_own_day(self):
        self._ladder({"applicant": "both"})
        ticket = self._notified()
        self._serve(self._notices(ticket, addressee="complainant"))
        self.go(4)
        self._serve(self._notices(ticket, addressee="respondent"))
        windows = ticket.with_user(self.clerk)._appeal_windows()[ticket]
        self.assertEqual(
            {party: window.end for party, window in windows.items()},
            {
                self.nobody: date(2026, 3, 5),
                ticket.respondent_ids: date(2026, 3, 9),
            },
        )
        for party, window in windows.items():
            self.assertEqual(window, self._window(ticket, party))

    def test_start_events(self):
        for event, start in (("issued", 2), ("served", 3), ("all_served", 4)):
            with self.subTest(event):
                self.go(2)
                self._ladder({"start_event": event})
                ticket = self._notified()
                self.go(3)
                self._serve(self._notices(ticket, addressee="complainant"))
                if event == "all_served":
                    self.assertIsNone(self._window(ticket).start)
                self.go(4)
                self._serve(self._notices(ticket))
                self.assertEqual(self._window(ticket).start, date(2026, 3, start))

    def test_endless(self):
        self._ladder({"quantity": 0})
        ticket = self._served()
        self.go(date(2027, 3, 1))
        window = self._window(ticket)
        self.assertTrue(window.open)
        self.assertEqual(window.reason, "There is no time limit.")

    def test_why_not(self):
        """Each obstacle has its own state and sentence."""
        early = self._to(self._complaint(respondent_ids=self._respondent()), "deciding")
        self.assertEqual(self._window(early).state, "no_result")
        ticket = self._served()
        respondent = self._window(ticket, ticket.respondent_ids)
        self.assertEqual(respondent.state, "not_party")
        self.assertIn("Only the complainant", respondent.reason)
        appeal = self._under_review(ticket)
        busy = self._window(ticket)
        self.assertEqual(busy.state, "busy")
        self.assertIn(appeal.number, busy.reason)
        appeal.write({"outcome": "upheld", "reasons": "Again the same."})
        appeal.action_decide()
        final = self._window(ticket)
        self.assertEqual(final.state, "final")
        self.assertFalse(final.level)

    def test_a_regulation_without_appeals(self):
        self._ladder()
        window = self._window(self._served())
        self.assertEqual(window.state, "unknown")
        self.assertIn(self.regulation.name, window.reason)

    def test_void_notice_starts_nothing(self):
        ticket = self._notified()
        self._notices(ticket, addressee="complainant").with_user(
            self.leader
        ).action_void("Misspelt.")
        self.assertEqual(self._window(ticket).state, "no_result")

    def test_broken_calendar_costs_nobody_a_right(self):
        ticket = self._served()
        self.calendar.attendance_ids = [Command.clear()]
        self.calendar.invalidate_recordset()
        window = self._window(ticket)
        if window.end:
            self.skipTest("a calendar without hours still has working days")
        self.assertTrue(window.open)

    def test_sentences(self):
        ticket = self._notified()
        told = " ".join(ticket._appeal_window_sentences(self._window(ticket)))
        self.assertIn("Sunflower Street Office", told)
        self.assertIn("within 3 working days of receiving this notice", told)
        self.assertIn("clause 5.4", told)
        self.assertNotIn("last day", told)
        self._serve(ticket.notice_ids)
        told = " ".join(ticket._appeal_window_sentences(self._window(ticket)))
        self.assertIn(f"The last day is {self._day(3, 5)}", told)
        self.go(9)
        told = ticket._appeal_window_sentences(self._window(ticket))
        self.assertEqual(told[-1], f"The time to apply ended on {self._day(3, 5)}.")

    def test_queries_do_not_grow(self):
        """One set of queries for a list of cases, however many."""
        counts = []
        for number in (2, 20):
            tickets = self._served_together(number)
            self.env.flush_all()
            self.env.invalidate_all()
            tickets = tickets.with_user(self.clerk)
            before = self.env.cr.sql_log_count
            windows = tickets._appeal_windows()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(windows), number)
            self.assertTrue(all(found[self.nobody].end for found in windows.values()))
        self.assertLessEqual(counts[1], counts[0] + 2)
        self.assertLessEqual(counts[1], 20)

    def _served_together(self, number):
        """Return cases that took every step in one go, which prints much faster."""
        tickets = self.env["helpdesk.ticket"].create(
            [self._vals(user_id=self.handler.id) for _case in range(number)]
        )
        tickets.with_user(self.clerk).action_accept()
        tickets.with_user(self.handler).action_start_investigation()
        cases = [{"ticket_id": ticket.id} for ticket in tickets]
        self.env["complaint.inquiry"].create(
            [{**case, "kind": "visit", "summary": "Heard."} for case in cases]
        )
        tickets.with_user(self.handler).findings = "It is so."
        tickets.with_user(self.handler).action_submit_findings()
        self.env["complaint.decision"].create(
            [{**case, "conclusion": "partly", "reasons": "Heard."} for case in cases]
        )
        tickets.with_user(self.leader).action_decide()
        tickets.with_user(self.clerk).action_notify()
        self._serve(tickets.notice_ids)
        return tickets
