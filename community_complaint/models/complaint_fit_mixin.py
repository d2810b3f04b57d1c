from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ComplaintFitMixin(models.AbstractModel):
    """What records are linked to fits them, and what happened lies behind.

    A model declares

    ``_fits``
        ``{path: other}``: ``path`` leads over a link to a field of the linked records,
        such as ``"respondent_id.ticket_id"``; ``other`` names the field of the record
        that is equal to it, or is a tuple of the values it may have. No link fits always.
    ``_past``
        names of the fields with moments that do not lie in the future
    """

    _name = "complaint.fit.mixin"
    _description = "Links That Fit, Moments That Passed"

    _fits = {}
    _past = ()

    @api.constrains(
        lambda self: [
            *(path.partition(".")[0] for path in self._fits),
            *(other for other in self._fits.values() if isinstance(other, str)),
        ]
    )
    def _check_fits(self):
        for record in self:
            for path, other in self._fits.items():
                allowed = (record[other],) if isinstance(other, str) else other
                link, _dot, name = path.partition(".")
                if any(linked[name] not in allowed for linked in record[link]):
                    self._refuse_unfit(link, name)

    def _refuse_unfit(self, link, name):
        """Refuse a link without telling what it leads to.

        :raise ValidationError: naming both fields
        """
        linked = self.env[self._fields[link].comodel_name]
        raise ValidationError(
            self.env._(
                "“%(field)s” does not belong here: its “%(what)s” is another one.",
                field=self._fields[link]._description_string(self.env),
                what=linked._fields[name]._description_string(self.env),
            )
        )

    @api.constrains(lambda self: self._past)
    def _check_past(self):
        now = fields.Datetime.now()
        for name in self._past:
            if any(record[name] and record[name] > now for record in self):
                label = self._fields[name]._description_string(self.env)
                raise ValidationError(
                    self.env._("“%s” cannot lie in the future.", label)
                )
