def migrate(cr, _version):
    """Give self-review reports that were handed in their state."""
    cr.execute(
        "UPDATE complaint_self_review SET state = 'submitted'"
        " WHERE submitted_date IS NOT NULL"
    )
