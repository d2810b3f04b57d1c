from odoo import fields, models

from ..tools.notice_kinds import ORAL_DELIVERIES

#: Channels by which people speak; whoever comes by another one writes.
ORAL_CHANNELS = frozenset({"window", "phone", "hotline"})


class HelpdeskTicket(models.Model):
    """The answer comes the way the complaint came (R04), and nobody is sent away (R17)."""

    _inherit = "helpdesk.ticket"

    first_receiver_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        help="Whoever took the complaint first answers for it until it is handed over.",
    )
    gate_first_receiver = fields.Boolean(related="regulation_id.gate_first_receiver")

    # ----------------------------------------------------------------------
    # Reply form
    # ----------------------------------------------------------------------

    def _complained_in_writing(self):
        """Tell whether one complaint came in writing, or was confirmed so."""
        self.ensure_one()
        kind = self.channel_id.complaint_kind
        return self.written_form or bool(kind and kind not in ORAL_CHANNELS)

    def _gates_reply(self):
        """R04 3.5: what was recorded as told before the step asked."""
        told = self.notice_ids.filtered(
            lambda item: item.state == "served" and item.delivery in ORAL_DELIVERIES
        )
        for notice in told:
            yield from notice._gates_told(notice.served_note)

    # ----------------------------------------------------------------------
    # First receiver
    # ----------------------------------------------------------------------

    def _is_receiver(self):
        """Tell whether a member of staff, not the gateway or a resident, registers."""
        return not self.env.su and self.env.user._is_internal()
