from collections import deque

import requests

from odoo import models

from odoo.addons.sms.tools.sms_api import SmsApiBase

_URL = "community_complaint.sms_url"
_KEY = "community_complaint.sms_key"
_LOOPBACK = "community_complaint.sms_loopback"
_SECONDS = 20


class SmsHttp(SmsApiBase):
    """A provider that takes JSON over HTTP; what it is sent is in docs/operations.rst."""

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        """OVERRIDE: post all messages at once.

        :return: ``[{"uuid", "state", "carrier_id"}]``
        """
        answer = requests.post(
            self._parameter(_URL),
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
            headers={"Authorization": f"Bearer {self._parameter(_KEY)}"},
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


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_sms_api_class(self):
        """OVERRIDE: the office's own provider of text messages, if it has one."""
        # sudo: ir.config_parameter - only which provider
        parameter = self.env["ir.config_parameter"].sudo().get_param
        if parameter(_URL):
            return SmsHttp
        if parameter(_LOOPBACK):
            return SmsLoopback
        return super()._get_sms_api_class()
