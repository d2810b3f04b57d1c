"""Puts models made for a test into the registry, and takes them out again."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.models import MetaModel
from odoo.orm.model_classes import add_to_registry

MODULE = "community_complaint"


@contextmanager
def fake_models(env, *definitions):
    """Add model definitions for as long as the block runs.

    Their tables live in the transaction of the test.

    :param definitions: classes; extensions of one another follow what they extend
    """
    registry, cr = env.registry, env.cr
    forget(definitions)
    env.flush_all()
    known = set(registry.models)
    for definition in definitions:
        add_to_registry(registry, definition)
    names = set(registry.models) - known
    with patch.object(cr, "commit"):
        registry._setup_models__(cr, names)
        registry.init_models(cr, names, {"module": MODULE})
    registry.clear_all_caches()
    try:
        yield
    finally:
        for name in names:
            registry.models.pop(name)
        for model in registry.models.values():
            for name in names:
                model._inherit_children.discard(name)
        registry._setup_models__(cr)
        registry.clear_all_caches()


def forget(definitions):
    """Let no registry that is loaded later find the definitions."""
    for definition in definitions:
        found = MetaModel._module_to_models__[MODULE]
        if definition in found:
            found.remove(definition)
