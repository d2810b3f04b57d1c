from odoo import api, fields, models

from ..tools.changes import on

#: Acts that are inquiries of the kind of the same name.
INQUIRIES = frozenset(
    {
        "visit", "interview", "contact", "record", "inspection", "opinions",
        "appraisal", "assessment", "legal_aid", "protection", "price_check",
    }
)  # fmt: skip
#: The step an act usually comes before.
_USUAL_STEP = {
    "mediation": "decide",
    "legal_aid": "decide",
    "correction": "decide",
    "follow_up": "close",
    "protection": "start_investigation",
}


class ComplaintTypeRule(models.Model):
    """An act that a regulation asks for in some kinds of matter.

    R09: the committee sends a mediator to neighbours, a supervisor inspects safety and
    asks the residents, every solved case is followed up. R19: the service record is
    checked. R07, R11, R18: both sides are heard. R12, R18: what is wrong is corrected.
    """

    _name = "complaint.type.rule"
    _description = "Act Required by a Regulation"
    _inherit = [
        "complaint.shipped.mixin",
        "complaint.watched.mixin",
        "complaint.setting.mixin",
    ]
    _order = "regulation_id, sequence, id"

    #: Managers alone have the right to change it; here it is put on record.
    _watched_by_managers = False
    _watched_free = frozenset({"sequence"})
    _shipped_alike = ("requires",)
    _effects = {"_ensure_phases": on("requires", made=True)}

    regulation_id = fields.Many2one(
        "complaint.regulation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="regulation_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    type_ids = fields.Many2many(
        "helpdesk.ticket.type", string="Kinds of Matter", help="Empty: all."
    )
    case_kind = fields.Selection(
        selection=lambda self: self._selection_case_kind(),
        help="Empty: all.",
    )
    requires = fields.Selection(
        [
            ("mediation", "Mediator sent"),
            ("inspection", "Inspection by a supervisor"),
            ("opinions", "Residents' opinions sought"),
            ("visit", "Visit"),
            ("interview", "Interview"),
            ("contact", "Talk with the complainant"),
            ("record", "Service record checked"),
            ("appraisal", "Expert appraisal"),
            ("assessment", "Internal safety assessment"),
            ("respondent_heard", "Respondent heard"),
            ("legal_aid", "Legal aid offered, or found needless"),
            ("correction", "Corrective measure, if founded"),
            ("follow_up", "Solved case followed up"),
            ("sealing", "Records and items sealed"),
            ("joint", "Counterpart unit involved"),
            ("protection", "Immediate measures against harm"),
            ("price_check", "Fees and prices checked"),
        ],
        required=True,
    )
    step = fields.Selection(
        selection=lambda self: self.env["complaint.requirement"]._selection_step(),
        string="Before the Step",
        compute="_compute_step",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    clause = fields.Char(
        translate=True, help="Where the text says so, for example “Article 7”."
    )

    @api.model
    def _selection_case_kind(self):
        kinds = self.env["helpdesk.ticket"]._fields["case_kind"]
        return kinds._description_selection(self.env)

    @api.depends("requires")
    def _compute_step(self):
        steps = self._usual_steps()
        for rule in self:
            rule.step = steps.get(rule.requires, "submit_findings")

    @api.model
    def _usual_steps(self):
        """Return ``{act: step}``, the findings for all others. EXTENSION POINT."""
        return _USUAL_STEP

    @api.depends("requires")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["requires"]._description_selection(self.env))
        for rule in self:
            rule.display_name = labels.get(rule.requires)

    # ----------------------------------------------------------------------
    # A follow-up needs its phase
    # ----------------------------------------------------------------------

    def _ensure_phases(self):
        """Give the desks the phases that these rules need."""
        regulations = self.filtered(lambda rule: rule.requires == "follow_up")
        regulations.regulation_id.filtered("team_ids")._ensure_complaint_stages()

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    def _for_case(self, ticket):
        """Return those that hold for a case as it is classified."""
        return self.filtered(
            lambda rule: (
                (not rule.type_ids or ticket.type_id._origin in rule.type_ids)
                and rule.case_kind in (False, ticket.case_kind)
            )
        )

    def _sentence(self):
        """Return what to tell when it was not done."""
        self.ensure_one()
        if not self.clause:
            return self.env._("Not done yet: %s.", self.display_name)
        return self.env._(
            "Not done yet: %(act)s (%(clause)s).",
            act=self.display_name,
            clause=self.clause,
        )

    def _watched_companies(self):
        """OVERRIDE: the office that adopted the text."""
        return self._watched_regulations(lambda part: part.regulation_id)

    def _watched_cases(self):
        """OVERRIDE: files are not changed by it."""
        return self.browse()
