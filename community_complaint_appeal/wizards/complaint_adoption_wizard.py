from odoo import api, fields, models


class ComplaintAdoptionWizard(models.TransientModel):
    """A ladder with two bodies above the office asks for both."""

    _inherit = "complaint.adoption.wizard"

    asks_above = fields.Boolean("Asks Who Is above That", compute="_compute_asks_above")
    above_partner_id = fields.Many2one(
        "res.partner",
        string="Body above It",
        domain="[('is_company', '=', True), ('company_id', 'in', [False, company_id])]",
    )
    above_name = fields.Char("Full Name of the Body above It")
    above_address = fields.Char("Address of the Body above It")
    above_phone = fields.Char("Phone of the Body above It")
    above_email = fields.Char("E-mail of the Body above It")

    @api.depends("regulation_id")
    def _compute_asks_above(self):
        for wizard in self:
            items = wizard.regulation_id.adoption_item_ids.mapped("item")
            wizard.asks_above = "above" in items
