from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestSettingsAreBounded(ComplaintCommon):
    """Absurd numbers are refused where they are typed, not when a step needs them."""

    def test_regulation(self):
        for part, values in (
            ("within 0 to 366", {"self_review_days": 367}),
            ("within 0 to 366", {"self_review_days": -1}),
            ("3,650 days", {"follow_up_days": 10**9}),
            ("3,650 days", {"follow_up_days": -1}),
            ("100 times", {"follow_up_rounds": 101}),
            ("speak for", {"most_representatives": 0}),
            ("cannot be negative", {"max_hops": -1}),
            ("cannot be negative", {"urge_quantity": 366}),
            ("24 hours", {"identity_minutes": 0}),
            ("24 hours", {"identity_minutes": 1441}),
            ("30 days", {"disclosure_hours": 721}),
            ("30 days", {"identity_retention_years": -1}),
            ("cannot be negative", {"recur_type": -1}),
            ("cannot be negative", {"recur_days": -5}),
            ("cannot be negative", {"recur_days": 3661}),
            ("2 or more", {"recur_place": 1}),
            ("2 or more", {"recur_respondent": 1}),
            ("3 or more", {"publication_min_count": 2}),
        ):
            with self.subTest(values=values), self.assertConstraint(part):
                self.regulation.write(values)
        self.regulation.write({"self_review_days": 366, "follow_up_days": 3650})
        self.env.flush_all()

    def test_mails_an_hour(self):
        for name in ("mail_limit", "mail_domain_limit"):
            for number in (0, -1, 10_001):
                with self.subTest(name, number=number), self.assertConstraint("10,000"):
                    self.team[name] = number
            self.team[name] = 10_000
        self.env.flush_all()

    def test_duration_of_a_measure(self):
        measure = self.env.ref("community_complaint.measure_written_warning")
        for months in (-1, 601):
            with self.subTest(months), self.assertConstraint("between 0 and 600"):
                measure.duration = months
        measure.duration = 600
        self.env.flush_all()

    def test_hours_of_a_working_day(self):
        days = self.env["complaint.working.day"]
        vals = {"calendar_id": self.calendar.id, "date": "2026-10-10", "name": "Worked"}
        for hours in ((9, 9), (12, 9), (-1, 9), (9, 25), (9, 0)):
            typed = dict(zip(("hour_from", "hour_to"), hours, strict=True))
            with self.subTest(hours), self.assertConstraint("in order"):
                days.create({**vals, **typed})
        self.assertTrue(days.create(vals), "the usual hours")

    def test_publication_of_an_absurd_year(self):
        publications = self.env["complaint.publication"]
        vals = {"regulation_id": self.regulation.id, "kind": "year"}
        draft = publications.new({**vals, "date_from": "9999-12-31"})
        self.assertFalse(draft.date_to)
        for day in ("9999-12-31", "0026-07-01"):
            with self.subTest(day=day), self.assertConstraint("2000 to 2100"):
                publications.create({**vals, "date_from": day})
        publication = publications.create({**vals, "date_from": "2025-05-01"})
        with self.assertConstraint("2000 to 2100"):
            publication.date_from = "9999-12-31"

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
