from odoo import api, fields, models

from ..tools.life import Opening, opens
from ..tools.steps import FILE_PHASES


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

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: the case tells that it was reported."""
        reports = super().create(vals_list)
        reports._log_reports()
        return reports

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

    def _after_report_threat(self, given, event_date=None):
        self.env["complaint.incident.report"].create(
            [
                {
                    "ticket_id": ticket.id,
                    "kind": "threat",
                    "receiver": receiver,
                    "text": given,
                    "event_date": event_date or fields.Datetime.now(),
                }
                for ticket in self
                for receiver in ("security", "police")
            ]
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
