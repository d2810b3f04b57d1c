from odoo import api, fields, models
from odoo.tools import format_datetime
from odoo.tools.translate import LazyTranslate

from odoo.addons.community_complaint.models.complaint_alarm import Alarm
from odoo.addons.community_complaint.tools.life import Ask, Life, Opening, Step, opens
from odoo.addons.community_complaint.tools.steps import CLERK, HANDLER, LEADER

#: Reports that one run of the alarm looks at.
_BATCH = 500
_lt = LazyTranslate(__name__)


class ComplaintMedicalReport(models.Model):
    """A medical event reported to one rung of the ladder, in time or late (R15 二–四).

    The idea is that of ``complaint.incident.report``; but these exist before they are
    made, so that somebody can be reminded, and they need no complaint.
    """

    _name = "complaint.medical.report"
    _description = "Report of a Medical Event"
    _inherit = ["complaint.life.mixin"]
    _order = "event_id, sequence, id"
    _rec_names_search = ("event_id.number",)

    _life = Life(
        {
            "report": Step(
                ("waiting",),
                "done",
                (CLERK, HANDLER),
                label=_lt("Record Report"),
                asks=Ask("late_reason"),
                stamps={"recorded_date": "now", "user_id": "user"},
                writes=("told_date", "took", "is_late"),
            ),
        }
    )
    _opens = opens("contact", "told_date", "late_reason", states=("waiting",))
    _openings = {
        "ladder": Opening(
            "An event opens a report for each rung, and when it is due follows from it.",
            ("event_id", "sequence", "receiver", "clause", "minutes", "start", "due"),
            creates=True,
        ),
        "alarm": Opening(
            "The scheduled action told that the time is over.",
            ("reminded_date", "is_late"),
        ),
    }

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
    # Steps. EXPOSED API
    # ----------------------------------------------------------------------

    def action_report(self, text=None):
        """Record that this rung was told, and how late that was.

        :param text: reason of the delay; a dialog asks for it when it is needed
        :raise UserError: if it was reported before, or the moment cannot be
        """
        self.ensure_one()
        return self._take("report", text)

    def _was_given(self, name):
        """OVERRIDE: only who was late gives a reason."""
        return self._told_moment() <= self.due or (self.late_reason or "").strip()

    def _gates_report(self, text):
        told = self._told_moment()
        if told > fields.Datetime.now():
            yield self.env._("It cannot have been reported in the future.")
        if told < self.event_id.event_date:
            yield self.env._("It cannot have been reported before it happened.")
        if not (self.contact or "").strip():
            yield self.env._("Say who took it: name and post.")

    def _prepare_report_vals(self, given):
        told = self._told_moment()
        return {
            "told_date": told,
            "took": max(0, int((told - self.start).total_seconds() // 60)),
            "is_late": told > self.due,
        }

    def _after_report(self):
        self.event_id._work_out_ladder()
        self._log_report()

    def _step_cases(self):
        """OVERRIDE: the case of the event, if it belongs to one."""
        return self.event_id.ticket_id

    def _told_moment(self):
        """Return when it was told, as naive UTC."""
        return self.told_date or fields.Datetime.now()

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
        self.env["complaint.alarm"]._ring(
            [
                Alarm(f"medical:{report.id}", "medical", report.event_id.ticket_id)
                for report in late
                if report.event_id.ticket_id
            ]
        )
        # late, unless it turns out that it was told in time and only not recorded
        late._write_sealed("alarm", {"reminded_date": now, "is_late": True})
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
