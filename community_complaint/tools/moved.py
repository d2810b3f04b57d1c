"""What moves from this add-on into one of its own keeps its rows, columns and names.

A ``pre-`` migration calls :func:`move`. It runs after Odoo has listed the modules on disk
and before anything is loaded, so that the models, fields and records which this add-on no
longer has are not taken for removed ones: at the end of an upgrade Odoo deletes what an
updated add-on owns and did not load, with tables and columns.
"""

from dataclasses import dataclass, field

from odoo.exceptions import UserError
from odoo.tools import SQL

ORIGIN = "community_complaint"
#: Older than any version: every migration of the new add-on would run.
_NEVER = "19.0.0.0.0"

#: What belongs to a model: ``(model of the record, condition on its row r)``. Conditions
#: see the names of the models that move as ``%(models)s``, and what this list found before
#: as the table ``moved_record (model, res_id)``.
_OF_MODELS = (
    ("ir.model", "r.model = ANY(%(models)s)"),
    ("ir.model.inherit", "r.model_id IN (SELECT id FROM moved_model)"),
    ("ir.model.fields", "r.model = ANY(%(models)s)"),
    ("ir.model.constraint", "r.model IN (SELECT id FROM moved_model)"),
    ("ir.model.access", "r.model_id IN (SELECT id FROM moved_model)"),
    ("ir.rule", "r.model_id IN (SELECT id FROM moved_model)"),
    ("ir.ui.view", "r.model = ANY(%(models)s)"),
    ("ir.actions.act_window", "r.res_model = ANY(%(models)s)"),
    ("ir.actions.report", "r.model = ANY(%(models)s)"),
    ("ir.actions.server", "r.model_id IN (SELECT id FROM moved_model)"),
    (
        "ir.cron",
        "r.ir_actions_server_id IN"
        " (SELECT res_id FROM moved_record WHERE model = 'ir.actions.server')",
    ),
    (
        "ir.ui.menu",
        "r.action IN (SELECT model || ',' || res_id FROM moved_record"
        " WHERE model LIKE 'ir.actions.%%')",
    ),
)
#: Tables whose name does not follow from the model's.
_TABLES = {
    "ir.actions.act_window": "ir_act_window",
    "ir.actions.report": "ir_act_report_xml",
    "ir.actions.server": "ir_act_server",
}
#: Fields that move, but for those of mixins: their columns belong to the mixin's add-on.
_OWN_FIELDS = SQL(
    "SELECT f.* FROM ir_model_fields f JOIN moved_record r"
    " ON r.model = 'ir.model.fields' AND r.res_id = f.id WHERE NOT EXISTS (SELECT"
    " FROM ir_model_inherit i JOIN ir_model_fields p"
    " ON p.model_id = i.parent_id AND p.name = f.name WHERE i.model_id = f.model_id)"
)


@dataclass(frozen=True)
class Move:
    """What one add-on takes over from this one.

    :param to: name of the add-on
    :param models: names of models; all that belongs to them moves along: fields, rights,
        rules, views, actions, menus, scheduled actions and shipped records
    :param fields: ``{name of a model that stays: names of fields it gets from there}``
    :param values: ``{(name of a model that stays, field): values of its selection}``
    :param records: names (xmlids without the add-on's) of further records, such as views
        that extend those of models that stay
    """

    to: str
    models: tuple = ()
    fields: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)
    records: tuple = ()


def move(cr, moved):
    """Hand over all that a :class:`Move` names, and load its add-on with this upgrade.

    The new add-on counts as installed before: what it brings was there already, so the
    office's own changes of records that updates leave alone (``noupdate``) stay.

    :raise UserError: if the new add-on is not on the add-ons path; nothing is lost then
    """
    _find(cr, moved)
    _hand_over(cr, moved)
    _mark_upgraded(cr, moved)


def _find(cr, moved):
    """Fill the temporary table ``moved_record`` with the records that move."""
    cr.execute(
        "DROP TABLE IF EXISTS moved_record, moved_model;"
        "CREATE TEMPORARY TABLE moved_record (model varchar, res_id integer)"
        " ON COMMIT DROP"
    )
    cr.execute(
        "CREATE TEMPORARY TABLE moved_model ON COMMIT DROP AS"
        " SELECT id FROM ir_model WHERE model = ANY(%s)",
        [list(moved.models)],
    )
    for model, condition in _OF_MODELS:
        _add(cr, model, condition, {"models": list(moved.models)})
    for model, names in moved.fields.items():
        condition = "r.model = %(model)s AND r.name = ANY(%(names)s)"
        _add(cr, "ir.model.fields", condition, {"model": model, "names": list(names)})
    _find_values(cr, moved)


def _find_values(cr, moved):
    """Add the values of selections: of fields that move, and of some that stay."""
    _add(
        cr,
        "ir.model.fields.selection",
        "r.field_id IN (SELECT res_id FROM moved_record WHERE model = 'ir.model.fields')",
        {},
    )
    for (model, name), values in moved.values.items():
        _add(
            cr,
            "ir.model.fields.selection",
            "r.value = ANY(%(values)s) AND r.field_id IN (SELECT id FROM ir_model_fields"
            " WHERE model = %(model)s AND name = %(name)s)",
            {"model": model, "name": name, "values": list(values)},
        )


def _add(cr, model, condition, values):
    """Add the records of a model whose rows fulfil a condition."""
    table = SQL.identifier(_TABLES.get(model, model.replace(".", "_")))
    # the conditions are those above
    rows = SQL("SELECT r.id FROM %s r WHERE %s", table, SQL(condition, **values))
    cr.execute(SQL("INSERT INTO moved_record SELECT %s, id FROM (%s) f", model, rows))


def _hand_over(cr, moved):
    """Let what moves bear the name of its new add-on."""
    cr.execute(
        "UPDATE ir_model_data d SET module = %(to)s WHERE module = %(origin)s AND ("
        " name = ANY(%(records)s) OR model = ANY(%(models)s) OR EXISTS (SELECT FROM"
        " moved_record r WHERE r.model = d.model AND r.res_id = d.res_id))",
        {
            "to": moved.to,
            "origin": ORIGIN,
            "records": list(moved.records),
            "models": list(moved.models),
        },
    )
    _hand_over_schema(cr, moved)


def _hand_over_schema(cr, moved):
    """Do so with what Odoo drops by module: constraints and tables of many2many fields."""
    new, old = _module(cr, moved.to), _module(cr, ORIGIN)
    cr.execute(
        SQL(
            "WITH f AS (%s) UPDATE ir_model_constraint SET module = %s WHERE module = %s"
            " AND (type != 'f' AND model IN (SELECT id FROM moved_model)"
            # PostgreSQL shortens long names: the keys are found by their columns
            " OR name IN (SELECT conname FROM pg_constraint c JOIN pg_attribute a"
            " ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey) JOIN f"
            " ON c.conrelid = to_regclass(f.relation_table) OR a.attname = f.name"
            " AND c.conrelid = to_regclass(replace(f.model, '.', '_'))"
            " WHERE c.contype = 'f'))",
            _OWN_FIELDS,
            new,
            old,
        )
    )
    cr.execute(
        SQL(
            "WITH f AS (%s) UPDATE ir_model_relation SET module = %s"
            " WHERE module = %s AND name IN (SELECT relation_table FROM f)",
            _OWN_FIELDS,
            new,
            old,
        )
    )


def _mark_upgraded(cr, moved):
    """Let Odoo load the new add-on with this upgrade, as one that was there before."""
    cr.execute(
        "UPDATE ir_module_module m SET state = 'to upgrade', latest_version = %s,"
        " demo = o.demo FROM ir_module_module o"
        " WHERE m.name = %s AND o.name = %s AND m.state IN ('uninstalled', 'to install')",
        [_NEVER, moved.to, ORIGIN],
    )


def _module(cr, name):
    """Return the id of a module.

    :raise UserError: if Odoo knows none of this name
    """
    cr.execute(
        "SELECT id FROM ir_module_module WHERE name = %s AND state != 'uninstallable'",
        [name],
    )
    if not (found := cr.fetchone()):
        # nobody's language is known before anything is loaded
        message = (
            f"A part of the add-on {ORIGIN} is an add-on of its own now: put {name} on "
            "the add-ons path as well, then upgrade again. Nothing was changed."
        )
        raise UserError(message)
    return found[0]
