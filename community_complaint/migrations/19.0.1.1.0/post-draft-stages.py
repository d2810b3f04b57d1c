from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    """Give the desks that are there already a stage for drafts."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    regulations = env["complaint.regulation"].with_context(active_test=False)
    regulations.search([("team_ids", "!=", False)])._ensure_complaint_stages()
