from collections import defaultdict
from typing import Any, NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_list

from ..tools import accusing
from ..tools.steps import LEADER
from .complaint_transfer_urging import WAITING
from .helpdesk_ticket_desk import Tile


class Accused(NamedTuple):
    """Who is accused, as far as it is on file.

    ``below``: their units and all units under them; ``above``: the units above every
    one of them, nearest first; ``known``: the unit of everybody is on file.
    """

    employees: Any
    partners: Any
    below: Any
    above: Any
    known: bool


class HelpdeskTicket(models.Model):
    """Cases that other bodies handle, or help to handle, and who orders it.

    Accusations (揭发、控告) go to the body above the accused; a leader reads first,
    gives an opinion and has a matter assigned (R03, R04).
    """

    _inherit = "helpdesk.ticket"

    transfer_ids = fields.One2many("complaint.transfer", "ticket_id")
    allow_transfer = fields.Boolean(related="regulation_id.allow_transfer")
    waiting_transfer_count = fields.Integer(
        "With Other Bodies", compute="_compute_waiting_transfer_count"
    )
    is_accusation = fields.Boolean(
        "Accusation",
        compute="_compute_is_accusation",
        store=True,
        readonly=False,
        help="Accuses a person or unit of a breach; it is kept from them.",
    )
    gate_accusation = fields.Boolean(related="regulation_id.gate_accusation")
    instruction_ids = fields.One2many("complaint.instruction", "ticket_id")
    gate_instruction = fields.Boolean(related="regulation_id.gate_instruction")
    instruction_state = fields.Selection(
        [("requested", "Waits for the leader"), ("given", "Given")],
        compute="_compute_instruction_state",
    )

    @api.depends("transfer_ids.state")
    def _compute_waiting_transfer_count(self):
        for ticket in self:
            ticket.waiting_transfer_count = len(ticket._waiting_transfers())

    def _waiting_transfers(self):
        """Return the transfers that were sent and are not back yet."""
        return self.transfer_ids.filtered(lambda item: item.state == WAITING)

    def _returning_transfers(self):
        """Return the transfers of the current stay with other bodies."""
        return self.transfer_ids.filtered(
            lambda item: (
                item._case_step() == "transfer"
                and item.state in ("reported", "returned")
                and not item.settled
            )
        )

    # ----------------------------------------------------------------------
    # Gates
    # ----------------------------------------------------------------------

    def _gates_sending(self, step):
        """Yield what the drafts of a step lack."""
        if not self.regulation_id.allow_transfer and step != "hand_over":
            yield self.env._("%s knows no transfers.", self.regulation_id.name)
            return
        drafts = self._draft_transfers(step)
        if not drafts:
            yield self.env._("There is no draft to send: add a transfer first.")
        for draft in drafts:
            yield from draft._gates_send()

    def _gates_assignment(self):
        """R03: major matters and those a leader had assigned get a date."""
        if not self.regulation_id.gate_assign_major:
            return
        ordered = any(
            item.state == "given" and item.handling == "assign"
            for item in self.instruction_ids
        )
        loose = self._draft_transfers("transfer").filtered(
            lambda item: item.kind != "assignment"
        )
        if loose and (self.is_major or ordered):
            yield self.env._(
                "This matter is assigned, with a date to report back, not just "
                "transferred."
            )

    def _gates_report_back(self):
        for transfer in self._waiting_transfers().filtered(
            lambda item: item._case_step() == "transfer"
        ):
            yield self.env._("%s has not reported back yet.", transfer.target_name)

    def _draft_transfers(self, step):
        """Return the drafts that a step sends."""
        return self.transfer_ids.filtered(
            lambda item: item.state == "draft" and item._case_step() == step
        )

    def _transfer_counts(self, without=()):
        """Return ``{case: how often it was passed on}``.

        :param without: transfers that do not count
        """
        counts = defaultdict(int)
        for ticket in self:
            counts[ticket] = len(
                ticket.transfer_ids.filtered(
                    lambda item: (
                        item._case_step() == "transfer"
                        and item not in without
                        and item.state not in ("draft", "cancelled")
                    )
                )
            )
        return counts

    # ----------------------------------------------------------------------
    # What follows
    # ----------------------------------------------------------------------

    def _after_transfer(self):
        sent = self._draft_transfers("transfer")
        sent._send()
        self._tell_transferred(sent)

    def _after_involve(self):
        sent = self._draft_transfers("involve")
        sent._send()
        self._tell_transferred(sent)

    def _tell_transferred(self, transfers):
        """Tell the complainants to whom their matter was sent, where the text says so."""
        for ticket in self.filtered("regulation_id.tell_transfer"):
            office = ticket.with_context(lang=ticket._paper_lang())
            bodies = transfers.filtered(lambda item, own=ticket: item.ticket_id == own)
            office._tell_complainant(
                office.env._(
                    "Your matter %(number)s was sent to %(bodies)s, which will handle it.",
                    number=ticket.number,
                    bodies=format_list(office.env, bodies.mapped("target_name")),
                ),
                "tell",
                "informed",
            )

    def _after_hand_over(self):
        self._draft_transfers("hand_over")._send()

    def _after_report_back(self):
        """What was reported is the start of the findings; nobody objects any more."""
        for ticket in self:
            transfers = ticket._returning_transfers()
            reports = transfers.filtered("report").sorted("report_date")
            if not ticket.findings:
                text = "\n\n".join(
                    f"{item.target_name}: {item.report}" for item in reports
                )
                ticket._write_step({"findings": text})
            transfers._settle()
        self._end_waiting("returned")

    def _after_take_back(self):
        """The limits for the report end: nobody owes one any more."""
        self._returning_transfers()._settle()
        self._end_waiting("reported_back")

    def _end_waiting(self, event):
        """Cancel the clocks that wait for what cannot come any more."""
        going = self._going_clocks().filtered(lambda item: item.end_event == event)
        going._cancel(dict.fromkeys(going, fields.Datetime.now()))

    def _call_off_transfers(self):
        """Who ends a case calls its transfers off."""
        self.transfer_ids._cancel()

    # ----------------------------------------------------------------------
    # Accusations and the body above the accused
    # ----------------------------------------------------------------------

    @api.depends("type_id", "case_kind")
    def _compute_is_accusation(self):
        """A report of wrongdoing accuses somebody, whatever kind of matter was chosen."""
        for ticket in self:
            # another kind of matter does not take it back, only a leader does
            ticket.is_accusation |= (
                ticket.type_id.is_accusation or ticket.case_kind == "report"
            )

    def _accusing_words(self):
        """Return what sounds like an accusation in one case that is none so far."""
        if self.is_accusation:
            return []
        told = (self.name, self._description_text(), self.demand)
        return accusing.found(" ".join(filter(None, told)))

    def _check_not_accusation(self):
        """Check that nobody but a leader says that an accusation is none.

        :raise UserError: otherwise
        """
        if any(self.mapped("is_accusation")) and not (
            self.env.su or self.env.user.has_group(LEADER)
        ):
            raise UserError(
                self.env._("Only a leader says that an accusation is none.")
            )

    def _accused(self):
        """Return :class:`Accused` of one case."""
        self.ensure_one()
        # sudo: hr.employee - what is kept from whom does not depend on the reader
        respondents = self.sudo().respondent_ids
        employees = respondents.employee_id
        partners = respondents.partner_id
        partners |= partners.commercial_partner_id
        units = respondents.department_id | employees.department_id
        placed = respondents.filtered(
            lambda item: (
                item.department_id or item.employee_id.department_id or item.partner_id
            )
        )
        return Accused(
            employees=employees,
            partners=partners,
            below=units.search([("id", "child_of", units.ids)]) if units else units,
            above=self._above(units, employees),
            known=bool(respondents) and placed == respondents,
        )

    @api.model
    def _above(self, units, employees):
        """Return the departments above all units whose head is not accused."""
        chains = [self._chain(unit) for unit in units]
        if not chains:
            return units
        first, *others = chains
        return first.filtered(
            lambda unit: (
                unit not in units
                and all(unit in chain for chain in others)
                and unit.manager_id not in employees
            )
        )

    @api.model
    def _chain(self, unit):
        """Return the departments above a unit, nearest first."""
        chain = unit.browse()
        while unit.parent_id and unit.parent_id not in chain:
            unit = unit.parent_id
            chain |= unit
        return chain

    def _superior_desks(self):
        """Return the desks above the case's, nearest first."""
        desks = desk = self.team_id.superior_team_id
        while desk.superior_team_id and desk.superior_team_id not in desks:
            desk = desk.superior_team_id
            desks |= desk
        return desks

    def _superior_head(self, accused=None):
        """Return the head of the body above the accused, or that body.

        :return: ``hr.employee``, ``hr.department`` or ``res.partner`` record, maybe empty
        """
        accused = accused or self._accused()
        unit = accused.above.filtered("manager_id")[:1]
        return unit.manager_id or self.regulation_id.superior_partner_id

    def _proposed_transfer(self):
        """Return values of a transfer as the rules or the leader propose it."""
        self.ensure_one()
        if self.is_accusation and self.regulation_id.gate_accusation:
            unit = self._accused().above.filtered("manager_id")[:1]
            if unit:
                return {
                    "target_kind": "department",
                    "department_id": unit.id,
                    "recipient_id": unit.manager_id.id,
                }
            superior = self.regulation_id.superior_partner_id
            return (
                {"target_kind": "body", "partner_id": superior.id} if superior else {}
            )
        order = self.instruction_ids.filtered(
            lambda item: item.state == "given" and item.department_id
        )[:1]
        if not order:
            return {}
        return {
            "target_kind": "department",
            "department_id": order.department_id.id,
            "recipient_id": order.department_id.manager_id.id,
            "kind": "assignment" if order.handling == "assign" else "transfer",
            "mode": "joint" if order.handling == "joint" else "single",
            "due_date": order.report_back_date,
        }

    # ----------------------------------------------------------------------
    # The leader's reading, opinion and instructions (R03, R04)
    # ----------------------------------------------------------------------

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
