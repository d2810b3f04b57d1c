from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.steps import LEADER

#: Channels by which people speak; whoever comes by another one writes.
ORAL_CHANNELS = frozenset({"window", "phone", "hotline"})
#: Ways of service that leave no paper with the complainant.
ORAL_DELIVERIES = frozenset({"phone", "oral"})


class ComplaintNotice(models.Model):
    _inherit = "complaint.notice"

    delivery = fields.Selection(
        selection_add=[("oral", "Told in person")], ondelete={"oral": "set null"}
    )


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

    def _gates_close(self):
        yield from super()._gates_close()
        yield from self._gates_reply()

    def _gates_reply(self):
        """R04 3.5: written complaints are answered in writing, oral ones may be told."""
        if not self.regulation_id.reply_mirrors_channel:
            return
        told = self.notice_ids.filtered(
            lambda item: (
                item.kind == "result"
                and item.addressee == "complainant"
                and item.state == "served"
                and item.delivery in ORAL_DELIVERIES
            )
        )
        for notice in told:
            if self._complained_in_writing():
                yield self.env._(
                    "The complaint came in writing, so the result has to be given in "
                    "writing as well: %s was only told.",
                    notice.number,
                )
            elif not (notice.served_note or "").strip():
                yield self.env._(
                    "%s was told: note who was told what, and when.", notice.number
                )

    def _after_answer_on_spot(self):
        """R04 3.5: who wrote gets even an immediate answer in writing."""
        self.filtered(
            lambda ticket: (
                ticket.regulation_id.reply_mirrors_channel
                and ticket._complained_in_writing()
            )
        )._issue_notices("answer")

    # ----------------------------------------------------------------------
    # First receiver
    # ----------------------------------------------------------------------

    def _prepare_complaint_vals(self, vals, team):
        """OVERRIDE: who registers a complaint is its first receiver."""
        vals = super()._prepare_complaint_vals(vals, team)
        vals["first_receiver_id"] = self._is_receiver() and self.env.uid
        return vals

    def _check_complaint_write(self, vals):
        """OVERRIDE: who received it first stays on file."""
        if "first_receiver_id" in vals and not self.env.su:
            raise UserError(
                self.env._("Who received a complaint first is not changed by hand.")
            )
        return super()._check_complaint_write(vals)

    def _is_receiver(self):
        """Tell whether a member of staff, not the gateway or a resident, registers."""
        return not self.env.su and self.env.user._is_internal()

    def _after_accept(self):  # pylint: disable=missing-return
        """OVERRIDE: what came by mail or portal is received by who accepts it."""
        super()._after_accept()
        if self._is_receiver():
            nobodys = self.filtered(lambda ticket: not ticket.first_receiver_id)
            nobodys._write_step({"first_receiver_id": self.env.uid})

    def _gates_refuse(self):
        """R17 1.8: nobody but the office itself turns a complainant away."""
        yield from super()._gates_refuse()
        if self.regulation_id.gate_first_receiver and not (
            self.env.su or self.env.user.has_group(LEADER)
        ):
            yield self.env._(
                "Whoever receives a complaint does not turn it away. Hand it over; only "
                "a leader refuses it."
            )
