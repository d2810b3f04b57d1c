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

    # “My desk” asks which appeals are overdue; nearly all clocks of appeals are through
    _of_appeal_idx = models.Index(
        "(appeal_id, due_date) WHERE state = 'running' AND appeal_id IS NOT NULL"
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

    # ----------------------------------------------------------------------
    # Silence
    # ----------------------------------------------------------------------

    def _silent_since(self, event):
        """Return the last day of the clocks that wait for an event, if all are over.

        :return: the office's date; ``None`` while one of them has time, or if there is none
        """
        waiting = self.filtered(lambda item: item._is_awaiting(event))
        now = fields.Datetime.now()
        if any(item.state == "on_hold" or item._has_time(now) for item in waiting):
            return None
        return max(waiting.mapped("due_date"), default=None)

    def _is_awaiting(self, event):
        """Return whether one clock still waits for an event, or was given up late."""
        if self.is_window or self.source_id or event not in self._ends():
            return False
        given_up = self.appeal_id and self.state == "cancelled" and self.was_late
        return self.state in ("running", "on_hold") or bool(given_up)

    def _has_time(self, now):
        return not self.due or self.due >= now
