from odoo.exceptions import UserError
from odoo.tests import tagged

from .discipline_common import DisciplineCommon


@tagged("post_install", "-at_install")
class TestReviewDiscipline(DisciplineCommon):
    """Attacks on measures and self-reviews, replayed as the user who would try them."""

    def _propose_with(self, ticket, employee, **context):
        """Propose by hand as the leader, with values smuggled in by the context."""
        context = {f"default_{name}": value for name, value in context.items()}
        items = self.env["complaint.discipline"].with_user(self.leader)
        return items.with_context(**context).create(
            {
                "ticket_id": ticket.id,
                "measure_id": self._measure("criticism").id,
                "employee_id": employee.id,
                "reason": "How the case was handled.",
            }
        )

    # ----------------------------------------------------------------------
    # 1b, 1c: values from the context
    # ----------------------------------------------------------------------

    def test_review_01b_no_entry_of_somebody_else(self):
        """A proposal never takes hold of an entry in the personnel file."""
        record = self._in_force().record_id
        mine = self._propose_with(
            self._complaint(), self._colleague(), record_id=record.id
        )
        self.assertFalse(mine.sudo().record_id)
        mine.action_revoke("x")
        self.assertEqual(record.state, "in_force")

    def test_review_01b_not_by_a_decision_either(self):
        """The decision proposes with all rights, but with the leader's context."""
        record = self._in_force().record_id
        ticket = self._deciding()
        self._draft(ticket, measure_line_ids=[self._line(ticket, "criticism")])
        ticket.with_user(self.leader).with_context(
            default_record_id=record.id,
            default_heard_date="2026-01-01",
            default_statement="x",
        ).action_decide()
        item = ticket.sudo().discipline_ids
        self.assertEqual(len(item), 1)
        self.assertFalse(item.record_id or item.heard_date or item.statement)

    def test_review_01c_nobody_elses_hearing(self):
        """A hearing of somebody else is no hearing of whom it is about."""
        heard = self._deciding().respondent_ids
        mine = self._propose_with(
            self._complaint(), self._colleague(), respondent_id=heard.id
        )
        self.assertFalse(mine.sudo().respondent_id)
        mine.with_user(self.discipline).action_hear()  # asks for the statement
        self.assertEqual(mine.state, "proposed")

    def test_review_01c_the_place_of_a_decided_measure_stays_free(self):
        ticket = self._deciding()
        draft = self._draft(ticket, measure_line_ids=[self._line(ticket, "criticism")])
        mine = self._propose_with(
            ticket, self._colleague(), measure_line_id=draft.measure_line_ids.id
        )
        self.assertFalse(mine.sudo().measure_line_id)
        ticket.with_user(self.leader).action_decide()
        self.assertEqual(len(ticket.sudo().discipline_ids), 2)

    def test_review_01c_steps_are_not_taken_by_the_context(self):
        """Nothing that the steps write comes from the context."""
        mine = self._propose_with(
            self._complaint(),
            self._colleague(),
            heard_date="2026-01-01",
            approved_by_id=self.deputy.id,
            approved_date="2026-01-01",
            start_date="2020-01-01",
            suspended_state="in_force",
            end_reason="x",
            statement="x",
        ).sudo()
        self.assertEqual(mine.state, "proposed")
        for name in ("heard_date", "approved_by_id", "approved_date", "start_date",
                     "suspended_state", "end_reason", "statement"):  # fmt: skip
            with self.subTest(field=name):
                self.assertFalse(mine[name])

    def test_review_01c_no_commendation_in_disguise(self):
        """What a measure is follows from it, also for who has defaults of their own."""
        values = {"kind": "commendation", "state": "heard", "heard_date": "2026-01-01"}
        defaults = self.env["ir.default"].with_user(self.leader)
        for name, value in values.items():
            defaults.set("complaint.discipline", name, value, user_id=True)
        context = {f"default_{name}": value for name, value in values.items()}
        ticket = self._deciding()
        self._draft(ticket, measure_line_ids=[self._line(ticket, "written_warning")])
        ticket.with_user(self.leader).with_context(**context).action_decide()
        by_hand = self._propose_with(self._complaint(), self._colleague(), **values)
        for item in ticket.sudo().discipline_ids + by_hand.sudo():
            with self.subTest(item=item.display_name):
                self.assertEqual((item.kind, item.state), ("sanction", "proposed"))
                self.assertFalse(item.heard_date)

    # ----------------------------------------------------------------------
    # 6: respondents of other cases
    # ----------------------------------------------------------------------

    def _foreign_respondent(self):
        """Return a respondent of a case the handler cannot read."""
        desk = self.team.copy({"user_ids": [(5,)]})
        stranger = {"kind": "other", "name": "Qian Qi"}
        ticket = self._complaint(respondent_ids=[(0, 0, stranger)])
        ticket.sudo().team_id = desk
        return ticket.sudo().respondent_ids

    def _ask(self, ticket, respondent):
        reviews = self.env["complaint.self.review"].with_user(self.handler)
        return reviews.create({"ticket_id": ticket.id, "respondent_id": respondent.id})

    def test_review_06_no_name_of_another_case(self):
        """A self-review is asked of respondents of its case; the error names nobody."""
        foreign = self._foreign_respondent()
        case = self._complaint(respondent_ids=self._respondent())
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            self._ask(case, foreign)
        self.assertNotIn(foreign.name, str(caught.exception))
        # the place is still free for its own case, and what is taken is not told
        self.env["complaint.self.review"].create(
            {"ticket_id": foreign.ticket_id.id, "respondent_id": foreign.id}
        )
        with self.assertRaises(UserError) as later, self.env.cr.savepoint():
            self._ask(case, foreign)
        self.assertEqual(str(later.exception), str(caught.exception))

    def test_review_06_whom_it_is_about_stays(self):
        foreign = self._foreign_respondent()
        case = self._complaint(respondent_ids=self._respondent())
        review = self._ask(case, case.respondent_ids)
        for vals in (
            {"respondent_id": foreign.id},
            {"ticket_id": foreign.ticket_id.id},
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaises(UserError) as caught,
                self.env.cr.savepoint(),
            ):
                review.write(vals)
            self.assertNotIn(foreign.name, str(caught.exception))
        self.assertEqual(review.respondent_id, case.respondent_ids)

    def test_review_06_self_review_from_the_context(self):
        """A report is handed in by its button, not by the context."""
        case = self._complaint(respondent_ids=self._respondent())
        reviews = self.env["complaint.self.review"].with_user(self.handler)
        review = reviews.with_context(
            default_text="x",
            default_submitted_date="2026-01-01",
            default_submitted_by_id=self.leader.id,
        ).create({"ticket_id": case.id, "respondent_id": case.respondent_ids.id})
        self.assertFalse(review.text or review.submitted_date or review.submitted_by_id)

    # ----------------------------------------------------------------------
    # 9: who rewrites does not approve
    # ----------------------------------------------------------------------

    def test_review_09_the_approver_does_not_rewrite(self):
        item = self._proposed()
        item.with_user(self.discipline).action_hear()
        deputy = item.with_user(self.deputy)
        deputy.write({"reason": "Something else.", "duration": 24})
        self.assertEqual(item.state, "proposed")
        self.assertFalse(item.heard_date)
        deputy.action_hear()
        self.assertRefused("Somebody else has to do it", deputy.action_approve)
        self.assertEqual(item.state, "heard")
        item.with_user(self.discipline).action_approve()
        self.assertEqual(item.state, "approved")

    def test_review_09_not_before_the_hearing_either(self):
        """Who writes a word of the proposal does not approve it, whoever wrote last."""
        item = self._proposed()
        item.with_user(self.deputy).reason = "Something else."
        item.with_user(self.leader).duration = 3
        item.with_user(self.discipline).action_hear()
        self.assertRefused(
            "Somebody else has to do it", item.with_user(self.deputy).action_approve
        )
        for name in ("editor_ids", "proposed_by_id"):
            with self.subTest(field=name), self.assertRaises(UserError):
                item.with_user(self.leader).write({name: False})

    # ----------------------------------------------------------------------
    # 12: words that are taken out are noted
    # ----------------------------------------------------------------------

    def test_review_12_tries_tell_nothing(self):
        """Who types names into a reason reads them as typed, the true one and others."""
        case = self._complaint(confidentiality="confidential")
        item = self._propose_by_hand(case, "criticism", self._colleague())
        before = self._redactions(case)
        typed = "Perhaps Han Mei, perhaps Li Lei."
        item.action_revoke(typed)
        [event] = item.event_ids.filtered(lambda event: event.step == "revoke")
        self.assertEqual((item.end_reason, event.note), (typed, typed))
        self.assertEqual(self._redactions(case), before)

    def test_review_12_other_words_leave_none(self):
        case = self._complaint(confidentiality="confidential")
        item = self._propose_by_hand(case, "criticism", self._colleague())
        before = self._redactions(case)
        item.action_revoke("It was a mistake.")
        self.assertEqual(self._redactions(case), before)
        self.assertEqual(item.end_reason, "It was a mistake.")

    def _redactions(self, case):
        log = self.env["complaint.log"].sudo()
        return log.search([("kind", "=", "redacted"), ("ticket_id", "=", case.id)])

    # ----------------------------------------------------------------------
    # 21: deleting staff
    # ----------------------------------------------------------------------

    def test_review_21_deleting_staff_tells_nothing(self):
        """The same words for everybody, whether there is something on file or not."""
        officer = self._new_user("hr", "hr.group_hr_user")
        marked = self._in_force().employee_id
        clean = self._colleague(name="Qian Qi")
        said = set()
        for employee in (marked, clean):
            with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
                employee.with_user(officer).unlink()
            said.add(str(caught.exception))
        self.assertEqual(len(said), 1)
        self.assertIn("rchive", said.pop())
        clean.with_user(officer).action_archive()
        self.assertFalse(clean.active)

    def test_review_21_deleting_units_tells_nothing(self):
        officer = self._new_user("hr", "hr.group_hr_user")
        units = self.env["hr.department"].create(
            [
                {"name": name, "company_id": self.company.id}
                for name in ("Ward 1", "Ward 2")
            ]
        )
        self._complaint(
            respondent_ids=[
                (0, 0, {"kind": "department", "department_id": units[0].id})
            ]
        )
        said = set()
        for unit in units:
            with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
                unit.with_user(officer).unlink()
            said.add(str(caught.exception))
        self.assertEqual(len(said), 1)
