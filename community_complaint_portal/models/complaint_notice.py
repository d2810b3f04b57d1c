import logging

from odoo import models

_logger = logging.getLogger(__name__)


class ComplaintNotice(models.Model):
    _inherit = "complaint.notice"

    def _portal_paper(self):
        """Return the frozen paper as bytes, ``None`` if it is not what was issued."""
        self.ensure_one()
        contents, changed = self._frozen_papers()
        if changed:
            _logger.error("The file of notice %s is not what was issued", self.number)
            return None
        return contents[0]
