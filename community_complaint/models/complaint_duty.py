from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import clock
from ..tools.changes import on
from ..tools.duty import MONTHS, anniversary_after, period_after, period_of

_UNITS = {"working_day", "calendar_day", "month"}


#: When it comes again.
_RHYTHM = ("basis", "period", "period_unit")


class ComplaintDuty(models.Model):
    """A periodic duty of an office: what a regulation asks for again and again.

    Yearly review, quarterly summary, annual report, publication, meetings, follow-up.
    Templates only declare it; an adopted regulation has one open task per duty, and
    per department if it names any, and doing it opens the next one.
    """

    _name = "complaint.duty"
    _description = "Periodic Duty"
    _inherit = ["complaint.shipped.mixin", "complaint.watched.mixin"]
    _shipped_alike = ("kind",)
    #: Open tasks follow their duty, done ones do not.
    _effects = {
        "_close_needless_tasks": on("active", "department_ids"),
        "_close_all_tasks": on(*_RHYTHM),
        "_open_first_tasks": on("active", "department_ids", *_RHYTHM, made=True),
        "_recompute_tasks": on(
            "quantity", "unit", "reminder_quantity", "reminder_unit"
        ),
    }
    _order = "regulation_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    regulation_id = fields.Many2one(
        "complaint.regulation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="regulation_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    clause = fields.Char(translate=True)
    note = fields.Text("What to Do", translate=True)
    kind = fields.Selection(
        [
            ("review", "Review of the regulation"),
            ("summary", "Summary"),
            ("report", "Report"),
            ("publication", "Publication"),
            ("meeting", "Meeting"),
            ("follow_up", "Follow-up of solved cases"),
            ("drill", "Drill or training"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
    )
    basis = fields.Selection(
        [
            ("period", "After each period of the calendar"),
            ("anniversary", "On the anniversary of coming into force"),
            ("last", "So long after the last time"),
        ],
        string="When",
        required=True,
        default="period",
    )
    period = fields.Integer("Every", required=True, default=1)
    period_unit = fields.Selection(
        [
            ("working_day", "Working days"),
            ("calendar_day", "Calendar days"),
            ("month", "Months"),
            ("quarter", "Quarters"),
            ("year", "Years"),
        ],
        required=True,
        default="quarter",
    )
    quantity = fields.Integer(
        "Time to Do it",
        default=10,
        help="From the end of the period, or from the anniversary.",
    )
    unit = fields.Selection(
        [
            ("working_day", "Working days"),
            ("calendar_day", "Calendar days"),
            ("month", "Months"),
        ],
        required=True,
        default="working_day",
    )
    reminder_quantity = fields.Integer("Remind Before", default=5)
    reminder_unit = fields.Selection(
        selection=lambda self: self._fields["unit"]._description_selection(self.env),
        required=True,
        default="working_day",
    )
    role = fields.Selection(
        [
            ("leader", "Leaders of the desk"),
            ("manager", "Managers"),
            ("publisher", "Publishers"),
            ("discipline", "Discipline officers"),
        ],
        string="Up to",
        required=True,
        default="manager",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        check_company=True,
        copy=False,
        help="Empty: everybody with the role.",
    )
    department_ids = fields.Many2many(
        "hr.department",
        string="Per Department",
        check_company=True,
        copy=False,
        help="Each of these departments does it. Empty: once for the office.",
    )
    task_ids = fields.One2many("complaint.duty.task", "duty_id", string="Tasks")
    next_due_date = fields.Date("Next Due", compute="_compute_next_due_date")

    # ----------------------------------------------------------------------
    # Computes and constraints
    # ----------------------------------------------------------------------

    @api.depends("task_ids.state", "task_ids.due_date")
    def _compute_next_due_date(self):
        dues = dict(
            self.env["complaint.duty.task"]._read_group(
                [("duty_id", "in", self.ids), ("state", "=", "open")],
                ["duty_id"],
                ["due_date:min"],
            )
        )
        for duty in self:
            duty.next_due_date = dues.get(duty._origin, False)

    @api.constrains(
        "basis", "period", "period_unit", "quantity", "unit", "reminder_quantity"
    )
    def _check_rule(self):
        for duty in self:
            try:
                duty._rule()
                clock.check_quantity(duty.reminder_quantity, duty.reminder_unit)
                clock.check_quantity(duty.period, "month")
            except clock.ClockError as error:
                raise ValidationError(
                    self.env._("The times of “%s” make no sense.", duty.name)
                ) from error
            months = duty._months()
            if (
                duty.period < 1
                or (duty.basis != "last" and not months)
                or (duty.basis == "period" and 12 % months)
            ):
                raise ValidationError(
                    self.env._(
                        "“%s” repeats every 1, 2, 3, 4 or 6 months, every quarter or "
                        "every year, or on an anniversary of months or years.",
                        duty.name,
                    )
                )

    # ----------------------------------------------------------------------
    # Watched
    # ----------------------------------------------------------------------

    def _watched_companies(self):
        """OVERRIDE: the office that has the duty."""
        return self._watched_regulations(lambda duty: duty.regulation_id)

    def _watched_cases(self):
        """OVERRIDE: no file names it."""
        return self.browse()

    # ----------------------------------------------------------------------
    # Periods
    # ----------------------------------------------------------------------

    def _months(self):
        """Return the length of the period in months, 0 if it is in days."""
        return self.period * MONTHS.get(self.period_unit, 0)

    def _rule(self):
        """Return the :class:`~..tools.clock.Rule` that counts to the last day.

        :raise ClockError: on nonsense
        """
        self.ensure_one()
        if self.basis == "last":
            if self.period_unit in _UNITS:
                return clock.Rule(self.period, self.period_unit)
            return clock.Rule(self._months(), "month")
        if not self.quantity:
            # that very day, or the next working day
            return clock.Rule(0, "working_day")
        return clock.Rule(self.quantity, self.unit)

    def _period_after(self, previous=None):
        """Return first and last day of the period that comes next.

        :param previous: the task before, ``None`` for the first one
        :return: two dates; equal ones if the duty is about a day
        """
        self.ensure_one()
        today = self.regulation_id._local_date(fields.Datetime.now())
        if self.basis == "last":
            day = previous.done_date if previous else today
            return day, day
        if self.basis == "anniversary":
            base = self.regulation_id.in_force_date or today
            last = previous.period_end if previous else max(today, base)
            day = anniversary_after(base, self._months(), last)
            return day, day
        if previous:
            return period_after(previous.period_end, self._months())
        return period_of(today, self._months())

    # ----------------------------------------------------------------------
    # Tasks
    # ----------------------------------------------------------------------

    def _open_tasks(self):
        return self.task_ids.filtered(lambda task: task.state == "open")

    def _open_first_tasks(self):
        """Open the tasks that are missing, of adopted regulations only."""
        vals_list = [
            duty._prepare_task_vals(department)
            for duty in self.filtered(lambda item: item.active and item.company_id)
            for department in duty._missing_departments()
        ]
        self.env["complaint.duty.task"]._create_sealed("opened", vals_list)

    def _missing_departments(self):
        """Return for whom a duty lacks an open task; an empty one is the whole office."""
        tasks = self._open_tasks()
        if self.department_ids:
            return list(self.department_ids - tasks.department_id)
        return [] if tasks else [self.department_ids]

    def _prepare_task_vals(self, department, previous=None):
        """Return the values of the next task of a department."""
        first, last = self._period_after(previous)
        return {
            "duty_id": self.id,
            "department_id": department.id,
            "period_start": first,
            "period_end": last,
            "user_id": (previous.user_id if previous else self.user_id).id,
        }

    def _close_all_tasks(self):
        """Cancel open tasks: the rhythm changed."""
        self._close_needless_tasks(moved=True)

    def _recompute_tasks(self):
        self._open_tasks()._work_out()

    def _close_needless_tasks(self, moved=False):
        """Cancel open tasks nobody needs any more; all of them if the rhythm changed."""
        for duty in self:
            tasks = duty._open_tasks()
            if duty.active and not moved:
                wanted = duty.department_ids
                tasks = tasks.filtered(
                    lambda task, wanted=wanted: (
                        task.department_id not in wanted
                        if wanted
                        else task.department_id
                    )
                )
            tasks._cancel()
        # the index knows one open task a duty
        self.task_ids.flush_recordset(["state"])
