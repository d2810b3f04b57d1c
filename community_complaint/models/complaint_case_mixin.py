from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.opened import is_opened
from ..tools.steps import FINISHED_PHASES


class ComplaintCaseMixin(models.AbstractModel):
    """A part of a case file: belongs to one complaint and is closed with it.

    Parts of an archived case are read only; who may see them follows the case, see
    ``security/ir_rule.xml``.
    """

    _name = "complaint.case.mixin"
    _description = "Part of a Case File"
    _inherit = ["complaint.printable.mixin"]

    #: Fields that may still change when the case is finished.
    _complaint_open_fields = frozenset()

    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Complaint",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="ticket_id.company_id", store=True, index=True, precompute=True
    )
    phase = fields.Selection(related="ticket_id.phase", string="Phase of the Case")

    @api.model
    def _search_display_name(self, operator, value):
        """OVERRIDE: what has no name of its own is found by the number of its case."""
        if self._rec_name or self._rec_names_search:
            return super()._search_display_name(operator, value)
        return Domain("ticket_id.number", operator, value)

    # ----------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create([self._printable_vals(vals) for vals in vals_list])
        records._check_case_open()
        return records

    def write(self, vals):
        if vals.keys() - self._complaint_open_fields:
            self._check_case_open()
        self._check_stays_with_case(vals)
        return super().write(self._printable_vals(vals))

    def _check_access(self, operation):
        """OVERRIDE: what the form being opened got under the rules is not asked again."""
        if self and is_opened(self, operation):
            return None
        return super()._check_access(operation)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_finished(self):
        self._check_case_open()

    def _check_stays_with_case(self, vals):
        """Check that parts stay with their case: rights were checked for that one.

        :raise UserError: if they are to go to another case
        """
        if "ticket_id" not in vals or self.env.su:
            return
        if any(part.ticket_id.id != vals["ticket_id"] for part in self):
            raise UserError(self.env._("A part of a case stays with its case."))

    def _check_case_open(self):
        """Check that the case may still change.

        :raise UserError: naming the finished cases
        """
        finished = self.ticket_id.filtered(lambda case: case.phase in FINISHED_PHASES)
        if finished and not self.env.su:
            raise UserError(
                self.env._(
                    "%s is finished. Ask your leader to reopen it first.",
                    ", ".join(finished.mapped("number")),
                )
            )
