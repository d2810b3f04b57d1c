from odoo import fields, models


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

    _vault_times = models.Constraint(
        "CHECK (identity_minutes BETWEEN 1 AND 24 * 60"
        " AND disclosure_hours BETWEEN 1 AND 24 * 30"
        " AND identity_retention_years >= 0)",
        "An identity is shown for 1 minute to 24 hours, a disclosure lasts 1 hour to 30 "
        "days.",
    )
