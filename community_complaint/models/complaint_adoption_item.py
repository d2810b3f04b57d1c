from odoo import fields, models


class ComplaintAdoptionItem(models.Model):
    """One thing a text leaves to the office, which has to be said when it is adopted.

    R02 10 sends appeals to “the next higher department”: which one, only the office
    knows. R01 10 and 11: since when it is in force, when it was passed and by whom.
    """

    _name = "complaint.adoption.item"
    _description = "What Adoption Asks"
    _inherit = ["complaint.shipped.mixin", "complaint.watched.mixin"]
    _shipped_alike = ("item",)
    _order = "regulation_id, sequence, id"

    regulation_id = fields.Many2one(
        "complaint.regulation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="regulation_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    item = fields.Selection(
        [
            ("superior", "Superior body"),
            ("passed_by", "Who passed it"),
            ("passed_date", "Day it was passed"),
            ("in_force_date", "Day it comes into force"),
        ],
        string="What",
        required=True,
    )
    clause = fields.Char(
        translate=True, help="Where the text says so, for example “Article 10”."
    )

    def _watched_companies(self):
        """OVERRIDE: the office that adopted the text."""
        return self._watched_regulations(lambda part: part.regulation_id)

    def _watched_cases(self):
        """OVERRIDE: no file names it."""
        return self.browse()

    def _compute_display_name(self):
        labels = dict(self._fields["item"]._description_selection(self.env))
        for row in self:
            row.display_name = row._label(labels)

    def _label(self, labels):
        """Return what one row asks for, with the clause."""
        name = labels.get(self.item, "")
        if not self.clause:
            return name
        return self.env._("%(text)s (%(aside)s)", text=name, aside=self.clause)
