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

    def _erase(self, cause, reason=None):
        """OVERRIDE: what originals and signed lists tell of complainants is forgotten.

        Sealed evidence is kept by whoever sealed it; only an order destroys it.
        """
        # the names are needed to find the lists, and gone afterwards
        secrets = {case: case._identity_secrets() for case in self}
        result = super()._erase(cause, reason)
        # sudo: complaint.custody.act - the routine that forgets, see _erase()
        for case in self.sudo():
            evidence = case.evidence_ids.filtered(lambda item: not item.sealed)
            evidence.original_ids._forget()
            case.evidence_ids.act_ids._forget(secrets[case])
        return result
