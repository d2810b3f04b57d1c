from odoo import models
from odoo.exceptions import UserError


class ComplaintNotice(models.Model):
    """Papers with the complainant's name of a case that became confidential later.

    Their files belong to the vault, see ``helpdesk.ticket._lock_papers_away``: reading
    one needs the right to see the identity.
    """

    _inherit = "complaint.notice"

    def _out_of_reach(self):
        """Return the notices whose paper is in the vault or was erased."""
        if self.env.su:
            return self.browse()
        # sudo: ir.attachment - only where the file belongs
        vaulted = self.filtered(
            lambda notice: (
                notice.sudo().pdf_attachment_id.res_model == "complaint.identity"
            )
        )
        identities = self.env["complaint.identity"].search(
            [("ticket_id", "in", vaulted.ticket_id.ids)]
        )
        hidden = vaulted.filtered(
            lambda notice: notice.ticket_id not in identities.ticket_id
        )
        # sudo: ir.attachment - as above
        return hidden | self.filtered(lambda item: not item.sudo().pdf_attachment_id)

    def action_print(self):
        """OVERRIDE: a paper in the vault asks for the right to see the identity.

        :raise UserError: naming the papers
        """
        self.check_access("read")
        hidden = self._out_of_reach()
        if hidden:
            raise UserError(
                self.env._(
                    "%s bears the complainant's name, or the name was erased. An identity "
                    "custodian opens it after “Show Identity”.",
                    ", ".join(hidden.mapped("number")),
                )
            )
        return super().action_print()
