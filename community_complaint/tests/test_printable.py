from odoo.tests import tagged

from .common import ComplaintCommon

NASTY = "a\x00b\u202egpj.exe\r\nBcc: x"


@tagged("post_install", "-at_install")
class TestPrintable(ComplaintCommon):
    """Control characters in titles, texts and parts of a case (THREATS 30)."""

    def test_threat_30_titles(self):
        case = self._complaint(name=NASTY, description="<p>x\x00\u202e\n  y</p>")
        self.assertEqual(case.name, "a b gpj.exe Bcc: x")
        self.assertNotIn("\u202e", case.description)
        self.assertIn("x\n  y", case.description)
        case.write({"name": f"new{NASTY}", "demand": "1\x00\n2"})
        self.assertEqual(case.name, "newa b gpj.exe Bcc: x")
        self.assertEqual(case.demand, "1\n2")

    def test_threat_30_parts(self):
        case = self._complaint()
        part = self.env["complaint.respondent"].create(
            {"ticket_id": case.id, "kind": "other", "name": NASTY}
        )
        self.assertEqual(part.name, "a b gpj.exe Bcc: x")
        part.write({"name": "Li\x7fLei"})
        self.assertEqual(part.name, "Li Lei")

    def test_threat_30_ordinary_tickets_are_left_alone(self):
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "one\ntwo", "description": "x"}
        )
        self.assertEqual(ticket.name, "one\ntwo")
