from odoo import fields, models

from odoo.addons.community_complaint.tools.life import Opening


class ComplaintIncidentReport(models.Model):
    _inherit = "complaint.incident.report"

    _openings = {
        "plain": Opening(
            "Without this add-on a report keeps its words under another kind.",
            ("kind", "receiver"),
        ),
    }

    kind = fields.Selection(
        selection_add=[("emergency", "Emergency response started")],
        ondelete={"emergency": lambda reports: reports._stay_as("kind", "other")},
    )
    receiver = fields.Selection(
        selection_add=[("group", "Leading group")],
        ondelete={"group": lambda reports: reports._stay_as("receiver", "leader")},
    )

    def _stay_as(self, name, value):
        """Keep what was reported when the add-on goes: the file stays whole."""
        self._write_sealed("plain", {name: value})
