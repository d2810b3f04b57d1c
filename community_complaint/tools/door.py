"""Public methods that ask for the right to read when they are called from outside.

The RPC layer takes a method from the class of a model and calls it on records; the program
calls it on a record. That is how the two are told apart.

Other add-ons put methods of their own on such a class while the server runs, and take them
away again (``base_automation`` whenever a rule is saved): the class puts the doors back.
"""

import functools
import inspect

from odoo.orm.models import MetaModel

#: What asks by itself before anything else, and says the same of hidden and missing.
_ASK_THEMSELVES = frozenset({"export_data", "has_access", "read", "web_read"})


class Door:
    """A public method: called from outside, it is for who may read the records."""

    def __init__(self, method):
        self.method = method
        self.asking = _asking(method)

    def __get__(self, record, cls=None):
        return self.asking if record is None else self.method.__get__(record, cls)


class WithDoors(MetaModel):
    """What the class of a model with doors is: whatever is put on it gets one."""

    def __setattr__(cls, name, value):
        before = vars(cls).get(name)
        if isinstance(before, Door) and getattr(value, "origin", None) is before.asking:
            # what it goes on with is the program's own call
            value.origin = before.method
        return super().__setattr__(
            name, Door(value) if _needs_door(name, value) else value
        )

    def __delattr__(cls, name):
        type.__delattr__(cls, name)
        _hang_door(cls, name)


def hang_doors(cls):
    """Put a door before every public method of a model that is called on records."""
    # one walk along the classes: a look-up of each name by itself takes a second for all
    found = {}
    for base in reversed(cls.__mro__):
        found.update(vars(base))
    for name, method in found.items():
        if _needs_door(name, method):
            type.__setattr__(cls, name, Door(method))
    cls.__class__ = WithDoors


def take_doors_away(cls):
    """Undo :func:`hang_doors`."""
    cls.__class__ = MetaModel
    for name, value in list(vars(cls).items()):
        if isinstance(value, Door):
            delattr(cls, name)


def _hang_door(cls, name):
    method = inspect.getattr_static(cls, name, None)
    if _needs_door(name, method):
        type.__setattr__(cls, name, Door(method))


def _needs_door(name, method):
    """Return whether something on a class is called on records, and does not ask."""
    return (
        not name.startswith("_")
        and name not in _ASK_THEMSELVES
        and inspect.isfunction(method)
        and not _is_for_models(method)
    )


def _is_for_models(method):
    """Return whether nobody calls a method on records from outside."""
    return getattr(method, "_api_model", False) or getattr(
        method, "_api_private", False
    )


def _asking(method):
    @functools.wraps(method)
    def asking(self, *args, **kwargs):
        self._check_seen()
        return method(self, *args, **kwargs)

    return asking
