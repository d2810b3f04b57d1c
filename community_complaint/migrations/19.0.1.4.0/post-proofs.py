from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    """Put the hashes of papers, files and mails of before into the log's chain."""
    api.Environment(cr, SUPERUSER_ID, {})["complaint.proof"]._prove_all()
