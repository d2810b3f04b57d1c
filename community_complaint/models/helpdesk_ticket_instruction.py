from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.steps import FINISHED_PHASES, LEADER
from .helpdesk_ticket_desk import Tile


class HelpdeskTicket(models.Model):
    """The leader's reading, opinion and instructions (R03, R04)."""

    _inherit = "helpdesk.ticket"

    instruction_ids = fields.One2many("complaint.instruction", "ticket_id")
    gate_instruction = fields.Boolean(related="regulation_id.gate_instruction")
    instruction_state = fields.Selection(
        [("requested", "Waits for the leader"), ("given", "Given")],
        compute="_compute_instruction_state",
    )

    @api.depends("instruction_ids.state")
    def _compute_instruction_state(self):
        for ticket in self:
            states = set(ticket.instruction_ids.mapped("state"))
            ticket.instruction_state = next(
                (state for state in ("requested", "given") if state in states), False
            )

    # ----------------------------------------------------------------------
    # Asking
    # ----------------------------------------------------------------------

    def _text_methods(self):
        return super()._text_methods() | {"action_report_to_leader"}

    def action_report_to_leader(self, text=None):
        """Report cases that are beyond the desk's means to a leader (R04).

        :param text: what the leader is asked
        :return: the action that asks for it, if there is none
        """
        if not (text or "").strip():
            return self._ask_text(
                "action_report_to_leader",
                self.env._("Report to the Leader"),
                self.env._("What the leader should decide, and why"),
            )
        self.check_access("write")
        finished = self.filtered(lambda ticket: ticket.phase in FINISHED_PHASES)
        if finished:
            raise UserError(
                self.env._("%s is finished.", ", ".join(finished.mapped("number")))
            )
        self._request_instruction("report", text)
        return True

    def _request_instruction(self, kind, text=False):
        """Ask the leader of cases for an instruction.

        :param kind: key of ``complaint.instruction.kind``
        :return: the instructions
        """
        vals_list = [
            {"ticket_id": ticket.id, "kind": kind, "request": text} for ticket in self
        ]
        # sudo: complaint.instruction - who registers a case asks, whatever the role
        return self.env["complaint.instruction"].sudo().create(vals_list)

    def _after_event(self, event, moment=None):
        """OVERRIDE: R03 brings every complaint to the leader at once."""
        result = super()._after_event(event, moment)
        if event == "received":
            first = self.filtered("regulation_id.gate_instruction")
            if first:
                first._request_instruction("reading")
        return result

    # ----------------------------------------------------------------------
    # Gates
    # ----------------------------------------------------------------------

    def _gates_start_investigation(self):
        yield from super()._gates_start_investigation()
        yield from self._gates_instruction()

    def _gates_transfer(self):
        yield from super()._gates_transfer()
        yield from self._gates_instruction()

    def _gates_start_mediation(self):
        yield from super()._gates_start_mediation()
        yield from self._gates_instruction()

    def _gates_instruction(self):
        """R03: the leader reads first and gives a preliminary opinion."""
        if self.regulation_id.gate_instruction and not any(
            item.state == "given" for item in self.instruction_ids
        ):
            yield self.env._("The leader has not given an opinion yet.")

    # ----------------------------------------------------------------------
    # My desk
    # ----------------------------------------------------------------------

    @api.model
    def _desk_tiles(self):
        tiles = super()._desk_tiles()
        if self.env.user.has_group(LEADER):
            tile = Tile(
                "to_instruct", "leader", LEADER, "complaint.instruction", "warning"
            )
            index = [item.key for item in tiles].index("to_decide")
            tiles.insert(index, tile)
        return tiles

    @api.model
    def _desk_labels(self):
        return {
            **super()._desk_labels(),
            "to_instruct": self.env._("Needs my instruction"),
        }

    def _desk_domain_to_instruct(self):
        return Domain("state", "=", "requested") & Domain(
            "asked_id", "in", [False, self.env.uid]
        )
