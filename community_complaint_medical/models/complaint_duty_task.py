from odoo import fields, models
from odoo.exceptions import UserError

from .complaint_duty import DUTIES


class ComplaintDutyTask(models.Model):
    _inherit = "complaint.duty.task"

    medical_summary_ids = fields.One2many("complaint.medical.summary", "task_id")
    drill_ids = fields.One2many("complaint.drill", "task_id")

    def action_record_drill(self):
        """Open the drill of one duty, or a new one.

        :raise UserError: for other duties, and for finished ones without a drill
        """
        self.ensure_one()
        if self.kind != "drill":
            raise UserError(self.env._("This duty is no drill."))
        drill = self.drill_ids[:1]
        if not drill:
            # nobody could fill in the drill of a finished duty, nor delete it
            if self.state != "open":
                raise UserError(self.env._("What is done stays as it is."))
            drill = drill.create(
                {
                    "name": self.duty_id.name,
                    "regulation_id": self.regulation_id.id,
                    "task_id": self.id,
                }
            )
        return {
            "type": "ir.actions.act_window",
            "name": drill.name,
            "res_model": drill._name,
            "res_id": drill.id,
            "views": [(False, "form")],
        }

    def action_open_summary(self):
        """Open the summary of one duty; a new one is filled from the register.

        :raise UserError: for other duties
        """
        self.ensure_one()
        if self.kind not in DUTIES:
            raise UserError(self.env._("This duty has no summary of medical events."))
        summary = self.medical_summary_ids.search([("task_id", "=", self.id)])
        if not summary:
            summary = summary.create({"task_id": self.id})
            summary.action_fill()
        return {
            "type": "ir.actions.act_window",
            "name": summary.display_name,
            "res_model": summary._name,
            "res_id": summary.id,
            "views": [(False, "form")],
        }
