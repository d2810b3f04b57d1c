from odoo import fields, models

from ..tools.life import Opening


class ComplaintDeadlineHold(models.Model):
    """A pause of a clock: the days after its start up to its end do not count."""

    _name = "complaint.deadline.hold"
    _description = "Hold of a Deadline"
    _inherit = ["complaint.seal.mixin"]
    _rec_names_search = ("reason",)
    _order = "start_date, id"

    _opens = {}
    _openings = {
        "held": Opening(
            "A clock is held by its button, or replaces one that is.",
            ("deadline_id", "start_date", "end_date", "reason"),
            creates=True,
        ),
        "ended": Opening("The clock runs again.", ("end_date",)),
    }

    deadline_id = fields.Many2one(
        "complaint.deadline", required=True, index=True, ondelete="cascade"
    )
    start_date = fields.Date("From", required=True)
    end_date = fields.Date("To")
    reason = fields.Char(required=True)

    _open_unique = models.UniqueIndex(
        "(deadline_id) WHERE end_date IS NULL", "This deadline is already on hold."
    )
    _dates_check = models.Constraint(
        "CHECK (end_date IS NULL OR end_date >= start_date)",
        "A hold cannot end before it starts.",
    )
