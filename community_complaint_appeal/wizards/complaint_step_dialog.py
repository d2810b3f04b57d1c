from functools import reduce
from operator import and_

from odoo import api, fields, models


class ComplaintStepDialog(models.TransientModel):
    """Shows who may review an appeal, and why other members of the desk may not."""

    _inherit = "complaint.step.dialog"

    allowed_reviewer_ids = fields.Many2many(
        "res.users",
        string="Possible Reviewers",
        compute="_compute_allowed_reviewer_ids",
    )
    barred_text = fields.Text("Not Possible", compute="_compute_allowed_reviewer_ids")

    @api.depends("res_model", "res_ids", "step")
    @api.depends_context("lang", "uid")
    def _compute_allowed_reviewer_ids(self):
        for dialog in self:
            appeals = dialog._appeals_to_assign()
            possible = [appeal._possible_reviewers() for appeal in appeals]
            dialog.allowed_reviewer_ids = reduce(and_, possible) if possible else False
            dialog.barred_text = "\n".join(
                line for appeal in appeals for line in appeal._barred_members()
            )

    def _appeals_to_assign(self):
        """Return the appeals that a dialog asks a reviewer for, maybe none."""
        if self.res_model != "complaint.appeal":
            return self.env["complaint.appeal"]
        appeals = self._records()
        asked = appeals._step(self.step).needs == "reviewer_id"
        return appeals if asked else appeals.browse()
