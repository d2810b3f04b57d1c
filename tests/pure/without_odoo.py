"""Make the ``tools`` of an add-on importable without Odoo.

The add-on's own ``__init__`` imports its models; a bare package with the same name and
folder stands in for it, unless the add-on itself was imported before.
"""

import importlib.machinery
import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def load_tools(root=ROOT, name="community_complaint"):
    """Return the package ``<name>.tools`` of a source tree."""
    if name not in sys.modules:
        spec = importlib.machinery.ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = [str(root / name)]
        sys.modules[name] = importlib.util.module_from_spec(spec)
    return importlib.import_module(f"{name}.tools")
