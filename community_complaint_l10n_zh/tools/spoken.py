"""What the Python code of other people's add-ons says, in the databases that want it.

Odoo keeps the translations of Python code for the whole process, of all its databases,
and knows nothing but the module's own file. What stands in ``code_translations`` for a
module is therefore replaced, once, by a mapping that adds ours where this add-on is
installed: other databases of the same server read what they read before.
"""

import threading
from collections.abc import Mapping
from functools import cache

from odoo.modules.registry import Registry
from odoo.tools.translate import PYTHON_TRANSLATION_COMMENT, code_translations

from .others import LANGS, MODULES, code_terms

#: Attribute of the registries in which this add-on is loaded.
MARK = "_community_complaint_l10n_zh"


@cache
def supply():
    """Put our terms beside those that this process reads of other add-ons."""
    for lang in LANGS:
        for module in MODULES:
            if ours := code_terms(module, lang, PYTHON_TRANSLATION_COMMENT):
                known = code_translations.get_python_translations(module, lang)
                code_translations.python_translations[module, lang] = Spoken(
                    known, ours
                )


def is_wanted():
    """Return whether who asks works in a database that has this add-on.

    Threads that name no database, such as those of scheduled actions, are taken for such.
    """
    name = getattr(threading.current_thread(), "dbname", None)
    registry = name and Registry.registries.get(name)
    return not registry or hasattr(registry, MARK)


class Spoken(Mapping):
    """``{English: translation}`` of one module; ours only where they are wanted."""

    def __init__(self, known, ours):
        self._known = known
        self._all = {**known, **ours}

    def _now(self):
        return self._all if is_wanted() else self._known

    def __getitem__(self, source):
        return self._now()[source]

    def __iter__(self):
        return iter(self._now())

    def __len__(self):
        return len(self._now())
