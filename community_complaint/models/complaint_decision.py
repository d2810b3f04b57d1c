from odoo import api, fields, models
from odoo.exceptions import UserError


class ComplaintDecision(models.Model):
    """What the office concludes, why, and what it does about it.

    A decision in force never changes; an appeal that changes the outcome makes the next
    version, and the one before is superseded.
    """

    _name = "complaint.decision"
    _description = "Decision"
    _inherit = ["complaint.case.mixin", "complaint.text.mixin"]
    _order = "ticket_id, version desc, id desc"

    version = fields.Integer(readonly=True, default=1, copy=False)
    conclusion = fields.Selection(
        [
            ("substantiated", "Substantiated"),
            ("partly", "Partly substantiated"),
            ("unsubstantiated", "Unsubstantiated"),
            ("malicious", "Malicious"),
            ("not_ours", "Not within our competence"),
            ("settled", "Settled"),
        ]
    )
    reasons = fields.Text(
        "Facts and Reasons", help="Printed on the result notices of both parties."
    )
    measure_line_ids = fields.One2many(
        "complaint.decision.measure", "decision_id", string="Measures", copy=True
    )
    state = fields.Selection(
        [("draft", "Draft"), ("in_force", "In force"), ("superseded", "Superseded")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    decided_date = fields.Datetime(readonly=True, copy=False)

    _one_draft = models.UniqueIndex(
        "(ticket_id) WHERE state = 'draft'",
        "There already is a draft of the decision for this complaint.",
    )
    _one_in_force = models.UniqueIndex(
        "(ticket_id) WHERE state = 'in_force'",
        "Another decision on this complaint is already in force.",
    )

    @api.depends("ticket_id.number", "version")
    def _compute_display_name(self):
        for decision in self:
            decision.display_name = self.env._(
                "%(case)s, decision %(version)s",
                case=decision.ticket_id.number,
                version=decision.version,
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["state"] = "draft"
        decisions = super().create(vals_list)
        earlier = dict(
            self.env["complaint.decision"]._read_group(
                [
                    ("ticket_id", "in", decisions.ticket_id.ids),
                    ("state", "!=", "draft"),
                ],
                ["ticket_id"],
                ["version:max"],
            )
        )
        for decision in decisions:
            version = earlier.get(decision.ticket_id, 0) + 1
            if decision.version != version:
                decision.version = version
        return decisions

    def write(self, vals):
        self._check_draft(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._check_draft()

    def _check_draft(self, vals=None):
        """Check that nobody changes what was decided.

        :raise UserError: if a decision is in force or was
        """
        if self.env.su and vals is not None:
            return
        if {"state", "decided_by_id", "decided_date"} & (vals or {}).keys():
            raise UserError(self.env._("A decision is made by the step “Decide”."))
        if any(decision.state != "draft" for decision in self):
            raise UserError(
                self.env._(
                    "A decision that was made does not change. A new version of it "
                    "follows from an appeal or from reopening the case."
                )
            )

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    def _missing(self):
        """Yield what one draft lacks to be decided, as sentences."""
        self.ensure_one()
        if not self.conclusion:
            yield self.env._("The decision has no conclusion.")
        if not (self.reasons or "").strip():
            yield self.env._("The decision gives no facts and reasons.")
        known = self.ticket_id.regulation_id.measure_ids
        for measure in known and self.measure_line_ids.measure_id - known:
            yield self.env._(
                "%(rules)s does not know the measure “%(measure)s”.",
                rules=self.ticket_id.regulation_id.name,
                measure=measure.name,
            )
        sanctions = self.measure_line_ids.filtered(
            lambda line: line.measure_id.kind == "sanction"
        )
        for line in sanctions.filtered(lambda line: not line.respondent_id):
            yield self.env._(
                "“%s” is a sanction: say which respondent it is for.",
                line.measure_id.name,
            )
        if not self.ticket_id.regulation_id.gate_hearing:
            sanctions = sanctions.filtered("measure_id.needs_hearing")
        for respondent in sanctions.respondent_id.filtered(lambda item: not item.heard):
            yield self.env._(
                "%s was not heard: no sanction before their statement and defence.",
                respondent.name,
            )

    def _put_in_force(self):
        """Make drafts the decisions of their cases."""
        # sudo: complaint.decision - the step checked the role, the guard is for people
        current = self.ticket_id.decision_ids.filtered(
            lambda decision: decision.state == "in_force"
        ).sudo()
        current.write({"state": "superseded"})
        current.flush_recordset()
        # sudo: complaint.decision - see above
        self.sudo().write(
            {
                "state": "in_force",
                "decided_by_id": self.env.uid,
                "decided_date": fields.Datetime.now(),
            }
        )
        # the next draft is an INSERT, which does not wait for this UPDATE
        self.flush_recordset(["state"])


class ComplaintDecisionMeasure(models.Model):
    _name = "complaint.decision.measure"
    _description = "Measure of a Decision"
    _rec_names_search = ("measure_id.name",)
    _order = "id"

    decision_id = fields.Many2one(
        "complaint.decision", required=True, index=True, ondelete="cascade"
    )
    ticket_id = fields.Many2one(
        related="decision_id.ticket_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="decision_id.company_id", store=True, index=True, precompute=True
    )
    measure_id = fields.Many2one(
        "complaint.measure", required=True, ondelete="restrict"
    )
    kind = fields.Selection(related="measure_id.kind")
    respondent_id = fields.Many2one(
        "complaint.respondent",
        domain="[('ticket_id', '=', ticket_id)]",
        index="btree_not_null",
        ondelete="restrict",
    )
    note = fields.Char("Details")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.decision_id._check_draft()
        return lines

    def write(self, vals):
        self.decision_id._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self.decision_id._check_draft()

    @api.depends("measure_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.measure_id.name
