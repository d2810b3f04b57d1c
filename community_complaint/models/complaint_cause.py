from odoo import fields, models


class ComplaintCause(models.Model):
    """Catalogue of why things go wrong (R08 2: source, frequency, cause)."""

    _name = "complaint.cause"
    _description = "Cause of Complaints"
    _inherit = ["complaint.watched.mixin"]
    _order = "sequence, id"

    _watched_free = frozenset({"sequence"})
    _watched_fixed = frozenset({"code", "company_id"})

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, index=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True)

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "This code is already used by a cause."
    )


class HelpdeskTicket(models.Model):
    """Why it happened, as the investigation found."""

    _inherit = "helpdesk.ticket"

    cause_id = fields.Many2one(
        "complaint.cause",
        index="btree_not_null",
        copy=False,
        domain="[('company_id', 'in', [company_id, False])]",
        help="Why it happened; counted in the analysis.",
    )
    gate_cause = fields.Boolean(related="regulation_id.gate_cause")

    def _gates_decide(self):
        """OVERRIDE: R08: causes are analysed, so each decided case needs one."""
        yield from super()._gates_decide()
        if self.regulation_id.gate_cause and not self.cause_id:
            yield self.env._("Say what the cause was.")


class ComplaintRegulation(models.Model):
    _inherit = "complaint.regulation"

    gate_cause = fields.Boolean(
        "Cause before the Decision",
        help="No case is decided before its cause is chosen from the catalogue.",
    )
