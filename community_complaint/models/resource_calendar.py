from collections import defaultdict
from datetime import date

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..tools.changes import on
from ..tools.working_calendar import CalendarError, WorkingCalendar

#: Years around today for which the table of working days is built at first.
_SPAN = 3
#: Key of the calendars whose clocks are worked out again before the commit.
_CHANGED = "community_complaint.changed_calendars"


class ResourceCalendar(models.Model):
    """Make-up working days, and the calendar as the clock of complaints sees it."""

    _name = "resource.calendar"
    _inherit = [
        "resource.calendar",
        "complaint.watched.mixin",
        "complaint.setting.mixin",
    ]

    _watched_free = frozenset({"complaint_schedule_reminded_date"})
    _watched_fixed = frozenset({"company_id"})
    _effects = {"_complaint_days_changed": on(every=True)}

    complaint_working_day_ids = fields.One2many(
        "complaint.working.day", "calendar_id", string="Make-up Working Days", copy=True
    )
    complaint_country_id = fields.Many2one(
        "res.country",
        string="Official Holidays of",
        readonly=True,
        help="Country whose official holidays were imported.",
    )
    complaint_subdivision = fields.Char("Region", readonly=True)
    complaint_published_years = fields.Char(
        "Published Years",
        help="Years whose official holidays are final, such as 2026,2027. Add a year when "
        "you entered its days by hand.",
    )

    # ----------------------------------------------------------------------
    # Constraints
    # ----------------------------------------------------------------------

    @api.constrains("complaint_published_years")
    def _check_complaint_published_years(self):
        for calendar in self:
            try:
                calendar._complaint_known_years()
            except ValueError as error:
                raise ValidationError(
                    self.env._("Write years separated by commas, such as 2026,2027.")
                ) from error

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    def _complaint_working_calendar(self, tz=None):
        """Return the :class:`WorkingCalendar` of this calendar.

        :param tz: time zone for an empty recordset, which is an office without a
            calendar: Monday to Friday, no hours
        :raise CalendarError: if the calendar makes no sense
        """
        if not self:
            return self._complaint_no_calendar(tz or "UTC")
        self.ensure_one()
        return self._complaint_build_calendar()

    @api.model
    @tools.ormcache("tz")
    def _complaint_no_calendar(self, tz):
        return WorkingCalendar.without_calendar(tz)

    @tools.ormcache("self.id")
    def _complaint_build_calendar(self):
        # sudo: resource.calendar - a time limit is the same whoever looks at it
        calendar = self.sudo()
        leaves = calendar._complaint_leaves()
        this_year = fields.Date.today().year
        years = {this_year - _SPAN, this_year + _SPAN}
        years.update(leave[0].year for leave in leaves)
        return WorkingCalendar(
            calendar.tz,
            date(min(years), 1, 1),
            date(max(years), 12, 31),
            attendances=calendar._complaint_attendances(),
            leaves=leaves,
            makeup=[
                (day.date, day.name, day._hours())
                for day in calendar.complaint_working_day_ids
            ],
            # hours that only say how long a day is, not when, open no office
            flexible=calendar.flexible_hours or calendar.duration_based,
            published_years=calendar._complaint_known_years(),
            estimated=calendar._complaint_estimated_days(),
        )

    def _complaint_attendances(self):
        """Return the weekly hours as :class:`WorkingCalendar` wants them."""
        weeks = defaultdict(lambda: defaultdict(list))
        for item in self.attendance_ids:
            if item._is_work_period():
                week = int(item.week_type) if self.two_weeks_calendar else None
                hours = (item.hour_from, item.hour_to)
                weeks[week][int(item.dayofweek)].append(hours)
        return {week: dict(days) for week, days in weeks.items()}

    def _complaint_leaves(self):
        """Return the days off of the whole office, ``[(start, end, name)]``."""
        leaves = self.env["resource.calendar.leaves"].search_fetch(
            [
                ("resource_id", "=", False),
                ("time_type", "=", "leave"),
                ("calendar_id", "in", [False, self.id]),
                "|",
                ("calendar_id", "=", self.id),
                ("company_id", "in", [False, self.company_id.id]),
            ],
            ["date_from", "date_to", "name"],
        )
        return [(leave.date_from, leave.date_to, leave.name or "") for leave in leaves]

    def _complaint_estimated_days(self):
        """Return the official dates, off or worked, that are not announced yet."""
        leaves = self.env["resource.calendar.leaves"].search(
            [("calendar_id", "=", self.id), ("complaint_imported", "=", True)]
        )
        made_up = self.complaint_working_day_ids.filtered("is_estimated")
        return {
            *(item._complaint_day() for item in leaves if item.complaint_estimated),
            *made_up.mapped("date"),
        }

    def _complaint_is_announced_day(self, day):
        """Tell whether the official days of a date's year are final, or none are asked."""
        known = self._complaint_known_years() if self else None
        return known is None or not day or day.year in known

    def _complaint_known_years(self):
        """Return the years whose holidays are final, ``None`` without an import."""
        if not self.complaint_country_id:
            return None
        years = (self.complaint_published_years or "").split(",")
        return {int(year) for year in years if year.strip()}

    def _complaint_problem(self):
        """Return why no time limit can be worked out, ``None`` if all is well."""
        try:
            self._complaint_working_calendar().next(fields.Date.today())
        except CalendarError as error:
            return self.env["complaint.regulation"]._clock_error_text(error)
        return None

    # ----------------------------------------------------------------------
    # Changes
    # ----------------------------------------------------------------------

    def _complaint_days_changed(self):
        """Forget the tables; running clocks are worked out again before the commit.

        Once per transaction, however many days change.
        """
        if not self:
            return
        self.env.registry.clear_cache()
        precommit = self.env.cr.precommit
        known = precommit.data.get(_CHANGED)
        if known is None:
            known = precommit.data[_CHANGED] = set()
            precommit.add(self.env["resource.calendar"]._complaint_recompute_changed)
        known.update(self.ids)

    @api.model
    def _complaint_recompute_changed(self):
        """Work out again the running clocks of all calendars changed so far."""
        ids = self.env.cr.precommit.data.pop(_CHANGED, None)
        if ids:
            self.env["complaint.deadline"]._recompute_calendars(sorted(ids))


class ResourceCalendarAttendance(models.Model):
    """Weekly hours: part of the calendar, watched like it."""

    _name = "resource.calendar.attendance"
    _inherit = ["resource.calendar.attendance", "complaint.watched.mixin"]

    _watched_free = frozenset({"sequence"})
    _effects = {
        "_complaint_days_changed": on(
            every=True, made=True, removed=True, of="calendar_id"
        ),
    }

    def _watched_companies(self):
        """OVERRIDE: the offices that work by the calendar."""
        return self._watched_calendars(lambda item: item.calendar_id)

    def _watched_cases(self):
        """OVERRIDE: clocks are worked out again, no file names weekly hours."""
        return self.browse()


class ResourceCalendarLeaves(models.Model):
    """Days off of the whole office; those of one person do not concern the clock."""

    _name = "resource.calendar.leaves"
    _inherit = ["resource.calendar.leaves", "complaint.watched.mixin"]

    _effects = {
        "_complaint_days_changed": on(
            every=True, made=True, removed=True, of="_complaint_calendars"
        ),
    }

    complaint_imported = fields.Boolean("Official", readonly=True, copy=False)
    complaint_estimated = fields.Boolean(
        "Estimate",
        compute="_compute_complaint_estimated",
        help="Official, but not announced yet: it may still change.",
    )

    @api.depends(
        "complaint_imported", "date_from", "calendar_id.complaint_published_years"
    )
    def _compute_complaint_estimated(self):
        for leave in self:
            leave.complaint_estimated = (
                leave.complaint_imported
                and not leave.calendar_id._complaint_is_announced_day(
                    leave._complaint_day()
                )
            )

    def _complaint_day(self):
        """Return the office's date on which one official leave lies."""
        bare = self.calendar_id._complaint_no_calendar(self.calendar_id.tz or "UTC")
        return self.date_from and bare.local_date(self.date_from)

    def _watched_companies(self):
        """OVERRIDE: the offices that the leaves close; of one person's, none."""
        return self._watched_calendars(lambda leave: leave._complaint_calendars())

    def _watched_cases(self):
        """OVERRIDE: clocks are worked out again, no file names a day off."""
        return self.browse()

    def _complaint_calendars(self):
        """Return the calendars of the leaves that close an office."""
        leaves = self.filtered(lambda leave: not leave.resource_id)
        calendars = leaves.calendar_id
        everywhere = leaves.filtered(lambda leave: not leave.calendar_id)
        if everywhere:
            companies = everywhere.company_id
            calendars |= calendars.search(
                [("company_id", "in", [*companies.ids, False])]
            )
        return calendars
