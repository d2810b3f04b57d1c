from odoo import fields, models


class ComplaintDeadline(models.Model):
    """The clocks of an appeal remind who deals with the appeal, not the handler."""

    _inherit = "complaint.deadline"

    appeal_id = fields.Many2one(
        "complaint.appeal", readonly=True, copy=False, index="btree_not_null"
    )

    def _people_to_remind(self):
        """OVERRIDE: the reviewer of an appeal, or else the leaders."""
        if not self.appeal_id:
            return super()._people_to_remind()
        return self._first_readers(
            self.appeal_id.reviewer_id, self._leaders(), self._managers()
        )

    def _people_to_escalate(self):
        """OVERRIDE: the reviewer of an appeal and the leaders."""
        if not self.appeal_id:
            return super()._people_to_escalate()
        leaders = self._first_readers(self._leaders(), self._managers())
        return leaders | self._first_readers(self.appeal_id.reviewer_id)
