"""Every argument of our public methods × rubbish × roles × a record in each state.

Whatever a program sends in place of an answer, it gets a message that a person can read,
or nothing comes of it: never a traceback.
"""

from functools import partial

import sweep_engine as engine
from sweep_office import TICKET, SweepOffice

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.community_complaint.tests.public_methods import public_methods

#: What no screen sends, by the name it has in the figures.
RUBBISH = {
    "nothing": None,
    "yes": True,
    "no": False,
    "word": "x" * 10,
    "blanks": "  ",
    "NUL": "a\x00b",
    "half a character": "a\ud800b",
    "zero": 0,
    "minus one": -1,
    "fraction": 7.5,
    "huge number": 10**30,
    "number of nobody": 2**31 - 1,
    "no list": [],
    "list": [["a"]],
    "list of huge numbers": [10**30],
    "list of nobody": [2**31 - 1],
    "command": [[6, 0, [1]]],
    "no map": {},
    "map": {"a": 1},
    "no day": "2026-99-99",
    "first day": "0001-01-01",
    "last day": "9999-12-31",
}
#: Whose calls get far enough to meet the arguments.
ROLES = (
    "clerk",
    "handler",
    "leader",
    "manager",
    "custodian",
    "discipline",
    "publisher",
    "superuser",
)
#: Names of arguments, by what they are given beside the one that is tried.
_NUMBERS = ("quantity", "hours")
_DAYS = ("day", "date", "consent_date")
_TEXTS = ("reason", "text", "note", "body", "answer", "statement")


@tagged("post_install", "-at_install")
class TestSweepRubbish(SweepOffice):
    """Arguments × rubbish × roles × states."""

    sweep = "rubbish"

    def setUp(self):
        super().setUp()
        self.methods = public_methods(self.env)
        models = sorted({model for model, _method in self.methods})
        planted = self.plant_samples(models)
        self.assertEqual(set(models) - set(planted), set(), "no sample of these")
        self.states_of = {name: self._states(name) for name in models}

    def _states(self, model):
        sealed = hasattr(self.env[model], "_life_table")
        return self.states(model) if sealed else ("-",)

    def axes(self):
        return {
            "argument": tuple(
                f"{model}.{method}:{name}"
                for (model, method), names in self.methods.items()
                for name in names
            ),
            "rubbish": tuple(RUBBISH),
            "role": ROLES,
            "state": tuple(sorted({s for row in self.states_of.values() for s in row})),
        }

    def possible(self, cell):
        if not {"argument", "state"} <= cell.keys():
            return True
        model, _method, _name = _parts(cell["argument"])
        return cell["state"] in self.states_of[model]

    def attempt(self, cell):
        try:
            with mute_logger("odoo.sql_db", "odoo.addons.base.models.ir_rule"):
                self.undone(partial(self._try, cell))
        except UserError as error:
            text = str(error).strip()
            return (engine.REFUSED, "") if text else (engine.UNEXPECTED, "no word why")
        except Exception as error:  # noqa: BLE001
            text = " ".join(str(error).split())[:200]
            return engine.UNEXPECTED, f"{type(error).__name__}: {text}"
        return engine.ALLOWED, ""

    def _try(self, cell):
        model, method, argument = _parts(cell["argument"])
        record = self.sample(model)
        if cell["state"] != "-":
            phase = cell["state"] if model == TICKET else "investigating"
            self.put(record, cell["state"], phase)
        rest = {
            name: self._sane(name)
            for name in self.methods[model, method]
            if name != argument
        }
        is_model = getattr(type(record), method)
        record = record.browse() if getattr(is_model, "_api_model", False) else record
        given = {**rest, argument: RUBBISH[cell["rubbish"]]}
        self.call(cell["role"], record, method, **given)
        self.settle()

    def _sane(self, name):
        if name in _DAYS:
            return str(fields.Date.context_today(self.case))
        if name in _NUMBERS:
            return 1
        if name == "level":
            return "confidential"
        return "It is said here." if name in _TEXTS else None

    def test_rubbish(self):
        self.assertGreater(len(self.methods), 50)
        self.run_sweep()

    def test_records_of_nobody(self):
        """Whoever names a record that is not there is told so."""
        for model, method in self.methods:
            if getattr(getattr(self.env[model], method), "_api_model", False):
                continue
            record = self.env[model].browse(2**31 - 1)
            given = {name: self._sane(name) for name in self.methods[model, method]}
            for role in ("leader", "superuser"):
                with (
                    self.subTest(method=f"{model}.{method}", role=role),
                    self.assertRaises(UserError),
                ):
                    self.undone(partial(self.call, role, record, method, **given))


def _parts(text):
    """Return ``(model, method, argument)``."""
    place, _colon, argument = text.partition(":")
    model, _dot, method = place.rpartition(".")
    return model, method, argument
