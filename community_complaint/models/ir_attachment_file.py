from odoo import models

from ..tools.append_only import FILE_CONTENT


class IrAttachment(models.Model):
    """Files of a complaint and of its parts are neither changed nor deleted.

    Binary fields of records (``res_field``) follow the rules of their record.
    """

    _inherit = "ir.attachment"

    def write(self, vals):
        """OVERRIDE: guard the content, whoever writes."""
        if vals.keys() & FILE_CONTENT:
            self._check_not_on_file("write")
        return super().write(vals)

    def unlink(self):
        """OVERRIDE: nothing of a complaint is deleted."""
        self._check_not_on_file("unlink")
        return super().unlink()

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
        """Return the files that belong to complaints."""
        # sudo: ir.attachment - whether something is on file is no matter of rights
        files = self.sudo().filtered(lambda item: item.res_id and not item.res_field)
        kept = self.browse()
        for model, items in files.grouped("res_model").items():
            cases = self.env["helpdesk.ticket"]._case_ids(model, items.mapped("res_id"))
            kept |= items.filtered(lambda item, cases=cases: item.res_id in cases)
        # sudo: ir.attachment - back to the rights of the caller
        return kept.sudo(self.env.su)

    def _check_not_on_file(self, operation):
        """Check that no file belongs to a complaint.

        :raise AccessError: first, so that nobody learns what is on file
        :raise UserError: if one does
        """
        self.check_access(operation)
        # sudo: ir.attachment - see above
        self.env["helpdesk.ticket"]._check_not_on_file(
            (file.res_model, file.res_id) for file in self.sudo() if not file.res_field
        )
