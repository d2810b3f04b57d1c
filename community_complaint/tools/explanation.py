"""Why a time limit ends when it does, as plain data; no sentence is written here."""

import json
from dataclasses import asdict, dataclass, field
from datetime import timedelta


@dataclass
class Explanation:
    """The story of one time limit, ready for JSON.

    Dates and moments are ISO strings; moments are UTC. ``counted`` is how much of the
    rule's own unit was counted, extensions in that unit included. Each step has a ``kind``:

    - ``start_excluded`` / ``start_counted`` ``date``: the day of the event
    - ``start_moment`` ``moment``: minutes and hours count from here
    - ``extension`` ``quantity, unit, reason``
    - ``hold`` ``from, to, days, unit, reason``: the days after ``from`` up to ``to`` did
      not count; ``to`` and ``days`` (in ``unit``) are ``None`` while it is open
    - ``skipped`` ``from, to, days, reason``: consecutive days off with one reason, which
      is a holiday's name or ``weekend``; only where working days or hours are counted
    - ``makeup`` ``date, reason``: a make-up day that was a working day
    - ``rolled`` ``from, to, days, reason``: the last day was no working day (``reason`` is
      why not) or lay in a hold (``hold``) and moved
    - ``unpublished`` ``year``: the official holidays of that year were not known

    ``skipped``, ``makeup`` and ``rolled`` have ``estimated`` as well where the day is an
    official one that is not announced yet.

    For a rule in working days whose extensions are in working days, ``counted`` and the
    ``days`` of all skipped, hold and rolled steps add up to the days from the start
    (from the day before it when that counts) to the due date.
    """

    start: str
    start_date: str
    rule: dict
    counted: int = 0
    due_date: str | None = None
    due: str | None = None
    steps: list = field(default_factory=list)

    def to_dict(self):
        """Return plain data; :meth:`from_dict` is the way back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data):
        """Return the explanation that :meth:`to_dict` gave."""
        return cls(**data)

    def to_json(self):
        """Return a stable JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text):
        """Return the explanation that :meth:`to_json` gave."""
        return cls.from_dict(json.loads(text))


def day_steps(spans, calendar):
    """Return the ``skipped`` and ``makeup`` steps of spans ``[(first, last), ...]``."""
    steps = []
    for first, last in spans:
        day = first
        while day <= last:
            if not calendar.is_working(day):
                _add_skipped(steps, day, calendar)
            elif calendar.is_makeup(day):
                steps.append(makeup_step(day, calendar))
            day += timedelta(days=1)
    return [_iso(step) for step in steps]


def _add_skipped(steps, day, calendar):
    """Add a day off, or prolong the step before if it is the next day of the same."""
    last = steps[-1] if steps else {}
    why = {"reason": calendar.reason(day), **estimate([day], calendar)}
    same = {key: last.get(key) for key in ("reason", "estimated") if key in last} == why
    if same and last.get("to") == day - timedelta(days=1):
        last.update(to=day, days=last["days"] + 1)
    else:
        steps.append({"kind": "skipped", "from": day, "to": day, "days": 1, **why})


def makeup_step(day, calendar):
    """Return the step of a make-up day."""
    why = {"reason": calendar.reason(day), **estimate([day], calendar)}
    return {"kind": "makeup", "date": day, **why}


def estimate(days, calendar):
    """Return what a step says besides if one of its days is an estimate."""
    return {"estimated": True} if any(map(calendar.is_estimated, days)) else {}


def step(kind, **values):
    """Return one step with its dates and moments as text.

    >>> from datetime import date
    >>> step("start_excluded", date=date(2026, 3, 6))
    {'kind': 'start_excluded', 'date': '2026-03-06'}
    """
    return _iso({"kind": kind, **values})


def _iso(values):
    return {
        key: value.isoformat() if hasattr(value, "isoformat") else value
        for key, value in values.items()
    }
