from odoo import fields, models

from odoo.addons.community_complaint.tools.life import Opening


class ComplaintDeadline(models.Model):
    """The clocks of an appeal remind who deals with the appeal, not the handler."""

    _inherit = "complaint.deadline"

    _openings = {
        "appeal": Opening("A step of an appeal starts its clocks.", ("appeal_id",)),
    }

    appeal_id = fields.Many2one(
        "complaint.appeal", readonly=True, copy=False, index="btree_not_null"
    )

    def _ladder_key(self):
        """OVERRIDE: each appeal has its own people."""
        return super()._ladder_key(), self.appeal_id

    def _ladders_soon(self):
        """OVERRIDE: the reviewer of an appeal, or else the leaders."""
        if not self.appeal_id:
            return super()._ladders_soon()
        return [[self.appeal_id.reviewer_id, self._leaders(), self._managers()]]

    def _ladders_late(self):
        """OVERRIDE: the reviewer of an appeal, and the leaders."""
        if not self.appeal_id:
            return super()._ladders_late()
        return [[self._leaders(), self._managers()], [self.appeal_id.reviewer_id]]
