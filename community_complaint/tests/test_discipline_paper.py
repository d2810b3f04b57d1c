import io

from pypdf import PdfReader

from odoo.exceptions import UserError
from odoo.tests import tagged

from .discipline_common import DisciplineCommon


@tagged("post_install", "-at_install")
class TestDisciplinePaper(DisciplineCommon):
    """Papers on members of staff: numbered, frozen, served, without the case."""

    def _text(self, notice):
        content = notice.sudo().pdf_attachment_id.raw
        pages = PdfReader(io.BytesIO(content)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())

    def test_each_measure_has_its_paper(self):
        kinds = {
            "criticism": ("correction", "改", "Correction Order"),
            "written_warning": ("warning", "警", "Warning Notice"),
            "circulated_criticism": ("circulated", "通", "Circulated Criticism"),
            "demotion": ("discipline", "处", "Decision on Discipline"),
        }
        for code, (kind, mark, title) in kinds.items():
            with self.subTest(code):
                item = self._in_force(code)
                notice = item.notice_ids
                self.assertEqual((notice.kind, notice.addressee), (kind, "employee"))
                self.assertIn(mark, notice.number)
                text = self._text(notice)
                self.assertIn(title, text)
                self.assertIn("Wang Wei", text)
                self.assertIn(item.measure_id.name, text)
                self.assertIn("The visit confirmed the noise.", text)
                # what may be put in a personnel file leads nowhere
                self.assertNotIn(item.ticket_id.number, text)
                self.assertNotIn(item.ticket_id.name, text)

    def test_it_says_until_when(self):
        item = self._in_force()
        text = self._text(item.notice_ids)
        self.assertIn("In force until", text)
        self.assertIn(str(item.expiry.year), text)
        self.assertIn("entered in the personnel file", text)
        text = self._text(self._in_force("criticism").notice_ids)
        self.assertNotIn("In force until", text)
        self.assertNotIn("personnel file", text)

    def test_nobody_is_given_away(self):
        """The complainant's name in the finding does not reach the paper."""
        ticket = self._deciding()
        ticket.respondent_ids.finding_note = "Li Lei (13800138000) was shouted at."
        item = self._decide(ticket, "written_warning")
        item.with_user(self.discipline).action_hear()
        item.with_user(self.deputy).action_approve()
        item.with_user(self.discipline).action_enforce()
        self._release_papers(ticket)
        text = self._text(item.notice_ids)
        self.assertNotIn("Li Lei", text)
        self.assertNotIn("13800138000", text)
        self.assertIn("was shouted at", text)

    def test_who_was_told_is_told_that_it_is_revoked(self):
        item = self._in_force()
        paper = item.notice_ids
        self._release_papers(item.ticket_id)
        paper.with_user(self.clerk).action_serve(delivery="post", note="RX 1")
        item.with_user(self.discipline).action_revoke("The facts were others.")
        [told] = item.notice_ids - paper
        self._release_papers(item.ticket_id)
        self.assertEqual((told.kind, told.addressee), ("revocation", "employee"))
        self.assertIn("撤", told.number)
        text = self._text(told)
        for words in (
            "Notice of Revocation",
            "Wang Wei",
            paper.number,
            item.measure_id.name,
            "The facts were others.",
            "personnel file says that it is revoked",
        ):
            self.assertIn(words, text)
        self.assertNotIn(item.ticket_id.number, text)
        self.assertEqual(paper.state, "served", "what was served stays so")
        told.with_user(self.clerk).action_serve(delivery="post", note="RX 2")
        self.assertEqual(told.state, "served")

    def test_what_nobody_has_yet_is_void(self):
        item = self._in_force()
        paper = item.notice_ids
        item.with_user(self.discipline).action_revoke("The facts were others.")
        self.assertEqual(item.notice_ids, paper, "nobody was told, nobody has to be")
        self.assertEqual(paper.state, "void")
        with self.assertRaises(UserError):
            paper.with_user(self.clerk).action_issue_again()

    def test_what_is_revoked_keeps_no_case_open(self):
        item = self._in_force("circulated_criticism")
        case = item.ticket_id
        self._to(case, "notified")
        item.with_user(self.discipline).action_revoke("The facts were others.")
        refused = [str(why) for why in case.with_user(self.clerk)._missing_for("close")]
        self.assertFalse([why for why in refused if "void" in why], refused)

    def test_oral_means_oral(self):
        self.assertFalse(self._in_force("oral_warning").notice_ids)

    def test_commendation(self):
        item = self._propose_by_hand(
            self._deciding(), "commendation", self._colleague()
        )
        item.with_user(self.discipline).action_approve()
        item.with_user(self.discipline).action_enforce()
        text = self._text(item.sudo().notice_ids)
        self.assertIn("Decision on Commendation", text)
        self.assertIn("Zhao Liu", text)
        self.assertIn("How the case was handled.", text)

    def test_served_like_every_paper(self):
        notice = self._in_force().notice_ids.with_user(self.clerk)
        self._release_papers(notice.ticket_id)
        self.assertEqual(notice.addressee_name, "Wang Wei")
        notice.action_serve(delivery="post", note="RX 1")
        self.assertEqual(notice.state, "served")

    def test_letter_of_referral(self):
        """R02 9 (4): crime goes to the judiciary; that is no discipline."""
        ticket = self._deciding()
        self._draft(ticket, measure_line_ids=[self._line(ticket, "judiciary")])
        leader = ticket.with_user(self.leader)
        self.assertRefused("which body it is", leader.action_decide)
        lines = ticket.decision_ids.measure_line_ids.with_user(self.handler)
        lines.note = "District procuratorate"
        leader.action_decide()
        self.assertFalse(ticket.sudo().discipline_ids)
        letter = ticket.notice_ids.filtered(lambda item: item.kind == "referral")
        self.assertEqual(letter.addressee_name, "District procuratorate")
        text = self._text(letter)
        self.assertIn("Letter of Referral", text)
        self.assertIn("District procuratorate", text)
        self.assertNotIn("Li Lei", text)

    def test_correction_order_of_the_decision(self):
        ticket = self._deciding()
        self._decide(ticket, "correction_order", note="A second window by May.")
        order = ticket.notice_ids.filtered(lambda item: item.kind == "correction")
        text = self._text(order)
        self.assertIn("A second window by May.", text)
        self.assertIn("Wang Wei", text)
        self.assertNotIn(ticket.number, text)
