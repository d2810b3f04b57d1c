from odoo import api, models

#: Kinds of records whose steps alone write some fields.
_PREFIX = "complaint."
_TICKET = "helpdesk.ticket"


class Base(models.AbstractModel):
    """What only steps write is not written by a default either.

    A new record takes ``default_<field>`` from the context of the caller, and defaults that
    users saved, after ``create`` saw the values: a decision born “approved”, a paper born
    “served”. Fields that are read-only in Python take neither; nor do they when a step creates
    the record with all rights, because its context still is the caller's.
    """

    _inherit = "base"

    @api.model
    def default_get(self, fields):
        """OVERRIDE: read-only fields of complaints have their own defaults only."""
        if not self._complaint_guards_defaults():
            return super().default_get(fields)
        guarded = self._complaint_guarded_fields().intersection(fields)
        context = {
            key: value
            for key, value in self.env.context.items()
            if not (key.startswith("default_") and key[8:] in guarded)
        }
        # pylint: disable-next=context-overridden
        clean = self.with_context(context)
        values = super(Base, clean).default_get(fields)
        saved = self.env["ir.default"]._get_model_defaults(self._name)
        for name in guarded.intersection(saved):
            default = self._fields[name].default
            values.pop(name, None)
            if default:
                values[name] = default(self)
        return values

    @api.model
    def _complaint_guards_defaults(self):
        """Tell whether the defaults of this model's read-only fields are guarded."""
        if self._transient:
            return False
        return self._name == _TICKET or self._name.startswith(_PREFIX)

    @api.model
    def _complaint_guarded_fields(self):
        """Return the names of the fields that only steps write; models add theirs."""
        return {name for name, field in self._fields.items() if field.readonly}
