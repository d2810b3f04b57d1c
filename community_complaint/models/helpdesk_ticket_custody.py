from odoo import models
from odoo.exceptions import UserError


class HelpdeskTicket(models.Model):
    """Sealing the evidence of a case (R15: seal records and items)."""

    _inherit = "helpdesk.ticket"

    def action_seal_evidence(self):
        """Open a new sealing list with all the evidence that is not sealed.

        :raise UserError: if there is none
        """
        self.ensure_one()
        evidence = self.evidence_ids.filtered(
            lambda item: not item.mistaken and item.custody_state in ("kept", "opened")
        )
        if not evidence:
            raise UserError(self.env._("There is no evidence to seal."))
        return evidence.action_seal()

    def _erase_more(self):
        """OVERRIDE: what originals and signed lists tell of a complainant is forgotten.

        Sealed evidence is kept by whoever sealed it; only an order destroys it.
        """
        result = super()._erase_more()
        # sudo: complaint.custody.act - the routine that forgets, see _erase()
        evidence = self.sudo().evidence_ids
        evidence.filtered(lambda item: not item.sealed).original_ids._forget()
        evidence.act_ids._forget(self._identity_secrets())
        return result

    def _hide_more(self):
        """OVERRIDE: signed lists that name a complainant go into the vault."""
        result = super()._hide_more()
        # sudo: complaint.custody.act - the case is made secret, whoever does it
        self.sudo().evidence_ids.act_ids._hide_names(self)
        return result
