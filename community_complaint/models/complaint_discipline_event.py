from odoo import api, fields, models

from ..tools.life import Opening


class ComplaintDisciplineEvent(models.Model):
    """What happened to a measure: by whom, when, why. Appended, never changed."""

    _name = "complaint.discipline.event"
    _description = "History of a Discipline"
    _rec_names_search = ("note",)
    _inherit = ["complaint.append.only", "complaint.seal.mixin"]
    _order = "id"
    _log_access = False

    _opens = {}
    _openings = {
        "step": Opening(
            "The steps of a measure append to its history.",
            ("discipline_id", "company_id", "moment", "user_id", "step", "note"),
            creates=True,
        ),
    }

    discipline_id = fields.Many2one(
        "complaint.discipline", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="restrict")
    moment = fields.Datetime("When", required=True)
    user_id = fields.Many2one("res.users", "Who", required=True, ondelete="restrict")
    step = fields.Selection(
        [
            ("propose", "Proposed"),
            ("hear", "Heard"),
            ("approve", "Approved"),
            ("enforce", "Put in force"),
            ("suspend", "Suspended"),
            ("resume", "Resumed"),
            ("revoke", "Revoked"),
            ("expire", "Expired"),
        ],
        string="What",
        required=True,
    )
    note = fields.Text()

    @api.depends("step")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["step"]._description_selection(self.env))
        for event in self:
            event.display_name = labels.get(event.step)


class ComplaintLog(models.Model):
    _inherit = "complaint.log"

    @api.model
    def _selection_kind(self):
        """OVERRIDE: add the steps of measures."""
        label = self.env._("Discipline or commendation")
        return [*super()._selection_kind(), ("discipline", label)]

    @api.model
    def _describe_discipline(self, details):
        return self._label("complaint.discipline.event", "step", details.get("step"))
