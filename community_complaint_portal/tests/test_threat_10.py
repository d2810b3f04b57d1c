from odoo.tests import tagged

from odoo.addons.community_complaint.tests.canary import CanarySweep

from .common import PortalCommon

ADDRESS, BROWSER = "127.0.0.1", "CanaryBrowser/1.0"


@tagged("post_install", "-at_install")
class TestThreat10(PortalCommon, CanarySweep):
    """THREATS 10: no table of the server knows where somebody unknown came from."""

    def test_threat_10_public_pages_leave_no_address(self):
        self.authenticate(None, None)
        self.opener.headers["User-Agent"] = BROWSER
        with self.assertNoTraceInTables(ADDRESS, BROWSER):
            page = self.get("/complaints")
            self.assertEqual(page.status_code, 200)
            self.get("/complaints?lang=zh_CN")

    def test_threat_10_the_sweep_sees(self):
        """Who logs in leaves an address with their account: the base keeps devices."""
        self.opener.headers["User-Agent"] = BROWSER
        with self.assertRaises(AssertionError), self.assertNoTraceInTables(ADDRESS):
            self.env["res.device.log"].create(
                {"session_identifier": "x", "ip_address": ADDRESS}
            )
