"""Counts of many searches at once, with the reader's rights.

To plan the record rules of thirty models takes PostgreSQL far longer than to see that
nothing waits in most of them, so that is asked first.
"""

from odoo.fields import Domain
from odoo.orm.domains import DomainAnd, DomainCondition, DomainNary
from odoo.tools import SQL, Query


def count_each(records, scope, domains):
    """Count several domains in one query, with the reader's rights.

    :param scope: domain that all the others imply
    :param domains: ``{key: domain}``
    :return: ``{key: count}``
    """
    query = records._search(scope)
    counts = [
        SQL("COUNT(*) FILTER (WHERE %s)", _to_sql(records, domain, query))
        for domain in domains.values()
    ]
    [row] = records.env.execute_query(query.select(*counts))
    return dict(zip(domains, row, strict=True))


def count_all(env, searches, most):
    """Count what several searches find, each up to a number.

    :param searches: ``{key: (empty recordset, domain)}``
    :return: ``{key: count}``
    :raise AccessError: for a model that the reader may not read
    """
    for records, _domain in searches.values():
        records.check_access("read")
    counts = dict.fromkeys(searches, 0)
    queries = {
        key: records._search(domain, limit=most)
        for key, (records, domain) in _of_some(env, searches).items()
    }
    if queries:
        selects = [query.select(SQL("1")) for query in queries.values()]
        found = [SQL("(SELECT COUNT(*) FROM (%s) AS found)", sql) for sql in selects]
        counts.update(zip(queries, _row(env, found), strict=True))
    return counts


def _of_some(env, searches):
    """Return those of the searches that can find something, whoever asks.

    Rules and conditions take records away and add none. Where there is none without the
    rules, and without the conditions that are left out, there is none for the reader.
    """
    if not searches:
        return {}
    found = [SQL("EXISTS(%s)", _loosely(*search)) for search in searches.values()]
    row = _row(env, found)
    return {key: searches[key] for key, some in zip(searches, row, strict=True) if some}


def _loosely(records, domain):
    """Return the SQL of all records that meet what a domain asks of columns."""
    query = Query(records.env, records._table, records._table_sql)
    query.add_where(_to_sql(records, _of_columns(Domain(domain), records), query))
    return query.select(SQL())


def _of_columns(domain, records):
    """Return a domain that finds at least what another finds, by columns alone."""
    if isinstance(domain, DomainAnd):
        return Domain.AND(_of_columns(child, records) for child in domain.children)
    if isinstance(domain, DomainCondition) and domain.operator == "any":
        return _of_linked_columns(domain, records)
    return domain if _asks_columns(domain, records) else Domain.TRUE


def _of_linked_columns(domain, records):
    """Return the like of what is asked of linked records, but of all there are."""
    field = records._fields.get(domain.field_expr)
    if field is None or isinstance(domain.value, (Query, SQL)):
        return Domain.TRUE
    linked = records.env[field.comodel_name]
    if linked._active_name:
        return Domain.TRUE
    loose = _of_columns(Domain(domain.value), linked)
    return Domain(domain.field_expr, "any!", loose)


def _asks_columns(domain, records):
    """Return whether a domain compares nothing but columns of the records' own table."""
    if isinstance(domain, DomainNary):
        return all(_asks_columns(child, records) for child in domain.children)
    if not isinstance(domain, DomainCondition):
        return domain.is_false()
    field = records._fields.get(domain.field_expr)
    return (
        field is not None
        and field.store
        and bool(field.column_type)
        and not field.company_dependent
        and not domain.operator.endswith(("any", "any!"))
    )


def _row(env, columns):
    [row] = env.execute_query(SQL("SELECT %s", SQL(", ").join(columns)))
    return row


def _to_sql(records, domain, query):
    domain = Domain(domain).optimize_full(records)
    return domain._to_sql(records, query.table, query)
