"""The virtual environment, filled from a folder of wheels in the cache."""

import os
import platform
import shutil
import subprocess
import sys
import sysconfig

from tools import debian, paths
from tools.steps import Failure, built, lock, run, stamp, stamped, step, unstamp

REQUIREMENTS = paths.ROOT / "requirements-dev.txt"
HINT = "The Python package index must be reachable; run the same command again."


def ensure():
    """Return the Python of the virtual environment; make it when absent or outdated."""
    odoo = str(debian.odoo_path())
    wanted = f"{wheels_key()} {sys.base_prefix} {odoo}"
    if stamped("venv", wanted) and works():
        return paths.PYTHON
    wheels = wheelhouse()
    unstamp("venv")
    with step("Making the virtual environment"):
        shutil.rmtree(paths.VENV, ignore_errors=True)
        python = base_python()
        run([python, "-m", "venv", paths.VENV], hint="Is python3-venv installed?")
        install(wheels)
        (site_packages() / "odoo-source.pth").write_text(f"{odoo}\n")
    check_odoo()
    stamp("venv", wanted)
    return paths.PYTHON


def base_python():
    """Return the interpreter outside of any virtual environment."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


def works():
    """Tell whether the environment's Python starts."""
    try:
        done = subprocess.run([paths.PYTHON, "-c", "import lxml.etree, psycopg2"])
    except OSError:
        return False
    return done.returncode == 0


def wheels_key():
    """Return what the wheels depend on: requirements, Python and machine."""
    machine = (sysconfig.get_platform(), platform.python_version(), platform.libc_ver())
    return paths.files_hash(REQUIREMENTS, extra=machine)


def wheelhouse():
    """Return the folder with a wheel for every requirement."""
    target = paths.CACHE / "wheels" / wheels_key()
    with lock(paths.CACHE / "lock", "the packages in the cache"):
        if not target.is_dir():
            with step("Downloading the Python packages"), built(target) as folder:
                build_wheels(folder)
    return target


def build_wheels(folder):
    """Download or build the wheels into a folder."""
    # an environment of its own, as the system's pip may be absent or old
    builder = folder / ".builder"
    run([base_python(), "-m", "venv", builder], hint="Is python3-venv installed?")
    command = [builder / "bin" / "python", "-m", "pip", "wheel", "--no-deps"]
    # an old pip would build source packages with a "wheel" that is not there
    command += ["--use-pep517", "--quiet", "--wheel-dir", folder]
    command += ["--requirement", REQUIREMENTS]
    run(command, hint=HINT)
    shutil.rmtree(builder)


def install(wheels):
    """Install every wheel of a folder; the list is complete, nothing is resolved."""
    command = [paths.PYTHON, "-m", "pip", "install", "--no-deps", "--no-index"]
    command += ["--quiet", "--no-warn-script-location"]
    run([*command, *sorted(wheels.glob("*.whl"))])


def site_packages():
    """Return the folder of the environment's packages."""
    return next(paths.VENV.glob("lib/python3*/site-packages"))


def check_odoo():
    """Stop with a clear message when Odoo cannot be imported."""
    code = "import odoo.release; print(odoo.release.version)"
    done = subprocess.run(
        [paths.PYTHON, "-c", code], capture_output=True, text=True, cwd="/"
    )
    if done.returncode or not done.stdout.startswith("19.0"):
        raise Failure(
            f"The virtual environment does not find Odoo 19.0: {done.stdout}"
            f"{done.stderr[-500:]}\n   Delete .venv and run the same command again."
        )
