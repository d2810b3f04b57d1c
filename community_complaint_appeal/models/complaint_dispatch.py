from odoo import api, models


class ComplaintDispatch(models.Model):
    """The letters that forward appeals go to the body that decides at their level."""

    _inherit = "complaint.dispatch"

    @api.model
    def _superior_of(self, vals):
        """OVERRIDE: each level of appeal has its own."""
        appeal = self.env["complaint.notice"].browse(vals.get("notice_id")).appeal_id
        return (
            appeal.level_id._superior_partner()
            if appeal
            else super()._superior_of(vals)
        )
