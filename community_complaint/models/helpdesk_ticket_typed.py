from odoo import api, models
from odoo.tools import email_normalize, html2plaintext

from ..tools import paper_letters, register_values

#: What papers say of who complained.
_WHO = ("complainant_name", "complainant_address", "complainant_work_unit")


class HelpdeskTicket(models.Model):
    """What looks odd is asked about where it is typed; who is sure keeps it."""

    _inherit = "helpdesk.ticket"

    @api.onchange("complainant_phone")
    def _onchange_typed_phone(self):
        if register_values.phone_of(self.complainant_phone or "")[1]:
            return self._odd(
                self.env._(
                    "“%s” does not look like a phone number. Keep it if it is right.",
                    self.complainant_phone,
                )
            )
        return None

    @api.onchange("complainant_email")
    def _onchange_typed_email(self):
        email = (self.complainant_email or "").strip()
        if email and not email_normalize(email):
            return self._odd(
                self.env._(
                    "“%s” does not look like an e-mail address. Keep it if it is right.",
                    email,
                )
            )
        return None

    @api.onchange(
        *_WHO,
        "name",
        "what_happened",
        "description",
        "demand",
        "incident_place",
    )
    def _onchange_typed_letters(self):
        # whoever has ordinary tickets only may not even ask who complained
        knows = self.env["complaint.identity"].has_access("read")
        texts = (
            *(knows and (self[name] for name in _WHO) or ()),
            self.name,
            self.what_happened,
            html2plaintext(self.description or ""),
            self.demand,
            self.incident_place,
        )
        letters = paper_letters.lacking("".join(filter(None, texts)))
        if letters:
            return self._odd(
                self.env._(
                    "No font of this server has these letters: %s. Papers would show "
                    "boxes. Keep them, and write them in by hand or have a font "
                    "installed before a paper is issued.",
                    " ".join(letters),
                )
            )
        return None

    def _odd(self, message):
        """Return the warning of an onchange; nothing is refused."""
        title = self.env._("Please look again")
        return {"warning": {"title": title, "message": message}}
