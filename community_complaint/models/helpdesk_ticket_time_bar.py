from datetime import time

from odoo import api, fields, models
from odoo.tools import format_date, format_datetime

from ..tools import clock
from ..tools.reasons import says_something
from ..tools.succession import INCIDENT
from ..tools.working_calendar import CalendarError
from .complaint_sla_policy import spec_matches


class HelpdeskTicket(models.Model):
    """When a complaint came in: too late, or on another day than is on file.

    The time to complain is over before there is a case, so no clock runs: the case says
    so, and the text says what follows (``too_late`` of the time limit).
    """

    _inherit = "helpdesk.ticket"

    came_too_late = fields.Selection(
        selection=lambda self: (
            self.env["complaint.sla.policy"]
            ._fields["too_late"]
            ._description_selection(self.env)
        ),
        compute="_compute_came_too_late",
        help="What the regulation says of a complaint that comes so late.",
    )
    too_late_text = fields.Char("Too Late", compute="_compute_came_too_late")
    late_reason = fields.Text(
        "Why It Is Taken All the Same",
        copy=False,
        help="The reason for accepting a complaint that came too late.",
    )

    @api.depends(
        "incident_date",
        "received_date",
        "type_id",
        "complexity",
        "response_level",
        "regulation_id.sla_policy_ids.too_late",
    )
    @api.depends_context("lang")
    def _compute_came_too_late(self):
        for ticket in self:
            spec, end = ticket._time_to_complain()
            late = bool(end) and end.moment < (
                ticket.received_date or fields.Datetime.now()
            )
            ticket.came_too_late = late and spec.too_late
            ticket.too_late_text = late and self.env._(
                "The incident was on %(day)s; complaints about it could be made until "
                "%(end)s.",
                day=format_date(self.env, ticket.incident_date),
                end=format_date(self.env, end.date),
            )

    def _time_to_complain(self):
        """Return the limit until which one complaint could come, and its end.

        :return: ``(PolicySpec, clock.Due)``, or ``(None, None)`` where the text sets none
            or the day of the incident is not known
        """
        rules = self.regulation_id
        for spec in self.env["complaint.sla.policy"]._specs(rules.id or 0):
            if not self.incident_date:
                break
            if spec.starts != {INCIDENT} or "received" not in spec.ends:
                continue
            if not spec_matches(spec, self):
                continue
            try:
                noon = self._office_moment(self.incident_date, time(12))
                return spec, clock.due(spec.rule, noon, rules._working_calendar())
            except (clock.ClockError, CalendarError):
                break
        return None, None

    def _gates_time_to_complain(self):
        """A complaint that came too late is not taken, or for a reason."""
        if self.came_too_late == "refuse":
            yield self.env._("%s Refuse it.", self.too_late_text)
        elif self.came_too_late == "ask" and not (self.late_reason or "").strip():
            yield self.env._(
                "%s Write on the case why it is taken all the same, or refuse it.",
                self.too_late_text,
            )

    # ----------------------------------------------------------------------
    # Another day than is on file
    # ----------------------------------------------------------------------

    def _gates_redate(self, given, event_date=None):
        """What is late stays late, so its start stays where it is."""
        if not event_date:
            yield self.env._("Say when the complaint came in.")
        if not says_something(given):
            yield self.env._("Say why the date on file is wrong.")
        now = fields.Datetime.now()
        if late := self.deadline_ids.filtered(lambda item: item._is_late_at(now)):
            yield self.env._(
                "“%s” is over: what is late stays late, and its start with it.",
                late[:1].name,
            )

    def _prepare_redate_vals(self, given, event_date=None):
        for case in self:
            self.env["complaint.log"]._record(
                "redated",
                case,
                {
                    "from": fields.Datetime.to_string(case.received_date),
                    "to": fields.Datetime.to_string(event_date),
                    "reason": case._without_names(given),
                },
            )
        return {"received_date": event_date}

    def _after_redate(self, given, event_date=None):
        for case in self:
            case._message_log(
                body=self.env._(
                    "Came in on %(day)s, not on the day on file so far: %(reason)s",
                    day=format_datetime(
                        self.env, event_date, tz=case.regulation_id.tz or "UTC"
                    ),
                    reason=case._without_names(given),
                )
            )
