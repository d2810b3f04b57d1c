"""Columns whose meaning changed, before Odoo puts defaults into the new ones."""

from odoo.tools.sql import column_exists, create_column


def migrate(cr, _version):
    """Run before the add-on is loaded."""
    keep_seals(cr)
    keep_reasons(cr)


def keep_seals(cr):
    """Let sealed evidence stay sealed: the seal is computed now, from the custody."""
    if column_exists(cr, "complaint_evidence", "custody_state"):
        return
    create_column(cr, "complaint_evidence", "custody_state", "varchar")
    cr.execute(
        "UPDATE complaint_evidence"
        " SET custody_state = CASE WHEN sealed THEN 'sealed' ELSE 'kept' END"
    )


def keep_reasons(cr):
    """Move what the computer said of an e-mail; the reason is one of a list now."""
    if column_exists(cr, "complaint_inbound_mail", "detail"):
        return
    create_column(cr, "complaint_inbound_mail", "detail", "varchar")
    cr.execute(
        "UPDATE complaint_inbound_mail SET detail = reason, reason = 'failed'"
        " WHERE reason IS NOT NULL"
    )
