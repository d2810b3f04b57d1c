"""What the tables say is what methods, buttons and screens do."""

import ast
import inspect
import re
import textwrap
from pathlib import Path

from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from ..models.complaint_life_mixin import ComplaintLifeMixin
from ..models.complaint_seal_mixin import ComplaintSealMixin, SealTable
from ..tools.life import ANYBODY, Life
from .public_methods import public_methods

#: Steps that have their door elsewhere than on a button of the model's own screens.
ELSEWHERE = {
    # by the buttons of the transfer: “Send”, “Reported back”, “Returned”
    "helpdesk.ticket": (
        "transfer",
        "involve",
        "hand_over",
        "report_back",
        "take_back",
        # no screen yet
        "join",
        "register",
    ),
    # by “Correct …” and “Confirm the New Contact Data” of the case
    "complaint.identity": ("correct", "check_contact"),
    # by the buttons of the clock: “Approve Extension”, “Reject Extension”
    "complaint.deadline.extension": ("approve", "reject"),
    # in the list of the response, and of the event
    "complaint.emergency.measure": ("done",),
    "complaint.medical.report": ("report",),
}
#: A routine of ``_openings`` in the source.
_DOOR = re.compile(
    r"_(?:write_sealed|create_sealed|unlink_sealed|unseal|seal_vault)\(\s*\"(\w+)\""
)
_NO_TABLE = SealTable(frozenset(), {}, {}, None)
#: States in which nothing of a record is open by hand.
ENDS = {
    "helpdesk.ticket": ("closed", "archived", "refused", "withdrawn"),
    "complaint.discipline": (
        "approved",
        "in_force",
        "suspended",
        "revoked",
        "expired",
    ),
}


@tagged("post_install", "-at_install")
class TestLifeTables(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lives = {
            name: cls.env[name]
            for name, model in cls.env.registry.items()
            if issubclass(model, ComplaintLifeMixin) and not model._abstract
        }
        cls.sealed = {
            name: cls.env[name]
            for name, model in cls.env.registry.items()
            if issubclass(model, ComplaintSealMixin) and not model._abstract
        }

    def test_states(self):
        """Steps lead from states to states of the model."""
        for name, model in self.lives.items():
            life = model._life_table()
            states = set(model._fields[life.state].get_values(self.env))
            for step_name, step in life.steps.items():
                with self.subTest(model=name, step=step_name):
                    self.assertLessEqual({*step.sources}, states)
                    self.assertIn(step.target, states | {None})
                    self.assertTrue(str(step.label or ""), "a step has a label")
                    fields = {*step.stamps, *step.writes, *step.fills}
                    fields |= {step.needs} - {None}
                    self.assertLessEqual(fields, model._fields.keys())

    def test_methods(self):
        """Every step has its method, of one line, and every such method its step."""
        for name, model in self.lives.items():
            life = model._life_table()
            taken = _taken(type(model))
            for step_name, step in life.steps.items():
                if step.by is None:
                    continue
                with self.subTest(model=name, step=step_name):
                    method = getattr(model, life.method(step_name), None)
                    self.assertTrue(callable(method))
                    self.assertTrue(method.__doc__)
                    self.assertIn(step_name, taken)
            self.assertLessEqual(taken, life.steps.keys(), name)

    def test_buttons(self):
        """A button is shown to the roles of its step, and every step has one."""
        for name, model in self.lives.items():
            life = model._life_table()
            buttons = self._buttons(name)
            for step_name, step in life.steps.items():
                found = buttons.get(life.method(step_name), [])
                with self.subTest(model=name, step=step_name):
                    if step.by is not None and step_name not in ELSEWHERE.get(name, ()):
                        self.assertTrue(found, "no button")
                    for groups in found:
                        if step.by != ANYBODY:
                            self.assertEqual(
                                self._people(groups), self._people(step.by or ())
                            )

    def test_rubbish_is_refused(self):
        """What a program sends in place of an answer gives a message, no traceback."""
        for name, model in self.lives.items():
            life = model._life_table()
            for step_name, step in life.steps.items():
                if not step.asks or step.by is None:
                    continue
                method = getattr(model.new(), life.method(step_name))
                for rubbish in (True, 7.5, ["x"], {"a": 1}, [[6, 0, [1]]]):
                    with (
                        self.subTest(model=name, step=step_name, rubbish=rubbish),
                        self.assertRaises(UserError),
                    ):
                        method(rubbish)

    def test_arguments_are_declared(self):
        """Of which kind an argument is, the table of steps says or ``takes``."""
        for (name, method_name), arguments in public_methods(self.env).items():
            model = self.env[name]
            method = getattr(type(model), method_name)
            undeclared = {*arguments} - getattr(method, "takes", {}).keys()
            if method_name in self._asking(name):
                undeclared -= {arguments[0]}
            with self.subTest(model=name, method=method_name):
                self.assertEqual(undeclared, set())

    def _asking(self, name):
        """Return the names of the methods whose first argument the engine asks for."""
        life = self.lives[name]._life_table() if name in self.lives else Life({})
        return {life.method(step) for step, row in life.steps.items() if row.asks}

    def test_openings_name_fields(self):
        for name, model in self.sealed.items():
            table = model._seal_table()
            if not table:
                continue
            for key, opening in table.openings.items():
                with self.subTest(model=name, key=key):
                    self.assertTrue(opening.why.endswith("."))
                    self.assertLessEqual({*opening.names}, model._fields.keys())

    def test_openings_are_used(self):
        """Nothing is listed that no routine does, and nothing is done that is not listed."""
        root = Path(__file__).parents[2]
        source = "\n".join(
            path.read_text(encoding="utf-8")
            for path in root.glob("community_complaint*/**/*.py")
            if "tests" not in path.parts
        )
        used = set(_DOOR.findall(source))
        listed = {
            key
            for model in self.sealed.values()
            for key in (model._seal_table() or _NO_TABLE).openings
        }
        self.assertEqual(used - listed, set(), "not in any table")
        self.assertEqual(listed - used, set(), "nobody does it")

    def test_open_fields_are_sealed_ones(self):
        for name, model in self.sealed.items():
            table = model._seal_table()
            if table:
                with self.subTest(model=name):
                    self.assertLessEqual(table.opens.keys(), model._fields.keys())

    def test_nothing_is_open_at_the_end(self):
        """A finished case, a measure that was approved: nothing is open by hand."""
        for name, states in ENDS.items():
            table = self.env[name]._seal_table()
            opened = [
                (field, state)
                for field, row in table.opens.items()
                for state in states
                if not row.birth and (row.states is None or state in row.states)
            ]
            self.assertEqual(opened, [], name)

    def _people(self, groups):
        """Return the groups whose members have one of some groups, as a set of ids."""
        ids = [self.env.ref(group).id for group in groups]
        return set(self.env["res.groups"].search([("all_implied_ids", "in", ids)]).ids)

    def _buttons(self, name):
        """Return ``{method: [groups of a button]}`` of all screens of a model."""
        found = {}
        views = self.env["ir.ui.view"].search(
            [("model", "=", name), ("mode", "=", "primary")]
        )
        for view in views:
            arch = etree.fromstring(view.get_combined_arch())
            for button in arch.iter("button"):
                if button.get("type") == "object" and not _other_model(button):
                    found.setdefault(button.get("name"), []).append(_groups(button))
        return found


def _taken(model):
    """Return the names of the steps that methods of a model take, by their source."""
    found = set()
    for cls in model.mro():
        for name, method in vars(cls).items():
            if not (name.startswith("action_") and inspect.isfunction(method)):
                continue
            if "community_complaint" not in (method.__module__ or ""):
                continue
            tree = ast.parse(textwrap.dedent(inspect.getsource(method)))
            found |= {
                node.args[0].value
                for node in ast.walk(tree)
                if isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "_take"
                and isinstance(node.args[0], ast.Constant)
            }
    return found


def _groups(button):
    """Return the groups that see a button, its own or those of what it is in."""
    node = button
    while node is not None and not node.get("groups"):
        node = node.getparent()
    return set() if node is None else set(node.get("groups").split(","))


def _other_model(button):
    """Return whether a button stands in the list of another model."""
    return any(node.tag == "field" for node in button.iterancestors())
