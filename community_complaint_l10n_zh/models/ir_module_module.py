"""Terms of records, such as fields, menus and views, live in the database.

Odoo loads them by ``_load_module_terms`` when a module or a language is installed or
updated; ours go along.
"""

from odoo import api, models
from odoo.tools.translate import TranslationImporter, get_po_paths

from ..tools import others, spoken

OWN_MODULE = "community_complaint_l10n_zh"


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def _register_hook(self):
        """OVERRIDE: the words of Python code, see ``tools/spoken.py``."""
        super()._register_hook()
        setattr(self.pool, spoken.MARK, True)
        spoken.supply()

    @api.model
    def _load_module_terms(self, modules, langs, overwrite=False):
        """OVERRIDE: load our terms of other add-ons together with their own.

        Terms that exist stay unless ``overwrite`` is set. Ours therefore go first, so
        that they prevail, and once more last when everything is overwritten.
        """
        installing = OWN_MODULE in modules
        targets = [name for name in others.MODULES if installing or name in modules]
        self._load_others_terms(targets, langs, overwrite)
        result = super()._load_module_terms(modules, langs, overwrite=overwrite)
        if overwrite:
            self._load_others_terms(targets, langs, overwrite)
        if installing:
            self._correct_others_terms(targets, langs)
        return result

    @api.model
    def _load_others_terms(self, modules, langs, overwrite):
        """Load our files of other add-ons; what people changed by hand stays."""
        importer = TranslationImporter(self.env.cr, verbose=False)
        for lang in langs:
            for module in modules:
                if path := others.po_path(module, lang):
                    importer.load_file(path, lang)
        importer.save(overwrite=overwrite)

    @api.model
    def _correct_others_terms(self, modules, langs):
        """Replace terms that another add-on itself brought before we were installed.

        Its file may carry guesses ("fuzzy") that Odoo loads all the same. Only a text
        that is still the add-on's own is replaced.
        """
        importer = TranslationImporter(self.env.cr, verbose=False)
        for lang in langs:
            for module in modules:
                path = others.po_path(module, lang)
                if path and (xmlids := self._get_uncorrected(module, lang, path)):
                    importer.load_file(path, lang, xmlids=xmlids)
        importer.save(force_overwrite=True)

    @api.model
    def _get_uncorrected(self, module, lang, path):
        """Return the xmlids of records that show the other add-on's term, not ours."""
        theirs = {}
        for their_path in get_po_paths(module, lang):
            theirs.update(others.record_terms(their_path))
        xmlids = set()
        for (xmlid, field), value in others.record_terms(path).items():
            their_value = theirs.get((xmlid, field), value)
            if their_value != value:
                record = self.env.ref(xmlid, raise_if_not_found=False)
                if record and record.with_context(lang=lang)[field] == their_value:
                    xmlids.add(xmlid)
        return xmlids
