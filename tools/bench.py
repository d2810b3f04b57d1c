"""``./run bench``: time the scenarios in ``bench/`` and keep their figures.

A scenario is a module with ``run(args)`` that returns
``{name: {"median": …, "best": …, "unit": …, "target": … or None}}``.
It may ask ``args.database()`` for a database with our add-ons.
"""

import argparse
import importlib.util
import json
import os
import platform
import subprocess
import sys
from datetime import datetime, timezone

from tools import databases, odoo_cli, paths
from tools.steps import Failure, say, step

FOLDER = paths.ROOT / "bench"
RESULTS = FOLDER / "results"
DATABASE = "cc_bench"


def main(arguments):
    """Run the scenarios named, or all, and print a table of each."""
    parser = argparse.ArgumentParser(prog="./run bench")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--no-save", action="store_true")
    args = parser.parse_args(arguments)
    available = scenarios()
    if unknown := set(args.names) - set(available):
        raise Failure(f"No such bench: {', '.join(unknown)}; {', '.join(available)}")
    args.database = make_database
    args.conf = paths.CONF
    os.environ.update(odoo_cli.environment())
    slow = 0
    for name in args.names or available:
        with step(f"bench {name}"):
            figures = load(available[name]).run(args)
        slow += show(figures)
        if not args.no_save:
            save(name, figures)
    say(f"{slow} figures are above their target." if slow else "All targets are met.")
    return 0


def scenarios():
    """Return ``{name: path}`` of the modules that can be timed."""
    return {
        path.stem: path
        for path in sorted(FOLDER.glob("*.py"))
        if "def run(" in path.read_text()
    }


def load(path):
    """Return a scenario's module."""
    sys.path.insert(0, str(FOLDER))
    spec = importlib.util.spec_from_file_location(f"bench_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make_database(demo=False):
    """Return the name of a fresh database with our add-ons."""
    databases.create(DATABASE, demo)
    return DATABASE


def show(figures):
    """Print a table and return how many figures miss their target."""
    missed = 0
    for name, row in figures.items():
        target, unit = row.get("target"), row.get("unit", "")
        over = target is not None and row["median"] > target
        missed += over
        limit = f"{target:g} {unit}" if target is not None else "-"
        best = row.get("best", row["median"])
        mark = " !" if over else ""
        say(f"   {name:50}{row['median']:10.2f}{best:10.2f} {unit:4}{limit:>12}{mark}")
    return missed


def save(name, figures):
    """Keep the figures with where they came from."""
    RESULTS.mkdir(exist_ok=True)
    text = {
        "when": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "commit": commit(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "figures": figures,
    }
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(text, indent=1, ensure_ascii=False) + "\n")


def commit():
    """Return the commit that was timed."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()
