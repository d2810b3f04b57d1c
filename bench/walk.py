"""``./run walk``: how far a reader walks to follow a step of a case.

For each way through the product: calls of our functions, functions, files, moves from one
file to another and depth, as they really run (``sys.setprofile``), and its queries.
"""

import os
import sys
from pathlib import Path

ROOT = str(Path(__file__).resolve().parents[1]) + os.sep
HEAD = ("way", "calls", "functions", "files", "moves", "depth", "queries")


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


def measure(env, name, call):
    """Return a row of the table for one call."""
    env.flush_all()
    env.invalidate_all()
    before = env.cr.sql_log_count
    with Walk() as walk:
        call()
        env.flush_all()
    queries = env.cr.sql_log_count - before
    figures = (walk.calls, len(walk.functions), len(walk.files), walk.moves)
    return (name, *figures, walk.deepest, queries), walk.files
