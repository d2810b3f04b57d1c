from odoo import api, fields, models


class ComplaintAdoptionWizard(models.TransientModel):
    """What a text leaves to the office, asked when it is adopted.

    Which body is above it, when it was passed and by whom, since when it is in force; see
    ``complaint.regulation.action_adopt``, which refuses what is missing.
    """

    _name = "complaint.adoption.wizard"
    _description = "Adopt a Text"

    regulation_id = fields.Many2one(
        "complaint.regulation", string="Text", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", string="Office", required=True)
    asks_superior = fields.Boolean("Asks Who Is Above", compute="_compute_asked")
    asks_passed = fields.Boolean("Asks Who Passed It", compute="_compute_asked")
    asks_in_force = fields.Boolean("Asks since When", compute="_compute_asked")
    superior_partner_id = fields.Many2one(
        "res.partner",
        string="Superior Body",
        domain="[('is_company', '=', True), ('company_id', 'in', [False, company_id])]",
    )
    superior_name = fields.Char("Its Full Name")
    superior_address = fields.Char("Its Address")
    superior_phone = fields.Char("Its Phone")
    superior_email = fields.Char("Its E-mail")
    passed_by = fields.Char(
        compute="_compute_passed_by", store=True, readonly=False, precompute=True
    )
    passed_date = fields.Date("Passed on")
    in_force_date = fields.Date(
        "In Force since",
        default=lambda self: self.env["helpdesk.ticket"]._office_date(),
        help="Complaints received before that day do not run under this text.",
    )

    @api.depends("regulation_id")
    def _compute_asked(self):
        for wizard in self:
            items = set(wizard.regulation_id.adoption_item_ids.mapped("item"))
            wizard.asks_superior = "superior" in items
            wizard.asks_passed = bool(items & {"passed_by", "passed_date"})
            wizard.asks_in_force = "in_force_date" in items

    @api.depends("regulation_id")
    def _compute_passed_by(self):
        for wizard in self:
            wizard.passed_by = wizard.regulation_id.passed_by

    def action_confirm(self):
        """Adopt the text with these answers.

        :return: the action that opens the office's own regulation
        :raise UserError: see ``complaint.regulation.action_adopt``
        """
        self.ensure_one()
        rules = self.regulation_id
        answers = {
            name: value.id
            if isinstance(value := self[name], models.BaseModel)
            else value
            for name in rules._answer_kinds()
        }
        return rules.action_adopt(self.company_id, answers)
