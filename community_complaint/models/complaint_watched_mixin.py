from collections import defaultdict
from functools import partial

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_list

from ..tools.changes import on
from ..tools.roles import MANAGER
from ..tools.sealed_links import link_fields

#: How much of a text stands in a row of the log.
_LENGTH = 300
_MAGIC = frozenset(models.MAGIC_COLUMNS)


class ComplaintWatchedMixin(models.AbstractModel):
    """A setting by which complaints go (THREATS 51): stage, desk, calendar, channel …

    While no complaint goes by a record, it is as free as in any helpdesk. Otherwise only
    complaint managers of every office that goes by it change it, ``sudo()`` or not; the
    change is on record in the log of each of these offices; and what would move a case
    that is there, or change what its file says, is refused to everybody. Modules that are
    being loaded are free, and silent.

    EXTENSION POINTS: the class attributes, :meth:`_watched_companies` and
    :meth:`_watched_check_moved`.
    """

    _name = "complaint.watched.mixin"
    _description = "Setting by Which Complaints Go"
    _inherit = ["complaint.change.mixin"]

    _guards = {"_watched_removed": on(removed=True)}
    _effects = {
        "_watched_made": on(made=True),
        "_watched_written": on(every=True, before="_watched_before"),
    }

    #: Stored fields that steer nothing.
    _watched_free = frozenset()
    #: Fields that nobody changes while cases are there, see :meth:`_watched_cases`.
    _watched_fixed = frozenset()
    #: Fields whose values stand nowhere but here.
    _watched_secret = frozenset()
    #: Whether only complaint managers change it, or access rights alone say who does.
    _watched_by_managers = True
    #: Whether custodians and auditors are told that somebody changed it.
    _watched_told = False

    # ----------------------------------------------------------------------
    # Changes
    # ----------------------------------------------------------------------

    def _watched_made(self):
        """Check that managers make what steers complaints from the start; log it.

        :raise AccessError: for others
        """
        if self.pool.ready:
            used = self._watched_companies()
            self._watched_changed(used, dict.fromkeys(used, {"made": True}))

    def _watched_before(self, vals):
        """Return ``(companies that go by these, values)`` before a write, or ``None``."""
        names = self._watched_names(vals)
        if not names or not self.pool.ready:
            return None
        return self._watched_companies(), self._watched_values(names)

    def _watched_written(self, known):
        """Check that managers change what steers complaints; log it.

        The rules are asked after the write as well: who makes a record steer complaints
        changes how complaints go.

        :raise AccessError: for others
        :raise UserError: if cases would be moved
        """
        used, old = known
        changes = self._watched_changes(old)
        for id_, companies in self._watched_companies().items():
            used[id_] = used.get(id_, frozenset()) | companies
        if changes and used:
            self._watched_changed(used, changes)
            self._watched_check_moved(old, changes)
        # a record of one's own is not made somebody else's (THREATS 45)
        self.check_access("write")

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        """OVERRIDE: words in another language are watched as those in one's own are."""
        change = partial(
            super()._update_field_translations,
            field_name, translations, digest, source_lang,
        )  # fmt: skip
        if not self._watched_names([field_name]) or not self.pool.ready:
            return change()
        langs = sorted(translations)
        before = self._watched_words(field_name, langs)
        result = change()
        after = self._watched_words(field_name, langs)
        used = self._watched_companies()
        if used and before != after:
            self._watched_changed(used, {self.id: {field_name: [before, after]}})
        return result

    # ----------------------------------------------------------------------
    # Extension points
    # ----------------------------------------------------------------------

    def _watched_companies(self):
        """Return ``{id: frozenset of ids of companies}`` whose complaints go by these.

        Records by which none go are not in it. As it stands: companies whose adopted
        regulations, cases or other records on file link to a record.
        """
        used = defaultdict(frozenset)
        for model, field in link_fields(self):
            company = model._fields.get("company_id")
            if not company or not company.store:
                continue
            domain = [(field.name, "in", self.ids), ("company_id", "!=", False)]
            if model._name == "helpdesk.ticket":
                domain.append(("is_complaint", "=", True))
            for record, office in model._read_group(
                domain, [field.name, "company_id"], []
            ):
                used[record.id] |= {office.id}
        return {id_: used[id_] for id_ in self.ids if id_ in used}

    def _watched_cases(self):
        """Return those that the file of a complaint names."""
        named = self.browse()
        for model, field in link_fields(self):
            if model._name == "helpdesk.ticket" or hasattr(model, "_seal_table"):
                domain = [(field.name, "in", self.ids)]
                if model._name == "helpdesk.ticket":
                    domain.append(("is_complaint", "=", True))
                for [record] in model._read_group(domain, [field.name], []):
                    named |= self.browse(record.id)
        return named

    def _watched_check_moved(self, old, changes):
        """Check that no case is moved by a change.

        :param old: ``{id: {field: value before}}``, raw values
        :param changes: ``{id: {field: [before, after]}}``, in words
        :raise UserError: if one is
        """
        moving = self.browse(
            id_
            for id_, change in changes.items()
            if change.keys() & self._watched_fixed
        )
        if moving and moving._watched_cases():
            raise UserError(self._watched_fixed_text())

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    @api.model
    def _complaint_offices(self):
        """Return the companies that adopted a regulation."""
        # sudo: complaint.regulation - which offices there are is no secret
        regulations = self.env["complaint.regulation"].sudo()
        groups = regulations._read_group(
            [("company_id", "!=", False), ("is_template", "=", False)], ["company_id"]
        )
        offices = self.env["res.company"].sudo().browse()  # sudo: res.company - above
        return offices.union(*(company for [company] in groups))

    def _watched_regulations(self, regulation_of):
        """Return :meth:`_watched_companies` of what is part of regulations.

        :param regulation_of: function of a record that returns its regulation
        """
        # sudo: complaint.regulation - whose text it is, whoever changes it
        companies = {
            record.id: regulation.company_id.ids
            for record in self.sudo()
            if not (regulation := regulation_of(record)).is_template
        }
        return {id_: frozenset(ids) for id_, ids in companies.items() if ids}

    def _watched_calendars(self, calendars_of):
        """Return :meth:`_watched_companies` of what is part of working calendars.

        :param calendars_of: function of a record that returns its calendars
        """
        # sudo: resource.calendar - which offices work by it, whoever changes it
        calendars = {record.id: calendars_of(record.sudo()) for record in self}
        every = self.env["resource.calendar"].union(*calendars.values())
        used = every._watched_companies() if every else {}
        companies = {
            id_: frozenset().union(*(used.get(item, ()) for item in items.ids))
            for id_, items in calendars.items()
        }
        return {id_: ids for id_, ids in companies.items() if ids}

    @api.model
    def _watched_names(self, names):
        """Return those of the fields that steer complaints."""
        return sorted(
            name
            for name in names
            if (field := self._fields.get(name))
            and field.store
            and field.type != "one2many"
            and name not in _MAGIC
            and name not in self._watched_free
        )

    def _watched_values(self, names):
        """Return ``{id: {field: value}}``, many2one and lists as ids."""
        # sudo: settings - what is recorded does not depend on who changes it
        rows = self.sudo().read(names, load=False)
        return {row.pop("id"): row for row in rows}

    def _watched_changes(self, old):
        """Return ``{id: {field: [before, after]}}`` of what is different now, in words."""
        changes = {}
        for id_, before in old.items():
            after = self.browse(id_)._watched_values(list(before)).get(id_, {})
            names = [name for name in before if before[name] != after.get(name)]
            if names:
                changes[id_] = {
                    name: [
                        self._watched_text(name, before[name]),
                        self._watched_text(name, after.get(name)),
                    ]
                    for name in names
                }
        return changes

    def _watched_words(self, name, langs):
        """Return what a field says in some languages, as the log keeps it."""
        # sudo: settings - what is recorded does not depend on who changes it
        record = self.sudo()
        words = (record.with_context(lang=lang)[name] for lang in langs)
        return ", ".join(self._watched_text(name, word or "") for word in words)

    @api.model
    def _watched_text(self, name, value):
        """Return a raw value of a field as the log keeps it."""
        field = self._fields[name]
        if name in self._watched_secret or field.type == "binary":
            return bool(value)
        if field.relational and value:
            ids = value if isinstance(value, list | tuple) else [value]
            # sudo: settings - names of what a setting points to
            linked = self.env[field.comodel_name].sudo().browse(ids).exists()
            return ", ".join(linked.mapped("display_name"))[:_LENGTH]
        return value if isinstance(value, bool | int) else str(value)[:_LENGTH]

    def _watched_removed(self, _vals=None):
        """Check who deletes these, and that no file names them; put it on record.

        :raise AccessError: if it takes a manager and the user is none
        :raise UserError: if a file does
        """
        if not self.pool.ready:
            return
        used = self._watched_companies()
        self._watched_changed(used, dict.fromkeys(used, {"removed": True}))
        if self.browse(used)._watched_cases():
            raise UserError(self._watched_fixed_text())

    def _watched_changed(self, used, changes):
        """Check who changes it, and put it on record in the log of every office.

        :param used: see :meth:`_watched_companies`
        :param changes: ``{id: details of the row}``; what is not in it did not change
        :raise AccessError: if it takes a manager and the user is none
        """
        offices = defaultdict(self.browse)
        for id_ in changes.keys() & used.keys():
            for company_id in used[id_]:
                offices[company_id] |= self.browse(id_)
        # sudo: res.company - offices whose log is written
        companies = self.env["res.company"].sudo().browse(sorted(offices))
        if self._watched_by_managers:
            self._check_watched(companies)
        for company in companies:
            self.env["complaint.log"]._record(
                "setting_changed",
                offices[company.id],
                lambda record: {
                    # sudo: settings - the name of what was changed
                    "name": (record.sudo().display_name or "")[:_LENGTH],
                    **self._watched_details(changes[record.id]),
                },
                company,
            )
        if self._watched_told and self.env.user.id != SUPERUSER_ID:
            changed = self.browse(changes.keys() & used.keys())
            self.env["res.groups"]._tell_watchers(
                companies, self._watched_noun(), changed._watched_titles()
            )

    def _watched_titles(self):
        """Return the names of these, as people know them."""
        # sudo: settings - the names of what was changed
        return [record.display_name or str(record.id) for record in self.sudo()]

    @api.model
    def _watched_details(self, change):
        """Return what a row says of a change."""
        return change if change.keys() <= {"made", "removed"} else {"fields": change}

    @api.model
    def _check_watched(self, companies, what=None):
        """Check that the user manages the complaints of all these companies.

        ``sudo()`` alone is no manager; the system itself is free.

        :param what: what is changed, as text; ``None``: this model
        :raise AccessError: if not
        """
        user = self.env.user
        if not companies or user.id == SUPERUSER_ID:
            return
        # sudo: res.users - in which offices somebody works, whoever asks
        rest = companies - user.sudo().company_ids
        if rest or not user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "Complaints of %(offices)s go by this %(what)s: only a complaint "
                    "manager of every one of these offices changes it.",
                    offices=format_list(self.env, companies.mapped("name")),
                    what=what or self._watched_noun(),
                )
            )

    def _watched_fixed_text(self):
        return self.env._(
            "Complaints on file go by this %s. To change it would move them or change "
            "their files: make a new one, and finish or hand over the cases first.",
            self._watched_noun(),
        )

    def _watched_noun(self):
        """Return what this model is called, in the user's language."""
        # sudo: ir.model - the name of the model
        return self.env["ir.model"]._get(self._name).sudo().name
