from odoo import api, models
from odoo.tools.misc import ReadonlyDict
from odoo.tools.translate import JAVASCRIPT_TRANSLATION_COMMENT

from ..tools.others import code_terms


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @api.model
    def _get_translations_for_webclient(self, modules, lang):
        """OVERRIDE: what the browser shows of other add-ons, in our Chinese as well."""
        found, parameters = super()._get_translations_for_webclient(modules, lang)
        for module, words in found.items():
            if ours := code_terms(module, lang, JAVASCRIPT_TRANSLATION_COMMENT):
                found[module] = self._with_ours(words, ours)
        return found, parameters

    @api.model
    def _with_ours(self, words, ours):
        """Return the messages of a module with ours instead of or beside its own."""
        known = {message["id"]: message["string"] for message in words["messages"]}
        messages = tuple(
            ReadonlyDict({"id": source, "string": value})
            for source, value in {**known, **ours}.items()
        )
        return ReadonlyDict({**words, "messages": messages})
