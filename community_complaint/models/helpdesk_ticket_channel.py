from odoo import fields, models


class HelpdeskTicketChannel(models.Model):
    _name = "helpdesk.ticket.channel"
    _inherit = [
        "helpdesk.ticket.channel",
        "complaint.listed.mixin",
        "complaint.watched.mixin",
        "complaint.setting.mixin",
    ]

    _complaint_list = "channel_ids"
    _watched_free = frozenset({"sequence"})
    _watched_fixed = frozenset({"complaint_kind", "company_id"})

    complaint_kind = fields.Selection(
        [
            ("window", "Window"),
            ("phone", "Phone"),
            ("letter", "Letter"),
            ("email", "E-mail"),
            ("website", "Website"),
            ("app", "App"),
            ("box", "Box"),
            ("fax", "Fax"),
            ("sms", "Text message"),
            ("social", "Social media"),
            ("hotline", "Government hotline"),
        ],
        string="Complaint Channel",
        index=True,
        help="Way by which complaints arrive; regulations list the ones they allow.",
    )
