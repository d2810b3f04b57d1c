"""Every regulation, replayed: ``data/scenarios/*.yaml``.

``./run conformance`` keeps what the replay came to in ``data/replay.json``.
"""

import json
import os
import sys
from datetime import date
from pathlib import Path

import yaml

from odoo.tests import HttpCase, tagged

sys.path.insert(0, str(Path(__file__).parent))

from screen_story import ScreenStory  # noqa: E402
from story import Story  # noqa: E402

from tools import conformance  # noqa: E402

FOLDER = Path(__file__).resolve().parents[2] / "data" / "scenarios"

#: How a file is played: by calls, or through the screens of those who act.
STORIES = {"calls": Story, "screens": ScreenStory}


@tagged("post_install", "-at_install")
class TestScenarios(HttpCase):
    """One test per file, made below, so that a failure names its regulation."""

    replayed = {}

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        if os.environ.get("COMPLAINT_REPLAY_WRITE"):
            known = json.loads(conformance.REPLAY.read_text())["cases"]
            found = {"date": str(date.today()), "cases": {**known, **cls.replayed}}
            text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)
            conformance.REPLAY.write_text(text + "\n")

    def replay(self, path):
        script = yaml.safe_load(path.read_text())
        conformance.check_script(script, path.name)
        story = STORIES[script.get("played", "calls")](self, script)
        self.replayed[path.stem] = {}
        self.assertTrue(script["cases"])
        for case in script["cases"]:
            self.assertTrue(case["steps"], case["name"])
            if story.play(case):
                self.replayed[path.stem][case["name"]] = conformance.digest(case)


def _test(path):
    def test(self):
        self.replay(path)

    test.__doc__ = f"Replay {path.name}."
    return test


for _path in sorted(FOLDER.glob("*.yaml")):
    setattr(TestScenarios, f"test_{_path.stem}", _test(_path))
