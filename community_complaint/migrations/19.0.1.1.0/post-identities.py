"""Who complained goes from plain columns into the vault, and the columns go."""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL
from odoo.tools.sql import column_exists

#: What the vault keeps and columns kept before; a phone's mark keeps its column.
COLUMNS = (
    "name",
    "phone",
    "email",
    "work_unit",
    "occupation",
    "address",
    "id_number",
    "partner_id",
)


def migrate(cr, _version):
    """Run after the add-on is loaded; the keys are those of the running server."""
    if not column_exists(cr, "complaint_identity", "name"):
        return
    fill_vaults(api.Environment(cr, SUPERUSER_ID, {}))
    drop_columns(cr)


def fill_vaults(env):
    """Put what the columns say into the vaults."""
    identities = env["complaint.identity"]
    names = SQL(", ").join(map(SQL.identifier, COLUMNS))
    rows = env.execute_query(
        SQL(
            "SELECT id, ticket_id, %s FROM complaint_identity WHERE vault IS NULL",
            names,
        )
    )
    for row_id, ticket_id, *values in rows:
        known = dict(zip(COLUMNS, values, strict=True))
        sealed = identities._prepare_vault_vals(known, ticket_id)
        env.cr.execute(_update(row_id, sealed))
    identities.invalidate_model()


def _update(row_id, vals):
    """Return the statement that writes some columns of one row."""
    columns = SQL(", ").join(
        SQL("%s = %s", SQL.identifier(name), value or None)
        for name, value in vals.items()
    )
    return SQL("UPDATE complaint_identity SET %s WHERE id = %s", columns, row_id)


def drop_columns(cr):
    """Drop the plain columns, from the pages of the table as well."""
    for name in COLUMNS:
        cr.execute(
            SQL(
                "ALTER TABLE complaint_identity DROP COLUMN IF EXISTS %s CASCADE",
                SQL.identifier(name),
            )
        )
    # a dropped column stays in the table's file until the table is written anew
    cr.execute("CLUSTER complaint_identity USING complaint_identity_pkey")
    cr.execute("ALTER TABLE complaint_identity SET WITHOUT CLUSTER")
