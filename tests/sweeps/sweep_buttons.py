"""Which buttons there are, who sees them on which record, and how they are pressed."""

import contextlib
from dataclasses import dataclass

from driver.browser import names_in, names_of

from odoo.exceptions import AccessError, MissingError

KINDS = ("form", "list", "kanban")
_HIDING = ("invisible", "column_invisible")


@dataclass(frozen=True)
class Button:
    """A button of a view as one reader gets it.

    :param model: the model whose method it calls
    :param hidden: expressions of which any hides it
    :param upper: the field by which a line leads to the record whose form it is on
    """

    model: str
    name: str
    hidden: tuple = ()
    context: str = "{}"
    upper: str = ""

    @property
    def key(self):
        """Return what the tables call the button."""
        return f"{self.model}.{self.name}"

    @property
    def asked(self):
        """Return the names that decide whether it is shown."""
        return {name for text in self.hidden for name in names_in(text)}

    @property
    def asked_of_upper(self):
        """Return the fields of the record above a line that decide."""
        return {name for text in self.hidden for name in names_of(text, "parent")}


def models(env):
    """Return the names of the models with buttons of ours."""
    return sorted(
        name
        for name, model in env.registry.items()
        if (name.startswith("complaint.") or name == "helpdesk.ticket")
        and not model._abstract
    )


def of_user(browser, model):
    """Return the buttons of all views of a model, as somebody gets them."""
    found = []
    for view in _views(browser.env, model):
        try:
            arch = browser.arch_of(model, view)
        except AccessError:
            continue
        found += _in_arch(browser.env, model, arch)
    with contextlib.suppress(AccessError):
        found += _in_menu(browser, model)
    return found


def _views(env, model):
    # sudo: ir.ui.view - which views there are
    return (
        env["ir.ui.view"]
        .sudo()
        .search(
            [("model", "=", model), ("type", "in", KINDS), ("mode", "=", "primary")]
        )
    )


def _in_arch(env, model, arch):
    """Return the buttons of an architecture, those of lines inside of it too."""
    found = []
    for node in arch.xpath(".//*[@type='object'][@name]"):
        lines = [up for up in node.iterancestors("field") if up is not arch]
        owner, upper = model, ""
        for line in reversed(lines):
            field = env[owner]._fields[line.get("name")]
            owner, upper = field.comodel_name, getattr(field, "inverse_name", "") or ""
        inside = lines[0] if lines else None
        hidden = []
        for up in [node, *node.iterancestors()]:
            if up is inside:
                break
            hidden += [up.get(name) for name in _HIDING if up.get(name)]
        found.append(
            Button(
                owner,
                node.get("name"),
                tuple(hidden),
                node.get("context") or "{}",
                upper,
            )
        )
    return found


def _in_menu(browser, model):
    """Return the server actions that the cog menu offers for a model."""
    bindings = browser.call("ir.actions.actions", "get_bindings", model)
    ids = [action["id"] for actions in bindings.values() for action in actions]
    # sudo: ir.actions.server - which of them run something on the server
    found = browser.env["ir.actions.server"].sudo().browse(ids).exists()
    return [Button(model, f"run:{name}") for name in found.get_external_id().values()]


class Eyes:
    """What somebody sees of records: which buttons, and whether the record at all.

    Nothing of a try stays, so everything is read once.

    :param got: ``{key: buttons}`` of the reader
    """

    def __init__(self, browser, got):
        self.browser = browser
        self.got = got
        self._read = {}

    def button(self, key, record):
        """Return the button as it is on the screen of a record, or None."""
        values = self._values(record)
        if values is None:
            return None
        shown = (b for b in self.got.get(key, ()) if not self._hidden(b, record))
        return next(shown, None)

    def _values(self, record):
        """Return what the views' expressions ask of a record; None if it is hidden."""
        place = (record._name, record.id)
        if place not in self._read:
            self._read[place] = self._read_values(record)
        return self._read[place]

    def _read_values(self, record):
        names = {
            name
            for buttons in self.got.values()
            for button in buttons
            for name in self._asked(button, record._name)
        }
        # alone: what is read together with a hidden record is read one by one
        own = self.browser.env[record._name].browse(record.id)
        try:
            return _values(own, (names | {"id"}) & record._fields.keys())
        except (AccessError, MissingError):
            return None

    def _asked(self, button, model):
        """Return the names that a button's expressions ask of records of a model."""
        if button.model == model:
            yield from button.asked
            yield from {button.upper} - {""}
        if button.upper:
            upper = self.browser.env[button.model]._fields[button.upper]
            if upper.comodel_name == model:
                yield from button.asked_of_upper

    def _hidden(self, button, record):
        values = dict(self._values(record))
        if button.upper and values.get(button.upper):
            field = record._fields[button.upper]
            upper = record.env[field.comodel_name].browse(values[button.upper])
            values["parent"] = Upper(self._values(upper) or {})
        return any(self.browser.evaluate(text, **values) for text in button.hidden)


class Upper:
    """The record whose form shows a line, as ``parent`` of an expression."""

    def __init__(self, values):
        self.__dict__.update(values)


def _values(record, names):
    return record.read(sorted(names), load="")[0] if names else {}


def press(browser, button, record, context=None):
    """Press a button of a record as the web client does and return what it returns."""
    around = {
        "active_model": record._name,
        "active_id": record.id,
        "active_ids": record.ids,
        **(context or {}),
    }
    kind, _colon, action = button.name.partition(":")
    if action:
        # sudo: ir.actions.server - a forged call only needs the number
        id_ = browser.env(su=True).ref(action).id
        return browser.call("ir.actions.server", kind, [id_], context=around)
    names = names_in(button.context) & record._fields.keys()
    # sudo: the sample - what a forged call sends is up to who forges it
    values = _values(record.sudo(), names)
    own = browser.evaluate(
        button.context, active_id=record.id, active_ids=record.ids, **values
    )
    return browser.call(
        button.model, button.name, record.ids, context={**(context or {}), **own}
    )
