from odoo import api, fields, models
from odoo.tools import format_date

from ..tools import clock
from ..tools.working_calendar import CalendarError
from .complaint_sla_policy import RULE_FIELDS


class ComplaintSlaPolicy(models.Model):
    """What a time limit would do now: until when, why, for which open cases."""

    _name = "complaint.sla.policy"
    _inherit = ["complaint.sla.policy", "complaint.explained.mixin"]

    preview = fields.Char(compute="_compute_preview")
    preview_why = fields.Text("Why", compute="_compute_preview")
    matching_count = fields.Integer("Open Cases", compute="_compute_matching_count")

    @api.depends(
        *RULE_FIELDS,
        "is_dated",
        "start_event",
        "other_start_event",
        "silence_of",
        "regulation_id.calendar_id",
    )
    @api.depends_context("lang", "tz")
    def _compute_preview(self):
        now = fields.Datetime.now()
        for policy in self:
            policy.preview_why = False
            if policy.is_dated:
                policy.preview = self.env._("The leader sets the date.")
                continue
            try:
                policy.preview, policy.preview_why = policy._preview(now)
            except (clock.ClockError, CalendarError) as error:
                policy.preview = policy.regulation_id._clock_error_text(error)

    def _preview(self, now):
        """Return until when a limit that begins now would last, and why.

        :raise ClockError, CalendarError: on nonsense
        """
        calendar = self.regulation_id._working_calendar()
        due = clock.due(self._rule(), now, calendar)
        sentences = self._story_sentences(due.explanation.to_dict())
        if self.reminder_quantity and not self.is_window:
            moment = clock.reminder(
                due, self.reminder_quantity, self.reminder_unit, calendar, now
            )
            sentences.append(
                self.env._(
                    "Reminder from %(date)s at %(time)s.",
                    date=format_date(self.env, calendar.local_date(moment)),
                    time=self._format_time(moment, calendar),
                )
            )
        preview = self.env._(
            "%(event)s now → due on %(date)s at %(time)s",
            event=self._explained_start(),
            date=format_date(self.env, due.date),
            time=self._format_time(due.moment, calendar),
        )
        return preview, "\n".join(sentences)

    @api.depends("regulation_id", "type_ids", "complexity", "response_level", "domain")
    def _compute_matching_count(self):
        for policy in self:
            policy.matching_count = (
                self.env["helpdesk.ticket"].search_count(policy._ticket_domain())
                if policy.regulation_id.ids
                else 0
            )

    def _explained_regulation(self):
        return self.regulation_id

    def _explained_start(self):
        return self._begins_with()

    # ----------------------------------------------------------------------
    # Actions
    # ----------------------------------------------------------------------

    def action_view_matching(self):
        """Open the open cases this time limit is for."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "helpdesk.ticket",
            "view_mode": "list,form",
            "domain": list(self._ticket_domain()),
            "context": {"create": False},
        }
