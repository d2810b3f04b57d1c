from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.community_complaint.tools.life import Opening


class ComplaintDecision(models.Model):
    """A decision that follows from an appeal is written by who reviews."""

    _inherit = "complaint.decision"

    _openings = {
        "review": Opening(
            "Who reviews an appeal starts from the decision in force.",
            ("appeal_id",),
            creates=True,
        ),
        "unwanted": Opening("The appeal ended without a new decision.", drops=True),
    }

    appeal_id = fields.Many2one(
        "complaint.appeal", readonly=True, copy=False, index="btree_not_null"
    )

    def _check_by_hand(self):  # pylint: disable=missing-return
        """OVERRIDE: nobody but the reviewer writes what an appeal is to change.

        :raise UserError: naming the appeal
        """
        super()._check_by_hand()
        open_appeals = self.ticket_id._open_appeals().grouped("ticket_id")
        for decision in self:
            appeal = open_appeals.get(decision.ticket_id)
            if not appeal or appeal._nothing_decided():
                # the answer that is owed is still the handler's
                continue
            if not (decision.appeal_id == appeal and appeal.is_reviewer):
                raise UserError(
                    self.env._(
                        "Only the reviewer of %s writes the decision on it.",
                        appeal.display_name,
                    )
                )
