import hashlib
import hmac
import json

from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..tools.printable import printable

#: Bytes of a report or an answer; carriers say little.
_LONGEST = 64 * 1024
_HOOK_KEY = "community_complaint.sms_hook_key"


def _hook(path):
    """Return the decorator of an address that the provider posts to."""
    return http.route(
        path,
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=_LONGEST,
    )


class ComplaintSms(http.Controller):
    """What the provider of text messages tells: reports of delivery, and what people write.

    It proves who it is by a header, never by the address, which servers log: either
    ``Authorization: Bearer KEY`` or ``X-Signature: sha256=HMAC`` of the body. Answers
    tell nothing about who is known.
    """

    @_hook("/complaint/sms/report")
    def report(self, **_ignored):
        """Take reports: ``{"reports": [{"id" or "carrier_id", "state", "code"}]}``."""
        items = self._items("reports")
        if items is None:
            return self._answer(403)
        dispatches = request.env["complaint.dispatch"].with_user(SUPERUSER_ID)
        known = [
            dispatches._take_sms_report(
                _text(item, "carrier_id") or _text(item, "id"),
                _text(item, "state"),
                _text(item, "code"),
            )
            for item in items
        ]
        # a report may be faster than our own commit: the carrier brings it again
        return self._answer(200 if all(known) else 503)

    @_hook("/complaint/sms/answer")
    def answer(self, **_ignored):
        """Take messages of people: ``{"messages": [{"id", "from", "to", "text", "time"}]}``."""
        items = self._items("messages")
        if items is None:
            return self._answer(403)
        gate = request.env["complaint.inbound.mail"].with_user(SUPERUSER_ID)
        for item in items:
            gate._receive_sms(
                _text(item, "from"),
                _text(item, "text"),
                _text(item, "id"),
                _text(item, "to"),
                _text(item, "time"),
            )
        return self._answer(200)

    def _items(self, name):
        """Return the list in the body, empty if it is none, ``None`` if it is forged."""
        body = request.httprequest.get_data()
        # sudo: ir.config_parameter - the key is compared, not shown
        key = request.env["ir.config_parameter"].sudo().get_param(_HOOK_KEY) or ""
        if not _is_genuine(key, body, request.httprequest.headers):
            return None
        try:
            items = json.loads(body)[name]
        except (ValueError, TypeError, KeyError, RecursionError):
            return []
        items = items if isinstance(items, list) else []
        return [item for item in items if isinstance(item, dict)]

    def _answer(self, status):
        return request.make_json_response({"ok": status == 200}, status=status)


def _is_genuine(key, body, headers):
    """Return whether who sent a body has the key."""
    if not key:
        return False
    signature = "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    given = (headers.get("Authorization", ""), headers.get("X-Signature", ""))
    return any(
        hmac.compare_digest(header.encode(errors="replace"), wanted.encode())
        for header, wanted in zip(given, (f"Bearer {key}", signature), strict=True)
    )


def _text(item, name):
    value = item.get(name)
    return printable(str(value))[:5_000] if isinstance(value, str | int) else ""
