"""Every step × every state × every role × every way to take it.

A step is taken exactly by whom and from where the tables of the lives say, and then it
changes what the table says and nothing else, under the name of who took it.
"""

import inspect
from collections import Counter
from datetime import timedelta
from functools import partial

import sweep_engine as engine
from psycopg2 import IntegrityError
from sweep_office import FORGED_CONTEXT, ROLES, SUPERUSER, TICKET, SweepOffice

from odoo import fields
from odoo.exceptions import UserError
from odoo.orm.models import MAGIC_COLUMNS
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.community_complaint.models.complaint_life_mixin import (
    ComplaintLifeMixin,
)

#: How it is tried: by a remote call, with keywords that nobody knows, by the dialog,
#: by a dialog that somebody else opened, by code such as that of a server action.
WAYS = ("call", "keywords", "dialog", "dialog of another", "code")
DIALOG = "complaint.step.dialog"
#: Phases of the case of which the record is a part.
PHASES = ("investigating", "deciding", "closed")
REFUSALS = (UserError, IntegrityError)
#: People of a record whom a guess gets wrong: an auditor is never told who complained.
TOLD = {"complaint.disclosure": {"user_id": "handler"}}
#: What the base stamps on a ticket whose stage changes.
BASE_STAMPS = {"closed_date", "last_stage_update", "assigned_date"}
#: Tables that only remember that somebody was there, and dialogs.
NO_MATTER = {"res_users_log", "bus_bus", "bus_presence", "complaint_step_dialog"}


class Surprise(Exception):
    """A step did what its table does not say."""


@tagged("post_install", "-at_install")
class TestSweepLife(SweepOffice):
    """Steps × states × roles × ways."""

    sweep = "life"

    def setUp(self):
        super().setUp()
        models = self.models_tried()
        self.models = self.plant_samples(models)
        self.assertEqual(set(models) - set(self.models), set(), "no sample of these")
        # read once: what the engine makes of the tables later is what is tried
        self.lives = {name: self.env[name]._life_table() for name in self.models}
        self.states_of = {name: self.states(name) for name in self.models}
        #: ``{step: how often it was really taken}``
        self.taken = Counter()

    def models_tried(self):
        """Return the names of the models that have a life."""
        return sorted(
            name
            for name, model in self.env.registry.items()
            if issubclass(model, ComplaintLifeMixin)
            and not model._abstract
            and model._auto
            and name != "complaint.life.slip"
        )

    def axes(self):
        return {
            "step": tuple(
                f"{model}:{name}"
                for model, life in self.lives.items()
                for name in life.steps
            ),
            "state": tuple(
                sorted({s for states in self.states_of.values() for s in states})
            ),
            "role": ROLES,
            "way": WAYS,
            "phase": PHASES,
        }

    def possible(self, cell):
        """Return whether the model has that state, and the step that way."""
        if "step" not in cell:
            return (cell.get("way"), cell.get("role")) != (WAYS[3], SUPERUSER)
        model, step = self._step_of(cell)
        if model == TICKET and cell.get("phase", PHASES[0]) != PHASES[0]:
            return False
        if cell.get("state", self.states_of[model][0]) not in self.states_of[model]:
            return False
        way = cell.get("way", "code")
        if (way, cell.get("role")) == (WAYS[3], SUPERUSER):
            return False
        return way == "code" or self._has_way(cell["step"], way, step)

    def _has_way(self, key, way, step):
        model, _colon, name = key.partition(":")
        callable_ = hasattr(self.env[model], self.lives[model].method(name))
        return callable_ and bool(step.asks or not way.startswith("dialog"))

    def _step_of(self, cell):
        model, _colon, name = cell["step"].partition(":")
        return model, self.lives[model].steps[name]

    def attempt(self, cell):
        try:
            with mute_logger("odoo.sql_db", "odoo.models.unlink"):
                outcome = self.undone(partial(self._try, cell))
        except REFUSALS:
            return engine.REFUSED, ""
        except Surprise as error:
            return engine.UNEXPECTED, str(error)
        except TypeError as error:
            if cell["way"] == "keywords" and "unexpected keyword" in str(error):
                return engine.REFUSED, ""
            return engine.UNEXPECTED, f"TypeError: {str(error)[:200]}"
        except Exception as error:  # noqa: BLE001
            text = " ".join(str(error).split())[:200]
            return engine.UNEXPECTED, f"{type(error).__name__}: {text}"
        if outcome == engine.ALLOWED:
            self.taken[cell["step"]] += 1
        return outcome, ""

    # ------------------------------------------------------------------
    # A try
    # ------------------------------------------------------------------

    def _try(self, cell):
        """Take a step and compare what happened with the table.

        :raise Surprise: if it is not what the table says
        """
        model, step = self._step_of(cell)
        record = self.sample(model)
        phase = cell["state"] if model == TICKET else cell["phase"]
        self.put(record, cell["state"], phase)
        self._fill(record, step)
        if cell["way"] == "code":
            self._make_party(cell, record, step)
        self.settle()
        why_not = self._why_not(cell, record, step)
        before, rows = self._row(record), self._written()
        logged = self._logged()
        getattr(self, f"_take_{cell['way'].replace(' ', '_')}")(cell, record, step)
        self.settle()
        changed = {t for t, n in self._written().items() if n != rows.get(t, 0)}
        if not changed:
            return engine.SKIPPED
        if why_not:
            raise Surprise(f"{why_not}, and it changed {sorted(changed)}")
        self._check_effect(cell, record, step, before)
        if self._logged() == logged:
            raise Surprise("taken without a row in the log")
        return engine.ALLOWED

    def _fill(self, record, step):
        """Fill in what the step wants to be filled in."""
        wanted = {
            name: self._guess(record._fields[name], self.case)
            for name in step.fills
            if not record[name] and record._fields[name].store
        }
        for name, role in TOLD.get(record._name, {}).items():
            wanted[name] = self.people[role].id
        if wanted:
            self._force(record, **wanted)

    def _make_party(self, cell, record, step):
        """Make whoever takes a step one of those who must not."""
        who = self.as_role(record, cell["role"]).env.user
        names = [
            name
            for name in step.not_by
            if name in record._fields and record._fields[name].type == "many2one"
        ]
        if cell["role"] != SUPERUSER and names:
            self._force(record, **{names[0]: who.id})

    def _why_not(self, cell, record, step):
        """Return why the table does not let the step be taken, or ``""``."""
        role = cell["role"]
        if record[self.lives[record._name].state] not in step.sources:
            return "not from this state"
        if role == SUPERUSER:
            return ""
        if step.by is None:
            return "nobody takes it by hand"
        if not self.has_role(role, step.by):
            return "not up to this role"
        if not self.as_role(record, role).has_access(step.access):
            return f"no right to {step.access} the record"
        who = self.as_role(record, role).env.user
        if any(who in record.mapped(name) for name in step.not_by):
            return "it takes somebody else"
        return ""

    def _check_effect(self, cell, record, step, before):
        state = self.lives[record._name].state
        after = self._row(record)
        changed = {name for name in after if after[name] != before.get(name)}
        table = record._seal_table()
        watched = (table.sealed if table else record._fields.keys()) - set(
            MAGIC_COLUMNS
        )
        declared = {
            *(state, "stage_id"),
            *({step.needs} - {None}),
            *step.stamps,
            *step.writes,
        }
        if record._name == TICKET:
            declared |= BASE_STAMPS
        for opening in table.openings.values() if table else ():
            # what comes with a new record, or goes with it, follows from no step
            if not (opening.creates or opening.drops):
                declared |= {*opening.names}
        follows = {
            name
            for name in changed & record._fields.keys()
            if record._fields[name].compute or record._fields[name].related
        }
        wrong = (changed & watched) - declared - follows
        if wrong:
            raise Surprise(f"it changed {sorted(wrong)} as well")
        if step.target and record[state] != step.target:
            raise Surprise(f"it led to {record[state]!r}, not to {step.target!r}")
        self._check_stamps(cell, record, step)

    def _check_stamps(self, cell, record, step):
        """Check that who and when are the truth."""
        who = self.as_role(record, cell["role"]).env.user
        now = fields.Datetime.now()
        for name, value in step.stamps.items():
            if name == step.needs:
                # emptied, unless something is said
                continue
            found = record[name]
            if value == "user" and found != who:
                raise Surprise(f"{name} names {found.login}, not {who.login}")
            if value == "now" and not (found and now - found < timedelta(minutes=5)):
                raise Surprise(f"{name} is {found}, not now")
            if value == "today" and found not in self.today():
                raise Surprise(f"{name} is {found}, not today")
            if not isinstance(value, str) and (found or False) != (value or False):
                raise Surprise(f"{name} is {found!r}, not {value!r}")

    # ------------------------------------------------------------------
    # Ways
    # ------------------------------------------------------------------

    def _take_call(self, cell, record, step, **more):
        method = self.lives[record._name].method(cell["step"].partition(":")[2])
        known = inspect.signature(getattr(record, method)).parameters
        given = [self._given(record, step)] if step.asks and known else []
        if not given:
            wanted = [p for p in known.values() if p.default is p.empty]
            given = [self.people["handler"].ids for _parameter in wanted]
        context = {**FORGED_CONTEXT, f"default_{self.lives[record._name].state}": "x"}
        self.call(cell["role"], record, method, *given, context=context, **more)

    def _take_keywords(self, cell, record, step):
        forged = {"state": step.target, "user_id": 1, "sudo": True}
        self._take_call(cell, record, step, **forged)

    def _take_code(self, cell, record, step):
        name = cell["step"].partition(":")[2]
        actor = self.as_role(record, cell["role"])
        given = self._given(record, step) if step.asks else None
        if isinstance(given, int):
            given = actor.env["res.users"].browse(given)
        actor._take(name, given)

    def _take_dialog(self, cell, record, _step):
        dialog = self._opened(cell, record, cell["role"])
        self.call(cell["role"], dialog, "write", self._answers(dialog))
        self.call(cell["role"], dialog, "action_confirm")

    def _take_dialog_of_another(self, cell, record, _step):
        """Read, rewrite and confirm what somebody else has open: each is refused."""
        opener = "leader" if cell["role"] != "leader" else "manager"
        dialog = self._opened(cell, record, opener)
        for method, *args in (
            ("read", ["text"]),
            ("write", self._answers(dialog)),
            ("action_confirm",),
            ("unlink",),
        ):
            try:
                with self.env.cr.savepoint():
                    self.call(cell["role"], dialog, method, *args)
            except REFUSALS:
                self.env.invalidate_all(flush=False)
            else:
                raise Surprise(f"{method} went through on somebody else's dialog")

    def _opened(self, cell, record, opener):
        """Return the dialog of a step that somebody has open."""
        actor = self.as_role(record, opener)
        action = actor.env[DIALOG]._open(actor, cell["step"].partition(":")[2])
        return self.env[DIALOG].browse(action["res_id"])

    def _answers(self, dialog):
        dialog = dialog.sudo()  # sudo: complaint.step.dialog - which kind it is
        person, today = (
            self.people["handler"].id,
            fields.Date.to_string(self.case._office_date()),
        )
        answer = {
            "text": {"text": "Forged words."},
            "person": {"person_id": person},
            "date": {"date": today},
        }[dialog.kind]
        return {**answer, **({"date": today} if dialog.date_label else {})}

    def _given(self, record, step):
        """Return an answer to what a step asks for, as a remote call sends it."""
        field = step.needs and record._fields[step.needs]
        if field and field.type == "date":
            return self.case._office_date()
        if field and field.type == "many2one":
            return self.people["handler"].id
        return "Forged words."

    # ------------------------------------------------------------------
    # What is there
    # ------------------------------------------------------------------

    def _row(self, record):
        """Return ``{column: value}`` of one record as it is stored."""
        query = SQL(
            "SELECT to_jsonb(t) FROM %s t WHERE id = %s",
            SQL.identifier(record._table),
            record.id,
        )
        return (self.env.execute_query(query) or [({},)])[0][0]

    def _logged(self):
        return self.env.execute_query(SQL("SELECT count(*) FROM complaint_log"))[0][0]

    def _written(self):
        """Return ``{table: rows written in this transaction}``."""
        rows = self.env.execute_query(
            SQL(
                "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del"
                " FROM pg_stat_xact_user_tables"
                " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
            )
        )
        return {t: n for t, n in rows if t not in NO_MATTER}

    def test_life(self):
        self.run_sweep()
