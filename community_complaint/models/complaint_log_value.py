from collections import defaultdict
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.orm.models import NO_ACCESS
from odoo.tools import SQL, format_date, format_datetime, html2plaintext

from ..tools import history, vault
from ..tools.changes import on
from ..tools.life import Opening

_TICKET = "helpdesk.ticket"
_LINKS = ("many2one", "many2many")
#: How much of a value a line of the list shows.
_SHORT = 60


class ComplaintLogValue(models.Model):
    """What was changed by hand in a case: who, when, which field, from what to what.

    The chain of ``complaint.log`` holds a row of kind ``changed`` per person, record and
    transaction: ``{"key": …, "fields": {field: [hash of old, hash of new]}}``. What was
    hashed lies here, a row per field, with the salt. It is masked for a reader like the
    field itself, and emptied with the identity; the chain stays what it is.

    How it gets here: ``complaint.history.recorder``; how it goes, and what proves it:
    ``complaint.history.keeper``.
    """

    _name = "complaint.log.value"
    _description = "History of a Case"
    _inherit = [
        "complaint.case.mixin",
        "complaint.history.recorder",
        "complaint.history.keeper",
    ]
    _order = "moment desc, id desc"
    _log_access = False

    _guards = {"_refuse_made": on(made=True)}
    _opens = {}
    _openings = {
        "erase": Opening("The office forgets who complained.", history.VALUES),
        "rotate": Opening("The vault gets a new key.", (*history.VALUES, "key_id")),
    }

    key = fields.Char("Key of the Change", required=True, readonly=True)
    entry = fields.Char(
        required=True,
        readonly=True,
        index=True,
        help="Key of the first change of the editing session that this one belongs to.",
    )
    is_entry = fields.Boolean(readonly=True)
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record ID", model_field="res_model", required=True, readonly=True
    )
    field = fields.Char("Technical Name", required=True, readonly=True)
    old_value = fields.Text(groups=NO_ACCESS)
    new_value = fields.Text(groups=NO_ACCESS)
    salt = fields.Char(groups=NO_ACCESS)
    key_id = fields.Char("Encrypted With", readonly=True, index="btree_not_null")
    user_id = fields.Many2one(
        "res.users",
        string="Who",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    moment = fields.Datetime("When", required=True, readonly=True)

    record_text = fields.Char("Changed Record", compute="_compute_texts")
    old_text = fields.Text("Before", compute="_compute_texts")
    new_text = fields.Text("After", compute="_compute_texts")
    field_text = fields.Char(
        "Field", compute="_compute_field_text", search="_search_field_text"
    )
    first_text = fields.Text("Before the Session", compute="_compute_first_text")
    line_ids = fields.Many2many(
        "complaint.log.value", string="Lines", compute="_compute_entry"
    )
    changes = fields.Text(compute="_compute_entry")

    _key_unique = models.UniqueIndex("(key, field)")
    _record_idx = models.Index("(res_model, res_id, id)")
    _entry_idx = models.Index("(ticket_id, moment) WHERE is_entry IS TRUE")

    # ----------------------------------------------------------------------
    # What a reader sees
    # ----------------------------------------------------------------------

    @api.depends("res_model", "field")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """OVERRIDE: where and what, never a value."""
        for row in self:
            row.display_name = row.field_text

    @api.depends("res_model", "field")
    @api.depends_context("lang")
    def _compute_field_text(self):
        for row in self:
            field = row._field()
            row.field_text = field._description_string(self.env) if field else row.field

    @api.model
    def _search_field_text(self, operator, value):
        """Find editing sessions by the label of a field that they changed."""
        if operator not in ("ilike", "=ilike", "like", "=like", "=", "in"):
            return NotImplemented
        domain = [
            ("model", "in", [*self.env[_TICKET]._case_paths()]),
            ("field_description", operator, value),
        ]
        # sudo: ir.model.fields - labels, no values
        found = self.env["ir.model.fields"].sudo().search(domain)
        rows = self._search(
            Domain.OR(
                Domain("res_model", "=", model)
                & Domain("field", "in", known.mapped("name"))
                for model, known in found.grouped("model").items()
            )
        )
        return Domain("entry", "in", rows.subselect("entry"))

    @api.depends("res_model", "res_id", "field", "old_value", "new_value")
    @api.depends_context("uid", "su", "lang", "tz")
    def _compute_texts(self):
        """Show a value to who may read that field of that record right now."""
        records = self._known_records()
        values = self._plain_values()
        names = self._link_names(values)
        for row in self:
            record = records.get((row.res_model, row.res_id))
            row.record_text = row._record_words(record)
            shown = record is not None and row._may_read_field()
            for target, index in (("old_text", 0), ("new_text", 1)):
                known = values.get(row.id)
                row[target] = (
                    row._words(known[index], names) if shown and known else self._mask()
                )

    @api.depends("entry", "field", "old_value")
    @api.depends_context("uid", "su", "lang", "tz")
    def _compute_first_text(self):
        """Return what a field held before the editing session."""
        sessions = self._sessions()
        for row in self:
            known = sessions.get((row.entry, row.field), row)
            row.first_text = known[:1].old_text

    @api.depends("entry", "old_value", "new_value")
    @api.depends_context("uid", "su", "lang", "tz")
    def _compute_entry(self):
        """Fold an editing session: a field's first value before, its last one after."""
        lines = defaultdict(self.browse)
        for (entry, _field), rows in self._sessions().items():
            lines[entry] += rows[-1:]
        for row in self:
            row.line_ids = lines[row.entry]
            row.changes = "\n".join(
                f"{line.field_text}: {_short(line.first_text)} → {_short(line.new_text)}"
                for line in row.line_ids
            )

    def _sessions(self):
        """Return ``{(entry, field): rows}`` of editing sessions, the first change first."""
        rows = self.search([("entry", "in", self.mapped("entry"))], order="id")
        return rows.grouped(lambda row: (row.entry, row.field))

    @api.model
    def _mask(self):
        return self.env._("[not shown]")

    def _field(self):
        """Return the field of one row, ``None`` if there is no such field any more."""
        model = self.env.get(self.res_model)
        return None if model is None else model._fields.get(self.field)

    def _may_read_field(self):
        field = self._field()
        return field is not None and self.env[self.res_model]._has_field_access(
            field, "read"
        )

    def _known_records(self):
        """Return ``{(model, id): record}`` of what the reader may read.

        Records that are gone count as empty ones of who may read the model.
        """
        known = {}
        for name, rows in self.grouped("res_model").items():
            if name not in self.env or not self.env[name].has_access("read"):
                continue
            records = self.env[name].browse({row.res_id for row in rows})
            there = records.exists()
            for record in there._filtered_access("read"):
                known[name, record.id] = record
            for record in records - there:
                known[name, record.id] = record.browse()
        return known

    def _record_words(self, record):
        """Return what was changed: the kind of record, and its name."""
        if record is None:
            return self._mask()
        # sudo: ir.model - what a kind of record is called
        kind = self.env["ir.model"]._get(self.res_model).sudo().name
        if record._name == "helpdesk.ticket":
            # the base's word for it is another one
            kind = self.env._("Complaint")
        if not record:
            return self.env._("%s (deleted)", kind)
        return f"{kind}: {record.display_name}"

    def _plain_values(self):
        """Return ``{id: (old, new, salt)}``; without rows whose key is missing.

        Emptied rows are empty: ``(None, None, None)``.
        """
        # sudo: complaint.log.value - closed columns; who sees them is checked by callers
        found = {}
        for row in self.sudo():
            try:
                found[row.id] = tuple(row._open(name) for name in history.VALUES)
            except vault.VaultError:
                continue
        return found

    def _open(self, name):
        value = self[name] or None
        if value is None or self.field not in self.env[self.res_model]._vaulted:
            return value
        ring = self.env["complaint.key"]._ring()
        return ring.open(value, history.place(self.key, self.field, name))

    def _link_names(self, values):
        """Return ``{(model, id): name}`` of linked records that the reader may see.

        ``None`` for those that are gone; the others are missing.
        """
        wanted = defaultdict(set)
        for row in self:
            field = row._field()
            if field is not None and field.type in _LINKS:
                ids = ",".join(filter(None, values.get(row.id, ())[:2]))
                wanted[field.comodel_name].update(
                    map(int, filter(None, ids.split(",")))
                )
        names = {}
        for name, ids in wanted.items():
            records = self.env[name].browse(ids)
            there = records.exists()
            names.update({(name, id_): None for id_ in (records - there).ids})
            if there.has_access("read") or self.env[name].has_access("read"):
                for record in there._filtered_access("read"):
                    names[name, record.id] = record.display_name
        return names

    def _words(self, value, names):
        """Return a value of one row as a reader understands it, ``False`` if empty.

        :param names: see :meth:`_link_names`
        """
        field = self._field()
        if value is None:
            return False
        if field.type in _LINKS:
            return self._link_words(field, value, names)
        if field.type == "selection":
            labels = dict(field._description_selection(self.env))
            return labels.get(value, value)
        if field.type == "boolean":
            return self.env._("Yes") if value == "1" else self.env._("No")
        if field.type == "html":
            return html2plaintext(value)
        if field.type == "date":
            return format_date(self.env, value)
        if field.type == "datetime":
            return format_datetime(self.env, value, dt_format="short")
        if field.type == "binary":
            return self.env._("File %s", value[:12])
        return value

    def _link_words(self, field, value, names):
        known = [
            names.get((field.comodel_name, int(id_)), self._mask())
            for id_ in value.split(",")
        ]
        return ", ".join(name or self.env._("(deleted)") for name in known)

    # ----------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------

    def _refuse_made(self, _vals):
        """Refuse rows that are not written by ``complaint.history.recorder``.

        :raise UserError: always
        """
        raise UserError(self.env._("Nobody writes into the log by hand."))

    @api.model
    def _search(self, *args, **kwargs):
        """OVERRIDE: a transaction sees its own rows."""
        self.env["complaint.log"]._write_pending()
        return super()._search(*args, **kwargs)

    @api.model
    def _known_records_domain(self):
        """Return the domain of rows about records the user may read, or that are gone.

        Parts that a role does not see leave no trace in its history either.
        """
        return Domain.custom(to_sql=partial(_known_records_sql, self))


def _short(text):
    """Return a value on one line of a list."""
    text = " ".join(str(text or "").split()) or "—"
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"


def _known_records_sql(reader, model, alias, _query):
    """Return the condition that a row is about a record that the reader may read.

    :param reader: the model with the rights of who reads
    """
    conditions = []
    rows = reader.env.execute_query(
        SQL(
            "SELECT wanted.name FROM unnest(%s) AS wanted(name) WHERE EXISTS"
            " (SELECT FROM complaint_log_value WHERE res_model = wanted.name)",
            [*reader.env[_TICKET]._case_paths()],
        )
    )
    for (name,) in rows:
        part = reader.env[name].with_context(active_test=False)
        if not part.has_access("read"):
            continue
        known = part._search([]).subselect()
        conditions.append(
            SQL(
                "(%(model)s = %(name)s AND (%(id)s IN %(known)s"
                " OR NOT EXISTS (SELECT FROM %(table)s AS part WHERE part.id = %(id)s)))",
                model=SQL.identifier(alias, "res_model"),
                id=SQL.identifier(alias, "res_id"),
                name=name,
                known=known,
                table=SQL.identifier(part._table),
            )
        )
    return SQL("(%s)", SQL(" OR ").join(conditions)) if conditions else SQL("FALSE")
