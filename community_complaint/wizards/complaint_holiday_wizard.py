from collections import namedtuple
from datetime import date, datetime, timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..tools import official_holidays
from ..tools.working_calendar import CalendarError

#: How many years may be imported at once.
_MOST_YEARS = 10

_Day = namedtuple("_Day", "date name kind")


class ComplaintHolidayWizard(models.TransientModel):
    """Official holidays and make-up working days of a country into a calendar.

    Importing again brings the official days in line with the newest notice; what
    somebody entered by hand stays.
    """

    _name = "complaint.holiday.wizard"
    _description = "Official Holidays"

    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Calendar",
        required=True,
        default=lambda self: self._default_calendar_id(),
    )
    country_id = fields.Many2one(
        "res.country", required=True, default=lambda self: self._default_country_id()
    )
    subdivision = fields.Char(
        "Region",
        help="Code of a state or province that has holidays of its own, such as ENG.",
    )
    year_from = fields.Integer(
        "From Year", required=True, default=lambda self: fields.Date.today().year
    )
    year_to = fields.Integer(
        "To Year", required=True, default=lambda self: fields.Date.today().year + 1
    )
    line_ids = fields.One2many(
        "complaint.holiday.wizard.line",
        "wizard_id",
        string="Days",
        compute="_compute_line_ids",
        store=True,
        precompute=False,
    )
    problem = fields.Char(compute="_compute_line_ids", store=True)
    unpublished = fields.Char(compute="_compute_line_ids", store=True)

    # ----------------------------------------------------------------------
    # Defaults and computes
    # ----------------------------------------------------------------------

    @api.model
    def _default_calendar_id(self):
        """Return the calendar on the screen, or the office's when the menu was used."""
        if self.env.context.get("active_model") == "resource.calendar":
            active_id = self.env.context.get("active_id")
            return self.env["resource.calendar"].browse(active_id)
        return self.env.company.resource_calendar_id

    @api.model
    def _default_country_id(self):
        return (
            self._default_calendar_id().complaint_country_id
            or self.env.company.country_id
            or self.env.ref("base.cn")
        )

    @api.depends("calendar_id", "country_id", "subdivision", "year_from", "year_to")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.problem = wizard.unpublished = False
            wizard.line_ids = [Command.clear()]
            if not wizard.country_id:
                continue
            try:
                days = wizard._official_days()
            except CalendarError as error:
                wizard.problem = wizard._error_text(error)
                continue
            except UserError as error:
                wizard.problem = str(error)
                continue
            published = wizard._published_years()
            missing = sorted(set(wizard._years()) - published)
            wizard.unpublished = ", ".join(map(str, missing)) or False
            known = wizard._known_days()
            wizard.line_ids = [
                Command.create(
                    {
                        "date": day.date,
                        "name": day.name,
                        "kind": day.kind,
                        "known": known.get(day.date, False),
                        "is_estimated": day.date.year not in published,
                    }
                )
                for day in days
            ]

    def _years(self):
        """Return the years asked for.

        :raise UserError: on nonsense
        """
        years = range(self.year_from, self.year_to + 1)
        if not 1 <= len(years) <= _MOST_YEARS or years[0] < 1950 or years[-1] > 2150:
            raise UserError(
                self.env._("Choose between one and %s years, in order.", _MOST_YEARS)
            )
        return years

    def _official_days(self):
        """Return the days off and the days worked instead, in order."""
        days = official_holidays.official(
            self.country_id.code, self.subdivision, self._years()
        )
        merged = {}
        for day in days:
            if day.kind != official_holidays.HALF_DAY:
                merged.setdefault((day.date, day.kind), day.name_local)
        return [_Day(day, name, kind) for (day, kind), name in merged.items()]

    def _published_years(self):
        return official_holidays.published_years(
            self.country_id.code, list(self._years()), self.subdivision
        )

    def _known_days(self):
        """Return ``{date: "official" or "manual"}`` of what the calendar has."""
        known = {}
        for day in self.calendar_id.complaint_working_day_ids:
            known[day.date] = "official" if day.is_imported else "manual"
        for leave in self._office_leaves():
            for day in self._days_of(leave):
                if not leave.complaint_imported or day not in known:
                    known[day] = "official" if leave.complaint_imported else "manual"
        return known

    def _office_leaves(self):
        """Return the days off of the whole office in the years asked for."""
        calendar = self._bare_calendar()
        years = self._years()
        first = calendar.to_utc(datetime(years[0], 1, 1))
        last = calendar.to_utc(datetime(years[-1] + 1, 1, 1))
        return self.env["resource.calendar.leaves"].search(
            [
                ("calendar_id", "=", self.calendar_id.id),
                ("resource_id", "=", False),
                ("date_from", "<", last),
                ("date_to", ">", first),
            ]
        )

    def _bare_calendar(self):
        """Return a calendar that only knows the office's time zone."""
        return self.env["resource.calendar"]._complaint_working_calendar(
            self.calendar_id.tz
        )

    def _days_of(self, leave):
        """Return the office's dates that a leave touches."""
        calendar = self._bare_calendar()
        first = calendar.local_date(leave.date_from)
        last = calendar.local_date(leave.date_to - timedelta(seconds=1))
        return [first + timedelta(days=n) for n in range((last - first).days + 1)]

    # ----------------------------------------------------------------------
    # Actions
    # ----------------------------------------------------------------------

    def action_import(self):
        """Bring the calendar's official days of these years in line with the notice.

        :raise UserError: if the holidays are not known, or the calendar may not change
        """
        self.ensure_one()
        self.calendar_id.check_access("write")
        try:
            days = self._official_days()
            published = self._published_years()
        except CalendarError as error:
            raise UserError(self._error_text(error)) from error
        manual = {day for day, kind in self._known_days().items() if kind == "manual"}
        self._import_leaves(
            [day for day in days if day.kind == "holiday" and day.date not in manual]
        )
        self._import_working_days(
            [day for day in days if day.kind == "makeup" and day.date not in manual]
        )
        self._remember(published)
        self.env["resource.calendar"]._complaint_recompute_changed()
        return {"type": "ir.actions.act_window_close"}

    def _error_text(self, error):
        return self.env["complaint.regulation"]._clock_error_text(error)

    def _import_leaves(self, days):
        """Make the imported days off these and no others."""
        Leave = self.env["resource.calendar.leaves"]
        calendar = self._bare_calendar()
        wanted = {}
        for day in days:
            start = datetime.combine(day.date, datetime.min.time())
            key = (
                calendar.to_utc(start),
                calendar.to_utc(start + timedelta(days=1)) - timedelta(seconds=1),
            )
            wanted[key] = day.name
        for leave in self._office_leaves().filtered("complaint_imported"):
            key = (leave.date_from, leave.date_to)
            if wanted.get(key) == leave.name:
                del wanted[key]
            else:
                Leave += leave
        Leave.unlink()
        Leave.create(
            [
                {
                    "calendar_id": self.calendar_id.id,
                    "name": name,
                    "date_from": start,
                    "date_to": end,
                    "complaint_imported": True,
                }
                for (start, end), name in wanted.items()
            ]
        )

    def _import_working_days(self, days):
        """Make the imported make-up days these and no others."""
        years = self._years()
        wanted = {day.date: day.name for day in days}
        gone = self.env["complaint.working.day"]
        for known in self.calendar_id.complaint_working_day_ids.filtered("is_imported"):
            if not date(years[0], 1, 1) <= known.date <= date(years[-1], 12, 31):
                continue
            if wanted.get(known.date) == known.name:
                del wanted[known.date]
            else:
                gone += known
        gone.unlink()
        gone.create(
            [
                {
                    "calendar_id": self.calendar_id.id,
                    "date": day,
                    "name": name,
                    "is_imported": True,
                }
                for day, name in wanted.items()
            ]
        )

    def _remember(self, published):
        """Note on the calendar what was imported and which years are final."""
        calendar = self.calendar_id
        same = calendar.complaint_country_id == self.country_id and (
            calendar.complaint_subdivision or ""
        ) == (self.subdivision or "")
        known = calendar._complaint_known_years() or set() if same else set()
        years = (known - set(self._years())) | published
        calendar.write(
            {
                "complaint_country_id": self.country_id.id,
                "complaint_subdivision": self.subdivision,
                "complaint_published_years": ",".join(map(str, sorted(years))),
            }
        )


class ComplaintHolidayWizardLine(models.TransientModel):
    _name = "complaint.holiday.wizard.line"
    _description = "Official Day"
    _order = "date"

    wizard_id = fields.Many2one(
        "complaint.holiday.wizard", required=True, ondelete="cascade"
    )
    date = fields.Date(readonly=True)
    name = fields.Char(readonly=True)
    kind = fields.Selection(
        [("holiday", "Day off"), ("makeup", "Make-up working day")], readonly=True
    )
    known = fields.Selection(
        [("official", "Already imported"), ("manual", "Entered by hand, stays")],
        string="In the Calendar",
        readonly=True,
    )
    is_estimated = fields.Boolean("Estimate", readonly=True)
