"""THREATS 70: website designers beside complaints."""

import json

from odoo.tests import tagged

from odoo.addons.community_complaint_portal.tests.common import LIST, NEW, PortalCommon

HEAD = "<script>window.designers = 'head'</script>"
FOOTER = "<script src='https://elsewhere.example/x.js'></script>"
DESIGNER = "website.group_website_designer"
PAGES = ("/complaints", "/complaints/track", "/complaints/published", LIST, NEW)


@tagged("post_install", "-at_install")
class TestWebsite(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.designer = cls._new_user("designer", DESIGNER)
        cls.site = cls.env["website"].get_current_website()
        cls.parameters = cls.env["ir.config_parameter"]

    def _last(self, record):
        """Return what the log says last of a record, in every office that has one."""
        row = self.env["complaint.log"].search(
            [
                ("kind", "=", "setting_changed"),
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
            ],
            order="id desc",
            limit=1,
        )
        return json.loads(row.details) if row else {}

    def _told(self):
        """Return how many notes custodians and auditors got."""
        subject = "Somebody changed what guards complaints"
        return self.env["mail.message"].search_count([("subject", "=", subject)])

    def test_no_code_of_designers_is_on_our_pages(self):
        site = self.site.with_user(self.designer)
        site.write({"custom_code_head": HEAD, "custom_code_footer": FOOTER})
        site.write({"google_analytics_key": "G-1234", "cdn_activated": True})
        # every link and form as well
        site.write({"cdn_url": "https://elsewhere.example", "cdn_filters": "^/"})
        layout = self.env.ref("website.layout")
        self.env["ir.ui.view"].with_user(self.designer).create(
            {
                "name": "Mine",
                "type": "qweb",
                "inherit_id": layout.id,
                "arch": f"<xpath expr='//footer' position='inside'>{HEAD}</xpath>",
            }
        )
        other = self.get("/contactus").text
        self.assertIn("designers", other)
        self.assertIn("elsewhere.example/", other)
        case = self._own_complaint()
        for path in (*PAGES, self.page_of(case)):
            with self.subTest(path=path):
                page = self.get(path)
                self.assertEqual(page.status_code, 200)
                self.assertNotIn("designers", page.text)
                self.assertNotIn("elsewhere.example", page.text)
                self.assertNotIn("G-1234", page.text)
                policy = page.headers["Content-Security-Policy"]
                [scripts] = [
                    rule for rule in policy.split("; ") if rule.startswith("script-src")
                ]
                self.assertRegex(scripts, r"^script-src 'sha256-[^']+'$")

    def test_papers_bear_the_offices_own_address(self):
        self.parameters.set_param("web.base.url", "https://complaints.example")
        self.site.with_user(self.designer).domain = "https://evil.example"
        self.company.website_id = self.site
        case = self._own_complaint()
        for record in (case, self.regulation, self.regulation.calendar_id):
            with self.subTest(model=record._name):
                self.assertEqual(record.get_base_url(), "https://complaints.example")
        # the base goes by the website
        self.assertEqual(self.site.get_base_url(), "https://evil.example")

    def test_what_designers_change_is_on_record_and_told(self):
        site = self.site.with_user(self.designer)
        for vals in (
            {"domain": "https://evil.example"},
            {"custom_code_head": HEAD},
            {"cdn_url": "https://elsewhere.example"},
        ):
            with self.subTest(vals=vals):
                told = self._told()
                site.write(vals)
                self.assertGreater(self._told(), told)
                self.assertEqual(self._last(site)["fields"].keys(), vals.keys())
        told = self._told()
        site.write({"name": "Our Town", "social_twitter": "x"})
        self.assertEqual(self._told(), told)

    def test_redirections_and_code(self):
        rewrite = self.env["website.rewrite"].with_user(self.designer)
        vals = {"redirect_type": "302", "url_from": "/complaints", "url_to": "/x"}
        views = self.env["ir.ui.view"].with_user(self.designer)
        page = {"name": "Page", "type": "qweb", "key": "website.mine"}
        for records, values in (
            (rewrite, {"name": "Away", **vals}),
            (views, {**page, "arch": f"<t t-name='website.mine'><p/>{HEAD}</t>"}),
            (
                self.env["ir.asset"].sudo(),
                {
                    "name": "x",
                    "bundle": "web.assets_frontend",
                    "path": "/web/content/1",
                },
            ),
        ):
            with self.subTest(model=records._name):
                told = self._told()
                record = records.create(values)
                self.assertTrue(self._last(record).get("made"))
                if records.env.uid == self.designer.id:
                    self.assertGreater(self._told(), told)
        told = self._told()
        plain = views.create({**page, "arch": "<t t-name='website.mine'><p/></t>"})
        self.assertFalse(self._last(plain))
        self.assertEqual(self._told(), told)
