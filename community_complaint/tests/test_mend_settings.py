from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestSettingsAreBounded(ComplaintCommon):
    """Absurd numbers are refused where they are typed, not when a step needs them."""

    def test_settings(self):
        measure = self.env.ref("community_complaint.measure_written_warning")
        for record, values in (
            (measure, {"duration": 601}),
            (measure, {"duration": -1}),
            (self.regulation, {"self_review_days": 367}),
            (self.regulation, {"self_review_days": -1}),
            (self.regulation, {"follow_up_days": 10**9}),
            (self.regulation, {"follow_up_days": -1}),
            (self.regulation, {"follow_up_rounds": 101}),
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                record.write(values)
        measure.duration = 600
        self.regulation.write({"self_review_days": 366, "follow_up_days": 3650})

    def test_publication_of_an_absurd_year(self):
        publications = self.env["complaint.publication"]
        vals = {"regulation_id": self.regulation.id, "kind": "year"}
        draft = publications.new({**vals, "date_from": "9999-12-31"})
        self.assertFalse(draft.date_to)
        for day in ("9999-12-31", "0026-07-01"):
            with self.subTest(day=day), self.assertRaises(ValidationError):
                publications.create({**vals, "date_from": day})

    def test_measures_for_staff_name_somebody(self):
        """A commendation of nobody would be decided and then forgotten."""
        self.regulation.carries_discipline = True
        commendation = self.env.ref("community_complaint.measure_commendation")
        self.regulation.measure_ids += commendation
        ticket = self._to(
            self._complaint(respondent_ids=self._respondent()), "deciding"
        )
        decision = ticket.decision_ids or self._draft(ticket)
        decision.measure_line_ids = [
            Command.clear(),
            Command.create({"measure_id": commendation.id}),
        ]
        with self.assertRaisesRegex(UserError, "say for whom"):
            ticket.with_user(self.leader).action_decide()
        decision.measure_line_ids.respondent_id = ticket.respondent_ids
        ticket.with_user(self.leader).action_decide()
        measures = ticket.with_user(self.leader).discipline_ids
        self.assertEqual(measures.kind, "commendation")
