import re
from pathlib import Path

from odoo import Command
from odoo.tests import tagged

from odoo.addons.community_complaint.tools import paper_pdf

from .common import AppealCommon

OFFICE = "向阳市东风区和平街道办事处向阳花园第一社区居民委员会便民服务中心"
COMPLAINANT = "阿卜杜拉·买买提江·吐尔逊别克"
RESPONDENT = "向阳市东风区和平房屋物业管理服务有限责任公司第三分公司"
TITLE = "三号楼二单元地下室长期被物业公司出租堆放易燃杂物且多次反映无人处理"
#: About three pages: the findings and the reasons of a long investigation.
FINDINGS = [
    f"（{number}）经现场查看并询问值班人员，{number}号储物间内堆放纸箱、旧家具及电动自行车电池，"
    "通道净宽不足八十厘米，灭火器压力不足，应急照明损坏；物业公司称已于去年张贴清理通知，"
    "但未能提供张贴记录和巡查记录，与居民陈述及照片不符。"
    for number in range(1, 41)
]


@tagged("post_install", "-at_install")
class TestFullCasePapers(AppealCommon):
    """All papers of one long case: nothing is cut off, nothing is missing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.company.partner_id.lang = "zh_CN"
        cls.company.name = OFFICE

    def _case(self):
        """Return a case whose appeal was decided, with the names and texts above."""
        vals = {"kind": "other", "name": RESPONDENT, "post": "物业服务企业"}
        ticket = self._complaint(
            name=TITLE,
            confidentiality="open",
            complainant_name=COMPLAINANT,
            respondent_ids=[Command.create(vals)],
            demand="立即清理全部杂物，恢复消防通道，并对责任人作出处理。",
        )
        self._to(ticket, "investigating")
        ticket.with_user(self.handler).findings = "\n".join(FINDINGS)
        self._to(ticket, "deciding")
        decision = ticket.decision_ids or self._draft(ticket)
        decision.with_user(self.handler).reasons = "\n".join(FINDINGS)
        self._to(ticket, "notified")
        self._serve(ticket.notice_ids)
        appeal = self._under_review(ticket, grounds="\n".join(FINDINGS[:9]))
        appeal.action_draft_decision()
        vals = {"conclusion": "partly", "reasons": "\n".join(FINDINGS[:20])}
        appeal.new_decision_id.write(vals)
        appeal.write({"outcome": "changed", "reasons": "\n".join(FINDINGS[20:])})
        appeal.action_decide()
        return ticket, appeal

    def _text(self, content):
        return re.sub(r"\s", "", paper_pdf.text(content))

    def test_papers_of_a_long_case(self):
        ticket, appeal = self._case()
        notices = ticket.notice_ids | appeal.notice_ids
        self.assertLessEqual(
            {"voucher", "result", "appeal_result"},
            set(notices.mapped("kind")),
        )
        for notice in notices:
            with self.subTest(kind=notice.kind, addressee=notice.addressee):
                content = notice.sudo().pdf_attachment_id.raw
                self._picture(f"{notice.kind}-{notice.addressee}", content)
                # the mark on top of each page stands in the middle of a sentence
                text = re.sub(rf"{notice.number}\d/\d", "", self._text(content))
                self.assertIn(OFFICE, text)
                self.assertIn(notice.number, text)
                self.assertNotRegex(text, r"[A-Za-z]{12,}(?<!complaints)", "English")
                if notice.kind != "voucher":
                    self.assertGreaterEqual(paper_pdf.page_count(content), 3)
                    for line in FINDINGS:
                        self.assertIn(line, text)
                names = {"complainant": COMPLAINANT, "respondent": RESPONDENT}
                self.assertIn(names[notice.addressee], text)

    def test_forms_of_a_long_case(self):
        ticket, _appeal = self._case()
        forms = self.env["complaint.form"].with_user(self.clerk)
        for kind in forms._kinds():
            with self.subTest(kind=kind):
                content = forms._render(kind, ticket.with_user(self.clerk))
                self._picture(f"form-{kind}", content)
                text = self._text(content)
                self.assertIn(OFFICE, text)
                self.assertIn(ticket.number, text)

    def _picture(self, name, content):
        """Leave a paper beside the file store for whoever wants to look at it."""
        folder = Path(self.env["ir.attachment"]._filestore()).parent / "papers"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.pdf").write_bytes(content)
