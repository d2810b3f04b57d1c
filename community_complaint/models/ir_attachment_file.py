from odoo import models

from ..tools.append_only import FILE_CONTENT


class IrAttachment(models.Model):
    """Files of a complaint and of its parts are neither changed nor deleted.

    Binary fields of records (``res_field``) follow the rules of their record.
    """

    _name = "ir.attachment"
    _inherit = ["complaint.on.file.mixin", "ir.attachment"]
    _on_file_link = ("res_model", "res_id")
    _on_file_content = FILE_CONTENT

    def generate_access_token(self):
        """OVERRIDE: no key that opens a complaint's file to whoever holds it."""
        kept = self._on_file()
        tokens = dict(
            zip(
                (self - kept)._ids,
                super(IrAttachment, self - kept).generate_access_token(),
                strict=True,
            )
        )
        return [tokens.get(id_, "") for id_ in self._ids]

    def _on_file(self):
        """OVERRIDE: not the content of fields."""
        # sudo: ir.attachment - whether something is on file is no matter of rights
        files = self.filtered(lambda item: not item.sudo().res_field)
        return super(IrAttachment, files)._on_file()
