from typing import Any, NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.steps import LEADER


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
    """Accusations (揭发、控告) and the body above the accused."""

    _inherit = "helpdesk.ticket"

    is_accusation = fields.Boolean(
        "Accusation",
        compute="_compute_is_accusation",
        store=True,
        readonly=False,
        help="Accuses a person or unit of a breach; it is kept from them.",
    )
    gate_accusation = fields.Boolean(related="regulation_id.gate_accusation")

    @api.depends("type_id")
    def _compute_is_accusation(self):
        for ticket in self:
            # another kind of matter does not take it back, only a leader does
            ticket.is_accusation |= ticket.type_id.is_accusation

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
