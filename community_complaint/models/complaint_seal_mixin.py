import re
from contextlib import contextmanager
from typing import NamedTuple

from odoo import api, models, tools
from odoo.exceptions import UserError
from odoo.orm.models import MAGIC_COLUMNS
from odoo.tools import SQL

from ..tools.life import (
    Unsealed,
    birth_names,
    merge_lives,
    merge_openings,
    merge_rows,
    open_names,
    unsealed,
)

#: What opens the deletion of records, beside names of fields.
_DROP = "unlink()"
#: Add-ons whose fields are sealed by default; those of others stay open, and are logged.
_SEALED_MODULES = re.compile(
    r"community_complaint(_|$)|helpdesk_(mgmt|type|mgmt_rating)$"
)
_FIELD_IN_RULE = re.compile(r"""\(\s*['"]([a-z_0-9]+)[.'"]""")


class SealTable(NamedTuple):
    """What is sealed on a model, merged from all add-ons.

    ``sealed``: names of all fields under the seal; ``opens``: ``{name: Open}``;
    ``openings``: ``{key: Opening}``; ``drops``: the :class:`Open` of deletion, or ``None``.
    """

    sealed: frozenset
    opens: dict
    openings: dict
    drops: object


class ComplaintSealMixin(models.AbstractModel):
    """Fields are sealed by default: by hand one writes what a table opens.

    A model declares, and other add-ons add to it for fields of their own:

    ``_opens``
        ``{field: Open}``, see :func:`~..tools.life.opens`: what may be written by hand, in
        which states of the record, phases of its case, and by whom. ``None``: the model
        has no seal.
    ``_drops``
        :class:`~..tools.life.Open` of records that may be deleted by hand; ``None``: never.
    ``_openings``
        ``{key: Opening}``: what the program itself writes besides the steps, and why. It
        does so by :meth:`_write_sealed`, :meth:`_create_sealed`, :meth:`_unlink_sealed`.

    ``_state_of``
        many2one to the record whose state decides what is open, for what has none itself;
        who may write that record may write this one

    ``_gates_birth()`` of the model yields what one new record lacks when people, or code
    with all rights, create it, as sentences.

    Everything else is refused, code with all rights included: a server action, an
    automated action, ``sudo()`` and the superuser open nothing. What is sent is refused;
    what comes from defaults, the context and copies is dropped. ``docs/seal.rst`` prints
    the tables.
    """

    _name = "complaint.seal.mixin"
    _description = "Fields Sealed by Default"
    _inherit = [
        "complaint.covered.mixin",
        "complaint.seal.view.mixin",
        "complaint.fit.mixin",
        "complaint.hidden.mixin",
    ]

    _opens = None
    _drops = None
    _openings = {}
    _state_of = None
    #: See ``complaint.life.mixin``; also here: the state decides what is open.
    _life = None
    #: Whether ``create`` checks by itself what new records get.
    _checks_birth = True
    #: Fields whose values lie in the vault; so does their history.
    _vaulted = frozenset()

    # ----------------------------------------------------------------------
    # Tables
    # ----------------------------------------------------------------------

    @api.model
    @tools.ormcache(cache="stable")
    def _life_table(self):
        """Return the :class:`~..tools.life.Life` of the model, of all add-ons."""
        return merge_lives(self._declared("_life"))

    @api.model
    @tools.ormcache(cache="stable")
    def _seal_table(self):
        """Return the :class:`SealTable` of the model, or ``None`` if it has no seal."""
        tables = self._declared("_opens")
        if not tables:
            return None
        openings = merge_openings(self._declared("_openings"))
        drops = [drop for drop in self._declared("_drops") if drop]
        return SealTable(
            self._sealable_fields(),
            merge_rows(tables),
            openings,
            drops[0] if drops else None,
        )

    @api.model
    def _sealable_fields(self):
        """Return the names of the fields under the seal, as a frozenset."""
        return frozenset(
            name
            for name, field in self._fields.items()
            if name not in MAGIC_COLUMNS
            and (field.store or field.inverse or not field.compute)
            and any(_SEALED_MODULES.match(module) for module in field._modules)
        )

    @api.model
    @tools.ormcache()
    def _fields_of_rules(self):
        """Return the names of the fields that record rules of the model look at."""
        # sudo: ir.rule - which fields decide who may write, whoever asks
        rules = self.env["ir.rule"].sudo().search([("model_id.model", "=", self._name)])
        names = _FIELD_IN_RULE.findall(" ".join(rules.mapped("domain_force")))
        return frozenset(names) & self._fields.keys()

    # ----------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------

    @api.model
    def _guard_create(self, vals_list):
        """OVERRIDE: refuse what is sealed, drop what callers would slip in by default."""
        self._check_whole_seen(vals_list)
        table = self._checks_birth and self._seal_table()
        if not table or not self.pool.ready:
            return self
        self._check_birth(table, vals_list)
        return self._without_defaults(table)

    def _guard_born(self, vals_list):
        """OVERRIDE: refuse what is closed already."""
        table = self._checks_birth and self._seal_table()
        if table and self.pool.ready and not self.browse()._names_unsealed():
            self._check_born(table)
            self._check_born_open(table, vals_list)

    def _guard_write(self, vals):
        """OVERRIDE: refuse what is sealed, keep what was changed by hand on record."""
        sealed = self._under_seal()
        if not sealed or not self.pool.ready:
            return ()
        names = sealed._names_by_hand(vals)
        sealed._check_open(names & sealed._seal_table().sealed)
        sealed._note_changes(names)
        return names

    def _guard_written(self, asked):
        """OVERRIDE: the base asks the rules before a write only."""
        if asked and not self.env.su and asked & self._fields_of_rules():
            self.check_access("write")

    def _guard_unlink(self):
        """OVERRIDE: refuse what stays on file."""
        sealed = self._under_seal()
        if sealed and self.pool.ready:
            sealed._check_drop()
            if _DROP not in sealed._names_unsealed():
                sealed._note_changes(self._fields.keys(), deleted=True)

    def copy_data(self, default=None):
        """OVERRIDE: a copy has what may be said by hand at birth, nothing else."""
        vals_list = super().copy_data(default)
        if not self._under_seal():
            return vals_list
        table = self._seal_table()
        given = {
            name
            for name, row in table.opens.items()
            if self._opens_at_birth(table, name) and self._has_one_role(row.by)
        }
        hidden = table.sealed - given - (default or {}).keys()
        return [
            vals and {name: vals[name] for name in vals if name not in hidden}
            for vals in vals_list
        ]

    @api.model
    def default_get(self, fields):
        """OVERRIDE: sealed fields have their own defaults only.

        Neither the context of the caller nor a default that a user saved fills them.
        """
        table = self._seal_table()
        if not table or not self._guards_defaults():
            return super().default_get(fields)
        sealed = {
            name
            for name in table.sealed.intersection(fields)
            if not self._opens_at_birth(table, name)
        }
        clean = self._without_defaults(table)
        values = super(ComplaintSealMixin, clean).default_get(fields)
        saved = self.env["ir.default"]._get_model_defaults(self._name)
        for name in sealed.intersection(saved):
            values.pop(name, None)
            if default := self._fields[name].default:
                values[name] = default(self)
        return values

    @api.model
    def _guards_defaults(self):
        """Return whether defaults are guarded now. Hook: tickets that are none."""
        return True

    def _has_field_access(self, field, operation):
        """OVERRIDE: what is never open is read-only for people, on screens as well."""
        if operation == "write" and not self.env.su and not self._may_be_open(field):
            return False
        return super()._has_field_access(field, operation)

    def _may_be_open(self, field):
        """Return whether the user may ever write a field by hand."""
        table = self._seal_table()
        if (
            not table
            or field.name not in table.sealed
            or field.name in self._names_unsealed()
        ):
            return True
        row = table.opens.get(field.name)
        return bool(row) and any(
            self._has_one_role(groups) for groups in {row.by, row.later or row.by}
        )

    # ----------------------------------------------------------------------
    # EXPOSED API: what the program writes besides the steps
    # ----------------------------------------------------------------------

    @contextmanager
    def _unseal(self, key):
        """Open these records for a routine that ``_openings`` lists.

        :param key: key of ``_openings``
        """
        opening = self._seal_table().openings[key]
        names = {*opening.names, *((_DROP,) if opening.drops else ())}
        with unsealed(self._unsealed(names)):
            yield

    def _write_sealed(self, key, vals):
        """Write sealed fields as a routine that ``_openings`` lists, with all rights.

        :param key: key of ``_openings``; its ``names`` bound what is written
        """
        with self._unseal(key):
            # sudo: the routine and its reason are in the table
            return self.sudo().write(vals)

    @api.model
    def _create_sealed(self, key, vals_list):
        """Create records as a routine that ``_openings`` lists, with all rights.

        :return: the records, with the rights of the caller
        """
        opening = self._seal_table().openings[key]
        if not opening.creates:
            raise ValueError(f"{key} creates no {self._name}")
        item = Unsealed(
            self._name, None, frozenset(opening.names), self._is_automated()
        )
        with unsealed(item):
            # sudo: the routine and its reason are in the table
            return self.sudo().create(vals_list).with_env(self.env)

    def _unlink_sealed(self, key):
        """Delete records as a routine that ``_openings`` lists, with all rights."""
        with self._unseal(key):
            # sudo: the routine and its reason are in the table
            return self.sudo().unlink()

    def _unsealed(self, names):
        """Return these records, open for some fields, for ``unsealed``."""
        return Unsealed(
            self._name, frozenset(self._ids), frozenset(names), self._is_automated()
        )

    def _names_unsealed(self):
        """Return the names of the fields that a step or a listed routine opened."""
        if not self:
            return birth_names(self._name, self._is_automated())
        return open_names(self._name, self._ids, self._is_automated())

    def _is_automated(self):
        """Return whether an automated action is running."""
        return "__action_done" in self.env.context

    # ----------------------------------------------------------------------
    # Checks
    # ----------------------------------------------------------------------

    def _under_seal(self):
        """Return those of the records that are sealed. Hook: the tickets that are none."""
        return self if self._seal_table() else self.browse()

    def _names_by_hand(self, vals):
        """Return which of the fields written were not opened by a step or routine."""
        return vals.keys() - self._names_unsealed()

    def _check_open(self, names):
        """Check that fields may be written by hand right now.

        :raise UserError: naming a field and why
        """
        if not names:
            return
        table = self._seal_table()
        self._hold_places()
        places = {record._seal_place() for record in self}
        for name in sorted(names):
            row = table.opens.get(name)
            if not (row and self._opens_now(row, places)) or row.birth:
                self._refuse(name, row)
            if self._is_closed(row):
                self._refuse(name, row)
            if row.only and not all(record[row.only] for record in self):
                self._refuse_others(name)
        self._check_by_hand()

    @api.model
    def _check_birth(self, table, vals_list):
        """Check that new records get by hand what is open at birth only.

        :raise UserError: naming a field
        """
        names = {name for vals in vals_list for name in vals}
        names -= self.browse()._names_unsealed()
        for name in sorted(names & table.sealed):
            if not self._opens_at_birth(table, name):
                self.browse()._refuse(name, table.opens.get(name))

    @api.model
    def _opens_at_birth(self, table, name):
        """Return whether the user may give a field when a record is created."""
        row = table.opens.get(name)
        if row is None or not (self.env.su or self._has_one_role(row.by)):
            return False
        return self._opens_first(row)

    @api.model
    def _opens_first(self, row):
        """Return whether a row of the table opens a field of new records, to its roles."""
        return (
            row.birth
            or row.states is None
            or bool(self._state_of)
            or self._first_state() in row.states
        )

    @api.model
    def _first_state(self):
        """Return the state a new record has."""
        field = self._fields.get(self._life_table().state)
        default = field.default if field else None
        return default(self) if default else False

    def _check_born(self, table):
        """Check that the case, and what new records are part of, are open to them.

        :raise UserError: naming what is closed, or with everything that is missing
        """
        self._check_by_hand()
        self._hold_places()
        self._check_born_of(table)
        rows = [row for row in table.opens.values() if row.phases is not None]
        allowed = {phase for row in rows for phase in row.phases}
        for record in self:
            if rows and record._seal_phase() not in allowed:
                record._refuse_finished()
        missing = [text for record in self for text in record._gates_birth()]
        if missing:
            raise UserError("\n".join(dict.fromkeys(missing)))

    def _gates_birth(self):
        """Return what one new record lacks, as sentences. Hook."""
        return ()

    def _check_born_of(self, table):
        """Check that the records of which new ones are part are open to them.

        :raise UserError: naming them
        """
        states = {state for row in table.opens.values() for state in row.states or ()}
        if not (self._state_of and states):
            return
        for record in self:
            if record._seal_place()[0] not in states:
                # sudo: the name of what it is part of, which the user may write
                whole = record.sudo()[self._state_of]
                raise UserError(
                    self.env._(
                        "%s cannot be changed by hand at this point.",
                        whole.display_name,
                    )
                )

    def _check_born_open(self, table, vals_list):
        """Check that nothing new has what is closed already.

        :raise UserError: naming a field
        """
        for record, vals in zip(self, vals_list, strict=True):
            for name in sorted(vals.keys() & table.opens.keys()):
                if record._is_closed(table.opens[name]):
                    record._refuse(name, table.opens[name])

    def _is_closed(self, row):
        """Return whether what closes a row of the table is filled in any record."""
        # sudo: whether it is closed does not depend on the reader
        return bool(row.until) and any(record[row.until] for record in self.sudo())

    def _check_drop(self):
        """Check that records may be deleted.

        :raise UserError: otherwise
        """
        if _DROP in self._names_unsealed():
            return
        row = self._seal_table().drops
        if row:
            self._hold_places()
        places = {record._seal_place() for record in self}
        if row and self._opens_now(row, places) and not self._is_closed(row):
            self._check_by_hand()
            return
        self._check_access_first("unlink")
        raise UserError(self.env._("This stays on file and cannot be deleted."))

    def _check_by_hand(self):
        """Check who writes, creates or deletes what is open. Hook.

        Who may write a part: whoever may write the whole.

        :raise UserError: if it is not up to the user
        """
        if self._state_of:
            self[self._state_of]._check_by_hand()

    def _hold_places(self):
        """Keep what decides what is open as it is until the transaction ends.

        Who comes while a step changes it waits, and is refused by PostgreSQL when the
        step is committed; Odoo begins anew then. A step that comes meanwhile tells that
        somebody else is at it. The records' own rows are written, which does the same.
        """
        for wholes in self._wholes():
            self.env.execute_query(
                SQL(
                    "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                    SQL.identifier(wholes._table),
                    tuple(wholes.ids),
                )
            )

    def _wholes(self):
        """Yield the records whose states decide what is open of these, the cases first."""
        # sudo: what is open does not depend on the reader
        records = self.sudo()
        whole = records[self._state_of] if self._state_of else records.browse()
        if "ticket_id" in self._fields and records.ticket_id.ids:
            yield records.ticket_id
        elif whole:
            yield from whole._wholes()
        if whole.ids and whole._name != records._name:
            yield whole

    def _seal_place(self):
        """Return ``(state, phase of the case)`` of one record, ``False`` for none."""
        # sudo: what is open does not depend on the reader
        record = self.sudo()
        if self._state_of and record[self._state_of]:
            return record[self._state_of]._seal_place()
        state = self._life_table().state
        return (
            record[state] if state in self._fields else False,
            record._seal_phase(),
        )

    def _seal_phase(self):
        """Return the phase of the case of one record. Hook for what hangs elsewhere."""
        if self._state_of and self[self._state_of]:
            return self[self._state_of]._seal_phase()
        return self.ticket_id.phase if "ticket_id" in self._fields else False

    def _opens_now(self, row, places):
        """Return whether a row of the table opens something to the user.

        :param places: what :meth:`_seal_place` returns for each record
        """
        return all(_is_open(row, place) for place in places) and (
            self.env.su or self._has_one_role(row.later or row.by)
        )

    def _has_one_role(self, groups):
        """Return whether the user has one of some roles; none asked for: yes."""
        return not groups or any(self.env.user.has_group(group) for group in groups)

    @api.model
    def _without_defaults(self, table):
        """Return the model without the defaults in the context that are not open."""
        context = {
            key: value
            for key, value in self.env.context.items()
            if not key.startswith("default_")
            or key[8:] not in table.sealed
            or self._opens_at_birth(table, key[8:])
        }
        # pylint: disable-next=context-overridden
        return self.with_context(context)

    # ----------------------------------------------------------------------
    # History: what was changed by hand
    # ----------------------------------------------------------------------

    def _note_changes(self, names, deleted=False):
        """Let the history know what is about to be changed, or deleted, by hand.

        What they held is on record at the end of the transaction, see
        ``complaint.log.value``; for cases and their parts only.
        """
        if names:
            self.env["complaint.log.value"]._note(self, names, deleted)


def _is_open(row, place):
    """Return whether a row of the table opens a field in a state and phase."""
    state, phase = place
    return (row.states is None or state in row.states) and (
        row.phases is None or phase in row.phases
    )
