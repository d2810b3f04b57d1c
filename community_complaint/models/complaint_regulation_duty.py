from odoo import fields, models


class ComplaintRegulation(models.Model):
    """Periodic duties and the 24-hour phone of a regulation."""

    _inherit = "complaint.regulation"

    duty_ids = fields.One2many(
        "complaint.duty", "regulation_id", string="Periodic Duties", copy=True
    )
    needs_roster = fields.Boolean(
        "Phone Round the Clock",
        help="Somebody answers the complaint phone at any hour; gaps in the roster "
        "are reported.",
    )
    roster_ids = fields.One2many(
        "complaint.roster", "regulation_id", string="Rosters", copy=False
    )

    def _move_anniversaries(self):
        """Let duties that go by the day the text came into force follow it."""
        duties = self.duty_ids.filtered(lambda duty: duty.basis == "anniversary")
        duties._close_all_tasks()
        duties._open_first_tasks()

    def _ensure_review_duty(self):
        """A text that is reviewed every so many years has that as a duty (R01)."""
        duties = self.env["complaint.duty"].create(
            [
                {
                    "regulation_id": regulation.id,
                    "name": self.env._("Review of the regulation"),
                    "kind": "review",
                    "basis": "anniversary",
                    "period": regulation.review_years,
                    "period_unit": "year",
                    "quantity": 0,
                    "reminder_quantity": 1,
                    "reminder_unit": "month",
                }
                for regulation in self
                if regulation.company_id
                and regulation.review_years
                and "review" not in regulation.duty_ids.mapped("kind")
            ]
        )
        for lang, _name in self.env["res.lang"].get_installed() if duties else ():
            named = duties.with_context(lang=lang)
            named.name = named.env._("Review of the regulation")

    def _ensure_roster(self):
        """A text that promises a phone round the clock has a roster (R14)."""
        self.env["complaint.roster"].create(
            [
                {
                    "name": regulation.name,
                    "regulation_id": regulation.id,
                    "company_id": regulation.company_id.id,
                }
                for regulation in self
                if regulation.company_id
                and regulation.needs_roster
                and not regulation.roster_ids
            ]
        )

    def _move_review_tasks(self):
        """Let the open reviews be due on the day of the next review."""
        for regulation in self.filtered("next_review_date"):
            duties = regulation.duty_ids.filtered(lambda duty: duty.kind == "review")
            day = regulation.next_review_date
            tasks = duties._open_tasks().filtered(
                lambda task, day=day: task.period_end != day
            )
            tasks._write_sealed("moved", {"period_start": day, "period_end": day})
            tasks._work_out()
