"""What public methods take: their arguments arrive as what they are meant to be.

Whoever has a login may call a public method with anything. ``@takes`` says of which kind
each argument is; what cannot be understood is refused with a message, before the method
begins. A kind is a function of ``(records, value)``; it returns what the method gets and
fails in whatever way for everything else. Nothing said - ``None``, ``False``, an empty
text or list - stays nothing.
"""

import functools
import inspect
from collections.abc import Mapping
from datetime import date

from odoo import fields, models
from odoo.exceptions import UserError

from .printable import printable

#: Days that mean something to an office.
_DAYS = (date(1900, 1, 1), date(2199, 12, 31))
#: Beyond lies what no column of numbers holds.
_MOST_ID = 2**31 - 1
_MOST_NUMBER = 10**6
_FAILURES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def takes(**kinds):
    """Say of which kinds the arguments of a public method are.

    :param kinds: ``{argument: kind}``
    :raise UserError: from the method, for what cannot be understood
    """

    def decorate(method):
        signature = inspect.signature(method)

        @functools.wraps(method)
        def taking(self, *args, **kwargs):
            call = signature.bind(self, *args, **kwargs)
            for name in kinds.keys() & call.arguments.keys():
                value = call.arguments[name]
                call.arguments[name] = understood(self, kinds[name], value)
            return method(*call.args, **call.kwargs)

        taking.takes = kinds
        return taking

    return decorate


def understood(records, kind, value):
    """Return a value as one of a kind.

    :raise UserError: if it cannot be understood
    """
    try:
        return kind(records, None if _is_nothing(value) else value)
    except _FAILURES as error:
        raise UserError(
            records.env._("This answer cannot be understood. Give it once more.")
        ) from error


def _is_nothing(value):
    return value is False or (not value and type(value) is not int)


# ----------------------------------------------------------------------
# Kinds
# ----------------------------------------------------------------------


def text(_records, value):
    """Take a text, without blanks around it."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError
    # half a character cannot be stored
    value.encode()
    return printable(value).strip()


def number(_records, value):
    """Take a whole number of a size that counts something."""
    if value is not None and (type(value) is not int or abs(value) > _MOST_NUMBER):
        raise ValueError
    return value


def hour(_records, value):
    """Take an hour of the day, such as 9.5."""
    if value is not None and (type(value) not in (int, float) or not 0 <= value < 24):
        raise ValueError
    return value


def day(_records, value):
    """Take a date, or one as text."""
    return value and _plausible(fields.Date.to_date(value))


def moment(_records, value):
    """Take a moment as naive UTC, or one as text."""
    found = value and fields.Datetime.to_datetime(value)
    if found:
        _plausible(found.date())
    return found


def _plausible(found):
    if not _DAYS[0] <= found <= _DAYS[1]:
        raise ValueError
    return found


def choice(model, field):
    """Return the kind of the keys of a selection field."""

    def chosen(records, value):
        known = records.env[model]._fields[field].get_values(records.env)
        if value is not None and value not in known:
            raise ValueError
        return value

    return chosen


def many(model):
    """Return the kind of records, or ids of what the caller may read, of a model."""

    def found(records, value):
        if isinstance(value, models.BaseModel):
            if value._name != model:
                raise TypeError
            return value
        # hidden and missing ones are not told apart
        ids = [value] if type(value) is int else list(value or ())
        if not all(type(id_) is int and 0 < id_ <= _MOST_ID for id_ in ids):
            raise ValueError
        there = records.env[model].browse(ids).exists()._filtered_access("read")
        if len(there) != len({*ids}):
            raise LookupError
        return there

    return found


def one(model):
    """Return the kind of one record, or its id, of a model; without one it is empty."""

    def found(records, value):
        record = many(model)(records, value)
        if len(record) > 1:
            raise ValueError
        return record

    return found


def texts(records, value):
    """Take a list of texts."""
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        raise TypeError
    return [text(records, item) for item in value]


def mapping(_records, value):
    """Take a dictionary by names."""
    if value is None:
        return {}
    if not (
        isinstance(value, Mapping) and all(isinstance(name, str) for name in value)
    ):
        raise TypeError
    return value


def mappings(records, value):
    """Take a list of dictionaries by names."""
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        raise TypeError
    return [{**mapping(records, item)} for item in value]
