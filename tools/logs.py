"""The gate on server logs: no warning, no error, no traceback that is not expected."""

import re

from tools import paths
from tools.steps import say

ALLOWED = paths.ROOT / "tests" / "log_allow.txt"
RECORD = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ "
    r"(?P<level>[A-Z]+) (?P<database>\S+) (?P<rest>.*)$"
)
BAD_LEVELS = ("WARNING", "ERROR", "CRITICAL")
TRACEBACK = "Traceback (most recent call last):"
SHOWN = 20


def allowed():
    """Return the expected lines: ``[(pattern, reason)]``.

    A line of the file is ``pattern<TAB>reason``; the pattern is searched in the message
    together with its logger's name.
    """
    pairs = []
    for line in ALLOWED.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            pattern, _tab, reason = line.partition("\t")
            if not reason.strip():
                raise ValueError(f"{ALLOWED.name}: no reason given for {pattern}")
            pairs.append((re.compile(pattern), reason.strip()))
    return pairs


def records(text):
    """Yield ``(level, message)`` of a log; lines that follow belong to their record."""
    level, lines = None, []
    for line in text.splitlines():
        if found := RECORD.match(line):
            if lines:
                yield level, "\n".join(lines)
            level, lines = found["level"], [found["rest"]]
        else:
            lines.append(line)
    if lines:
        yield level, "\n".join(lines)


def unexpected(text):
    """Return the messages of a log that are bad and not expected."""
    patterns = [pattern for pattern, _reason in allowed()]
    return [
        f"{level or 'OUTPUT'} {message}"
        for level, message in records(text)
        if (level in BAD_LEVELS or TRACEBACK in message)
        and not any(pattern.search(message) for pattern in patterns)
    ]


def read(log):
    """Return the unexpected messages of a log file."""
    if not log.is_file():
        return []
    return unexpected(log.read_text(errors="replace"))


def report(log):
    """Print the unexpected messages of a log file and return them."""
    found = read(log)
    for message in found[:SHOWN]:
        say("   ! " + message[:1500].replace("\n", "\n   !   "))
    if len(found) > SHOWN:
        say(f"   ! and {len(found) - SHOWN} more in {log}")
    return found
