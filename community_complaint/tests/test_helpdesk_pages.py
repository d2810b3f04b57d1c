from odoo.tests import HttpCase, new_test_user, tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestHelpdeskPages(HttpCase, ComplaintCommon):
    """The helpdesk's own portal pages never show or change a complaint."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.resident = new_test_user(cls.env, "resident.pages", "base.group_portal")
        cls.ticket = cls._complaint()
        cls.done = cls.env["helpdesk.ticket.stage"].create(
            {"name": "Done here", "closed": True, "close_from_portal": True}
        )

    def test_nobody_closes_by_a_link(self):
        self.authenticate("resident.pages", "resident.pages")
        url = f"/ticket/close?ticket_id={self.ticket.id}&stage_id={self.done.id}"
        self.assertEqual(self.url_open(url).status_code, 404)
        self.env.invalidate_all()
        self.assertEqual(self.ticket.phase, "registered")

    def test_no_token_opens_a_complaint(self):
        token = self.ticket.sudo()._portal_ensure_token()
        self.env.flush_all()
        for url in (
            f"/my/ticket/{self.ticket.id}",
            f"/my/ticket/{self.ticket.id}/{token}",
        ):
            page = self.url_open(f"{url}?access_token={token}")
            self.assertNotIn(self.ticket.number, page.text)
            self.assertNotIn(self.ticket.name, page.text)
