"""What was tried against the product, what became of it, and which test holds it.

``data/threats.yaml`` has a row for every attack that people who had not built the product
carried out (``1.x`` and ``2.x``, in the order they were found) and for every line the
product has to withstand (``T1`` and following). ``docs/threats.rst`` is made from it by
``./run threats``; ``tests/pure/test_threats.py`` fails when a row is missing, a test is
not there, or the document is old.
"""

import ast
from functools import cache

import yaml

from tools import paths
from tools.steps import say

SOURCE = paths.ROOT / "data" / "threats.yaml"
DOCUMENT = paths.ROOT / "docs" / "threats.rst"
#: How many rows each part has.
PARTS = {"1.": 48, "2.": 24, "T": 70}
#: What an outsider or insider has to be unable to do besides the numbered rows.
EXTRA = ("void",)
KINDS = {
    "A": "A right is asked before a change, not after it",
    "B": "An answer depends on a secret",
    "C": "A guard stands in the dialog only",
    "D": "A record has no history, or no end",
    "E": "A conflict follows from what its people can change",
    "F": "Settings of the base steer complaints",
    "G": "Comparing an x2many with an id asks no rights",
    "H": "A dialog belongs to anybody",
    "I": "A hash lies beside what it proves",
    "J": "A secret stands in a statement that fails",
    "K": "Somebody acts as the complainant",
    "L": "A string is a program",
    "-": "Others",
}
_HEAD = """\
=======
Threats
=======

.. This file is made by ``./run threats`` from ``data/threats.yaml``; do not edit.

What people tried who had not built the product, with the roles and the interfaces that
insiders and outsiders have, and what it has to withstand. Every row names the tests that
fail when it comes back. *Closed* rows are held by tests; *in part* says what is left;
*open* has no answer yet.
"""


@cache
def rows():
    """Return the rows, ``{row, kind, attack, answer, tests, open}``, in order."""
    content = yaml.safe_load(SOURCE.read_text())
    return sorted(content, key=lambda row: names().index(row["row"]))


@cache
def names():
    """Return the names of all rows in order.

    >>> names()[0], names()[-1], len(names())
    ('1.1', 'T70', 143)
    """
    numbered = [f"{part}{n + 1}" for part, count in PARTS.items() for n in range(count)]
    return (*numbered[:72], *EXTRA, *numbered[72:])


def state(row):
    """Return ``closed``, ``in part`` or ``open``.

    >>> state({"tests": ["x"], "open": ""}), state({"tests": []})
    ('closed', 'open')
    """
    if not row.get("tests"):
        return "open"
    return "in part" if row.get("open") else "closed"


def problems():
    """Return what is wrong with the table, one text a fault."""
    found = [row["row"] for row in rows()]
    faults = [f"no row {name}" for name in names() if name not in found]
    faults += [f"row {name} twice" for name in set(found) if found.count(name) > 1]
    for row in rows():
        if row["kind"] not in KINDS:
            faults.append(f"{row['row']}: kind {row['kind']}")
        if state(row) == "open" and not row.get("open"):
            faults.append(f"{row['row']}: says nothing")
        faults += [
            f"{row['row']}: no test {test}"
            for test in row.get("tests", ())
            if not _is_there(test)
        ]
    return faults


def _is_there(test):
    """Return whether a file has a test, ``path::Class::name`` or ``path::name``."""
    path, *inside = test.split("::")
    return bool(inside) and tuple(inside) in _tests_of(path)


@cache
def _tests_of(path):
    """Return ``{(class, test)}`` or ``{(test,)}`` of a file."""
    file = paths.ROOT / path
    if not file.is_file():
        return frozenset()
    found = set()
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            found.add((node.name,))
        if isinstance(node, ast.ClassDef):
            found.add((node.name,))
            found |= {
                (node.name, item.name)
                for item in node.body
                if isinstance(item, ast.FunctionDef)
            }
    return frozenset(found)


def document():
    """Return the document as text."""
    states = [state(row) for row in rows()]
    counts = ", ".join(
        f"{states.count(name)} {name}" for name in ("closed", "in part", "open")
    )
    lines = [_HEAD, f"{len(rows())} rows: {counts}.", ""]
    for kind, title in KINDS.items():
        mine = [row for row in rows() if row["kind"] == kind]
        if mine:
            lines += [title, "=" * len(title), ""]
            for row in mine:
                lines += _section(row)
    return "\n".join(lines).rstrip() + "\n"


def _section(row):
    """Return the lines of one row."""
    told = f"**{row['row']}** ({state(row)}) {row['attack'].strip()}"
    lines = [told, "", f"    {row['answer'].strip()}", ""]
    if row.get("open"):
        lines += [f"    *Left:* {row['open'].strip()}", ""]
    tests = [f"``{test.rpartition('/')[2]}``" for test in row.get("tests", ())]
    return [*lines, *([f"    {', '.join(tests)}", ""] if tests else [])]


def main():
    """Write the document and return the exit status."""
    DOCUMENT.write_text(document())
    faults = problems()
    for fault in faults:
        say(fault)
    return bool(faults)
