from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.discipline_steps import STATES, WAITING_STATES

#: What people may write, while it waits for approval.
_EDITABLE = frozenset({"duration", "reason"})
#: What people may say when they propose one themselves.
_PROPOSED = _EDITABLE | {"ticket_id", "employee_id", "measure_id"}
#: Written by the steps only: empty at first, whatever the context says.
_BY_STEPS = (
    "approved_by_id", "approved_date", "editor_ids", "end_reason", "expiry",
    "heard_date", "measure_line_id", "record_id", "respondent_id", "start_date",
    "statement", "suspended_date", "suspended_state",
)  # fmt: skip
#: Measures that are proposed for members of staff.
STAFF_KINDS = ("sanction", "commendation")


class ComplaintDiscipline(models.Model):
    """A measure against a member of staff, or a commendation (处分, 表彰).

    It follows from a decision (R02 9, R18 9) or is proposed for how a case was handled
    (R05 9). With the case it is read by the leaders of the desk, discipline officers and
    auditors; what is entered in the personnel file is ``complaint.discipline.record``,
    which knows nothing of the case. Whom it is about never sees it.

    EXPOSED API: ``action_<step>``, see ``complaint_discipline_step``.
    """

    _name = "complaint.discipline"
    _description = "Discipline or Commendation"
    _inherit = ["complaint.case.mixin", "complaint.text.mixin", "complaint.step.mixin"]
    _order = "proposed_date desc, id desc"
    _check_company_auto = True

    employee_id = fields.Many2one(
        "hr.employee",
        string="Staff Member",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    measure_id = fields.Many2one(
        "complaint.measure",
        required=True,
        ondelete="restrict",
        domain="[('kind', 'in', ('sanction', 'commendation'))]",
    )
    kind = fields.Selection(
        [
            ("sanction", "Disciplinary action"),
            ("commendation", "Commendation"),
            ("technical_file", "Technical file"),
        ],
        compute="_compute_kind",
        store=True,
        precompute=True,
    )
    state = fields.Selection(
        STATES,
        default="proposed",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    respondent_id = fields.Many2one(
        "complaint.respondent",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    measure_line_id = fields.Many2one(
        "complaint.decision.measure",
        string="Measure Decided",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    decision_id = fields.Many2one(
        related="measure_line_id.decision_id",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    reason = fields.Text(
        "Facts and Reasons", help="What it is for. Printed on the paper."
    )
    proposed_by_id = fields.Many2one("res.users", "Proposed by", readonly=True)
    proposed_date = fields.Datetime("Proposed on", readonly=True)
    editor_ids = fields.Many2many(
        "res.users",
        "complaint_discipline_editor_rel",
        "discipline_id",
        "user_id",
        string="Reworded by",
        readonly=True,
        copy=False,
        help="Who changed the proposal; none of them approves it.",
    )

    statement = fields.Text(
        "Statement and Defence",
        readonly=True,
        help="Of who is no respondent of the case; respondents are heard on the case.",
    )
    heard_date = fields.Datetime("Heard on", readonly=True)
    approved_by_id = fields.Many2one("res.users", "Approved by", readonly=True)
    approved_date = fields.Datetime("Approved on", readonly=True)

    duration = fields.Integer(
        "Duration (months)",
        compute="_compute_duration",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
        help="How long it is in force. 0: for good.",
    )
    start_date = fields.Date("In Force from", readonly=True)
    expiry = fields.Date("In Force until", readonly=True)
    suspended_state = fields.Selection(STATES, "Suspended While", readonly=True)
    suspended_date = fields.Date("Suspended on", readonly=True)
    end_reason = fields.Text("Reason of the Revocation", readonly=True)

    event_ids = fields.One2many(
        "complaint.discipline.event", "discipline_id", string="History", readonly=True
    )
    record_id = fields.Many2one(
        "complaint.discipline.record",
        string="Entry in the Personnel File",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    notice_ids = fields.One2many(
        "complaint.notice", "discipline_id", string="Papers", readonly=True
    )

    _one_per_line = models.UniqueIndex(
        "(measure_line_id) WHERE measure_line_id IS NOT NULL",
        "This measure was proposed already.",
    )
    _expiry_idx = models.Index("(expiry) WHERE state = 'in_force'")

    # ----------------------------------------------------------------------
    # Computes and constraints
    # ----------------------------------------------------------------------

    @api.depends("measure_id")
    def _compute_kind(self):
        for item in self:
            measure = item.measure_id
            if measure.kind == "commendation":
                item.kind = "commendation"
            else:
                item.kind = "technical_file" if measure.is_technical else "sanction"

    @api.depends("measure_id")
    def _compute_duration(self):
        for item in self:
            item.duration = item.measure_id.duration

    @api.depends("measure_id", "employee_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for item in self:
            item.display_name = f"{item.measure_id.name}: {item._person()}"

    @api.constrains("measure_id")
    def _check_measure(self):
        for item in self:
            if item.measure_id.kind not in STAFF_KINDS:
                raise ValidationError(
                    self.env._(
                        "“%s” is no measure for members of staff.", item.measure_id.name
                    )
                )

    @api.constrains("ticket_id", "respondent_id", "measure_line_id")
    def _check_same_case(self):
        for item in self:
            # sudo: complaint.respondent - whether it is one of this case
            other = (
                item.sudo().respondent_id.ticket_id | item.sudo().decision_id.ticket_id
            )
            if other - item.ticket_id:
                raise ValidationError(self.env._("This belongs to another case."))

    @api.constrains("duration")
    def _check_duration(self):
        self.measure_id._check_months(self.mapped("duration"))

    # ----------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: every one begins as a proposal by who writes it."""
        if not self.env.su:
            vals_list = [
                {name: value for name, value in vals.items() if name in _PROPOSED}
                for vals in vals_list
            ]
        begins = {
            "proposed_by_id": self.env.uid,
            "proposed_date": fields.Datetime.now(),
            "state": "proposed",
        }
        # explicit: neither the context nor a default of the user's own fills them
        empty = dict.fromkeys(_BY_STEPS, False)
        items = super().create([{**empty, **vals, **begins} for vals in vals_list])
        if not self.env.su:
            items._check_by_hand()
        items._log("propose")
        return items

    def write(self, vals):
        """OVERRIDE: the steps write; people correct what waits for approval."""
        if not self.env.su:
            self._check_editable(vals)
            if vals:
                self._note_editor()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "Discipline and commendations stay on file. Revoke them instead."
            )
        )

    def _check_case_open(self):
        """OVERRIDE: measures outlive their case; they have guards of their own."""

    def _check_editable(self, vals):
        """Check that nobody writes by hand what the steps write.

        :raise UserError: otherwise
        """
        if vals.keys() - _EDITABLE:
            raise UserError(self.env._("This is changed by its buttons, not by hand."))
        if any(item.state not in WAITING_STATES for item in self):
            raise UserError(
                self.env._("What was approved does not change. Revoke it instead.")
            )

    def _note_editor(self):
        """Note who rewords proposals; what was heard about is heard about anew.

        Otherwise the second person could approve words that are their own.
        """
        # sudo: complaint.discipline - written by the steps only, see write()
        items = self.sudo()
        items.write({"editor_ids": [Command.link(self.env.uid)]})
        heard = items.filtered(lambda item: item.state == "heard")
        heard.write({"state": "proposed", "heard_date": False})
        heard.with_env(self.env)._log("propose")

    def _check_by_hand(self):
        """Check what people propose themselves (R05 9).

        :raise UserError: if the text carries out no measures, or no reason is given
        """
        for item in self:
            rules = item.ticket_id.regulation_id
            if not rules.carries_discipline:
                raise UserError(
                    self.env._("%s knows no measures for staff.", rules.name)
                )
            if rules.measure_ids and item.measure_id not in rules.measure_ids:
                raise UserError(
                    self.env._(
                        "%(rules)s does not know the measure “%(measure)s”.",
                        rules=rules.name,
                        measure=item.measure_id.name,
                    )
                )
            if not (item.reason or "").strip():
                raise UserError(self.env._("Say what it is for."))
        self.filtered(lambda item: item.kind != "commendation")._keep_away()

    def _keep_away(self):
        """Keep people away from the cases they are to be disciplined for."""
        for item in self:
            # sudo: helpdesk.ticket, hr.employee - nobody chooses this by hand
            user, case = item.sudo().employee_id.user_id, item.sudo().ticket_id
            if user and user not in case.conflict_user_ids:
                case.write({"recused_user_ids": [Command.link(user.id)]})

    # ----------------------------------------------------------------------
    # Helpers
    # ----------------------------------------------------------------------

    def _person(self):
        """Return the name of whom it is about."""
        self.ensure_one()
        # sudo: hr.employee - who may read the measure may read the name
        return self.sudo().employee_id.name or ""
