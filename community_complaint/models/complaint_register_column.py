from odoo import api, fields, models

from ..tools.changes import on
from ..tools.life import Opening, opens


class ComplaintRegisterColumn(models.Model):
    """What a column of a register holds; what an office chose is remembered."""

    _name = "complaint.register.column"
    _description = "Column of an Old Register"
    _inherit = ["complaint.seal.mixin"]
    _order = "position, id"

    _state_of = "import_id"
    _opens = {**opens("target", states=("new", "read"))}
    _effects = {"_note_choice": on("target", by_hand=True)}
    _openings = {
        "read": Opening(
            "The file was read.",
            ("import_id", "position", "label", "target"),
            creates=True,
            drops=True,
        ),
        "chosen": Opening("Somebody chose what a column holds.", ("chosen",)),
    }

    import_id = fields.Many2one(
        "complaint.register.import", required=True, index=True, ondelete="cascade"
    )
    position = fields.Integer(readonly=True)
    label = fields.Char("Heading", readonly=True)
    target = fields.Selection("_selection_target", string="Meaning")
    chosen = fields.Boolean(readonly=True)

    def _note_choice(self):
        """Remember for the next register what somebody chose for a heading."""
        self._write_sealed("chosen", {"chosen": True})

    @api.model
    def _selection_target(self):
        labels = {
            "number": self.env._("Number in the old register"),
            "received": self.env._("Received on"),
            "accepted": self.env._("Accepted on"),
            "name": self.env._("Complainant's name"),
            "phone": self.env._("Complainant's phone"),
            "address": self.env._("Complainant's address"),
            "id_number": self.env._("Complainant's ID number"),
            "work_unit": self.env._("Complainant's work unit"),
            "email": self.env._("Complainant's e-mail"),
            "title": self.env._("Title"),
            "matter": self.env._("What happened"),
            "demand": self.env._("Demand"),
            "type": self.env._("Kind of matter"),
            "channel": self.env._("Channel"),
            "respondent": self.env._("Respondent"),
            "department": self.env._("Department that handled it"),
            "handler": self.env._("Person who handled it"),
            "result": self.env._("Result"),
            "closed": self.env._("Closed on"),
            "state": self.env._("How far it is"),
            "satisfied": self.env._("Satisfaction"),
            "secrecy": self.env._("Confidential or not"),
            "anonymous": self.env._("Anonymous or not"),
            "incident_date": self.env._("Date of the incident"),
            "incident_place": self.env._("Place of the incident"),
            "note": self.env._("Note"),
        }
        return list(labels.items())
