from lxml import html

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.community_complaint.tests.common import ANSWERS

from .common import AppealCommon

_BODIES = {
    **ANSWERS,
    "superior_name": "District Office",
    "above_name": "City Government",
    "above_phone": "021-5555 0100",
}


@tagged("post_install", "-at_install")
class TestSuperior(AppealCommon):
    """The body above is named: it gets the appeal, and heads its own decision."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.body = cls.env["res.partner"].create(
            {
                "name": "Street Office",
                "is_company": True,
                "street": "2 Government Road",
                "phone": "021-5555 0200",
                "email": "office@street.example",
            }
        )

    def _above(self, **vals):
        """Let the superior body decide, which the office named; return the level."""
        self.regulation.superior_partner_id = self.body
        return self._ladder({"authority": "superior", "notify_both": False, **vals})

    def _recorded(self, **vals):
        """Return an appeal whose decision by the body above is on record."""
        appeal = self._filed(**vals)
        appeal.with_user(self.clerk).action_forward()
        self._release_papers(appeal.ticket_id)
        self._serve(self._notices(appeal, "appeal_referral"))
        appeal = appeal.with_user(self.leader)
        self.go(10)
        appeal.write(
            {
                "superior_number": "FC 9",
                "superior_date": "2026-03-09",
                "superior_file_ids": [Command.link(self._file(self.leader).id)],
                "outcome": "upheld",
                "reasons": "The department agrees.",
            }
        )
        appeal.action_record()
        return appeal

    # ----------------------------------------------------------------------
    # Named at adoption
    # ----------------------------------------------------------------------

    def _petitions(self, answers):
        template = self.env.ref("community_complaint.regulation_xinfang")
        template = template.with_company(self.company)
        return self.env["complaint.regulation"].browse(
            template.action_adopt(answers=answers)["res_id"]
        )

    def test_both_bodies_of_the_ladder_are_asked_for(self):
        """信访: the review is up to the body above, the re-review to the one above it."""
        with self.assertRaisesRegex(UserError, "Body above the superior"):
            self._petitions(ANSWERS)
        ladder = self._petitions(_BODIES)._appeal_ladder()
        names = [level._body_name() for level in ladder]
        self.assertEqual(names, ["District Office", "City Government"])
        titles = ladder.mapped("paper_title")
        self.assertEqual(titles, ["Opinion on the Review", "Opinion on the Re-review"])

    def test_levels_follow_the_body(self):
        level = self._above(superior_name="the department in charge")
        self.assertEqual(level._body_name(), "Street Office")
        other = self.body.copy({"name": "District Office"})
        self.regulation.superior_partner_id = other
        self.assertEqual(level._body_name(), "District Office")
        level.body_partner_id = self.body
        self.regulation.superior_partner_id = other.copy({"name": "Bureau"})
        self.assertEqual(level._body_name(), "Street Office", "named for this level")

    # ----------------------------------------------------------------------
    # Told
    # ----------------------------------------------------------------------

    def test_residents_read_where_to_turn(self):
        self._above()
        ticket = self._make_served()
        text = self._paper(self._notices(ticket, "result", "complainant"))
        self.assertIn("you may apply to Street Office", text)

    def _head(self, notice):
        """Return what the letterhead of a paper says."""
        page = html.fromstring(notice._paper_page())
        return page.xpath("string(//div[@class='letterhead'])")

    def test_its_decision_is_its_own(self):
        self._above(paper_title="Opinion on the Review", request_word="a review")
        ticket = self._make_served()
        appeal = self._recorded(ticket=ticket)
        notice = self._notices(appeal, "appeal_result", "complainant")
        head = self._head(notice)
        self.assertIn("Street Office", head)
        self.assertIn("FC 9", head)
        self.assertNotIn(self.company.name, head)
        self.assertNotIn(notice.number, head)
        text = self._paper(notice)
        for words in (
            "Opinion on the Review",
            "you asked for a review of the result",
            "2 Government Road",
            "021-5555 0200",
            f"Handed on by {self.company.name} under {notice.number}",
        ):
            self.assertIn(words, text)

    def test_our_own_decision_is_ours(self):
        notice = self._notices(self._decided(), "appeal_result", "complainant")
        head, text = self._head(notice), self._paper(notice)
        self.assertIn(self.company.name, head)
        self.assertIn(notice.number, head)
        self.assertNotIn("Handed on", text)
        self.assertIn("you appealed against", text)
