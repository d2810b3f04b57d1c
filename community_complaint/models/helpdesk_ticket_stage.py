from odoo import fields, models

from ..tools.steps import PHASES


class HelpdeskTicketStage(models.Model):
    _inherit = "helpdesk.ticket.stage"

    complaint_phase = fields.Selection(
        PHASES,
        index="btree_not_null",
        help="Stages with a phase belong to complaints; cases enter them by the steps "
        "of the regulation only.",
    )

    def write(self, vals):
        if {"complaint_phase", "company_id", "active"} & vals.keys():
            self.env.registry.clear_cache()
        return super().write(vals)
