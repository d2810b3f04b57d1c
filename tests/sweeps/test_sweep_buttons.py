"""Every button × every role × a record in each state.

Who sees a button gets an effect or a reason. For who does not see it, the method behind it
refuses or changes nothing, also through the dialog that the button opens.
"""

import unittest
from functools import partial

import sweep_buttons as buttons
import sweep_engine as engine
import sweep_people as people
from driver.browser import Browser
from psycopg2 import IntegrityError
from sweep_case import SweepCase

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

#: Samples of a model: one record of each state.
SAMPLES = tuple("12345678")
STATES = ("state", "phase", "status")
#: Tables that only remember that somebody was there, or what they have on the screen.
NO_MATTER = {"res_users_log", "bus_bus", "bus_presence", "mail_presence", "ir_logging"}


#: What the server tells a user; it words a broken constraint by itself.
REFUSALS = (UserError, IntegrityError)


class Changed(Exception):
    """Somebody who does not see a button changed something by it."""


@tagged("post_install", "-at_install")
class TestSweepButtons(SweepCase):
    """Buttons × roles × samples."""

    sweep = "buttons"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.database != "demo":
            raise unittest.SkipTest("there is nothing to press a button on")
        cls.browsers = {role: Browser(user) for role, user in cls.people.items()}
        models = buttons.models(cls.env)
        # {role: {key: buttons of that key that the role gets}}
        cls.got = {
            role: cls._by_key(browser, models) for role, browser in cls.browsers.items()
        }
        cls.eyes = {
            role: buttons.Eyes(browser, cls.got[role])
            for role, browser in cls.browsers.items()
        }
        cls.samples = {model: cls._samples(model) for model in models}
        cls.own_tables = {
            model._table for model in cls.env.values() if model._transient
        }
        cls.dialogs = {}

    @classmethod
    def _by_key(cls, browser, models):
        found = {}
        for model in models:
            for button in buttons.of_user(browser, model):
                known = found.setdefault(button.key, [])
                if button not in known:
                    known.append(button)
        return found

    @classmethod
    def _samples(cls, model):
        """Return records of a model, the newest of each state."""
        if cls.env[model]._transient:
            return []
        # sudo: every model - what there is
        records = cls.env[model].sudo().with_context(active_test=False)
        field = next((name for name in STATES if name in records._fields), None)
        found = {}
        domain = []
        if "company_id" in records._fields:
            domain = [("company_id", "in", [cls.env.company.id, False])]
        for record in records.search(domain, order="id desc"):
            found.setdefault(record[field] if field else "", record)
        return [record.browse(record.id) for record in found.values()][: len(SAMPLES)]

    def axes(self):
        keys = {key for got in self.got.values() for key in got}
        return {
            "button": tuple(sorted(key for key in keys if self._of(key))),
            "role": tuple(people.ROLES),
            "sample": SAMPLES,
        }

    def possible(self, cell):
        if not {"button", "sample"} <= cell.keys():
            return True
        return int(cell["sample"]) <= len(self._of(cell["button"]))

    def _of(self, key):
        """Return the samples of a button's model."""
        return self.samples[self._any(key).model]

    def _any(self, key):
        """Return a button as the first role that gets it has it."""
        return next(got[key][0] for got in self.got.values() if key in got)

    def attempt(self, cell):
        key, role = cell["button"], cell["role"]
        record = self._of(key)[int(cell["sample"]) - 1].with_env(self.env)
        button = self._seen(key, role, record)
        try:
            if button:
                return self._press_seen(role, button, record)
            return self._press_unseen(role, self._any(key), record)
        except Exception as error:  # noqa: BLE001
            text = " ".join(str(error).split())[:200]
            return engine.UNEXPECTED, f"{type(error).__name__}: {text}"

    def _seen(self, key, role, record):
        """Return the button as a role sees it on a record, or None."""
        return self.undone(partial(self.eyes[role].button, key, record))

    # ------------------------------------------------------------------
    # Pressing
    # ------------------------------------------------------------------

    def _press_seen(self, role, button, record):
        """Press what is on the screen: it works, or says what is missing."""
        try:
            self.undone(partial(self._press, role, button, record))
        except AccessError as error:
            text = " ".join(str(error).split())[:120]
            return engine.UNEXPECTED, f"on the screen, and refused: {text}"
        except REFUSALS:
            return engine.REFUSED, ""
        return engine.ALLOWED, ""

    def _press(self, role, button, record, context=None):
        result = buttons.press(self.browsers[role], button, record, context)
        self.settle()
        return result

    def _press_unseen(self, role, button, record):
        """Call what is not on the screen, directly and through its dialog."""
        outcomes = [self._forge(partial(self._press, role, button, record))]
        dialog = self._dialog(button.key, record)
        if dialog:
            outcomes.append(self._forge(partial(self._press_dialog, role, dialog)))
        return (engine.REFUSED if engine.REFUSED in outcomes else engine.ALLOWED), ""

    def _forge(self, function):
        """Return whether a call was refused; one that changes nothing is allowed.

        :raise Changed: naming the tables
        """

        def watched():
            before = self._written()
            function()
            after = self._written()
            changed = {t for t, n in after.items() if n != before.get(t, 0)}
            if changed:
                raise Changed(f"not on the screen, and changed {sorted(changed)}")

        try:
            self.undone(watched)
        except REFUSALS:
            return engine.REFUSED
        return engine.ALLOWED

    def _written(self):
        """Return ``{table: rows written in this transaction}``."""
        rows = self.env.execute_query(
            SQL(
                "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del"
                " FROM pg_stat_xact_user_tables"
                " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
            )
        )
        return {t: n for t, n in rows if t not in self.own_tables | NO_MATTER}

    # ------------------------------------------------------------------
    # Dialogs
    # ------------------------------------------------------------------

    def _dialog(self, key, record):
        """Return the dialog that a button opens for who sees it: an action, or None."""
        place = (key, record.id)
        if place not in self.dialogs:
            self.dialogs[place] = self._find_dialog(key, record)
        return self.dialogs[place]

    def _find_dialog(self, key, record):
        for role in self.got:
            if button := self._seen(key, role, record):
                try:
                    action = self.undone(partial(self._press, role, button, record))
                except REFUSALS:
                    continue
                if isinstance(action, dict) and self._opens_dialog(action):
                    return action
                return None
        return None

    def _opens_dialog(self, action):
        model = action.get("res_model")
        return model in self.env and self.env[model]._transient

    def _press_dialog(self, role, action):
        """Fill in a dialog that was never opened, and press each of its buttons."""
        browser, model = self.browsers[role], action["res_model"]
        context = browser.action_context(action)
        for button in self._dialog_buttons(model):
            id_ = browser.call(
                model, "create", self._filled(browser, model, context), context=context
            )
            record = browser.env[model].browse(id_)
            buttons.press(browser, button, record, context)
        self.settle()

    def _dialog_buttons(self, model):
        """Return the buttons of a dialog, as whoever gets most of them does."""
        got = (
            [b for k in g if k.startswith(f"{model}.") for b in g[k]]
            for g in self.got.values()
        )
        found = {button.name: button for button in max(got, key=len)}
        return found.values()

    def _filled(self, browser, model, context):
        """Return values of a dialog: its defaults, and some words where any may stand."""
        fields = self.env[model]._fields
        names = [name for name in fields if name not in ("id", "display_name")]
        values = browser.call(model, "default_get", names, context=context)
        words = {
            name: "sweep"
            for name, field in fields.items()
            if field.type in ("char", "text")
            and not (field.readonly or values.get(name))
        }
        return {**values, **words}

    def test_buttons(self):
        self.run_sweep()
