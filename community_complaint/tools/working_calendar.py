"""One office's working days as a table, in plain Python.

The table holds every working date of a span of years and, for every day of that
span, how many working dates lie up to and including it. Adding or counting
working days is then a pair of list look-ups, whatever the distance.

Nothing here knows Odoo: a model feeds the constructor and asks the questions.

>>> from datetime import date
>>> office = WorkingCalendar("Asia/Shanghai", date(2026, 1, 1), date(2026, 12, 31))
>>> office.add_working_days(date(2026, 3, 6), 3)    # a Friday
datetime.date(2026, 3, 11)
>>> office.count_working_days(date(2026, 3, 6), date(2026, 3, 11))
3
"""

from bisect import bisect_left
from collections import namedtuple
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import accumulate, compress
from zoneinfo import ZoneInfo

#: Reason of a day on which the office never works.
WEEKEND = "weekend"

#: How far beyond its first and last date a calendar may be asked.
MAX_REACH_YEARS = 200

DAY_MINUTES = 24 * 60
WHOLE_DAY = ((0, DAY_MINUTES),)

# ``None`` is a working day without office hours, ``()`` is a day off.
_NO_HOURS = None
_CLOSED = ()
_MONDAY_TO_FRIDAY = {None: dict.fromkeys(range(5), _NO_HOURS)}


class CalendarError(ValueError):
    """Base of everything a calendar can complain about."""


class NoWorkingDays(CalendarError):
    """The calendar has no working day where one was asked for."""


class OutOfRange(CalendarError):
    """A date too far away from the calendar's first and last date."""


class BadCalendar(CalendarError):
    """The data given for a calendar make no sense."""


@dataclass(frozen=True)
class DayInfo:
    """What one date is.

    ``reason`` is the holiday's or make-up day's name, :data:`WEEKEND`, the name of
    a leave that only shortens the day, or ``None`` on an ordinary working day.
    """

    date: date
    working: bool
    reason: str | None


#: ``first``/``last``: ordinals; ``dates``: working dates in order; ``rank[i]``:
#: working dates in [first, first + i]; ``special``: ordinal -> (hours, name).
_Table = namedtuple("_Table", "first last flags rank dates special")
#: From minute ``begin`` of the day ``first`` to minute ``finish`` of the day ``last``.
_Leave = namedtuple("_Leave", "first begin last finish name")

#: Days for which one look at the time zone is enough when both ends agree. No country
#: ever moved its clocks to and fro within two weeks (Morocco: a month).
_SPELL = 14


class WorkingCalendar:
    """The working days of one version of an office's calendar; never changes.

    :param tz: name of the office's time zone
    :param first, last: the dates the caller has data for. Later questions may go
        beyond (see :data:`MAX_REACH_YEARS`): the table then grows by itself from
        the weekly pattern and whatever leaves and make-up days were given.
    :param attendances: ``{week_type: {weekday: [(hour_from, hour_to), ...]}}``;
        ``week_type`` is ``None`` for every week, or 0 and 1 for a calendar of two
        alternating weeks (0 and 1 as ``resource.calendar`` counts them); weekday 0
        is Monday; hours are floats in office time, breaks left out. ``None`` instead
        of a list of hours is a working day without hours. Without ``attendances``
        there is no calendar: Monday to Friday work and have no hours.
    :param leaves: ``[(start, end, name)]``, naive UTC. A leave that covers all hours
        of a day makes it a day off, any other leave only shortens it.
    :param makeup: ``[(date, name, hours or None)]``: days worked although the week or
        a leave says otherwise; ``None`` takes the hours of an ordinary day.
    :param flexible: the weekdays count, the hours do not
    :param published_years: years whose official holidays are known; ``None``: all
    :param estimated: official dates, off or worked, that are not announced yet
    :raise BadCalendar: if ``last`` is before ``first`` or a weekday or an hour is impossible

    A make-up day beats a leave, and a leave beats the week.
    """

    def __init__(
        self,
        tz,
        first,
        last,
        attendances=None,
        leaves=(),
        makeup=(),
        flexible=False,
        published_years=None,
        estimated=(),
    ):
        if last < first:
            raise BadCalendar(f"The calendar ends ({last}) before it starts ({first}).")
        self.tz = tz or "UTC"
        self.zone = _zone(self.tz)
        self.first = first
        self.last = last
        self.flexible = flexible
        self.published_years = (
            None if published_years is None else frozenset(published_years)
        )
        if attendances is None:
            attendances = _MONDAY_TO_FRIDAY
        self._estimated = frozenset(estimated)
        self._pattern = _fortnight(attendances, flexible)
        self._pattern_flags = bytes(hours != _CLOSED for hours in self._pattern)
        self._utc_offsets, self._wall_offsets = _offsets(self.tz)
        self._leaves = [self._localize_leave(*leave) for leave in leaves]
        self._makeup = {
            day: (self._makeup_hours(day, hours), name) for day, name, hours in makeup
        }
        self._day_ends = {}
        self._minutes = (None, None)
        self._table = self._build(first.toordinal(), last.toordinal())

    @classmethod
    def without_calendar(cls, tz="UTC", year=None):
        """Return the calendar of an office that has none: Monday to Friday, no hours."""
        year = year or date.today().year
        return cls(tz, date(year - 2, 1, 1), date(year + 3, 12, 31))

    # ------------------------------------------------------------------
    # Days
    # ------------------------------------------------------------------

    def day(self, day):
        """Return the :class:`DayInfo` of a date."""
        return DayInfo(day, self.is_working(day), self.reason(day))

    def is_working(self, day):
        """Tell whether the office works on a date."""
        ordinal = day.toordinal()
        table = self._table
        if not table.first <= ordinal <= table.last:
            table = self._reach(ordinal)
        return bool(table.flags[ordinal - table.first])

    def reason(self, day):
        """Return why a date is what it is, see :class:`DayInfo`."""
        working = self.is_working(day)
        special = self._table.special.get(day.toordinal())
        if special:
            return special[1]
        return None if working else WEEKEND

    def is_makeup(self, day):
        """Tell whether a date was declared a make-up working day."""
        return day in self._makeup

    def is_estimated(self, day):
        """Tell whether a date is what it is by an estimate only."""
        return day in self._estimated

    def is_published(self, year):
        """Tell whether the official holidays of a year are known."""
        return self.published_years is None or year in self.published_years

    def hours(self, day):
        """Return the office hours of a date, ``[(minute_from, minute_to), ...]``.

        Empty on days off, ``None`` on working days without hours.
        """
        ordinal = day.toordinal()
        table = self._table
        if not table.first <= ordinal <= table.last:
            table = self._reach(ordinal)
        special = table.special.get(ordinal)
        return special[0] if special else self._pattern[ordinal % 14]

    # ------------------------------------------------------------------
    # Arithmetic
    # ------------------------------------------------------------------

    def index(self, day):
        """Return the number of working dates from the calendar's first date to ``day``."""
        return self.count_working_days(self.first - timedelta(days=1), day)

    def next(self, day):
        """Return the first working date after ``day``."""
        return self.add_working_days(day, 1)

    def prev(self, day):
        """Return the last working date before ``day``."""
        return self.add_working_days(day, -1)

    def roll(self, day):
        """Return ``day`` if the office works on it, else the next working date."""
        return self.add_working_days(day, 0)

    def add_working_days(self, day, number):
        """Return the ``number``-th working date after ``day``, backwards if negative.

        0 gives ``day`` itself if the office works on it, else the next working date.

        :raise NoWorkingDays: if the office never works again
        :raise OutOfRange: if the answer is too far away
        """
        ordinal = day.toordinal()
        table = self._table
        if not table.first <= ordinal <= table.last:
            table = self._reach(ordinal)
        while True:
            offset = ordinal - table.first
            position = table.rank[offset] + number
            if number > 0:
                position -= 1
            else:
                position -= table.flags[offset]
            if 0 <= position < len(table.dates):
                return table.dates[position]
            table = self._grow(-1 if position < 0 else 1)

    def count_working_days(self, start, end):
        """Return the number of working dates after ``start`` up to and with ``end``.

        Negative if ``end`` is before ``start``.
        """
        start, end = start.toordinal(), end.toordinal()
        table = self._table
        if not (table.first <= start <= table.last):
            table = self._reach(start)
        if not (table.first <= end <= table.last):
            table = self._reach(end)
        return table.rank[end - table.first] - table.rank[start - table.first]

    def add_work_minutes(self, start, minutes):
        """Return the moment when ``minutes`` of office hours have passed (naive UTC).

        Hours are those on the office's wall; a working day without hours has 24.
        The end of the last hour of a day is that day's, not the next morning's.

        :raise NoWorkingDays: if the office has no hours left
        """
        if not minutes:
            return start
        local = self.to_local(start)
        ordinal = local.toordinal()
        seconds = minutes * 60 + self._seconds_before(local)
        table = self._reach(ordinal)
        while True:
            sums = self._minute_sums(table)
            offset = ordinal - table.first
            position = table.rank[offset] - table.flags[offset]
            target = sums[position] * 60 + seconds
            found = bisect_left(sums, -(-target // 60), position)
            if found < len(sums):
                day = table.dates[found - 1]
                return self._walk_hours(day, target - sums[found - 1] * 60)
            table = self._grow(1)

    # ------------------------------------------------------------------
    # Moments
    # ------------------------------------------------------------------

    def to_local(self, moment):
        """Return a naive UTC moment as naive office time."""
        return moment + self._utc_offset(moment)

    def local_date(self, moment):
        """Return the office's date at a naive UTC moment."""
        return (moment + self._utc_offset(moment)).date()

    def to_utc(self, local):
        """Return a naive office time as naive UTC.

        A time the clocks skip is moved on to the end of the gap, the first of two
        equal times is taken.
        """
        spell = local.toordinal() // _SPELL
        offset = self._wall_offsets.get(spell)
        if offset is None:
            offset = self._look_up(self._wall_offsets, spell, local, self._at_wall)
        return local - offset

    def _utc_offset(self, moment):
        spell = moment.toordinal() // _SPELL
        offset = self._utc_offsets.get(spell)
        if offset is None:
            offset = self._look_up(self._utc_offsets, spell, moment, self._at_utc)
        return offset

    def _look_up(self, known, spell, moment, offset_at):
        """Return the offset of a moment; remember it if it is that of its spell."""
        offset = offset_at(moment)
        ends = (spell * _SPELL, (spell + 1) * _SPELL)
        # time zones cannot look beyond the first and the last date there is
        inside = ends[0] > 1 and ends[1] < date.max.toordinal()
        if inside and all(
            offset_at(datetime.fromordinal(end)) == offset for end in ends
        ):
            known[spell] = offset
        return offset

    def _at_wall(self, local):
        return local.replace(tzinfo=self.zone, fold=0).utcoffset()

    def _at_utc(self, moment):
        return self.zone.fromutc(moment.replace(tzinfo=self.zone)).utcoffset()

    def day_end(self, day, office_hours=True):
        """Return when a date ends, naive UTC.

        That is the end of office hours, or 24:00 (0:00 of the next day) on days that
        have none or without ``office_hours``.
        """
        key = (day, office_hours)
        moment = self._day_ends.get(key)
        if moment is None:
            hours = office_hours and self.hours(day)
            minute = hours[-1][1] if hours else DAY_MINUTES
            moment = self._day_ends[key] = self._at(day, minute)
        return moment

    def day_start(self, day):
        """Return when office hours begin on a date, naive UTC; 0:00 if it has none."""
        hours = self.hours(day)
        return self._at(day, hours[0][0] if hours else 0)

    # ------------------------------------------------------------------
    # The table
    # ------------------------------------------------------------------

    def _build(self, first, last):
        """Return the table of all days between two ordinals."""
        days = last - first + 1
        shift = first % 14
        flags = bytearray(self._pattern_flags * (days // 14 + 2))[shift : shift + days]
        special = self._special_days(first, last)
        for ordinal, (hours, _name) in special.items():
            flags[ordinal - first] = hours != _CLOSED
        dates = list(map(date.fromordinal, compress(range(first, last + 1), flags)))
        return _Table(first, last, flags, list(accumulate(flags)), dates, special)

    def _special_days(self, first, last):
        """Return ``{ordinal: (hours, name)}`` of days that differ from their weekday."""
        special = {}
        for leave in self._leaves:
            self._close_days(special, leave, first, last)
            self._shorten_days(special, leave, first, last)
        for day, info in self._makeup.items():
            if first <= day.toordinal() <= last:
                special[day.toordinal()] = info
        return special

    def _close_days(self, special, leave, first, last):
        """Take the whole days of a leave out of ``special``."""
        begin = leave.first + (leave.begin > 0)
        for ordinal in range(max(begin, first), min(leave.last, last + 1)):
            known = special.get(ordinal)
            if not known or known[0] != _CLOSED:
                special[ordinal] = (_CLOSED, leave.name)

    def _shorten_days(self, special, leave, first, last):
        """Take the first and last hours of a leave out of ``special``."""
        for ordinal in {leave.first, leave.last}:
            begin = leave.begin if ordinal == leave.first else 0
            finish = leave.finish if ordinal == leave.last else DAY_MINUTES
            whole = (begin, finish) == WHOLE_DAY[0]
            if whole or begin >= finish or not first <= ordinal <= last:
                continue
            hours, name = special.get(ordinal) or (self._pattern[ordinal % 14], None)
            # a day without hours is off as a whole or not at all
            left = hours and _subtract(hours, begin, finish)
            if left != hours:
                special[ordinal] = (left, name or leave.name)

    def _reach(self, ordinal):
        """Return the table, enlarged so that it contains an ordinal."""
        table = self._table
        while not table.first <= ordinal <= table.last:
            table = self._grow(-1 if ordinal < table.first else 1, ordinal)
        return table

    def _grow(self, direction, ordinal=None):
        """Return the table enlarged by at least two years in a direction.

        The new table replaces the old one in a single assignment: readers in other
        threads see either, and both give the same answers.
        """
        table = self._table
        if not (table.dates or any(self._pattern_flags)):
            raise NoWorkingDays("The calendar has no working days.")
        step = max((table.last - table.first) // 2, 731)
        bounds = self._bounds()
        first, last = table.first, table.last
        if direction < 0:
            first = max(min(first - step, ordinal or first), bounds[0])
        else:
            last = min(max(last + step, ordinal or last), bounds[1])
        if (first, last) == (table.first, table.last) or not (
            ordinal is None or first <= ordinal <= last
        ):
            self._raise_out_of_bounds()
        table = self._table = self._build(first, last)
        return table

    def _bounds(self):
        """Return the ordinals beyond which no table is built."""
        reach = MAX_REACH_YEARS * 366
        # one day is kept on both sides for time zones
        return (
            max(self.first.toordinal() - reach, 2),
            min(self.last.toordinal() + reach, date.max.toordinal() - 1),
        )

    def _raise_out_of_bounds(self):
        if not any(self._pattern_flags):
            raise NoWorkingDays("The calendar has no working days after this one.")
        low, high = map(date.fromordinal, self._bounds())
        raise OutOfRange(f"The calendar only reaches from {low} to {high}.")

    # ------------------------------------------------------------------
    # Hours
    # ------------------------------------------------------------------

    def _at(self, day, minute):
        """Return a minute of a date's wall clock as naive UTC."""
        return self.to_utc(
            datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
        )

    def _localize_leave(self, start, end, name):
        """Return a leave in office time; 23:59:59 ends the day like 24:00."""
        start, end = self.to_local(start), self.to_local(end)
        if end.second == 59:
            end = end.replace(microsecond=0) + timedelta(seconds=1)
        begin, finish = start.hour * 60 + start.minute, end.hour * 60 + end.minute
        return _Leave(start.toordinal(), begin, end.toordinal(), finish, name)

    def _makeup_hours(self, day, hours):
        """Return the minutes of a make-up day."""
        if hours is not None:
            return _intervals(hours) or _NO_HOURS
        monday = day.toordinal() - day.weekday()
        ordinary = [self._pattern[(monday + weekday) % 14] for weekday in range(7)]
        return next((hours for hours in ordinary if hours != _CLOSED), _NO_HOURS)

    def _seconds_before(self, local):
        """Return the seconds of office hours of a day before a local moment."""
        day = local.date()
        hours = self.hours(day)
        passed = (local - datetime(day.year, day.month, day.day)).total_seconds()
        hours = WHOLE_DAY if hours is _NO_HOURS else hours
        return sum(max(min(passed, end * 60) - begin * 60, 0) for begin, end in hours)

    def _walk_hours(self, day, seconds):
        """Return when ``seconds`` of a date's office hours are over, naive UTC."""
        hours = self.hours(day)
        for begin, end in WHOLE_DAY if hours is _NO_HOURS else hours:
            length = (end - begin) * 60
            if seconds <= length:
                return self._at(day, begin) + timedelta(seconds=seconds)
            seconds -= length
        raise AssertionError("more seconds than the day has")

    def _minute_sums(self, table):
        """Return ``sums``: ``sums[k]`` minutes have the first k working dates."""
        known, sums = self._minutes
        if known is not table:
            sums = [0]
            for day in table.dates:
                hours = self.hours(day)
                hours = WHOLE_DAY if hours is _NO_HOURS else hours
                sums.append(sums[-1] + sum(end - begin for begin, end in hours))
            self._minutes = (table, sums)
        return sums


def _zone(name):
    """Return a time zone by name, with a message a person can act on."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise BadCalendar(f"There is no time zone named {name!r}.") from error


@cache
def _offsets(_tz):
    """Return the offsets found so far of a time zone, by spell of UTC and of wall time."""
    return {}, {}


def _fortnight(attendances, flexible):
    """Return the hours of 14 days, indexed by ``date.toordinal() % 14``.

    ``resource.calendar`` takes ``(ordinal - 1) // 7 % 2`` as type of the week.
    """
    unknown = set(attendances) - {None, 0, 1}
    if unknown:
        raise BadCalendar(f"Weeks are None, 0 or 1, not {sorted(unknown)}.")
    for days in attendances.values():
        if set(days) - set(range(7)):
            raise BadCalendar(f"Weekdays go from 0 to 6, not {sorted(days)}.")
    pattern = []
    for ordinal in range(14):
        week_type, weekday = (ordinal - 1) // 7 % 2, (ordinal - 1) % 7
        days = attendances.get(week_type, attendances.get(None, {}))
        hours = days.get(weekday, _CLOSED)
        if hours is not _NO_HOURS:
            hours = _intervals(hours)
        pattern.append(_NO_HOURS if flexible and hours != _CLOSED else hours)
    if flexible and not any(hours != _CLOSED for hours in pattern):
        return _fortnight(_MONDAY_TO_FRIDAY, False)
    return pattern


def _intervals(hours):
    """Return float hours as sorted, disjoint minutes.

    >>> _intervals([(13, 17.5), (8, 12), (11, 12.5)])
    ((480, 750), (780, 1050))
    """
    found = []
    for begin, end in sorted(hours):
        if not 0 <= begin <= end <= 24:
            raise BadCalendar(f"Office hours cannot go from {begin} to {end}.")
        begin, end = round(begin * 60), round(end * 60)
        if begin == end:
            continue
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return tuple(found)


def _subtract(hours, begin, finish):
    """Return what is left of ``hours`` without the minutes from begin to finish.

    >>> _subtract(((480, 720), (780, 1020)), 600, 800)
    ((480, 600), (800, 1020))
    """
    left = []
    for start, end in hours:
        left.append((start, min(end, begin)))
        left.append((max(start, finish), end))
    return tuple((start, end) for start, end in left if start < end)
