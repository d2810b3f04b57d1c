def migrate(cr, _version):
    """Drop the index on the next due date of all cases, which open ones have now."""
    cr.execute("DROP INDEX IF EXISTS helpdesk_ticket__next_due_index")
