from odoo import api, models
from odoo.exceptions import UserError

from ..tools.roles import CUSTODIAN


class PrivacyLookupWizard(models.TransientModel):  # pylint: disable=no-wizard-in-models
    """A privacy look-up finds a person's complaints as well, and erases them our way.

    An administrator who is no custodian must not learn who complained: his look-ups find
    none. The custodian's are logged, without the name.
    """

    _inherit = "privacy.lookup.wizard"

    def _get_query_models_blacklist(self):
        """OVERRIDE: complaints are found by :meth:`action_lookup`, as far as one may."""
        return [
            *super()._get_query_models_blacklist(),
            *(name for name in self.env if name.startswith("complaint.")),
        ]

    def action_lookup(self):
        """OVERRIDE: add the complaints of the person."""
        result = super().action_lookup()
        if self.env.user.has_group(CUSTODIAN):
            tickets = self.env["helpdesk.ticket"]._look_up_person(
                name=self.name, email=self.email
            )
            model = self.env["ir.model"]._get("complaint.identity")
            # sudo: complaint.identity - found for a custodian, shown by its pseudonym
            for identity in tickets.sudo().identity_ids.filtered_domain(
                [("joint", "=", False)]
            ):
                self.line_ids.create(
                    {
                        "wizard_id": self.id,
                        "res_model_id": model.id,
                        "res_id": identity.id,
                        "is_active": True,
                    }
                )
        return result


class PrivacyLookupWizardLine(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _inherit = "privacy.lookup.wizard.line"

    @api.model
    def _erased_details(self, identity):
        return self.env._("Erased %s", identity.display_name)

    def action_unlink(self):
        """OVERRIDE: an identity is erased by the office's own routine.

        :raise UserError: for a running case or one under legal hold
        """
        if self.res_model != "complaint.identity":
            return super().action_unlink()
        if self.is_unlinked:
            raise UserError(self.env._("The record is already unlinked."))
        # sudo: complaint.identity - the case decides who may erase
        identity = self.env["complaint.identity"].sudo().browse(self.res_id)
        identity.ticket_id.sudo(False).action_erase_identity(
            self.env._("Privacy look-up")
        )
        self.execution_details = self._erased_details(identity)
        self.is_unlinked = True
        return None
