from odoo.tests import Form, tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestTyped(ComplaintCommon):
    """What looks odd is asked about where it is typed, and kept if one is sure."""

    def _warning(self, **vals):
        tickets = self.env["helpdesk.ticket"].with_user(self.clerk)
        names = list(vals)
        answer = tickets.onchange(
            {"team_id": self.team.id, **vals}, names, dict.fromkeys(names, {})
        )
        return answer.get("warning", {}).get("message", "")

    def test_a_phone_number(self):
        for phone in (
            "13800138001",
            "021-66889900转12",
            "０１３８",
            "+44 20 7946 0000",
        ):
            odd = phone == "０１３８"
            self.assertEqual(bool(self._warning(complainant_phone=phone)), odd, phone)
        self.assertIn("1380013", self._warning(complainant_phone="1380013"))

    def test_nothing_is_odd_about_an_empty_form(self):
        """A new form asks for nothing, though all its fields are new."""
        fields = (
            *("complainant_name", "complainant_phone", "complainant_email"),
            *("name", "what_happened", "demand", "incident_place"),
        )
        tickets = self.env["helpdesk.ticket"].with_user(self.clerk)
        answer = tickets.onchange({}, [], dict.fromkeys(fields, {}))
        self.assertNotIn("warning", answer)
        self.assertFalse(self._warning(complainant_phone=False))

    def test_an_e_mail_address(self):
        self.assertFalse(self._warning(complainant_email="li@resident.example"))
        self.assertIn("li@", self._warning(complainant_email="li@"))

    def test_letters_without_a_font(self):
        self.assertFalse(self._warning(complainant_name="买买提·吐尔逊"))
        self.assertIn("\ue123", self._warning(complainant_name="张\ue123三"))
        self.assertIn("\uf0ff", self._warning(incident_place="\uf0ff路"))

    def test_who_is_sure_keeps_it(self):
        form = Form(
            self.env["helpdesk.ticket"].with_user(self.clerk),
            view="community_complaint.helpdesk_ticket_view_form_intake",
        )
        form.team_id = self.team
        form.what_happened = "噪声"
        with self.assertLogs("odoo.tests.form.onchange", "WARNING"):
            form.complainant_name = "张\ue123三"
        case = form.save()
        self.assertEqual(case.sudo().identity_ids.name, "张\ue123三")
