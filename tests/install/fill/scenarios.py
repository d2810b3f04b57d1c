"""Fill an old product's office with its own scenarios: real steps of real roles.

Runs in that product's shell. ``SOURCES`` is the folder of its sources, ``SCENARIOS`` are
patterns of the files to replay.
"""

import sys
import unittest
from fnmatch import fnmatch
from pathlib import Path
from unittest.mock import patch

sys.path[:0] = [f"{SOURCES}/tests/scenarios", SOURCES]

import yaml
from story import Story


class Judge(unittest.TestCase):
    """What a story asserts with, and what it takes from Odoo's own test case."""

    def runTest(self):
        """Nothing; the story asserts."""

    def patch(self, owner, name, value):
        """Replace an attribute until the case is through."""
        patcher = patch.object(owner, name, value)
        patcher.start()
        self.addCleanup(patcher.stop)


judge = Judge()
judge.env, judge.registry = env, env.registry
for path in sorted(Path(SOURCES, "data", "scenarios").glob("*.yaml")):
    if not any(fnmatch(path.stem, pattern) for pattern in SCENARIOS):
        continue
    script = yaml.safe_load(path.read_text())
    story = Story(judge, script)
    story.company.name = f"Office of {path.stem}"
    for case in script["cases"]:
        story.play(case)
        judge.doCleanups()
        env.cr.commit()
