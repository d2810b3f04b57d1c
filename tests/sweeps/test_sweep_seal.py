"""Every sealed field × where × who × every way to change it.

A field gets a forged value exactly where the tables open it; everywhere else the attempt
is refused, or what was sent is dropped, and the field holds what it held.
"""

import random
from collections import Counter
from functools import partial

import sweep_engine as engine
from psycopg2 import DatabaseError
from sweep_office import FORGED_CONTEXT, ROLES, TICKET, SweepOffice
from sweep_oracle import RECORD, Oracle

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

#: Ways that change a record that is there.
CHANGES = (
    "write",
    "web_save",
    "load",
    "x2many update",
    "server code",
    "server update",
    "merge",
)
#: Ways that make a new one.
BIRTHS = (
    "create",
    "x2many create",
    "copy",
    "default in the context",
    "default of the user",
    "default for all",
)
#: Ways that take one away.
DROPS = ("unlink", "x2many delete", "x2many unlink", "x2many clear", "x2many set")
WAYS = (*CHANGES, *BIRTHS, *DROPS)
#: What is refused, whoever words it: the server, PostgreSQL, or a field that is not there.
REFUSALS = (UserError, DatabaseError, ValueError)


#: Loggers that tell of what is refused.
QUIET = ("odoo.sql_db", "odoo.models.unlink", "odoo.addons.base.models.ir_actions")
#: Stands for a field that is drawn later.
ANY = "(any)"


class Surprise(Exception):
    """A field got a value where no table opens it."""


@tagged("post_install", "-at_install")
class TestSweepSeal(SweepOffice):
    """Fields × states × phases × roles × ways."""

    sweep = "seal"

    def setUp(self):
        super().setUp()
        self.oracle = Oracle(self.env, self.has_role)
        models = self.models_tried()
        self.models = self.plant_samples(models)
        self.assertEqual(set(models) - set(self.models), set(), "no sample of these")
        self.states_of = {name: self.states(name) for name in self.models}
        self.leads = {name: self._leads(name) for name in self.models}
        self.actions = {}
        #: ``{(field, way): [cells where it was open, where it really got the value]}``
        self.opened = Counter()
        self.got = Counter()

    def models_tried(self):
        """Return the names of the models that have a seal."""
        return self.oracle.models

    # ------------------------------------------------------------------
    # Cells
    # ------------------------------------------------------------------

    def axes(self):
        phases = self.env[TICKET]._fields["phase"].get_values(self.env)
        return {
            "field": tuple(
                f"{model}:{name}"
                for model in self.models
                for name in (*sorted(self.oracle.tables[model].sealed), RECORD)
            ),
            "way": WAYS,
            "role": ROLES,
            "state": tuple(sorted({s for row in self.states_of.values() for s in row})),
            "phase": ("-", *phases),
        }

    def possible(self, cell):
        if "field" not in cell:
            return True
        model, _colon, name = cell["field"].partition(":")
        states = self.states_of[model]
        if cell.get("state", states[0]) not in states:
            return False
        if "phase" in cell and not self._has_phase(model, cell):
            return False
        way = cell.get("way")
        return not way or self._has_way(model, name, way)

    def _has_phase(self, model, cell):
        if model == TICKET:
            return cell["phase"] == cell.get("state", cell["phase"])
        return (cell["phase"] != "-") == self.oracle.has_phases(model)

    def _has_way(self, model, name, way):
        """Return whether a way can lead to a field at all."""
        if (name == RECORD) != (way in DROPS):
            return False
        if way.startswith("x2many") and not self.leads[model]:
            return False
        if name == ANY:
            names = self.oracle.tables[model].sealed
            return any(self._has_way(model, other, way) for other in names)
        field = self.env[model]._fields.get(name)
        if way == "merge":
            return field.comodel_name == "res.partner" and field.store
        if way == "server update":
            return field.type in ("char", "text", "integer", "float", "date")
        return True

    def sampled(self, axes, seed):
        """OVERRIDE: return cells in which every model meets every way, role and place.

        Which field is tried is drawn for each of them; ``./run sweep`` tries all.
        """
        chance = random.Random(seed)
        some = [f"{model}:{name}" for model in self.models for name in (ANY, RECORD)]
        cells = engine.pairwise({**axes, "field": some}, seed, self.possible)
        return [{**cell, "field": self._drawn(cell, axes, chance)} for cell in cells]

    def in_full(self, axes, seed):
        """OVERRIDE: every field by every way."""
        return engine.spread(axes, ("field", "way"), seed, self.possible)

    def _drawn(self, cell, axes, chance):
        """Return a field of a cell's model that its way can lead to."""
        model, _colon, name = cell["field"].partition(":")
        if name == RECORD:
            return cell["field"]
        return chance.choice(
            [
                field
                for field in axes["field"]
                if field.startswith(f"{model}:")
                and self.possible({**cell, "field": field})
            ]
        )

    def attempt(self, cell):
        try:
            with mute_logger(*QUIET):
                return self.undone(partial(self._try, cell)), ""
        except REFUSALS:
            return engine.REFUSED, ""
        except Surprise as error:
            return engine.UNEXPECTED, str(error)
        except Exception as error:  # noqa: BLE001
            text = " ".join(str(error).split())[:200]
            return engine.UNEXPECTED, f"{type(error).__name__}: {text}"

    def _try(self, cell):
        """Try one way in one place and compare with the tables.

        :raise Surprise: if something got where no table opens it
        """
        model, _colon, name = cell["field"].partition(":")
        record = self.sample(model)
        self.put(record, cell["state"], cell["phase"])
        kind = self._try_birth if cell["way"] in BIRTHS else self._try_change
        return kind(cell, record, name)

    # ------------------------------------------------------------------
    # Records that are there
    # ------------------------------------------------------------------

    def _try_change(self, cell, record, name):
        is_open = self.oracle.may_change(record, name, cell["role"])
        value = None if name == RECORD else self.forged(record, name)
        before = self._state(record, name)
        self._each(cell, record, name, value)
        self.env.flush_all()
        self.env.invalidate_all()
        key = (cell["field"], cell["way"])
        self.opened[key] += is_open
        if self._state(record, name) == before:
            return engine.REFUSED
        if not is_open:
            raise Surprise(f"{record._name}.{name} was changed where it is closed")
        self.got[key] += 1
        return engine.ALLOWED

    def _state(self, record, name):
        """Return what a field holds, or whether the record is there and part of what."""
        if not record.exists():
            return None
        if name != RECORD:
            return self.raw(record, name)
        links = [lead[2] for lead in self.leads[record._name] if lead[2]]
        return [self.raw(record, link) for link in sorted(set(links))]

    def _each(self, cell, record, name, value):
        """Go the way; by every field that leads there, as long as nothing gives."""
        go = getattr(self, "_by_" + cell["way"].replace(" ", "_"), None)
        if go:
            go(cell["role"], record, name, value)
            return
        commands = {
            "x2many update": Command.update(record.id, {name: value}),
            "x2many delete": Command.delete(record.id),
            "x2many unlink": Command.unlink(record.id),
            "x2many clear": Command.clear(),
            "x2many set": Command.set([]),
        }
        self._through(cell, record, commands[cell["way"]])

    def _through(self, cell, record, command):
        for parent, field, link in self.leads[record._name]:
            home = self._home(record, parent, link)
            if home:
                self._tolerant(
                    self.call, cell["role"], home, "write", {field: [command]}
                )

    def _tolerant(self, function, *args, **kwargs):
        """Call something that may be refused; what it did stays."""
        try:
            with self.env.cr.savepoint():
                function(*args, **kwargs)
                self.env.flush_all()
        except REFUSALS:
            self._forget()

    def _leads(self, model):
        """Return ``[(model, field, inverse or "")]`` of all fields that lead to a model."""
        found = []
        for name, other in self.env.items():
            if other._abstract or other._transient or not other._auto:
                continue
            for field in other._fields.values():
                if field.comodel_name == model and field.type in (
                    "one2many",
                    "many2many",
                ):
                    link = getattr(field, "inverse_name", None) or ""
                    found.append((name, field.name, link))
        return found

    def _home(self, record, parent, link):
        """Return the record of another model from which a field leads to a record."""
        if link:
            held = record[link]
            return held if getattr(held, "_name", "") == parent else None
        if parent in self._samples:
            return self._samples[parent]
        # sudo: every model - any record that has such a field
        return self.env[parent].sudo().search([], limit=1)

    # ------------------------------------------------------------------
    # Ways to change
    # ------------------------------------------------------------------

    def _by_write(self, role, record, name, value):
        self.call(role, record, "write", {name: value}, context=FORGED_CONTEXT)

    def _by_web_save(self, role, record, name, value):
        self.call(role, record, "web_save", {name: value}, specification={"id": {}})

    def _by_load(self, role, record, name, value):
        column, field = name, record._fields[name]
        if field.type == "many2one" and value:
            # sudo: every model - the fixture
            other = self.env[field.comodel_name].sudo().browse(value)
            column, value = f"{name}/id", self._xmlid(other)
        rows = [[self._xmlid(record), str(value)]]
        self.call(role, record.browse(), "load", ["id", column], rows)

    def _xmlid(self, record):
        """Return the external id of a record, as an export makes it."""
        return record.export_data(["id"])["datas"][0][0]

    def _by_unlink(self, role, record, _name, _value):
        self.call(role, record, "unlink")

    def _by_server_code(self, role, record, name, value):
        code = f"records.write({{{name!r}: {value!r}}})"
        self._run(role, record, {"state": "code", "code": code})

    def _by_server_update(self, role, record, name, value):
        self._run(
            role,
            record,
            {
                "state": "object_write",
                "update_path": name,
                "value": str(value),
                "evaluation_type": "value",
            },
        )

    def _run(self, role, record, values):
        # sudo: ir.actions.server - an administrator made it, somebody runs it
        model = self.env["ir.model"].sudo()._get(record._name)
        action = (
            self.env["ir.actions.server"]
            .sudo()
            .create({"name": "Forge", "model_id": model.id, **values})
        )
        context = {
            "active_model": record._name,
            "active_ids": record.ids,
            "active_id": record.id,
        }
        self.call(role, action, "run", context=context)

    def _by_merge(self, role, record, name, _value):
        """Merge the contact that a field names into another."""
        partners = self.env["res.partner"].create([{"name": "Old"}, {"name": "New"}])
        if not record[name]:
            self._force(record, **{name: partners[0].id})
        source = record[name] or partners[0]
        wizard = self.as_role(
            self.env["base.partner.merge.automatic.wizard"], role
        ).create({})
        wizard._merge((source | partners[1]).ids, partners[1])

    # ------------------------------------------------------------------
    # New records
    # ------------------------------------------------------------------

    def _try_birth(self, cell, record, name):
        role, way = cell["role"], cell["way"]
        model = record.browse()
        is_open = self.oracle.may_give(record, name, role, model._first_state())
        value = self.forged(record, name)
        last = self._last(model)
        make = getattr(self, "_born_by_" + way.replace(" ", "_"))
        self._tolerant(make, cell, record, name, value)
        self.env.flush_all()
        self.env.invalidate_all()
        born = self._born_after(model, last)
        key = (cell["field"], way)
        self.opened[key] += is_open
        if not any(self._holds(item, name, value) for item in born):
            return engine.REFUSED
        if is_open or self._by_itself(record, name, value):
            self.got[key] += is_open
            return engine.ALLOWED
        raise Surprise(f"{record._name}.{name} was given at birth, where it is closed")

    def _born_after(self, model, last):
        """Return the new records that are sealed: tickets may be no complaints."""
        born = model.with_context(active_test=False).search([("id", ">", last)])
        return born.filtered("is_complaint") if model._name == TICKET else born

    def _last(self, model):
        return (
            model.with_context(active_test=False)
            .search([], limit=1, order="id desc")
            .id
        )

    def _holds(self, record, name, value):
        """Return whether a record holds a forged value."""
        field = record._fields[name]
        held = record[name]
        if field.type == "one2many" or value in (None, False):
            return False
        if field.type == "many2many":
            return bool(held) and held.ids == value[0][2]
        if field.type == "many2one":
            return held.id == value
        if field.type in ("date", "datetime", "html", "reference", "binary"):
            return str(value) in str(field.convert_to_write(held, record))
        return held == value

    def _by_itself(self, record, name, value):
        """Return whether a new record holds a value without anybody giving it."""
        last = self._last(record)
        self._tolerant(record.browse().create, self._base(record))
        born = self._born_after(record, last)
        return any(self._holds(item, name, value) for item in born)

    def _base(self, record):
        """Return values of a new record, all of them open at birth."""
        if record == self.case:
            return self._vals()
        table = self.oracle.tables[record._name]
        first = record.browse()._first_state()
        return {
            name: field.convert_to_write(record[name], record)
            for name, field in record._fields.items()
            if field.store
            and field.type not in ("one2many", "many2many")
            and record[name]
            and (
                self.oracle.may_give(record, name, ROLES[-1], first)
                or (name not in table.sealed and field.required and not field.compute)
            )
        }

    def _born_by_create(self, cell, record, name, value):
        vals = {**self._base(record), name: value}
        self.call(
            cell["role"], record.browse(), "create", [vals], context=FORGED_CONTEXT
        )

    def _born_by_x2many_create(self, cell, record, name, value):
        vals = {**self._base(record), name: value}
        for _parent, _field, link in self.leads[record._name]:
            vals.pop(link, None) if link != name else None
        self._through(cell, record, Command.create(vals))

    def _born_by_copy(self, cell, record, name, value):
        self.call(cell["role"], record, "copy", {name: value})

    def _born_by_default_in_the_context(self, cell, record, name, value):
        vals = self._base(record)
        vals.pop(name, None)
        context = {f"default_{name}": value}
        self.call(cell["role"], record.browse(), "create", [vals], context=context)

    def _born_by_default_of_the_user(self, cell, record, name, value):
        user = self.as_role(record, cell["role"]).env.user
        self._with_default(cell, record, name, value, user.id)

    def _born_by_default_for_all(self, cell, record, name, value):
        self._with_default(cell, record, name, value, False)

    def _with_default(self, cell, record, name, value, user_id):
        # sudo: ir.default - an administrator's, or the user's own
        defaults = self.env["ir.default"].sudo()
        defaults.set(record._name, name, value, user_id=user_id)
        vals = self._base(record)
        vals.pop(name, None)
        self.call(cell["role"], record.browse(), "create", [vals])

    def test_seal(self):
        self.run_sweep()
        self.assertTrue(self.got, "nothing open was ever written")

    # ------------------------------------------------------------------
    # Tickets that are no complaints
    # ------------------------------------------------------------------

    def test_ordinary_tickets_are_as_before(self):
        """The base's fields of other tickets are written by each way, at any stage."""
        # sudo: helpdesk.ticket - the fixture
        tickets = self.env[TICKET].sudo()
        ticket = tickets.create({"name": "Printer", "description": "No paper."})
        self.assertFalse(ticket.is_complaint)
        closed = self.env["helpdesk.ticket.stage"].search(
            [("closed", "=", True), ("complaint_phase", "=", False)], limit=1
        )
        for stage in (ticket.stage_id, closed):
            for role in ("helpdesk_manager", ROLES[-1]):
                for way in ("write", "web_save", "load", "server_code"):
                    for name in ("name", "description", "priority", "partner_name"):
                        with self.subTest(stage=stage, role=role, way=way, field=name):
                            self.undone(
                                partial(self._get_in, ticket, stage, role, way, name)
                            )

    def _get_in(self, ticket, stage, role, way, name):
        ticket.stage_id = stage
        before = self.raw(ticket, name)
        getattr(self, f"_by_{way}")(role, ticket, name, self.forged(ticket, name))
        self.env.flush_all()
        self.assertNotEqual(self.raw(ticket, name), before)
