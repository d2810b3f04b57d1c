from odoo import SUPERUSER_ID, api

_OPEN = """
    UPDATE helpdesk_ticket SET is_accusation = TRUE
     WHERE is_complaint AND case_kind = 'report' AND is_accusation IS NOT TRUE
       AND phase NOT IN ('closed', 'archived', 'refused', 'withdrawn')
"""


def migrate(cr, _version):
    """Reports of wrongdoing accuse somebody; the day to urge is a working day."""
    cr.execute(_OPEN)
    env = api.Environment(cr, SUPERUSER_ID, {})
    transfers = env["complaint.transfer"]
    waiting = transfers.search([("state", "=", "sent")])
    env.add_to_compute(transfers._fields["urge_from"], waiting)
    waiting.flush_recordset(["urge_from"])
