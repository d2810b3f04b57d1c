from odoo import models
from odoo.exceptions import UserError

from ..tools.append_only import PURGE
from ..tools.changes import on


class ComplaintOnFileMixin(models.AbstractModel):
    """What may be on the file of a complaint: there it is neither changed nor deleted.

    The routine that deletes after retention sets ``complaint_purge`` in its context to
    :data:`~..tools.append_only.PURGE`.
    """

    _name = "complaint.on.file.mixin"
    _description = "May Be on a Complaint's File"
    _inherit = ["complaint.change.mixin"]

    _guards = {
        "_guard_file": on(lambda self: self._on_file_content, removed=True),
    }

    #: Fields with the name of the model, and the id, of what it belongs to.
    _on_file_link = ("model", "res_id")
    #: Fields that say what it is.
    _on_file_content = frozenset()

    def _on_file(self):
        """Return those that belong to complaints."""
        model_field, id_field = self._on_file_link
        # sudo: whether something is on file is no matter of rights
        linked = self.sudo().filtered(lambda item: item[model_field] and item[id_field])
        kept = self.browse()
        for model, items in linked.grouped(model_field).items():
            cases = self.env["helpdesk.ticket"]._case_ids(model, items.mapped(id_field))
            kept |= items.filtered(lambda item, cases=cases: item[id_field] in cases)
        # sudo: back to the rights of the caller
        return kept.sudo(self.env.su)

    def _guard_file(self, vals):
        """Check that what is changed, or deleted, is on no file."""
        self._check_not_on_file("unlink" if vals is None else "write")

    def _check_not_on_file(self, operation):
        """Check that none of them belongs to a complaint.

        :raise AccessError: first, so that nobody learns what is on file
        :raise UserError: if one does
        """
        self.check_access(operation)
        if self.env.context.get("complaint_purge") is PURGE:
            return
        if self._on_file():
            raise UserError(
                self.env._(
                    "What is on the file of a complaint stays as it is. To correct "
                    "something, add a new note or a new file."
                )
            )
