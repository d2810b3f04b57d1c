"""Every public method of ours, as the registry has it."""

import json

from tools import odoo_cli, paths

SCRIPT = """
import inspect, json
found = {}
for name, model in env.registry.items():
    for method in dir(model):
        if method.startswith("_"):
            continue
        value = inspect.getattr_static(model, method, None)
        if not inspect.isfunction(value) or not callable(value):
            continue
        owners = [c for c in model.__mro__ if method in vars(c)]
        if not any("community_complaint" in (c.__module__ or "") for c in owners):
            continue
        if getattr(value, "_api_private", False):
            continue
        needed = [
            p.name for p in list(inspect.signature(value).parameters.values())[1:]
            if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
        found.setdefault(name, {})[method] = needed
open(%r, "w").write(json.dumps(found))
"""


def public(database):
    """Return ``{model: {method: [needed arguments]}}`` of what our add-ons define."""
    path = paths.WORK / f"{database}-methods.json"
    path.unlink(missing_ok=True)
    log = paths.LOGS / f"{database}-methods.log"
    command = ("shell", "-d", database, "--no-http")
    odoo_cli.call(log, *command, script=SCRIPT % str(path))
    found = json.loads(path.read_text())
    path.unlink()
    return found
