from odoo import models


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

    def write(self, vals):
        """OVERRIDE: running clocks follow the regulation's calendar."""
        result = super().write(vals)
        if "calendar_id" in vals:
            self.env["complaint.deadline"]._recompute_policies(self.sla_policy_ids)
        return result
