from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .discipline_common import DisciplineCommon


@tagged("post_install", "-at_install")
class TestDiscipline(DisciplineCommon):
    """R02 8, 9: proposed, heard, approved, in force, suspended, revoked, expired."""

    # ----------------------------------------------------------------------
    # Proposing
    # ----------------------------------------------------------------------

    def test_a_decision_proposes(self):
        ticket = self._deciding()
        item = self._decide(ticket, "written_warning", note="In front of residents.")
        self.assertEqual(item.state, "proposed")
        self.assertEqual(item.employee_id, ticket.respondent_ids.employee_id)
        self.assertEqual(item.kind, "sanction")
        self.assertEqual(item.duration, 6)
        self.assertEqual(item.proposed_by_id, self.leader)
        self.assertIn("The visit confirmed the noise.", item.reason)
        self.assertIn("In front of residents.", item.reason)

    def test_only_where_the_text_says_so(self):
        self.regulation.carries_discipline = False
        self.assertFalse(self._proposed())

    def test_who_is_not_on_file_is_sanctioned_as_well(self):
        """R02 8 (3): who was typed by name gets the paper, and no entry in a file."""
        ticket = self._complaint(
            respondent_ids=[(0, 0, {"kind": "other", "name": "A neighbour"})]
        )
        self._to(ticket, "deciding")
        ticket.respondent_ids.statement_waived = True
        item = self._decide(ticket, "written_warning")
        self.assertEqual((item.state, item._person()), ("proposed", "A neighbour"))
        officer = item.with_user(self.discipline)
        officer.action_hear()
        officer.action_approve()
        officer.action_enforce()
        self.assertFalse(item.record_id)
        self.assertRecordValues(
            item.notice_ids,
            [
                {
                    "kind": "warning",
                    "addressee": "respondent",
                    "addressee_name": "A neighbour",
                    "state": "issued",
                }
            ],
        )
        self.assertEqual(item.notice_ids.dispatch_ids.duty, "serve")

    def test_a_sanction_is_for_somebody(self):
        ticket = self._to(self._complaint(), "deciding")
        with self.assertRaisesRegex(UserError, "say for whom"):
            self._decide(ticket, "written_warning")

    def test_remedies_are_no_discipline(self):
        self.assertFalse(self._proposed("apology"))

    def test_finding_on_the_person_is_the_reason(self):
        ticket = self._deciding()
        ticket.respondent_ids.finding_note = "He shouted twice."
        self.assertEqual(self._decide(ticket, "demotion").reason, "He shouted twice.")

    def test_a_new_decision_replaces_the_measures_of_the_old_one(self):
        old = self._in_force()
        ticket = old.ticket_id
        self.env["complaint.decision"].sudo().create(
            {
                "ticket_id": ticket.id,
                "conclusion": "partly",
                "reasons": "Looked at again.",
                "measure_line_ids": [self._line(ticket, "criticism")],
            }
        )._put_in_force()
        self.assertEqual(old.state, "revoked")
        self.assertEqual(old.end_reason, "Replaced by decision 2.")
        self.assertEqual(old.record_id.state, "revoked")
        new = ticket.sudo().discipline_ids - old
        self.assertEqual((new.state, new.measure_id.code), ("proposed", "criticism"))

    # ----------------------------------------------------------------------
    # The way
    # ----------------------------------------------------------------------

    def test_the_whole_way(self):
        item = self._proposed()
        officer = item.with_user(self.discipline)
        officer.action_hear()
        self.assertEqual(item.state, "heard")
        item.with_user(self.deputy).action_approve()
        self.assertEqual((item.state, item.approved_by_id), ("approved", self.deputy))
        with freeze_time(datetime(2030, 8, 31, 4)):
            officer.action_enforce()
        self.assertEqual(item.state, "in_force")
        self.assertEqual(str(item.start_date), "2030-08-31")
        self.assertEqual(str(item.expiry), "2031-02-28", "the month's last day")
        officer.action_suspend("A lawsuit")
        self.assertEqual(item.state, "suspended")
        officer.action_resume()
        self.assertEqual(item.state, "in_force")
        officer.action_revoke("The court said so.")
        self.assertEqual(
            (item.state, item.end_reason), ("revoked", "The court said so.")
        )
        self.assertEqual(
            item.event_ids.mapped("step"),
            ["propose", "hear", "approve", "enforce", "suspend", "resume", "revoke"],
        )
        self.assertEqual(item.event_ids[2].user_id, self.deputy)

    def test_every_step_is_in_the_log_of_the_office(self):
        item = self._in_force()
        rows = self.env["complaint.log"].search(
            [("kind", "=", "discipline"), ("res_id", "=", item.id)]
        )
        self.assertEqual(len(rows), 4)
        self.assertIn("Put in force", rows.mapped("summary"))
        self.assertNotIn("Wang Wei", str(rows.mapped("details")))

    def test_for_good(self):
        self.assertFalse(self._in_force("criticism").expiry)

    def test_days_of_suspension_are_added(self):
        item = self._in_force()
        until = item.expiry
        officer = item.with_user(self.discipline)
        officer.action_suspend("An inspection")
        self.assertEqual(item.suspension_reason, "An inspection")
        with freeze_time(datetime.now() + timedelta(days=100)):
            officer.action_resume()
        self.assertEqual((item.expiry - until).days, 100)

    def test_suspended_before_it_was_in_force(self):
        item = self._approved()
        item.with_user(self.discipline).action_suspend("Wait")
        item.with_user(self.discipline).action_resume()
        self.assertEqual((item.state, item.expiry), ("approved", False))

    def test_what_needs_words_asks_for_them(self):
        item = self._in_force().with_user(self.discipline)
        for method in ("action_suspend", "action_revoke"):
            action = getattr(item, method)()
            self.assertEqual(action["res_model"], "complaint.step.dialog")
            dialog = self.env[action["res_model"]].with_user(self.discipline)
            dialog = dialog.browse(action["res_id"])
            dialog.text = "Because"
            with self.env.cr.savepoint() as savepoint:
                dialog.action_confirm()
                self.assertNotEqual(item.state, "in_force")
                savepoint.rollback()
            item.invalidate_recordset()

    # ----------------------------------------------------------------------
    # Refusals
    # ----------------------------------------------------------------------

    def test_not_without_a_hearing(self):
        """R02 8 (2): the statement and defence come first."""
        item = self._proposed()
        self._force(item.respondent_id, statement=False, statement_date=False)
        officer = item.with_user(self.discipline)
        self.assertRefused("was not heard", officer.action_hear)
        self.assertRefused(
            "was not heard yet", item.with_user(self.deputy).action_approve
        )
        item.respondent_id.statement_waived = True
        officer.action_hear()

    def test_two_people(self):
        item = self._proposed()
        item.with_user(self.discipline).action_hear()
        self.assertRefused("Somebody else", item.with_user(self.leader).action_approve)
        self.team.user_ids += self.discipline
        item.ticket_id.sudo().user_id = self.discipline
        self.assertRefused(
            "Somebody else", item.with_user(self.discipline).action_approve
        )
        item.with_user(self.deputy).action_approve()

    def test_wrong_states(self):
        """Each step starts from its own states only."""
        items = {
            "proposed": self._proposed(),
            "approved": self._approved(),
            "in_force": self._in_force(),
        }
        items["revoked"] = self._proposed()
        items["revoked"].with_user(self.discipline).action_revoke("No")
        for state, item in items.items():
            for name, step in item._life_table().steps.items():
                if state in step.sources:
                    continue
                with self.subTest(state=state, step=name):
                    args = ["Because"] if name in ("suspend", "revoke") else []
                    officer = item.with_user(self.discipline)
                    officer = officer.sudo(step.by is None)
                    method = getattr(officer, f"action_{name}")
                    self.assertRefused("this step starts from", method, *args)

    def test_not_before_it_was_approved(self):
        item = self._approved().with_user(self.discipline)
        self.assertRefused("before it was approved", item.action_enforce, "2020-01-01")

    def test_a_decision_that_was_set_aside(self):
        item = self._proposed()
        item.with_user(self.discipline).action_hear()
        self._force(item.decision_id, state="superseded")
        self.assertRefused("set aside", item.with_user(self.deputy).action_approve)

    def test_nothing_is_written_by_hand(self):
        item = self._in_force()
        officer = item.with_user(self.discipline)
        for vals in (
            {"state": "revoked"},
            {"expiry": False},
            {"approved_by_id": False},
            {"employee_id": self._colleague().id},
            {"duration": 1},
            {"reason": "x"},
        ):
            for records in (officer, item):
                self.assertRefused("by hand", records.write, vals)
        self.assertRefused("stays on file", item.unlink)
        with self.assertRaises(AccessError):
            officer.unlink()

    def test_a_proposal_is_corrected(self):
        item = self._proposed().with_user(self.discipline)
        item.write({"duration": 12, "reason": "Said in plain words."})
        self.assertEqual(item.duration, 12)
        with self.assertConstraint("between 0 and 600"):
            item.duration = -1

    def test_history_names_no_complainant(self):
        """What is appended only cannot be redacted later."""
        item = self._in_force()
        item.with_user(self.discipline).action_revoke("Mr. Li Lei was wrong.")
        self.assertNotIn("Li Lei", item.event_ids[-1].note)
        self.assertIn("was wrong.", item.event_ids[-1].note)

    def test_history_is_appended_only(self):
        event = self._proposed().event_ids
        for function in (lambda: event.write({"note": "x"}), event.unlink):
            self.assertRefused("stays as it is", function)
        vals = {"discipline_id": event.discipline_id.id, "step": "hear"}
        self.assertRefused("by hand", event.create, vals)
        self.assertRefused("by hand", event.sudo().create, vals)

    def test_result_is_told_after_the_measure(self):
        """R02 8: (3) action, (4) the complainant is told."""
        self.regulation.gate_discipline = True
        item = self._proposed()
        clerk = item.ticket_id.with_user(self.clerk)
        self.assertRefused("is not approved yet", clerk.action_notify)
        item.with_user(self.discipline).action_hear()
        item.with_user(self.deputy).action_approve()
        clerk.action_notify()
        self.assertEqual(item.ticket_id.phase, "notified")

    # ----------------------------------------------------------------------
    # By hand: how a case was handled (R05 9)
    # ----------------------------------------------------------------------

    def test_commendation(self):
        ticket = self._deciding()
        handler = self._colleague(self.handler)
        action = ticket.with_user(self.leader).action_commend()
        self.assertEqual(action["context"]["default_employee_id"], handler.id)
        item = self._propose_by_hand(ticket, "commendation", handler)
        self.assertRefused("needs no hearing", item.action_hear)
        self.assertRefused("Somebody else", item.action_approve)
        item.with_user(self.discipline).action_approve()
        item.with_user(self.discipline).action_enforce()
        self.assertEqual(item.state, "in_force")
        self.assertEqual(item.sudo().record_id.kind, "commendation")
        self.assertNotIn(self.handler, ticket.sudo().conflict_user_ids)

    def test_who_handled_it_badly_is_heard_and_kept_away(self):
        ticket = self._deciding()
        item = self._propose_by_hand(
            ticket, "written_warning", self._colleague(self.handler)
        )
        self.assertIn(self.handler, ticket.sudo().conflict_user_ids)
        self.assertFalse(
            ticket.with_user(self.handler).search([("id", "=", ticket.id)])
        )
        action = item.action_hear()
        self.assertEqual(action["res_model"], "complaint.step.dialog")
        item.action_hear("I forgot it.")
        self.assertEqual((item.state, item.statement), ("heard", "I forgot it."))

    def test_by_hand_refused(self):
        ticket, somebody = self._deciding(), self._colleague()
        self.assertRefused(
            "“Measure” does not belong here: its “Kind”",
            self._propose_by_hand,
            ticket,
            "apology",
            somebody,
        )
        self.assertRefused(
            "what it is for",
            self._propose_by_hand,
            ticket,
            "commendation",
            somebody,
            reason=" ",
        )
        self.regulation.measure_ids -= self._measure("demotion")
        self.assertRefused(
            "does not know the measure",
            self._propose_by_hand,
            ticket,
            "demotion",
            somebody,
        )
        self.regulation.carries_discipline = False
        self.assertRefused(
            "knows no measures", self._propose_by_hand, ticket, "commendation", somebody
        )

    def test_respondent_of_the_case(self):
        """Not even a decision proposes something for somebody of another case."""
        ticket, other = self._deciding(), self._deciding()
        vals = {
            "ticket_id": ticket.id,
            "measure_id": self._measure("demotion").id,
            "employee_id": self._colleague().id,
            "respondent_id": other.respondent_ids.id,
        }
        items = self.env["complaint.discipline"]
        self.assertRefused(
            "“Respondent” does not belong here: its “Complaint”",
            items._create_sealed,
            "decided",
            [vals],
        )

    def test_measure_against_a_respondent_of_the_case(self):
        ticket, other = self._deciding(), self._deciding()
        line = self._line(ticket, "apology", respondent_id=other.respondent_ids.id)
        self.assertRefused(
            "“Respondent” does not belong here",
            self._draft,
            ticket,
            measure_line_ids=[line],
        )

    def test_a_forged_proposal_is_refused(self):
        ticket, somebody = self._deciding(), self._colleague()
        for vals in (
            {"state": "in_force"},
            {"proposed_by_id": self.manager.id},
            {"approved_by_id": self.manager.id},
        ):
            with self.subTest(vals=vals):
                self.assertRefused(
                    "by hand",
                    self._propose_by_hand,
                    ticket,
                    "commendation",
                    somebody,
                    **vals,
                )
        item = self._propose_by_hand(ticket, "commendation", somebody)
        self.assertEqual(item.proposed_by_id, self.leader)

    def test_all_rights_do_not_make_a_second_person(self):
        item = self._proposed()
        item.with_user(self.discipline).action_hear()
        leader = item.with_user(self.leader).sudo()
        self.assertRefused("Somebody else", leader.action_approve)

    # ----------------------------------------------------------------------
    # Roles
    # ----------------------------------------------------------------------

    def test_roles(self):
        item = self._approved()
        for user in (self.clerk, self.handler, self.custodian, self.publisher):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                item.with_user(user).read(["state"])
        self.assertEqual(item.with_user(self.auditor).state, "approved")
        with self.assertRaises(AccessError):
            item.with_user(self.auditor).action_suspend("No")
        self.assertRefused(
            "Discipline officer", item.with_user(self.deputy).action_enforce
        )

    def test_a_leader_of_another_desk(self):
        other = self._new_user("far", "community_complaint.group_complaint_leader")
        self.assertFalse(
            self.env["complaint.discipline"]
            .with_user(other)
            .search_count([("id", "=", self._proposed().id)])
        )

    def test_handlers_decide_cases_all_the_same(self):
        """Who may not read measures still takes the steps of the case."""
        item = self._proposed()
        item.ticket_id.with_user(self.clerk).action_notify()
        with self.assertRaises(AccessError):
            item.ticket_id.with_user(self.clerk).read(["discipline_ids"])
