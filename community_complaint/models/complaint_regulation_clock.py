from odoo import api, fields, models


class ComplaintRegulation(models.Model):
    """The regulation as the clock sees it."""

    _inherit = "complaint.regulation"

    holiday_country_id = fields.Many2one(
        "res.country",
        string="Official Holidays of",
        help="Whose holidays and make-up working days count under this text.",
    )
    holiday_subdivision = fields.Char(
        "Region", help="Code of a state or province that has holidays of its own."
    )
    calendar_warning = fields.Text(compute="_compute_calendar_warning")

    @api.depends("calendar_id", "holiday_country_id", "is_template")
    @api.depends_context("lang")
    def _compute_calendar_warning(self):
        """What makes the dates of this regulation wrong or uncertain."""
        today = fields.Date.today()
        for regulation in self:
            # sudo: resource.calendar - a time limit is the same whoever looks at it
            calendar = regulation.sudo().calendar_id
            warning = ""
            if regulation.is_template:
                warning = ""
            elif not calendar:
                warning = self.env._(
                    "There is no working calendar: Monday to Friday count, holidays too."
                )
            elif calendar._complaint_problem():
                warning = calendar._complaint_problem()
            elif regulation.holiday_country_id and not calendar.complaint_country_id:
                warning = self.env._(
                    "Official holidays and make-up working days are not in the calendar "
                    "yet: import them, or dates will be wrong."
                )
            else:
                warning = calendar._complaint_missing_text(today)
            regulation.calendar_warning = warning

    def action_import_holidays(self):
        """Open the wizard of official holidays for this regulation's calendar."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "community_complaint.complaint_holiday_wizard_action"
        )
        return {
            **action,
            "context": {
                "default_calendar_id": self.calendar_id.id,
                "default_country_id": (
                    self.calendar_id.complaint_country_id or self.holiday_country_id
                ).id,
                "default_subdivision": self.calendar_id.complaint_subdivision
                or self.holiday_subdivision,
            },
        }

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
