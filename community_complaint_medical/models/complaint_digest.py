from odoo import api, models


class ComplaintAlarm(models.AbstractModel):
    _inherit = "complaint.alarm"

    @api.model
    def _sentences(self):
        return {
            **super()._sentences(),
            "emergency": self.env._("Alarm: emergency response started, %s."),
            "medical": self.env._("Alarm: not reported upwards in time, %s."),
        }


class ComplaintDigest(models.Model):
    _inherit = "complaint.digest"

    @api.model
    def _section_titles(self):
        return {
            **super()._section_titles(),
            "medical": self.env._("Not reported upwards in time"),
            "emergency": self.env._("Emergency responses"),
        }
