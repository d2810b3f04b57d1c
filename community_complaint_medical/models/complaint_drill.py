from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.community_complaint.tools.life import opens


class ComplaintDrill(models.Model):
    """A drill, training or check of supplies for emergencies (R13 五)."""

    _name = "complaint.drill"
    _description = "Drill"
    _inherit = ["complaint.seal.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    # a drill of no duty is an entry in a list; that of a duty is closed with it
    _state_of = "task_id"
    _opens = {
        **opens("task_id", birth=True),
        **opens(
            *("name", "kind", "regulation_id", "date", "user_id", "participants"),
            *("headcount", "course", "lessons"),
            states=(False, "open", "cancelled"),
        ),
    }

    name = fields.Char("Subject", required=True)
    kind = fields.Selection(
        [
            ("drill", "Drill"),
            ("training", "Training"),
            ("supplies", "Check of supplies"),
            ("publicity", "Publicity and education"),
        ],
        required=True,
        default="drill",
    )
    regulation_id = fields.Many2one(
        "complaint.regulation",
        required=True,
        index=True,
        domain="[('company_id', '!=', False)]",
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="regulation_id.company_id", store=True, index=True, precompute=True
    )
    task_id = fields.Many2one(
        "complaint.duty.task", string="Duty", readonly=True, index="btree_not_null"
    )
    task_state = fields.Selection(related="task_id.state")
    date = fields.Date(
        required=True, default=lambda self: self.env["helpdesk.ticket"]._office_date()
    )
    user_id = fields.Many2one(
        "res.users", string="Led by", default=lambda self: self.env.user
    )
    participants = fields.Text("Who Took Part")
    headcount = fields.Integer("Number of Participants")
    course = fields.Text("How It Went")
    lessons = fields.Text()

    _headcount_counts = models.Constraint(
        "CHECK (headcount >= 0)", "The number of participants is zero or more."
    )

    def action_done(self):
        """Finish the duty that this drill fulfils.

        :raise UserError: without participants and lessons, or what the duty lacks
        """
        self.ensure_one()
        if not all((self[name] or "").strip() for name in ("participants", "lessons")):
            raise UserError(
                self.env._("Write down who took part and what was learnt first.")
            )
        task = self.task_id
        if not (task.result or "").strip():
            task.result = f"{self.name}\n{self.lessons}"
        return task.action_done()

    def action_print(self):
        """Show records of drills."""
        return self.env["complaint.form"]._open_sheets("drill", self)
