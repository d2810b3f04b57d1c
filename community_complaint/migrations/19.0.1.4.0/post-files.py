def migrate(cr, _version):
    """Files that waited for a custodian still do: that is a state now."""
    cr.execute(
        "UPDATE complaint_evidence_original SET state = 'held' WHERE removed = 'held'"
    )
