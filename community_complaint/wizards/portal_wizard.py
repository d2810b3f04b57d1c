from odoo import fields, models


class PortalWizardUser(models.TransientModel):
    _inherit = "portal.wizard.user"

    #: As of users: when a resident was there is no matter of who manages contacts.
    login_date = fields.Datetime(groups="base.group_erp_manager")
