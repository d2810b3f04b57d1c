import re

from odoo import api, fields, models
from odoo.orm.models import NO_ACCESS

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

    Who may read it follows the confidentiality of the case, see ``security/``;
    everybody else sees the case's pseudonym. The values themselves are one text in
    ``vault``, encrypted if the server has keys, see ``complaint_identity_vault.py``.
    """

    _name = "complaint.identity"
    _description = "Identity of a Complainant"
    _inherit = ["complaint.case.mixin"]
    _order = "id desc"

    #: Contacts and corrections may come at any time.
    _complaint_open_fields = frozenset(
        {"name", "phone", "email", "address", "partner_id"}
    )

    name = fields.Char(
        "Full Name", compute="_compute_values", search="_search_name", readonly=False
    )
    phone = fields.Char(
        compute="_compute_values", search="_search_phone", readonly=False
    )
    email = fields.Char(
        compute="_compute_values", search="_search_email", readonly=False
    )
    work_unit = fields.Char(compute="_compute_values", readonly=False)
    occupation = fields.Char(compute="_compute_values", readonly=False)
    address = fields.Char("Home Address", compute="_compute_values", readonly=False)
    id_number = fields.Char("ID Number", compute="_compute_values", readonly=False)
    partner_id = fields.Many2one(
        "res.partner",
        string="Portal Account",
        compute="_compute_values",
        search="_search_partner_id",
        readonly=False,
        help="The resident who filed the complaint in the portal.",
    )
    signature = fields.Binary(compute="_compute_values", readonly=False)
    unreadable = fields.Char(
        compute="_compute_values",
        help="Name of the key the server lacks to read this identity.",
    )

    vault = fields.Text(groups=NO_ACCESS, copy=False)
    key_id = fields.Char(readonly=True, copy=False, index="btree_not_null")
    name_key = fields.Char(readonly=True, copy=False, index="btree_not_null")
    phone_key = fields.Char(readonly=True, copy=False, index="btree_not_null")
    email_key = fields.Char(readonly=True, copy=False, index="btree_not_null")
    partner_key = fields.Char(readonly=True, copy=False, index="btree_not_null")

    _ticket_unique = models.UniqueIndex(
        "(ticket_id)", "A complaint has one complainant's record."
    )

    @api.depends("ticket_id")
    def _compute_display_name(self):
        """OVERRIDE: never the name, it would show in every log and list."""
        for identity in self:
            identity.display_name = identity.ticket_id._complainant_pseudonym()
