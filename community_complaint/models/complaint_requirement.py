from odoo import api, fields, models


class ComplaintRequirement(models.Model):
    """One thing a regulation asks for in a complaint, and before which step.

    R03: work unit, occupation, address. R05: evidence. R06: identity proof and the
    service expected. R18: the complainant's signature or seal.
    """

    _name = "complaint.requirement"
    _description = "Required Content"
    _inherit = [
        "complaint.shipped.mixin",
        "complaint.watched.mixin",
        "complaint.setting.mixin",
    ]
    _order = "regulation_id, sequence, id"

    #: Managers alone have the right to change it; here it is put on record.
    _watched_by_managers = False
    _watched_free = frozenset({"sequence"})
    _shipped_alike = ("item",)

    regulation_id = fields.Many2one(
        "complaint.regulation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="regulation_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    item = fields.Selection(
        [
            ("name", "Complainant's name"),
            ("contact", "Phone, e-mail or address"),
            ("phone", "Phone"),
            ("email", "E-mail"),
            ("address", "Home address"),
            ("work_unit", "Work unit"),
            ("occupation", "Occupation"),
            ("id_number", "ID number"),
            ("identity_checked", "Identity document seen"),
            ("complainant_kind", "Kind of complainant"),
            ("signature", "Complainant's signature or seal"),
            ("channel", "Channel"),
            ("type", "Kind of matter"),
            ("description", "What happened"),
            ("demand", "Demand"),
            ("incident_date", "Date of the incident"),
            ("incident_place", "Place of the incident"),
            ("written_form", "In writing"),
            ("respondent", "Respondent"),
            ("respondent_post", "Respondent's position"),
            ("evidence", "Evidence"),
            ("handling_plan", "Handling plan"),
            ("response_level", "Response level"),
        ],
        required=True,
        string="What",
    )
    label = fields.Char(
        translate=True,
        help="As the text calls it, for example “Service expected”. Printed on forms.",
    )
    name = fields.Char(compute="_compute_name")
    step = fields.Selection(
        selection=lambda self: self._selection_step(),
        string="Before the Step",
        required=True,
        default="accept",
    )
    type_ids = fields.Many2many(
        "helpdesk.ticket.type", string="Kinds of Matter", help="Empty: all."
    )
    major_only = fields.Boolean("Major Matters Only")
    on_form = fields.Boolean(
        "On the Form", default=True, help="Printed on the registration form."
    )
    clause = fields.Char(
        translate=True, help="Where the text says so, for example “Article 7”."
    )

    @api.model
    def _selection_step(self):
        cases = self.env["helpdesk.ticket"]
        return [
            (name, label)
            for name, label in cases._step_selection()
            if cases._step(name).event or cases._step(name).target or name == "involve"
        ]

    @api.depends("item", "label")
    @api.depends_context("lang")
    def _compute_name(self):
        items = dict(self._fields["item"]._description_selection(self.env))
        for requirement in self:
            requirement.name = requirement.label or items.get(requirement.item)

    @api.depends("name")
    def _compute_display_name(self):
        for requirement in self:
            requirement.display_name = requirement.name

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    def _for_case(self, ticket):
        """Return those that hold for a case as it is classified."""
        return self.filtered(
            lambda item: (
                (not item.major_only or ticket.is_major)
                and (not item.type_ids or ticket.type_id._origin in item.type_ids)
            )
        )

    def _sentence(self):
        """Return what to tell when it is missing."""
        self.ensure_one()
        if not self.clause:
            return self.env._("“%s” is missing.", self.name)
        return self.env._(
            "“%(item)s” is missing (%(clause)s).", item=self.name, clause=self.clause
        )

    def _watched_companies(self):
        """OVERRIDE: the office that adopted the text."""
        return self._watched_regulations(lambda part: part.regulation_id)

    def _watched_cases(self):
        """OVERRIDE: files are not changed by it."""
        return self.browse()
