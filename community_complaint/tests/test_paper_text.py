import io

from pypdf import PdfReader

from odoo.tests import tagged

from .common import ComplaintCommon

STORY = "民警到场，门口车道被占，建议长期整治，日月山风鸟鱼龙齐黄麦。"


@tagged("post_install", "-at_install")
class TestPaperText(ComplaintCommon):
    """Papers in Chinese as machines read them: searched, copied, read aloud."""

    def test_no_radicals_for_characters(self):
        """A search for “12月1日” finds the day, however the font draws it."""
        self.company.partner_id.lang = "zh_CN"
        ticket = self._complaint(description=f"<p>{STORY}</p>", demand=STORY)
        ticket.action_accept()
        content = ticket.notice_ids.pdf_attachment_id.sudo().raw
        pages = PdfReader(io.BytesIO(content)).pages
        text = "".join(page.extract_text() for page in pages)
        radicals = {char for char in text if "\u2e80" <= char <= "\u2fdf"}
        self.assertFalse(radicals)
        due = ticket.deadline_ids.filtered(lambda item: item.state == "running")[:1]
        day = due.due_date
        squeezed = "".join(text.split())
        self.assertIn(f"{day.year}年{day.month}月{day.day}日", squeezed)
        self.assertIn("建议长期整治", squeezed)
