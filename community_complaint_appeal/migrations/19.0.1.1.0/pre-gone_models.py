"""Tables of dialogs that are gone; Odoo forgets such models, but not their tables."""

from odoo.tools import SQL

TABLES = (
    "complaint_appeal_complaint_appeal_wizard_rel",
    "complaint_appeal_wizard",
)


def migrate(cr, _version):
    """Run before the add-on is loaded."""
    for table in TABLES:
        cr.execute(SQL("DROP TABLE IF EXISTS %s CASCADE", SQL.identifier(table)))
