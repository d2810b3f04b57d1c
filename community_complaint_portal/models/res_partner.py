from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _complaint_contact(self):
        """Return the contact data a form of this person starts with."""
        self.ensure_one()
        street = " ".join(filter(None, (self.city, self.street, self.street2)))
        return {
            "name": self.name or "",
            "phone": self.phone or "",
            "email": self.email or "",
            "address": street,
        }
