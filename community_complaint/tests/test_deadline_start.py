from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tests import tagged, warmup

from .test_reminder import ReminderCommon


class LimitCommon(ReminderCommon):
    """Limits of one's own beside R01's; messages that arrive or come back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.sla_policy_ids.active = False

    @classmethod
    def _limit(cls, clause, start, end, quantity=5, unit="calendar_day", **vals):
        return cls.env["complaint.sla.policy"].create(
            {
                "name": clause,
                "clause": clause,
                "regulation_id": cls.regulation.id,
                "quantity": quantity,
                "unit": unit,
                "start_event": start,
                "end_event": end,
                "roll": False,
                **vals,
            }
        )

    def _clocks(self, ticket, clause):
        clocks = ticket.deadline_ids.sorted("id")
        return clocks.filtered(lambda item: item.clause == clause)

    def _call(self, ticket, duty, day=None, text="It is so."):
        """Tell the complainant something by phone, and prove it."""
        case = ticket.with_user(self.clerk)
        case.action_write_to_complainant(text, duty=duty, channel="phone")
        call = self.env["complaint.dispatch"].search(
            [("ticket_id", "=", ticket.id)], limit=1
        )
        # PostgreSQL's clock is not frozen
        self.env.cr.execute(
            "UPDATE complaint_dispatch SET create_date = %s WHERE id = %s",
            [ticket.received_date, call.id],
        )
        call.invalidate_recordset(["create_date"])
        call.with_user(self.clerk).action_prove(
            "Li Lei, at ten.", day or ticket._office_date()
        )
        return call


@tagged("post_install", "-at_install")
class TestFirstOfTwo(LimitCommon):
    """EU 2019/1937, 9(1)(b), (f): 7 days to acknowledge, 3 months from whichever is first.

    Received on Friday 6 November 2026: acknowledged by the 13th at the latest.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receipt = cls._limit("b", "received", "acknowledged", 7, end_of="day")
        cls.feedback = cls._limit(
            "f",
            "acknowledged",
            "served",
            3,
            "month",
            other_start_event="silence",
            silence_of="acknowledged",
            other_end_event="refuse_told",
        )

    def setUp(self):
        super().setUp()
        with freeze_time("2026-11-06 02:00:00"):
            self.ticket = self._complaint()

    def test_from_the_acknowledgement(self):
        with freeze_time("2026-11-09 02:00:00"):
            self._call(self.ticket, "acknowledge")
        self.assertEqual(self._clocks(self.ticket, "b").state, "met")
        self.assertEqual(self._clocks(self.ticket, "f").due_date, date(2027, 2, 9))
        self._run("2026-11-16 02:00:00")
        self.assertEqual(len(self._clocks(self.ticket, "f")), 1, "nobody was silent")

    def test_from_the_silence(self):
        self._run("2026-11-13 15:59:00")
        self.assertFalse(self._clocks(self.ticket, "f"), "a minute is left")
        self._run("2026-11-13 16:01:00")
        clock = self._clocks(self.ticket, "f")
        self.assertEqual(clock.start_date, date(2026, 11, 13), "midnight ends that day")
        self.assertEqual(clock.due_date, date(2027, 2, 13))
        self.assertIn("time ran out without: Receipt", clock.explanation_text)
        self._run("2026-11-20 02:00:00")
        with freeze_time("2026-11-20 02:00:00"):
            self._call(self.ticket, "acknowledge")
        self.assertEqual(self._clocks(self.ticket, "b").state, "met_late")
        self.assertEqual(self._clocks(self.ticket, "f"), clock)
        self.assertEqual(clock.due_date, date(2027, 2, 13), "silence came first")

    def test_silence_that_nobody_looked_at(self):
        """The job did not run; the late acknowledgement still is the later one."""
        with freeze_time("2026-11-20 02:00:00"):
            self._call(self.ticket, "acknowledge")
        clock = self._clocks(self.ticket, "f")
        self.assertEqual(clock.start_event, "silence:acknowledged")
        self.assertEqual(clock.due_date, date(2027, 2, 13))

    def test_what_is_told_of_the_matter_tells_of_the_receipt(self):
        with freeze_time("2026-11-09 02:00:00"):
            self._call(self.ticket, "tell")
        self.assertEqual(self._clocks(self.ticket, "b").state, "met")
        clock = self._clocks(self.ticket, "f")
        self.assertEqual(clock.start_event, "acknowledged")
        self.assertEqual(clock.due_date, date(2027, 2, 9))
        with freeze_time("2026-11-10 02:00:00"):
            self._call(self.ticket, "tell", text="And so on.")
        self.assertEqual(self._clocks(self.ticket, "f"), clock)

    def test_known_later_that_it_was_in_time(self):
        self._run("2026-11-16 02:00:00")
        clock = self._clocks(self.ticket, "f")
        self.assertEqual(clock.due_date, date(2027, 2, 13))
        with freeze_time("2026-11-18 02:00:00"):
            self._call(self.ticket, "acknowledge", date(2026, 11, 10))
        self.assertEqual(self._clocks(self.ticket, "b").state, "met")
        self.assertEqual(self._clocks(self.ticket, "f"), clock)
        self.assertEqual(clock.start_event, "acknowledged")
        self.assertEqual(clock.due_date, date(2027, 2, 10))

    def test_what_did_not_arrive_acknowledged_nothing(self):
        with freeze_time("2026-11-09 02:00:00"):
            message = self._call(self.ticket, "acknowledge")
            other = self._call(self.ticket, "tell", text="And so on.")
        with freeze_time("2026-11-17 02:00:00"):
            other._do_step("return", "Another number.")
            self.assertEqual(self._clocks(self.ticket, "b").state, "met")
            message._do_step("return", "Another number.")
            self.assertEqual(self._clocks(self.ticket, "b").state, "running")
            self.assertEqual(self._clocks(self.ticket, "f").state, "cancelled")
        self._run("2026-11-17 03:00:00")
        self.assertEqual(self._clocks(self.ticket, "f")[-1].due_date, date(2027, 2, 13))

    def test_who_is_refused_gets_feedback_too(self):
        with freeze_time("2026-11-09 02:00:00"):
            self._call(self.ticket, "acknowledge")
            self.ticket.with_user(self.clerk).action_refuse("Not ours")
            clock = self._clocks(self.ticket, "f")
            self.assertEqual(clock.state, "running", "nobody told them yet")
            self._tell(self.ticket)
        self.assertEqual(clock.state, "met")
        with freeze_time("2026-11-10 02:00:00"):
            self._call(self.ticket, "tell", text="And so on.")
        self.assertEqual(self._clocks(self.ticket, "f"), clock, "owed once")

    def test_a_holiday_entered_late_moves_what_followed(self):
        self.receipt.write({"unit": "working_day", "quantity": 5})
        with freeze_time("2026-11-06 02:00:00"):
            ticket = self._complaint()
        self._run("2026-11-16 02:00:00")
        clock = self._clocks(ticket, "f")
        self.assertEqual(clock.start_date, date(2026, 11, 13))
        with freeze_time("2026-11-17 02:00:00"):
            self.env["resource.calendar.leaves"].create(
                {
                    "name": "Storm",
                    "calendar_id": self.calendar.id,
                    "date_from": "2026-11-11 16:00:00",
                    "date_to": "2026-11-12 15:59:59",
                }
            )
            self.env.cr.precommit.run()
        self.assertEqual(self._clocks(ticket, "b").due_date, date(2026, 11, 16))
        self.assertEqual(clock.start_date, date(2026, 11, 16))
        self.assertEqual(clock.due_date, date(2027, 2, 16))

    def test_classified_anew(self):
        """Whoever became complex only now is owed feedback since the silence."""
        self.feedback.complexity = "complex"
        self._run("2026-11-16 02:00:00")
        self.assertFalse(self._clocks(self.ticket, "f"))
        with freeze_time("2026-11-18 02:00:00"):
            self.ticket.with_user(self.clerk).complexity = "complex"
        clock = self._clocks(self.ticket, "f")
        self.assertEqual(clock.due_date, date(2027, 2, 13))

    @warmup
    def test_cost_of_many(self):
        for number in (10, 100):
            with freeze_time("2026-11-06 02:00:00"):
                tickets = self.env["helpdesk.ticket"].create(
                    [self._vals() for _n in range(number)]
                )
                self.env.flush_all()
            self._run("2026-11-06 03:00:00")
            self.env.invalidate_all()
            with (
                freeze_time("2026-11-16 02:00:00"),
                self.assertQueryCount(10),
            ):
                self.env["complaint.deadline"]._cron_run_out()
                self.env.flush_all()
            self.assertEqual(
                len(tickets.deadline_ids.filtered(lambda item: item.clause == "f")),
                number,
            )


@tagged("post_install", "-at_install")
class TestStarts(LimitCommon):
    """Limits that begin with the incident, a refusal, or another one's last day."""

    def test_reasons_after_a_refusal(self):
        """Told why within five working days of the refusal: Tuesday to Monday."""
        self._limit("r", "refused", "refuse_told", unit="working_day")
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint()
            ticket.with_user(self.clerk).action_refuse("Not ours")
        clock = self._clocks(ticket, "r")
        self.assertEqual((clock.state, clock.due_date), ("running", date(2026, 3, 9)))
        self.assertEqual(ticket.next_due_date, date(2026, 3, 9), "it is on the lists")
        sent = self._run("2026-03-10 01:00:00")
        self.assertIn(ticket.number, "".join(m.body for m in sent[self.leader]))
        with freeze_time("2026-03-10 04:00:00"):
            self._tell(ticket)
        self.assertEqual(clock.state, "met_late")

    def test_a_right_begins_when_nothing_came(self):
        """No answer in ten days: within a month one may go on."""
        self._limit("a", "received", "served", 10)
        self._limit(
            "g",
            "silence",
            "withdrawn",
            1,
            "month",
            silence_of="served",
            is_window=True,
        )
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint()
        self._run("2026-03-13 01:00:00")
        window = self._clocks(ticket, "g")
        # 2 March and ten days are the 12th, and a month more
        self.assertEqual(window.due_date, date(2026, 4, 12))
        self.assertFalse(window.is_overdue)
        self._run("2026-04-14 01:00:00")
        self.assertEqual(window.state, "expired")

    def test_from_the_incident(self):
        self._limit("i", "incident", "accepted", 30)
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint()
            self.assertFalse(self._clocks(ticket, "i"))
            ticket.with_user(self.clerk).incident_date = "2026-02-20"
            clock = self._clocks(ticket, "i")
            # 20 February and thirty days
            self.assertEqual(clock.due_date, date(2026, 3, 22))
            ticket.with_user(self.clerk).incident_date = "2026-02-22"
            self.assertEqual(clock.state, "cancelled")
            clock = self._clocks(ticket, "i") - clock
            self.assertEqual(clock.due_date, date(2026, 3, 24))
            other = self._complaint(incident_date="2026-02-22")
        self.assertEqual(self._clocks(other, "i").due_date, date(2026, 3, 24))

    def _time_to_complain(self, too_late):
        return self._limit(
            "t",
            "incident",
            "received",
            12,
            "month",
            is_window=True,
            end_of="day",
            too_late=too_late,
        )

    def test_too_late_and_asked_why(self):
        """Twelve months from 2 March 2025 end with 2 March 2026."""
        self._time_to_complain("ask")
        with freeze_time("2026-03-02 15:59:00"):
            ticket = self._complaint(incident_date="2025-03-02")
            self.assertFalse(ticket.came_too_late, "the last minute")
            self.assertFalse(ticket.deadline_ids, "nobody's clock runs")
        with freeze_time("2026-03-02 16:01:00"):
            ticket = self._complaint(incident_date="2025-03-02")
            self.assertEqual(ticket.came_too_late, "ask")
            with self.assertRaisesRegex(UserError, "why it is taken all the same"):
                self._accept(ticket)
            ticket.with_user(self.clerk).late_reason = "Was in hospital."
            self._accept(ticket)
        self.assertEqual(ticket.phase, "accepted")

    def test_too_late_and_refused(self):
        self._time_to_complain("refuse")
        with freeze_time("2026-03-03 04:00:00"):
            ticket = self._complaint(incident_date="2025-03-02")
            ticket.with_user(self.clerk).late_reason = "Was in hospital."
            with self.assertRaisesRegex(UserError, "until .*2026.* Refuse it"):
                self._accept(ticket)
            ticket.with_user(self.clerk).action_refuse(ticket.too_late_text)

    def test_too_late_and_shown(self):
        self._time_to_complain(False)
        with freeze_time("2026-03-03 04:00:00"):
            ticket = self._complaint(incident_date="2025-03-02")
            self.assertEqual(ticket.came_too_late, "show")
            self._accept(ticket)
            self.assertFalse(self._complaint().came_too_late, "day not known")

    def test_either_end(self):
        self._limit("e", "received", "replied", other_end_event="investigated")
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint()
            self._to(ticket, "deciding")
        self.assertEqual(self._clocks(ticket, "e").state, "met")

    def test_nonsense(self):
        for part, vals in (
            ("only begins one", {"end": "silence"}),
            ("only begins one", {"end": "closed", "other_end_event": "incident"}),
            ("the event it starts with", {"other_start_event": "closed"}),
            ("say what did not happen", {"other_start_event": "silence"}),
            (
                "must have a time limit",
                {"other_start_event": "silence", "silence_of": "incident"},
            ),
            ("only the day", {"other_start_event": "incident", "unit": "hour"}),
            ("complainant's own time", {"start": "incident", "end": "received"}),
            ("comes again", {"repeats": "due", "is_window": True}),
        ):
            values = {"start": "received", "end": "closed", **vals}
            with self.subTest(vals), self.assertRaisesRegex(ValidationError, part):
                self._limit("n", **values)

    def test_names(self):
        limit = self._limit(
            "n",
            "acknowledged",
            "served",
            other_start_event="silence",
            silence_of="acknowledged",
        )
        self.assertIn(
            "Receipt acknowledged, or time ran out without: Receipt acknowledged, "
            "whichever comes first",
            limit.preview,
        )


@tagged("post_install", "-at_install")
class TestRounds(LimitCommon):
    """An update every ten working days, until the result: Mondays of two weeks."""

    def _updates(self, repeats, **vals):
        return self._limit(
            "u",
            "received",
            "informed",
            10,
            "working_day",
            other_end_event="served",
            repeats=repeats,
            **vals,
        )

    def _rounds(self, ticket):
        return [
            (item.round, str(item.due_date), item.state)
            for item in self._clocks(ticket, "u")
        ]

    def _started(self):
        with freeze_time("2026-03-02 04:00:00"):
            return self._complaint()

    def test_counted_from_the_last_day_before(self):
        self._updates("due")
        ticket = self._started()
        with freeze_time("2026-03-11 04:00:00"):
            self._call(ticket, "tell")
        self.assertEqual(
            self._rounds(ticket),
            [(1, "2026-03-16", "met"), (2, "2026-03-30", "running")],
        )
        self.assertEqual(self._clocks(ticket, "u")[1].name, "u (round 2)")
        with freeze_time("2026-03-12 04:00:00"):
            self._call(ticket, "tell", text="Still at it.")
        self.assertEqual(len(self._rounds(ticket)), 2, "that was round 1's time")
        with freeze_time("2026-04-01 04:00:00"):
            self._call(ticket, "tell", text="Almost.")
        self.assertEqual(
            self._rounds(ticket)[1:],
            # ten working days after Monday 30 March, no holidays in this calendar
            [(2, "2026-03-30", "met_late"), (3, "2026-04-13", "running")],
        )

    def test_counted_from_the_day_it_was_met(self):
        self._updates("met")
        ticket = self._started()
        with freeze_time("2026-03-11 04:00:00"):
            self._call(ticket, "tell")
        self.assertEqual(self._rounds(ticket)[1], (2, "2026-03-25", "running"))

    def test_one_message_after_three_missed_rounds(self):
        self._updates("due")
        ticket = self._started()
        with freeze_time("2026-04-15 04:00:00"):
            self._call(ticket, "tell")
        self.assertEqual(
            self._rounds(ticket),
            [
                (1, "2026-03-16", "met_late"),
                (2, "2026-03-30", "met_late"),
                (3, "2026-04-13", "met_late"),
                (4, "2026-04-27", "running"),
            ],
        )

    def test_until_the_result(self):
        self._updates("due")
        ticket = self._started()
        with freeze_time("2026-03-12 04:00:00"):
            self._to(ticket, "notified")
            self.assertEqual(self._rounds(ticket), [(1, "2026-03-16", "running")])
            self._close(ticket)
        self.assertEqual(self._rounds(ticket), [(1, "2026-03-16", "met")])

    def test_until_the_end_of_the_case(self):
        self._updates("due")
        ticket = self._started()
        with freeze_time("2026-03-18 04:00:00"):
            ticket.with_user(self.clerk).action_withdraw("Settled")
        [clock] = self._clocks(ticket, "u")
        self.assertEqual(clock.chip_state, "cancelled_late")

    def test_what_came_back_takes_the_next_round_back(self):
        for repeats in ("due", "met"):
            with self.subTest(repeats):
                limit = self._updates(repeats)
                ticket = self._started()
                with freeze_time("2026-03-11 04:00:00"):
                    message = self._call(ticket, "tell")
                    message._do_step("return", "Another number.")
                self.assertEqual(
                    [item[2] for item in self._rounds(ticket)], ["running", "cancelled"]
                )
                limit.active = False

    def test_a_reminder_for_each_round(self):
        self._updates("due", reminder_quantity=2)
        ticket = self._started()
        with freeze_time("2026-03-11 04:00:00"):
            self._call(ticket, "tell")
        self.assertFalse(self._run("2026-03-20 01:00:00"))
        sent = self._run("2026-03-26 01:00:00")
        self.assertIn("u (round 2)", "".join(m.body for m in sent[self.clerk]))

    @warmup
    def test_cost_of_many(self):
        self._updates("due")
        for number in (10, 100):
            with freeze_time("2026-03-02 04:00:00"):
                tickets = self.env["helpdesk.ticket"].create(
                    [self._vals() for _n in range(number)]
                )
                self.env.flush_all()
            self.env.invalidate_all()
            with freeze_time("2026-03-11 04:00:00"), self.assertQueryCount(13):
                tickets._emit_event("informed")
                self.env.flush_all()
            self.assertEqual(len(tickets.deadline_ids), 2 * number)


@tagged("post_install", "-at_install")
class TestLateStaysLate(LimitCommon):
    """What was overdue when its case went another way is late wherever one looks."""

    def setUp(self):
        super().setUp()
        self.limit = self._limit("s", "received", "mediated", 5, "working_day")
        with freeze_time("2026-03-02 04:00:00"):
            self.ticket = self._complaint()
        with freeze_time("2026-03-10 04:00:00"):
            self.ticket.with_user(self.clerk).action_withdraw("Settled")
        self.assertEqual(self._clocks(self.ticket, "s").chip_state, "cancelled_late")

    def test_leaders_read_of_it(self):
        sent = self._run("2026-03-11 01:00:00")
        text = "".join(message.body for message in sent[self.leader])
        self.assertIn(self.ticket.number, text)
        self.assertIn("s: overdue when the case went another way", text)
        self.assertFalse(self._run("2026-03-12 01:00:00"), "once")

    def test_who_was_told_before_is_not_told_again(self):
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint()
        self._run("2026-03-10 01:00:00")
        with freeze_time("2026-03-10 04:00:00"):
            ticket.with_user(self.clerk).action_withdraw("Settled")
        sent = self._run("2026-03-11 01:00:00")
        text = "".join(message.body for message in sent.get(self.leader, ()))
        self.assertNotIn(ticket.number, text)

    def test_figures_and_lists(self):
        cases = self.env["helpdesk.ticket"]
        view = self.env.ref("community_complaint.helpdesk_ticket_view_search")
        arch = cases.get_view(view.id, "search")["arch"]
        self.assertIn("('deadline_ids.was_late', '=', True)", arch)
        day = date(2026, 3, 1)
        publication = self.env["complaint.publication"]
        with freeze_time("2026-04-01 04:00:00"):
            own = Domain("id", "=", self.ticket.id)
            counts = publication._count_timeliness(cases, own)
            analysis = self.env["complaint.analysis"]._by_limit(own)
        self.assertEqual((counts["late"], counts["in_time"]), (1, 0), day)
        self.assertEqual(list(analysis.values()), [0, 1])
        self.assertEqual(self.ticket.next_due_state, "met_late")
        forms = self.env["complaint.form"]
        self.assertEqual(forms._punctuality(self.ticket), "Late")

    def test_windows_are_nobodys_delay(self):
        window = self._limit(
            "w", "received", "accepted", 3, is_window=True, name="Window"
        )
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint()
        with freeze_time(datetime(2026, 3, 2, 4) + timedelta(days=4)):
            self._accept(ticket)
        clock = ticket.deadline_ids.filtered(lambda item: item.policy_id == window)
        self.assertEqual((clock.state, clock.was_late), ("expired", False))


@tagged("post_install", "-at_install")
class TestWholeText(LimitCommon):
    """Ireland, “Your Service Your Say”: its limits as an administrator writes them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        first = {"other_start_event": "silence", "silence_of": "acknowledged"}
        for clause, start, end, quantity, vals in (
            ("spot", "received", "replied", 2, {"other_end_event": "accepted"}),
            ("receipt", "received", "acknowledged", 5, {}),
            ("refusal", "refused", "refuse_told", 5, {}),
            ("result", "acknowledged", "served", 30, first),
            (
                "update",
                "acknowledged",
                "informed",
                20,
                {**first, "repeats": "due", "other_end_event": "served"},
            ),
        ):
            cls._limit(clause, start, end, quantity, "working_day", **vals)
        cls._limit(
            "time",
            "incident",
            "received",
            12,
            "month",
            is_window=True,
            too_late="ask",
        )
        cls.regulation.on_spot_allowed = True

    def test_it_is_sound(self):
        self.assertEqual(list(self.regulation._faults()), [])

    def test_from_receipt_to_result(self):
        """No holidays in this calendar: working days are Monday to Friday."""
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint(incident_date="2026-02-27")
        dues = {item.clause: item.due_date for item in ticket.deadline_ids}
        # Wednesday 4 and Monday 9 March
        self.assertEqual(dues, {"spot": date(2026, 3, 4), "receipt": date(2026, 3, 9)})
        with freeze_time("2026-03-04 04:00:00"):
            self._call(ticket, "acknowledge")
            self._accept(ticket)
        # 5 and 6, then three weeks, 30 and 31 March, 1 April: twenty; ten more: the 15th
        self.assertEqual(self._clocks(ticket, "update").due_date, date(2026, 4, 1))
        self.assertEqual(self._clocks(ticket, "result").due_date, date(2026, 4, 15))
        with freeze_time("2026-03-27 04:00:00"):
            self._call(ticket, "tell", text="We have been there twice.")
        # twenty from 1 April
        self.assertEqual(self._clocks(ticket, "update")[1].due_date, date(2026, 4, 29))
        with freeze_time("2026-04-14 04:00:00"):
            self._to(ticket, "closed")
        self.assertEqual(
            {(item.clause, item.round): item.state for item in ticket.deadline_ids},
            {
                ("spot", 1): "met",
                ("receipt", 1): "met",
                ("result", 1): "met",
                ("update", 1): "met",
                ("update", 2): "met",
            },
        )
