from odoo import api, fields, models
from odoo.exceptions import UserError


class ComplaintIncidentReport(models.Model):
    """What was reported at once, to whom, and how late.

    R17: threats and disruption to security and police; what was settled on the spot to
    the complaint office. R18: risks to health. Other add-ons add kinds and receivers.
    """

    _name = "complaint.incident.report"
    _description = "Immediate Report"
    _inherit = ["complaint.case.mixin"]
    _order = "reported_date desc, id desc"

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
    reported_date = fields.Datetime("Reported", readonly=True)
    user_id = fields.Many2one("res.users", "Reported by", readonly=True)
    limit = fields.Integer("Within (minutes)", readonly=True)
    minutes = fields.Integer("Took (minutes)", readonly=True)
    is_late = fields.Boolean("Late", readonly=True)
    late_reason = fields.Char("Reason of the Delay")

    _complaint_open_fields = frozenset({"contact", "late_reason"})

    @api.constrains("event_date")
    def _check_event_date(self):
        for report in self:
            if report.event_date > fields.Datetime.now():
                raise UserError(self.env._("It cannot have happened in the future."))

    @api.depends("kind", "receiver")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        receivers = dict(self._fields["receiver"]._description_selection(self.env))
        for report in self:
            report.display_name = (
                f"{kinds.get(report.kind)} → {receivers.get(report.receiver)}"
            )

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: it is reported now; how late that is follows."""
        now = fields.Datetime.now()
        tickets = self.env["helpdesk.ticket"]
        for vals in vals_list:
            rules = tickets.browse(vals["ticket_id"]).regulation_id
            event = fields.Datetime.to_datetime(vals.get("event_date")) or now
            minutes = max(0, int((now - event).total_seconds() // 60))
            vals.update(
                event_date=event,
                reported_date=now,
                user_id=self.env.uid,
                limit=rules.report_minutes,
                minutes=minutes,
                is_late=minutes > rules.report_minutes,
            )
        reports = super().create(vals_list)
        reports._log_reports()
        return reports

    def write(self, vals):
        if not self.env.su and vals.keys() - self._complaint_open_fields:
            raise UserError(self.env._("What was reported stays as it was."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A report stays on file."))

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
        # sudo: complaint.incident.report - the step reports, whoever takes it
        self.env["complaint.incident.report"].sudo().create(
            [
                {
                    "ticket_id": ticket.id,
                    "kind": "on_spot",
                    "receiver": "office",
                    "text": ticket.on_spot_answer,
                }
                for ticket in reporting
            ]
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
