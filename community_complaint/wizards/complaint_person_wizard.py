from odoo import fields, models
from odoo.exceptions import UserError


class ComplaintPersonWizard(models.TransientModel):
    """A custodian looks up the cases of a person, who asks for it or complains again."""

    _name = "complaint.person.wizard"
    _description = "Look up a Person"

    name = fields.Char("Full Name")
    phone = fields.Char()
    email = fields.Char("E-mail")
    reason = fields.Text(required=True)

    def action_look_up(self):
        """Show the person's cases.

        :raise UserError: if nothing was given, or there is no case
        """
        self.ensure_one()
        if not (self.name or self.phone or self.email):
            raise UserError(
                self.env._("Give a name, a phone number or an e-mail address.")
            )
        tickets = self.env["helpdesk.ticket"]._look_up_person(
            self.name, self.phone, self.email, self.reason
        )
        # what was typed tells who complained
        self.unlink()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "community_complaint.helpdesk_ticket_action"
        )
        title = self.env._("Cases of the Person")
        return {
            **action,
            "name": title,
            "domain": [("id", "in", tickets.ids)],
            "context": {"active_test": False, "create": False},
        }
