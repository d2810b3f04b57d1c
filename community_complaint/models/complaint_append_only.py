from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.changes import on


class ComplaintAppendOnly(models.AbstractModel):
    """Rows that nobody changes or deletes, whatever their rights.

    The ORM refuses, ``sudo()`` included; a trigger in the database refuses what goes past
    the ORM. Who may switch off triggers in PostgreSQL still can: the chain of hashes
    shows it.
    """

    _name = "complaint.append.only"
    _description = "Append-only Rows"
    _inherit = ["complaint.change.mixin"]
    _log_access = False

    _guards = {"_refuse_change": on(every=True, removed=True)}

    def init(self):
        """OVERRIDE: put the guard on the table, once."""
        if self._abstract:
            return
        query = SQL(
            "SELECT 1 FROM pg_trigger WHERE tgname = 'complaint_append_only'"
            " AND tgrelid = %s::regclass",
            self._table,
        )
        if self.env.execute_query(query):
            return
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION complaint_append_only() RETURNS trigger AS $$
            BEGIN
                RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME;
            END $$ LANGUAGE plpgsql
            """
        )
        self.env.cr.execute(
            SQL(
                "CREATE TRIGGER complaint_append_only"
                " BEFORE UPDATE OR DELETE OR TRUNCATE ON %s"
                " FOR EACH STATEMENT EXECUTE FUNCTION complaint_append_only()",
                SQL.identifier(self._table),
            )
        )

    def _refuse_change(self, _vals):
        """Refuse whatever is written or deleted.

        :raise UserError: always
        """
        raise UserError(self.env._("What is in the log stays as it is."))
