"""Forms as one person gets them: what is shown, what can be typed, which buttons."""

import ast
from contextlib import contextmanager

from odoo import Command
from odoo.tests.form import Dotter, Form, UpdateDict

from .arch import NO, allows, label, own, upward
from .errors import NotFilledIn, NotOffered

#: How many proposals a person sees below a field, and how many in the list behind it.
PROPOSALS, SEARCHED = 8, 80
#: What marks a note to the reader.
_NOTES = ("alert", "text-muted")
_WORDS = ("char", "text", "html")
_MADE_UP = ("no_create", "no_quick_create")


class KnownForm(Form):
    """A form whose view is worked out once for a person, not each time it is opened.

    :param known: ``{(model, view): what was worked out}``, kept by the person
    """

    def __init__(self, record, view, known):
        key = (record._name, view, str(record.env.context.get("form_view_ref")))
        if key not in known:
            super().__init__(record, view)
            known[key] = (self._models_info, self._view)
            return
        models_info, worked_out = known[key]
        for name, value in (
            ("_record", record),
            ("_env", record.env),
            ("_models_info", models_info),
            ("_view", worked_out),
        ):
            object.__setattr__(self, name, value)
        self.begin()

    def _get_save_values(self):
        """OVERRIDE: like the client, send no line that only shows what was changed above."""
        values = super()._get_save_values()
        for name, info in self._view["fields"].items():
            if info["type"] == "one2many" and name in values:
                values[name] = [
                    command
                    for command in values[name]
                    if command[0] != Command.UPDATE or command[2]
                ]
        return values

    def begin(self):
        """Show the record as it is on file, or what a new one starts with."""
        object.__setattr__(self, "_values", UpdateDict())
        if self._record:
            self._init_from_record()
        else:
            self._init_from_defaults()


def _shows(values, match):
    """Return whether values are as wanted: choices by key, records or their ids."""
    return all(
        values.get(name) == (value.id if hasattr(value, "_ids") else value)
        for name, value in match.items()
    )


class Filling:
    """What somebody types into: a form, or a line of one of its lists.

    :param person: who types
    :param form: ``odoo.tests.Form`` or a line of it
    :param root: its view
    :param readonly: whether it is only shown
    """

    def __init__(self, person, form, root, readonly=False):
        self.person, self.form, self.root = person, form, root
        self.readonly = readonly

    @property
    def fields(self):
        """Return ``{name: what the client knows of the field}``."""
        return self.form._view["fields"]

    def __str__(self):
        return (
            f"{self.person} at “{self.root.get('string') or self.form._record._name}”"
        )

    def evaluate(self, text):
        """Return the value of an expression of the view."""
        names = {**self.form._get_eval_context(), "uid": self.person.user.id}
        return self.person.browser.evaluate(text, **names)

    def hidden(self, node):
        """Return whether a node is hidden, or something it is inside of."""
        return any(
            self.evaluate(up.get(name))
            for up in upward(node, self.root)
            for name in ("invisible", "column_invisible")
            if up.get(name)
        )

    def evaluate_for_columns(self, text):
        """Return the value of what hides a column: only the form above is asked."""
        names = {**self.form._get_eval_context(), "parent": self._above()}
        return self.person.browser.evaluate(text, **names)

    def _above(self):
        return Dotter(self.form._get_all_values())

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------

    def _nodes(self, name):
        return [node for node in own(self.root, "field") if node.get("name") == name]

    def _shown(self, name):
        return [node for node in self._nodes(name) if not self.hidden(node)]

    def shows(self, name):
        """Return whether a field is on the screen."""
        return bool(self._shown(name))

    def value(self, name):
        """Return what a field shows.

        :raise NotOffered: if it is not on the screen
        """
        if not self.shows(name):
            raise NotOffered(f"{self} does not see “{name}”")
        return self.form[name]

    def label_of(self, name):
        """Return what a field is called on the screen."""
        written = [node.get("string") for node in self._nodes(name)]
        return next(filter(None, written), None) or self.fields[name]["string"]

    def notes(self):
        """Return what the screen tells the reader besides the fields, as texts."""
        found = []
        for node in own(self.root, "div", "p", "field"):
            marked = any(word in (node.get("class") or "").split() for word in _NOTES)
            if marked:
                found.append(" ".join(self._read(node).split()))
        return [text for text in found if text]

    def _read(self, node):
        """Return what is written in a node, without what is hidden in it."""
        if self.hidden(node):
            return ""
        words = [node.text or ""]
        if node.tag == "field" and self.fields[node.get("name")]["type"] in _WORDS:
            words.append(self.form._values[node.get("name")] or "")
        elif node.tag != "field":
            for inside in node:
                words += [self._read(inside), inside.tail or ""]
        return " ".join(words)

    # ------------------------------------------------------------------
    # Typing
    # ------------------------------------------------------------------

    def fill(self, **values):
        """Type into fields, in this order.

        :param values: a text; the label or key of a choice; a record or its name; a day or
            a moment (naive UTC); ``True`` or ``False``; for files ``[(name, bytes)]``; for
            tags a list of records or names; for a list of lines a list of dicts
        :raise NotOffered: for a field that is not there, hidden or readonly, and for a
            choice that is not proposed
        """
        for name, value in values.items():
            node = self._typable(name)
            kind = self.fields[name]["type"]
            if kind == "one2many":
                for line in value:
                    self.add(name, **line)
                continue
            typed = getattr(self, f"_typed_{kind}", self._typed_plain)
            self._type(name, typed(name, node, value))
        return self

    def _type(self, name, value):
        self.person.request(lambda: self.form.__setitem__(name, value))

    def can_type(self, name):
        """Return whether a field is on the screen and open."""
        return bool(self._open_nodes(name))

    def _open_nodes(self, name):
        if self.readonly:
            return []
        return [node for node in self._shown(name) if not self._is_readonly(node)]

    def _is_readonly(self, node):
        told = node.get("readonly")
        if told:
            return bool(self.evaluate(told))
        return bool(self.fields[node.get("name")].get("readonly"))

    def _typable(self, name):
        nodes = self._open_nodes(name)
        if nodes:
            return nodes[0]
        names = {node.get("name") for node in own(self.root, "field")}
        known = sorted(other for other in names if self.can_type(other))
        why = "only reads" if self.shows(name) else "does not see"
        raise NotOffered(f"{self} {why} “{name}”", self.notes(), known)

    def _typed_plain(self, _name, _node, value):
        return value if value not in ("", None) else False

    def _typed_date(self, _name, _node, value):
        return value and str(value)[:10]

    def _typed_datetime(self, _name, _node, value):
        return value and str(value)[:19]

    def _typed_selection(self, name, _node, value):
        for key, written in self.fields[name]["selection"]:
            if value in (key, written):
                return key
        raise NotOffered(f"{self}: “{value}” is no choice of “{name}”")

    def _typed_many2one(self, name, node, value):
        if not value:
            return self.person.env[self.fields[name]["relation"]]
        return self._chosen(name, node, value)

    def _typed_many2many(self, name, node, values):
        records = self.person.env[self.fields[name]["relation"]]
        if node.get("widget") == "many2many_binary":
            kept = records.browse(self.form._values[name])
            return kept | records.concat(*(self._upload(file) for file in values))
        return records.concat(*(self._chosen(name, node, item) for item in values))

    def _upload(self, file):
        """Return an attachment as ``/web/binary/upload_attachment`` makes it."""
        name, content = file
        attachments = self.person.env["ir.attachment"]
        return attachments.create(
            {
                "name": name,
                "raw": content,
                "res_id": 0,
                "res_model": self.form._record._name,
            }
        )

    def _chosen(self, name, node, value):
        """Return the record that a person picks from what a field proposes."""
        relation = self.fields[name]["relation"]
        by_name = isinstance(value, str)
        words = value if by_name else self._name_of(value)
        proposed = self._proposed(name, node, words, PROPOSALS)
        # whoever does not find it by typing looks at the list behind the field
        for id_, written in [*proposed, *self._proposed(name, node, "", SEARCHED)]:
            if (written == value) if by_name else (id_ == value.id):
                return self.person.env[relation].browse(id_)
        if by_name and self._may_make_up(node):
            [id_, _written] = self.person.call(relation, "name_create", value)
            return self.person.env[relation].browse(id_)
        raise NotOffered(
            f"{self}: “{self.label_of(name)}” does not propose “{words}”",
            self.notes(),
            (written for _id, written in proposed),
        )

    def _proposed(self, name, node, words, limit):
        """Return ``[(id, name)]`` that a field proposes for what was typed."""
        return self.person.call(
            self.fields[name]["relation"],
            "name_search",
            name=words,
            domain=list(self._domain(name, node)),
            operator="ilike",
            limit=limit,
            context=self.form._get_context(name),
        )

    def _name_of(self, record):
        """Return what a person types to find a record: its name as they know it."""
        [values] = self.person.call(record._name, "read", record.ids, ["display_name"])
        return values["display_name"]

    def _domain(self, name, node):
        domain = node.get("domain") or self.fields[name].get("domain") or []
        return self.evaluate(domain) if isinstance(domain, str) else domain

    def _may_make_up(self, node):
        options = ast.literal_eval(node.get("options") or "{}")
        refused = any(options.get(name) for name in _MADE_UP)
        return not refused and node.get("can_create") not in NO

    # ------------------------------------------------------------------
    # Lines
    # ------------------------------------------------------------------

    def add(self, name, /, **values):
        """Add a line to a list of the form and fill it in.

        :raise NotOffered: if the list takes no lines
        """
        with self.new_line(name) as line:
            line.fill(**values)
        return self

    def edit(self, name, match=None, /, **values):
        """Change the only line of a list, or the one that shows certain values."""
        with self.line(name, **(match or {})) as line:
            line.fill(**values)
        return self

    @contextmanager
    def new_line(self, name):
        """Add a line; it is kept when the block ends well."""
        self._check_line(name, "create")
        line = Line(self.person, self.person.request(self.form[name].new), self)
        yield line
        line.keep(name)

    @contextmanager
    def line(self, name, /, **match):
        """Open the only line that shows certain values; it is kept when the block ends.

        :raise NotOffered: if there is none, or several
        """
        self._check_line(name, "edit")
        lines = self.form._values[name].to_list_of_vals()
        hits = [n for n, line in enumerate(lines) if _shows(line, match)]
        if len(hits) != 1:
            raise NotOffered(f"{self}: {len(hits)} lines of “{name}” show {match}")
        line = Line(self.person, self.form[name].edit(hits[0]), self)
        yield line
        line.keep(name)

    def _check_line(self, name, what):
        node = self._typable(name)
        for view in node:
            if view.tag in ("list", "kanban") and not allows(view, what):
                raise NotOffered(f"{self} cannot {what} lines of “{name}”")

    def _check_filled_in(self, save, name=""):
        """Save; what is missing is told as the client tells it.

        :raise NotFilledIn: naming the fields
        """
        try:
            return self.person.request(save)
        except AssertionError as error:
            if "required" not in str(error):
                raise
            text = f"{name}: {error}" if name else str(error)
            raise NotFilledIn(f"The screen asks for more: {text}") from error


class Line(Filling):
    """A line of a list, in its row or in its dialog.

    :param upper: the form it is on
    """

    def __init__(self, person, form, upper):
        super().__init__(person, form, form._view["tree"])
        self.upper = upper

    def keep(self, name):
        """Close the line and keep what was typed; the form is not saved by that."""
        self._check_filled_in(self.form.save, name)

    def hidden(self, node):
        """Return whether a cell is hidden, or its whole column."""
        column = node.get("column_invisible")
        if column and self.upper.evaluate_for_columns(column):
            return True
        return any(
            self.evaluate(up.get("invisible"))
            for up in upward(node, self.root)
            if up.get("invisible")
        )


class Sheet(Filling):
    """A form on somebody's screen: in the main window, or a dialog.

    :param record: what it shows, none for a new one
    :param view: id of the view, or False
    :param dialog: whether it covers another screen
    """

    def __init__(self, person, record, view=False, *, dialog=False, readonly=False):
        self._stale = False
        form = person.request(lambda: KnownForm(record, view, person.known))
        super().__init__(person, form, form._view["tree"], readonly)
        self.dialog = dialog
        what = "edit" if record else "create"
        self.readonly = readonly or not allows(self.root, what)

    @property
    def form(self):
        """Return the form; it is read anew when something happened meanwhile."""
        if self._stale:
            self._stale = False
            self.person.request(self._form.begin)
        return self._form

    @form.setter
    def form(self, form):
        self._form = form

    @property
    def record(self):
        """Return the record that is shown."""
        return self._form._record

    def reload(self):
        """Show the record as it is on file when somebody looks."""
        self._stale = bool(self._form._record)

    def save(self):
        """Save what was typed, as the client does before every button.

        :raise NotFilledIn: naming the fields that must not stay empty
        """
        if not self.readonly or not self.record:
            self._check_required()
            self._check_filled_in(self.form.save)
        return self

    def _check_required(self):
        missing = [
            name for name in dict.fromkeys(self._missing()) if self.can_type(name)
        ]
        if missing:
            names = ", ".join(f"“{self.label_of(name)}”" for name in missing)
            raise NotFilledIn(f"The screen asks for more: {names} must be filled in.")

    def _missing(self):
        for node in own(self.root, "field"):
            name = node.get("name")
            told = node.get("required")
            required = (
                self.evaluate(told) if told else self.fields[name].get("required")
            )
            kind = self.fields[name]["type"]
            if kind not in ("boolean", "integer", "float") and required:
                value = self.form._values[name]
                if value is False or value == "" or value == []:
                    yield name

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def buttons(self):
        """Return the nodes of the buttons this person could press now."""
        return [node for node in own(self.root, "button") if not self.hidden(node)]

    def button(self, wanted):
        """Return the node of a button by its label, or the name of its method.

        :raise NotOffered: telling what the person could press
        """
        offered = self.buttons()
        for node in offered:
            if wanted in (label(node), node.get("name")):
                return node
        raise NotOffered(
            f"“{wanted}” is not on the screen of {self}",
            self.notes(),
            map(label, offered),
        )

    def press(self, wanted):
        """Press a button: save, be asked for confirmation, do what it does."""
        node = self.button(wanted)
        if node.get("special") == "cancel":
            self.person.close()
            return self
        self.person.confirm(node)
        self.save()
        self._execute(node)
        return self

    def _execute(self, node):
        self.person.execute(
            node,
            self.record,
            self.evaluate(node.get("context") or "{}"),
        )

    # ------------------------------------------------------------------
    # Rows of lists on the form
    # ------------------------------------------------------------------

    def rows(self, name):
        """Return the rows that a list of the form shows.

        :raise NotOffered: if it is not on the screen
        """
        shown = self._shown(name)
        views = [view for node in shown for view in node if view.tag == "list"]
        if not views:
            raise NotOffered(f"{self} sees no list “{name}”")
        relation = self.fields[name]["relation"]
        ids = list(self.form._values[name])
        values = self.person.read(relation, ids, views[0])
        closed = not any(not self._is_readonly(node) for node in shown)
        return [
            Row(
                self, self.person.env[relation].browse(row["id"]), row, views[0], closed
            )
            for row in values
        ]

    def row(self, name, /, **match):
        """Return the only row that shows certain values."""
        found = [row for row in self.rows(name) if row.matches(match)]
        if len(found) != 1:
            raise NotOffered(f"{self}: {len(found)} rows of “{name}” show {match}")
        return found[0]


class Row:
    """A row of a list on a form: what it shows, its buttons, its dialog."""

    def __init__(self, sheet, record, values, root, readonly):
        self.sheet, self.record, self.values = sheet, record, values
        self.root, self.readonly = root, readonly

    def matches(self, match):
        """Return whether the row shows certain values, choices by key."""
        return _shows(self.values, match)

    def _hidden(self, node):
        column = node.get("column_invisible")
        if column and self.sheet.evaluate_for_columns(column):
            return True
        names = {**self.values, "parent": self.sheet._above()}
        browser = self.sheet.person.browser
        return any(
            browser.evaluate(up.get("invisible"), **names)
            for up in upward(node, self.root)
            if up.get("invisible")
        )

    def buttons(self):
        """Return the nodes of the buttons of the row that can be pressed now."""
        return [node for node in own(self.root, "button") if not self._hidden(node)]

    def press(self, wanted):
        """Press a button of the row; the form is saved first."""
        person = self.sheet.person
        for node in self.buttons():
            if wanted in (label(node), node.get("name")):
                person.confirm(node)
                self.sheet.save()
                context = person.browser.evaluate(
                    node.get("context") or "{}", **self.values
                )
                person.execute(node, self.record, context)
                return
        raise NotOffered(
            f"“{wanted}” is not in this row of {self.sheet}",
            offered=map(label, self.buttons()),
        )

    def open(self):
        """Open the row in its dialog."""
        self.sheet.save()
        return self.sheet.person.show(
            Sheet(self.sheet.person, self.record, dialog=True, readonly=self.readonly)
        )
