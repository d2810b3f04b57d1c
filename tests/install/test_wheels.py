"""Packages: a wheel of each add-on, whole, and all that runs without the folders."""

import subprocess
import zipfile

import pytest

from tools import databases, odoo_cli, packages, paths, python_env

#: What an office does with installed add-ons: all parts of a package have their turn.
SCRIPT = """
import odoo.modules
from odoo.modules.module import get_manifest
for name in %(addons)r:
    place = odoo.modules.get_module_path(name)
    assert place.startswith(%(target)r), (name, place)
rules = env["complaint.regulation"].search([("is_template", "=", True)], limit=1)
office = rules._adopt(env.company)
ticket = env["helpdesk.ticket"].create({
    "team_id": office.team_id.id, "name": "Noise", "description": "<p>Drilling.</p>",
    "type_id": office.team_id.type_ids[:1].id, "channel_id": office.channel_ids[:1].id,
    "complainant_name": "Li Lei", "complainant_phone": "13800138000",
})
ticket.action_accept()
assert ticket.sudo().notice_ids.pdf_attachment_id, "no paper"
print("USED", ticket.number, len(env.registry))
"""


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """The folder with a wheel of each of our add-ons."""
    folder = tmp_path_factory.mktemp("wheels")
    command = [paths.PYTHON, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
    command += ["--quiet", "--wheel-dir", folder]
    subprocess.run(
        [*command, *(paths.ROOT / name for name in packages.addons())], check=True
    )
    return folder


@pytest.mark.parametrize("addon", packages.addons())
def test_all_files_are_in_the_wheel(wheels, addon):
    [wheel] = wheels.glob(f"odoo_addon_{addon}-*.whl")
    listed = subprocess.run(
        ["git", "ls-files", addon], cwd=paths.ROOT, capture_output=True, text=True
    ).stdout.split()
    with zipfile.ZipFile(wheel) as archive:
        names = {name.removeprefix("odoo/addons/") for name in archive.namelist()}
        [about] = [name for name in archive.namelist() if name.endswith("/METADATA")]
        needed = [
            line.partition(": ")[2]
            for line in archive.read(about).decode().splitlines()
            if line.startswith("Requires-Dist")
        ]
    left_out = {name for name in listed if not name.endswith("pyproject.toml")} - names
    assert not left_out
    for name in packages.manifest(addon)["depends"]:
        if name in packages.addons():
            assert any(line.startswith(f"odoo-addon-{name}") for line in needed), needed


def test_used_without_the_folders(wheels, tmp_path):
    """A bare environment with Odoo and the packages alone: an office takes a complaint."""
    bare = tmp_path / "bare"
    subprocess.run([python_env.base_python(), "-m", "venv", bare], check=True)
    python = bare / "bin" / "python"
    install = [python, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet"]
    needed = sorted(python_env.wheelhouse().glob("*.whl"))
    subprocess.run([*install, *needed, *sorted(wheels.glob("*.whl"))], check=True)
    [packed] = bare.glob("lib/python3*/site-packages")
    source = python_env.site_packages() / "odoo-source.pth"
    (packed / source.name).write_text(source.read_text())
    database = "cc_wheels"
    databases.copy(databases.ensure_ours(), database)
    conf = tmp_path / "odoo.conf"
    lines = paths.CONF.read_text().splitlines()
    kept = [line for line in lines if not line.startswith("addons_path")]
    conf.write_text("\n".join(kept))
    addons = paths.present_addons()
    done = subprocess.run(
        [python, "-m", "odoo", "shell", "-c", conf, "-d", database, "--no-http"],
        input=SCRIPT % {"addons": addons, "target": str(packed)},
        text=True,
        capture_output=True,
        cwd=tmp_path,
        env={**odoo_cli.environment(), "PATH": f"{bare}/bin:/usr/bin:/bin"},
    )
    databases.drop(database)
    assert "USED" in done.stdout, done.stdout[-3000:] + done.stderr[-3000:]
