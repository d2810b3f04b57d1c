from odoo import api, models


class MailMessage(models.Model):
    """Messages of a complaint are not made up beside ``message_post`` (THREATS 31)."""

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: by RPC, too, people write on a complaint in their own name."""
        if not self.env.su:
            tickets = self.env["helpdesk.ticket"]
            on_cases = [vals for vals in vals_list if vals.get("model") == tickets._name]
            cases = tickets._case_ids(
                tickets._name, [vals["res_id"] for vals in on_cases if vals.get("res_id")]
            )
            for vals in on_cases:
                if vals.get("res_id") in cases:
                    tickets._check_message_author(vals)
        return super().create(vals_list)
