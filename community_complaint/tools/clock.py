"""Deadlines: when does a time limit end, and why on that day.

Plain Python on a :class:`~.working_calendar.WorkingCalendar`; the rules are those of
the Civil Code of the People's Republic of China, arts. 200-204, which most countries
share. ``docs/clock.rst`` explains them with examples.

>>> from datetime import date, datetime
>>> from .working_calendar import WorkingCalendar
>>> office = WorkingCalendar("Asia/Shanghai", date(2026, 1, 1), date(2026, 12, 31))
>>> reply = due(Rule(5, "working_day"), datetime(2026, 3, 6, 7, 30), office)
>>> reply.date, reply.moment
(datetime.date(2026, 3, 13), datetime.datetime(2026, 3, 13, 16, 0))
>>> [step["kind"] for step in reply.explanation.steps]
['start_excluded', 'skipped']
"""

from calendar import monthrange
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from .explanation import Explanation, day_steps, estimate, makeup_step, step
from .working_calendar import OutOfRange

UNITS = ("minute", "hour", "working_day", "calendar_day", "month")
END_OF = ("office_hours", "day")

#: Largest sensible quantity; a longer limit is a slip of the keyboard.
MAX_QUANTITY = 10_000
MAX_MONTHS = 1_200

_MINUTES = {"minute": 1, "hour": 60}
_DAY = timedelta(days=1)


class ClockError(ValueError):
    """Base of everything the clock can complain about."""


class BadQuantity(ClockError):
    """A quantity that is not a whole number between 0 and the maximum."""


class BadRule(ClockError):
    """A rule with an unknown unit or end."""


class BadHold(ClockError):
    """A hold that ends before it starts."""


@dataclass(frozen=True)
class Rule:
    """A time limit.

    ``unit`` is one of :data:`UNITS`; ``count_start_day``: the day of the event is day
    one; ``roll``: calendar days and months ending on a day off end on the next working
    day; ``end_of``: the last day ends with office hours (24:00 if it has none) or always
    at 24:00; ``office_hours_only``: minutes and hours pass during office hours only.

    :raise BadQuantity, BadRule: on nonsense
    """

    quantity: int
    unit: str
    count_start_day: bool = False
    roll: bool = True
    end_of: str = "office_hours"
    office_hours_only: bool = False

    def __post_init__(self):
        check_quantity(self.quantity, self.unit)
        if self.end_of not in END_OF:
            raise BadRule(f"A day ends with {' or '.join(END_OF)}, not {self.end_of}.")


@dataclass(frozen=True)
class Extension:
    """A prolongation; ``unit`` is the rule's own when ``None``."""

    quantity: int
    unit: str | None = None
    reason: str = ""

    def __post_init__(self):
        check_quantity(self.quantity, self.unit or "calendar_day")


@dataclass(frozen=True)
class Hold:
    """A pause: begun on ``start``, ended on ``end``, still open when ``None``.

    The days after ``start`` up to and with ``end`` do not count: a pause that ends on
    the day it began costs nothing, and the day after its end is the next counted one.

    :raise BadHold: if it ends before it starts
    """

    start: date
    end: date | None = None
    reason: str = ""

    def __post_init__(self):
        if self.end is not None and self.end < self.start:
            raise BadHold(
                f"The hold ends ({self.end}) before it starts ({self.start})."
            )


class Due:
    """The end of a limit: the office's ``date``, the ``moment`` (naive UTC) and why.

    Both are ``None`` while a hold is open (``paused``). The explanation is only worked
    out when somebody asks for it.
    """

    __slots__ = ("_explanation", "_source", "date", "moment")

    def __init__(self, date, moment, source):
        self.date = date
        self.moment = moment
        self._source = source
        self._explanation = None

    @property
    def paused(self):
        """Tell whether an open hold leaves the end of the limit open."""
        return self.date is None

    @property
    def explanation(self):
        """Return the :class:`~.explanation.Explanation`."""
        if self._explanation is None:
            self._explanation = _explain(self, *self._source)
        return self._explanation

    def __repr__(self):
        return f"Due({self.date}, {self.moment})"


#: States in which a clock of a case goes on.
GOING = ("running", "on_hold")


class Special(NamedTuple):
    """What happened to one clock of a case, as the engine wants it.

    ``expected``: when the office expects to be through with what is overdue.
    """

    holds: tuple = ()
    extensions: tuple = ()
    expected: date | None = None

    def expected_end(self, due, calendar):
        """Return the end to remind of: the due one, unless an overrun was explained."""
        if not self.expected or not due.date or self.expected <= due.date:
            return due
        return Due(self.expected, calendar.day_end(self.expected), None)


NOTHING = Special()


def check_quantity(quantity, unit):
    """Check a quantity of a unit.

    >>> check_quantity(-1, "month")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    BadQuantity: A time limit is 0 to 1200, not -1.

    :raise BadQuantity, BadRule: on nonsense
    """
    if unit not in UNITS:
        raise BadRule(f"A time limit is counted in {', '.join(UNITS)}, not {unit}.")
    most = MAX_MONTHS if unit == "month" else MAX_QUANTITY
    if type(quantity) is not int or not 0 <= quantity <= most:
        raise BadQuantity(f"A time limit is 0 to {most}, not {quantity!r}.")


def add_months(day, months):
    """Return the same day some months later (or earlier), or that month's last day.

    >>> add_months(date(2024, 1, 31), 1), add_months(date(2024, 2, 29), -12)
    (datetime.date(2024, 2, 29), datetime.date(2023, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError(f"There is no year {year}.")
    number = day.day
    if number > 28:
        number = min(number, monthrange(year, month + 1)[1])
    return date(year, month + 1, number)


def due_date(rule, start, calendar):
    """Return the last day of a limit in days or months that starts on a local date.

    This is the bare rule, without holds and extensions.

    :raise BadRule: for minutes and hours, which have no last day without a moment
    """
    unit = rule.unit
    if unit == "working_day":
        if rule.count_start_day and rule.quantity:
            return calendar.add_working_days(start - _DAY, rule.quantity)
        return calendar.add_working_days(start, rule.quantity)
    last = _raw_date(rule, rule.quantity, start, calendar)
    return calendar.roll(last) if rule.roll else last


def due(rule, start, calendar, holds=(), extension=()):
    """Return the :class:`Due` of a rule that starts at a moment (naive UTC).

    :param holds: :class:`Hold` or ``(start, end[, reason])`` in office dates, any order;
        those begun when the limit was already over do not count
    :param extension: a quantity of the rule's unit, an :class:`Extension` or several.
        An extension in the rule's own unit simply lengthens it (31 January and one month
        and another month end on 31 March); other units count from the end of that.
    :raise BadQuantity, BadHold, BadRule: on nonsense
    :raise CalendarError: if the calendar has no such day
    """
    source = (rule, start, calendar, holds, extension)
    try:
        if holds or extension:
            day, moment = _long_way(*source).result()
        elif rule.unit in _MINUTES:
            moment = _add_minutes(rule, start, rule.quantity, rule.unit, calendar)
            day = calendar.local_date(moment)
        else:
            day = due_date(rule, calendar.local_date(start), calendar)
            moment = calendar.day_end(day, rule.end_of == "office_hours")
    except OverflowError as error:
        raise OutOfRange("The time limit ends outside of the calendar.") from error
    return Due(day, moment, source)


def reminder(due, quantity, unit, calendar, not_before=None):
    """Return when to remind of a limit, ``quantity`` units before its end (naive UTC).

    Days and months: when the office opens on that day, or on the last working day before
    it, so that somebody is there to read it. Minutes and hours: so long before the
    moment. ``None`` while the limit is paused.

    :param due: a :class:`Due`, or anything with its ``date`` and ``moment``
    :param not_before: earliest moment wanted, such as the start of the limit
    """
    check_quantity(quantity, unit)
    if due.date is None:
        return None
    if unit in _MINUTES:
        moment = due.moment - timedelta(minutes=quantity * _MINUTES[unit])
    else:
        moment = calendar.day_start(_reminder_date(due.date, quantity, unit, calendar))
        moment = min(moment, due.moment)
    return max(moment, not_before) if not_before else moment


def _reminder_date(day, quantity, unit, calendar):
    """Return the working day of a reminder."""
    if unit == "month":
        day = add_months(day, -quantity)
    elif unit == "calendar_day":
        day -= timedelta(days=quantity)
    elif quantity:
        return calendar.add_working_days(day, -quantity)
    return day if calendar.is_working(day) else calendar.prev(day)


# ----------------------------------------------------------------------
# One step each
# ----------------------------------------------------------------------


def _raw_date(rule, quantity, start, calendar):
    """Return the last day in days or months before it is rolled."""
    counted = rule.count_start_day and quantity > 0
    if rule.unit == "calendar_day":
        return start + timedelta(days=quantity - counted)
    if rule.unit == "month":
        return add_months(start, quantity) - timedelta(days=counted)
    if rule.unit == "working_day":
        return calendar.add_working_days(start - counted * _DAY, quantity)
    raise BadRule(f"A limit in {rule.unit}s has no last day without its moment.")


def _add_minutes(rule, moment, quantity, unit, calendar):
    """Return a moment some minutes or hours later."""
    minutes = quantity * _MINUTES[unit]
    if rule.office_hours_only:
        return calendar.add_work_minutes(moment, minutes)
    return moment + timedelta(minutes=minutes)


def _add_days(day, extension, calendar):
    """Return a date as much later as an extension in days or months says."""
    if extension.unit == "working_day":
        return calendar.add_working_days(day, extension.quantity)
    if extension.unit == "month":
        return add_months(day, extension.quantity)
    return day + timedelta(days=extension.quantity)


# ----------------------------------------------------------------------
# Holds and extensions
# ----------------------------------------------------------------------


def _merge_holds(holds):
    """Return holds in order, overlapping ones joined.

    >>> _merge_holds([(date(2026, 3, 5), date(2026, 3, 9)), (date(2026, 3, 2), date(2026, 3, 6))])
    [Hold(start=datetime.date(2026, 3, 2), end=datetime.date(2026, 3, 9), reason='')]
    """
    merged = []
    holds = [hold if isinstance(hold, Hold) else Hold(*hold) for hold in holds]
    for hold in sorted(holds, key=lambda hold: (hold.start, hold.end or date.max)):
        last = merged[-1] if merged else None
        if last and (last.end is None or hold.start <= last.end):
            ends = (last.end, hold.end)
            end = None if None in ends else max(ends)
            reasons = dict.fromkeys(filter(None, (last.reason, hold.reason)))
            merged[-1] = Hold(last.start, end, "; ".join(reasons))
        else:
            merged.append(hold)
    return merged


def _extensions(extension, rule):
    """Return extensions as a list, with their units filled in, without empty ones."""
    if isinstance(extension, Extension) or not hasattr(extension, "__iter__"):
        extension = [extension]
    found = []
    for item in extension:
        if not isinstance(item, Extension):
            item = Extension(item)
        if item.quantity:
            found.append(Extension(item.quantity, item.unit or rule.unit, item.reason))
    return found


def _long_way(rule, start, calendar, holds, extension):
    """Return the :class:`_Count` of a limit with holds and extensions."""
    extensions = _extensions(extension, rule)
    count = (_CountMinutes if rule.unit in _MINUTES else _CountDays)(rule, calendar)
    count.extensions = extensions
    count.counted = rule.quantity
    count.counted += sum(item.quantity for item in extensions if item.unit == rule.unit)
    check_quantity(count.counted, rule.unit)
    count.begin(start)
    for item in extensions:
        if item.unit != rule.unit:
            count.extend(item)
    for hold in _merge_holds(holds):
        if hold.end is not None and hold.end <= count.start_date:
            continue
        if hold.start > count.last_date():
            break
        if hold.end is None:
            count.pause(hold)
            break
        count.hold(hold, max(hold.start, count.start_date))
    return count


class _Count:
    """A limit being counted step by step; remembers what an explanation needs."""

    def __init__(self, rule, calendar):
        self.rule = rule
        self.calendar = calendar
        self.paused = False
        self.spans = []  # [(first day, last day)] in which days off were skipped
        self.hold_steps = []
        self.rolls = []

    def begin(self, start):
        """Count the rule itself."""
        self.start_date = self.calendar.local_date(start)

    def pause(self, hold):
        """Stop at a hold that is still open; what comes after it is not known."""
        self.paused = True
        known = hold.start
        self.spans = [(a, min(b, known)) for a, b in self.spans if a <= known]
        self._remember_hold(hold, hold.start, None)

    def skip(self, after, last):
        """Remember that days off after a day up to another were skipped."""
        if after < last:
            self.spans.append((after + _DAY, last))

    def _remember_hold(self, hold, begin, days):
        values = {"from": begin, "to": hold.end, "days": days, "unit": self.hold_unit}
        self.hold_steps.append(step("hold", **values, reason=hold.reason))

    def _remember_roll(self, start, end, reason):
        self.rolls.append((start, end, reason))


class _CountDays(_Count):
    """Days and months; ``day`` is the last one, not rolled yet, ``extra`` comes on top."""

    def __init__(self, rule, calendar):
        super().__init__(rule, calendar)
        self.working = rule.unit == "working_day"
        self.hold_unit = "working_day" if self.working else "calendar_day"
        self.extra = timedelta()

    def begin(self, start):  # pylint: disable=missing-return
        super().begin(start)
        self.day = _raw_date(self.rule, self.counted, self.start_date, self.calendar)
        if self.working and self.counted:
            self.skip(self.start_date - self.rule.count_start_day * _DAY, self.day)
        elif self.working and self.day != self.start_date:
            reason = self.calendar.reason(self.start_date)
            self._remember_roll(self.start_date, self.day, reason)

    def extend(self, item):
        if item.unit in _MINUTES:
            self.extra += timedelta(minutes=item.quantity * _MINUTES[item.unit])
            return
        day, self.day = self.day, _add_days(self.day, item, self.calendar)
        if item.unit == "working_day":
            self.skip(day, self.day)

    def last_date(self):
        """Return the last day as it stands."""
        rolls = self.working or self.rule.roll
        return self.calendar.roll(self.day) if rolls else self.day

    def hold(self, hold, begin):
        """Add the days of a hold to the limit."""
        if self.working:
            days = self.calendar.count_working_days(begin, hold.end)
            last = self.last_date()
            self.day = self.calendar.add_working_days(last, days)
            self.skip(last, self.day)
        else:
            days = (hold.end - begin).days
            self.day += timedelta(days=days)
        if self.day < hold.end:
            # a limit interrupted on its last day is not over before the hold is
            self._remember_roll(self.day, hold.end, "hold")
            self.day = hold.end
        self._remember_hold(hold, begin, days)

    def result(self):
        """Return the due date and moment, or two ``None``."""
        if self.paused:
            return None, None
        day = self.last_date()
        if day != self.day:
            self._remember_roll(self.day, day, self.calendar.reason(self.day))
            self.day = day
        moment = self.calendar.day_end(day, self.rule.end_of == "office_hours")
        if self.extra:
            moment += self.extra
            day = self.calendar.local_date(moment)
        return day, moment


class _CountMinutes(_Count):
    """Minutes and hours."""

    def __init__(self, rule, calendar):
        super().__init__(rule, calendar)
        self.hold_unit = "working_day" if rule.office_hours_only else "calendar_day"

    def begin(self, start):  # pylint: disable=missing-return
        super().begin(start)
        rule, calendar = self.rule, self.calendar
        self.moment = _add_minutes(rule, start, self.counted, rule.unit, calendar)
        self._skip_office_days(self.start_date - _DAY)

    def extend(self, item):
        day = self.last_date()
        if item.unit in _MINUTES:
            self.moment = _add_minutes(
                self.rule, self.moment, item.quantity, item.unit, self.calendar
            )
            self._skip_office_days(day)
            return
        self._move_to(_add_days(day, item, self.calendar))
        if item.unit == "working_day":
            self.skip(day, self.last_date())

    def last_date(self):
        """Return the last day as it stands."""
        return self.calendar.local_date(self.moment)

    def hold(self, hold, begin):
        """Add the days of a hold to the limit."""
        day = self.last_date()
        if self.rule.office_hours_only:
            days = self.calendar.count_working_days(begin, hold.end)
            moved = self.calendar.add_working_days(day, days)
            if moved < hold.end:
                # the last day of the hold is off
                moved = self.calendar.roll(hold.end)
        else:
            days = (hold.end - begin).days
            moved = day + timedelta(days=days)
        self._move_to(moved)
        self._skip_office_days(day)
        self._remember_hold(hold, begin, days)

    def result(self):
        """Return the due date and moment, or two ``None``."""
        return (None, None) if self.paused else (self.last_date(), self.moment)

    def _skip_office_days(self, day):
        if self.rule.office_hours_only:
            self.skip(day, self.last_date())

    def _move_to(self, day):
        """Move to another date at the same time of day."""
        local = self.calendar.to_local(self.moment)
        self.moment = self.calendar.to_utc(datetime.combine(day, local.time()))


# ----------------------------------------------------------------------
# Why
# ----------------------------------------------------------------------


def _explain(due, rule, start, calendar, holds, extension):
    """Return the explanation of a :class:`Due` by counting again, slowly."""
    count = _long_way(rule, start, calendar, holds, extension)
    count.result()
    steps = [_start_step(rule, start, count.start_date)]
    steps += [step("extension", **asdict(item)) for item in count.extensions]
    steps += count.hold_steps
    steps += day_steps(count.spans, calendar)
    steps += _roll_steps(count, due.date)
    years = sorted(_years(count, due.date))
    steps += [
        step("unpublished", year=y) for y in years if not calendar.is_published(y)
    ]
    return Explanation(
        start=start.isoformat(),
        start_date=count.start_date.isoformat(),
        rule=asdict(rule),
        counted=count.counted,
        due_date=due.date and due.date.isoformat(),
        due=due.moment and due.moment.isoformat(),
        steps=steps,
    )


def _start_step(rule, start, start_date):
    """Return the first step of an explanation."""
    if rule.unit in _MINUTES:
        return step("start_moment", moment=start)
    kind = "start_counted" if rule.count_start_day else "start_excluded"
    return step(kind, date=start_date)


def _roll_steps(count, day):
    """Return the steps at the end of a limit that is not simply a working day."""
    steps = []
    for start, end, reason in count.rolls:
        passed = (start + timedelta(days=n) for n in range((end - start).days))
        why = {"reason": reason, **estimate(passed, count.calendar)}
        span = {"from": start, "to": end, "days": (end - start).days}
        steps.append(step("rolled", **span, **why))
    seen = any(first <= day <= last for first, last in count.spans) if day else True
    if not seen and _looks_at_calendar(count) and count.calendar.is_makeup(day):
        steps.append(step(**makeup_step(day, count.calendar)))
    return steps


def _looks_at_calendar(count):
    """Tell whether the last day of a limit depends on its being a working day."""
    return count.rule.unit not in _MINUTES and (
        count.rule.roll or count.rule.unit == "working_day"
    )


def _years(count, day):
    """Return the years whose holidays the end of a limit depends on."""
    pairs = count.spans + [(start, end) for start, end, _reason in count.rolls]
    if day and _looks_at_calendar(count):
        pairs.append((day, day))
    return {year for a, b in pairs for year in range(a.year, b.year + 1)}
