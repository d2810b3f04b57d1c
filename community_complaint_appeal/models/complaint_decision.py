from odoo import api, fields, models
from odoo.exceptions import UserError


class ComplaintDecision(models.Model):
    """A decision that follows from an appeal is written by who reviews."""

    _inherit = "complaint.decision"

    appeal_id = fields.Many2one(
        "complaint.appeal", readonly=True, copy=False, index="btree_not_null"
    )

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: while an appeal is open only its reviewer drafts a decision."""
        decisions = super().create(vals_list)
        decisions._check_appeal_reviewer()
        return decisions

    def write(self, vals):
        self._check_appeal_reviewer()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_appealed(self):
        self._check_appeal_reviewer()

    def _check_appeal_reviewer(self):
        """Check that nobody but the reviewer writes what an appeal is to change.

        :raise UserError: naming the appeal
        """
        if self.env.su:
            return
        open_appeals = self.ticket_id._open_appeals().grouped("ticket_id")
        for decision in self.filtered(lambda item: item.state == "draft"):
            appeal = open_appeals.get(decision.ticket_id)
            if appeal and not (decision.appeal_id == appeal and appeal.is_reviewer):
                raise UserError(
                    self.env._(
                        "Only the reviewer of %s writes the decision on it.",
                        appeal.display_name,
                    )
                )
