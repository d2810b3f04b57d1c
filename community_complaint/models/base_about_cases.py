"""Records of other models that are about cases: how they are searched and changed.

The base takes ids in a condition on an x2many as they are (THREATS 52): with them,
``team.search([("ticket_ids", "=", id)])`` tells which desk a hidden case has.
"""

from odoo import api, models, tools
from odoo.fields import Domain
from odoo.tools import OrderedSet

from ..tools.sealed_links import links_to

#: Conditions on ids, and whether they are about what is there.
_BY_ID = {"=": True, "in": True, "!=": False, "<>": False, "not in": False}
#: Models of other add-ons whose records copy, count, mail or delete what a model has, and
#: the field that says which (THREATS 67).
COPIERS = {
    "auditlog.rule": "model_id",
    "data_recycle.model": "res_model_id",
    "gamification.goal.definition": "model_id",
    "mailing.mailing": "mailing_model_id",
}


def is_ours(name):
    """Return whether records of a model are cases or belong to this product."""
    return name == "helpdesk.ticket" or name.startswith("complaint.")


class Base(models.AbstractModel):
    _inherit = "base"

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        """OVERRIDE: what is searched by ids of cases is searched by those one may read."""
        if not (self.env.su or bypass_access) and domain:
            domain = self._by_readable_cases(Domain(domain))
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def write(self, vals):
        """OVERRIDE: what is changed to be about a case is refused as if it were made so.

        The base asks its rules before it writes, and not again.
        """
        result = super().write(vals)
        if not (self.env.su or self._names_of_cases().isdisjoint(vals)):
            self.check_access("write")
        return result

    def onchange(self, values, field_names, fields_spec):
        """OVERRIDE: a form is not filled in for a case that one may not read.

        The base takes the ids it is given, and shows what is related to them with all
        rights.
        """
        if not self.env.su:
            given = {
                name: value
                for name in self._fields
                if (value := self.env.context.get(f"default_{name}"))
            }
            self._refuse_hidden_links({**given, **values}, self)
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def _refuse_hidden_links(self, vals, record):
        """Check that the user may read the cases and parts that values of a form name.

        :param record: what has these values already, or nothing
        :raise AccessError: for one that is hidden, or not there
        """
        paths = self.env["helpdesk.ticket"]._case_paths()
        for name, value in vals.items():
            field = self._fields.get(name)
            if not value or field is None or not field.relational:
                continue
            linked = self.env[field.comodel_name]
            ids, rows = _named(value)
            if linked._name in paths and ids:
                # sudo: any - what the record has already is not asked again
                known = record.sudo()[name] if record else linked
                linked.browse(ids - set(known._ids)).check_access("read")
            for row in rows:
                linked._refuse_hidden_links(row, linked)

    @api.model
    @tools.ormcache("self._name", cache="stable")
    def _names_of_cases(self):
        """Return the fields by which records of others are about cases."""
        rules = self.env["ir.rule"]
        links = (link[0] for link in rules._foreign_links(self._name))
        return frozenset(filter(None, (*links, COPIERS.get(self._name))))

    @api.model
    @tools.ormcache("self._name", cache="stable")
    def _links_on_file(self):
        """Return the stored links of ours to this model, see :func:`links_to`."""
        return links_to(self.pool, self._name)

    def _by_readable_cases(self, domain):
        """Return a domain in which ids of our records are conditions with rights."""
        names = self.env["base"]._x2many_to_cases()
        if not any(
            _leads_by(condition, names) for condition in domain.iter_conditions()
        ):
            return domain
        return domain.map_conditions(self._by_readable_case)

    def _by_readable_case(self, condition):
        name, _dot, rest = condition.field_expr.partition(".")
        field = self._fields.get(name)
        if name != "id" and (field is None or not field.relational):
            return condition
        linked = self if name == "id" else self.env[field.comodel_name]
        guarded = (
            name in self.env["base"]._x2many_to_cases() and is_ours(linked._name)
        ) or _is_unguarded(field)
        if rest or _is_search(condition):
            inner = _inner(condition, rest)
        elif not guarded:
            return condition
        elif condition.operator in _BY_ID and not _has_names(condition.value):
            return _with_rights(linked, condition)
        else:
            inner = _inner(condition, "display_name")
        inner = inner.map_conditions(linked._by_readable_case)
        found = Domain(name, "any", readable(linked, inner) if guarded else inner)
        return ~found if condition.operator in Domain.NEGATIVE_OPERATORS else found

    @api.model
    @tools.ormcache(cache="stable")
    def _x2many_to_cases(self):
        """Return the names of all x2many fields to cases, or other records of ours.

        Those of ours that the base searches without rights are among them. Asked of the
        model ``base``, so that they are looked for once.
        """
        return frozenset(
            name
            for model in self.env.registry.values()
            for name, field in model._fields.items()
            if field.type in ("one2many", "many2many")
            and field.comodel_name
            and (is_ours(field.comodel_name) or _is_unguarded(field))
        )


def _named(value):
    """Return the ids and the values of lines that a value of a form names.

    :param value: an id, ``{"id": id}``, a list of ids, or of commands
    """
    if isinstance(value, dict):
        value = value.get("id")
    ids, rows = set(), []
    for item in value if isinstance(value, (list, tuple)) else [value]:
        if isinstance(item, int):
            ids.add(item)
        elif isinstance(item, (list, tuple)):
            _command, *parts = item
            ids.update(part for part in parts if isinstance(part, int) and part)
            for part in parts:
                if isinstance(part, dict):
                    rows.append(part)
                elif isinstance(part, (list, tuple)):
                    ids.update(part)
    return ids, rows


def _is_unguarded(field):
    """Return whether the base asks no rights when it searches by a list of ours.

    Files are read so, since it would look at every file of the database otherwise.
    """
    return (
        is_ours(field.model_name)
        and field.type == "many2many"
        and field.bypass_search_access
    )


def _leads_by(condition, names):
    """Return whether a condition may look at an x2many of one of the names."""
    if not names.isdisjoint(condition.field_expr.split(".")):
        return True
    if condition.operator not in ("any", "not any"):
        return False
    value = condition.value
    if not isinstance(value, (Domain, list, tuple)):
        return False
    return any(_leads_by(inner, names) for inner in Domain(value).iter_conditions())


def _is_search(condition):
    """Return whether a condition is a search among linked records."""
    return condition.operator in ("any", "not any") and isinstance(
        condition.value, (Domain, list, tuple)
    )


def _inner(condition, rest):
    """Return what a condition looks for among linked records, never the contrary."""
    operator, value = condition.operator, condition.value
    if not _is_search(condition):
        inner = Domain(rest, operator, value)
        return ~inner if operator in Domain.NEGATIVE_OPERATORS else inner
    return Domain(rest, "any", value) if rest else Domain(value)


def _with_rights(model, condition):
    """Return a condition on ids as one on records that one may read."""
    model = model.with_context(active_test=False)
    name, values = condition.field_expr, _values(condition.value)
    ids = [value for value in values if value]
    found = Domain(name, "any", readable(model, [("id", "in", ids)]))
    if not all(values):
        found |= ~Domain(name, "any", readable(model, []))
    return found if _BY_ID[condition.operator] else ~found


def _has_names(value):
    return any(isinstance(item, str) for item in _values(value))


def readable(model, domain):
    """Return the query of the records of a domain that one may read.

    Not the domain itself: of one without conditions the base asks no rights.
    """
    if not model.has_access("read"):
        return model.browse()._as_query()
    return model._search(domain)


def _values(value):
    """Return what a condition compares with, as a list."""
    if isinstance(value, (list, tuple, set, frozenset, OrderedSet)):
        return list(value)
    return [value]
