"""Where things are. Generated things live in ``.odoo`` and ``.venv`` only."""

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / ".odoo"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOGS = WORK / "log"
STAMPS = WORK / "stamps"
DATA = WORK / "data"
CONF = WORK / "odoo.conf"
CACHE = (
    Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    / "community-complaint"
)
ADDONS = (
    "community_complaint",
    "community_complaint_l10n_zh",
    "community_complaint_medical",
    "community_complaint_appeal",
    "community_complaint_portal",
)
#: Those that come along with another app of Odoo's, and are not there without it.
BESIDE = ("community_complaint_website",)


def present_addons():
    """Return the names of our add-ons that exist, in the order of their dependencies."""
    return [name for name in ADDONS if (ROOT / name / "__manifest__.py").is_file()]


def clone_hash():
    """Return a short name that is this clone's own on this machine."""
    return hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]


def files_hash(*paths, extra=()):
    """Return a hash of the contents of files and of some more texts."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(Path(path).read_bytes())
    for text in extra:
        digest.update(str(text).encode())
    return digest.hexdigest()[:16]
