import logging
from functools import partial

from odoo import api, models, tools
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from .base_about_cases import COPIERS, is_ours, readable

_logger = logging.getLogger(__name__)

#: Fields that hold the name of a model, and the field with the id that goes with it.
_REFERENCES = (("res_model", "res_id"), ("model", "res_id"))
#: Models that others belong to, and how these name a record.
_CARRIERS = {"mail.message": _REFERENCES[1], "calendar.event": _REFERENCES[0]}
#: What cases are made of besides the models of this product.
_CARRYING = ("mail.message", "mail.mail", "mail.tracking.value", "ir.attachment")
_TABLE = SQL.identifier("helpdesk_ticket_conflict_user_rel")


class IrRule(models.Model):
    """Whoever is kept away from a case sees no trace of it in any model (THREATS 17).

    Models of this product have their own record rules. All others that name a record by
    model and id, or belong to a message, are covered here, whatever add-on brings them:
    messages (also one's own and those one was notified of), notifications, followers,
    activities, ratings, mails, letters, meetings, reviews … A model of this product whose
    records lead to a case by no field says by ``_known_records_domain`` which of them the
    user may know of.

    Users without a conflict, nearly everybody, keep the base's plain rules.
    """

    _name = "ir.rule"
    _inherit = ["ir.rule", "complaint.seen.mixin"]

    def _seen(self):
        """OVERRIDE: rules on what concerns complaints."""
        # sudo: ir.model - whose rules they are, whoever changes them
        return self.filtered(
            lambda rule: self._concerns_complaints(rule.sudo().model_id.model)
        )

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        """OVERRIDE: take away what belongs to cases the user is kept away from."""
        domain = super()._compute_domain(model_name, mode)
        if not self.env.su and _is_dialog(self.env[model_name]):
            # what somebody types, and about whom, is no matter for others (THREATS 53)
            domain = Domain(domain) & Domain("create_uid", "=", self.env.uid)
        if not self.env.su and hasattr(self.env[model_name], "_known_records_domain"):
            return Domain(domain) & self.env[model_name]._known_records_domain()
        if self.env.su:
            return domain
        if restricted := self._foreign_domain(model_name, mode):
            domain = Domain(domain) & restricted
        if not (links := self._conflict_links(model_name)):
            return domain
        if not self._conflict_case_ids():
            return domain
        # not the ids themselves: there may be hundreds, for each of two dozen models
        cases = SQL(
            "(SELECT ticket_id FROM %s WHERE user_id = %s)", _TABLE, self.env.uid
        )
        hidden = Domain.custom(to_sql=partial(_hidden_sql, links, cases))
        return Domain(domain) & ~hidden

    @api.model
    def _foreign_domain(self, model_name, mode):
        """Return which records of a model of others one may read or make, ``None`` for all.

        The base tells the names of linked records with all rights, so who may not read a
        case sees no record that links to it. And nobody makes one: what other add-ons
        copy from a case they keep and show by rights of their own.
        """
        links = self._foreign_links(model_name)
        domains = []
        for name, comodel, part in links:
            allowed = Domain(name, "=", False)
            if comodel == "helpdesk.ticket":
                allowed |= Domain(name, "any!", [("is_complaint", "=", False)])
            if part or mode not in ("create", "write"):
                linked = self.env[comodel].with_context(active_test=False)
                allowed |= Domain(name, "any", readable(linked, []))
            domains.append(allowed)
        if model_name in COPIERS and mode in ("create", "write"):
            ours = [name for name in self.env.registry if is_ours(name)]
            taken = [("model", "not in", [*ours, *_CARRYING])]
            domains.append(Domain(COPIERS[model_name], "any!", taken))
        return Domain.AND(domains) if domains else None

    @api.model
    @tools.ormcache("model_name", cache="stable")
    def _foreign_links(self, model_name):
        """Return the links of a model of others to records of a case.

        :return: tuple of ``(field, comodel, whether records are part of a ticket)``
        """
        model = self.env[model_name]
        if is_ours(model_name) or not model._auto:
            return ()
        paths = self.env["helpdesk.ticket"]._case_paths()
        part = model_name.startswith("helpdesk.ticket.") and not model._transient
        return tuple(
            (name, field.comodel_name, part)
            for name, field in sorted(model._fields.items())
            if field.type == "many2one" and field.store and field.comodel_name in paths
        )

    @api.model
    @tools.ormcache("model_name", cache="stable")
    def _conflict_links(self, model_name):
        """Return how records of a model lead to a case, see :func:`_link_sql`.

        Cases and their parts have record rules of their own, see ``security/``.

        :return: tuple of ``(name of a field, comodel)`` for a many2one, and of
            ``(field with the name of a model, field with the id)``
        """
        model = self.env[model_name]
        paths = self.env["helpdesk.ticket"]._case_paths()
        if model._transient or not model._auto or model_name in paths:
            return ()
        stored = {name: field for name, field in model._fields.items() if field.store}
        pairs = [pair for pair in _REFERENCES if stored.keys() >= {*pair}]
        targets = {*paths, *_CARRIERS} - {model_name}
        return tuple(pairs) + tuple(
            (name, field.comodel_name)
            for name, field in sorted(stored.items())
            if field.type == "many2one" and field.comodel_name in targets
        )

    def _make_access_error(self, operation, records):
        """OVERRIDE: a refusal names neither the record nor the rule.

        In developer mode, which every employee may switch on, the base tells the names of
        the records and of the rules: of a case there is no such trace.
        """
        name = records._name
        if not (
            name == "helpdesk.ticket"
            or name.startswith("complaint.")
            or (self._conflict_links(name) and self._conflict_case_ids())
        ):
            return super()._make_access_error(operation, records)
        _logger.info("Refused by record rules: %s of %s", operation, name)
        records.invalidate_recordset()
        return AccessError(
            self.env._("This does not exist, or you have no access to it.")
        )

    @api.model
    def _conflict_case_ids(self):
        """Return ids of the cases the current user is kept away from.

        They are read once per transaction, and again when conflicts were recomputed.
        """
        tickets = self.env["helpdesk.ticket"]
        field = tickets._fields["conflict_user_ids"]
        if any(self.env.transaction.tocompute.get(field, ())):
            # sudo: helpdesk.ticket - what was computed is written, whoever reads
            tickets.sudo().flush_model(["conflict_user_ids"])
        known = self.env.cr.cache.setdefault("complaint_conflicts", {})
        if self.env.uid not in known:
            rows = self.env.execute_query(
                SQL("SELECT ticket_id FROM %s WHERE user_id = %s", _TABLE, self.env.uid)
            )
            known[self.env.uid] = tuple(id_ for (id_,) in rows)
        return known[self.env.uid]


def _is_dialog(model):
    return model._transient and is_ours(model._name)


def _hidden_sql(links, cases, model, alias, _query):
    """Return the condition that a row leads to one of the cases."""
    named = _named_models(model, links)
    conditions = [_link_sql(model, alias, link, cases, named) for link in links]
    # a row without a reference is no trace: NULL counts as no
    return SQL("COALESCE(%s, FALSE)", SQL(" OR ").join(conditions))


def _link_sql(model, alias, link, cases, named):
    """Return the condition that a row leads to one of the cases by one link.

    :param named: see :func:`_named_models`
    """
    first, second = link
    if second in model._fields:
        return _reference_sql(model, alias, link, cases, named)
    model.flush_model([first])
    column = SQL.identifier(alias, first)
    if second in _CARRIERS:
        ids = _carrier_ids_sql(model.env[second], cases, named)
        return SQL("%s IN %s", column, ids)
    path = model.env["helpdesk.ticket"]._case_paths()[second]
    return SQL("%s IN %s", column, _part_ids_sql(model.env[second], path, cases))


def _reference_sql(model, alias, link, cases, named):
    """Return the condition that a model and id name a case, or what belongs to one."""
    paths = model.env["helpdesk.ticket"]._case_paths()
    model_column, id_column = (SQL.identifier(alias, name) for name in link)
    conditions = []
    for name in named[model._name, link[0]]:
        target = model.env[name]
        if name in paths:
            ids = _part_ids_sql(target, paths[name], cases)
        else:
            ids = _carrier_ids_sql(target, cases, named)
        conditions.append(
            SQL("(%s = %s AND %s IN %s)", model_column, name, id_column, ids)
        )
    return SQL("(%s)", SQL(" OR ").join(conditions)) if conditions else SQL("FALSE")


def _named_models(model, links):
    """Return which models of a case some records name at all, by one query.

    Two dozen models belong to a case, hardly any has a chatter, and to plan a condition
    for each would take PostgreSQL longer than all the rest of the query.

    :return: ``{(model, its field with the name): names}`` of the model and its carriers
    """
    env = model.env
    names = [*env["helpdesk.ticket"]._case_paths()]
    pairs = {(model._name, link) for link in links if link[1] in model._fields}
    pairs |= {
        (comodel, _CARRIERS[comodel])
        for _first, comodel in links
        if comodel in _CARRIERS
    }
    if not pairs:
        return {}
    if "calendar.event" in env:
        # meetings have a chatter of their own
        names.append("calendar.event")
        pairs.add(("calendar.event", _CARRIERS["calendar.event"]))
    asked = []
    for name, link in sorted(pairs):
        env[name].flush_model(link)
        asked.append(
            SQL(
                "SELECT %s, %s, wanted.name FROM unnest(%s) AS wanted(name)"
                " WHERE EXISTS (SELECT FROM %s WHERE %s = wanted.name)",
                name,
                link[0],
                names,
                SQL.identifier(env[name]._table),
                SQL.identifier(env[name]._table, link[0]),
            )
        )
    found = {(name, link[0]): [] for name, link in pairs}
    for name, field, target in env.execute_query(SQL(" UNION ALL ").join(asked)):
        if name != target:
            found[name, field].append(target)
    return found


def _part_ids_sql(part, path, cases):
    """Return the subquery of the ids of the cases, or of a part's records."""
    if not path:
        return cases
    # sudo: complaint.* - which parts a hidden case has is no matter of rights
    parts = part.sudo().with_context(active_test=False)
    return parts._search([(path, "in", cases)]).subselect()


def _carrier_ids_sql(carrier, cases, named):
    """Return the subquery of messages, or the like, that belong to a case."""
    return SQL(
        "(SELECT hidden.id FROM %s AS hidden WHERE %s)",
        SQL.identifier(carrier._table),
        _reference_sql(carrier, "hidden", _CARRIERS[carrier._name], cases, named),
    )
