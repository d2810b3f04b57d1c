from odoo import api, fields, models
from odoo.exceptions import UserError

#: Marks what the measures themselves append; nobody can send this object from outside.
_APPEND = object()


class ComplaintDisciplineEvent(models.Model):
    """What happened to a measure: by whom, when, why. Appended, never changed."""

    _name = "complaint.discipline.event"
    _description = "History of a Discipline"
    _rec_names_search = ("note",)
    _inherit = ["complaint.append.only"]
    _order = "id"
    _log_access = False

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

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: the steps append.

        :raise UserError: for everybody else
        """
        if self.env.context.get("complaint_discipline_event") is not _APPEND:
            raise UserError(self.env._("Nobody writes into the log by hand."))
        return super().create(vals_list)


class ComplaintDiscipline(models.Model):
    _inherit = "complaint.discipline"

    def _log(self, step, note=""):
        """Append to the history of measures and to the log of the office."""
        # sudo: complaint.discipline.event - appended by the steps only
        events = self.env["complaint.discipline.event"].sudo()
        events.with_context(complaint_discipline_event=_APPEND).create(
            [
                {
                    "discipline_id": item.id,
                    "company_id": item.company_id.id,
                    "moment": fields.Datetime.now(),
                    "user_id": self.env.uid,
                    "step": step,
                    # sudo: helpdesk.ticket - what is appended cannot be redacted later
                    "note": item.sudo().ticket_id._without_names(note),
                }
                for item in self
            ]
        )
        self.env["complaint.log"]._record(
            "discipline",
            self,
            lambda item: {"step": step, "measure": item.measure_id.code},
        )

    def _note_without_names(self, note):
        """Return somebody's words about measures without who complained."""
        # sudo: helpdesk.ticket - the names are what is hidden
        for ticket in self.sudo().ticket_id:
            hide = ticket._noting_redactor("complaint.discipline.event.note")
            note = note and hide(note)
        return note


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
