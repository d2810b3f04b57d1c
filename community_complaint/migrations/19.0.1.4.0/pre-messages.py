from odoo.tools import sql


def migrate(cr, _version):
    """Keep what messages that wait for a custodian say.

    Their words were kept beside a placeholder; the column of these words goes.
    """
    if sql.column_exists(cr, "complaint_dispatch", "held_content"):
        cr.execute(
            "UPDATE complaint_dispatch SET content = held_content"
            " WHERE held AND held_content IS NOT NULL"
        )
