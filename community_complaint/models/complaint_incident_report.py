from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..tools.changes import on
from ..tools.life import Opening, opens
from ..tools.steps import FILE_PHASES
from .complaint_alarm import Alarm

#: Who is called by phone: that they took it, and under which number, is said.
_CALLED = ("security", "police")
#: What whoever is on duty, and the leaders, are told of as well.
_ALARMING = ("threat", "risk")


class ComplaintIncidentReport(models.Model):
    """What was reported at once, to whom, and how late.

    R17: threats and disruption to security and police; what was settled on the spot to
    the complaint office. R18: risks to health. Other add-ons add kinds and receivers.
    """

    _name = "complaint.incident.report"
    _description = "Immediate Report"
    _inherit = ["complaint.case.mixin"]
    _order = "reported_date desc, id desc"

    _opens = {
        **opens(
            *("ticket_id", "kind", "receiver", "text", "event_date"),
            phases=FILE_PHASES,
            birth=True,
        ),
        # who took it, and why it was late, is often known later only
        **opens("contact", "late_reason"),
    }
    _past = ("event_date",)
    #: The case tells that it was reported, and who is named is told.
    _effects = {"_log_reports": on(made=True), "_tell_receivers": on(made=True)}
    _openings = {
        "on_spot": Opening(
            "What was settled on the spot is reported when the case has ended.",
            ("ticket_id", "kind", "receiver", "text"),
            creates=True,
        ),
    }

    kind = fields.Selection(
        [
            ("threat", "Threat or disruption"),
            ("risk", "Risk to life or health"),
            ("on_spot", "Settled on the spot"),
            ("other", "Other"),
        ],
        required=True,
        default="threat",
    )
    receiver = fields.Selection(
        [
            ("office", "Complaint office"),
            ("leader", "Leader"),
            ("security", "Security office"),
            ("police", "Police"),
            ("superior", "Superior body"),
        ],
        string="Reported to",
        required=True,
    )
    contact = fields.Char(
        "Who Took It", help="Name, or the number of the alarm at the police."
    )
    text = fields.Text("What Happened", required=True)
    event_date = fields.Datetime("Happened", required=True, default=fields.Datetime.now)
    reported_date = fields.Datetime(
        "Reported", readonly=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one(
        "res.users", "Reported by", readonly=True, default=lambda self: self.env.uid
    )
    limit = fields.Integer(
        "Within (minutes)", compute="_compute_limit", store=True, precompute=True
    )
    minutes = fields.Integer(
        "Took (minutes)", compute="_compute_minutes", store=True, precompute=True
    )
    is_late = fields.Boolean(
        "Late", compute="_compute_minutes", store=True, precompute=True
    )
    late_reason = fields.Char("Reason of the Delay")

    @api.depends("kind", "receiver")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        receivers = dict(self._fields["receiver"]._description_selection(self.env))
        for report in self:
            report.display_name = (
                f"{kinds.get(report.kind)} → {receivers.get(report.receiver)}"
            )

    @api.depends("ticket_id")
    def _compute_limit(self):
        """Keep what the regulation said then: a later limit makes nobody late."""
        for report in self:
            report.limit = report.ticket_id.regulation_id.report_minutes

    @api.depends("event_date", "reported_date", "limit")
    def _compute_minutes(self):
        for report in self:
            took = report.reported_date - report.event_date
            report.minutes = max(0, int(took.total_seconds() // 60))
            report.is_late = report.minutes > report.limit

    def _gates_birth(self):
        """Yield who was called and did not take it, as far as is said (R17 1.6)."""
        if self.receiver in _CALLED and not (self.contact or "").strip():
            yield self._contact_missing()

    @api.constrains("contact")
    def _check_contact(self):
        """Who took it stays on record."""
        for report in self:
            if report.receiver in _CALLED and not (report.contact or "").strip():
                raise UserError(report._contact_missing())

    def _contact_missing(self):
        return self.env._(
            "%s: call them first. Then say who took it, or under which number.",
            self.display_name,
        )

    # ----------------------------------------------------------------------
    # Who is told
    # ----------------------------------------------------------------------

    def _tell_receivers(self):
        """Send a message to whoever of the receivers the office knows."""
        alarms = [
            Alarm(
                f"incident:{same[0].id}",
                kind
                if kind in _ALARMING
                else "on_spot"
                if kind == "on_spot"
                else "other",
                ticket,
                same._users_told(),
                kind in _ALARMING,
            )
            for (ticket, kind, _moment), same in self.grouped(
                lambda item: (item.ticket_id, item.kind, item.event_date)
            ).items()
            if kind in _ALARMING or same._users_told()
        ]
        self.env["complaint.alarm"]._ring(alarms)
        for report in self.filtered(lambda item: item.receiver == "superior"):
            report._tell_superior()

    def _users_told(self):
        """Return which users these reports, of one case, are for."""
        [ticket] = self.ticket_id
        if "leader" in self.mapped("receiver") or self[:1].kind in _ALARMING:
            return ticket._leaders_in_charge()
        if "office" in self.mapped("receiver"):
            return ticket._complaint_office()
        return self.env["res.users"]

    def _tell_superior(self):
        """Send one report to the superior body, in words."""
        ticket = self.ticket_id
        office = self.with_context(lang=ticket._paper_lang())
        kinds = dict(self._fields["kind"]._description_selection(office.env))
        text = office.env._(
            "We report to you at once, on the matter %(number)s: %(kind)s. It happened on "
            "%(moment)s. %(text)s",
            number=ticket.number,
            kind=kinds[self.kind],
            moment=format_datetime(
                office.env, self.event_date, ticket.regulation_id.tz, "medium"
            ),
            text=self._superior_text(),
        )
        ticket._tell_superior(text)

    def _superior_text(self):
        """Return what happened, for the superior body, without who complained.

        In a case that is not open the message sees to it itself: a mask put in here would
        tell its readers what the vault knows.
        """
        ticket = self.ticket_id
        if ticket._leaves_unnamed("superior"):
            return self.text
        return ticket._identity_redactor()(self.text)

    def _log_reports(self):
        for ticket, reports in self.grouped("ticket_id").items():
            ticket._message_log(
                body="\n".join(
                    self.env._("%(report)s (late)", report=item.display_name)
                    if item.is_late
                    else item.display_name
                    for item in reports
                )
            )


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    incident_report_ids = fields.One2many(
        "complaint.incident.report", "ticket_id", string="Immediate Reports"
    )

    report_threats = fields.Boolean(related="regulation_id.report_threats")

    def _gates_report_threat(self, given, event_date=None, security=None, police=None):
        """R17 1.6: they were called, not only written down."""
        if not event_date:
            yield self.env._("Say when it happened.")
        if not security:
            yield self.env._(
                "Call the security office first. Then say who took it there."
            )
        if not police:
            yield self.env._(
                "Call the police first. Then say who took it, or under which number."
            )

    def _after_report_threat(self, given, event_date=None, security=None, police=None):
        self.env["complaint.incident.report"].create(
            [
                {
                    "ticket_id": ticket.id,
                    "kind": "threat",
                    "receiver": receiver,
                    "contact": contact,
                    "text": given,
                    "event_date": event_date,
                }
                for ticket in self
                for receiver, contact in (("security", security), ("police", police))
            ]
        )

    def _complaint_office(self):
        """Return who heads the complaint office of one case's regulation."""
        # sudo: helpdesk.ticket.team - who heads it, whoever reports to it
        team = self.regulation_id.sudo().team_id
        # sudo: helpdesk.ticket - who must not know of it, whoever asks
        head = team.user_id - self.sudo().conflict_user_ids
        return head or self._leaders_in_charge()

    def _tell_superior(self, text):
        """Write to the superior body of one case.

        :param text: plain text
        :return: the ``complaint.dispatch`` record
        """
        return self.env["complaint.dispatch"]._queue(
            [{"ticket_id": self.id, "addressee": "superior", "content": text}]
        )

    def _report_on_spot(self):
        """R17 1.8: what was settled on the spot is reported to the complaint office."""
        reporting = self.filtered("regulation_id.gate_first_receiver")
        self.env["complaint.incident.report"]._create_sealed(
            "on_spot",
            [
                {
                    "ticket_id": ticket.id,
                    "kind": "on_spot",
                    "receiver": "office",
                    "text": ticket.on_spot_answer,
                }
                for ticket in reporting
            ],
        )


class ComplaintRegulation(models.Model):
    _inherit = "complaint.regulation"

    report_threats = fields.Boolean(
        "Threats Are Reported",
        help="Threats against staff and disruption go to security and police at once.",
    )
    report_minutes = fields.Integer(
        "Immediate Means (minutes)",
        default=30,
        help="Later reports of threats and accidents are marked as late.",
    )
