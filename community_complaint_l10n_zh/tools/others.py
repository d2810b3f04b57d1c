"""The Chinese that we carry for other people's add-ons, by module.

Their words lie in ``i18n_base/<module>/<language>.po``, a folder that Odoo does not read:
Odoo reads a module's words from that module's own ``i18n`` only.
"""

from contextlib import suppress
from functools import cache
from pathlib import Path

from odoo.tools.misc import ReadonlyDict, file_open, file_path
from odoo.tools.translate import CodeTranslations, translation_file_reader

_FOLDER = Path(__file__).resolve().parents[1] / "i18n_base"
#: Names of the add-ons that we have words for, see ``tools/oca_po.py`` of the project.
MODULES = tuple(sorted(folder.name for folder in _FOLDER.iterdir()))
LANGS = ("zh_CN",)


def po_path(module, lang):
    """Return the path of our file of another add-on, ``None`` when there is none."""
    with suppress(FileNotFoundError):
        return file_path(f"community_complaint_l10n_zh/i18n_base/{module}/{lang}.po")
    return None


@cache
def code_terms(module, lang, comment):
    """Return ``{English: translation}`` of what a module's code says.

    :param comment: the mark of Python or of JavaScript code in Odoo's files
    """
    if not (path := po_path(module, lang)):
        return ReadonlyDict({})
    with file_open(path, "rb") as po_file:
        return ReadonlyDict(
            CodeTranslations._read_code_translations_file(
                po_file, lambda row: row["value"] and comment in row["comments"]
            )
        )


def record_terms(path):
    """Return ``{(xmlid, field): translation}`` of the plainly translated fields."""
    with file_open(path, "rb") as po_file:
        return {
            (f"{row['module']}.{row['imd_name']}", row["name"].split(",")[1]): row[
                "value"
            ]
            for row in translation_file_reader(po_file)
            if row["type"] == "model" and row["value"]
        }
