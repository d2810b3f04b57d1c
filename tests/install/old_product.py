"""The product as an earlier commit had it: its sources, and an office filled with it.

The sources come out of this clone's own history. An office is built once: with the demo
data of that time, by replaying that commit's scenarios, and by a script of ``fill/`` for
what neither of them does. It is kept as a template until one of these changes.
"""

import subprocess
import tarfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tools import databases, odoo_cli, paths, postgres
from tools.steps import Failure, built, lock, output, step, tail

FILL = Path(__file__).parent / "fill"


@dataclass(frozen=True)
class OldProduct:
    """An earlier state of the product.

    :param commit: its abbreviated hash
    :param addons: the add-ons it had, in the order of their dependencies
    :param scenarios: patterns of its scenarios that fill the office
    :param keys: the keys of identities its server has from when it is installed on
    """

    commit: str
    addons: tuple
    scenarios: tuple = ("*",)
    keys: str = ""

    def __str__(self):
        return self.commit

    @property
    def sources(self):
        """Return the folder of its sources."""
        return paths.WORK / "old" / self.commit

    @property
    def log(self):
        """Return the log of building its office."""
        return paths.LOGS / f"old-{self.commit}.log"

    @property
    def variables(self):
        """Return the variables of its server's environment."""
        return {"COMPLAINT_IDENTITY_KEYS": self.keys}

    def require(self):
        """Skip the test if the history of this clone does not reach back that far."""
        known = subprocess.run(
            ["git", "cat-file", "-e", f"{self.commit}^{{commit}}"],
            cwd=paths.ROOT,
            capture_output=True,
        )
        if known.returncode:
            pytest.skip(
                f"the history of this clone lacks commit {self.commit}, so nothing can"
                " be upgraded from it; git fetch --unshallow brings it"
            )

    def unpack(self):
        """Take the sources out of the history."""
        if self.sources.is_dir():
            return
        with built(self.sources) as folder:
            archive = folder.with_suffix(".tar")
            output(["git", "archive", "--output", archive, self.commit], cwd=paths.ROOT)
            with tarfile.open(archive) as stream:
                stream.extractall(folder, filter="data")
            archive.unlink()

    def template(self):
        """Return the name of the template with the filled office."""
        # the demo office and its clocks follow the day
        made_of = (
            databases.template_name(True),
            date.today().isoformat(),
            *self.addons,
        )
        scripts = [FILL / "scenarios.py", FILL / f"office_{self.commit}.py"]
        key = paths.files_hash(*scripts, extra=(*made_of, *self.scenarios, self.keys))
        return f"cc_old_{self.commit}_{key[:10]}"

    def ensure(self):
        """Return the template with the filled office; build it if it is not there."""
        self.require()
        name = self.template()
        with lock(paths.WORK / f"old-{self.commit}.lock", f"the office of {self}"):
            if not databases.exists(name):
                databases.forget_others(name)
                with step(f"Building an office with the product of {self}"):
                    self._build(name)
        return name

    def _build(self, name):
        self.unpack()
        building = f"{name}_building"
        self.log.unlink(missing_ok=True)
        databases.copy(databases.ensure_template(demo=True), building)
        forget_present_addons(building)
        sources = ("--addons-path", self.sources)
        databases.install(building, self.addons, self.log, True, *sources)
        for script in ("scenarios", f"office_{self.commit}"):
            self.shell(building, (FILL / f"{script}.py").read_text())
        forget_demo(building)
        databases.rename(building, name)

    def shell(self, name, code):
        """Run code in this product's shell.

        :raise Failure: if it fails, with the end of the log
        """
        head = f"SOURCES = {str(self.sources)!r}\nSCENARIOS = {self.scenarios!r}\n"
        arguments = ("shell", "-d", name, "--no-http", "--addons-path", self.sources)
        with open(self.log, "ab") as stream:
            begin = stream.tell()
            done = subprocess.run(
                odoo_cli.command(*arguments),
                input=(head + code).encode(),
                stdout=stream,
                stderr=subprocess.STDOUT,
                env={**odoo_cli.environment(), **self.variables},
            )
        if done.returncode:
            raise Failure(f"Filling {name} failed:\n{tail(self.log, begin)}")


def forget_present_addons(name):
    """Let a database know nothing of our add-ons of today.

    The template lists them; those that install themselves would come along with the old
    product, which has no such add-ons.
    """
    ours = "LIKE 'community_complaint%'"
    postgres.query(f"DELETE FROM ir_module_module WHERE name {ours}", name)
    postgres.query(
        "DELETE FROM ir_model_data WHERE model = 'ir.module.module'"
        " AND name LIKE 'module_community_complaint%'",
        name,
    )


def forget_demo(name):
    """Let a database be one that never saw demo data.

    No office has them, and add-ons that come with the upgrade must not bring theirs.
    """
    postgres.query("UPDATE ir_module_module SET demo = false", name)
