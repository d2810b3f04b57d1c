from odoo import models

from odoo.addons.community_complaint.tools.steps import APPEALED, FINISHED_PHASES


class ComplaintCaseMixin(models.AbstractModel):
    """An appeal opens the file of a finished case again, not the case itself.

    Who reviews must be able to add evidence, inquiries and another decision.
    """

    _inherit = "complaint.case.mixin"

    def _seal_phase(self):
        """OVERRIDE: the file of a case under appeal is open."""
        phase = super()._seal_phase()
        if phase in FINISHED_PHASES and self.ticket_id._open_appeals():
            return APPEALED
        return phase
