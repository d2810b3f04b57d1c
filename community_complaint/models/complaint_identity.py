import re

from odoo import api, fields, models

#: What a phone number is compared by: its last digits.
_PHONE_DIGITS = 11


def phone_key(phone):
    """Return the digits by which phone numbers are compared, or ``False``.

    >>> phone_key("+86 138-0013-8000"), phone_key("021 6688 9900"), phone_key("n/a")
    ('13800138000', '02166889900', False)
    """
    digits = re.sub(r"\D", "", phone or "")
    return digits[-_PHONE_DIGITS:] if len(digits) >= 5 else False


class ComplaintIdentity(models.Model):
    """Who complained, apart from the case.

    Who may read it follows the confidentiality of the case, see
    ``security/ir_rule.xml``; everybody else sees the case's pseudonym.
    """

    _name = "complaint.identity"
    _description = "Identity of a Complainant"
    _inherit = ["complaint.case.mixin"]
    _order = "id desc"

    #: Contacts and corrections may come at any time.
    _complaint_open_fields = frozenset(
        {"name", "phone", "phone_key", "email", "address", "partner_id"}
    )

    name = fields.Char()
    phone = fields.Char()
    phone_key = fields.Char(
        compute="_compute_phone_key", store=True, index="btree_not_null"
    )
    email = fields.Char(index="btree_not_null")
    work_unit = fields.Char()
    occupation = fields.Char()
    address = fields.Char("Home Address")
    id_number = fields.Char("ID Number")
    partner_id = fields.Many2one(
        "res.partner",
        string="Portal Account",
        index="btree_not_null",
        ondelete="set null",
        help="The resident who filed the complaint in the portal.",
    )

    _ticket_unique = models.UniqueIndex(
        "(ticket_id)", "A complaint has one complainant's record."
    )

    @api.depends("phone")
    def _compute_phone_key(self):
        for identity in self:
            identity.phone_key = phone_key(identity.phone)

    @api.depends("ticket_id")
    def _compute_display_name(self):
        """OVERRIDE: never the name, it would show in every log and list."""
        for identity in self:
            identity.display_name = identity.ticket_id._complainant_pseudonym()
