from odoo.addons.community_complaint.tools.labels import reload


def migrate(cr, _version):
    """Say in every language what this version means, whatever was said before."""
    reload(cr, "community_complaint_portal")
