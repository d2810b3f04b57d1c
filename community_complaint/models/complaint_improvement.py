from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.steps import LEADER
from .complaint_digest import Section

#: States in which something is still to be done.
OPEN_STATES = ("proposed", "planned", "in_progress", "done")
#: What is counted as coming again, and the field that says which one.
KEY_FIELDS = {
    "place": "place",
    "type": "type_id",
    "employee": "employee_id",
    "department": "department_id",
    "partner": "partner_id",
}
#: Written by the methods of the task and by the job only.
_GUARDED = frozenset(
    {"state", "key", "key_kind", "conflict_user_ids", "proposed_count", "done_date",
     "done_by_id", "verified_by_id", "closed_date", "told_date", *KEY_FIELDS.values()}
)  # fmt: skip


class ComplaintImprovement(models.Model):
    """What the office mends because complaints come again (R06 rectify, R10 lessons).

    Proposed when a place, a kind of matter or a respondent recurs, see
    :mod:`.complaint_improvement_find`, or by hand from cases. Whoever the cases are about,
    and whoever was kept away from those that gave rise to it, does not know of it: a
    global record rule on ``conflict_user_ids``.
    """

    _name = "complaint.improvement"
    _description = "Improvement Task"
    _inherit = ["complaint.text.mixin", "complaint.lock.mixin"]
    _order = "closed_date desc, due_date, id desc"
    _check_company_auto = True

    name = fields.Char("Title", required=True)
    regulation_id = fields.Many2one(
        "complaint.regulation",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('is_template', '=', False)]",
    )
    company_id = fields.Many2one(
        related="regulation_id.company_id", store=True, index=True, precompute=True
    )
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("planned", "Planned"),
            ("in_progress", "In progress"),
            ("done", "Done, effect to be checked"),
            ("verified", "Effective"),
            ("dismissed", "Dismissed"),
        ],
        required=True,
        default="proposed",
        readonly=True,
        copy=False,
        index=True,
    )
    key_kind = fields.Selection(
        [
            ("place", "Place"),
            ("type", "Kind of matter"),
            ("employee", "Staff member"),
            ("department", "Department"),
            ("partner", "Person or company"),
            ("manual", "Chosen by hand"),
        ],
        string="What Comes Again",
        required=True,
        default="manual",
        readonly=True,
    )
    key = fields.Char(readonly=True, copy=False)
    place = fields.Char(readonly=True)
    type_id = fields.Many2one(
        "helpdesk.ticket.type", string="Kind of Matter", readonly=True
    )
    employee_id = fields.Many2one("hr.employee", readonly=True, check_company=True)
    department_id = fields.Many2one("hr.department", readonly=True, check_company=True)
    partner_id = fields.Many2one("res.partner", readonly=True)
    proposed_count = fields.Integer("Cases When Proposed", readonly=True)
    conflict_user_ids = fields.Many2many(
        "res.users",
        "complaint_improvement_conflict_user_rel",
        "improvement_id",
        "user_id",
        readonly=True,
        compute="_compute_conflict_user_ids",
        store=True,
        compute_sudo=True,
        copy=False,
    )
    case_ids = fields.One2many(
        "complaint.improvement.case", "improvement_id", string="Cases"
    )
    cause_id = fields.Many2one("complaint.cause", string="Kind of Cause")
    root_cause = fields.Text()
    measures = fields.Text("What We Do")
    user_id = fields.Many2one(
        "res.users", string="Responsible", check_company=True, index="btree_not_null"
    )
    due_date = fields.Date()
    done_date = fields.Date("Done on", readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    result = fields.Text("What Was Done", readonly=True, copy=False)
    effect = fields.Text(readonly=True, copy=False)
    verified_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    closed_date = fields.Datetime("Finished", readonly=True, copy=False)
    told_date = fields.Date("Reminded", readonly=True, copy=False)
    dismissal_reason = fields.Text(readonly=True, copy=False)

    # one open task for the same thing, whoever proposes it and how often
    _one_open = models.UniqueIndex(
        "(regulation_id, key_kind, key)"
        " WHERE key IS NOT NULL"
        " AND state IN ('proposed', 'planned', 'in_progress', 'done')",
        "There already is an open improvement task for this.",
    )

    @api.depends(
        "employee_id.user_id",
        "department_id",
        "partner_id",
        "case_ids.is_trigger",
        "case_ids.ticket_id.conflict_user_ids",
    )
    def _compute_conflict_user_ids(self):
        """Keep away whom the task is about, and whom its first cases are hidden from.

        That there is a task at all tells of the cases that gave rise to it. Later cases
        do not change who sees it: each reader counts those they may know.
        """
        for task in self:
            about = self.env["complaint.respondent"].new(
                {
                    "employee_id": task.employee_id.id,
                    "department_id": task.department_id.id,
                    "partner_id": task.partner_id.id,
                }
            )
            first = task.case_ids.filtered("is_trigger").ticket_id
            users = about._conflicted_users() | first.conflict_user_ids
            task.conflict_user_ids = users._origin

    # ----------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: a task begins as a proposal."""
        office = self
        if not self.env.su:
            # written out: a default of the context would fill what is missing
            new = dict.fromkeys(_GUARDED - {"conflict_user_ids"}, False)
            new.update(state="proposed", key_kind="manual", proposed_count=0)
            vals_list = [
                {
                    **{name: vals[name] for name in vals if name not in _GUARDED},
                    **new,
                }
                for vals in vals_list
            ]
            # worked out, from nothing a context says
            context = dict(self.env.context)
            context.pop("default_conflict_user_ids", None)
            office = self.with_env(self.env(context=context))
        return super(ComplaintImprovement, office).create(vals_list)

    def write(self, vals):
        """OVERRIDE: a task moves by its buttons, finished ones stay as they are."""
        if not self.env.su:
            if _GUARDED & vals.keys():
                raise UserError(self.env._("An improvement task moves by its buttons."))
            if any(task.state in ("verified", "dismissed") for task in self):
                raise UserError(self.env._("What is finished stays as it is."))
        if "due_date" in vals:
            vals = {**vals, "told_date": False}
        result = super().write(vals)
        if "regulation_id" in vals:
            # the rules are asked before a write only
            self.check_access("write")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("An improvement task stays on file. Dismiss it."))

    # ----------------------------------------------------------------------
    # Actions
    # ----------------------------------------------------------------------

    @api.model
    def _text_methods(self):
        return super()._text_methods() | {
            "action_done",
            "action_verify",
            "action_not_effective",
            "action_dismiss",
        }

    def action_plan(self):
        """Take proposals on: cause, measures, who and by when are settled.

        :raise UserError: with all that is missing
        """
        self._check_move(("proposed",), LEADER)
        for task in self:
            missing = [
                self._fields[name]._description_string(self.env)
                for name in ("root_cause", "measures", "user_id", "due_date")
                if not task[name]
            ]
            if missing:
                raise UserError(
                    self.env._(
                        "Still missing in “%(task)s”: %(fields)s.",
                        task=task.name,
                        fields=", ".join(missing),
                    )
                )
            # sudo: complaint.improvement - a guard, whatever the reader may know
            if task.user_id in task.sudo().conflict_user_ids:
                raise UserError(
                    self.env._(
                        "%s cannot take this on. Choose somebody else.",
                        task.user_id.name,
                    )
                )
        return self._move("planned")

    def action_start(self):
        """Begin with planned tasks."""
        self._check_move(("planned",))
        return self._move("in_progress")

    def action_done(self, text=None):
        """Record what was done; the effect is checked later, by somebody else."""
        self._check_move(("planned", "in_progress"))
        if not (text or "").strip():
            return self._ask_text(
                "action_done", self.env._("Done"), self.env._("What was done?")
            )
        today = fields.Datetime.now()
        return self._move(
            "done",
            result=text.strip(),
            done_date=self[:1].regulation_id._local_date(today),
            done_by_id=self.env.uid,
        )

    def action_verify(self, text=None):
        """Confirm that it helped; never by who did it.

        :raise UserError: for who did it
        """
        self._check_verifier()
        if not (text or "").strip():
            return self._ask_text(
                "action_verify", self.env._("It Helped"), self.env._("How do we know?")
            )
        return self._move(
            "verified",
            effect=text.strip(),
            verified_by_id=self.env.uid,
            closed_date=fields.Datetime.now(),
        )

    def action_not_effective(self, text=None):
        """Say that it did not help: the work goes on."""
        self._check_verifier()
        if not (text or "").strip():
            return self._ask_text(
                "action_not_effective",
                self.env._("It Did Not Help"),
                self.env._("What still happens, and what is next?"),
            )
        return self._move(
            "in_progress",
            effect=text.strip(),
            done_date=False,
            done_by_id=False,
            told_date=False,
        )

    def action_dismiss(self, text=None):
        """Leave it as it is, with the reason."""
        self._check_move(OPEN_STATES, LEADER)
        if not (text or "").strip():
            return self._ask_text(
                "action_dismiss", self.env._("Dismiss"), self.env._("Why?")
            )
        return self._move(
            "dismissed",
            dismissal_reason=text.strip(),
            closed_date=fields.Datetime.now(),
        )

    def _check_verifier(self):
        self._check_move(("done",), LEADER)
        if self.env.user in self.done_by_id | self.user_id and not self.env.su:
            raise UserError(
                self.env._(
                    "Whether it helped is checked by somebody who did not do it."
                )
            )

    def _check_move(self, sources, group=None):
        """Check rights, role and state.

        :raise UserError: telling what is wrong
        """
        self.check_access("write")
        self._lock_step()
        if group and not (self.env.su or self.env.user.has_group(group)):
            raise UserError(self.env._("This is up to a leader."))
        if any(task.state not in sources for task in self):
            raise UserError(self.env._("The task is in another state by now."))

    def _move(self, state, **vals):
        # sudo: complaint.improvement - only the buttons move a task
        self.sudo().write({"state": state, **vals})
        return True

    # ----------------------------------------------------------------------
    # The morning's digest
    # ----------------------------------------------------------------------

    @api.model
    def _digest_sections(self, morning):
        late = self.search(
            [
                ("state", "in", ("planned", "in_progress")),
                ("told_date", "=", False),
                ("due_date", "<", morning.date),
                ("regulation_id", "in", morning.regulations.ids),
            ]
        )
        readers = {}
        for task in late:
            for user in task.user_id:
                readers[user] = readers.get(user, self.browse()) | task

        def mark():
            # sudo: complaint.improvement - marked by the job
            late.sudo().write({"told_date": morning.date})

        return [Section("improvements_late", readers, mark)]

    def _digest_lines(self):
        return [
            {
                "number": task.name,
                "text": task.regulation_id.code,
                "date": task.due_date and format_date(self.env, task.due_date),
                "url": f"{task.get_base_url()}/odoo/complaint-improvements/{task.id}",
            }
            for task in self.sorted(lambda item: (item.due_date, item.id))
        ]


class ComplaintImprovementCase(models.Model):
    """A case that gave rise to a task, or came after; known only to who knows the case."""

    _name = "complaint.improvement.case"
    _description = "Case of an Improvement Task"
    _rec_names_search = ("ticket_id.number",)
    _order = "improvement_id, id"

    improvement_id = fields.Many2one(
        "complaint.improvement", required=True, index=True, ondelete="cascade"
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Complaint",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="ticket_id.company_id", store=True, index=True, precompute=True
    )
    is_trigger = fields.Boolean(
        "Gave Rise to It", readonly=True, help="Was there when the task was proposed."
    )
    type_id = fields.Many2one(related="ticket_id.type_id", string="Kind of Matter")
    received_date = fields.Datetime(related="ticket_id.received_date")
    phase = fields.Selection(related="ticket_id.phase")

    _once = models.UniqueIndex(
        "(improvement_id, ticket_id)", "This case is already on the list."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: only the program says which cases gave rise to a task.

        Whom they are hidden from does not know of the task.
        """
        if not self.env.su:
            vals_list = [{**vals, "is_trigger": False} for vals in vals_list]
        return super().create(vals_list)
