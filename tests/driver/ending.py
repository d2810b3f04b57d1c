"""How a case ends, in words of no language: two ways to play a story must agree on it.

The driver of the screens and Chromium both read the form of the case; a scenario says in
``ends`` what they have to find.
"""

from datetime import timedelta

#: Weekdays from here on are days off.
_SATURDAY = 5


def last_day(start, quantity, unit):
    """Return the last day of a limit, where Saturdays and Sundays are the only days off.

    This is counted apart from the product.

    >>> from datetime import date
    >>> last_day(date(2026, 11, 2), 3, "working_day")
    datetime.date(2026, 11, 5)
    >>> last_day(date(2026, 11, 28), 3, "working_day")
    datetime.date(2026, 12, 2)
    >>> last_day(date(2026, 11, 28), 15, "calendar_day")
    datetime.date(2026, 12, 14)

    What the office sets for itself, in unit ``day``, may end on a day off.

    >>> last_day(date(2026, 11, 28), 15, "day")
    datetime.date(2026, 12, 13)
    """
    day = start if unit == "working_day" else start + timedelta(quantity)
    while unit == "working_day" and quantity:
        day += timedelta(1)
        quantity -= day.weekday() < _SATURDAY
    while unit == "calendar_day" and day.weekday() >= _SATURDAY:
        day += timedelta(1)
    return day


def differences(expected, found):
    """Return what a screen shows otherwise than a scenario says, as texts.

    :param expected: ``ends`` of a case: ``phase``; ``papers``: ``[kind, to whom, state]``;
        ``dispatches``: ``[paper or "text", to whom, channel, state]``; ``clocks``:
        ``[clause, state, limit such as "3 working_day" or nothing, days until it ended]``,
        no clause where the office set the clock for itself
    :param found: the same; ``clocks``: ``(clause, state, start, due, done)`` with dates

    >>> differences({"phase": "closed"}, {"phase": "notified"})
    ["phase: 'notified' instead of 'closed'"]
    """
    lines = [
        f"{name}: {found[name]!r} instead of {wanted!r}"
        for name, wanted in expected.items()
        if name != "clocks" and _plain(wanted) != _plain(found[name])
    ]
    clocks = sorted(found.get("clocks", ()), key=str)
    wanted = sorted(expected.get("clocks", ()), key=str)
    if [clock[:2] for clock in map(list, clocks)] != [row[:2] for row in wanted]:
        return [*lines, f"clocks: {clocks!r} instead of {wanted!r}"]
    return lines + [
        f"clock: {clock!r} instead of {row!r}"
        for row, clock in zip(wanted, clocks, strict=True)
        if not _counted(row, clock)
    ]


def _plain(value):
    return value if isinstance(value, str) else sorted(map(list, value))


def _counted(row, clock):
    """Return whether the days of a clock are those of its limit."""
    _clause, _state, limit, days = row
    *_same, start, due, done = clock
    if limit:
        quantity, unit = limit.split()
        if due != last_day(start, int(quantity), unit):
            return False
    return (done - start).days == days if done else days is None
