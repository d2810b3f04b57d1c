from odoo import models
from odoo.exceptions import AccessError

from ..tools.changes import on


class ComplaintDialogMixin(models.AbstractModel):
    """A dialog about records of a case, for transient models.

    It names nothing to who may not read it: the base reads the names of linked records
    with all rights. And what was uploaded to it does not go with it.
    """

    _name = "complaint.dialog.mixin"
    _description = "Dialog about a Case"
    _inherit = ["complaint.change.mixin"]

    _effects = {"_refuse_hidden": on(every=True, made=True)}

    def _refuse_hidden(self):
        """Check that it is about what the user may read only.

        :raise AccessError: otherwise, alike for what is hidden and what is not there
        """
        if self.env.su:
            return
        for field in self._fields.values():
            if not (field.store and field.type in ("many2one", "many2many")):
                continue
            linked = self.env[field.comodel_name]
            if not hasattr(linked, "_seal_table") or linked._seal_table() is None:
                continue
            linked = self[field.name]
            if linked._filtered_access("read") != linked:
                raise AccessError(
                    self.env._("This dialog is about nothing you may see.")
                )

    def _free_files(self):
        """Let uploads go to the records: with the dialog they would be deleted."""
        # sudo: ir.attachment - the user's own uploads
        own = self.attachment_ids.sudo().filtered(
            lambda file: (
                file.res_model == self._name and file.create_uid == self.env.user
            )
        )
        own.write({"res_model": False, "res_id": False})
