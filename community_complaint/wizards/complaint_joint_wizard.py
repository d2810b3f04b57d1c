from odoo import fields, models
from odoo.exceptions import AccessError

#: What is said of a joint complainant here.
_SAID = ("name", "phone", "email", "address", "representative")


class ComplaintJointWizard(models.TransientModel):
    """“Add a joint complainant”: somebody who complains together with the main one."""

    _name = "complaint.joint.wizard"
    _inherit = ["complaint.dialog.mixin"]
    _description = "Add a Joint Complainant"

    ticket_id = fields.Many2one("helpdesk.ticket", string="Complaint", required=True)
    name = fields.Char("Full Name", required=True)
    phone = fields.Char()
    email = fields.Char("E-mail")
    address = fields.Char()
    representative = fields.Boolean(
        "Speaks for All",
        help="One of those whom the complainants chose to represent them. A text may say "
        "how many there are at most.",
    )

    def _refuse_hidden(self):
        """OVERRIDE: only who works on a case adds to it."""
        result = super()._refuse_hidden()
        if self.ticket_id._filtered_access("write") != self.ticket_id:
            raise AccessError(self.env._("You may not add anything to this case."))
        return result

    def action_confirm(self):
        """Put the person into the vault, see ``helpdesk.ticket.action_join``.

        :raise UserError: where the text takes no joint complaints
        """
        self.ensure_one()
        said = {name: self[name] for name in _SAID if self[name]}
        self.ticket_id.action_join([said])
        # what was typed is in the vault
        self.unlink()
        return {"type": "ir.actions.act_window_close"}
