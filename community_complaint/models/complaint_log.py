import itertools
import json
from collections import defaultdict
from datetime import UTC, datetime

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import chain
from ..tools.changes import on

#: Where the rows of this transaction wait for their place in the chain.
_PENDING = "complaint.log"
#: Tickets of the waiting rows. PostgreSQL keeps the last one given out and the last one
#: written in a setting of the transaction, which goes back with a savepoint.
_TICKETS = itertools.count(1)
_MARKS = "complaint.log_marks"
#: First half of the advisory lock of a chain; the second half is the company.
_LOCK = 0x636C6F67
#: The last row of a chain; and for a second connection, which never waits for our own
#: changes to the table.
_LAST = (
    "SELECT sequence, hash FROM complaint_log WHERE company_id = %s"
    " ORDER BY sequence DESC LIMIT 1"
)
_LAST_COMMITTED = f"SET LOCAL lock_timeout = '5s';{_LAST}"
#: What of the details is shown, by kind; everything of the kinds that are not here.
_SHOWN = {
    "identity_shown": ("reason",),
    "identity_searched": ("reason", "cases"),
    "identity_erased": ("reason",),
    "disclosure_requested": ("person", "body", "reason"),
    "disclosure_approved": ("person", "note"),
    "disclosure_refused": ("person", "note"),
    "disclosure_ended": ("person",),
    "redacted": (),
    "imported": ("count", "numbers"),
    "import_undone": ("count", "numbers"),
}


class ComplaintLog(models.Model):
    """What happened to cases and identities, one chain of hashes per company.

    EXPOSED API: :meth:`_record`. EXTENSION POINTS: :meth:`_selection_kind`, and
    ``_describe_<kind>``, which turns the details of a row into a sentence.

    Rows take their place in the chain when the transaction commits, so that two requests
    wait for one another for the blink of an eye only. Whoever waited cannot see in his
    own snapshot what the other one wrote: the end of the chain is read on a second
    connection, under a lock that lasts until the commit.
    """

    _name = "complaint.log"
    _description = "Log of the Complaint Office"
    _rec_names_search = ("user_id.name",)
    _inherit = ["complaint.append.only", "complaint.hidden.mixin"]
    _guards = {"_refuse_made": on(made=True)}
    _order = "id desc"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="restrict")
    sequence = fields.Integer("No.", required=True, aggregator=None)
    moment = fields.Datetime("When", required=True, index=True)
    user_id = fields.Many2one(
        "res.users", string="Who", required=True, ondelete="restrict", index=True
    )
    kind = fields.Selection("_selection_kind", string="What", required=True, index=True)
    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Complaint",
        ondelete="restrict",
        index="btree_not_null",
    )
    case_number = fields.Char("Case")
    res_model = fields.Char("Model")
    res_id = fields.Many2oneReference("Record", model_field="res_model")
    details = fields.Text("As Recorded")
    summary = fields.Char("Details", compute="_compute_summary")
    previous_hash = fields.Char("Hash Before", required=True)
    hash = fields.Char(required=True)

    _chain_unique = models.UniqueIndex("(company_id, sequence)")

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.model
    def _selection_kind(self):
        """Return what may happen, as ``[(code, label)]``; other addons add theirs."""
        labels = {
            "registered": self.env._("Case registered"),
            "imported": self.env._("Old register brought in"),
            "import_undone": self.env._("Old register taken back"),
            "step": self.env._("Step of the case"),
            "identity_shown": self.env._("Identity looked at"),
            "identity_changed": self.env._("Identity changed"),
            "identity_correction": self.env._("Identity opened for correction"),
            "identity_searched": self.env._("Person looked up"),
            "identity_erased": self.env._("Identity erased"),
            "confidentiality": self.env._("Confidentiality changed"),
            "redacted": self.env._("Names taken out of the file"),
            "disclosure_requested": self.env._("Disclosure requested"),
            "disclosure_approved": self.env._("Disclosure approved"),
            "disclosure_refused": self.env._("Disclosure refused"),
            "disclosure_ended": self.env._("Disclosure ended"),
            "level_requested": self.env._("Other confidentiality asked for"),
            "level_approved": self.env._("Other confidentiality approved"),
            "level_refused": self.env._("Other confidentiality refused"),
            "level_ended": self.env._("Other confidentiality no longer asked for"),
            "hold_set": self.env._("Legal hold set"),
            "hold_lifted": self.env._("Legal hold lifted"),
            "group_granted": self.env._("Role given"),
            "group_revoked": self.env._("Role taken away"),
            "keys_rotated": self.env._("Identities encrypted anew"),
            "changed": self.env._("Changed by hand"),
            "verified": self.env._("Log verified"),
            "substitute": self.env._("Substitute named"),
            "respondent_removed": self.env._("Respondent removed"),
            "body_added": self.env._("Outside body added"),
            "conflict_set": self.env._("Excluded from a case"),
            "conflict_asked": self.env._("Asked whether it is about a colleague"),
            "conflict_lifted": self.env._("No longer excluded from a case"),
            "clock_reopened": self.env._("Clock runs again: it was not told"),
            "access_changed": self.env._("Access of a member of staff changed"),
            "setting_changed": self.env._("Setting changed"),
            "address_changed": self.env._("Letters go elsewhere"),
            "many_messages": self.env._("More messages than usual in a day"),
            "redated": self.env._("Date of receipt corrected"),
            "many_named": self.env._("More colleagues named than usual in a day"),
            "role_emptied": self.env._("All people of a role named in a case"),
            "out_of_sight": self.env._("Nobody of a role may see a case"),
            "approval_void": self.env._("Approval fell: what it was about was changed"),
            "proof": self.env._("Hash recorded"),
            "proof_broken": self.env._("Papers or files found changed"),
        }
        return list(labels.items())

    @api.depends("sequence")
    def _compute_display_name(self):
        for row in self:
            row.display_name = self.env._("Row %s", row.sequence)

    @api.depends("kind", "details")
    @api.depends_context("lang")
    def _compute_summary(self):
        for row in self:
            details = json.loads(row.details or "{}")
            if row.kind == "step":
                details["model"] = row.res_model
            describe = getattr(self, f"_describe_{row.kind}", None)
            shown = _SHOWN.get(row.kind, details)
            row.summary = (
                describe({"model": row.res_model, **details})
                if describe
                else self._describe([details.get(name) for name in shown])
            )

    # ----------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------

    def _refuse_made(self, _vals):
        """Refuse rows that are not written by :meth:`_record`.

        :raise UserError: always
        """
        raise UserError(self.env._("Nobody writes into the log by hand."))

    @api.model
    def _search(self, *args, **kwargs):
        """OVERRIDE: a transaction sees its own rows."""
        self._write_pending()
        return super()._search(*args, **kwargs)

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    @api.model
    def _record(self, kind, records, details=None, company=None):
        """Record what was done to records, in this transaction.

        :param kind: code of :meth:`_selection_kind`
        :param records: cases, parts of cases, or anything else with its ``company``
        :param details: dict of plain values, or a function of a record that returns one;
            never anything that tells who complained
        """
        rows = [
            self._prepare_content(
                kind,
                record,
                details(record) if callable(details) else details or {},
                company,
            )
            for record in records
        ]
        if rows:
            self._wait(rows)

    def action_verify(self):
        """Verify the chains of the user's companies, see ``complaint.log.check``."""
        return self.env["complaint.log.check"].action_verify()

    @api.model
    def _prepare_content(self, kind, record, details, company):
        """Return what a row says, without its place in the chain."""
        # sudo: helpdesk.ticket - the number of the case, whoever acts
        record = record.sudo()
        ticket = self._case_of(record)
        company = company or ticket.company_id or record["company_id"]
        user = self.env.user
        return {
            "company_id": company.id,
            "moment": datetime.now(UTC).replace(tzinfo=None),
            # a resident's own user would tell who complained
            "user_id": SUPERUSER_ID if user.share else user.id,
            "kind": kind,
            "ticket_id": ticket.id or None,
            "case_number": ticket.number or None,
            "res_model": record._name,
            "res_id": record.id,
            "details": chain.canonical(details),
        }

    @api.model
    def _case_of(self, record):
        """Return the case a record is or belongs to, maybe none."""
        cases = self.env["helpdesk.ticket"].sudo()  # sudo: helpdesk.ticket - see above
        if record._name == cases._name:
            return record
        if "ticket_id" in record._fields:
            return record.ticket_id
        path = cases._case_paths().get(record._name)
        # sudo: parts of parts - which case it is, whoever works on it
        return record.sudo().mapped(path) if path else cases

    # ----------------------------------------------------------------------
    # The chain
    # ----------------------------------------------------------------------

    @api.model
    def _wait(self, rows):
        """Let rows wait for the end of the transaction."""
        precommit = self.env.cr.precommit
        pending = precommit.data.get(_PENDING)
        if pending is None:
            pending = precommit.data[_PENDING] = []
            precommit.add(self._write_pending)
        tickets = [next(_TICKETS) for _row in rows]
        last, _written = self._marks(last=tickets[-1])
        # a savepoint took back what the others were about
        pending[:] = [item for item in pending if item[0] <= last]
        pending.extend(zip(tickets, rows, strict=True))

    @api.model
    def _write_pending(self):
        """Give the waiting rows their place in the chain of their company.

        What people changed by hand until now waits with them.
        """
        self.env["complaint.log.value"]._settle()
        pending = self.env.cr.precommit.data.get(_PENDING)
        if not pending:
            return
        last, written = self._marks(written=pending[-1][0])
        by_company = defaultdict(list)
        for ticket, content in pending:
            if written < ticket <= last:
                by_company[content["company_id"]].append(content)
        for company_id, contents in sorted(by_company.items()):
            self._append(company_id, contents, own=bool(written))

    @api.model
    def _marks(self, last=None, written=None):
        """Return the last ticket given out and the last one written, and set one anew.

        :return: both as they were before
        """
        self.env.cr.execute(
            """
              WITH known AS (
                SELECT string_to_array(
                           NULLIF(current_setting(%(name)s, true), ''), '/'
                       )::bigint[] AS marks
              ), old AS MATERIALIZED (
                SELECT COALESCE(marks[1], 0) AS last, COALESCE(marks[2], 0) AS written
                  FROM known
              )
            SELECT last, written,
                   set_config(
                       %(name)s,
                       concat(COALESCE(%(last)s, last), '/',
                              COALESCE(%(written)s, written)),
                       true
                   )
              FROM old
            """,
            {"name": _MARKS, "last": last, "written": written},
        )
        return self.env.cr.fetchone()[:2]

    @api.model
    def _append(self, company_id, contents, own=True):
        """Put rows at the end of a company's chain, one statement for all.

        :param own: whether this transaction may have written rows before
        """
        last = self._lock_chain(company_id, own)
        rows = []
        for content in contents:
            text = chain.moment_text(content["moment"])
            content = {**content, "moment": text}
            last = chain.entry(last, content)
            row = chain.as_row(last)
            rows.append(tuple(row[name] for name in chain.COLUMNS))
        self.env.cr.execute(
            SQL(
                "INSERT INTO complaint_log (%s) VALUES %s",
                SQL(", ").join(map(SQL.identifier, chain.COLUMNS)),
                SQL(", ").join(SQL("%s", row) for row in rows),
            )
        )

    @api.model
    def _lock_chain(self, company_id, own=True):
        """Wait for other writers and return the last row of a chain, or ``None``.

        :param own: whether this transaction may have written rows before

        The lock ends with the transaction. What the other writers committed while we
        waited is not in our snapshot; a second connection sees it. While modules are
        being installed there are no other writers, and the table may not be there yet
        for anybody else.
        """
        self.env.cr.execute("SELECT pg_advisory_xact_lock(%s, %s)", (_LOCK, company_id))
        ready = self.pool.ready
        ends = [self._last_row(self.env.cr, company_id)] if own or not ready else []
        if ready:
            with self.pool.cursor() as other:
                ends.append(self._last_row(other, company_id, _LAST_COMMITTED))
        ends = [end for end in ends if end]
        return max(ends, key=lambda end: end.sequence, default=None)

    @api.model
    def _last_row(self, cr, company_id, query=_LAST):
        """Return the last row of a chain that a connection sees, or ``None``."""
        cr.execute(query, (company_id,))
        found = cr.fetchone()
        return chain.Entry({}, found[0], None, found[1]) if found else None

    # ----------------------------------------------------------------------
    # Details in words
    # ----------------------------------------------------------------------

    @api.model
    def _describe(self, values):
        """Return some details as text, those that are empty left out."""
        return " · ".join(str(value) for value in values if value) or False

    @api.model
    def _label(self, model, field, value):
        """Return the label of a selection's value, the value itself if it has none."""
        labels = self.env[model]._fields[field]._description_selection(self.env)
        return dict(labels).get(value, value or "")

    @api.model
    def _describe_step(self, details):
        model = self.env[details.get("model") or "helpdesk.ticket"]
        life = getattr(model, "_life_table", lambda: None)()
        if not life:
            return details.get("step")
        steps = dict(model._step_selection())
        name = steps.get(details.get("step"), details.get("step"))
        if life.state not in model._fields:
            return name
        phases = [
            self._label(model._name, life.state, details.get(key))
            for key in ("from", "to")
        ]
        if phases[0] == phases[1]:
            return name
        return f"{name}: {phases[0]} → {phases[1]}"

    @api.model
    def _describe_approval_void(self, details):
        """Return which step was taken back, whose it was, and what changed."""
        model = self.env[details.get("model") or "helpdesk.ticket"]
        steps = dict(model._step_selection())
        changed = ", ".join(
            field._description_string(self.env)
            for field in map(model._fields.get, details.get("changed", ()))
            if field
        )
        step = steps.get(details.get("step"), details.get("step"))
        return self._describe([step, details.get("person"), changed])

    @api.model
    def _describe_registered(self, details):
        level = details.get("confidentiality")
        return self._label("helpdesk.ticket", "confidentiality", level)

    @api.model
    def _describe_confidentiality(self, details):
        levels = [
            self._label("helpdesk.ticket", "confidentiality", details.get(key))
            for key in ("from", "to")
        ]
        consent = self._label("complaint.disclosure", "consent", details.get("consent"))
        rest = (details.get("reason"), consent, details.get("consent_date"))
        return self._describe([" → ".join(levels), *rest])

    @api.model
    def _describe_level_requested(self, details):
        level = self._label("helpdesk.ticket", "confidentiality", details.get("level"))
        return self._describe([level, details.get("reason") or details.get("note")])

    _describe_level_approved = _describe_level_requested
    _describe_level_refused = _describe_level_requested
    _describe_level_ended = _describe_level_requested

    @api.model
    def _describe_group_granted(self, details):
        """Return who got or lost which role."""
        group = self.env.ref(
            f"community_complaint.group_complaint_{details.get('role')}",
            raise_if_not_found=False,
        )
        # sudo: res.groups - the name of the role, no secret
        role = group.sudo().name if group else details.get("role")
        return self._describe([details.get("person"), role])

    _describe_group_revoked = _describe_group_granted

    @api.model
    def _describe_conflict_set(self, details):
        """Return who is excluded and why."""
        cause = self._label("complaint.conflict", "cause", details.get("cause"))
        return self._describe([cause, ", ".join(details.get("people", ()))])

    _describe_conflict_lifted = _describe_conflict_set
    _describe_conflict_asked = _describe_conflict_set

    @api.model
    def _describe_role_emptied(self, details):
        """Return the roles that nobody is left of."""
        roles = [
            self._describe_group_granted({"role": role})
            for role in details.get("roles", ())
        ]
        return ", ".join(roles)

    @api.model
    def _describe_verified(self, details):
        check = self.env["complaint.log.check"]._fields
        name = "ok" if details.get("ok") else "broken_sequence"
        label = check[name]._description_string(self.env)
        return self._describe([label, self.env._("Row %s", details.get("rows"))])

    @api.model
    def _describe_proof(self, details):
        return self._describe(details.get("hashes", {}).values())

    @api.model
    def _describe_changed(self, details):
        """Return what was changed, never from what to what."""
        fields_of = self.env.get(details.get("model"), self)._fields
        return ", ".join(
            fields_of[name]._description_string(self.env)
            for name in sorted(details.get("fields", ()))
            if name in fields_of
        )

    _describe_address_changed = _describe_changed

    @api.model
    def _describe_access_changed(self, details):
        """Return whose access was changed, and in what."""
        fields_of = self.env["res.users"]._fields
        labels = [
            fields_of[name]._description_string(self.env)
            for name in details.get("access", ())
            if name in fields_of
        ]
        return self._describe([details.get("person"), ", ".join(labels)])

    @api.model
    def _describe_setting_changed(self, details):
        """Return what was changed, and from what to what."""
        fields_of = self.env.get(details.get("model"), self)._fields
        changes = [
            f"{fields_of[name]._description_string(self.env)}: {old} → {new}"
            for name, (old, new) in sorted(details.get("fields", {}).items())
            if name in fields_of
        ]
        made = details.get("made") and self.env._("New")
        removed = details.get("removed") and self.env._("Deleted")
        return self._describe([details.get("name"), made, removed, *changes])

    @api.model
    def _describe_identity_changed(self, details):
        identity = self.env["complaint.identity"]._fields
        names = [
            identity[name]._description_string(self.env)
            for name in details.get("fields", ())
            if name in identity
        ]
        return ", ".join(names)
