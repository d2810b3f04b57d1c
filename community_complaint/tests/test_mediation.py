from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.complaint_type_rule import INQUIRIES
from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestMediation(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.allow_mediation = True

    def _mediating(self, **vals):
        vals.setdefault("respondent_ids", self._respondent())
        ticket = self._to(self._complaint(**vals), "accepted")
        ticket.with_user(self.handler).action_start_mediation()
        return ticket

    def _session(self, ticket):
        session = ticket.mediation_ids.filtered(lambda item: item.state == "planned")
        session = session.with_user(self.handler)
        session.mediator_id = self.handler
        return session

    def assertRefused(self, part, method, *args):
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            method(*args)
        self.assertIn(part, str(caught.exception))

    def test_agreement(self):
        """R09 4.2, R11 3: both sides agree and the matter is settled."""
        ticket = self._mediating()
        self.assertEqual(ticket.phase, "mediation")
        session = self._session(ticket)
        self.assertEqual(session.kind, "mediation")
        self.assertEqual(
            sorted(session.party_ids.mapped("role")), ["complainant", "respondent"]
        )
        case = ticket.with_user(self.handler)
        self.assertRefused("still to be held", case.action_end_mediation)
        session.action_agree("No drilling after six.")
        self.assertEqual((session.state, session.outcome), ("held", "agreed"))
        self.assertEqual(
            sorted(session.notice_ids.mapped("addressee")),
            ["complainant", "respondent"],
        )
        case.action_end_mediation()
        self.assertEqual(ticket.phase, "deciding")
        self.assertEqual(ticket.decision_id.conclusion, "settled")
        self.assertEqual(ticket.decision_id.reasons, "No drilling after six.")
        clock = ticket.deadline_ids.filtered(lambda item: item.clause == "5.2")
        self.assertEqual(clock.state, "met")
        self.assertTrue(ticket.findings_date)
        ticket.with_user(self.leader).action_decide()

    def test_ladder(self):
        """R11 3-4: negotiation, mediation, then evidence of both sides and a ruling."""
        self.regulation.write({"allow_negotiation": True, "allow_arbitration": True})
        ticket = self._mediating()
        kinds = []
        for _rung in range(2):
            session = self._session(ticket)
            kinds.append(session.kind)
            session.action_fail("Neither gives way.")
        last = self._session(ticket)
        self.assertEqual(
            [*kinds, last.kind], ["negotiation", "mediation", "arbitration"]
        )
        self.assertRefused(
            "complainant has not submitted", last.action_rule, "So be it."
        )
        self.env["complaint.evidence"].with_user(self.handler).create(
            {"ticket_id": ticket.id, "name": "Film", "side": "complainant"}
        )
        self.assertRefused(
            "respondent has not submitted", last.action_rule, "So be it."
        )
        last.respondent_waives = True
        last.action_rule("The drilling stops.")
        self.assertEqual(last.outcome, "ruled")
        ticket.with_user(self.handler).action_end_mediation()
        self.assertFalse(ticket.decision_id.conclusion)
        self.assertEqual(ticket.decision_id.reasons, "The drilling stops.")

    def test_end_of_the_ladder(self):
        ticket = self._mediating()
        self._session(ticket).action_fail("Neither gives way.")
        self.assertEqual(ticket.mediation_result, "failed")
        case = ticket.with_user(self.handler)
        self.assertRefused("go on investigating", case.action_end_mediation)
        case.action_resume_investigation()
        self.assertEqual(ticket.phase, "investigating")
        clock = ticket.deadline_ids.filtered(lambda item: item.clause == "5.2")
        self.assertEqual(clock.state, "running")

    def test_settled_ones_are_not_investigated_again(self):
        ticket = self._mediating()
        self._session(ticket).action_agree("Peace.")
        self.assertRefused(
            "matter is settled",
            ticket.with_user(self.handler).action_resume_investigation,
        )

    def test_adjourned(self):
        ticket = self._mediating()
        self._session(ticket).action_adjourn("Measure the noise first.")
        self.assertEqual(len(ticket.mediation_ids), 2)
        self._session(ticket).action_agree("Peace.")
        self.assertEqual(ticket.mediation_result, "settled")

    def test_called_off(self):
        ticket = self._mediating()
        self._session(ticket).action_call_off("The tenant moved away.")
        ticket.with_user(self.handler).action_resume_investigation()
        self.assertEqual(ticket.phase, "investigating")

    def test_somebody_conducts_it(self):
        ticket = self._mediating()
        session = ticket.mediation_ids.with_user(self.handler)
        self.assertRefused("Conducted by", session.action_agree, "Peace.")
        with self.assertRaises(UserError):
            session.mediator_id = self._accused_user(ticket)

    def _accused_user(self, ticket):
        user = self._new_user(
            "neighbour", "community_complaint.group_complaint_handler"
        )
        ticket.sudo().respondent_ids.employee_id.user_id = user
        return user

    def test_after_the_result(self):
        """R11 3: who is not content with the result is brought to the table."""
        ticket = self._to(
            self._complaint(respondent_ids=self._respondent()), "notified"
        )
        ticket.with_user(self.handler).action_start_mediation()
        self._session(ticket).action_agree("Peace.")
        ticket.with_user(self.handler).action_end_mediation()
        self.assertEqual(ticket.decision_id.version, 2)
        ticket.with_user(self.leader).action_decide()
        ticket.with_user(self.clerk).action_notify()
        self.assertEqual(ticket.phase, "notified")

    def test_over_is_over(self):
        session = self._session(self._mediating())
        session.action_agree("Peace.")
        for vals in ({"outcome": "failed"}, {"place": "Other"}, {"agreement": "War."}):
            for record in (session, session.sudo()):
                with self.subTest(vals=vals), self.assertRaises(UserError):
                    record.write(vals)
        with self.assertRaises(UserError):
            session.party_ids[0].attended = "no"
        with self.assertRaises(UserError):
            session.sudo().party_ids.create({"mediation_id": session.id})
        with self.assertRaises(UserError):
            session.party_ids.unlink()
        with self.assertRaises(UserError):
            session.action_fail("No.")
        with self.assertRaises(UserError):
            session.unlink()

    def test_outcome_is_not_typed(self):
        ticket = self._mediating()
        sessions = self.env["complaint.mediation"].with_user(self.handler)
        for typed in ({"state": "held"}, {"outcome": "agreed"}, {"minutes": "x"}):
            with self.subTest(typed=typed), self.assertRaises(UserError):
                sessions.create({"ticket_id": ticket.id, **typed})

    def test_respondents_of_the_case(self):
        session = self._session(self._mediating())
        other = self._complaint(respondent_ids=self._respondent())
        vals = {"role": "respondent", "respondent_id": other.respondent_ids.id}
        self.assertRefused(
            "“Respondent” does not belong here",
            session.write,
            {"party_ids": [Command.create(vals)]},
        )

    def test_the_complainant_stays_unnamed(self):
        session = self._session(self._mediating(complainant_name="金丝雀"))
        side = session.party_ids.filtered(lambda item: item.role == "complainant")
        with self.assertConstraint("the complainant's record"):
            side.name = "金丝雀"
        session.party_ids = [
            Command.create({"role": "expert", "name": "Acoustics institute"})
        ]
        session.action_agree("金丝雀 and the tenant keep quiet.")
        others = session.notice_ids.filtered(
            lambda notice: notice.addressee != "complainant"
        )
        self.assertTrue(others)
        self.assertEqual(others.filtered("held"), others)
        for notice in session.notice_ids:
            # what others get is compared when a custodian releases it
            with notice.ticket_id._released():
                page = notice._paper_page()
            if notice in others:
                self.assertNotIn("金丝雀", page)
            self.assertIn("Acoustics institute", page)
            self.assertIn("Mediator", page)

    def test_only_where_the_text_knows_it(self):
        self.regulation.allow_mediation = False
        ticket = self._to(self._complaint(), "accepted")
        self.assertRefused(
            "knows no mediation", ticket.with_user(self.handler).action_start_mediation
        )


@tagged("post_install", "-at_install")
class TestRequiredActs(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.allow_mediation = True
        cls.safety = cls.env.ref("community_complaint.type_safety")
        cls.neighbour = cls.env.ref("community_complaint.type_neighbour")
        cls.environment = cls.env.ref("community_complaint.type_environment")

    def _rule(self, requires, *types, **vals):
        self.regulation.type_rule_ids = [
            Command.create(
                {
                    "requires": requires,
                    "type_ids": [Command.set([item.id for item in types])],
                    **vals,
                }
            )
        ]

    def _inquire(self, ticket, kind):
        self.env["complaint.inquiry"].with_user(self.handler).create(
            {"ticket_id": ticket.id, "kind": kind, "summary": "Looked at."}
        )

    def _findings(self, ticket):
        case = ticket.with_user(self.handler)
        case.findings = "True."
        case.action_submit_findings()

    def test_safety_is_inspected_and_residents_are_asked(self):
        """R09 4.4: a supervisor inspects, residents' opinions are sought."""
        self._rule("inspection", self.safety, clause="4.4")
        self._rule("opinions", self.safety)
        ticket = self._to(self._complaint(type_id=self.safety.id), "investigating")
        self._inquire(ticket, "visit")
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            self._findings(ticket)
        self.assertIn("Inspection by a supervisor (4.4)", str(caught.exception))
        self.assertIn("Residents' opinions sought", str(caught.exception))
        self._inquire(ticket, "inspection")
        self._inquire(ticket, "opinions")
        self._findings(ticket)
        other = self._to(self._complaint(), "investigating")
        self._inquire(other, "visit")
        self._findings(other)

    def test_every_inquiry_is_asked_for_by_its_kind(self):
        kinds = dict(self.env["complaint.inquiry"]._fields["kind"].selection)
        self.assertLessEqual(INQUIRIES, kinds.keys())
        acts = dict(self.env["complaint.type.rule"]._fields["requires"].selection)
        ticket = self._complaint()
        for act in acts:
            with self.subTest(act=act):
                self.assertIn(ticket._act_done(act), (True, False))

    def test_neighbours_get_a_mediator(self):
        """R09 4.2: the committee sends a mediator."""
        self._rule("mediation", self.neighbour)
        ticket = self._to(self._complaint(type_id=self.neighbour.id), "deciding")
        self._draft(ticket)
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            ticket.with_user(self.leader).action_decide()
        self.assertIn("Mediator sent", str(caught.exception))
        case = ticket.with_user(self.handler)
        case.action_start_mediation()
        session = ticket.mediation_ids.with_user(self.handler)
        session.mediator_id = self.handler
        session.action_fail("No.")
        case.action_resume_investigation()
        case.action_submit_findings()
        ticket.with_user(self.leader).action_decide()

    def test_solved_cases_are_followed_up(self):
        """R09 4.1, 5.6: solved cases are followed up."""
        self._rule("follow_up", self.environment)
        self.assertIn("follow_up", self.regulation._phases())
        self.assertTrue(self.team._complaint_stage_id("follow_up"))
        ticket = self._to(self._complaint(type_id=self.environment.id), "notified")
        self.assertTrue(ticket.gate_follow_up)
        ticket.notice_ids.with_user(self.clerk).action_serve(
            delivery="post", note="RX 1"
        )
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            ticket.with_user(self.clerk).action_close()
        self.assertEqual(str(caught.exception).count("ollowed up"), 1)
        ticket.with_user(self.clerk).action_follow_up("Clean now.", "satisfied")
        ticket.with_user(self.clerk).action_close()
        self._to(self._complaint(), "closed")

    def test_founded_ones_are_corrected(self):
        """R12 4, R18 8: what is found wrong is corrected."""
        self._rule("correction")
        ticket = self._to(self._complaint(), "deciding")
        draft = self._draft(ticket)
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            ticket.with_user(self.leader).action_decide()
        self.assertIn("Corrective measure", str(caught.exception))
        measure = self.env.ref("community_complaint.measure_redo")
        draft.with_user(self.handler).measure_line_ids = [
            Command.create({"measure_id": measure.id})
        ]
        ticket.with_user(self.leader).action_decide()
        unfounded = self._to(self._complaint(), "deciding")
        self._draft(unfounded, conclusion="unsubstantiated")
        unfounded.with_user(self.leader).action_decide()

    def test_both_sides_are_heard(self):
        """R07 2, R18 7: the parties are heard."""
        self._rule("respondent_heard")
        self._rule("contact")
        ticket = self._to(
            self._complaint(respondent_ids=self._respondent()), "investigating"
        )
        self._inquire(ticket, "contact")
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            self._findings(ticket)
        self.assertIn("Respondent heard", str(caught.exception))
        ticket.respondent_ids.with_user(self.handler).statement_waived = True
        self._findings(ticket)

    def test_adoption_copies_them(self):
        template = self.env.ref("community_complaint.regulation_r02")
        template.type_rule_ids = [Command.create({"requires": "record"})]
        adopted = self._adopt("regulation_r02")
        self.assertEqual(adopted.type_rule_ids.mapped("requires"), ["record"])
        self.assertEqual(adopted.type_rule_ids.step, "submit_findings")
