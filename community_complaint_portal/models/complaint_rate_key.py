from odoo import fields, models


class ComplaintRateKey(models.Model):
    """The key of one day, see ``complaint.rate.hit``."""

    _name = "complaint.rate.key"
    _description = "Key of a Day"
    _log_access = False

    day = fields.Date(required=True)
    secret = fields.Char(required=True)

    _day_unique = models.UniqueIndex("(day)")
