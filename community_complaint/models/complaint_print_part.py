import base64

from odoo import api, fields, models
from odoo.orm.models import NO_ACCESS

from ..tools.kept import Kept
from ..tools.life import Opening

#: What the keys bind printed papers to.
_PLACE = "printed papers"


class ComplaintPrintPart(models.Model):
    """Some of the papers of an order, sealed as identities are; gone after a day."""

    _name = "complaint.print.part"
    _description = "Printed Papers"
    _inherit = ["complaint.key.keeper", "complaint.seal.mixin"]
    _order = "id"

    _kept = {"sealed": Kept("sealed", "it goes after a day")}
    _opens = {}
    _openings = {
        "made": Opening("Some papers are made.", ("print_id", "sealed"), creates=True),
    }

    print_id = fields.Many2one(
        "complaint.print", required=True, index=True, ondelete="cascade"
    )
    sealed = fields.Text(groups=NO_ACCESS, required=True)

    @api.model
    def _keep(self, order, content):
        """Keep a PDF for an order."""
        ring = self.env["complaint.key"]._writing_ring()
        text = base64.b64encode(content).decode()
        self._create_sealed(
            "made", {"print_id": order.id, "sealed": ring.seal(text, _PLACE)}
        )

    def _content(self):
        """Return the PDF of one part."""
        # sudo: complaint.print.part - the column is closed; who may read the order may
        sealed = self.sudo().sealed
        text = self.env["complaint.key"]._ring().open(sealed, _PLACE)
        return base64.b64decode(text)
