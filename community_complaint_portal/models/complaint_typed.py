import hashlib
import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.orm.models import NO_ACCESS

from odoo.addons.community_complaint.tools.vault import Key, KeyRing, VaultError

#: For how long it waits for whoever typed it.
_LIFE = timedelta(hours=1)


class ComplaintTyped(models.Model):
    """What somebody typed into a form whose session was over (WCAG 2.2.5).

    It is sealed with a secret that lies in the session of that browser only, whether the
    office has keys or not: neither the database nor the server's files open it alone. No
    role reads it, and it is deleted when its hour is over, whoever comes back.
    """

    _name = "complaint.typed"
    _description = "Typed When the Session Was Over"
    _log_access = False

    place = fields.Char(required=True, groups=NO_ACCESS)
    content = fields.Text(required=True, groups=NO_ACCESS)
    until = fields.Datetime(required=True, index=True)

    _place_unique = models.UniqueIndex("(place)")

    @api.model
    def _keep(self, secret, page, typed):
        """Keep what was typed for a page, instead of what was kept for it.

        :param secret: of the browser
        :param typed: ``{name: text}``
        """
        self._forget(secret, page)
        text = json.dumps(typed, ensure_ascii=False)
        self.create(
            {
                "place": _place(secret, page),
                "content": _ring(secret).seal(text, page),
                "until": fields.Datetime.now() + _LIFE,
            }
        )

    @api.model
    def _typed(self, secret, page):
        """Return what a browser typed for a page within the hour, ``{name: text}``."""
        found = self._of(secret, page)
        if not found or found.until <= fields.Datetime.now():
            return {}
        try:
            return json.loads(_ring(secret).open(found.content, page))
        except VaultError:
            return {}

    @api.model
    def _forget(self, secret, page):
        """Drop what was kept for a page: it was sent."""
        self._of(secret, page).unlink()

    @api.model
    def _of(self, secret, page):
        return self.search([("place", "=", _place(secret, page))])

    @api.model
    def _cron_forget(self):
        """Delete what nobody came back for."""
        self.search([("until", "<=", fields.Datetime.now())]).unlink()


def _place(secret, page):
    """Return what a browser's text for a page is found by; it tells neither."""
    return hashlib.sha256(f"{secret} {page}".encode()).hexdigest()


def _ring(secret):
    return KeyRing([Key("browser", bytes.fromhex(secret))])
