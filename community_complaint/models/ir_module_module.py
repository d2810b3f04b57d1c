"""Chinese for the add-ons we build on, which ship little or none.

Odoo keeps two kinds of translations. Those of records (fields, menus, views, selections)
live in the database and are loaded by ``_load_module_terms`` whenever a module or a
language is installed or updated. Those of Python and JavaScript code are read, module by
module, into ``code_translations``, which lives as long as the process.
"""

from contextlib import suppress
from functools import cache

from odoo import api, models
from odoo.tools.misc import ReadonlyDict, file_open, file_path
from odoo.tools.translate import (
    JAVASCRIPT_TRANSLATION_COMMENT,
    PYTHON_TRANSLATION_COMMENT,
    CodeTranslations,
    TranslationImporter,
    code_translations,
    get_po_paths,
    translation_file_reader,
)

OWN_MODULE = "community_complaint"
BASE_MODULES = (
    "helpdesk_mgmt",
    "helpdesk_type",
    "helpdesk_mgmt_rating",
    "base_tier_validation",
    "report_xlsx",
    # Odoo's own: only what its Chinese leaves out
    "web",
    "mail",
    "portal",
    "resource",
    "html_editor",
    "hr",
    "calendar",
    "auth_signup",
)
BASE_LANGS = ("zh_CN",)


def base_po_path(module, lang):
    """Return the path of our .po file of a base add-on, None when there is none."""
    with suppress(FileNotFoundError):
        return file_path(f"{OWN_MODULE}/i18n_base/{module}/{lang}.po")
    return None


def _code_terms(path, comment):
    """Return ``{English: translation}`` of the code terms marked with a comment."""
    with file_open(path, "rb") as po_file:
        return CodeTranslations._read_code_translations_file(
            po_file, lambda row: row["value"] and comment in row["comments"]
        )


def _record_terms(path):
    """Return ``{(xmlid, field): translation}`` of the plainly translated fields."""
    with file_open(path, "rb") as po_file:
        return {
            (f"{row['module']}.{row['imd_name']}", row["name"].split(",")[1]): row[
                "value"
            ]
            for row in translation_file_reader(po_file)
            if row["type"] == "model" and row["value"]
        }


@cache
def supply_code_translations():
    """Add our code terms of the base add-ons to what this process knows of them."""
    for lang in BASE_LANGS:
        for module in BASE_MODULES:
            if path := base_po_path(module, lang):
                _supply_python(module, lang, path)
                _supply_web(module, lang, path)


def _supply_python(module, lang, path):
    known = code_translations.get_python_translations(module, lang)
    ours = _code_terms(path, PYTHON_TRANSLATION_COMMENT)
    code_translations.python_translations[module, lang] = ReadonlyDict(
        {**known, **ours}
    )


def _supply_web(module, lang, path):
    messages = code_translations.get_web_translations(module, lang)["messages"]
    known = {message["id"]: message["string"] for message in messages}
    ours = _code_terms(path, JAVASCRIPT_TRANSLATION_COMMENT)
    code_translations.web_translations[module, lang] = ReadonlyDict(
        {
            "messages": tuple(
                ReadonlyDict({"id": source, "string": value})
                for source, value in {**known, **ours}.items()
            )
        }
    )


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    # OVERRIDES

    def _register_hook(self):
        super()._register_hook()
        supply_code_translations()

    @api.model
    def _load_module_terms(self, modules, langs, overwrite=False):
        """Load our terms of the base add-ons together with the add-ons' own.

        Terms that exist stay unless ``overwrite`` is set. Ours therefore go first, so
        that they prevail, and once more last when everything is overwritten.
        """
        installing = OWN_MODULE in modules
        targets = [name for name in BASE_MODULES if installing or name in modules]
        self._load_base_terms(targets, langs, overwrite)
        result = super()._load_module_terms(modules, langs, overwrite=overwrite)
        if overwrite:
            self._load_base_terms(targets, langs, overwrite)
        if installing:
            self._correct_base_terms(targets, langs)
        return result

    # BUSINESS

    @api.model
    def _load_base_terms(self, modules, langs, overwrite):
        """Load our .po files of base add-ons; what people changed by hand stays."""
        importer = TranslationImporter(self.env.cr, verbose=False)
        for lang in langs:
            for module in modules:
                if path := base_po_path(module, lang):
                    importer.load_file(path, lang)
        importer.save(overwrite=overwrite)

    @api.model
    def _correct_base_terms(self, modules, langs):
        """Replace terms that a base add-on itself brought before we were installed.

        Its file may carry guesses ("fuzzy") that Odoo loads all the same. Only a text
        that is still the add-on's own is replaced.
        """
        importer = TranslationImporter(self.env.cr, verbose=False)
        for lang in langs:
            for module in modules:
                path = base_po_path(module, lang)
                if path and (xmlids := self._get_uncorrected(module, lang, path)):
                    importer.load_file(path, lang, xmlids=xmlids)
        importer.save(force_overwrite=True)

    @api.model
    def _get_uncorrected(self, module, lang, path):
        """Return the xmlids of records that show the base add-on's term, not ours."""
        theirs = {}
        for their_path in get_po_paths(module, lang):
            theirs.update(_record_terms(their_path))
        xmlids = set()
        for (xmlid, field), value in _record_terms(path).items():
            their_value = theirs.get((xmlid, field), value)
            if their_value != value:
                record = self.env.ref(xmlid, raise_if_not_found=False)
                if record and record.with_context(lang=lang)[field] == their_value:
                    xmlids.add(xmlid)
        return xmlids
