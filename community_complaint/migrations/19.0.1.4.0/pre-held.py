from odoo.tools import sql


def migrate(cr, _version):
    """Nothing that is void or called off waits for a custodian any more.

    It did before 19.0.1.4.0; then nobody told custodians of what came after it.
    """
    if sql.column_exists(cr, "complaint_notice", "held"):
        cr.execute(
            "UPDATE complaint_notice SET held = FALSE WHERE held AND state != 'issued'"
        )
    if sql.column_exists(cr, "complaint_dispatch", "held"):
        cr.execute(
            "UPDATE complaint_dispatch SET held = FALSE"
            " WHERE held AND state != 'queued'"
        )
