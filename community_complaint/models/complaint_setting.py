from odoo import api, models, tools

from ..tools.changes import on

#: What may decide which value of a setting a cache holds, besides the reader's companies.
_CONTEXT = frozenset({"lang", "active_test"})


class ComplaintSettingMixin(models.AbstractModel):
    """A row of what the office works by: regulation, desk, kinds, time limits.

    Forms of cases read a dozen of these small tables, and nobody changes them from one
    form to the next. What a user read of them is kept between requests, see
    :meth:`helpdesk.ticket._cache_settings`, until any of them changes.
    """

    _name = "complaint.setting.mixin"
    _description = "Setting That Forms Read"
    _inherit = ["complaint.change.mixin"]

    #: Also lists that have no column.
    _effects = {"_forget_settings": on(every=True, made=True, removed=True)}

    def _write_multi(self, vals_list):
        """OVERRIDE: forms read anew, also what was computed."""
        result = super()._write_multi(vals_list)
        self._forget_settings()
        return result

    def _forget_settings(self):
        """Let others read anew, and once more when this is committed, or is not to be.

        Until then they read, and may keep, what was in force before.
        """
        clear = self.env.registry.clear_cache
        clear()
        for moment in (self.env.cr.postcommit, self.env.cr.postrollback):
            if "complaint_settings" not in moment.data:
                moment.data["complaint_settings"] = True
                moment.add(clear)


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _cache_settings(self):
        """Put what the user read of the settings last time into this transaction."""
        for field, values in list(self._known_settings().items()):
            cached = field._get_cache(self.env)
            if cached or type(cached) is not dict:
                records = self.env[field.model_name].browse(values)
                field._insert_cache(records, list(values.values()))
            else:  # nothing to keep: at once
                cached.update(values)

    def _keep_settings(self):
        """Keep what this transaction read of the settings for the user's next form."""
        known = self._known_settings()
        for field in self._setting_fields():
            cached = field._get_cache(self.env)
            if len(cached) > len(known.get(field, ())):
                known[field] = {id_: cached[id_] for id_ in list(cached) if id_}

    @api.model
    @tools.ormcache(
        "self.env.uid",
        "self.env.lang",
        "tuple(self.env.context.get('allowed_company_ids') or ())",
    )
    def _known_settings(self):
        """Return ``{field: {id: value in the cache}}``, which grows with what is read.

        One for each user, as who may read what follows the record rules.
        """
        return {}

    @api.model
    @tools.ormcache(cache="stable")
    def _setting_fields(self):
        """Return the columns of settings, and the lists of settings in settings."""
        models_ = self.env["complaint.setting.mixin"]._inherit_children
        names = {name for name in models_ if self.env[name]._auto}
        return tuple(
            field
            for name in sorted(names)
            for field in self.env[name]._fields.values()
            if field.store
            and field.type != "binary"
            and (field.column_type or field.comodel_name in names)
            and _CONTEXT.issuperset(self.pool.field_depends_context[field])
        )
