"""Every public method of ours, and the base's of some models, as the registry has it."""

import json

from tools import odoo_cli, paths

SCRIPT = """
import inspect, json
found, others = {}, {}
for name, model in env.registry.items():
    for method in dir(model):
        if method.startswith("_"):
            continue
        value = inspect.getattr_static(model, method, None)
        # what stands behind a door, see tools/door.py of the core
        value = getattr(value, "method", value)
        if not inspect.isfunction(value):
            continue
        owners = [c for c in model.__mro__ if method in vars(c)]
        ours = any("community_complaint" in (c.__module__ or "") for c in owners)
        if not ours and name not in %r:
            continue
        if getattr(value, "_api_private", False):
            continue
        needed = [
            p.name for p in list(inspect.signature(value).parameters.values())[1:]
            if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
        (found if ours else others).setdefault(name, {})[method] = needed
open(%r, "w").write(json.dumps([found, others]))
"""


#: Of these the base's methods are tried as well.
BASE = (
    *("helpdesk.ticket", "mail.message", "mail.activity", "mail.followers"),
    *("ir.attachment", "rating.rating"),
)


def public(database):
    """Return ``{model: {method: [needed arguments]}}`` of our add-ons, and of the base."""
    path = paths.WORK / f"{database}-methods.json"
    path.unlink(missing_ok=True)
    log = paths.LOGS / f"{database}-methods.log"
    command = ("shell", "-d", database, "--no-http")
    odoo_cli.call(log, *command, script=SCRIPT % (BASE, str(path)))
    found, others = json.loads(path.read_text())
    path.unlink()
    return found, others
