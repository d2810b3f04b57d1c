from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.changes import on
from ..tools.life import Open, Opening, opens
from ..tools.steps import APPEALED, DRAFT, FILE_PHASES, INQUIRY_PHASES, LEADER

#: A case that is being decided although this respondent was not heard counts as this.
UNHEARD = "unheard"
#: Before anybody decides.
_ASKING = tuple(phase for phase in INQUIRY_PHASES if phase != APPEALED)
#: Who somebody is.
NAMING = ("kind", "employee_id", "department_id", "partner_id", "name")
#: Before the case is registered as well.
_NAMING = (DRAFT, *_ASKING)


class ComplaintRespondent(models.Model):
    """Person or unit complained about, with their statement and the finding.

    Whom a complaint is about decides who is excluded from it: once somebody on file is
    named, nobody names somebody else instead; a leader removes what was a mistake, on
    record. What a respondent said is not reworded while the case is being decided.
    """

    _name = "complaint.respondent"
    _description = "Respondent"
    _inherit = ["complaint.case.mixin", "complaint.respondent.called"]
    _order = "id"
    _check_company_auto = True

    _guards = {"_log_removed": on(removed=True)}
    _effects = {
        "_exclude_concerned": on(made=True),
        "_refresh_conflicts": on(*NAMING, "post", of="ticket_id"),
    }
    _opens = {
        **opens("ticket_id", phases=(DRAFT, *FILE_PHASES, UNHEARD), birth=True),
        **opens(
            *NAMING,
            states=("unnamed",),
            phases=_NAMING,
        ),
        **opens("post", "works_here", phases=_NAMING),
        **opens(
            "statement",
            "statement_date",
            "statement_waived",
            phases=(*_ASKING, UNHEARD),
        ),
        **opens(
            "finding",
            "finding_note",
            phases=(*_ASKING, "deciding", APPEALED, UNHEARD),
        ),
    }
    _drops = Open(phases=_ASKING, by=(LEADER,))
    _openings = {
        "imported": Opening(
            "A case of an old register names whom it is about.",
            ("ticket_id", "kind", "name"),
            creates=True,
        ),
    }
    _phase_shown = "hearing_phase"

    kind = fields.Selection(
        [
            ("employee", "Staff member"),
            ("department", "Department"),
            ("partner", "Person or company on file"),
            ("other", "Somebody else"),
        ],
        required=True,
        default="employee",
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Staff Member",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    department_id = fields.Many2one(
        "hr.department",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Person or Company",
        index="btree_not_null",
        ondelete="restrict",
    )
    name = fields.Char(compute="_compute_name", store=True, readonly=False)
    post = fields.Char("Position", compute="_compute_post", store=True, readonly=False)
    works_here = fields.Boolean(
        help="Whoever was typed by name is a member of staff of the office, as somebody "
        "of the office found out.",
    )
    respondent_kind = fields.Selection(related="ticket_id.respondent_kind")
    statement = fields.Text(
        "Statement and Defence", help="What the respondent has to say, in their words."
    )
    statement_date = fields.Date("Heard on")
    statement_waived = fields.Boolean(
        "Declined to Speak",
        help="The respondent was invited and did not want to make a statement.",
    )
    heard = fields.Boolean(compute="_compute_heard", store=True)
    hearing_phase = fields.Char(
        compute="_compute_hearing_phase",
        help="The phase of the case, or that this respondent may still be heard.",
    )
    finding = fields.Selection(
        [
            ("substantiated", "Substantiated"),
            ("partly", "Partly substantiated"),
            ("unsubstantiated", "Unsubstantiated"),
        ]
    )
    finding_note = fields.Text()

    @api.depends("kind", "employee_id", "department_id", "partner_id")
    def _compute_name(self):
        for respondent in self:
            if whom := respondent._on_file():
                respondent.name = whom.name

    # apart from the name: who gives one of the two gets the other all the same
    @api.depends("kind", "employee_id", "department_id", "partner_id")
    def _compute_post(self):
        for respondent in self:
            if whom := respondent._on_file():
                works = whom._name == "hr.employee"
                respondent.post = works and (whom.job_title or whom.job_id.name)

    def _on_file(self):
        """Return the employee, department or partner a respondent is; maybe empty."""
        # sudo: hr.employee - a clerk names a colleague without HR's rights
        by_kind = {
            "employee": self.employee_id.sudo(),
            "department": self.department_id,
            "partner": self.partner_id,
        }
        return by_kind.get(self.kind)

    @api.depends("statement", "statement_date", "statement_waived")
    def _compute_heard(self):
        for respondent in self:
            respondent.heard = respondent.statement_waived or bool(
                respondent.statement and respondent.statement_date
            )

    # not of the statement: what is being typed must not close its own field
    @api.depends("phase")
    def _compute_hearing_phase(self):
        for respondent in self:
            known = respondent._origin
            respondent.hearing_phase = (
                known._seal_phase() if known else respondent.phase
            )

    @api.constrains("kind", "name", "employee_id", "department_id", "partner_id")
    def _check_named(self):
        for respondent in self:
            if not (respondent.name or "").strip():
                raise ValidationError(
                    self.env._("Say who the complaint is about: a name is missing.")
                )
            if (
                respondent.ticket_id.regulation_id.respondent_kind == "staff"
                and respondent.kind in ("department", "partner")
            ):
                raise ValidationError(
                    self.env._(
                        "%s is for complaints about members of staff only.",
                        respondent.ticket_id.regulation_id.name,
                    )
                )

    def _gates_staff(self):
        """Yield who is no member of staff, where complaints are about staff only (R02 2)."""
        for respondent in self:
            if respondent.kind == "other" and not respondent.works_here:
                yield self.env._(
                    "%(rules)s is for complaints about members of staff only: choose "
                    "%(person)s from the staff, or say that they work here and in which "
                    "position.",
                    rules=respondent.ticket_id.regulation_id.name,
                    person=respondent.name,
                )

    @api.depends("name", "post")
    def _compute_display_name(self):
        for respondent in self:
            parts = filter(None, (respondent.name, respondent.post))
            respondent.display_name = ", ".join(parts)

    def _conflicted_users(self):
        """Return the users who must not know of the case: respondents, their units."""
        return self.env["res.users"].union(*self._users_by_cause().values())

    def _users_by_cause(self):
        """Return ``{cause: users}`` of whom respondents exclude.

        A department complained about excludes everybody in it, and a company its
        people who work here.
        """
        # sudo: hr.employee - conflicts hold whoever works on the case
        respondents = self.sudo().with_context(active_test=False)
        return {
            "respondent": respondents.employee_id.user_id,
            "unit": respondents._users_of_units(),
            "contact": respondents._users_of_partners(),
        }

    def _users_of_units(self):
        """Return who works in the departments complained about, or heads them."""
        units = self.department_id
        if not units:
            return self.env["res.users"]
        members = units.env["hr.employee"].search(
            [("department_id", "child_of", units.ids), ("user_id", "!=", False)]
        )
        return members.user_id | units.manager_id.user_id

    def _users_of_partners(self):
        """Return the users of the persons and companies complained about."""
        partners = self.partner_id
        if not partners:
            return self.env["res.users"]
        return partners.user_ids | partners.user_ids.search(
            [("partner_id", "child_of", partners.ids), ("share", "=", False)]
        )

    def _concerned(self):
        """Yield ``(case, user, cause, respondent)`` of who must not know of the cases.

        Of colleagues without a login who may be meant by a name: the employee.
        """
        # sudo: hr.employee - conflicts hold whoever works on the case
        respondents = self.sudo().with_context(active_test=False)
        stood_in = respondents._delegations()
        for same in respondents.grouped(_target).values():
            users = same[:1]._users_by_cause()
            for item in same:
                users["substitute"] = item._substitutes(stood_in)
                for cause, people in users.items():
                    for user in people:
                        yield item.ticket_id, user, cause, item
        for item, who in respondents._called():
            yield item.ticket_id, who, "called", item

    def _delegations(self):
        """Return the delegations of respondents that have begun."""
        delegations = self.env["complaint.delegation"]
        accused = self.employee_id.user_id
        return delegations._begun_for(accused) if accused else delegations

    def _substitutes(self, delegations):
        """Return who stood in for one respondent since the case was received."""
        accused, case = self.employee_id.user_id, self.ticket_id
        received = case._office_date(case.received_date)
        return delegations.filtered(
            lambda item: item.user_id == accused and item.date_to >= received
        ).substitute_id

    # ----------------------------------------------------------------------
    # Changes
    # ----------------------------------------------------------------------

    def _exclude_concerned(self):
        """Exclude whom these concern at once.

        Whoever takes down a complaint about themselves finishes it first.
        """
        if not self.ticket_id._are_being_born():
            self.ticket_id._refresh_conflicts()

    def _log_removed(self, _vals):
        """Put on record that somebody is no respondent any more.

        It lets nobody see the case again: a leader lifts the conflict, with a reason.
        """
        names = {item.id: item.display_name for item in self}
        self._check_drop()
        self.env["complaint.log"]._record(
            "respondent_removed",
            self,
            lambda item: {"name": item.ticket_id._without_names(names[item.id])},
        )

    def _seal_place(self):
        """OVERRIDE: whether somebody on file is named counts as the state."""
        # sudo: complaint.respondent - what is open does not depend on the reader
        record = self.sudo()
        named = record.employee_id or record.department_id or record.partner_id
        return "named" if named else self._first_state(), record._seal_phase()

    @api.model
    def _first_state(self):
        """OVERRIDE: see :meth:`_seal_place`."""
        return "unnamed"

    def _seal_phase(self):
        """OVERRIDE: who was not heard may still be heard while somebody decides."""
        phase = super()._seal_phase()
        return UNHEARD if phase in ("deciding", APPEALED) and not self.heard else phase


def _target(respondent):
    """Return whom a respondent is: what decides who is concerned."""
    return respondent.employee_id, respondent.department_id, respondent.partner_id
