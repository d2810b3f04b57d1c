"""What the sweeps of a database share: which cells are tried, each so that nothing stays.

``./run test`` tries a covering array of every sweep, ``./run sweep`` everything. Both tell
the seed and write the figures down, see ``tools/sweeps.py``.
"""

import json
import os
import shlex
import time
from datetime import date
from pathlib import Path

import sweep_engine as engine
import sweep_people as people

from odoo.tests import TransactionCase

FIGURES = Path(__file__).parents[2] / ".odoo" / "sweeps"
#: Of the covering arrays: the same cells every time, so that a change is what fails.
SEED = 19
#: Failures shown; the rest is counted.
SHOWN = 60


class Undo(Exception):
    """Ends a try, so that nothing of it stays."""


class SweepCase(TransactionCase):
    """One sweep. Its subclass gives ``sweep``, ``axes`` and ``attempt``."""

    sweep = ""
    #: ``[(part of a cell, reason)]``: failures that wait for their cure.
    known = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "lang": "zh_CN"})
        module = cls.env.ref("base.module_community_complaint")
        cls.database = "demo" if module.demo else "empty"
        cls.people = people.make(cls.env)

    def axes(self):
        """Return ``{axis: values}``; values are texts that name what they stand for."""
        raise NotImplementedError

    def possible(self, cell):
        """Return whether a cell, which may lack axes, can occur."""
        return True

    def attempt(self, cell):
        """Try a cell and return ``(outcome, message)``."""
        raise NotImplementedError

    # ------------------------------------------------------------------
    # The run
    # ------------------------------------------------------------------

    def run_sweep(self):
        """Try the cells, write the figures down, and fail with a line per surprise."""
        start = time.monotonic()
        seed = int(os.environ.get("COMPLAINT_SWEEP_SEED") or SEED)
        tally, cells = self._planned(seed)
        for cell in cells:
            tally.add(cell, *self.attempt(cell))
        figures = {
            **tally.figures(),
            "full": bool(os.environ.get("COMPLAINT_SWEEP_ALL")),
            "seed": seed,
            "seconds": round(time.monotonic() - start),
            "date": str(date.today()),
        }
        if not os.environ.get("COMPLAINT_SWEEP_CELL"):
            self._keep(figures)
        problems = tally.problems()
        more = len(problems) - SHOWN
        shown = [*problems[:SHOWN], *([f"and {more} more"] if more > 0 else [])]
        self.assertTrue(tally.tried, "nothing was tried")
        self.assertFalse(
            problems,
            "\n".join([f"{tally.line()} (seed {seed}, {self.database})", *shown]),
        )

    def _planned(self, seed):
        """Return the tally and the cells to try."""
        words = shlex.split(os.environ.get("COMPLAINT_SWEEP_CELL", ""))
        axes = engine.narrowed(self.axes(), words)
        everything = list(engine.product(axes, self.possible))
        full = bool(os.environ.get("COMPLAINT_SWEEP_ALL")) and not words
        tally = engine.Tally(self.sweep, len(everything), list(self.known), full)
        if full or words:
            return tally, everything
        return tally, engine.pairwise(axes, seed, self.possible)

    def _keep(self, figures):
        FIGURES.mkdir(parents=True, exist_ok=True)
        path = FIGURES / f"{self.sweep}-{self.database}.json"
        path.write_text(json.dumps(figures, indent=1))

    # ------------------------------------------------------------------
    # A try
    # ------------------------------------------------------------------

    def undone(self, function):
        """Call a function as a request does, take everything back, return what it returned.

        :raise Exception: whatever the function, or writing its effects, raises
        """
        results = []
        try:
            with self.env.cr.savepoint():
                results.append(function())
                raise Undo
        except Undo:
            return results[0]
        finally:
            self._forget()

    def settle(self):
        """Do what the end of a request does before it commits."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.flush_all()

    def _forget(self):
        """Forget what a try left outside of the database."""
        cursor = self.env.cr
        for callbacks in (cursor.precommit, cursor.postcommit, cursor.postrollback):
            callbacks.clear()
        self.env.invalidate_all(flush=False)
        # as when a request is rolled back: what it kept meanwhile, and no more
        invalidated = self.registry.cache_invalidated
        if names := tuple(invalidated):
            self.registry.clear_cache(*names)
            invalidated.clear()
