from odoo import api, fields, models

#: The longest time limit of a rung, in minutes.
_YEAR = 365 * 24 * 60


class ComplaintMedicalRung(models.Model):
    """A rung of the ladder by which medical events are reported upwards (R15 二–四)."""

    _name = "complaint.medical.rung"
    _description = "Rung of the Upward Reporting"
    _inherit = ["complaint.shipped.mixin", "complaint.watched.mixin"]
    _shipped_alike = ("receiver",)
    _order = "regulation_id, sequence, id"
    _rec_names_search = ("clause",)

    regulation_id = fields.Many2one(
        "complaint.regulation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="regulation_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    receiver = fields.Selection(
        [
            ("head", "Head of the department"),
            ("office", "Office or vice-president"),
            ("leader", "Leaders of the centre"),
            ("superior", "Higher health authority"),
        ],
        string="Reported to",
        required=True,
    )
    minutes = fields.Integer(
        "Within (minutes)",
        required=True,
        default=30,
        help="From the event, or from the report before.",
    )
    clause = fields.Char(
        translate=True, help="Where the text says so, for example “Article 7”."
    )

    _within_a_year = models.Constraint(
        "CHECK (minutes <= 525600)",
        "A report upwards has to be made within a year.",
    )
    _some_time = models.Constraint(
        "CHECK (minutes >= 1)",
        "A report upwards needs a time limit of a minute or more.",
    )

    def _watched_companies(self):
        """OVERRIDE: the office that adopted the text."""
        return self._watched_regulations(lambda part: part.regulation_id)

    def _watched_cases(self):
        """OVERRIDE: no file names it."""
        return self.browse()

    @api.depends("receiver")
    @api.depends_context("lang")
    def _compute_display_name(self):
        receivers = dict(self._fields["receiver"]._description_selection(self.env))
        for rung in self:
            rung.display_name = receivers.get(rung.receiver)
