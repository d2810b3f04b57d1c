from odoo import api, fields, models

from ..tools.life import Open, opens
from ..tools.steps import FILE_PHASES


class ComplaintMediationParty(models.Model):
    """Somebody at a session: a side, an expert, a volunteer mediator (R08, R11)."""

    _name = "complaint.mediation.party"
    _description = "Party of a Mediation"
    _inherit = ["complaint.seal.mixin"]
    _order = "id"

    _state_of = "mediation_id"
    _fits = {"respondent_id.ticket_id": "ticket_id"}
    _opens = {
        **opens("mediation_id", "respondent_id", phases=FILE_PHASES, birth=True),
        **opens(
            *("role", "name", "attended", "statement"),
            states=("planned",),
            phases=FILE_PHASES,
        ),
    }
    _drops = Open(("planned",), FILE_PHASES)

    mediation_id = fields.Many2one(
        "complaint.mediation", required=True, index=True, ondelete="cascade"
    )
    ticket_id = fields.Many2one(
        related="mediation_id.ticket_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="mediation_id.company_id", store=True, index=True, precompute=True
    )
    role = fields.Selection(
        [
            ("complainant", "Complainant"),
            ("respondent", "Respondent"),
            ("representative", "Representative"),
            ("committee", "Residents' committee"),
            ("expert", "Invited expert"),
            ("volunteer", "Volunteer mediator"),
            ("witness", "Witness"),
        ],
        required=True,
        default="expert",
    )
    respondent_id = fields.Many2one(
        "complaint.respondent",
        domain="[('ticket_id', '=', ticket_id)]",
        index="btree_not_null",
        ondelete="cascade",
    )
    name = fields.Char(help="Of everybody but the complainant, who stays unnamed here.")
    attended = fields.Selection(
        [("yes", "Came"), ("no", "Did not come"), ("declined", "Declined")],
        copy=False,
    )
    statement = fields.Text(copy=False)

    _complainant_unnamed = models.Constraint(
        "CHECK (role != 'complainant' OR COALESCE(name, '') = '')",
        "The complainant's name belongs into the complainant's record, not on the list "
        "of parties.",
    )

    @api.depends("role", "name", "respondent_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        roles = dict(self._fields["role"]._description_selection(self.env))
        for party in self:
            name = party.respondent_id.name or party.name
            parts = filter(None, (roles.get(party.role), name))
            party.display_name = ": ".join(parts)
