from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..tools.steps import LEADER

#: Written by people; all else follows.
_OWN = frozenset({"contact", "told_date", "late_reason"})
#: Reports that one run of the alarm looks at.
_BATCH = 500


class ComplaintMedicalReport(models.Model):
    """A medical event reported to one rung of the ladder, in time or late (R15 二–四).

    The idea is that of ``complaint.incident.report``; but these exist before they are
    made, so that somebody can be reminded, and they need no complaint.
    """

    _name = "complaint.medical.report"
    _description = "Report of a Medical Event"
    _inherit = ["complaint.text.mixin", "complaint.lock.mixin"]
    _order = "event_id, sequence, id"
    _rec_names_search = ("event_id.number",)

    event_id = fields.Many2one(
        "complaint.medical.event",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="event_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(readonly=True)
    receiver = fields.Selection(
        selection=lambda self: (
            self.env["complaint.medical.rung"]
            ._fields["receiver"]
            ._description_selection(self.env)
        ),
        string="Reported to",
        required=True,
        readonly=True,
    )
    clause = fields.Char(readonly=True)
    minutes = fields.Integer("Within (minutes)", readonly=True)
    start = fields.Datetime("Counted from", readonly=True)
    due = fields.Datetime("Due at", readonly=True)
    state = fields.Selection(
        [("waiting", "To be reported"), ("done", "Reported")],
        required=True,
        default="waiting",
        readonly=True,
    )
    contact = fields.Char("Who Took It", help="Name and post of who was told.")
    told_date = fields.Datetime(
        "Told at", help="When it was told, if not just now. Empty: now."
    )
    recorded_date = fields.Datetime("Recorded on", readonly=True)
    user_id = fields.Many2one("res.users", "Recorded by", readonly=True)
    took = fields.Integer("Took (minutes)", readonly=True)
    is_late = fields.Boolean("Late", readonly=True)
    late_reason = fields.Char("Reason of the Delay")
    reminded_date = fields.Datetime("Reminded", readonly=True)

    _waiting_idx = models.Index("(event_id) WHERE state = 'waiting'")
    _due_idx = models.Index("(due) WHERE state = 'waiting' AND reminded_date IS NULL")

    @api.depends("receiver")
    @api.depends_context("lang")
    def _compute_display_name(self):
        receivers = dict(self._fields["receiver"]._description_selection(self.env))
        for report in self:
            report.display_name = receivers.get(report.receiver)

    # ----------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - _OWN:
                raise UserError(self.env._("What was reported stays as it was."))
            if any(report.state == "done" for report in self):
                raise UserError(self.env._("What was reported stays as it was."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A report stays on file."))

    # ----------------------------------------------------------------------
    # Actions
    # ----------------------------------------------------------------------

    def _text_methods(self):
        return super()._text_methods() | {"action_report"}

    def action_report(self, text=None):
        """Record that this rung was told, and how late that was.

        :param text: reason of the delay; a dialog asks for it when it is needed
        :raise UserError: if it was reported before, or the moment cannot be
        """
        self.ensure_one()
        self._lock_step()
        self.check_access("write")
        if self.state == "done":
            raise UserError(self.env._("This was reported already."))
        told = self._told_moment()
        late = told > self.due
        reason = (text or self.late_reason or "").strip()
        if late and not reason:
            return self._ask_text(
                "action_report",
                self.env._("Reported Late"),
                self.env._("Reason of the delay"),
            )
        # sudo: complaint.medical.report - written by this method only
        self.sudo().write(
            {
                "state": "done",
                "told_date": told,
                "recorded_date": fields.Datetime.now(),
                "user_id": self.env.uid,
                "took": max(0, int((told - self.start).total_seconds() // 60)),
                "is_late": late,
                "late_reason": reason,
            }
        )
        self.event_id._work_out_ladder()
        self._log_report()
        return True

    def _told_moment(self):
        """Return when it was told.

        :raise UserError: for the future, or before the event itself
        """
        now = fields.Datetime.now()
        told = self.told_date or now
        if told > now:
            raise UserError(self.env._("It cannot have been reported in the future."))
        if told < self.event_id.event_date:
            raise UserError(
                self.env._("It cannot have been reported before it happened.")
            )
        return told

    def _log_report(self):
        """Note it on the case, if the event belongs to one."""
        for report in self.filtered("event_id.ticket_id"):
            text = self.env._("Reported upwards: %s", report.display_name)
            if report.is_late:
                text = self.env._("%(report)s (late)", report=text)
            report.event_id.ticket_id._message_log(body=text)

    # ----------------------------------------------------------------------
    # Alarm
    # ----------------------------------------------------------------------

    @api.model
    def _cron_alarm(self):
        """Tell who has to report upwards that the time is over; each rung once."""
        now = fields.Datetime.now()
        late = self.search(
            [
                ("state", "=", "waiting"),
                ("reminded_date", "=", False),
                ("due", "<", now),
            ],
            limit=_BATCH,
            order="due, id",
        ).try_lock_for_update()
        digest = self.env["complaint.digest"]
        for user, reports in late._readers().items():
            digest._send(user, [("medical", reports)], _alarm_subject)
        # late, unless it turns out that it was told in time and only not recorded
        late.write({"reminded_date": now, "is_late": True})
        self.env["ir.cron"]._commit_progress(len(late))

    def _readers(self):
        """Return ``{user: reports}``: registrar, director and leaders of the desk."""
        found = {}
        for event, reports in self.grouped("event_id").items():
            desk = event.regulation_id.team_ids
            leaders = (desk.user_ids | desk.user_id).filtered(
                lambda user: user.has_group(LEADER)
            )
            people = event.user_id | event._registrars() | leaders
            for user in people.filtered(lambda item: item.active and not item.share):
                found[user] = found.get(user, self.browse()) | reports
        return found

    def _digest_lines(self):
        """Return one dict a report: event, rung, until when, link."""
        return [
            {
                # by the number of the case the message is taken back from whoever is
                # kept away from it later, see _drop_digests() of the case
                "number": " · ".join(
                    filter(
                        None,
                        (report.event_id.number, report.event_id.ticket_id.number),
                    )
                ),
                "text": self.env._("to be reported: %s", report.display_name),
                "date": format_datetime(
                    self.env, report.due, report.event_id.regulation_id.tz, "short"
                ),
                "url": f"{report.get_base_url()}/mail/view"
                f"?model=complaint.medical.event&res_id={report.event_id.id}",
            }
            for report in self.sorted(lambda item: (item.due, item.id))
        ]


def _alarm_subject(env):
    """Return the subject of an alarm, in the reader's language."""
    return env._("Medical event: not reported upwards in time")


class ComplaintMedicalEvent(models.Model):
    """The ladder of one event."""

    _inherit = "complaint.medical.event"

    def _begin_ladder(self):
        """Open a report for each rung of the regulation's ladder."""
        # sudo: complaint.medical.report - only events open them
        self.env["complaint.medical.report"].sudo().create(
            [
                {
                    "event_id": event.id,
                    "sequence": rung.sequence,
                    "receiver": rung.receiver,
                    "clause": rung.clause,
                    "minutes": rung.minutes,
                }
                for event in self
                for rung in event.regulation_id.medical_rung_ids
            ]
        )
        self._work_out_ladder()
        self._wake_alarm()

    def _work_out_ladder(self):
        """Work out from when each rung counts: the event, then the report before.

        While the report before is missing, the next one counts from when it was due.
        """
        for event in self:
            start = event.event_date
            for report in event.report_ids.sorted(
                lambda item: (item.sequence, item.id)
            ):
                if report.state == "waiting":
                    due = start + timedelta(minutes=report.minutes)
                    # sudo: complaint.medical.report - nobody writes what follows
                    report.sudo().write({"start": start, "due": due})
                start = report.told_date if report.state == "done" else report.due

    def _wake_alarm(self):
        """Let the alarm run when a report falls due."""
        moments = sorted(set(filter(None, self.report_ids.mapped("due"))))
        if moments:
            cron = self.env.ref("community_complaint.complaint_medical_cron_alarm")
            cron._trigger(at=moments)


class ComplaintDigest(models.Model):
    _inherit = "complaint.digest"

    @api.model
    def _section_titles(self):
        return {
            **super()._section_titles(),
            "medical": self.env._("Not reported upwards in time"),
        }
