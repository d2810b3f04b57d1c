"""Programs of the operating system: installed when root, named otherwise."""

import glob
import os
import shutil
import subprocess

from tools import paths
from tools.steps import Failure, run, step

POSTGRES_BINARIES = "/usr/lib/postgresql/*/bin"


def postgres_bin():
    """Return the folder of the newest PostgreSQL programs, or None."""
    found = [
        (int(path.split("/")[4]), path)
        for path in glob.glob(POSTGRES_BINARIES)
        if path.split("/")[4].isdigit() and os.path.exists(f"{path}/initdb")
    ]
    if found:
        return max(found)[1]
    initdb = shutil.which("initdb")
    return os.path.dirname(os.path.realpath(initdb)) if initdb else None


def chromium():
    """Return the path of a Chromium or Chrome, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    return None


def has_chinese_font():
    """Tell whether Chinese text can be drawn."""
    if not shutil.which("fc-list"):
        return False
    listed = subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, text=True)
    return bool(listed.stdout.strip())


def missing_packages(own_postgres=True, browser=False):
    """Return the Debian packages that are missing for what is wanted."""
    wanted = [
        ("wkhtmltopdf", shutil.which("wkhtmltopdf")),
        ("fonts-noto-cjk", has_chinese_font()),
        ("fontconfig", shutil.which("fc-list")),
    ]
    if own_postgres:
        wanted.append(("postgresql", postgres_bin()))
    else:
        wanted.append(("postgresql-client", shutil.which("psql")))
    if browser:
        wanted.append(("chromium", chromium()))
        wanted.append(("poppler-utils", shutil.which("pdftotext")))
    return [package for package, found in wanted if not found]


def ensure(own_postgres=True, browser=False):
    """Install what is missing, or say what an administrator must install."""
    missing = missing_packages(own_postgres, browser)
    if not missing:
        return
    names = " ".join(missing)
    if not shutil.which("apt-get"):
        raise Failure(f"Please install these programs first: {names}")
    if os.geteuid():
        raise Failure(
            f"Some programs are missing; ask an administrator to run:\n"
            f"   apt-get update && apt-get install {names}"
        )
    with step(f"Installing {names}"):
        apt_install(missing)
    if still := missing_packages(own_postgres, browser):
        raise Failure(
            f"Still missing after the installation: {' '.join(still)}\n"
            f"   see {paths.LOGS / 'setup.log'}"
        )


def apt_install(packages):
    """Install Debian packages."""
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    hint = "Check the network and /etc/apt, then run the same command again."
    run(["apt-get", "update", "-q"], env=env, hint=hint)
    options = ["-qy", "--no-install-recommends"]
    run(["apt-get", "install", *options, *packages], env=env, hint=hint)
