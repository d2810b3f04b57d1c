from odoo import fields, models

from odoo.addons.community_complaint.tools.changes import on
from odoo.addons.community_complaint.tools.life import Opening


class ComplaintInquiry(models.Model):
    """R15 六: one spokesperson explains."""

    _inherit = "complaint.inquiry"

    _effects = {"_check_explains": on("kind", made=True)}
    _openings = {
        "plain": Opening("Without this add-on an explanation is a talk.", ("kind",)),
    }

    kind = fields.Selection(
        selection_add=[("explanation", "Explanation to the family")],
        ondelete={"explanation": lambda inquiries: inquiries._stay_as_talks()},
    )

    def _check_explains(self):
        """Check that only the spokesperson explains anything to the family.

        :raise AccessError: naming the spokesperson
        """
        told = self.filtered(lambda item: item.kind == "explanation")
        told.ticket_id._check_spokesperson()

    def _stay_as_talks(self):
        """Keep what was done when the add-on goes: the file stays whole."""
        self._write_sealed("plain", {"kind": "contact"})
