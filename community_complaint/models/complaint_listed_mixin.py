from odoo import api, fields, models
from odoo.fields import Domain


class ComplaintListedMixin(models.AbstractModel):
    """What regulations list: kinds of matter, channels, kinds of complainants.

    Forms offer what their regulation knows; the list itself is not sent to each form.
    """

    _name = "complaint.listed.mixin"
    _description = "Listed in Regulations"

    #: Name of the list of these records in ``complaint.regulation``.
    _complaint_list = None

    known_to_id = fields.Many2one(
        "complaint.regulation",
        string="Known to",
        store=False,
        search="_search_known_to_id",
        help="For searches: a regulation without a list knows everything.",
    )

    @api.model
    def _search_known_to_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: complaint.regulation - what it lists is no secret
        regulations = self.env["complaint.regulation"].sudo().browse(value)
        lists = [regulation[self._complaint_list].ids for regulation in regulations]
        return Domain.OR(
            Domain("id", "in", ids) if ids else Domain.TRUE for ids in lists
        )
