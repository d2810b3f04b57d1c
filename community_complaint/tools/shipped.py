"""What is new in a shipped text for an office that adopted it: three states compared.

A state is ``{part: {field: value}}``: the text itself and each of its lines are parts. Lists
are sorted ids, translated texts ``{language: text}``. The three are what was shipped when the
office last looked (``base``, ``None`` or without a value where nobody knows), what the office
has (``own``), and what is shipped now.
"""

from typing import NamedTuple

#: What nobody noted when the text was adopted.
UNKNOWN = object()
#: The language in which texts are compared: others may be installed later.
SOURCE = "en_US"


class Change(NamedTuple):
    """One part that is news to the office.

    ``kind``: ``new``, ``changed`` or ``gone``; ``fields``: names of what changed in it;
    ``touched``: the office may have written the same itself, so taking it over loses that.
    """

    part: str
    kind: str
    fields: tuple
    touched: bool


def changes(base, own, shipped):
    """Yield a :class:`Change` for each part that is news.

    >>> shipped = {"limit/a": {"quantity": 3}, "limit/b": {"quantity": 5}}
    >>> own = {"limit/a": {"quantity": 4}}
    >>> [(item.part, item.kind, item.touched) for item in changes(None, own, shipped)]
    [('limit/a', 'changed', True), ('limit/b', 'new', False)]

    What the office changed or took out itself is no news.

    >>> list(changes(shipped, own, shipped))
    []
    >>> [item.kind for item in changes(shipped, own, {})]
    ['gone']
    """
    for part, values in shipped.items():
        known = (base or {}).get(part)
        if part not in own:
            if known != values:
                yield Change(part, "new", (), False)
            continue
        names = tuple(
            name
            for name, value in values.items()
            if _is_news(_known(known, name), own[part].get(name), value)
        )
        if names:
            touched = any(
                _is_touched(_known(known, name), own[part].get(name), values[name])
                for name in names
            )
            yield Change(part, "changed", names, touched)
    for part in own.keys() - shipped.keys():
        if base is None or part in base:
            yield Change(part, "gone", (), (base or {}).get(part) != own[part])


def merged(base, own, shipped):
    """Return what one value becomes when the shipped one is taken over.

    Lists keep what the office added; of what nobody noted nothing is taken out.

    >>> merged([1, 2], [1, 2, 9], [2, 3])
    [2, 3, 9]
    >>> merged(UNKNOWN, [1, 9], [1, 3])
    [1, 3, 9]
    >>> merged(3, 4, 5)
    5
    """
    if not isinstance(shipped, list):
        return shipped
    own = set(own or ())
    base = own & set(shipped) if base is UNKNOWN else set(base or ())
    return sorted((own | set(shipped) - base) - (base - set(shipped)))


def known_value(base, part, name):
    """Return the value of a field when the office last looked, or :data:`UNKNOWN`."""
    return _known((base or {}).get(part), name)


def _known(values, name):
    return UNKNOWN if values is None else values.get(name, UNKNOWN)


def _source(value):
    """Return what is compared of a value.

    >>> _source({"en_US": "Appeal", "zh_CN": "申诉"}), _source(""), _source(0)
    ('Appeal', False, False)
    """
    if isinstance(value, dict):
        value = value.get(SOURCE)
    return value or False


def _is_news(base, own, shipped):
    if isinstance(shipped, list):
        return merged(base, own, shipped) != sorted(own or ())
    if base is UNKNOWN:
        return not _alike(own, shipped)
    return _source(shipped) not in (_source(own), _source(base))


def _alike(own, shipped):
    """Return whether two values are the same, texts in any language both have.

    An office that does not use English writes its own words into every language.

    >>> _alike({"en_US": "投诉", "zh_CN": "投诉"}, {"en_US": "Complaint", "zh_CN": "投诉"})
    True
    >>> _alike(False, ""), _alike(3, 4)
    (True, False)
    """
    if isinstance(own, dict) and isinstance(shipped, dict):
        return any(own[lang] == shipped[lang] for lang in own.keys() & shipped.keys())
    return _source(own) == _source(shipped)


def _is_touched(base, own, shipped):
    """Return whether the office may have written a value itself.

    >>> _is_touched(UNKNOWN, 4, 3), _is_touched(4, 4, 3), _is_touched(5, 4, 3)
    (True, False, True)

    A list loses nothing, and a text may have been translated since.

    >>> _is_touched([1], [1, 2], [3])
    False
    >>> _is_touched({"en_US": "Old"}, {"en_US": "Old", "zh_CN": "旧"}, {"en_US": "New"})
    False
    """
    if isinstance(shipped, list):
        return False
    if base is UNKNOWN:
        return True
    if isinstance(base, dict) and isinstance(own, dict):
        return any(own[lang] != base[lang] for lang in own.keys() & base.keys())
    return _source(own) != _source(base)
