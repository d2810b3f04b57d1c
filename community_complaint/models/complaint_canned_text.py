import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: What stands where something is still to be filled in.
GAP = "____"
_PLACEHOLDER = re.compile(r"\{(\w*)\}")


class ComplaintCannedText(models.Model):
    """A text the office writes often, with placeholders for what differs.

    EXPOSED API: :meth:`_fill`.
    """

    _name = "complaint.canned.text"
    _description = "Canned Text"
    _inherit = ["complaint.watched.mixin"]
    _order = "sequence, id"

    _watched_free = frozenset({"sequence"})

    name = fields.Char(required=True, translate=True)
    text = fields.Text(
        required=True,
        translate=True,
        help="{number}, {office}, {phone} and {due} are filled in from the case; "
        "____ is for whoever writes.",
    )
    addressee = fields.Selection(
        [
            ("complainant", "Complainant"),
            ("respondent", "Respondent"),
            ("body", "Department or other body"),
        ],
        string="Only for",
        help="Empty: for everybody.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True)

    @api.constrains("text")
    def _check_placeholders(self):
        known = self.env["helpdesk.ticket"]._canned_values().keys()
        for canned in self:
            for unknown in set(_PLACEHOLDER.findall(canned.text)) - known:
                raise ValidationError(
                    self.env._(
                        "There is no placeholder {%(name)s}. These are there: %(known)s.",
                        name=unknown,
                        known=", ".join(f"{{{name}}}" for name in sorted(known)),
                    )
                )

    def _watched_companies(self):
        """OVERRIDE: every office offers what is shared."""
        offices = self._complaint_offices()
        used = {
            # sudo: complaint.canned.text - whose it is, whoever changes it
            text.id: frozenset((offices & (text.sudo().company_id or offices)).ids)
            for text in self
        }
        return {id_: ids for id_, ids in used.items() if ids}

    def _fill(self, ticket):
        """Return one text for a case, in the language of its papers.

        What the case does not know is a gap for whoever writes.
        """
        values = ticket._canned_values()
        canned = self.with_context(lang=ticket._paper_lang())
        return _PLACEHOLDER.sub(
            lambda found: values.get(found[1]) or GAP, canned.text or ""
        )
