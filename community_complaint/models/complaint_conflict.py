from hashlib import sha256

from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from ..tools import called
from ..tools.life import Ask, Life, Opening, Step
from ..tools.steps import CLERK, HANDLER, LEADER

_lt = LazyTranslate(__name__)

#: Causes said by somebody; all others follow from what is on file.
SAID = ("aside", "named", "discipline")
#: Cause of who may be complained about, as nobody said yet.
CALLED = "called"
#: Causes that hold as long as the respondent is on file, whatever a leader thinks.
_ACCUSED = ("respondent", "contact")


class ComplaintConflict(models.Model):
    """Why somebody is excluded from a case: set once, never changed, lifted by a leader.

    What it follows from - respondents, members of staff, logins, substitutes, heads of
    units - can be changed by the person concerned or by friends: such changes exclude more
    people, they never let anybody in (THREATS 49).

    EXPOSED API: :meth:`_set`; ``_refresh_conflicts`` and ``_exclude_users`` of the case.
    """

    _name = "complaint.conflict"
    _description = "Conflict of Interest"
    _inherit = ["complaint.case.mixin", "complaint.life.mixin"]
    _order = "id"

    _life = Life(
        {
            "lift": Step(
                ("set",),
                "lifted",
                (LEADER,),
                label=_lt("Lift"),
                asks=Ask("lift_reason"),
                stamps={"lifted_by_id": "user", "lifted_date": "now"},
                writes=("still_concerned", "passage"),
                not_by=("user_id",),
            ),
            "meant": Step(
                ("set", "asked"),
                "set",
                (CLERK, HANDLER, LEADER),
                label=_lt("It Is Them"),
                stamps={"confirmed_by_id": "user", "confirmed_date": "now"},
                not_by=("user_id",),
                access="read",
            ),
            "not_meant": Step(
                ("set", "asked"),
                "lifted",
                (CLERK, HANDLER, LEADER),
                label=_lt("It Is Somebody Else"),
                asks=Ask("lift_reason", _lt("How do you know?")),
                stamps={
                    "lifted_by_id": "user",
                    "lifted_date": "now",
                    "still_concerned": True,
                },
                writes=("passage",),
                not_by=("user_id",),
                access="read",
            ),
            "ask_again": Step(
                ("lifted",),
                by=(LEADER,),
                label=_lt("Ask Again"),
                not_by=("user_id",),
            ),
        }
    )
    _opens = {}
    _openings = {
        "set": Opening(
            "Somebody steps aside, a leader excludes somebody, or it follows from whom "
            "the case is about.",
            (
                *("ticket_id", "user_id", "employee_id", "cause"),
                *("respondent_id", "reason", "state"),
            ),
            creates=True,
        ),
    }

    user_id = fields.Many2one(
        "res.users", string="Excluded", index=True, ondelete="restrict"
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Member of Staff",
        index="btree_not_null",
        ondelete="restrict",
        help="Who is asked about without having a login.",
    )
    who = fields.Char(compute="_compute_who", help="With position and department.")
    cause = fields.Selection(
        [
            ("respondent", "Complained about"),
            ("unit", "Unit complained about"),
            ("contact", "Person or company complained about"),
            ("substitute", "Substitute of a respondent"),
            (CALLED, "Perhaps complained about"),
            ("discipline", "To be disciplined"),
            ("aside", "Stepped aside"),
            ("named", "Excluded by a leader"),
        ],
        required=True,
    )
    respondent_id = fields.Many2one(
        "complaint.respondent",
        string="Because of",
        index="btree_not_null",
        ondelete="set null",
    )
    set_by_id = fields.Many2one(
        "res.users", string="Set by", required=True, default=lambda self: self.env.uid
    )
    set_date = fields.Datetime(
        "Excluded since", required=True, default=fields.Datetime.now
    )
    reason = fields.Text()
    state = fields.Selection(
        [("set", "Excluded"), ("asked", "Asked"), ("lifted", "Lifted")],
        required=True,
        default="set",
    )
    confirmed_by_id = fields.Many2one("res.users", string="Confirmed by")
    confirmed_date = fields.Datetime("Confirmed on")
    is_question = fields.Boolean(compute="_compute_is_question")
    lifted_by_id = fields.Many2one("res.users")
    lifted_date = fields.Datetime("Lifted on")
    lift_reason = fields.Text("Reason to Lift It")
    still_concerned = fields.Boolean(
        help="It was lifted although its cause went on: that cause sets it no more."
    )
    passage = fields.Char(
        help="Fingerprint of the sentences that named them when somebody answered. The "
        "answer is about these only."
    )

    _somebody = models.Constraint(
        "CHECK(user_id IS NOT NULL OR employee_id IS NOT NULL)",
        "Say whom it is about.",
    )

    @api.depends("user_id", "employee_id")
    def _compute_who(self):
        # sudo: res.users, hr.employee - names and positions of colleagues
        for conflict in self.sudo():
            employee = conflict._employee()
            post = employee.job_title or employee.job_id.name
            details = ", ".join(filter(None, (post, employee.department_id.name)))
            name = conflict._somebody_concerned().name
            conflict.who = (
                self.env._("%(name)s (%(details)s)", name=name, details=details)
                if details
                else name
            )

    @api.depends("who")
    def _compute_display_name(self):
        for conflict in self:
            conflict.display_name = conflict.who

    def _somebody_concerned(self):
        """Return whom one conflict is about: a user, or an employee without a login."""
        return self.user_id or self.employee_id

    def _employee(self):
        """Return the member of staff one conflict is about, maybe nobody."""
        # sudo: hr.employee - who works here, whoever asks
        conflict = self.sudo()
        return (
            conflict.employee_id
            or conflict.user_id.employee_ids.filtered(
                lambda item: item.company_id == conflict.ticket_id.company_id
            )[:1]
        )

    @api.depends("cause", "state", "confirmed_by_id")
    def _compute_is_question(self):
        for conflict in self:
            conflict.is_question = (
                conflict.cause == CALLED
                and conflict.state != "lifted"
                and not conflict.confirmed_by_id
            )

    # ----------------------------------------------------------------------
    # Setting. EXPOSED API
    # ----------------------------------------------------------------------

    @api.model
    def _set(self, concerned, reason=False, state="set"):
        """Exclude people from cases, all of them at once; nothing is checked.

        :param concerned: iterable of ``(case, user, cause, respondent)``; what is set
            already, and what was lifted knowing of it, is left out
        :param state: ``asked`` for who is not excluded until somebody answers
        :return: the new records
        """
        wanted = {_key(*item): item for item in concerned}
        known = self._known({item[0].id for item in wanted.values()})
        return self._make(
            [
                item
                for key, item in wanted.items()
                if key not in known
                # an answer holds for what it was given on
                or (known[key] is not None and self._passage(*item) not in known[key])
            ],
            reason,
            state,
        )

    @api.model
    def _make(self, concerned, reason=False, state="set"):
        """Make what :meth:`_set` found new, on record."""
        conflicts = self._create_sealed(
            "set",
            [
                {
                    "ticket_id": case.id,
                    _place(who): who.id,
                    "cause": cause,
                    "respondent_id": respondent.id,
                    "reason": reason,
                    "state": state,
                }
                for case, who, cause, respondent in concerned
            ],
        )
        conflicts._log("conflict_set" if state == "set" else "conflict_asked")
        return conflicts

    @api.model
    def _known(self, case_ids):
        """Return what is not set again.

        :return: ``{key: None or a set of passages}``, see :func:`_key`; with passages it
            is only known for these
        """
        if not case_ids:
            return {}
        # sudo: complaint.conflict - who is excluded already, whoever excludes more
        known = self.sudo().search(
            [
                ("ticket_id", "in", list(case_ids)),
                "|",
                ("state", "in", ("set", "asked")),
                ("still_concerned", "=", True),
            ]
        )
        found = {}
        for item in known:
            passages = found.setdefault(_key(*item._concern()), set())
            if item.state != "lifted" or item.cause != CALLED:
                found[_key(*item._concern())] = None
            elif passages is not None:
                passages.add(item.passage)
        return found

    def _concern(self):
        """Return one conflict as :meth:`_set` takes it."""
        return (
            self.ticket_id,
            self._somebody_concerned(),
            self.cause,
            self.respondent_id,
        )

    @api.model
    def _passage(self, case, who, _cause, respondent):
        """Return the fingerprint of what names somebody in a case, or as a respondent."""
        # sudo: res.users, complaint.respondent - names are compared, whoever asks
        respondent, name = respondent.sudo(), called.key(who.sudo().name)
        words = (
            [called.key(f"{respondent.name or ''}\n{respondent.post or ''}")]
            if respondent
            else case.sudo()._passages(name)  # sudo: helpdesk.ticket - see above
        )
        return sha256("\n".join(words).encode()).hexdigest()

    def _stamp_passages(self):
        """Note for what the answers hold that were just given."""
        for conflict in self.filtered(lambda item: item.cause == CALLED):
            conflict._write_step({"passage": self._passage(*conflict._concern())})

    # ----------------------------------------------------------------------
    # Lifting
    # ----------------------------------------------------------------------

    def action_lift(self, reason=None):
        """Let somebody know of the case again, with the reason."""
        return self._take("lift", reason)

    def _gates_lift(self, _reason):
        if self._is_accused():
            yield self.env._(
                "%s is complained about. If that is a mistake, remove the respondent "
                "first.",
                # sudo: res.users - the name of a colleague
                self.sudo().user_id.name,
            )

    def _is_accused(self):
        """Return whether one conflict is of a respondent on file."""
        if self.cause == CALLED and self.confirmed_by_id:
            # sudo: res.users, complaint.respondent - names are compared
            case, user = self.sudo().ticket_id, self.sudo().user_id
            names = map(called.key, case.respondent_ids.mapped("name"))
            return called.key(user.name) in names
        return self.cause in _ACCUSED and self._is_concerned()

    def _after_lift(self):
        for conflict in self:
            concerned = conflict.cause == CALLED or conflict._is_concerned()
            conflict._write_step({"still_concerned": concerned})
        self._stamp_passages()
        self._note_lifted()

    def _note_lifted(self):
        """Tell in the file who is no longer excluded, and why."""
        for case, conflicts in self.grouped("ticket_id").items():
            case._message_log(
                body=self.env._(
                    "No longer excluded: %(people)s. Reason: %(reason)s",
                    # sudo: res.users, hr.employee - names of colleagues
                    people=", ".join(
                        item._somebody_concerned().name for item in conflicts.sudo()
                    ),
                    reason=conflicts[:1].lift_reason,
                )
            )
        self.ticket_id._drop_conflicted()

    # ----------------------------------------------------------------------
    # Is it them?
    # ----------------------------------------------------------------------

    def action_meant(self):
        """Say that the complaint is about this colleague, who becomes a respondent."""
        return self._take("meant")

    def action_not_meant(self, reason=None):
        """Say that it is about somebody else, and how one knows."""
        return self._take("not_meant", reason)

    def _gates_meant(self):
        if not self.is_question:
            yield self.env._("Nobody asks whether it is about them.")
        # sudo: complaint.conflict - who else is asked about, whoever answers
        own, user = self.sudo(), self.env.user
        asked = own.ticket_id.conflict_ids.filtered("is_question").user_id
        if user in asked and own.ticket_id._can_answer() - asked:
            yield self.env._("You may be meant as well: somebody else answers.")
        if user in own._deputies():
            yield self.env._(
                "You stand in for %s: somebody else answers.", own.user_id.name
            )
        if own._is_linked() and not user.has_group(LEADER):
            yield self.env._("They are on file as the respondent: a leader answers.")

    def _deputies(self):
        """Return who stood in for whom one conflict is about since the case came in."""
        case = self.ticket_id
        received = case._office_date(case.received_date)
        stood_in = self.env["complaint.delegation"]._begun_for(self.user_id)
        return stood_in.filtered(lambda item: item.date_to >= received).substitute_id

    def _gates_not_meant(self, _reason):
        yield from self._gates_meant()

    def _is_linked(self):
        """Return whether whom one question is about is the respondent on file already."""
        respondent = self.respondent_id
        return (
            respondent.kind == "employee" and respondent.employee_id == self._employee()
        )

    def _unlink_called(self):
        """Take a colleague off a respondent who was one by a name only."""
        # sudo: complaint.respondent - whether somebody is on file, whoever answers
        for conflict in self.filtered(lambda item: item.sudo()._is_linked()):
            named = conflict.respondent_id
            follows = conflict.ticket_id.conflict_ids.filtered(
                lambda item, named=named: (
                    item.respondent_id == named and item.state == "set"
                )
            )
            named._write_sealed("called", {"kind": "other", "employee_id": False})
            follows.action_lift(conflict.lift_reason)

    def _after_not_meant(self):
        self._stamp_passages()
        self._unlink_called()
        self._note_lifted()
        for case in self.ticket_id:
            case._have_answers_seen(self)
        self.ticket_id._settle_asked("go_on")

    def action_ask_again(self):
        """Doubt that it is about somebody else: it is a question again."""
        return self._take("ask_again")

    def _gates_ask_again(self):
        if not (self.cause == CALLED and self.still_concerned):
            yield self.env._("Nobody answered that it is about somebody else.")
        elif self._known(self.ticket_id.ids).get(_key(*self._concern()), ()) is None:
            yield self.env._("It is asked already.")

    def _after_ask_again(self):
        self._make([conflict._concern() for conflict in self])
        self.ticket_id._drop_conflicted()
        self.ticket_id._settle_asked("go_on")

    def _after_meant(self):
        respondents = self.env["complaint.respondent"]
        for conflict in self:
            # sudo: complaint.conflict, hr.employee - the colleague who was asked about
            named, user = conflict.sudo().respondent_id, conflict.sudo().user_id
            case, employee = conflict.ticket_id, conflict._employee()
            vals = respondents._person_vals(case, employee.id, user.id)
            if named and named._is_only_named():
                named._write_sealed("called", vals)
            elif not named:
                typed = {"kind": "other", "name": user.name}
                named = respondents.create({"ticket_id": case.id, **typed, **vals})
        self.ticket_id._refresh_conflicts()
        self.ticket_id._settle_asked("go_on")

    def _is_concerned(self):
        """Return whether the cause of one conflict, found in what is on file, goes on."""
        own = _key(*self._concern())
        return self.cause not in SAID and own in {
            _key(*item) for item in self.respondent_id._concerned()
        }

    # ----------------------------------------------------------------------
    # Log
    # ----------------------------------------------------------------------

    def _log_step(self, name, before, given=None):
        """OVERRIDE: who may know of the case again, or is excluded for good."""
        if name != "ask_again":  # what it makes is on record
            self._log("conflict_set" if name == "meant" else "conflict_lifted")

    def _log(self, kind):
        """Put on record who is excluded or not any more: a row per case and cause."""
        # sudo: res.users, hr.employee - logins of colleagues, names of who has none
        for cause, conflicts in self.sudo().grouped("cause").items():
            by_case = conflicts.grouped("ticket_id")
            self.env["complaint.log"]._record(
                kind,
                conflicts.ticket_id,
                lambda case, cause=cause, by_case=by_case: {
                    "cause": cause,
                    "people": [
                        item.user_id.login or item.employee_id.name
                        for item in by_case[case]
                    ],
                },
            )


def _place(who):
    """Return the field of somebody who is a user, or an employee without a login."""
    return "employee_id" if who._name == "hr.employee" else "user_id"


def _key(case, who, cause, respondent):
    """Return what makes a conflict the same: ids, who it is, and the cause."""
    return case.id, _place(who), who.id, cause, respondent.id
