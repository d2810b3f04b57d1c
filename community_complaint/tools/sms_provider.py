"""Providers of text messages, as Odoo asks them: one over HTTP, one that keeps them."""

from collections import deque

import requests

from odoo.addons.sms.tools.sms_api import SmsApiBase

#: Parameters of the server: address and key of a provider; whether nothing leaves.
URL = "community_complaint.sms_url"
KEY = "community_complaint.sms_key"
LOOPBACK = "community_complaint.sms_loopback"
_SECONDS = 20


class SmsHttp(SmsApiBase):
    """A provider that takes JSON over HTTP; what it is sent is in docs/operations.rst."""

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        """OVERRIDE: post all messages at once.

        :return: ``[{"uuid", "state", "carrier_id"}]``
        """
        answer = requests.post(
            self._parameter(URL),
            json={
                "messages": [
                    {
                        "id": item["uuid"],
                        "to": item["number"],
                        "text": message["content"],
                    }
                    for message in messages
                    for item in message["numbers"]
                ]
            },
            headers={"Authorization": f"Bearer {self._parameter(KEY)}"},
            timeout=_SECONDS,
            allow_redirects=False,
        )
        answer.raise_for_status()
        return [
            {
                "uuid": item.get("id"),
                "state": item.get("state", "success"),
                "carrier_id": str(item.get("carrier_id") or "")[:64] or False,
            }
            for item in answer.json()["messages"]
        ]

    def _parameter(self, name):
        # sudo: ir.config_parameter - the provider's key is used, not shown
        return self.env["ir.config_parameter"].sudo().get_param(name) or ""


class SmsLoopback(SmsApiBase):
    """Keeps messages in the memory of this process, for tests and demonstrations.

    :cvar sent: the last ``{"uuid", "number", "content"}``
    """

    sent = deque(maxlen=100)

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        """OVERRIDE: nothing leaves the house."""
        taken = [
            {**item, "content": message["content"]}
            for message in messages
            for item in message["numbers"]
        ]
        self.sent.extend(taken)
        return [{"uuid": item["uuid"], "state": "success"} for item in taken]
