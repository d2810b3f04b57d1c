def migrate(cr, _version):
    """Drop indexes: on the next due date of all cases, on what was sent at all."""
    cr.execute("DROP INDEX IF EXISTS helpdesk_ticket__next_due_index")
    cr.execute("DROP INDEX IF EXISTS complaint_dispatch_waiting_idx")
