from odoo import api, models


class ComplaintRegulation(models.Model):
    """The regulation as the clock sees it."""

    _inherit = "complaint.regulation"

    def _working_calendar(self):
        """Return the :class:`WorkingCalendar` of the office.

        :raise CalendarError: if the calendar makes no sense
        """
        # sudo: resource.calendar - a time limit is the same whoever looks at it
        regulation = self.sudo()
        calendar = regulation.calendar_id
        return calendar._complaint_working_calendar(None if calendar else regulation.tz)

    @api.model
    def _clock_error_text(self, error):
        """Return what is wrong, in the reader's language.

        :param error: an error of the clock, or the name of its class
        """
        name = error if isinstance(error, str) else type(error).__name__
        texts = {
            "NoWorkingDays": self.env._("The working calendar has no working days."),
            "OutOfRange": self.env._("The time limit ends too far away."),
            "BadCalendar": self.env._("The working calendar makes no sense."),
            "HolidaysUnavailable": self.env._(
                "The official holidays of this country, region or year are not known."
            ),
        }
        return texts.get(name) or self.env._("The time limit makes no sense.")

    def write(self, vals):
        """OVERRIDE: running clocks follow the regulation's calendar."""
        result = super().write(vals)
        if "calendar_id" in vals:
            self.env["complaint.deadline"]._recompute_regulations(self)
        return result
