from datetime import date, datetime

from freezegun import freeze_time

from odoo.tests import tagged, warmup

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestDeadlineEvents(ComplaintCommon):
    """What the steps of a case do to its clocks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.calendar_id = cls.calendar
        policies = cls.regulation.sla_policy_ids
        by_start = {policy.start_event: policy for policy in policies}
        cls.accept = by_start["received"]
        cls.investigate = by_start["accepted"]
        cls.result = by_start["investigated"]

    def _states(self, ticket):
        return {
            deadline.policy_id: deadline.state
            for deadline in ticket.deadline_ids.sorted("id")
        }

    def _policy(self, **vals):
        return self.env["complaint.sla.policy"].create(
            {
                "name": "Conclusion",
                "regulation_id": self.regulation.id,
                "quantity": 15,
                "unit": "working_day",
                "start_event": "accepted",
                "end_event": "closed",
                **vals,
            }
        )

    def test_the_three_limits_of_r01(self):
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint()
        with freeze_time("2026-03-05 09:00:00"):
            self._accept(ticket)
            self.assertEqual(self._states(ticket)[self.accept], "running")
            self._tell(ticket)
        self.assertEqual(
            self._states(ticket), {self.accept: "met", self.investigate: "running"}
        )
        self.assertEqual(ticket.next_due_date, date(2026, 3, 12))
        with freeze_time("2026-03-12 09:00:01"):
            self._investigate(ticket)
            self._submit(ticket)
        states = self._states(ticket)
        self.assertEqual(states[self.investigate], "met_late", "one second late")
        self.assertEqual(states[self.result], "running")
        with freeze_time("2026-03-16 04:00:00"):
            self._notify(ticket)
            self.assertEqual(self._states(ticket)[self.result], "running")
            self._close(ticket)
        self.assertEqual(self._states(ticket)[self.result], "met")
        self.assertFalse(ticket.next_due)
        self.assertEqual(ticket.next_due_state, "met_late", "late stays late")

    def test_refusal_meets_the_acceptance(self):
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint()
            ticket.with_user(self.clerk).action_refuse("Not ours")
            self.assertEqual(self._states(ticket), {self.accept: "running"})
            self._tell(ticket)
        self.assertEqual(self._states(ticket), {self.accept: "met"})

    def test_withdrawal_cancels(self):
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint()
            ticket.with_user(self.clerk).action_withdraw("Settled")
        self.assertEqual(self._states(ticket), {self.accept: "cancelled"})
        self.assertFalse(ticket.next_due)

    def test_answer_on_the_spot_meets_everything(self):
        self.regulation.on_spot_allowed = True
        conclusion = self._policy(start_event="received")
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint()
            ticket.with_user(self.clerk).action_answer_on_spot("Explained")
        self.assertEqual(self._states(ticket), {self.accept: "met", conclusion: "met"})

    def test_never_twice(self):
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint()
            ticket._emit_event("received")
            ticket._emit_event("received")
        self.assertEqual(len(ticket.deadline_ids), 1)

    def test_again_after_it_ended(self):
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint()
            ticket._emit_event("accepted")
            ticket._emit_event("investigated")
            ticket._emit_event("accepted", datetime(2026, 3, 4, 4))
        clocks = ticket.deadline_ids.filtered(
            lambda deadline: deadline.policy_id == self.investigate
        )
        self.assertEqual(clocks.mapped("state"), ["met", "running"])

    def test_moment_of_the_event(self):
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint()
        with freeze_time("2026-03-20 04:00:00"):
            ticket._emit_event("accepted", datetime(2026, 3, 3, 4))
            ticket._emit_event("accept_told", datetime(2026, 3, 3, 4))
        met, running = ticket.deadline_ids.sorted("id")
        self.assertEqual(met.state, "met")
        self.assertEqual(met.done_date, date(2026, 3, 3))
        self.assertEqual(running.start_date, date(2026, 3, 3))

    def test_reopening_does_not_reset(self):
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint()
        with freeze_time("2026-04-02 04:00:00"):
            ticket.with_user(self.clerk).action_refuse("Not ours")
            self._tell(ticket)
            self.assertEqual(self._states(ticket), {self.accept: "met_late"})
            ticket.with_user(self.leader).action_reopen("It is ours after all")
        self.assertEqual(self._states(ticket)[self.accept], "met_late")
        self.assertEqual(ticket.next_due_state, "met_late")

    def test_window_of_the_complainant(self):
        window = self._policy(
            start_event="received", end_event="withdrawn", is_window=True, quantity=3
        )
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint()
            self.assertEqual(ticket.next_due_date, date(2026, 3, 5))
            ticket.with_user(self.clerk).action_refuse("Not ours")
            self._tell(ticket)
        self.assertEqual(self._states(ticket)[window], "running", "outlives the case")
        self.assertFalse(ticket.next_due)
        clock = ticket.deadline_ids.filtered("is_window")
        with freeze_time("2026-03-06 04:00:00"):
            self.assertFalse(clock.is_overdue)
            self.env["complaint.deadline"]._expire_windows()
        self.assertEqual(clock.state, "expired")
        self.assertEqual(clock.done_moment, clock.due)

    def test_hook(self):
        seen = []
        self.patch(
            self.registry["helpdesk.ticket"],
            "_after_event",
            lambda tickets, event, moment=None: seen.append((tickets, event, moment)),
        )
        ticket = self._complaint()
        ticket._emit_event("accepted", datetime(2026, 3, 3))
        self.assertEqual(
            seen[-2:],
            [(ticket, "received", None), (ticket, "accepted", datetime(2026, 3, 3))],
        )

    def test_ordinary_ticket_has_no_clocks(self):
        team = self.env["helpdesk.ticket.team"].create({"name": "Printers"})
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "Paper jam", "description": "x", "team_id": team.id}
        )
        ticket._emit_event("received")
        self.assertFalse(ticket.deadline_ids)
        self.assertFalse(ticket.next_due_state)

    # ----------------------------------------------------------------------
    # Classified anew
    # ----------------------------------------------------------------------

    def test_ordinary_becomes_complex(self):
        """R03: 15 working days, two months for a complex case."""
        ordinary = self._policy(complexity="ordinary")
        complicated = self._policy(complexity="complex", quantity=2, unit="month")
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint()
            self._accept(ticket)
        with freeze_time("2026-03-10 04:00:00"):
            ticket.with_user(self.handler).complexity = "complex"
        states = self._states(ticket)
        self.assertEqual(states[ordinary], "cancelled")
        self.assertEqual(states[complicated], "running")
        clock = ticket.deadline_ids.filtered(
            lambda deadline: deadline.policy_id == complicated
        )
        self.assertEqual(clock.start_moment, datetime(2026, 3, 2, 4))
        self.assertEqual(clock.due_date, date(2026, 5, 4), "2 May is a Saturday")
        self.assertEqual(states[self.investigate], "running", "not concerned")
        logged = "".join(ticket.message_ids.mapped("body"))
        self.assertIn("Stopped: Conclusion", logged)
        self.assertIn("Started: Conclusion", logged)

    def test_and_back(self):
        ordinary = self._policy(complexity="ordinary")
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint()
            self._accept(ticket)
            ticket.complexity = "complex"
            self.assertEqual(self._states(ticket)[ordinary], "cancelled")
            ticket.complexity = "ordinary"
        self.assertEqual(self._states(ticket)[ordinary], "running")

    def test_reclassifying_hides_no_delay(self):
        """Overdue as an ordinary case, it stays red as a complex one."""
        ordinary = self._policy(start_event="received", complexity="ordinary")
        self._policy(start_event="received", complexity="complex", quantity=90)
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint()
            self._accept(ticket)
        with freeze_time("2026-04-01 04:00:00"):
            ticket.complexity = "complex"
            clock = ticket.deadline_ids.filtered(
                lambda item: item.policy_id == ordinary
            )
            self.assertEqual(clock.chip_state, "cancelled_late")
            self.assertTrue(clock.was_late)
            ticket.complexity = "ordinary"
            again = ticket.deadline_ids - clock
            self.assertTrue(
                again.filtered(lambda item: item.policy_id == ordinary).is_overdue
            )

    def test_limits_that_begin_with_a_later_event(self):
        """A limit that fits only now starts when its event was, whatever the event."""
        simple = self._policy(
            name="Opening", start_event="investigation_started", end_event="decided"
        )
        slow = simple.copy({"complexity": "complex", "quantity": 40, "name": "Slow"})
        simple.complexity = "ordinary"
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint()
            self._accept(ticket)
        with freeze_time("2026-03-04 04:00:00"):
            self._investigate(ticket)
        with freeze_time("2026-03-06 04:00:00"):
            ticket.complexity = "simple"
            ticket.complexity = "complex"
        clock = ticket.deadline_ids.filtered(lambda item: item.policy_id == slow)
        self.assertEqual(clock.start_moment, datetime(2026, 3, 4, 4))

    def test_holds_move_along(self):
        ordinary = self._policy(complexity="ordinary")
        self._policy(complexity="complex", quantity=30)
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint()
            self._accept(ticket)
            self._tell(ticket)
            clock = ticket.deadline_ids.filtered(
                lambda deadline: deadline.policy_id == ordinary
            )
            clock.with_user(self.handler).action_hold("Waiting for an expert")
        with freeze_time("2026-03-04 04:00:00"):
            clock.with_user(self.handler).action_resume()
            ticket.complexity = "complex"
        replaced = ticket.deadline_ids.filtered(
            lambda deadline: (
                deadline.state == "running" and deadline.policy_id != self.investigate
            )
        )
        self.assertEqual(replaced.hold_ids.mapped("reason"), ["Waiting for an expert"])
        self.assertEqual(replaced.due_date, date(2026, 4, 15), "30 and 2 working days")

    def test_finished_clocks_do_not_come_back(self):
        policy = self._policy(
            start_event="received", end_event="investigated", complexity="ordinary"
        )
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint()
            ticket._emit_event("investigated")
            ticket.complexity = "complex"
            ticket.complexity = "ordinary"
        self.assertEqual(self._states(ticket)[policy], "met")
        clocks = ticket.deadline_ids
        self.assertEqual(len(clocks.filtered(lambda item: item.policy_id == policy)), 1)

    def test_other_date_of_receipt(self):
        with freeze_time("2026-03-06 04:00:00"):
            ticket = self._complaint()
            ticket.with_user(self.leader).action_redate(
                "The post room had it since Monday.", "2026-03-02 04:00:00"
            )
        running = ticket.deadline_ids.filtered(lambda item: item.state == "running")
        self.assertEqual(running.due_date, date(2026, 3, 5))
        self.assertEqual(ticket.next_due_date, date(2026, 3, 5))

    def test_date_set_by_the_leader(self):
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint()
            clock = ticket._set_due(date(2026, 3, 4), title="Report back")
            self.assertEqual(clock.due, datetime(2026, 3, 4, 9))
            self.assertEqual(clock.name, "Report back")
            self.assertEqual(ticket.next_due_date, date(2026, 3, 4))
        with freeze_time("2026-03-05 04:00:00"):
            ticket._emit_event("reported_back")
        self.assertEqual(clock.state, "met_late")

    # ----------------------------------------------------------------------
    # Cost
    # ----------------------------------------------------------------------

    @warmup
    @freeze_time("2026-03-02 04:00:00")
    def test_queries_of_starting(self):
        for number in (10, 100):
            tickets = self.env["helpdesk.ticket"].create(
                [self._vals() for _n in range(number)]
            )
            # nobody deletes a clock: past the seal
            self.env.flush_all()
            self.env.cr.execute(
                "DELETE FROM complaint_deadline WHERE ticket_id = ANY(%s)",
                (tickets.ids,),
            )
            self.env.invalidate_all()
            with self.assertQueryCount(7):
                tickets._emit_event("received")
                self.env.flush_all()

    @warmup
    @freeze_time("2026-03-02 04:00:00")
    def test_queries_of_the_next_phase(self):
        for number in (10, 100):
            tickets = self.env["helpdesk.ticket"].create(
                [self._vals() for _n in range(number)]
            )
            self.env.flush_all()
            with self.assertQueryCount(6):
                tickets._emit_event("accepted")
                self.env.flush_all()
