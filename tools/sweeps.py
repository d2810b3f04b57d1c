"""The sweeps of ``tests/sweeps``: run in full, and the figures of the last full run.

A sweep leaves its figures under ``.odoo/sweeps``; those of a full run are kept in
``data/sweeps.json`` and written to ``docs/sweeps.rst``.
"""

import json
import os
import shlex

from tools import paths
from tools.steps import Failure, say

FRESH = paths.WORK / "sweeps"
KEPT = paths.ROOT / "data" / "sweeps.json"
DOCUMENT = paths.ROOT / "docs" / "sweeps.rst"
#: ``{suite: its database}``
SUITES = {"sweeps_demo": "demo", "sweeps": "empty"}
COLUMNS = (
    *("cells", "tried", "allowed", "refused", "skipped", "unexpected"),
    *("known", "seconds", "date"),
)
HOURS = 3
_HEAD = """\
======
Sweeps
======

.. This file is made by ``./run sweep`` from what it tried; do not edit.

A sweep is a table: every cell is tried once, as a real client would, and taken back.
``./run test`` tries a covering array of each sweep, in which every pair of values of two
axes occurs; ``COMPLAINT_SWEEP_SEED`` asks for other cells than those of the usual seed,
which is told. ``./run sweep`` tries all cells of menus and buttons; of mail as well; of lives, seal and
rubbish, whose cells would take days, it tries every pair of values twice, of the seal every
field by every way. These are the figures of the last full run:

"""
_TAIL = """
- *Menus*: every menu on somebody's screen × roles × how it opens, its other views, each
  filter, each grouping. Nothing on the screen may crash or be refused.
- *Buttons*: every button and every action of the cog menu × roles × a record in each state.
  Who sees a button gets an effect or a reason; for everybody else the method behind it
  refuses or changes no table, also through the dialog it opens.
- *Life*: every step × every state × roles × every way to take it, also by a dialog of
  somebody else and by code with all rights. It is taken by whom and from where the tables
  say, and changes what the table says.
- *Seal*: every sealed field × states × phases × roles × every way to change it, give it at
  birth or take its record away. It holds the new value exactly where a table opens it.
- *Rubbish*: every argument of every public method × what no screen sends × roles × states.
  A message for people comes of it, or nothing; never a traceback.
- *Mail*: invented mails with what each says × damages to their bytes, through the gateway. As it
  was sent, a mail ends with its right text, sender and moment where it must; damaged, it is
  kept byte for byte, and the reader foresaw it: none is lost, none raises.
- *Allowed* had an effect or was harmless, *refused* raised what a user may read, *skipped*
  had nothing to try, *unexpected* fails the run unless it is *known* and waits for its cure.
"""


def main(arguments):
    """Run the sweeps named, or all, in full and write the document.

    With words such as ``role=clerk`` only those cells are tried and nothing is written.
    """
    from tools import testing

    names = [argument for argument in arguments if "=" not in argument]
    words = [argument for argument in arguments if "=" in argument]
    if words and len(names) != 1:
        raise Failure("usage: ./run sweep [NAME... | NAME AXIS=VALUE...]")
    os.environ["COMPLAINT_SWEEP_ALL"] = "1"
    os.environ["COMPLAINT_SWEEP_CELL"] = shlex.join(words)
    chosen = " or ".join(f"test_{name}" for name in names) or "test_"
    options = ["-k", chosen, f"--timeout={HOURS * 3600}"]
    status = testing.main([*_suites(names), *options])
    if not words:
        write(read())
    return status


def _suites(names):
    """Return the suites some sweeps run in; of one without figures it is not known."""
    known = set(json.loads(KEPT.read_text())) if KEPT.is_file() else set()
    places = {
        name: {base for base in SUITES.values() if f"{name}-{base}" in known}
        for name in names
    }
    return [
        suite
        for suite, base in SUITES.items()
        if not names or any(base in found or not found for found in places.values())
    ]


def read():
    """Return ``{sweep and database: figures}`` of the latest runs."""
    return {
        path.stem: json.loads(path.read_text()) for path in sorted(FRESH.glob("*.json"))
    }


def show(since):
    """Say what the sweeps came to that ran since a moment.

    :param since: seconds, as a file's time of change
    """
    for path in sorted(FRESH.glob("*.json")):
        if path.stat().st_mtime >= since:
            figures = json.loads(path.read_text())
            text = ", ".join(f"{figures[name]} {name}" for name in COLUMNS[:-2])
            say(f"   sweep {path.stem}: {text}; seed {figures['seed']}")


def write(fresh):
    """Keep the figures of full runs and write the document."""
    kept = json.loads(KEPT.read_text()) if KEPT.is_file() else {}
    kept.update({name: figures for name, figures in fresh.items() if figures["full"]})
    for figures in kept.values():
        figures.pop("seed", None)
    KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")
    DOCUMENT.write_text(_HEAD + table(kept) + _TAIL)


def table(kept):
    """Return the figures as a simple table.

    >>> figures = dict.fromkeys(COLUMNS, 1)
    >>> table({"menus-demo": figures}).splitlines()[3][:18]
    'menus  demo      1'
    """
    rows = [["Sweep", "Database", *(name.capitalize() for name in COLUMNS)]]
    for name, figures in sorted(kept.items()):
        rows.append([*name.split("-"), *(str(figures[column]) for column in COLUMNS)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    line = "  ".join("=" * width for width in widths)
    head, *body = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join([line, head, line, *body, line, ""])
