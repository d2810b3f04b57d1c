from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ..tools import clock
from ..tools.changes import on
from ..tools.life import ANYBODY, Life, Opening, Step, opens
from ..tools.steps import LEADER
from ..tools.working_calendar import CalendarError
from .complaint_digest import Section

_GROUP = "community_complaint.group_complaint_%s"
_lt = LazyTranslate(__name__)
_LIFE = Life(
    {
        # by who is responsible, whatever the role
        "done": Step(
            ("open",),
            None,
            ANYBODY,
            label=_lt("Done"),
            stamps={"done_date": "today", "done_by_id": "user"},
            writes=("frozen_explanation",),
            access="read",
        ),
        "cancel": Step(("open",), "cancelled", None, label=_lt("Cancel")),
    },
    methods={"cancel": "_cancel"},
)


class ComplaintDutyTask(models.Model):
    """One time that a periodic duty falls due; it stays on file when it is done."""

    _name = "complaint.duty.task"
    _description = "Task of a Periodic Duty"
    _inherit = ["mail.thread", "complaint.explained.mixin", "complaint.life.mixin"]
    _order = "due, id"

    _life = _LIFE
    _opens = opens("user_id", "result", "attachment_ids", states=("open",))
    _effects = {"_work_out": on(made=True), "_date_reviews": on(made=True)}
    _openings = {
        "opened": Opening(
            "A duty opens its tasks, one after the other.",
            ("duty_id", "department_id", "period_start", "period_end", "user_id"),
            creates=True,
        ),
        "moved": Opening(
            "A review is due on the day the regulation says.",
            ("period_start", "period_end"),
        ),
        "worked_out": Opening(
            "The clock works out when a task is due.",
            ("due", "due_date", "reminder_moment", "reminded_date", "escalated_date"),
        ),
        "told": Opening(
            "Who is late was reminded in the morning.",
            ("reminded_date", "escalated_date"),
        ),
    }

    duty_id = fields.Many2one(
        "complaint.duty",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    regulation_id = fields.Many2one(related="duty_id.regulation_id", store=True)
    company_id = fields.Many2one(
        related="duty_id.company_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(related="duty_id.kind", store=True)
    basis = fields.Selection(related="duty_id.basis")
    clause = fields.Char(related="duty_id.clause")
    instructions = fields.Text(related="duty_id.note")
    department_id = fields.Many2one("hr.department", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Responsible", check_company=True, tracking=True
    )
    period_start = fields.Date("Period from", required=True, readonly=True)
    period_end = fields.Date("Period to", required=True, readonly=True)
    due = fields.Datetime("Due at", readonly=True)
    due_date = fields.Date(readonly=True, tracking=True, help="The office's own date.")
    reminder_moment = fields.Datetime("Remind from", readonly=True)
    reminded_date = fields.Datetime("Reminded", readonly=True, copy=False)
    escalated_date = fields.Datetime("Told the Manager", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("open", "To do"),
            ("done", "Done"),
            ("done_late", "Done late"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="open",
        readonly=True,
        tracking=True,
        copy=False,
    )
    chip_state = fields.Selection(
        [
            ("running", "To do"),
            ("close", "Due soon"),
            ("overdue", "Overdue"),
            ("met", "Done"),
            ("met_late", "Done late"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        compute="_compute_chip_state",
    )
    done_date = fields.Date("Done on", readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    result = fields.Text(help="What was found, decided or published.", copy=False)
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Files", copy=False, bypass_search_access=True
    )
    explanation_text = fields.Text("Why", compute="_compute_explanation_text")
    frozen_explanation = fields.Json(readonly=True, prefetch=False, copy=False)

    _due_idx = models.Index("(due) WHERE state = 'open'")
    _one_open = models.UniqueIndex(
        "(duty_id, COALESCE(department_id, 0)) WHERE state = 'open'",
        "This duty already has an open task.",
    )

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.depends("duty_id.name", "department_id.name", "period_start", "period_end")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for task in self:
            parts = (task.duty_id.name, task.department_id.name, task._period_label())
            task.display_name = " · ".join(filter(None, parts))

    def _period_label(self):
        """Return the period a task is about, such as “2026 Q1”."""
        first, last = self.period_start, self.period_end
        if not first or first == last:
            return ""
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        if months == 12:
            return str(first.year)
        if months == 3:
            return self.env._(
                "%(year)s, quarter %(number)s",
                year=first.year,
                number=(first.month + 2) // 3,
            )
        return (
            f"{format_date(self.env, first)} – {format_date(self.env, last)}"
            if months > 1
            else f"{first:%Y-%m}"
        )

    @api.depends("state", "due", "reminder_moment")
    def _compute_chip_state(self):
        now = fields.Datetime.now()
        for task in self:
            chip = {"done": "met", "done_late": "met_late"}.get(task.state, task.state)
            if chip == "open":
                chip = "running"
                if task.due and task.due < now:
                    chip = "overdue"
                elif (task.reminder_moment or task.due or now) <= now:
                    chip = "close"
            task.chip_state = chip

    @api.depends("state", "due")
    @api.depends_context("lang")
    def _compute_explanation_text(self):
        for task in self:
            story = task._explain() if task.state == "open" else task.frozen_explanation
            task.explanation_text = (
                "\n".join(task._story_sentences(story)) if story else ""
            )

    def _date_reviews(self):
        """Tell regulations when they are reviewed next."""
        for task in self.filtered(lambda item: item.kind == "review"):
            # sudo: complaint.regulation - it knows its next review, whoever did this one
            task.sudo().regulation_id.next_review_date = task.period_end

    # ----------------------------------------------------------------------
    # Steps. EXPOSED API
    # ----------------------------------------------------------------------

    def action_done(self):
        """Record that tasks are done; the next ones open.

        :raise UserError: without a result, too early, or by somebody else
        """
        return self._take("done")

    def _cancel(self):
        """Cancel tasks that nobody needs any more."""
        self._do_step("cancel")

    def _target_done(self):
        now = fields.Datetime.now()
        late = self.filtered(lambda task: task.due and task.due < now)
        return {"done_late": late, "done": self - late}

    def _gates_done(self):
        yield from self._gates_due()
        if self.kind == "publication":
            yield from self._gates_published()
        elif not (self.result or "").strip() and not self.attachment_ids:
            yield self.env._(
                "Write down the result of “%s”, or add a file.", self.display_name
            )

    def _gates_published(self):
        """R01 6: a word does not publish; what was published names this task."""
        # sudo: complaint.publication - whether there is one, whoever asks
        published = self.env["complaint.publication"].sudo()
        if not published.search_count(
            [("task_id", "=", self.id), ("state", "=", "released")], limit=1
        ):
            yield self.env._(
                "“%s” ends with a publication: publish the results first.",
                self.display_name,
            )

    def _gates_due(self):
        """Yield that a task is not due yet, or not up to the user."""
        today = self.regulation_id._local_date(fields.Datetime.now())
        if self.basis == "period" and self.period_end >= today:
            yield self.env._("The period of “%s” is not over yet.", self.display_name)
        if not self._may_do():
            yield self.env._("“%s” is up to somebody else.", self.display_name)

    def _after_done(self):
        """Keep why it was due then, and open the next tasks."""
        for task in self:
            task._write_step({"frozen_explanation": task._explain()})
        # the index knows one open task a duty
        self.flush_recordset(["state"])
        for task in self:
            # sudo: complaint.duty - what comes next, whoever did this one
            duty = task.sudo().duty_id
            if duty.active:
                vals = duty._prepare_task_vals(task.department_id, task)
                task._create_sealed("opened", [vals])

    def _may_do(self):
        """Return whether one task is up to the user."""
        user = self.env.user
        return self.env.su or user in self._people() or user.has_group(LEADER)

    def _step_day(self):
        """OVERRIDE: a task is of a regulation, not of a case."""
        return self[:1].regulation_id._local_date(fields.Datetime.now())

    def _write_step(self, vals):
        """OVERRIDE: who follows a task reads of its end in the messages."""
        # sudo: complaint.duty.task - the step was checked
        return self.sudo().write(vals)

    # ----------------------------------------------------------------------
    # Time
    # ----------------------------------------------------------------------

    def _work_out(self):
        """Work out the last day of open tasks; moved ones remind again."""
        now = fields.Datetime.now()
        for task in self:
            vals = task._worked_out()
            if vals == {name: task[name] for name in vals}:
                continue
            if vals["reminder_moment"] and vals["reminder_moment"] > now:
                vals["reminded_date"] = False
            if vals["due"] and vals["due"] > now:
                vals["escalated_date"] = False
            task._write_sealed("worked_out", vals)

    def _worked_out(self):
        duty = self.duty_id
        try:
            calendar = self.regulation_id._working_calendar()
            due = self._due(calendar)
            reminder = duty.reminder_quantity and clock.reminder(
                due, duty.reminder_quantity, duty.reminder_unit, calendar
            )
        except (clock.ClockError, CalendarError):
            return {
                "due": False,
                "due_date": self.period_end,
                "reminder_moment": False,
            }
        return {
            "due": due.moment,
            "due_date": due.date,
            "reminder_moment": reminder or False,
        }

    def _due(self, calendar):
        """Return the :class:`~..tools.clock.Due` of one task.

        :raise ClockError, CalendarError: if the calendar makes no sense
        """
        # the day itself does not count, so any moment of it will do
        start = calendar.day_start(self.period_end)
        return clock.due(self.duty_id._rule(), start, calendar)

    @api.model
    def _follow_calendars(self, regulations):
        """Let the open tasks of regulations follow their calendars."""
        # sudo: complaint.duty.task - all tasks follow, whoever enters a holiday
        self.sudo().search(
            [("regulation_id", "in", regulations.ids), ("state", "=", "open")]
        )._work_out()

    # ----------------------------------------------------------------------
    # Why
    # ----------------------------------------------------------------------

    def _explain(self):
        """Return the explanation of one open task as plain data, or ``False``."""
        try:
            calendar = self.regulation_id._working_calendar()
            return self._due(calendar).explanation.to_dict()
        except (clock.ClockError, CalendarError):
            return False

    def _explained_regulation(self):
        return self.regulation_id

    def _explained_start(self):
        return {
            "period": self.env._("End of the period"),
            "anniversary": self.env._("Anniversary"),
            "last": self.env._("Last time"),
        }[self.basis]

    # ----------------------------------------------------------------------
    # Who
    # ----------------------------------------------------------------------

    def _people(self):
        """Return who does a task: the responsible person, or those with the role."""
        self.ensure_one()
        return self.user_id or self._with_role(self.duty_id.role)

    def _with_role(self, role):
        """Return the people of the office with a role."""
        # sudo: res.users, helpdesk.ticket.team - who has a role in which office
        task = self.sudo()
        group = task.env.ref(_GROUP % role)
        users = group.all_user_ids.filtered(
            lambda user: not user.share and task.company_id in user.company_ids
        )
        if role == "leader":
            desks = task.regulation_id.team_ids
            users &= desks.user_id | desks.user_ids
        return users.with_env(self.env)

    # ----------------------------------------------------------------------
    # The morning's digest
    # ----------------------------------------------------------------------

    @api.model
    def _digest_sections(self, morning):
        """Return the sections of a morning that are about periodic duties."""
        now = morning.now
        late = self._of_morning(
            morning, ("escalated_date", "=", False), ("due", "<", now)
        )
        soon = self._of_morning(
            morning, ("reminded_date", "=", False), ("reminder_moment", "<=", now)
        )
        return [
            Section(
                "duties_late",
                late._readers(with_managers=True),
                lambda: late._write_sealed(
                    "told", {"escalated_date": now, "reminded_date": now}
                ),
            ),
            Section(
                "duties",
                (soon - late)._readers(),
                lambda: soon._write_sealed("told", {"reminded_date": now}),
            ),
        ]

    @api.model
    def _of_morning(self, morning, *conditions):
        return self.search(
            [
                ("state", "=", "open"),
                ("regulation_id", "in", morning.regulations.ids),
                *conditions,
            ]
        )

    def _readers(self, with_managers=False):
        """Return ``{user: tasks}``: who is told of which of these tasks."""
        found = {}
        for task in self:
            people = task._people() or task._with_role("manager")
            if with_managers:
                people |= task._with_role("manager")
            for user in people:
                found[user] = found.get(user, self.browse()) | task
        return found

    def _digest_lines(self):
        """Return one dict a task: name, date, link."""
        return [
            {
                "number": task.display_name,
                "text": task.regulation_id.code,
                "date": task.due_date and format_date(self.env, task.due_date),
                "url": f"{task.get_base_url()}/mail/view"
                f"?model={task._name}&res_id={task.id}",
            }
            for task in self.sorted(lambda item: (item.due_date, item.id))
        ]
