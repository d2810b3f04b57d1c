"""What lint counts of the house that the add-ons are; the counts may only fall.

A *double* is a method that one add-on writes twice for the same model: whoever reads one
body does not know of the other. Doubles among the classes of a model and those among the
mixins of one add-on that a model inherits are counted apart; a model may override a hook
that its mixin declares. An *inner view* extends a view of the same add-on. An *override* is a
``create``, ``write``, ``unlink`` or ``_check_access`` of a model: what follows a change is a
row of ``complaint.change.mixin`` instead.
"""

import ast
import json
from collections import defaultdict

from lxml import etree

from tools import paths

#: What the framework itself gives to every model; ours extend it with ``super()``.
ORM = frozenset({"_search", "copy_data", "create", "onchange", "unlink", "write"})
COUNTS = paths.ROOT / "data" / "house.json"
#: Methods of the ORM that only mixins override.
_OVERRIDDEN = frozenset({"create", "write", "unlink", "_check_access"})


def faults(fix=False):
    """Yield where a count rose, or fell without being written down.

    :param fix: write down what fell
    """
    known = json.loads(COUNTS.read_text())
    present = counts()
    yield from same_names(
        part for addon in paths.present_addons() for part in classes(addon)
    )
    for addon, found in present.items():
        for kind, names in found.items():
            before = known.get(addon, {}).get(kind, 0)
            if len(names) > before:
                yield f"{addon}: {len(names)} {kind}, {before} before:"
                yield from (f"   {name}" for name in sorted(names))
            elif len(names) < before and not fix:
                yield f"{addon}: {len(names)} {kind}, {before} before; ./run lint --fix"
    if fix:
        write(present)


def write(present):
    """Write the counts down; nothing rises by this."""
    known = json.loads(COUNTS.read_text())
    fallen = {
        addon: {
            kind: min(len(names), known.get(addon, {}).get(kind, 0))
            for kind, names in found.items()
        }
        for addon, found in present.items()
    }
    COUNTS.write_text(json.dumps(fallen, indent=1, sort_keys=True) + "\n")


def counts():
    """Return ``{addon: {kind of fault: names}}``."""
    found = {}
    for addon in paths.present_addons():
        known = [*classes(addon)]
        found[addon] = {
            **doubles(known),
            "inner views": inner_views(addon),
            "overrides": overrides(known),
        }
    return found


def classes(addon):
    """Yield ``(model, names it inherits, abstract, methods)`` of each class of models."""
    for path in sorted((paths.ROOT / addon).rglob("*.py")):
        if not {"tests", "migrations"} & set(path.parts):
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.ClassDef) and (found := read_class(node)):
                    yield found


def read_class(node):
    """Return what :func:`classes` yields of one class, ``None`` if it is no model.

    >>> [leaf] = ast.parse('class A(models.Model):' + chr(10) + ' _inherit = "a"').body
    >>> read_class(leaf)
    ('a', ['a'], False, [])
    """
    given = {
        part.targets[0].id: part.value
        for part in node.body
        if isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name)
    }
    name = given.get("_name")
    inherited = names(given.get("_inherit"))
    model = (
        name.value if isinstance(name, ast.Constant) else next(iter(inherited), None)
    )
    if not model:
        return None
    abstract = any(getattr(base, "attr", "") == "AbstractModel" for base in node.bases)
    methods = [part.name for part in node.body if isinstance(part, ast.FunctionDef)]
    return model, inherited, abstract, methods


def same_names(found):
    """Yield methods that we give to every model and that one of ours has of its own.

    The one of the model would be called in its place.

    >>> list(same_names([("base", [], True, ["_x"]), ("a", [], False, ["_x", "_y"])]))
    ['a._x: the same name as for every model (base)']
    """
    found = list(found)
    everywhere = {
        name
        for model, _inherited, _abstract, methods in found
        if model == "base"
        for name in methods
    } - ORM
    for model, _inherited, _abstract, methods in found:
        if model != "base":
            for name in everywhere.intersection(methods):
                yield f"{model}.{name}: the same name as for every model (base)"


def names(value):
    """Return the texts of a literal: one, or a list of some."""
    parts = value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
    return [part.value for part in parts if isinstance(part, ast.Constant)]


def doubles(found):
    """Return both kinds of doubles among classes as :func:`classes` yields them.

    >>> doubles([("a", [], False, ["x"]), ("a", ["a"], False, ["x", "y"])])
    {'doubles': ['a.x'], 'doubles of mixins': []}
    >>> mixins = [("m", [], True, ["x"]), ("n", [], True, ["x"])]
    >>> doubles([*mixins, ("a", ["m", "n"], False, ["x"])])
    {'doubles': [], 'doubles of mixins': ['m, n: x']}
    """
    bodies = defaultdict(lambda: defaultdict(int))
    parents, abstract = defaultdict(set), set()
    for model, inherited, is_abstract, methods in found:
        parents[model] |= set(inherited) - {model}
        abstract |= {model} if is_abstract else set()
        for method in methods:
            bodies[model][method] += 1
    mixed = set()
    for model in set(bodies) - abstract:
        owners = defaultdict(set)
        for mixin in ancestors(model, parents) & set(bodies):
            for method in bodies[mixin]:
                owners[method].add(mixin)
        mixed |= {
            f"{', '.join(sorted(mixins))}: {method}"
            for method, mixins in owners.items()
            if len(mixins) > 1
        }
    return {
        "doubles": sorted(
            f"{model}.{method}"
            for model, methods in bodies.items()
            for method, number in methods.items()
            if number > 1
        ),
        "doubles of mixins": sorted(mixed),
    }


def overrides(found):
    """Return the overrides among classes as :func:`classes` yields them.

    >>> overrides([("a", [], False, ["write", "x"]), ("b", [], True, ["unlink"])])
    ['a.write', 'b.unlink']
    """
    return sorted(
        f"{model}.{method}"
        for model, _inherited, _abstract, methods in found
        for method in methods
        if method in _OVERRIDDEN
    )


def ancestors(model, parents):
    """Return the names of all that a model inherits.

    >>> sorted(ancestors("a", {"a": {"b"}, "b": {"c"}}))
    ['b', 'c']
    """
    found, waiting = set(), set(parents.get(model, ()))
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= set(parents.get(name, ())) - found
    return found


def inner_views(addon):
    """Return the xmlids of views that extend a view of their own add-on."""
    found = []
    for path in sorted((paths.ROOT / addon).rglob("*.xml")):
        if not {"tests", "static", "i18n"} & set(path.parts):
            for field in etree.parse(path).iterfind(
                ".//record/field[@name='inherit_id']"
            ):
                ref = field.get("ref") or ""
                if "." not in ref or ref.startswith(f"{addon}."):
                    found.append(f"{field.getparent().get('id')} < {ref}")
    return found
