"""Official holidays and make-up working days, from the library ``holidays``.

China moves working days around each long holiday (调休): the State Council names the
weekdays off and the Saturdays and Sundays worked instead, one year at a time. Until
its notice for a year is known only the statutory days are, see :func:`published`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .working_calendar import CalendarError, WorkingCalendar

try:
    import holidays as _library
except ImportError:  # the addon installs without it, importing holidays does not work
    _library = None

HOLIDAY = "holiday"
MAKEUP = "makeup"
HALF_DAY = "half_day"

#: How far from its festival a swapped day off may lie.
_NEAR = 14


class HolidaysUnavailable(CalendarError):
    """There are no official holidays for what was asked."""


@dataclass(frozen=True)
class Holiday:
    """One official day.

    ``kind``: ``holiday`` (off), ``makeup`` (worked although a weekend) or ``half_day``
    (off for some people or hours only; offices stay open). ``name_local`` is in the
    country's own language, Simplified Chinese for China.
    """

    date: date
    name_en: str
    name_local: str
    kind: str = HOLIDAY


def official(country, subdiv, years):
    """Return the official days of a country (ISO code) and years, in order of date.

    Make-up days are listed in the year they fall in, even if they belong to next year's
    holidays.

    :raise HolidaysUnavailable: unknown country or subdivision, or library missing
    """
    years = _years(years)
    # make-up days and swapped days of December come with the next year's notice
    around = range(min(years) - 1, max(years) + 2)
    local = _load(country, subdiv, around)
    english = _load(country, subdiv, around, english=True)
    swaps = _swaps(local)
    found = [_holiday(day, local, english, swaps) for day in _within(local, years)]
    worked = _within(local.weekend_workdays, years)
    found += [_makeup(day, local, english, swaps) for day in worked]
    found += _half_days(country, subdiv, years)
    order = (HOLIDAY, MAKEUP, HALF_DAY).index
    return sorted(found, key=lambda item: (item.date, order(item.kind)))


def published(country, year, subdiv=None):
    """Tell whether a year's official days are final.

    Where working days are swapped by yearly notice, that is when the library knows the
    notice; elsewhere, when none of the year's holidays is an estimate.

    :raise HolidaysUnavailable: unknown country or subdivision, or library missing
    """
    return bool(published_years(country, (year,), subdiv))


def published_years(country, years, subdiv=None):
    """Return those years whose official days are final, see :func:`published`."""
    days = _load(country, subdiv, tuple(years), english=True)
    swapped = {off.year for off in _swaps(days)}
    if swapped:
        return {year for year in years if min(swapped) <= year <= max(swapped)}
    estimated = {day.year for day in days if "estimated" in days[day]}
    known = range(days.start_year, days.end_year + 1)
    return {year for year in years if year in known} - estimated


def calendar_for(country, years, tz="UTC", subdiv=None, attendances=None):
    """Return the :class:`WorkingCalendar` of a country's official days.

    ``attendances`` as there; without, all days outside the country's weekend work and
    have no hours.

    :raise HolidaysUnavailable: unknown country or subdivision, or library missing
    """
    years = _years(years)
    if attendances is None:
        weekend = _load(country, subdiv, years).weekend
        attendances = {None: dict.fromkeys(set(range(7)) - weekend)}
    bare = WorkingCalendar(tz, date(min(years), 1, 1), date(max(years), 12, 31))
    days = official(country, subdiv, years)
    final = published_years(country, years, subdiv)
    return WorkingCalendar(
        tz,
        bare.first,
        bare.last,
        attendances,
        leaves=[
            (*_whole_day(item.date, bare), item.name_local)
            for item in days
            if item.kind == HOLIDAY
        ],
        makeup=[(day.date, day.name_local, None) for day in days if day.kind == MAKEUP],
        published_years=final,
        estimated=[
            day.date
            for day in days
            if day.kind in (HOLIDAY, MAKEUP) and day.date.year not in final
        ],
    )


def _whole_day(day, calendar):
    """Return start and end of a date in naive UTC."""
    start = datetime(day.year, day.month, day.day)
    return calendar.to_utc(start), calendar.to_utc(start + timedelta(days=1))


def _within(days, years):
    return [day for day in days if day.year in years]


def _years(years):
    """Return years as a sorted list.

    >>> _years(2026), _years(range(2027, 2025, -1))
    ([2026], [2026, 2027])
    """
    years = sorted({years} if isinstance(years, int) else set(years))
    if not years or not 1900 < years[0] <= years[-1] < 2200:
        raise HolidaysUnavailable(f"There are no official holidays for {years}.")
    return years


def _load(country, subdiv, years, english=False, **options):
    """Return the library's holidays, in the country's own language or in English."""
    if _library is None:
        raise HolidaysUnavailable(
            "Official holidays need the Python library 'holidays', which is missing."
        )
    try:
        days = _library.country_holidays(country, subdiv=subdiv or None)
        # named explicitly: the library's own default depends on the machine's locale
        options["language"] = days.default_language
        if english and "en_US" in days.supported_languages:
            options["language"] = "en_US"
        return _library.country_holidays(
            country, subdiv=subdiv or None, years=years, expand=False, **options
        )
    except (NotImplementedError, AttributeError, TypeError) as error:
        place = f"{country}-{subdiv}" if subdiv else country
        raise HolidaysUnavailable(
            f"The official holidays of {place} are not known."
        ) from error


def _swaps(days):
    """Return ``{day off: day worked instead}`` of all years the library knows."""
    swaps = {}
    for year, entries in getattr(days, "special_public_holidays", {}).items():
        entries = entries if isinstance(entries[0], tuple) else (entries,)
        for entry in entries:
            if len(entry) > 3:
                month, day, from_month, from_day, *from_year = entry
                worked = date(*(from_year or [year]), from_month, from_day)
                swaps[date(year, month, day)] = worked
    return swaps


def _holiday(day, local, english, swaps):
    """Return a day off; one that was swapped is named after its festival."""
    festival = _festival(day, english, swaps) if day in swaps else None
    if not festival:
        return Holiday(day, english[day], local[day])
    names = _names(festival, local, english, "{}, swapped day off", "{}（调休）")
    return Holiday(day, *names)


def _makeup(day, local, english, swaps):
    """Return a make-up working day, named after the festival it makes up for."""
    off = next((off for off, worked in swaps.items() if worked == day), None)
    festival = off and _festival(off, english, swaps)
    if not festival:
        return Holiday(day, "Make-up working day", "调休上班", MAKEUP)
    names = _names(
        festival, local, english, "{}, make-up working day", "{}（调休上班）"
    )
    return Holiday(day, *names, MAKEUP)


def _names(festival, local, english, in_english, in_chinese):
    """Return the English and the local name of a swapped day."""
    name = in_english.format(english[festival])
    if not local.default_language.startswith("zh"):
        return name, name
    return name, in_chinese.format(local[festival])


def _festival(off, english, swaps):
    """Return the nearest statutory holiday of a swapped day off, if any is near."""
    near = [off + timedelta(days=offset) for offset in range(-_NEAR, _NEAR + 1)]
    near = [
        day
        for day in near
        if day in english and day not in swaps and "(observed" not in english[day]
    ]
    return min(near, key=lambda day: abs(day - off), default=None)


def _half_days(country, subdiv, years):
    """Return the half days off of a country that has any."""
    categories = _load(country, subdiv, ()).supported_categories
    if HALF_DAY not in categories:
        return []
    local = _load(country, subdiv, years, categories=(HALF_DAY,))
    english = _load(country, subdiv, years, english=True, categories=(HALF_DAY,))
    return [Holiday(day, english[day], local[day], HALF_DAY) for day in local]
