from odoo import api, models, tools
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.opened import Opened, note_opened


class HelpdeskTicket(models.Model):
    """Opening a case: its form shows a dozen lists, most of them empty.

    What the form needs is read beforehand: which lists are empty, by one query; each of
    the others with all its columns, by one query under its record rules; all names of
    users at once; settings, see :meth:`_cache_settings`.
    """

    _inherit = "helpdesk.ticket"

    @api.readonly
    def web_read(self, specification):
        """OVERRIDE: read what the form of one case needs by few queries."""
        if len(self) != 1 or not self.id or not self._is_form(specification):
            return super().web_read(specification)
        self.env.flush_all()
        case = self.with_context(complaint_opened=Opened(self.env.uid))
        case._cache_settings()
        if case._cache_case():
            case._cache_empty_lists(specification)
            case._cache_identity()
            _cache_lists(case, specification)
            case._cache_user_names(specification)
        values = super(HelpdeskTicket, case).web_read(specification)
        case._keep_settings()
        return values

    @api.model
    @api.readonly
    def web_search_read(self, *args, **kwargs):
        """OVERRIDE: lists show names of settings, which are known."""
        self._cache_settings()
        result = super().web_search_read(*args, **kwargs)
        self._keep_settings()
        return result

    @api.model
    @api.readonly
    def web_read_group(self, *args, **kwargs):
        """OVERRIDE: boards show names of settings, which are known."""
        self._cache_settings()
        result = super().web_read_group(*args, **kwargs)
        self._keep_settings()
        return result

    def _is_form(self, specification):
        """Tell whether a form is read: it shows lists with columns."""
        return any(
            _shows_list(self._fields.get(name), spec)
            for name, spec in specification.items()
        )

    def _cache_case(self):
        """Read all columns of one case.

        :return: whether the user may read it; if not, the base says so
        """
        cases = self.with_context(active_test=False)
        try:
            columns = self._columns_of(self._name)
            found = cases.search_fetch([("id", "=", self.id)], columns)
        except AccessError:
            return False
        note_opened(found)
        return bool(found)

    @api.model
    @tools.ormcache("self.env.uid", "self.env.su", "model_name")
    def _columns_of(self, model_name):
        """Return the names of the columns of a model the user may read, big ones not."""
        records = self.env[model_name]
        return tuple(
            name
            for name, field in records._fields.items()
            if field.prefetch is True
            and field.store
            and field.column_type
            and records._has_field_access(field, "read")
        )

    def _cache_empty_lists(self, names):
        """Tell the cache which lists of one case are empty, for every reader.

        :param names: names of fields; lists that these are computed from count as well
        """
        exists = {}
        for field in self._lists_behind(names):
            table, column = self._list_column(field)
            if table and any(field._cache_missing_ids(self)):
                exists[field] = SQL(
                    "EXISTS (SELECT FROM %s WHERE %s = %s)",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    self.id,
                )
        if not exists:
            return
        [row] = self.env.execute_query(
            SQL("SELECT %s", SQL(", ").join(exists.values()))
        )
        # sudo: helpdesk.ticket - what is empty is empty for the office's service as well
        office = self.sudo()
        for field, some in zip(exists, row, strict=True):
            if not some:
                field._update_cache(self, ())
                field._update_cache(office, ())

    def _lists_behind(self, names):
        """Return the lists among some fields, and those that the fields depend on."""
        found = {}
        for name in names:
            field = self._fields.get(name)
            if not field:
                continue
            sources = () if field.store else self.pool.field_depends[field]
            for source in (name, *sources):
                field = self._fields[source.partition(".")[0]]
                if field.type in ("one2many", "many2many"):
                    found[field] = True
        return list(found)

    def _list_column(self, field):
        """Return table and column by which a list hangs on the case, or two ``None``."""
        if field.type == "many2many" and field.store:
            return field.relation, field.column1
        if field.type == "one2many" and field.store:
            part = self.env[field.comodel_name]
            if part._fields[field.inverse_name].type == "many2one":
                return part._table, field.inverse_name
        return None, None

    def _cache_user_names(self, specification):
        """Read the names of all users that the form and its lists show."""
        users = _user_ids(self, specification)
        for name, spec in specification.items():
            if _shows_list(self._fields.get(name), spec):
                users |= _user_ids(self[name], spec["fields"])
        # sudo: res.users - names, as the base shows them whoever reads
        self.env["res.users"].sudo().browse(users).partner_id.fetch(["name"])


def _cache_lists(records, specification):
    """Read the lists of records that have something in them, with all their columns.

    :param specification: what ``web_read`` is asked for
    """
    for name, spec in specification.items():
        field = records._fields.get(name)
        if _shows_list(field, spec) and any(field._cache_missing_ids(records)):
            lines = _cache_list(records, field, spec["fields"])
            _cache_lists(lines, spec["fields"])


def _shows_list(field, spec):
    """Tell whether a specification asks for the records of a one2many field."""
    return bool(
        field and field.type == "one2many" and field.store and spec.get("fields")
    )


def _cache_list(records, field, names):
    """Read one list of some records by one query under its rules and return it."""
    lines = records.env[field.comodel_name]
    if lines._fields[field.inverse_name].type != "many2one":
        return lines
    lines = lines.with_context(active_test=False, **field.context)
    domain = field.get_comodel_domain(records)
    domain &= Domain(field.inverse_name, "in", records.ids)
    try:
        columns = records.env["helpdesk.ticket"]._columns_of(lines._name)
        lines = lines.search_fetch(domain, {*names, *columns})
    except AccessError:
        return lines  # the base says which field cannot be read
    note_opened(lines)
    groups = lines.grouped(field.inverse_name)
    field._insert_cache(
        records, [groups.get(record, lines.browse())._ids for record in records]
    )
    return lines.with_env(records.env)


def _user_ids(records, names):
    """Return the ids of the users in some columns, as far as they were read."""
    ids = set()
    for name in names:
        field = records._fields.get(name)
        if not field or not field.store or field.comodel_name != "res.users":
            continue
        if field.type == "many2one":
            cached = field._get_cache(records.env)
            ids.update(cached.get(id_) for id_ in records._ids)
    return ids - {None}
