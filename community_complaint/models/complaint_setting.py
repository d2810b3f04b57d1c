from odoo import api, models, tools

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

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: forms read anew."""
        records = super().create(vals_list)
        self._forget_settings()
        return records

    def write(self, vals):
        """OVERRIDE: forms read anew, also lists that have no column."""
        result = super().write(vals)
        self._forget_settings()
        return result

    def _write_multi(self, vals_list):
        """OVERRIDE: forms read anew, also what was computed."""
        result = super()._write_multi(vals_list)
        self._forget_settings()
        return result

    def unlink(self):
        """OVERRIDE: forms read anew."""
        result = super().unlink()
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


class ComplaintRegulation(models.Model):
    _name = "complaint.regulation"
    _inherit = ["complaint.regulation", "complaint.setting.mixin"]


class ComplaintRequirement(models.Model):
    _name = "complaint.requirement"
    _inherit = ["complaint.requirement", "complaint.setting.mixin"]


class ComplaintTypeRule(models.Model):
    _name = "complaint.type.rule"
    _inherit = ["complaint.type.rule", "complaint.setting.mixin"]


class ComplaintSlaPolicy(models.Model):
    _name = "complaint.sla.policy"
    _inherit = ["complaint.sla.policy", "complaint.setting.mixin"]


class ComplaintMeasure(models.Model):
    _name = "complaint.measure"
    _inherit = ["complaint.measure", "complaint.setting.mixin"]


class ComplaintComplainantKind(models.Model):
    _name = "complaint.complainant.kind"
    _inherit = ["complaint.complainant.kind", "complaint.setting.mixin"]


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team", "complaint.setting.mixin"]


class HelpdeskTicketStage(models.Model):
    _name = "helpdesk.ticket.stage"
    _inherit = ["helpdesk.ticket.stage", "complaint.setting.mixin"]


class HelpdeskTicketType(models.Model):
    _name = "helpdesk.ticket.type"
    _inherit = ["helpdesk.ticket.type", "complaint.setting.mixin"]


class HelpdeskTicketChannel(models.Model):
    _name = "helpdesk.ticket.channel"
    _inherit = ["helpdesk.ticket.channel", "complaint.setting.mixin"]


class ResourceCalendar(models.Model):
    _name = "resource.calendar"
    _inherit = ["resource.calendar", "complaint.setting.mixin"]
