from odoo import fields, models
from odoo.exceptions import AccessError


class ComplaintBodyWizard(models.TransientModel):
    """“Add an outside body”: to whom a case goes, or who is complained about.

    Nobody of the office has rights on contacts for that, see
    ``res.partner._add_outside_body``.
    """

    _name = "complaint.body.wizard"
    _inherit = ["complaint.dialog.mixin"]
    _description = "Add an Outside Body"

    ticket_id = fields.Many2one("helpdesk.ticket", string="Complaint", required=True)
    use = fields.Selection(
        [
            ("transfer", "It gets the case"),
            ("joint", "It handles the case with us"),
            ("respondent", "The complaint is about it"),
        ],
        string="What For",
        required=True,
        default="transfer",
    )
    name = fields.Char("Full Name", required=True)
    address = fields.Char()
    phone = fields.Char()
    email = fields.Char("E-mail")

    def _refuse_hidden(self):
        """OVERRIDE: only who works on a case adds to it."""
        result = super()._refuse_hidden()
        if self.ticket_id._filtered_access("write") != self.ticket_id:
            raise AccessError(self.env._("You may not add anything to this case."))
        return result

    def action_confirm(self):
        """Add the body and put it on the case: on record, and open for the rest.

        :return: the action that opens the draft of the transfer, or closes the dialog
        :raise UserError: see ``res.partner._add_outside_body``
        """
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        body = self.env["res.partner"]._add_outside_body(
            ticket.company_id, self.name, self.address, self.phone, self.email
        )
        self.env["complaint.log"]._record("body_added", ticket, {"body": body.name})
        part = getattr(self, f"_use_as_{self.use}")(body)
        # what was typed is on file
        self.unlink()
        if part._name == "complaint.respondent":
            return {"type": "ir.actions.act_window_close"}
        return {
            "type": "ir.actions.act_window",
            "res_model": part._name,
            "res_id": part.id,
            "views": [(False, "form")],
        }

    def _use_as_transfer(self, body, mode="single"):
        return self.env["complaint.transfer"].create(
            {
                "ticket_id": self.ticket_id.id,
                "kind": "transfer",
                "mode": mode,
                "target_kind": "body",
                "department_id": False,
                "recipient_id": False,
                "partner_id": body.id,
            }
        )

    def _use_as_joint(self, body):
        return self._use_as_transfer(body, "joint")

    def _use_as_respondent(self, body):
        return self.env["complaint.respondent"].create(
            {
                "ticket_id": self.ticket_id.id,
                "kind": "partner",
                "partner_id": body.id,
            }
        )
