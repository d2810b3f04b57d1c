from odoo import api, models
from odoo.exceptions import UserError

from ..tools.sealed_links import sealed_links


class BasePartnerMerge(models.TransientModel):
    """A merge of contacts changes in complaint files what may be changed by hand.

    The base re-points every link by SQL, where no seal holds. Residents keep their cases
    when two contacts of theirs become one: the vault knows the contact by its id, which
    no foreign key tells.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """OVERRIDE: check the seal; identities and conflicts follow as well.

        :raise UserError: without telling which files
        """
        for records, name in list(sealed_links(src_partners)):
            self._check_link_open(records.with_env(self.env), name)
            records.with_env(self.env)._note_changes({name})
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env["complaint.identity"]._move_partner(src_partners, dst_partner)
        # who worked for the one works for the other now
        self.env.invalidate_all()
        dst_partner._refresh_conflicts()
        return result

    @api.model
    def _check_link_open(self, records, name):
        """Check that the user may change a link of records by hand.

        :raise UserError: the same for what is sealed and what is hidden
        """
        try:
            records.check_access("write")
            records._check_open({name})
        except UserError:
            raise UserError(
                self.env._(
                    "These contacts cannot be merged: one of them is used in complaint "
                    "files that stay as they are. Archive it instead."
                )
            ) from None
