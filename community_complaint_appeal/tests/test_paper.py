from odoo.tests import tagged

from .common import AppealCommon


@tagged("post_install", "-at_install")
class TestPaper(AppealCommon):
    """What stands on the papers; read from the frozen PDF."""

    def _open_case(self, **vals):
        return self._served(confidentiality="open", **vals)

    def assertOn(self, text, *words):
        for word in words:
            self.assertIn(word, text)

    def test_the_result_names_the_right_to_appeal(self):
        ticket = self._notified()
        text = self._paper(self._notices(ticket, addressee="complainant"))
        self.assertOn(
            text,
            "If you do not agree",
            "you may apply to Sunflower Street Office within 3 working days of receiving "
            "this notice: Appeal (clause 5.4).",
        )
        other = self._paper(self._notices(ticket, addressee="respondent"))
        self.assertNotIn("If you do not agree", other)

    def test_either_side_reads_its_right(self):
        self._ladder({"applicant": "both"})
        ticket = self._notified()
        for notice in self._notices(ticket):
            self.assertIn("If you do not agree", self._paper(notice))

    def test_once_served_the_last_day_and_why(self):
        ticket = self._served()
        notice = self._notices(ticket, addressee="complainant")
        told = " ".join(notice._paper_appeal())
        self.assertOn(
            told,
            f"counted from the day after {self._day(3, 2)} (notice received)",
            f"The last day is {self._day(3, 5)}, until 24:00.",
        )

    def test_a_contested_notice_names_no_other_window(self):
        self._ladder({}, {"name": "Review", "sequence": 20})
        ticket = self._served()
        result = self._notices(ticket, addressee="complainant")
        self._decided(ticket)
        self.assertFalse(result._paper_appeal())

    def test_upheld(self):
        ticket = self._open_case()
        self.go(3)
        appeal = self._decided(ticket)
        text = self._paper(self._notices(appeal, "appeal_result", "complainant"))
        self.assertOn(
            text,
            "Notice of the Result of the Appeal",
            "Li Lei",
            f"On {self._day(3, 3, 'long')} you appealed",
            "clause 5.5",
            "Sunflower Street Office has decided as follows",
            "SS2026-00001",
            ticket.number,
            self._notices(ticket, addressee="complainant").number,
            "Decision upheld",
            "The conclusion remains: Substantiated.",
            "We looked at it again.",
            "This decision is final",
        )
        self.assertRegex(text, r"TS申〔2026〕\d+号")

    def test_changed(self):
        appeal = self._decided(self._open_case(), "changed")
        for addressee in ("complainant", "respondent"):
            text = self._paper(self._notices(appeal, "appeal_result", addressee))
            self.assertOn(
                text, "Decision changed", "Unsubstantiated", "The drill was next door."
            )

    def test_remanded(self):
        """It says what happens next, and by when."""
        appeal = self._decided(self._open_case(), "remanded")
        text = self._paper(self._notices(appeal, "appeal_result", "complainant"))
        self.assertOn(
            text,
            "The decision is set aside and the matter is investigated anew",
            "What happens next",
            self._day(3, 9, "full"),
        )
        self.assertNotIn("final", text)
        self.assertNotIn("Decision on the appeal Monday", text)

    def test_nothing_on_the_complainant_for_a_respondent(self):
        ticket = self._open_case(complainant_address="Lane 7")
        appeal = self._under_review(ticket)
        appeal.write(
            {
                "outcome": "upheld",
                "reasons": "Li Lei of Lane 7 said so (138-0013 8000).",
            }
        )
        appeal.action_decide()
        text = self._paper(self._notices(appeal, "appeal_result", "respondent"))
        self.assertOn(text, "Wang Wei", "another party appealed", "[complainant]")
        for secret in ("Li Lei", "Lane 7", "8000"):
            self.assertNotIn(secret, text)
        own = self._paper(self._notices(appeal, "appeal_result", "complainant"))
        self.assertIn("Li Lei of Lane 7", own)

    def test_confidential(self):
        appeal = self._decided()
        for notice in appeal.notice_ids:
            self.assertNotIn("Li Lei", self._paper(notice))

    def test_nothing_on_other_respondents(self):
        second = self.env["hr.employee"].create(
            {"name": "Zhao Liu", "company_id": self.company.id}
        )
        respondents = [
            *self._respondent(),
            (0, 0, {"kind": "employee", "employee_id": second.id}),
        ]
        ticket = self._served(respondent_ids=respondents)
        appeal = self._decided(ticket, "changed")
        papers = self._notices(appeal, "appeal_result", "respondent")
        self.assertEqual(len(papers), 2)
        for paper in papers:
            other = papers - paper
            self.assertNotIn(other.respondent_id.name, self._paper(paper))
            self.assertNotIn("next door", self._paper(paper))

    def test_title_of_its_own(self):
        self._ladder({"paper_title": "Review Opinion", "kind": "review"})
        appeal = self._decided()
        self.assertIn("Review Opinion", self._paper(appeal.notice_ids[0]))

    def test_marks(self):
        """Each paper has its own series of official numbers."""
        marks = {
            kind: self.env["complaint.notice"]._mark(kind)
            for kind in (
                "result",
                "appeal_receipt",
                "appeal_result",
                "appeal_dismissed",
                "arbitration_ruling",
                "final_ruling",
            )
        }
        self.assertEqual(len(set(marks.values())), len(marks))
