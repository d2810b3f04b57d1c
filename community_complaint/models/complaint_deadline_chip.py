from odoo import api, models
from odoo.tools import format_date

from ..tools.running_clock import GOING


class ComplaintDeadlineChip(models.AbstractModel):
    """What a chip tells when somebody hovers over it or taps it. EXPOSED API."""

    _name = "complaint.deadline.chip"
    _description = "Popover of a Clock"

    @api.readonly
    def get_complaint_clocks(self):
        """Return clocks as the chip's popover shows them, going ones first.

        :return: ``[{"id", "name", "chip", "label", "due", "done", "why": [sentence],
            "warning"}]``, texts in the reader's language
        :raise AccessError: if the user may not read them
        """
        self.check_access("read")
        labels = dict(self._fields["chip_state"]._description_selection(self.env))
        return [
            {
                "id": deadline.id,
                "name": deadline.name,
                "chip": deadline.chip_state,
                "label": labels[deadline.chip_state],
                "due": deadline._format_due(),
                "done": deadline.done_date
                and format_date(self.env, deadline.done_date),
                "why": deadline._explanation_sentences(),
                "warning": deadline.warning,
            }
            for deadline in self.sorted(
                lambda item: (
                    item.state not in GOING,
                    not item.due,
                    item.due or item.id,
                )
            )
        ]


class HelpdeskTicket(models.Model):
    """The clocks of a case in a popover."""

    _inherit = "helpdesk.ticket"

    @api.readonly
    def get_complaint_clocks(self):
        """Return all clocks of one case, see :meth:`complaint.deadline`."""
        self.ensure_one()
        self.check_access("read")
        return self.deadline_ids.get_complaint_clocks()
