from odoo import api, fields, models

from ..tools.life import opens


class ComplaintAccountability(models.Model):
    """What the office did about a malicious complaint (R05 8, R17 1.5).

    Its position is stated through the functional department, an expert appraises, or the
    matter goes where the law says. Only after a decision in force that two leaders call
    malicious; what was done stays on file.
    """

    _name = "complaint.accountability"
    _description = "Accountability for a Malicious Complaint"
    _inherit = ["complaint.case.mixin"]
    _order = "date, id"
    _check_company_auto = True

    # it follows when the case is over
    _opens = {
        **opens("ticket_id", "kind", "department_id", "body", birth=True),
        **opens("date", "text", birth=True),
    }

    kind = fields.Selection(
        [
            ("position", "Position stated"),
            ("appraisal", "Expert appraisal"),
            ("law", "Referred under the law"),
            ("other", "Other"),
        ],
        required=True,
        default="position",
    )
    department_id = fields.Many2one(
        "hr.department",
        "Functional Department",
        check_company=True,
        help="Through which the office states its position.",
    )
    body = fields.Char(help="Police, court, appraisal institute …")
    date = fields.Date(
        required=True, default=lambda self: self.env["helpdesk.ticket"]._office_date()
    )
    text = fields.Text("What Was Said or Done", required=True)
    user_id = fields.Many2one(
        "res.users",
        "Recorded by",
        default=lambda self: self.env.uid,
        readonly=True,
    )

    _position_of_department = models.Constraint(
        "CHECK (kind != 'position' OR department_id IS NOT NULL)",
        "Say which department states the office's position.",
    )
    _body_named = models.Constraint(
        r"CHECK (kind NOT IN ('appraisal', 'law') OR COALESCE(body, '') ~ '\S')",
        "Say which body it went to.",
    )

    @api.depends("kind", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for item in self:
            item.display_name = f"{kinds.get(item.kind)} {item.date or ''}"

    def _gates_birth(self):
        if not self.ticket_id._is_malicious():
            yield self.env._("The decision does not call this complaint malicious.")


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    accountability_ids = fields.One2many("complaint.accountability", "ticket_id")
    is_malicious = fields.Boolean(compute="_compute_is_malicious")

    @api.depends("decision_ids.state", "decision_ids.conclusion")
    def _compute_is_malicious(self):
        for ticket in self:
            ticket.is_malicious = ticket._is_malicious()

    def _is_malicious(self):
        """Return whether the decision in force calls one complaint malicious."""
        return any(
            decision.state == "in_force" and decision.conclusion == "malicious"
            for decision in self.decision_ids
        )
