"""Which methods of ours a request may call with which arguments."""

import inspect

from ..tools.door import Door

_OURS = "odoo.addons.community_complaint"


def public_methods(env):
    """Return ``{(model, method): names of its arguments}`` of methods that take some.

    Ours alone: what the base has of that name gets what the base makes of it.
    """
    found = {}
    for model, cls in env.registry.items():
        if cls._abstract or cls._transient:
            continue
        for name in dir(cls):
            method = getattr(cls, name)
            if name.startswith("_") or not inspect.isfunction(method):
                continue
            if not _is_ours(cls, name) or getattr(method, "_api_private", False):
                continue
            if arguments := _arguments(method):
                found[model, name] = arguments
    return found


def _is_ours(cls, name):
    """Return whether only our add-ons define an attribute of a model."""
    homes = [
        home
        for home in cls.mro()
        if name in vars(home) and not isinstance(vars(home)[name], Door)
    ]
    return all(home.__module__.startswith(_OURS) for home in homes)


def _arguments(method):
    _self, *arguments = inspect.signature(method).parameters.values()
    return [
        item.name
        for item in arguments
        if item.kind not in (item.VAR_POSITIONAL, item.VAR_KEYWORD)
    ]
