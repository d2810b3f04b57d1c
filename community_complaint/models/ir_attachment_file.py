from odoo import api, models

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

    @api.model
    def create_unique(self, values_list):
        """OVERRIDE: what is there already is found by who may read it only.

        The base looks among all files, which would tell who has a copy of one whether it
        was handed in.
        """
        ids = []
        for values in values_list:
            found = self.browse(super().create_unique([values]))
            readable = found._filtered_access("read")
            ids += (readable or self.create(values)).ids
        return ids

    def _get_raw_access_token(self):
        """OVERRIDE: see :meth:`generate_access_token`; the messenger sends keys along."""
        return "" if self._on_file() else super()._get_raw_access_token()

    def _get_thumbnail_token(self):
        """OVERRIDE: likewise."""
        return "" if self._on_file() else super()._get_thumbnail_token()

    def _get_ownership_token(self):
        """OVERRIDE: likewise."""
        return "" if self._on_file() else super()._get_ownership_token()

    def _on_file(self):
        """OVERRIDE: not the content of fields."""
        # sudo: ir.attachment - whether something is on file is no matter of rights
        files = self.filtered(lambda item: not item.sudo().res_field)
        return super(IrAttachment, files)._on_file()
