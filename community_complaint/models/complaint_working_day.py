from odoo import api, fields, models

from ..tools.changes import on


class ComplaintWorkingDay(models.Model):
    """A make-up working day: worked although the week or a holiday says otherwise."""

    _name = "complaint.working.day"
    _description = "Make-up Working Day"
    _inherit = ["complaint.watched.mixin"]
    _order = "date desc, id"

    _effects = {
        "_complaint_days_changed": on(
            every=True, made=True, removed=True, of="calendar_id"
        ),
    }

    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Calendar",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="calendar_id.company_id")
    date = fields.Date(required=True)
    name = fields.Char("Reason", required=True)
    hour_from = fields.Float(
        help="Leave both hours empty for those of an ordinary day."
    )
    hour_to = fields.Float()
    is_imported = fields.Boolean(
        "Official", readonly=True, help="Came with the official holidays."
    )
    is_estimated = fields.Boolean(
        "Estimate",
        compute="_compute_is_estimated",
        help="Official, but not announced yet: it may still change.",
    )

    _date_unique = models.UniqueIndex(
        "(calendar_id, date)", "This day is already a make-up working day."
    )
    _hours_in_order = models.Constraint(
        "CHECK ((hour_from = 0 AND hour_to = 0)"
        " OR (0 <= hour_from AND hour_from < hour_to AND hour_to <= 24))",
        "Working hours lie between 0:00 and 24:00, in order.",
    )

    @api.depends("is_imported", "date", "calendar_id.complaint_published_years")
    def _compute_is_estimated(self):
        for day in self:
            announced = day.calendar_id._complaint_is_announced_day(day.date)
            day.is_estimated = day.is_imported and not announced

    def _watched_companies(self):
        """OVERRIDE: the offices that work by the calendar."""
        return self._watched_calendars(lambda day: day.calendar_id)

    def _watched_cases(self):
        """OVERRIDE: clocks are worked out again, no file names a day."""
        return self.browse()

    def _hours(self):
        """Return the hours as the clock wants them, ``None`` for an ordinary day's."""
        return [(self.hour_from, self.hour_to)] if self.hour_to else None
