from datetime import date

from odoo.tests import tagged

from .common import AppealCommon


@tagged("post_install", "-at_install")
class TestClocks(AppealCommon):
    """How long the office may take. Dates counted by hand: 2 March 2026 is a Monday."""

    def test_five_working_days(self):
        """R01 5.5: filed on Tuesday 3: 4, 5, 6, 9, 10 March; ends with the service."""
        ticket = self._served()
        self.go(3)
        appeal = self._under_review(ticket)
        clock = self._clocks(appeal)
        self.assertEqual(clock.due_date, date(2026, 3, 10))
        self.assertEqual(appeal.due_date, date(2026, 3, 10))
        self.assertEqual(clock.clause, "5.5")
        self.go(9)
        appeal.write({"outcome": "upheld", "reasons": "Looked again."})
        appeal.action_decide()
        self.assertEqual(clock.state, "running", "the parties do not know yet")
        self._serve(self._notices(appeal, "appeal_result", "complainant"))
        self.assertEqual(clock.state, "running")
        self.go(10)
        self._serve(appeal.notice_ids)
        self.assertEqual(clock.state, "met")
        self.assertFalse(appeal.due_date)

    def test_too_late(self):
        appeal = self._under_review()
        self.go(10)
        self.assertEqual(appeal.due_state, "overdue")
        overdue = self.env["complaint.appeal"].search([("due_date", "<", "2026-03-10")])
        self.assertIn(appeal, overdue)
        appeal.write({"outcome": "upheld", "reasons": "Looked again."})
        appeal.action_decide()
        self._serve(appeal.notice_ids)
        self.assertEqual(self._clocks(appeal).state, "met_late")

    def test_dismissal_ends_it_too(self):
        appeal = self._filed()
        appeal.with_user(self.reviewer).action_dismiss("Not ours.")
        self._serve(appeal.notice_ids)
        self.assertEqual(self._clocks(appeal).state, "met")

    def test_a_case_is_due_by_its_appeal(self):
        ticket = self._served()
        self.assertFalse(ticket.next_due)
        self._filed(ticket)
        self.assertEqual(ticket.next_due_date, date(2026, 3, 9))

    def test_limits_of_one_level(self):
        self._ladder({}, {"name": "Review", "sequence": 20})
        self.regulation.sla_policy_ids.filtered(
            lambda item: item.start_event == "appeal_filed"
        ).appeal_level = 1
        self._policy("appeal_filed", "appeal_decided", 30, unit="calendar_day",
                     appeal_level=2)  # fmt: skip
        first = self._decided()
        self.assertEqual(first.deadline_ids.due_date, date(2026, 3, 9))
        self._serve(first.notice_ids)
        second = self._filed(first.ticket_id)
        self.assertEqual(second.deadline_ids.due_date, date(2026, 4, 1))

    def test_climbing_before_the_other_side_got_its_paper(self):
        """The clock of the lower level makes room; late stays late."""
        self._ladder({}, {"name": "Review", "sequence": 20})
        for day, state in ((4, "cancelled"), (10, "met_late")):
            with self.subTest(state):
                self.go(2)
                first = self._decided()
                self._serve(self._notices(first, "appeal_result", "complainant"))
                self.go(day)
                if day == 10:
                    self.go(10)
                second = self._draft_appeal(first.ticket_id)
                second.action_file()
                self.assertEqual(first.deadline_ids.state, state)
                self.assertEqual(second.deadline_ids.state, "running")

    def test_a_remand_starts_the_investigation_anew(self):
        """R01 5.2 again: remanded on Thursday 5: 6, 9, 10, 11, 12 March."""
        ticket = self._served()
        self.go(5)
        self._decided(ticket, "remanded")
        clock = ticket.deadline_ids.filtered(lambda item: item.state == "running")
        clock -= self._clocks(ticket).filtered("appeal_id")
        self.assertEqual(clock.clause, "5.2")
        self.assertEqual(clock.due_date, date(2026, 3, 12))
        self.assertIn("Sent back by an appeal", clock.explanation_text)
        self.go(12)
        self._submit(ticket)
        self.assertEqual(clock.state, "met")
        result = ticket.deadline_ids.filtered(
            lambda item: item.clause == "5.3" and item.state == "running"
        )
        # 13, 16 to 20, 23 to 26 March
        self.assertEqual(result.due_date, date(2026, 3, 26))

    def test_a_changed_holiday_moves_it(self):
        appeal = self._filed()
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Founding Day",
                "calendar_id": self.calendar.id,
                "date_from": "2026-03-04 16:00:00",
                "date_to": "2026-03-05 15:59:59",
            }
        )
        self.env["resource.calendar"]._complaint_recompute_changed()
        self.assertEqual(appeal.due_date, date(2026, 3, 10))

    def test_who_is_reminded(self):
        """The reviewer, never the handler whose work is contested."""
        appeal = self._filed()
        clock = self._clocks(appeal).sudo()

        def told(ladders):
            return set(clock._readers(ladders, absent=()))

        self.assertEqual(told("_ladders_soon"), {self.leader, self.reviewer})
        appeal.with_user(self.leader).action_assign(self.reviewer)
        self.assertEqual(told("_ladders_soon"), {self.reviewer})
        self.assertEqual(told("_ladders_late"), {self.leader, self.reviewer})

    def test_queries_of_a_step(self):
        """Filing costs the same whatever else is on file."""
        counts = []
        for _turn in range(2):
            appeal = self._draft_appeal(self._served())
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            appeal.action_file()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            for _other in range(2):
                self._filed()
        self.assertLessEqual(counts[1], counts[0] + 3)
