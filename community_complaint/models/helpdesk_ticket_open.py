from odoo import api, models
from odoo.tools import SQL


class HelpdeskTicket(models.Model):
    """Opening a case: its form shows a dozen lists, most of them empty."""

    _inherit = "helpdesk.ticket"

    @api.readonly
    def web_read(self, specification):
        """OVERRIDE: do not read the lists that have nothing in them."""
        if len(self) == 1 and self.id:
            self._cache_empty_lists(specification)
        return super().web_read(specification)

    def _cache_empty_lists(self, names):
        """Tell the cache which lists of one case are empty, for every reader.

        :param names: names of fields
        """
        exists = {}
        for field in (self._fields[name] for name in names if name in self._fields):
            table, column = self._list_column(field)
            if table and any(field._cache_missing_ids(self)):
                exists[field] = SQL(
                    "EXISTS (SELECT FROM %s WHERE %s = %s)",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    self.id,
                )
        if not exists:
            return
        self.env.flush_all()
        [row] = self.env.execute_query(
            SQL("SELECT %s", SQL(", ").join(exists.values()))
        )
        for field, some in zip(exists, row, strict=True):
            if not some:
                field._update_cache(self, ())

    def _list_column(self, field):
        """Return table and column by which a list hangs on the case, or two ``None``."""
        if field.type == "many2many" and field.store:
            return field.relation, field.column1
        if field.type == "one2many" and field.store:
            part = self.env[field.comodel_name]
            if part._fields[field.inverse_name].type == "many2one":
                return part._table, field.inverse_name
        return None, None
