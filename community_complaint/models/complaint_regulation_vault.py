from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ComplaintRegulation(models.Model):
    """How an office keeps identities."""

    _inherit = "complaint.regulation"

    identity_minutes = fields.Integer(
        "An Identity Is Shown (minutes)",
        default=10,
        required=True,
        help="Then it is hidden again; looking once more needs a reason once more.",
    )
    disclosure_hours = fields.Integer(
        "A Disclosure Lasts (hours)",
        default=24,
        required=True,
        help="What a request for disclosure proposes.",
    )
    identity_retention_years = fields.Integer(
        "Identities Are Kept (years)",
        help="Counted from the end of the case; then the office forgets who complained. "
        "0: kept.",
    )

    @api.constrains("identity_minutes", "disclosure_hours", "identity_retention_years")
    def _check_vault_times(self):
        for regulation in self:
            if (
                not 1 <= regulation.identity_minutes <= 24 * 60
                or not 1 <= regulation.disclosure_hours <= 24 * 30
                or regulation.identity_retention_years < 0
            ):
                raise ValidationError(
                    self.env._(
                        "An identity is shown for 1 minute to 24 hours, a disclosure "
                        "lasts 1 hour to 30 days."
                    )
                )
