"""What screens say, in every language of the office, after an upgrade."""

from odoo import SUPERUSER_ID, api
from odoo.tools.translate import TranslationImporter, get_po_paths

_OWN = """
    SELECT own.module || '.' || own.name
      FROM ir_model_data AS own
     WHERE own.module = %s
       AND NOT EXISTS (
           SELECT FROM ir_model_data AS other
            WHERE other.model = own.model AND other.res_id = own.res_id
              AND other.module NOT LIKE 'community\\_complaint%%'
       )
"""


def reload(cr, addon):
    """Bring an add-on's labels up to its own words.

    An update writes the English anew, and leaves a translation that is there as it is: a
    label whose meaning changed went on saying what it had meant. Records that an office
    owns, which no update touches (``noupdate``), keep their words; so does what belongs
    to somebody else's add-on as well, such as the name of a model that ours extends.
    """
    cr.execute(_OWN, (addon,))
    own = {xmlid for (xmlid,) in cr.fetchall()}
    langs = api.Environment(cr, SUPERUSER_ID, {})["res.lang"].get_installed()
    importer = TranslationImporter(cr, verbose=False)
    for lang, _name in langs:
        for path in get_po_paths(addon, lang):
            importer.load_file(path, lang, xmlids=own)
    importer.save(overwrite=True)
