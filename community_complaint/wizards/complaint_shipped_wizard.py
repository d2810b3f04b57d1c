from odoo import api, fields, models


class ComplaintShippedWizard(models.TransientModel):
    """What is new in a shipped text, side by side with what the office has.

    What is ticked is taken over, see ``complaint.regulation.action_take_shipped``, which
    looks again at what is new.
    """

    _name = "complaint.shipped.wizard"
    _description = "News of a Shipped Text"

    regulation_id = fields.Many2one(
        "complaint.regulation", string="Text", required=True, ondelete="cascade"
    )
    line_ids = fields.One2many("complaint.shipped.wizard.line", "wizard_id")

    @api.model
    def _open(self, regulation):
        """Return a dialog about what is new for a regulation."""
        lines = [
            {
                "part": change.part,
                "change": change.kind,
                "part_kind": regulation._part_kind(change.part),
                # nothing the office wrote is lost unless somebody ticks it
                "taken": change.kind == "new" or not change.touched,
                **regulation._describe_change(change),
            }
            for change in regulation._shipped_changes()
        ]
        return self.create(
            {
                "regulation_id": regulation.id,
                "line_ids": [(0, 0, line) for line in lines],
            }
        )

    def action_confirm(self):
        """Take over what is ticked, and leave the rest.

        :return: the action that opens the regulation
        """
        self.ensure_one()
        taken = self.line_ids.filtered("taken")
        self.regulation_id.action_take_shipped(taken.mapped("part"))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.regulation_id._name,
            "res_id": self.regulation_id.id,
            "views": [(False, "form")],
        }


class ComplaintShippedWizardLine(models.TransientModel):
    """One part of the shipped text that is new to the office."""

    _name = "complaint.shipped.wizard.line"
    _description = "Part of a Shipped Text That Is New"

    wizard_id = fields.Many2one(
        "complaint.shipped.wizard", required=True, index=True, ondelete="cascade"
    )
    part = fields.Char("Name of the Part", required=True, readonly=True)
    part_kind = fields.Char("Part", readonly=True)
    change = fields.Selection(
        [("new", "New"), ("changed", "Changed"), ("gone", "Not there any more")],
        string="News",
        required=True,
        readonly=True,
    )
    what = fields.Char(readonly=True)
    ours = fields.Text("Your Text", readonly=True)
    shipped = fields.Text("Shipped Text", readonly=True)
    taken = fields.Boolean("Take Over")
