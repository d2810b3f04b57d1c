from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.steps import LEADER
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

    def _after_report_to_leader(self, given):
        self._request_instruction("report", given)

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

    def _request_reading(self):
        """R03 brings every complaint to the leader at once."""
        first = self.filtered("regulation_id.gate_instruction")
        if first:
            first._request_instruction("reading")

    # ----------------------------------------------------------------------
    # Gates
    # ----------------------------------------------------------------------

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
