from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    """Let lines of adopted texts know the shipped lines they were copied from.

    What the shipped text said then nobody noted: whatever differs from it today is shown to
    the managers, nothing changes by itself. At the end, when all add-ons are loaded.
    """
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    env["complaint.regulation"].search(
        [("template_id", "!=", False), ("shipped_state", "=", False)]
    )._recognise_shipped()
