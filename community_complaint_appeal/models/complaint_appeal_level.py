from odoo import api, fields, models

from odoo.addons.community_complaint.tools import clock
from odoo.addons.community_complaint.tools.changes import on

#: Which paper tells the decision, unless the level says otherwise.
_PAPER_OF_KIND = {
    "arbitration": "arbitration_ruling",
    "final_ruling": "final_ruling",
}


class ComplaintAppealLevel(models.Model):
    """A rung of the ladder against the result of a complaint, as data.

    A regulation's levels are climbed in order: the first contests the result of the
    case, each further one the decision of the level before. Most know one (R01, R02);
    letters and visits know two (复查, 复核), community management arbitration and a
    final ruling (R11). How long the office may take are ordinary time limits, see
    ``appeal_level`` of ``complaint.sla.policy``.
    """

    _name = "complaint.appeal.level"
    _description = "Level of Appeal"
    _inherit = [
        "complaint.setting.mixin",
        "complaint.shipped.mixin",
        "complaint.watched.mixin",
    ]

    #: A new level goes up to the body that its text names.
    _effects = {"_name_bodies": on(made=True)}
    _shipped_alike = ("kind",)
    _order = "regulation_id, sequence, id"

    #: Managers alone have the right to change it; here it is put on record.
    _watched_by_managers = False

    name = fields.Char(required=True, translate=True)
    regulation_id = fields.Many2one(
        "complaint.regulation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="regulation_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    number = fields.Integer("Number of the Level", compute="_compute_number")
    is_last = fields.Boolean("Last Level", compute="_compute_number")
    clause = fields.Char(
        translate=True, help="Where the text says so, for example “Article 10”."
    )
    kind = fields.Selection(
        [
            ("appeal", "Appeal"),
            ("review", "Higher review"),
            ("re_review", "Final review"),
            ("arbitration", "Arbitration"),
            ("final_ruling", "Final ruling"),
        ],
        default="appeal",
        required=True,
    )
    applicant = fields.Selection(
        [
            ("complainant", "The complainant"),
            ("respondent", "The respondents"),
            ("both", "Either side"),
        ],
        string="Who May Apply",
        default="complainant",
        required=True,
    )
    authority = fields.Selection(
        [("same_office", "This office"), ("superior", "The superior body")],
        string="Deciding Body",
        default="same_office",
        required=True,
    )
    superior_name = fields.Char(
        "Superior Body",
        translate=True,
        help="What the text calls the body that decides; papers print it until the body "
        "itself is named.",
    )
    one_higher = fields.Boolean(
        "One Body Higher",
        help="Not the superior body of the text decides, but the one above it, such as on "
        "a re-review.",
    )
    body_partner_id = fields.Many2one(
        "res.partner",
        string="Body That Decides",
        copy=False,
        ondelete="restrict",
        help="Appeals are forwarded to it, and papers name it.",
    )
    request_word = fields.Char(
        "What Applying Is Called",
        translate=True,
        help="As the text calls it, for example “a review”, in the middle of a sentence; "
        "empty: an appeal.",
    )
    quantity = fields.Integer(
        "Appeal Window", default=3, help="0: the text sets no time limit."
    )
    unit = fields.Selection(
        [
            ("working_day", "Working days"),
            ("calendar_day", "Calendar days"),
            ("month", "Months"),
        ],
        default="working_day",
        required=True,
        help="Counted from the day after the start. A window that ends on a day off ends "
        "on the next working day.",
    )
    start_event = fields.Selection(
        [
            ("served", "The notice served on the party"),
            ("all_served", "The notices served on all parties"),
            ("issued", "The notice issued"),
        ],
        string="Window Starts with",
        default="served",
        required=True,
    )
    silence_of = fields.Selection(
        selection=lambda self: self.env["complaint.sla.policy"]._selection_events(),
        string="Or without",
        help="The complainant may also apply when this did not happen by the last day of "
        "its own time limit: nobody loses the way up because the office is silent. The "
        "window then counts from that day; one that comes with a later answer is not "
        "touched. Above the first level: when nobody decided on the appeal below in "
        "time. Empty: there has to be a notice.",
    )
    notify_both = fields.Boolean(
        "Result to Both Sides",
        default=True,
        help="The notice of the decision goes to the complainant and to the "
        "respondents. Otherwise only to who applied.",
    )
    acknowledged = fields.Boolean(
        "Acknowledged in Writing",
        help="The appellant gets a paper when the appeal is taken up.",
    )
    gate_both_evidence = fields.Boolean(
        "Both Sides Submit Evidence",
        help="No decision before each side submitted evidence or declined to.",
    )
    hearing_left_out = fields.Boolean(
        "Days of a Hearing Do Not Count",
        help="Where the body that decides hears the parties, those days are left out of "
        "the time limit.",
    )
    paper = fields.Selection(
        [
            ("appeal_result", "Appeal result notice"),
            ("arbitration_ruling", "Arbitration ruling"),
            ("final_ruling", "Final ruling"),
        ],
        string="Paper of the Decision",
        compute="_compute_paper",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    paper_title = fields.Char(
        "Title of the Paper",
        translate=True,
        help="Empty: the usual name of the paper.",
    )

    _window_bounded = models.Constraint(
        "CHECK (quantity BETWEEN 0 AND CASE unit WHEN 'month' THEN 1200 ELSE 10000 END)",
        "A time limit is a whole number between 0 and 10,000 (1,200 months).",
    )

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.depends("regulation_id.appeal_level_ids.sequence")
    def _compute_number(self):
        for level in self:
            ladder = level.regulation_id._appeal_ladder()
            position = ladder.ids.index(level.id) if level.id in ladder.ids else 0
            level.number = position + 1
            level.is_last = position == len(ladder) - 1

    @api.depends("kind")
    def _compute_paper(self):
        for level in self:
            level.paper = _PAPER_OF_KIND.get(level.kind, "appeal_result")

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    def _name_bodies(self, before=None):
        """Let levels follow the bodies above that their texts name.

        A level that names another body keeps it.

        :param before: ``{regulation: (superior, one above)}`` as they were
        """
        before = before or {}
        nobody = (self.body_partner_id.browse(),) * 2
        for level in self.filtered(lambda item: item.authority == "superior"):
            old = before.get(level.regulation_id, nobody)[level.one_higher]
            new = level.regulation_id._bodies_above()[level.one_higher]
            if new and (not level.body_partner_id or level.body_partner_id == old):
                level.body_partner_id = new

    def _rule(self):
        """Return the :class:`clock.Rule` of the window.

        It is a right of the party: the last day ends at midnight, not with office
        hours, because appeals also come by mail and online. A last day that is no
        working day moves on (Civil Code of the PRC, art. 203).

        :raise ClockError: on nonsense
        """
        self.ensure_one()
        return clock.Rule(self.quantity, self.unit, end_of="day")

    def _next(self):
        """Return the level after this one, empty after the last."""
        self.ensure_one()
        ladder = self.regulation_id._appeal_ladder()
        return ladder[ladder.ids.index(self.id) + 1 :][:1]

    def _is_open_to(self, party):
        """Tell whether a side may apply.

        :param party: ``complaint.respondent``, empty for the complainant
        """
        self.ensure_one()
        return self.applicant in ("both", "respondent" if party else "complainant")

    def _label(self):
        """Return the name with the clause, as papers print it."""
        self.ensure_one()
        if not self.clause:
            return self.name
        clause = self.clause
        if clause[0].isdigit():
            clause = self.env._("clause %s", clause)
        return self.env._("%(text)s (%(aside)s)", text=self.name, aside=clause)

    def _body_name(self):
        """Return who decides, as papers name it."""
        self.ensure_one()
        if self.authority == "superior":
            # sudo: res.partner - the name of a body, whoever reads the paper
            return (
                self.sudo().body_partner_id.name
                or self.superior_name
                or self.env._("the next higher department in charge")
            )
        return self.company_id.name or self.env._("this office")

    def _superior_partner(self):
        """Return the body that decides as it is on file, a partner, maybe empty."""
        self.ensure_one()
        return self.body_partner_id

    def _format_window(self):
        """Return the length of the window such as “3 working days”, empty if endless."""
        self.ensure_one()
        if not self.quantity:
            return ""
        policies = self.env["complaint.sla.policy"]
        return policies._format_quantity(self.quantity, self.unit)

    @api.model
    def _shipped_fields(self):
        """OVERRIDE: what the body above is called, only the office knows."""
        return [name for name in super()._shipped_fields() if name != "superior_name"]

    def _watched_companies(self):
        """OVERRIDE: the office that adopted the text."""
        return self._watched_regulations(lambda part: part.regulation_id)

    def _watched_cases(self):
        """OVERRIDE: files are not changed by it."""
        return self.browse()
