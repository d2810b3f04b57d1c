"""``./run bench``: time the scenarios in ``bench/`` and keep their figures.

A scenario is a module with ``run(args)`` that returns a list of ``odoo_env.Row``.
Databases come from ``bench/filled.py``.
"""

import argparse
import importlib.util
import json
import os
import platform
import subprocess
import sys
from datetime import datetime, timezone

from tools import odoo_cli, paths
from tools.steps import Failure, say, step

FOLDER = paths.ROOT / "bench"
FIGURES = FOLDER / "results.json"
TABLE = FOLDER / "results.rst"
COLUMNS = ("row", "bare", "ours", "ratio", "queries", "target")
TITLE = "Results"
INTRODUCTION = """\
Written by ``./run bench``. “Bare” is a ticket of a team with three time limits of
``helpdesk_mgmt_sla``, “ours” a complaint with its clocks, rules, identity and log, timed
in turns in one run; medians for one record. Machines differ: what counts are the ratios
and the queries (bare → ours). A ``!`` misses its target.
"""


def main(arguments):
    """Run the scenarios named, or all, and print a table of each."""
    args = parse(arguments)
    available = scenarios()
    if unknown := set(args.names) - set(available):
        raise Failure(f"No such bench: {', '.join(unknown)}; {', '.join(available)}")
    os.environ.update(odoo_cli.environment())
    sys.path.insert(0, str(FOLDER))
    missed = 0
    for name in args.names or available:
        with step(f"bench {name}"):
            rows = load(available[name]).run(args)
        missed += show(rows)
        if not args.no_save:
            save(name, rows, args)
    say(f"{missed} rows miss a target." if missed else "All targets are met.")
    return 0


def parse(arguments):
    """Return the options."""
    parser = argparse.ArgumentParser(prog="./run bench")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--repeat", type=int, default=9, help="rounds, 9 by default")
    parser.add_argument(
        "--size", type=int, default=200_000, help="tickets, 200,000 by default"
    )
    parser.add_argument(
        "--reuse",
        action="store_true",
        help="update databases filled before instead of filling new ones",
    )
    parser.add_argument("--no-save", action="store_true")
    args = parser.parse_args(arguments)
    args.conf = paths.CONF
    return args


def scenarios():
    """Return ``{name: path}`` of the modules that can be timed."""
    return {
        path.stem: path
        for path in sorted(FOLDER.glob("*.py"))
        if "\ndef run(args" in path.read_text()
    }


def load(path):
    """Return a scenario's module."""
    spec = importlib.util.spec_from_file_location(f"bench_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def show(rows):
    """Print a table and return how many rows miss a target."""
    for row in rows:
        name, *cells = cells_of(row)
        say(f"   {name:44}" + "".join(f"{cell:>14}" for cell in cells))
    return sum(bool(row.missed()) for row in rows)


def cells_of(row):
    """Return the texts of one row: name, bare, ours, ratio, queries, target."""
    *base, ours = row.times.values()
    queries = " → ".join(f"{count:.3g}" for count in row.queries.values())
    return [
        row.name,
        number(base[0], row.unit) if base else "–",
        number(ours, row.unit),
        f"{row.share:.2f}" if row.share is not None else "–",
        queries or "–",
        target_of(row) + (" !" if row.missed() else ""),
    ]


def number(value, unit):
    """Return a figure with three digits and its unit.

    >>> number(0.04567, "ms"), number(1234.5, "ms")
    ('0.0457 ms', '1234 ms')
    """
    return f"{value:.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"


def target_of(row):
    """Return the targets of a row as text."""
    texts = []
    if row.ratio is not None:
        texts.append(f"≤ {row.ratio:g} ×")
    if row.most_queries is not None:
        texts.append(f"≤ {row.most_queries:g} q")
    if row.limit is not None:
        texts.append(f"≤ {row.limit:g} {row.unit}")
    return ", ".join(texts) or "–"


# ----------------------------------------------------------------------
# Keeping
# ----------------------------------------------------------------------


def save(name, rows, args):
    """Keep the figures of a scenario beside those of the others."""
    known = json.loads(FIGURES.read_text()) if FIGURES.is_file() else {}
    known[name] = {
        "where": where(args),
        "rows": [cells_of(row) for row in rows],
    }
    FIGURES.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n")
    TABLE.write_text(table(known))


def where(args):
    """Return what was timed, when and on which machine, as one line."""
    return (
        f"{args.size:,} tickets, {args.repeat} rounds,"
        f" {datetime.now(timezone.utc):%Y-%m-%d}, {commit()},"
        f" {os.cpu_count()} cores, Python {platform.python_version()}"
    )


def commit():
    """Return the commit that was timed."""
    done = subprocess.run(
        ["git", "describe", "--always"],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def table(known):
    """Return all figures as reStructuredText."""
    parts = [TITLE, "=" * len(TITLE), "", INTRODUCTION]
    for name, scenario in sorted(known.items()):
        parts += [name, "-" * len(name), "", f"{scenario['where']}.", ""]
        parts += [".. list-table::", "   :header-rows: 1", ""]
        for row in (COLUMNS, *scenario["rows"]):
            parts += [
                f"   {'* -' if not index else '  -'} {cell}"
                for index, cell in enumerate(row)
            ]
        parts.append("")
    return "\n".join(parts)
