"""The cases of an old register, with every doubt about them; no ORM."""

import re
from typing import NamedTuple

from . import register_values as values
from .register_columns import fold

#: A case with one of these is not brought in before somebody corrects it.
BLOCKING = frozenset(
    {"no_received", "bad_date", "no_day", "future", "closed_early", "missing_matter"}
)
#: Texts that a continuation row goes on with.
_TEXTS = ("matter", "demand", "result", "note", "respondent", "address", "title")
#: What shows that a row is a case of its own.
_KEYS = ("number", "received", "name", "phone", "id_number")
_DAYS = ("received", "accepted", "closed", "incident_date")
_DITTO = re.compile(r"^(?:同上|同前|〃|″|”|\"|''|＂|‖)$")
_GOES_ON = re.compile(
    r"^[(（\[【]?\s*(?:续上|接上|续前|续)(?:页|表)?\s*[)）\]】]?[:：,，]?\s*"
)
_FOOTER = re.compile(
    r"^(?:合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|本页|本月|本年|填\s*表|制\s*表|审\s*核|"
    r"复\s*核|单位负责|负\s*责\s*人\s*[:：签]|打印|第.{1,4}页|[注说备]\s*[明注]?\s*[:：]|total)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d(?=\s*年|\b)")
_OLDEST_YEARS = 10


class Entry(NamedTuple):
    """One case of a register.

    ``row``: its number in the file; ``said``: ``{target: text}``, days as ``date``;
    ``hour``: the time it came in, if written; ``phase``: ``running``, ``closed``,
    ``archived``, ``refused`` or ``withdrawn``; ``secrecy``: as ``confidentiality``;
    ``doubts``: list of ``code`` or ``code:target``.
    """

    row: int
    said: dict
    hour: object
    phase: str
    secrecy: str
    doubts: list


def read_entries(table, headings, columns, today, epoch_1904=None):
    """Return ``(entries, rows left out)``.

    :param table: :class:`~.register_table.Table`
    :param headings: :class:`~.register_columns.Headings`
    :param columns: what each column holds, see ``match_columns``
    :param today: the office's date
    :param epoch_1904: whether days are counted from 1904; by default as the file says
    :return: ``rows left out`` are pairs of the row's number and ``footer``, ``heading``
        or ``nothing``
    """
    epoch = table.epoch_1904 if epoch_1904 is None else epoch_1904
    places = {target: place for place, target in enumerate(columns) if target}
    year = _year_of(headings.title)
    entries, dropped, before = [], [], {}
    for place in range(headings.last + 1, len(table.rows)):
        row, number = table.rows[place], table.numbers[place]
        reason = _no_case(row, headings, places)
        if reason:
            dropped.append((number, reason))
            continue
        cells = {target: row[column] for target, column in places.items()}
        merged = {
            target
            for target, column in places.items()
            if (place, column) in table.merged
        }
        if entries and _goes_on(cells, merged, places):
            _append(entries[-1], cells, merged)
            continue
        cells = {
            target: before.get(target) if _is_ditto(cell) else cell
            for target, cell in cells.items()
        }
        before = cells
        entry = _entry(number, cells, epoch, year, today)
        if received := entry.said.get("received"):
            year = received.year
        entries.append(entry)
    _note_duplicates(entries)
    return entries, dropped


def _year_of(title):
    found = _YEAR.search(title)
    return int(found.group()) if found else None


def _is_ditto(cell):
    return isinstance(cell, str) and bool(_DITTO.match(cell))


def _no_case(row, headings, places):
    """Return why a row is none of the cases, ``None`` if it may be one."""
    cells = [cell for cell in row if not values.is_nothing(cell)]
    if not cells:
        return "nothing"
    first = str(cells[0])
    dated = "received" in places and not values.is_nothing(row[places["received"]])
    if _FOOTER.match(first) and (len(cells) <= 4 or not dated):
        return "footer"
    labels = {fold(label) for label in headings.labels if label}
    repeated = sum(isinstance(cell, str) and fold(cell) in labels for cell in cells)
    if repeated >= 2 and repeated * 2 > len(cells):
        return "heading"
    # a title comes again on each page
    if len(set(map(str, cells))) == 1 and headings.title and first in headings.title:
        return "heading"
    if not any(not values.is_nothing(row[column]) for column in places.values()):
        return "nothing"
    return None


def _goes_on(cells, merged, places):
    """Return whether a row goes on with the case above it."""
    keys = [key for key in _KEYS if key in places]
    anchor = "number" if "number" in places else None
    if anchor and anchor in merged:
        return True
    if not anchor and {"name", "received"} <= merged:
        return True
    return not any(
        key not in merged and not values.is_nothing(cells[key]) for key in keys
    ) and any(
        target not in merged and not values.is_nothing(cells.get(target))
        for target in _TEXTS
    )


def _append(entry, cells, merged):
    """Add what a continuation row says to its case."""
    for target in (*_TEXTS, "name", "phone"):
        if target in merged or values.is_nothing(cells.get(target)):
            continue
        text = _GOES_ON.sub("", values.text_of(cells[target])).strip()
        known = entry.said.get(target) or ""
        if text and text not in known:
            entry.said[target] = f"{known}\n{text}" if known else text
    if "continued" not in entry.doubts:
        entry.doubts.append("continued")
    if entry.said.get("matter") and "missing_matter" in entry.doubts:
        entry.doubts.remove("missing_matter")


# ----------------------------------------------------------------------
# One case
# ----------------------------------------------------------------------


def _entry(number, cells, epoch, year, today):
    said, doubts = {}, []
    hour = None
    for target, cell in cells.items():
        if target in _DAYS:
            found, doubt = values.day_of(cell, epoch, year)
            said[target] = found and found.day
            if target == "received":
                hour = found and found.hour
                year = found.day.year if found else year
            if doubt:
                doubts.append(f"{doubt}:{target}")
        else:
            said[target] = values.text_of(cell)
    if "phone" in said:
        said["phone"], doubt = values.phone_of(said["phone"])
        doubts += [doubt] * bool(doubt)
    secrecy = "open"
    if "name" in said:
        said["name"], secrecy, doubt = values.person_of(said["name"])
        doubts += [doubt] * bool(doubt)
    secrecy, more = _secrecy(said, secrecy)
    doubts += more
    phase, more = _phase(said)
    doubts += more
    if said.get("satisfied"):
        satisfaction, doubt = values.satisfaction_of(said["satisfied"])
        said["satisfaction"] = satisfaction or ""
        doubts += ["unknown_word:satisfied"] * bool(doubt)
    doubts += check_days(said, phase, today)
    if not (said.get("matter") or said.get("title")):
        doubts.append("missing_matter")
    return Entry(number, said, hour, phase, secrecy, list(dict.fromkeys(doubts)))


def _secrecy(said, secrecy):
    """Return how secret a case is, by its own columns and by the name, and doubts."""
    order = ("open", "confidential", "anonymous")
    doubts = []
    for target, about in (("secrecy", "confidential"), ("anonymous", "anonymous")):
        code, doubt = values.secrecy_of(said.get(target), about)
        if doubt:
            doubts.append(f"{doubt}:{target}")
        if code == "anonymous" and said.get("name"):
            # the name is on file: it goes into the vault, nobody sees it
            code = "confidential"
            doubts.append("anonymous_name")
        secrecy = max(secrecy, code or "open", key=order.index)
    return secrecy, doubts


def _phase(said):
    """Return how far a case is, and doubts."""
    code, doubt = values.state_of(said.get("state"))
    result, closed = said.get("result"), said.get("closed")
    if code == "running" and closed:
        return "closed", ["unclear_state"]
    if code:
        return code, ["no_closed"] * (
            code != "running" and not closed and "closed" in said
        )
    doubts = [f"{doubt}:state"] * bool(doubt)
    if closed:
        return "closed", doubts
    if result:
        if values.state_of(result)[0] == "running":
            return "running", [*doubts, "unclear_state"]
        return "closed", [*doubts, "no_closed"]
    return "running", doubts


def check_days(said, phase, today):
    """Return the doubts about the days of one case.

    >>> from datetime import date
    >>> check_days({"received": date(2025, 3, 9), "closed": date(2025, 3, 1)}, "closed",
    ...            date(2025, 4, 1))
    ['closed_early']
    >>> check_days({"received": date(2026, 1, 1)}, "running", date(2025, 4, 1))
    ['future:received']
    """
    doubts = []
    received, closed = said.get("received"), said.get("closed")
    if not received:
        doubts.append("no_received")
    doubts += [
        f"future:{target}"
        for target in _DAYS
        if said.get(target) and said[target] > today
    ]
    if received and closed and closed < received:
        doubts.append("closed_early")
    if received and today.year - received.year > _OLDEST_YEARS:
        doubts.append("very_old")
    accepted, incident = said.get("accepted"), said.get("incident_date")
    if received and accepted and accepted < received:
        doubts.append("accepted_early")
    if received and incident and incident > received:
        doubts.append("incident_late")
    return doubts


def _note_duplicates(entries):
    """Mark cases whose number another one has."""
    seen = {}
    for entry in entries:
        number = entry.said.get("number")
        if not number:
            continue
        if number in seen:
            for one in (entry, seen[number]):
                if "duplicate" not in one.doubts:
                    one.doubts.append("duplicate")
        seen.setdefault(number, entry)


def is_blocking(doubts):
    """Return whether a case with these doubts must be corrected or left out.

    >>> is_blocking(["bad_date:received"]), is_blocking(["duplicate"])
    (True, False)
    >>> is_blocking(["bad_date:incident_date"])
    False
    """
    return any(
        doubt.partition(":")[0] in BLOCKING
        and doubt.partition(":")[2] not in ("incident_date", "accepted")
        for doubt in doubts
    )
