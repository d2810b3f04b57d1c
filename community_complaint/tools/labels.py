"""What screens say, in every language of the office, after an upgrade."""

from odoo import SUPERUSER_ID, api


def reload(cr, addon):
    """Bring an add-on's labels up to its own words.

    An update writes the English anew, and leaves a translation that is there as it is: a
    label whose meaning changed went on saying what it had meant. Records that an office
    owns, which no update touches (``noupdate``), keep their words.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    langs = [code for code, _name in env["res.lang"].get_installed()]
    env["ir.module.module"]._load_module_terms([addon], langs, overwrite=True)
