from datetime import date

from odoo import api, fields, models

from ..tools import official_holidays
from ..tools.working_calendar import CalendarError
from .complaint_digest import Section

#: From this month on next year's official schedule is expected.
_EXPECTED_MONTH = 11


class ResourceCalendar(models.Model):
    """Is the official schedule of this year, and in autumn of the next one, there?"""

    _inherit = "resource.calendar"

    complaint_schedule_reminded_date = fields.Date(
        "Reminded of Missing Holidays", readonly=True, copy=False
    )

    def _complaint_missing_years(self, today):
        """Return the years whose official schedule should be in and is not, in order.

        None are missing from a calendar without official holidays at all.
        """
        known = self._complaint_known_years()
        if known is None:
            return []
        wanted = [today.year]
        if today.month >= _EXPECTED_MONTH:
            wanted.append(today.year + 1)
        return [year for year in wanted if year not in known]

    def _complaint_missing_text(self, today):
        """Return what to do about missing years, empty if nothing is missing."""
        years = self._complaint_missing_years(today)
        if not years:
            return ""
        names = ", ".join(map(str, years))
        if all(map(self._complaint_is_announced, years)):
            return self.env._(
                "The official holidays of %s are announced and not in the calendar yet: "
                "import them.",
                names,
            )
        return self.env._(
            "The official holidays of %s are not in the calendar yet. As soon as they are "
            "announced, import them or enter them by hand.",
            names,
        )

    def _complaint_is_announced(self, year):
        """Tell whether the library knows the final schedule of a year."""
        try:
            return official_holidays.published(
                self.complaint_country_id.code, year, self.complaint_subdivision or None
            )
        except CalendarError:
            return False

    # ----------------------------------------------------------------------
    # The morning's digest: once in spring at most, once in autumn
    # ----------------------------------------------------------------------

    @api.model
    def _complaint_digest_sections(self, morning):
        """Return the section about calendars whose schedule is missing."""
        calendars = morning.regulations.calendar_id.filtered(
            lambda item: (
                item._complaint_missing_years(morning.date)
                and item._complaint_reminder_is_due(morning.date)
            )
        )
        # sudo: res.groups - who has the role, in which office
        managers = (
            self.env.ref("community_complaint.group_complaint_manager")
            .sudo()
            .all_user_ids.filtered(lambda user: morning.company in user.company_ids)
        )
        readers = dict.fromkeys(managers.sudo(False), calendars) if calendars else {}
        return [
            Section(
                "schedules",
                readers,
                lambda: calendars._complaint_schedule_reminded(morning.date),
            )
        ]

    def _complaint_reminder_is_due(self, today):
        """Tell whether nobody was reminded in this half of the season yet."""
        season = date(today.year, _EXPECTED_MONTH, 1)
        since = season if today >= season else date(today.year, 1, 1)
        last = self.complaint_schedule_reminded_date
        return not last or last < since

    def _complaint_schedule_reminded(self, today):
        # sudo: resource.calendar - the job itself remembers
        self.sudo().complaint_schedule_reminded_date = today

    def _digest_lines(self):
        """Return one dict a calendar: name, what to do, link."""
        today = fields.Date.today()
        return [
            {
                "number": calendar.name,
                "text": calendar._complaint_missing_text(today),
                "date": "",
                "url": f"{calendar.get_base_url()}/odoo/{calendar._name}/{calendar.id}",
            }
            for calendar in self
        ]
