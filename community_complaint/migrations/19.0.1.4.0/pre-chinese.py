"""The Chinese of other people's add-ons has an add-on of its own."""

from odoo.addons.community_complaint.tools.moved import Move, move


def migrate(cr, _version):
    """Run before the add-on is loaded."""
    move(cr, Move(to="community_complaint_l10n_zh"))
