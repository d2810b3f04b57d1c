from odoo.tests import tagged

from odoo.addons.community_complaint.tests.canary import CanarySweep
from odoo.addons.community_complaint.tests.common import CANARY

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestErase(PortalCommon, CanarySweep):
    """THREATS 42: what the portal knows of a complainant goes with the identity."""

    def test_threat_42_the_portal_forgets(self):
        address = self.start_draft()
        self.tell(address)
        vals = {
            name.removeprefix("complainant_"): value for name, value in CANARY.items()
        }
        self.send(address, **vals)
        case = self.cases_of(self.resident)
        sent = self.env["complaint.submission"].sudo()
        self.assertTrue(sent.search([("ticket_id", "=", case.id)]))
        case.with_user(self.clerk).action_refuse("Not ours.")
        case.with_user(self.custodian).action_erase_identity("Asked for it.")
        self.assertFalse(sent.search([("ticket_id", "=", case.id)]))
        self.assertFalse(self.cases_of(self.resident))
        self.assertNoCanaryInDatabase()
        self.assertFalse(case.sudo().identity_ids.partner_id)
