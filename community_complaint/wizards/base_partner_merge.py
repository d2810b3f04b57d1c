from odoo import api, models


class BasePartnerMerge(models.TransientModel):
    """Residents keep their cases when two contacts of theirs become one.

    The vault knows the contact by its id, which no foreign key tells.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """OVERRIDE: identities follow as well."""
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env["complaint.identity"]._move_partner(src_partners, dst_partner)
        return result
