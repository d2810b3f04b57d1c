from odoo import api, models

from ..tools.mail_header import one_line
from ..tools.mail_text import printable


class ComplaintPrintableMixin(models.AbstractModel):
    """Texts of a case hold what can be read and printed, whoever sends them.

    PostgreSQL refuses the NUL, and a text that turns its direction or its line forges
    lists, mail headers and log lines.
    """

    _name = "complaint.printable.mixin"
    _description = "Texts without Control Characters"

    @api.model
    def _printable_vals(self, vals):
        """Return values whose texts have no control or direction characters.

        What fits on one line by its type is put on one line.
        """
        return {
            name: self._printable_value(name, value)
            if isinstance(value, str)
            else value
            for name, value in vals.items()
        }

    @api.model
    def _printable_value(self, name, value):
        kind = self._fields[name].type if name in self._fields else None
        if kind == "char":
            return one_line(value)
        return printable(value) if kind in ("text", "html") else value
