from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.opened import Opened, note_opened

#: Views that complaint staff get when nothing else asks for one.
_VIEWS = {
    "form": "helpdesk_ticket_view_form",
    "list": "helpdesk_ticket_view_list",
    "kanban": "helpdesk_ticket_view_kanban",
    "search": "helpdesk_ticket_view_search",
    "calendar": "helpdesk_ticket_view_calendar",
    "pivot": "helpdesk_ticket_view_pivot",
    "graph": "helpdesk_ticket_view_graph",
    "activity": "helpdesk_ticket_view_activity",
}
#: The step a case waits for, by phase.
_NEXT_STEP = {
    "registered": "accept",
    "accepted": "start_investigation",
    "transferred": "report_back",
    "mediation": "end_mediation",
    "investigating": "submit_findings",
    "deciding": "decide",
    "notified": "close",
    "follow_up": "close",
}


class HelpdeskTicket(models.Model):
    """What the screens of a complaint show besides the case itself.

    The form shows a dozen lists, most of them empty. What it needs is read beforehand:
    which lists are empty, by one query; each of the others with all its columns, by one
    query under its record rules; all names of users at once; settings, see
    :meth:`_cache_settings`.
    """

    _inherit = "helpdesk.ticket"

    decision_state = fields.Selection(
        selection=lambda self: (
            self.env["complaint.decision"]
            ._fields["state"]
            ._description_selection(self.env)
        ),
        string="State of the Decision",
        compute="_compute_decision_state",
        store=True,
    )
    on_spot_allowed = fields.Boolean(related="regulation_id.on_spot_allowed")
    allow_anonymous = fields.Boolean(related="regulation_id.allow_anonymous")
    joint_complaints = fields.Boolean(related="regulation_id.joint_complaints")
    identity_required = fields.Boolean(related="regulation_id.identity_required")
    gate_follow_up = fields.Boolean(compute="_compute_gate_follow_up")
    has_major = fields.Boolean("Text Knows Major Matters", compute="_compute_has_major")
    next_deadline_id = fields.Many2one(
        "complaint.deadline",
        compute="_compute_next_deadline_id",
    )
    next_step = fields.Selection(
        selection=lambda self: self._step_selection(),
        compute="_compute_next_step",
    )
    next_step_missing = fields.Text(
        "Still Missing",
        compute="_compute_next_step",
        help="What the regulation asks for before the next step.",
    )

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.depends("regulation_id")
    def _compute_has_major(self):
        """Say whether the text asks for more in major matters."""
        for ticket in self:
            rules = ticket.regulation_id
            ticket.has_major = rules.gate_written_major or rules.gate_assign_major

    @api.depends("regulation_id", "type_id")
    def _compute_gate_follow_up(self):
        """The regulation asks for a follow-up, or the kind of matter does."""
        for ticket in self:
            acts = ticket._required_acts().mapped("requires")
            ticket.gate_follow_up = (
                ticket.regulation_id.gate_follow_up or "follow_up" in acts
            )

    @api.depends("decision_ids.state")
    def _compute_decision_state(self):
        """A draft waits for somebody, so it counts before what is in force."""
        for ticket in self:
            states = set(ticket.decision_ids.mapped("state"))
            ticket.decision_state = next(
                (state for state in ("draft", "in_force") if state in states), False
            )

    @api.depends("next_due")
    def _compute_next_deadline_id(self):
        # the names of all clocks are shown as well: read them at once
        self._origin.deadline_ids.policy_id.mapped("name")
        for ticket in self:
            running = ticket._origin.deadline_ids.filtered(
                lambda item: item.state == "running" and not item.is_window
            )
            dated = running.filtered("due").sorted(lambda item: (item.due, item.id))
            ticket.next_deadline_id = (dated or running)[:1]

    @api.depends(
        "phase",
        "decision_ids.state",
        "notice_ids.state",
        "transfer_ids.state",
        "mediation_ids.state",
        "instruction_ids.state",
    )
    @api.depends_context("uid", "lang")
    def _compute_next_step(self):
        """Tell who may take the next step what it still needs."""
        mine = {
            name
            for name, step in self._life_table().steps.items()
            if self._has_one_role(step.by)
        }
        for ticket in self:
            name = ticket._origin and ticket.is_complaint and ticket._next_step()
            ticket.next_step = name or False
            ticket.next_step_missing = name in mine and "\n".join(
                f"• {line}" for line in ticket._missing_for(name)
            )

    def _compute_duration_tracking(self):
        """OVERRIDE: which field the stage is need not be looked up for each form."""
        if not all(ticket.is_complaint and ticket._origin for ticket in self):
            super()._compute_duration_tracking()
            return
        self.env["mail.tracking.value"].flush_model()
        self.env["mail.message"].flush_model()
        field_id = self.env["ir.model.fields"]._get_ids(self._name)["stage_id"]
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT m.res_id, v.create_date, v.old_value_integer"
                " FROM mail_tracking_value v JOIN mail_message m"
                " ON m.id = v.mail_message_id"
                " WHERE v.field_id = %s AND m.model = %s AND m.res_id IN %s"
                " ORDER BY v.id",
                field_id,
                self._name,
                self._origin._ids,
            )
        )
        for ticket in self:
            mine = [row for row in rows if row["res_id"] == ticket._origin.id]
            ticket.duration_tracking = ticket._get_duration_from_tracking(mine)

    def _next_step(self):
        """Return the name of the step one case waits for, ``None`` if it is over."""
        self.ensure_one()
        if self.phase == "deciding" and self.decision_state == "in_force":
            return "notify"
        if self.phase == "notified" and self.gate_follow_up:
            return None
        if self.phase == "mediation" and self.mediation_result == "failed":
            return "resume_investigation"
        return _NEXT_STEP.get(self.phase)

    # ----------------------------------------------------------------------
    # Views
    # ----------------------------------------------------------------------

    @api.model
    def get_view(self, view_id=None, view_type="form", **options):
        """OVERRIDE: who only works on complaints always gets their screens."""
        asked = view_id or self.env.context.get(f"{view_type}_view_ref")
        if not asked and view_type in _VIEWS and self._sees_complaints_only():
            view_id = self._complaint_view_id(view_type)
        return super().get_view(view_id, view_type, **options)

    def get_formview_id(self, access_uid=None):
        """OVERRIDE: a complaint opens on its own form wherever it is linked."""
        if len(self) == 1 and self.is_complaint:
            return self._complaint_view_id("form")
        return super().get_formview_id(access_uid)

    @api.model
    def _complaint_view_id(self, view_type):
        return self.env["ir.model.data"]._xmlid_to_res_id(
            f"community_complaint.{_VIEWS[view_type]}"
        )

    @api.model
    def _sees_complaints_only(self):
        """Tell whether the user has a role in complaints and none in the helpdesk."""
        user = self.env.user
        return user.has_group(
            "community_complaint.group_complaint_staff"
        ) and not user.has_group("helpdesk_mgmt.group_helpdesk_user_own")

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """OVERRIDE: the board of complaints has one column per phase in use."""
        if not self.env.context.get("complaint_board"):
            return super()._read_group_stage_ids(stages, domain)
        return stages.search(
            [
                ("complaint_phase", "not in", (False, "draft")),
                ("team_ids", "!=", False),
                ("company_id", "in", self.env.companies.ids),
            ]
        )

    # ----------------------------------------------------------------------
    # Buttons
    # ----------------------------------------------------------------------

    def action_open_complaint(self):
        """Return the action that opens one case on its form."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self._complaint_view_id("form"), "form")],
        }

    def action_view_notices(self):
        """Return the action that lists the notices of one case."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "community_complaint.complaint_notice_action"
        )
        return {
            **action,
            "domain": [("ticket_id", "=", self.id)],
            "context": {},
        }

    def action_view_history(self):
        """Return the action that lists what was changed by hand in one case."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "community_complaint.complaint_log_value_action"
        )
        return {
            **action,
            "domain": [("ticket_id", "=", self.id), ("is_entry", "=", True)],
        }

    def action_print_notices(self):
        """Show all papers of cases as one file, case by case, oldest first.

        :raise UserError: if there are none
        """
        notices = self.notice_ids.filtered(lambda item: item.state != "void")
        if not notices:
            raise UserError(self.env._("There are no papers to print yet."))
        order = {ticket: index for index, ticket in enumerate(self)}
        return notices.sorted(
            lambda item: (order[item.ticket_id], item.issued_date, item.id)
        ).action_print()

    def action_serve_notices(self):
        """Record that the papers of cases reached whom they are for, with the proof."""
        return self.notice_ids.action_record_service()

    # ----------------------------------------------------------------------
    # Opening a case: what its form needs is read beforehand
    # ----------------------------------------------------------------------

    @api.readonly
    def web_read(self, specification):
        """OVERRIDE: read what the form of one case needs by few queries."""
        if len(self) != 1 or not self.id or not self._is_form(specification):
            return super().web_read(specification)
        self.env.flush_all()
        case = self.with_context(complaint_opened=Opened(self.env.uid))
        case._cache_settings()
        case._cache_staff()
        if case._cache_case():
            empty = case._cache_empty_lists(specification)
            case._cache_identity()
            _cache_lists(case, specification, empty)
            case._cache_dispatches()
            case._cache_user_names(specification)
        values = super(HelpdeskTicket, case).web_read(specification)
        case._keep_settings()
        case._keep_staff()
        return values

    @api.model
    @api.readonly
    def web_search_read(self, *args, **kwargs):
        """OVERRIDE: lists show names of settings and colleagues, which are known."""
        self._cache_settings()
        self._cache_staff()
        result = super().web_search_read(*args, **kwargs)
        self._keep_settings()
        self._keep_staff()
        return result

    @api.model
    @api.readonly
    def web_read_group(self, *args, **kwargs):
        """OVERRIDE: boards show names of settings and colleagues, which are known."""
        self._cache_settings()
        self._cache_staff()
        result = super().web_read_group(*args, **kwargs)
        self._keep_settings()
        self._keep_staff()
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

    def _cache_empty_lists(self, specification):
        """Tell the cache which lists of one case are empty, for every reader.

        :param specification: of the form; lists that its fields are computed from count
            as well
        :return: the lists that are empty in all parts that the form shows, as fields
        """
        exists = {}
        for field in _lists_behind(self, specification):
            found = _list_query(self, field, SQL("(%s)", self.id))
            if found and any(field._cache_missing_ids(self)):
                exists[field] = found
        for name, spec in specification.items():
            field = self._fields.get(name)
            if _shows_list(field, spec):
                exists.update(self._lists_of_parts(field, spec["fields"]))
        if not exists:
            return frozenset()
        [row] = self.env.execute_query(
            SQL("SELECT %s", SQL(", ").join(exists.values()))
        )
        empty = [field for field, some in zip(exists, row, strict=True) if not some]
        mine = [field for field in empty if field.model_name == self._name]
        for field in mine:
            _cache_empty(field, self)
        return frozenset(empty).difference(mine)

    def _lists_of_parts(self, field, names):
        """Return ``{list: SQL}`` of whether some part in a list of one case has such a list.

        :param field: the list of the case
        :param names: what the form shows of the parts
        """
        parts = self.env[field.comodel_name]
        if parts._fields[field.inverse_name].type != "many2one":
            return {}
        ids = SQL(
            "(SELECT id FROM %s WHERE %s = %s)",
            SQL.identifier(parts._table),
            SQL.identifier(field.inverse_name),
            self.id,
        )
        queries = {
            inner: _list_query(parts, inner, ids)
            for inner in _lists_behind(parts, names)
        }
        return {inner: query for inner, query in queries.items() if query}

    def _cache_dispatches(self):
        """Tell the papers of one case which dispatches are theirs, as far as it is known."""
        lists = [self._fields[name] for name in ("notice_ids", "dispatch_ids")]
        if any(any(field._cache_missing_ids(self)) for field in lists):
            return
        notices, dispatches = self.notice_ids, self.dispatch_ids
        of_paper = dispatches.grouped("notice_id")
        notices._fields["dispatch_ids"]._insert_cache(
            notices,
            [of_paper.get(notice, dispatches.browse())._ids for notice in notices],
        )

    def _cache_user_names(self, specification):
        """Read the names of all users that the form and its lists show."""
        users = _user_ids(self, specification)
        for name, spec in specification.items():
            if _shows_list(self._fields.get(name), spec):
                users |= _user_ids(self[name], spec["fields"])
        # sudo: res.users - names, as the base shows them whoever reads
        _cache_names(self.env["res.users"].sudo().browse(sorted(users)))

    # ----------------------------------------------------------------------
    # Names of colleagues: screens show the same few all day
    # ----------------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _known_staff(self):
        """Return ``{user: (contact, name)}`` of colleagues, which grows with what is read.

        Whoever sees a record sees the names of its users. Forgotten by
        :meth:`complaint.setting.mixin._forget_settings` when one of them changes.
        """
        return {}

    @api.model
    def _cache_staff(self):
        """Put the names that screens showed before into this transaction."""
        users, partners = self.env["res.users"], self.env["res.partner"]
        if known := dict(self._known_staff()):
            ids, names = zip(*known.values(), strict=True)
            users._fields["partner_id"]._insert_cache(users.browse(known), ids)
            partners._fields["name"]._insert_cache(partners.browse(ids), names)

    @api.model
    def _keep_staff(self):
        """Keep the names of colleagues that this transaction read."""
        share, partner, name = (
            self.env[model]._fields[field]._get_cache(self.env)
            for model, field in (
                ("res.users", "share"),
                ("res.users", "partner_id"),
                ("res.partner", "name"),
            )
        )
        known = self._known_staff()
        for id_, is_outside in list(share.items()):
            partner_id = partner.get(id_)
            if id_ not in known and is_outside is False and name.get(partner_id):
                known[id_] = partner_id, name[partner_id]


def _lists_behind(records, names):
    """Return the lists among some fields, and those that the fields depend on."""
    found = {}
    for name in names:
        field = records._fields.get(name)
        if not field:
            continue
        sources = () if field.store else records.pool.field_depends[field]
        for source in (name, *sources):
            field = records._fields[source.partition(".")[0]]
            if field.type in ("one2many", "many2many"):
                found[field] = True
    return list(found)


def _list_query(records, field, ids):
    """Return the SQL of whether a list of records has something in it, maybe ``None``.

    :param ids: SQL of the ids of the records
    """
    table = column = None
    if field.type == "many2many" and field.store:
        table, column = field.relation, field.column1
    elif field.type == "one2many" and field.store:
        part = records.env[field.comodel_name]
        if part._fields[field.inverse_name].type == "many2one":
            table, column = part._table, field.inverse_name
    return table and SQL(
        "EXISTS (SELECT FROM %s WHERE %s IN %s)",
        SQL.identifier(table),
        SQL.identifier(column),
        ids,
    )


def _cache_empty(field, records):
    """Tell the cache that a list of records is empty."""
    field._update_cache(records, ())
    # sudo: helpdesk.ticket - what is empty is empty for the office's service as well
    field._update_cache(records.sudo(), ())


def _cache_lists(records, specification, empty):
    """Read the lists of records that have something in them, with all their columns.

    :param specification: what ``web_read`` is asked for
    :param empty: lists of parts that are known to be empty, as fields
    """
    for name, spec in specification.items():
        field = records._fields.get(name)
        if _shows_list(field, spec) and any(field._cache_missing_ids(records)):
            lines = _cache_list(records, field, spec["fields"], empty)
            _cache_lists(lines, spec["fields"], empty)


def _shows_list(field, spec):
    """Tell whether a specification asks for the records of a one2many field."""
    return bool(
        field and field.type == "one2many" and field.store and spec.get("fields")
    )


def _cache_list(records, field, names, empty):
    """Read one list of some records by one query under its rules and return it."""
    lines = records.env[field.comodel_name]
    if lines._fields[field.inverse_name].type != "many2one":
        return lines
    lines = lines.with_context(active_test=False, **field.context)
    domain = field.get_comodel_domain(records)
    domain &= Domain(field.inverse_name, "in", records.ids)
    # lists in lists are read next, with their columns
    own = {
        name
        for name, spec in names.items()
        if not _shows_list(lines._fields[name], spec)
        and lines._fields[name] not in empty
    }
    try:
        columns = records.env["helpdesk.ticket"]._columns_of(lines._name)
        lines = lines.search_fetch(domain, own.union(columns))
    except AccessError:
        return lines  # the base says which field cannot be read
    note_opened(lines)
    groups = lines.grouped(field.inverse_name)
    field._insert_cache(
        records, [groups.get(record, lines.browse())._ids for record in records]
    )
    lines = lines.with_env(records.env)
    for inner in empty:
        if inner.model_name == lines._name:
            _cache_empty(inner, lines)
    return lines


def _cache_names(users):
    """Read where the names of users come from, and these, by one query."""
    partners = users.env["res.partner"]
    link, share = users._fields["partner_id"], users._fields["share"]
    name = partners._fields["name"]
    users = users.browse(link._cache_missing_ids(users))
    if not users:
        return
    rows = users.env.execute_query(
        SQL(
            "SELECT u.id, u.share, p.id, p.name FROM res_users u"
            " JOIN res_partner p ON p.id = u.partner_id WHERE u.id IN %s",
            users._ids,
        )
    )
    ids, shares, partner_ids, names = zip(*rows, strict=True)
    users = users.browse(ids)
    share._insert_cache(users, shares)
    link._insert_cache(users, partner_ids)
    name._insert_cache(partners.browse(partner_ids), names)


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
