"""Tables of dialogs that are gone; Odoo forgets such models, but not their tables."""

from odoo.tools import SQL

TABLES = (
    "complaint_step_wizard_helpdesk_ticket_rel",
    "complaint_step_wizard",
    "complaint_text_wizard_ir_attachment_rel",
    "complaint_text_wizard",
)


def migrate(cr, _version):
    """Run before the add-on is loaded."""
    for table in TABLES:
        cr.execute(SQL("DROP TABLE IF EXISTS %s CASCADE", SQL.identifier(table)))
