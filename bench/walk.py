"""How far a reader walks to follow a step of a case: files, as they really run.

Counts calls, functions, files, moves from one file to another and depth of our own code
(``sys.setprofile``), and the queries; the files are the figure that is kept.
"""

import os
import sys
from pathlib import Path

import filled
from cases import Ours
from odoo_env import Row, environment

ROOT = str(Path(__file__).resolve().parents[1]) + os.sep
#: Cases beside the one that is walked.
SIZE = 2_000
#: Most files of each way.
LIMITS = {"register": 45, "accept": 45, "start": 45, "findings": 20}


class Walk:
    """Counts what one call runs through in the add-ons, their tests left out."""

    def __init__(self):
        self.calls, self.moves, self.depth, self.deepest = 0, 0, 0, 0
        self.functions, self.files, self.last = set(), {}, None

    def __enter__(self):
        sys.setprofile(self._see)
        return self

    def __exit__(self, *_error):
        sys.setprofile(None)

    def _see(self, frame, event, _argument):
        code = frame.f_code
        if not code.co_filename.startswith(ROOT + "community_complaint"):
            return
        if event == "call":
            self._enter(code)
        elif event == "return":
            self.depth = max(self.depth - 1, 0)

    def _enter(self, code):
        name = code.co_filename[len(ROOT) :]
        self.calls += 1
        self.depth += 1
        self.deepest = max(self.deepest, self.depth)
        if not code.co_name.startswith("<"):
            self.functions.add((name, code.co_qualname))
        self.files[name] = self.files.get(name, 0) + 1
        self.moves += name != self.last and self.last is not None
        self.last = name


def run(args):
    """Return a row for each way, the files as its figure."""
    with environment(filled.ours(SIZE, args), args.conf) as env:
        ours = Ours(env)
        # the first one fills the caches
        ours.create(1)().action_accept()
        case = ours.create(1)()
        handled = ours._as("handler", case)
        return [
            measure(env, "register", ours.create(1)),
            measure(env, "accept", case.action_accept),
            measure(env, "start", handled.action_start_investigation),
            measure(env, "findings", lambda: handled.write({"findings": "True."})),
        ]


def measure(env, name, call):
    """Return the row of one way, and print its other figures."""
    env.flush_all()
    env.invalidate_all()
    before = env.cr.sql_log_count
    with Walk() as walk:
        call()
        env.flush_all()
    queries = env.cr.sql_log_count - before
    print(  # noqa: T201
        f"   {name}: {walk.calls} calls, {len(walk.functions)} functions, "
        f"{walk.moves} moves, depth {walk.deepest}"
    )
    figure = {"files": len(walk.files)}
    return Row(name, figure, {"files": queries}, limit=LIMITS[name], unit="files")
