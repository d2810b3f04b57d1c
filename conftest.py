"""What makes tests inside Odoo quicker, and proves the same.

Odoo empties all caches of its registry after every test; filling them again took a third of a
test's time. Here a test ends as a request does that a server rolls back: what was invalidated
since it began is emptied, the rest stays for the next test of its class. Whoever patches a
model, a module of an add-on or a dictionary has empty caches from then on, and leaves none.
Tests beside some that count queries begin with empty caches, as Odoo has it.
"""

import functools
import sys
from pathlib import Path
from types import ModuleType
from unittest import mock

import freezegun.api

#: Words of tests that count queries.
COUNTING = ("sql_log_count", "assertQueryCount", "assertQueries")


def pytest_configure(config):
    _freeze_cheaply()
    if config.pluginmanager.hasplugin("odoo"):
        _keep_caches()


def _freeze_cheaply():
    """Let ``freeze_time`` count the names of a module to tell whether there are new ones.

    It lists and hashes those of each of Odoo's modules, every time.
    """
    freezegun.api._get_module_attributes_hash = lambda module: (
        f"{id(module)}-{len(getattr(module, '__dict__', ()))}"
    )


def _keep_caches():
    from odoo.orm import registry
    from odoo.tests import TransactionCase

    cls, touched, seen = registry.Registry, set(), []
    clear_cache, clear_all = cls.clear_cache, cls.clear_all_caches
    setup_models, set_up = cls._setup_models__, TransactionCase.setUp

    def noting(self, *names):
        touched.update(names or ("default",))
        return clear_cache(self, *names)

    def noting_all(self):
        touched.update(registry._CACHES_BY_KEY)
        return clear_all(self)

    def noting_models(self, *args, **kwargs):
        touched.update(registry._CACHES_BY_KEY)
        return setup_models(self, *args, **kwargs)

    def empty_touched(self):
        if touched:
            clear_cache(self, *touched)

    def setting_up(self):
        touched.clear()
        seen[:] = [self.registry]
        if _counts_queries(type(self)):
            return set_up(self)
        # what the registry has under this name now is called at the end of the test
        with mock.patch.object(cls, "clear_all_caches", empty_touched):
            return set_up(self)

    def emptying():
        touched.update(registry._CACHES_BY_KEY)
        for known in seen:
            clear_cache(known, *touched)

    cls.clear_cache, cls.clear_all_caches = noting, noting_all
    cls._setup_models__ = noting_models
    TransactionCase.setUp = setting_up
    _before_entering(mock._patch, lambda patch: _is_program(patch.getter()), emptying)
    _before_entering(mock._patch_dict, lambda _patch: True, emptying)


@functools.cache
def _counts_queries(test_class):
    """Tell whether a file that a test comes from, not a base of Odoo's, counts queries."""
    files = {cls.__module__ for cls in test_class.__mro__}
    sources = [
        _source(name)
        for name in files
        if not name.startswith(("odoo.tests", "unittest"))
    ]
    return any(word in source for source in sources for word in COUNTING)


def _source(name):
    file = getattr(sys.modules.get(name), "__file__", None) or ""
    return Path(file).read_text() if file.endswith(".py") else ""


def _before_entering(kind, is_meant, function):
    """Let a function be called before a patch of a kind is made."""
    enter = kind.__enter__

    def entering(self):
        if is_meant(self):
            function()
        return enter(self)

    kind.__enter__ = entering


def _is_program(target):
    """Tell whether something is a model or a module of an add-on."""
    from odoo.orm.models import BaseModel

    if isinstance(target, ModuleType):
        return target.__name__.startswith("odoo.addons.")
    return issubclass(target if isinstance(target, type) else type(target), BaseModel)
