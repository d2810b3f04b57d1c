"""Evidence of before gets locked-away originals, clean copies and a chain of custody."""

from odoo import SUPERUSER_ID, api

_BATCH = 100


def migrate(cr, _version):
    """Run after the add-on is loaded."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    evidence = env["complaint.evidence"].search([("custody_ids", "=", False)])
    for start in range(0, len(evidence), _BATCH):
        batch = evidence[start : start + _BATCH].with_prefetch()
        for record in batch:
            take_over(record)
        env.flush_all()
        env.invalidate_all()


def take_over(record):
    """Do with one piece what is done with every new one; a seal is on record, too."""
    company = record.company_id
    record = record.with_context(lang=company.partner_id.lang)
    record._take_in()
    record._log_custody(
        "received", from_name=record.received_from, to_name=record._keeper()
    )
    if record.sealed:
        record._log_custody("seal")
