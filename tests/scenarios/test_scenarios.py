"""Every regulation, replayed: ``data/scenarios/*.yaml``."""

import sys
from pathlib import Path

import yaml

from odoo.tests import TransactionCase, tagged

sys.path.insert(0, str(Path(__file__).parent))

from story import Story  # noqa: E402

FOLDER = Path(__file__).resolve().parents[2] / "data" / "scenarios"


@tagged("post_install", "-at_install")
class TestScenarios(TransactionCase):
    """One test per file, made below, so that a failure names its regulation."""

    def replay(self, path):
        script = yaml.safe_load(path.read_text())
        story = Story(self, script)
        self.assertTrue(script["cases"])
        for case in script["cases"]:
            self.assertTrue(case["steps"], case["name"])
            story.play(case)


def _test(path):
    def test(self):
        self.replay(path)

    test.__doc__ = f"Replay {path.name}."
    return test


for _path in sorted(FOLDER.glob("*.yaml")):
    setattr(TestScenarios, f"test_{_path.stem}", _test(_path))
