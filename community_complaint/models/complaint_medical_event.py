from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.own_values import own_values
from ..tools.roles import AUDITOR, DISCIPLINE
from ..tools.steps import LEADER

#: Mark of medical events in their official number: 医.
MARK = "医"
#: Written by the event itself.
_GUARDED = frozenset(
    {
        "number", "user_id", "registered_date", "state", "closed_date",
        "opinion_approved_by_id", "opinion_approved_date", "concealed",
        "concealed_note", "liability_note", "liability_by_id", "liability_date",
        "opinion_by_ids",
    }
)  # fmt: skip
#: What a new event has of them, explicit: neither the context nor a default of the
#: user's own fills it.
_BEGINS = {**dict.fromkeys(_GUARDED, False), "state": "open"}
#: Who reads who concealed what: not who registers, who may be the one.
_LIABILITY_GROUPS = ",".join((LEADER, DISCIPLINE, AUDITOR))
#: What a leader other than who wrote it approves.
_OPINION = frozenset({"opinion", "opinion_grounds"})
#: What happened is written once; a leader corrects it.
_REGISTERED = frozenset(
    {"regulation_id", "kind", "event_date", "department_id", "course", "ticket_id"}
)


class ComplaintMedicalEvent(models.Model):
    """A medical error, accident or dispute in the register (R15 一).

    It may come without a complaint. Linked to one it belongs to that case: only who may
    see the case sees the event.
    """

    _name = "complaint.medical.event"
    _description = "Medical Event"
    _inherit = ["complaint.text.mixin", "complaint.lock.mixin"]
    _order = "event_date desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    _lock_fields = (
        "state",
        "opinion",
        "opinion_grounds",
        "opinion_approved_date",
        "concealed",
        "liability_open",
        "liability_date",
    )

    number = fields.Char(readonly=True, copy=False, index="btree_not_null")
    regulation_id = fields.Many2one(
        "complaint.regulation",
        required=True,
        index=True,
        domain="[('medical_register', '=', True), ('company_id', '!=', False)]",
        default=lambda self: self._default_regulation(),
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="regulation_id.company_id", store=True, index=True, precompute=True
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Complaint",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('regulation_id', '=', regulation_id)]",
        help="The event then belongs to that case and its secrets.",
    )
    kind = fields.Selection(
        [
            ("error", "Medical error"),
            ("accident", "Medical accident"),
            ("dispute", "Medical dispute"),
        ],
        required=True,
        default="error",
    )
    event_date = fields.Datetime(
        "Happened or Found", required=True, default=fields.Datetime.now
    )
    place = fields.Char()
    department_id = fields.Many2one(
        "hr.department",
        string="Ward or Department",
        index="btree_not_null",
        check_company=True,
        help="Empty: the register of the office.",
    )
    involved_ids = fields.Many2many(
        "hr.employee.public",
        "complaint_medical_event_involved_rel",
        "event_id",
        "employee_id",
        string="Persons Involved",
        check_company=True,
    )
    patient_ref = fields.Char(
        "Patient", help="Bed or record number; the register bears no names of patients."
    )
    course = fields.Text("Course of the Event", required=True)
    cause = fields.Text()
    consequence = fields.Text()
    result = fields.Text(help="How it was handled and how it ended.")
    user_id = fields.Many2one("res.users", "Entered by", readonly=True)
    registered_date = fields.Datetime("Entered on", readonly=True)
    state = fields.Selection(
        [("open", "Being handled"), ("closed", "Closed")],
        required=True,
        default="open",
        readonly=True,
    )
    closed_date = fields.Datetime("Closed on", readonly=True)

    # the department's opinion
    opinion = fields.Text("Department's Preliminary Opinion")
    opinion_grounds = fields.Text("Grounds of the Opinion")
    opinion_by_ids = fields.Many2many(
        "res.users",
        "complaint_medical_event_opinion_rel",
        "event_id",
        "user_id",
        string="Opinion Written by",
        readonly=True,
        copy=False,
        help="None of them approves it.",
    )
    opinion_approved_by_id = fields.Many2one("res.users", "Approved by", readonly=True)
    opinion_approved_date = fields.Datetime("Approved on", readonly=True)

    # reported upwards
    report_ids = fields.One2many(
        "complaint.medical.report", "event_id", string="Reported Upwards"
    )
    concealed = fields.Boolean(readonly=True)
    concealed_note = fields.Text(
        "What Was Concealed", readonly=True, groups=_LIABILITY_GROUPS
    )
    liability_note = fields.Text(
        "Finding on Liability", readonly=True, groups=_LIABILITY_GROUPS
    )
    liability_by_id = fields.Many2one("res.users", "Found by", readonly=True)
    liability_date = fields.Datetime("Found on", readonly=True)
    liability_open = fields.Boolean(
        "Liability to Examine",
        compute="_compute_liability_open",
        store=True,
        help="It was concealed or reported late, and nobody said yet what follows.",
    )

    spokesperson_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False)]",
        help="Nobody else explains the event to the family.",
    )

    may_correct = fields.Boolean(
        compute="_compute_may_correct", help="Technical: leaders correct what happened."
    )

    _liability_idx = models.Index("(id) WHERE liability_open")
    _number_unique = models.UniqueIndex(
        "(company_id, number)", "This official number is already taken."
    )

    # ----------------------------------------------------------------------
    # Defaults and computes
    # ----------------------------------------------------------------------

    @api.model
    def _default_regulation(self):
        """Return the regulation with a register, if the office has just one."""
        found = self.env["complaint.regulation"].search(
            [
                ("medical_register", "=", True),
                ("company_id", "in", self.env.companies.ids),
            ],
            limit=2,
        )
        return found if len(found) == 1 else found.browse()

    @api.depends("report_ids.is_late", "concealed", "liability_date")
    def _compute_liability_open(self):
        for event in self:
            wrong = event.concealed or any(event.report_ids.mapped("is_late"))
            event.liability_open = wrong and not event.liability_date

    @api.depends_context("uid")
    def _compute_may_correct(self):
        self.may_correct = self.env.user.has_group(LEADER)

    # ----------------------------------------------------------------------
    # Constraints
    # ----------------------------------------------------------------------

    @api.constrains("event_date")
    def _check_event_date(self):
        now = fields.Datetime.now()
        if any(event.event_date > now for event in self):
            raise UserError(self.env._("It cannot have happened in the future."))

    @api.constrains("ticket_id", "regulation_id")
    def _check_ticket(self):
        for event in self:
            ticket = event.ticket_id
            if ticket and ticket.regulation_id != event.regulation_id:
                raise UserError(
                    self.env._("%s works under another regulation.", ticket.number)
                )

    @api.constrains("spokesperson_id", "ticket_id")
    def _check_spokesperson(self):
        for event in self:
            # sudo: helpdesk.ticket - who is kept away speaks for nobody
            kept_away = event.sudo().ticket_id.conflict_user_ids
            if event.spokesperson_id in kept_away:
                raise UserError(
                    self.env._(
                        "%s has a conflict of interest in this case.",
                        event.spokesperson_id.name,
                    )
                )
            if event.spokesperson_id and not event._reads(event.spokesperson_id):
                raise UserError(
                    self.env._(
                        "%s may not read this event and could not explain it: choose "
                        "somebody of the desk or the department.",
                        event.spokesperson_id.name,
                    )
                )

    def _reads(self, user):
        """Tell whether a user may read one event."""
        # sudo: res.users - the companies of somebody else
        if self.company_id not in user.sudo().company_ids:
            return False
        event = self.with_user(user).with_context(
            allowed_company_ids=self.company_id.ids
        )
        return event.has_access("read")

    # ----------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: who enters it and when is noted; the ladder begins."""
        entered = {
            # who may not read a field may not empty it, nor fill it
            **{
                name: value
                for name, value in _BEGINS.items()
                if self._has_field_access(self._fields[name], "write")
            },
            "user_id": self.env.uid,
            "registered_date": fields.Datetime.now(),
        }
        case = self.default_get(["ticket_id"])
        vals_list = [
            {**case, **own_values(self, vals), **entered} for vals in vals_list
        ]
        for vals in vals_list:
            self._check_may_join(vals)
        events = super().create(vals_list)
        for event in events:
            event._check_may_register()
            event._check_designates(event.spokesperson_id)
            event._note_opinion()
        events._take_numbers()
        events._begin_ladder()
        return events

    def write(self, vals):
        if not self.env.su:
            self._check_write(vals)
        result = super().write(vals)
        if not self.env.su and _OPINION & vals.keys():
            self._note_opinion()
        return result

    def _check_write(self, vals):
        """Check that people change only what is still open.

        :raise UserError: naming what stays as it is
        """
        if _GUARDED & vals.keys():
            raise UserError(self.env._("This is recorded by a button of the event."))
        if any(event.state == "closed" for event in self):
            raise UserError(self.env._("The event is closed and stays as it is."))
        leader = self.env.user.has_group(LEADER)
        if _REGISTERED & vals.keys() and not leader:
            raise UserError(
                self.env._(
                    "What happened was registered and is not rewritten; a leader "
                    "corrects it or links it to a case."
                )
            )
        if _OPINION & vals.keys() and any(
            event.opinion_approved_date for event in self
        ):
            raise UserError(self.env._("The opinion was approved and stays."))
        self._check_designates(vals.get("spokesperson_id"))
        self._check_may_join(vals)

    def _check_designates(self, person):
        """R15 六: the vice-president sends one person."""
        if person and not (self.env.su or self.env.user.has_group(LEADER)):
            raise UserError(self.env._("Only a leader designates the spokesperson."))

    @api.model
    def _check_may_join(self, vals):
        """Check that people link events to cases only that they may read.

        Before anything is written: later checks name the case.

        :raise AccessError: the same whether the case is hidden or does not exist
        """
        case = vals.get("ticket_id")
        if not case or self.env.su:
            return
        cases = self.env["helpdesk.ticket"].with_context(active_test=False)
        if not cases.search_count([("id", "=", case)], limit=1):
            raise AccessError(self.env._("You have no access to this case."))

    def _note_opinion(self):
        """Note who wrote the department's opinion: somebody else approves it."""
        written = self.filtered(lambda event: event.opinion or event.opinion_grounds)
        # sudo: complaint.medical.event - written by this method only
        written.sudo().write({"opinion_by_ids": [Command.link(self.env.uid)]})

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What is in the register stays in it."))

    def _take_numbers(self):
        """Give official numbers, without gaps per company and year."""
        for event in self:
            rules = event.regulation_id
            year = event._office_date(event.registered_date).year
            [number] = self.env["complaint.counter"]._next(
                event.company_id, f"medical/{rules.prefix}", year
            )
            # sudo: complaint.medical.event - written by this method only
            event.sudo().number = rules._format_notice_number(MARK, year, number)

    def _office_date(self, moment):
        """Return the office's local date of a moment (naive UTC)."""
        return self.regulation_id._local_date(moment)

    # ----------------------------------------------------------------------
    # Who registers
    # ----------------------------------------------------------------------

    def _check_may_register(self):
        """R15 一: the director, the head nurse or a delegate keeps the register.

        :raise AccessError: naming who does
        """
        self.ensure_one()
        user = self.env.user
        if self.env.su or user.has_group(LEADER) or user in self._registrars():
            return
        raise AccessError(
            self.env._(
                "The register of %(department)s is kept by %(people)s.",
                department=self.department_id.name or self.env._("the office"),
                people=", ".join(self._registrars().mapped("name"))
                or self.env._("nobody yet: a manager names who does"),
            )
        )

    def _registrars(self):
        """Return who keeps the register of the event's department."""
        # sudo: complaint.medical.registrar, hr.employee, res.users - who keeps it
        event = self.sudo()
        lines = event.regulation_id.medical_registrar_ids.filtered(
            lambda line: line.department_id == event.department_id
        )
        people = lines.user_ids
        if not people:
            people = event.regulation_id.team_ids.user_ids
        return (people | event.department_id.manager_id.user_id).with_env(self.env)

    # ----------------------------------------------------------------------
    # Actions
    # ----------------------------------------------------------------------

    def _text_methods(self):
        return super()._text_methods() | {
            "action_mark_concealed",
            "action_settle_liability",
        }

    def _check_leader(self):
        if not (self.env.su or self.env.user.has_group(LEADER)):
            raise UserError(self.env._("This is up to a leader."))
        self.check_access("write")

    def _check_somebody_else(self, barred):
        """Check that the user decides on nothing of their own.

        :param barred: function of an event that returns users
        :raise UserError: otherwise
        """
        for event in self:
            # sudo: hr.employee.public - whether it is the user, whoever asks
            others = barred(event.sudo()) | event.sudo().involved_ids.user_id
            if self.env.user in others and not self.env.su:
                raise UserError(
                    self.env._(
                        "You have a part in this yourself: somebody else has to do it."
                    )
                )

    def action_approve_opinion(self):
        """Approve the department's preliminary opinion (R15 三).

        :raise UserError: without opinion and grounds, or by who is no leader
        """
        self._lock_step()
        self._check_leader()
        for event in self:
            if (
                not (event.opinion or "").strip()
                or not (event.opinion_grounds or "").strip()
            ):
                raise UserError(
                    self.env._("The department's opinion and its grounds are missing.")
                )
            if event.opinion_approved_date:
                raise UserError(self.env._("The opinion was approved and stays."))
        self._check_somebody_else(lambda event: event.opinion_by_ids)
        # sudo: complaint.medical.event - written by this method only
        self.sudo().write(
            {
                "opinion_approved_by_id": self.env.uid,
                "opinion_approved_date": fields.Datetime.now(),
            }
        )
        return True

    def action_mark_concealed(self, text=None):
        """Record that an event was concealed; liability is to be examined (R15 二)."""
        self._lock_step()
        self._check_leader()
        if not (text or "").strip():
            return self._ask_text(
                "action_mark_concealed",
                self.env._("Concealed"),
                self.env._("Who concealed what, and how it was found"),
            )
        # sudo: complaint.medical.event - written by this method only
        for event in self.sudo():
            note = _added(event.concealed_note, text)
            # examined anew, whatever was found before
            event.write(
                {"concealed": True, "concealed_note": note, "liability_date": False}
            )
        return True

    def action_settle_liability(self, text=None):
        """Record what follows for who concealed or reported late (R15 二).

        :raise UserError: while there is nothing to examine, or by who has a part in it
        """
        self._lock_step()
        self._check_leader()
        if not all(event.liability_open for event in self):
            raise UserError(self.env._("There is no liability to examine here."))
        if not (text or "").strip():
            return self._ask_text(
                "action_settle_liability",
                self.env._("Liability"),
                self.env._("What was found, and what follows for whom"),
            )
        self._check_somebody_else(lambda event: event.user_id)
        # sudo: complaint.medical.event - written by this method only
        for event in self.sudo():
            event.write(
                {
                    "liability_note": _added(event.liability_note, text),
                    "liability_by_id": self.env.uid,
                    "liability_date": fields.Datetime.now(),
                }
            )
        return True

    def action_close(self):
        """Close events whose register is complete (R15 一).

        :raise UserError: naming everything that is missing
        """
        self._lock_step()
        self.check_access("write")
        for event in self:
            missing = list(event._missing_to_close())
            if missing:
                lines = [f"• {line}" for line in missing]
                raise UserError("\n".join([event.number, *lines]))
        # sudo: complaint.medical.event - written by this method only
        self.sudo().write({"state": "closed", "closed_date": fields.Datetime.now()})
        return True

    def _missing_to_close(self):
        """Yield what one event lacks, as sentences. EXTENSION POINT."""
        for name in ("cause", "consequence", "result"):
            if not (self[name] or "").strip():
                label = self._fields[name]._description_string(self.env)
                yield self.env._("“%s” is missing.", label)
        for report in self.report_ids.filtered(lambda item: item.state == "waiting"):
            yield self.env._("Not reported yet: %s.", report.display_name)
        if self.liability_open:
            yield self.env._("Nobody said yet what follows from the delay.")


def _added(old, new):
    """Return a note with another one below: what was found before stays."""
    return "\n".join(filter(None, (old, new.strip())))
