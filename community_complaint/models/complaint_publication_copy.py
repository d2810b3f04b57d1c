from odoo import fields, models


def _names(record):
    """Return the name of a record in all languages, ``{code: text}``."""
    field = record._fields["name"]
    if not field.translate:
        return {"en_US": record.name}
    return field._get_stored_translations(record) or {}


def _in_language(record, names):
    """Return a name that was kept, in the language of a record's reader."""
    return (
        names.get(record.env.lang) or names.get("en_US") or next(iter(names.values()))
    )


class ComplaintPublication(models.Model):
    """What is published is a copy (THREATS 26): names of today do not change it."""

    _inherit = "complaint.publication"

    released_rules = fields.Json("Regulation When Published", readonly=True, copy=False)
    released_min_count = fields.Integer(
        "Smallest Number When Published", readonly=True, copy=False
    )

    def _after_release(self):
        """OVERRIDE: keep what the page reads of other records."""
        result = super()._after_release()
        # sudo: complaint.publication - written when it is published only
        office = self.sudo()
        office.write(
            {
                "released_rules": _names(office.regulation_id),
                "released_min_count": office.regulation_id.publication_min_count,
            }
        )
        for rows in (office.line_ids, office.figure_ids):
            for kind, same in rows.filtered("type_id").grouped("type_id").items():
                same.write({"type_names": _names(kind)})
        return result

    def _rules_name(self):
        """Return the name of the regulation, as it was when this was published."""
        if self.released_rules:
            return _in_language(self, self.released_rules)
        return self.regulation_id.name


class ComplaintPublicationLine(models.Model):
    _inherit = "complaint.publication.line"

    type_names = fields.Json("Kind When Published", readonly=True, copy=False)

    def _type_name(self):
        """Return the kind of one result, as it was called when it was published."""
        if self.type_names:
            return _in_language(self, self.type_names)
        return self.type_id.name


class ComplaintPublicationFigure(models.Model):
    _inherit = "complaint.publication.figure"

    type_names = fields.Json("Kind When Published", readonly=True, copy=False)

    def _label_type(self):
        """OVERRIDE: as it was called when it was published."""
        if self.type_names:
            return _in_language(self, self.type_names)
        return super()._label_type()
