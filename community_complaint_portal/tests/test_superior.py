from datetime import date, timedelta

from odoo.tests import tagged

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestPublicPage(PortalCommon):
    """What residents read before they complain: the mailbox, and the body above."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.regulation.is_public = True

    def _page(self):
        response = self.url_open("/complaints")
        self.assertEqual(response.status_code, 200)
        return response.text

    def test_the_body_above(self):
        self.regulation.superior_partner_id = self.env["res.partner"].create(
            {
                "name": "Sunflower District Government",
                "is_company": True,
                "street": "1 Government Road",
                "phone": "021-5555 0200",
                "email": "district@authority.example",
                "comment": "Never to be shown",
            }
        )
        page = self._page()
        for words in (
            "Sunflower District Government",
            "1 Government Road",
            "021-5555 0200",
            "district@authority.example",
        ):
            self.assertIn(words, page)
        self.assertNotIn("Never to be shown", page)

    def test_the_desks_mailbox(self):
        """R01 4: letters and e-mails; where e-mail is no way, the address is not shown."""
        domain = self.env["mail.alias.domain"].create({"name": "office.example"})
        alias = self.team.alias_id
        alias.write({"alias_domain_id": domain.id, "alias_name": "tousu"})
        self.assertIn("mailto:tousu@office.example", self._page())
        self.regulation.channel_ids -= self.env.ref("community_complaint.channel_email")
        self.assertNotIn("tousu@office.example", self._page())

    def test_not_before_it_is_in_force(self):
        self.assertIn(self.regulation.name, self._page())
        self.regulation.in_force_date = date.today() + timedelta(days=2)
        self.assertNotIn(self.regulation.name, self._page())
