from odoo import models

from odoo.addons.community_complaint.tools.steps import APPEALED, FINISHED_PHASES


class ComplaintCaseMixin(models.AbstractModel):
    """An appeal opens the file of a finished case again, not the case itself.

    Who reviews must be able to add evidence, inquiries and another decision.
    """

    _inherit = "complaint.case.mixin"

    def _check_case_open(self):
        """OVERRIDE: the file of a case under appeal is open."""
        finished = self.ticket_id.filtered(lambda case: case.phase in FINISHED_PHASES)
        appealed = finished._open_appeals().ticket_id
        rest = self.filtered(lambda part: part.ticket_id not in appealed)
        return super(ComplaintCaseMixin, rest)._check_case_open()

    def _seal_phase(self):
        """OVERRIDE: see :meth:`_check_case_open`."""
        phase = super()._seal_phase()
        if phase in FINISHED_PHASES and self.ticket_id._open_appeals():
            return APPEALED
        return phase
