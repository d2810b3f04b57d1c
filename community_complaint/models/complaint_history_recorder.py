from collections import defaultdict

from odoo import api, models, tools
from odoo.orm.models import MAGIC_COLUMNS, NO_ACCESS
from odoo.tools import SQL

from ..tools import history
from ..tools.steps import DRAFT

_TICKET = "helpdesk.ticket"
#: Whose fields are no part of what a case says.
_CHATTER = (
    "mail.thread",
    "mail.thread.main.attachment",
    "mail.activity.mixin",
    "portal.mixin",
)
_COLUMNS = (
    "key", "entry", "is_entry", "ticket_id", "company_id", "res_model", "res_id",
    "field", "old_value", "new_value", "salt", "key_id", "user_id", "moment",
)  # fmt: skip


class ComplaintHistoryRecorder(models.AbstractModel):
    """How changes by hand get on record: noted before, compared at the commit.

    A note holds the first value of each field that one person changed of one record.
    When the transaction commits, or somebody looks at the history within it, what differs
    goes into the chain and its values into ``complaint.log.value``; what was put back, or
    taken back by a savepoint, leaves nothing. Flags in the context change nothing.

    EXPOSED API: :meth:`_note`, :meth:`_settle`.
    """

    _name = "complaint.history.recorder"
    _description = "Recorder of Changes by Hand"

    # ----------------------------------------------------------------------
    # Taking notes
    # ----------------------------------------------------------------------

    @api.model
    @tools.ormcache("name", cache="stable")
    def _kept_names(self, name):
        """Return the names of the fields of a model that the history keeps."""
        model = self.env[name]
        chatter = {
            field
            for parent in _CHATTER
            if parent in self.env
            for field in self.env[parent]._fields
        }
        return model._vaulted | frozenset(
            name
            for name, field in model._fields.items()
            if field.store
            and field.type != "one2many"
            and field.groups != NO_ACCESS
            and name not in MAGIC_COLUMNS
            and name not in chatter
        )

    @api.model
    def _note(self, records, names, deleted=False):
        """Note what records hold before somebody changes or deletes them by hand.

        :param records: cases, or anything; what belongs to no case has no history, and
            neither have drafts
        :param names: names of the fields that are about to change
        :param deleted: whether the records are about to go
        """
        names = self._kept_names(records._name).intersection(names)
        paths = self.env[_TICKET]._case_paths()
        if not names or not (records._name in paths or "ticket_id" in records._fields):
            return
        notes = self._notes()
        # sudo: every part of a case - what was there is on record, whoever changes it
        records = records.sudo().with_context(active_test=False, bin_size=False)
        for record in records:
            case = self.env["complaint.log"]._case_of(record)
            if not case.is_complaint or case.phase == DRAFT or not record.id:
                continue
            place = (record._name, record.id, self.env.uid)
            if place not in notes:
                notes[place] = history.Note(record, case, self.env.uid)
            notes[place].deleted |= deleted
            old = notes[place].old
            for name in names.difference(old):
                old[name] = history.text(record._fields[name].type, record[name])

    @api.model
    def _notes(self):
        """Return the notes of this transaction, ``{(model, id, user): Note}``."""
        precommit = self.env.cr.precommit
        notes = precommit.data.get(history.NOTES)
        if notes is None:
            notes = precommit.data[history.NOTES] = {}
            precommit.add(self.env["complaint.log"]._write_pending)
        return notes

    # ----------------------------------------------------------------------
    # Putting them on record
    # ----------------------------------------------------------------------

    @api.model
    def _settle(self):
        """Put on record what has changed since it was noted; nothing if nothing has."""
        notes = [*self.env.cr.precommit.data.get(history.NOTES, {}).values()]
        if not notes:
            return
        there = self._keys_there(notes)
        changes = [
            (note, changed)
            for note, record in self._present(notes)
            if (changed := self._changed(note, record, there))
        ]
        if changes:
            self._write_changes(changes)

    @api.model
    def _keys_there(self, notes):
        """Return the keys of what was written and that no savepoint took back."""
        keys = [key for note in notes for key, _values in note.rows]
        if not keys:
            return frozenset()
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT key FROM complaint_log_value WHERE key = ANY(%s)", keys
            )
        )
        return frozenset(key for (key,) in rows)

    @api.model
    def _present(self, notes):
        """Yield each note and its record as it is now, empty if it is gone."""
        groups = defaultdict(list)
        for note in notes:
            groups[note.record.env, note.record._name].append(note)
        for (env, name), group in groups.items():
            records = env[name].browse({note.record.id for note in group}).exists()
            by_id = {record.id: record for record in records}
            for note in group:
                yield note, by_id.get(note.record.id, env[name])

    @api.model
    def _changed(self, note, record, there):
        """Return ``{field: (old, new)}`` of what differs from what is on record."""
        if not record and not note.deleted:
            # a savepoint took back that it was created
            return {}
        known = {name: note.known(name, there) for name in note.old}
        if not record:
            # zeros and unticked boxes of what is gone tell nothing
            return {
                name: (old, None)
                for name, old in known.items()
                if old not in (None, "0")
            }
        present = {
            name: history.text(record._fields[name].type, record[name])
            for name in known
        }
        return {
            name: (known[name], present[name])
            for name in sorted(known)
            if known[name] != present[name]
        }

    @api.model
    def _write_changes(self, changes):
        """Write changes into the chain, and their values beside it.

        :param changes: list of ``(note, {field: (old, new)})``
        """
        log = self.env["complaint.log"]
        last = self._last_entries(changes)
        contents, rows = [], []
        for note, changed in changes:
            key, salts = (
                history.new_salt(),
                {name: history.new_salt() for name in changed},
            )
            content = log.with_user(note.user_id)._prepare_content(
                "changed",
                note.case,
                {
                    "key": key,
                    "fields": {
                        name: [history.digest(salts[name], value) for value in pair]
                        for name, pair in changed.items()
                    },
                },
                None,
            )
            content |= {"res_model": note.record._name, "res_id": note.record.id}
            contents.append(content)
            entry = self._entry_of(content, key, last)
            rows += [
                self._prepare_row(content, key, entry, name, (*pair, salts[name]))
                | {"is_entry": entry == key and index == 0}
                for index, (name, pair) in enumerate(changed.items())
            ]
            note.rows.append((key, {name: pair[1] for name, pair in changed.items()}))
        self._insert(rows)
        log._wait(contents)

    @api.model
    def _last_entries(self, changes):
        """Return ``{(model, id): (user, entry, moment)}`` of what is on record last."""
        places = {(note.record._name, note.record.id) for note, _changed in changes}
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT ON (res_model, res_id)"
                " res_model, res_id, user_id, entry, moment FROM complaint_log_value"
                " WHERE (res_model, res_id) IN %s ORDER BY res_model, res_id, id DESC",
                tuple(places),
            )
        )
        return {(model, id_): tuple(rest) for model, id_, *rest in rows}

    @api.model
    def _entry_of(self, content, key, last):
        """Return the editing session a change belongs to: the one before, or its own.

        :param last: see :meth:`_last_entries`; the change becomes the last one
        """
        place = content["res_model"], content["res_id"]
        user_id, entry, moment = last.get(place, (None, None, None))
        if (
            user_id != content["user_id"]
            or content["moment"] - moment > history.SESSION
        ):
            entry = key
        last[place] = content["user_id"], entry, content["moment"]
        return entry

    @api.model
    def _prepare_row(self, content, key, entry, name, values):
        """Return the columns of one field's change.

        :param content: of the row of the chain
        :param values: old, new, salt; sealed with the vault's key if the field lies there
        """
        copied = ("ticket_id", "company_id", "res_model", "res_id", "user_id", "moment")
        return {
            **{column: content[column] for column in copied},
            "key": key,
            "entry": entry,
            "field": name,
            **self._sealed_values(content["res_model"], key, name, values),
        }

    @api.model
    def _sealed_values(self, model, key, name, values):
        """Return the columns of values, sealed if need be, and ``key_id``."""
        named = dict(zip(history.VALUES, values, strict=True))
        if name not in self.env[model]._vaulted:
            return {**named, "key_id": None}
        ring = self.env["complaint.key"]._writing_ring()
        sealed = {
            column: value and ring.seal(value, history.place(key, name, column))
            for column, value in named.items()
        }
        return {**sealed, "key_id": ring.current}

    @api.model
    def _insert(self, rows):
        self.env.cr.execute(
            SQL(
                "INSERT INTO complaint_log_value (%s) VALUES %s",
                SQL(", ").join(map(SQL.identifier, _COLUMNS)),
                SQL(", ").join(
                    SQL("%s", tuple(row[column] for column in _COLUMNS)) for row in rows
                ),
            )
        )
