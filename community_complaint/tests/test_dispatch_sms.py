import hashlib
import hmac
import json
import logging
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import HttpCase, tagged

from ..tools.sms_provider import SmsLoopback
from .canary import CanarySweep
from .common import CANARY
from .sms_stand_in import KEY, SmsStandIn
from .wire_common import WireCommon

_HOOK = "key of the hook"


class SmsCommon(WireCommon):
    """An office with a provider of text messages, on a real socket."""

    def setUp(self):
        super().setUp()
        self.provider = self.enterContext(SmsStandIn())
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("community_complaint.sms_url", self.provider.url)
        parameters.set_param("community_complaint.sms_key", KEY)
        parameters.set_param("community_complaint.sms_hook_key", _HOOK)
        self.company.phone = "021-66889900"

    def _write(self, ticket, text="你好，明天九点来。"):
        ticket.with_user(self.clerk).action_write_to_complainant(text)
        return self._told(ticket)[-1]


@tagged("post_install", "-at_install")
class TestDispatchSms(SmsCommon):
    def test_what_arrives(self):
        """Office, number, what to do; nothing else, however open the case is."""
        ticket = self._complaint(confidentiality="open")
        dispatch = self._write(ticket)
        self.assertEqual(dispatch.channel, "sms")
        self._deliver()
        [message] = self.provider.messages
        self.assertEqual(message["to"], "13800138000")
        text = message["text"].partition(" http")[0]
        self.assertLessEqual(len(text), 70)
        self.assertIn("【Sunflower", text)
        self.assertIn(ticket.number, text)
        for telling in ("九点", "Noise", "Li Lei"):
            self.assertNotIn(telling, message["text"])
        self.assertRecordValues(dispatch, [{"state": "sent", "carrier_key": "c1"}])

    def test_carriers_numbers_are_forgotten(self):
        dispatch = self._write(self._complaint())
        self._deliver()
        for days, kept in ((80, "c1"), (100, False)):
            with freeze_time(fields.Datetime.now() + timedelta(days=days)):
                dispatch._gc_carrier_keys()
            self.assertEqual(dispatch.carrier_key, kept)

    def test_no_provider(self):
        self.env["ir.config_parameter"].set_param("community_complaint.sms_url", False)
        self.assertEqual(self._write(self._complaint()).channel, "hand")

    def test_landlines_take_none(self):
        ticket = self._complaint(complainant_phone="021-66889900")
        self.assertEqual(self._write(ticket).channel, "hand")

    def test_loopback(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("community_complaint.sms_url", False)
        parameters.set_param("community_complaint.sms_loopback", "1")
        SmsLoopback.sent.clear()
        dispatch = self._write(self._complaint())
        self._deliver()
        self.assertEqual(dispatch.state, "sent")
        self.assertEqual(SmsLoopback.sent[-1]["number"], "13800138000")

    def test_the_provider_refuses(self):
        """For good: the next channel. For now: again later, once."""
        self.provider.state = "wrong_number_format"
        ticket = self._complaint()
        dispatch = self._write(ticket)
        self._deliver()
        self.assertEqual(dispatch.state, "failed")
        self.assertEqual(dispatch.next_dispatch_id.channel, "hand")
        self.assertTrue(ticket.activity_ids)
        for state, status in (("server_error", 200), ("success", 500)):
            with self.subTest(state=state, status=status):
                self.provider.state, self.provider.status = state, status
                dispatch = self._write(self._complaint())
                self._deliver()
                self.assertEqual((dispatch.state, dispatch.tries), ("queued", 1))

    def test_mail_came_back(self):
        """Who has both is told by text message once the mail was refused."""
        self.sink.refusals["RCPT TO:<li@resident.example>"] = "550 5.1.1 unknown"
        dispatch = self._write(self._complaint(complainant_email="li@resident.example"))
        self.assertEqual(dispatch.channel, "email")
        self._deliver()
        self._deliver()
        self.assertRecordValues(
            dispatch.next_dispatch_id, [{"channel": "sms", "state": "sent"}]
        )
        self.assertEqual(len(self.provider.messages), 1)


@tagged("post_install", "-at_install")
class TestDispatchSmsCanary(SmsCommon, CanarySweep):
    """No row has a number: neither of the base's, nor of ours."""

    def test_sent_and_refused(self):
        ticket = self._complaint(**{**CANARY, "complainant_email": False})
        for state in ("success", "server_error", "wrong_number_format"):
            self.provider.state = state
            self._write(ticket)
            with self.subTest(state), self.assertNoCanaryInLogs():
                logging.getLogger("odoo.tests").info("Something is logged.")
                self._deliver()
                self.env.flush_all()
                self.assertNoCanaryInDatabase()
        self.assertTrue(self.provider.messages)
        self.assertFalse(self.env["sms.sms"].search([]))
        notifications = self.env["mail.notification"].sudo()
        self.assertFalse(notifications.search([("sms_number", "!=", False)]))


@tagged("post_install", "-at_install")
class TestSmsHooks(SmsCommon, HttpCase):
    """What the provider tells, over HTTP."""

    def setUp(self):
        super().setUp()
        self.ticket = self._complaint()
        self.dispatch = self._write(self.ticket)
        self._deliver()

    def _post(self, path, headers=None, **body):
        data = json.dumps(body).encode()
        response = self.url_open(
            f"/complaint/sms/{path}",
            data=data,
            headers={"Authorization": f"Bearer {_HOOK}", **(headers or {})},
        )
        self.env.invalidate_all()
        return response.status_code

    def _of_complainant(self):
        subtype = self.env.ref("community_complaint.mt_from_complainant")
        return self.ticket.message_ids.filtered(lambda m: m.subtype_id == subtype)

    def test_delivered(self):
        reports = [{"carrier_id": "c1", "state": "delivered"}]
        self.assertEqual(self._post("report", reports=reports), 200)
        self.assertEqual(self.dispatch.state, "delivered")

    def test_failed(self):
        reports = [
            {"id": self.dispatch.reference, "state": "failed", "code": "MK:0001"}
        ]
        self.assertEqual(self._post("report", reports=reports), 200)
        self.assertEqual(self.dispatch.state, "failed")
        self.assertIn("MK:0001", self.dispatch.failure)
        self.assertEqual(self.dispatch.next_dispatch_id.channel, "hand")

    def test_signed(self):
        body = {"reports": [{"carrier_id": "c1", "state": "delivered"}]}
        data = json.dumps(body).encode()
        mark = hmac.new(_HOOK.encode(), data, hashlib.sha256).hexdigest()
        headers = {"Authorization": "", "X-Signature": f"sha256={mark}"}
        self.assertEqual(self._post("report", headers, **body), 200)
        self.assertEqual(self.dispatch.state, "delivered")

    def test_forged(self):
        reports = [{"carrier_id": "c1", "state": "failed"}]
        messages = [{"from": "13800138000", "text": "撤诉"}]
        kept = self.env["complaint.inbound.mail"].search_count([])
        for headers in (
            {"Authorization": "Bearer wrong"},
            {"Authorization": ""},
            {"Authorization": "", "X-Signature": "sha256=00"},
        ):
            self.assertEqual(self._post("report", headers, reports=reports), 403)
            self.assertEqual(self._post("answer", headers, messages=messages), 403)
        self.env["ir.config_parameter"].set_param(
            "community_complaint.sms_hook_key", False
        )
        headers = {"Authorization": "Bearer "}
        self.assertEqual(self._post("report", headers, reports=reports), 403)
        self.assertEqual(self.dispatch.state, "sent")
        self.assertEqual(self.env["complaint.inbound.mail"].search_count([]), kept)

    def test_unknown_and_rubbish(self):
        reports = [{"carrier_id": "c999", "state": "failed"}]
        self.assertEqual(self._post("report", reports=reports), 503)
        for body in ({"reports": 7}, {"reports": [7]}, {}):
            self.assertEqual(self._post("report", **body), 200)
        self.assertEqual(self.dispatch.state, "sent")

    def test_an_answer(self):
        answer = {"id": "m1", "from": "+86 138 0013 8000", "text": "好的，谢谢。"}
        self.assertEqual(self._post("answer", messages=[answer]), 200)
        [message] = self._of_complainant()
        self.assertIn("好的，谢谢。", message.body)
        self.assertTrue(self.ticket.activity_ids)
        # the provider brings it again
        self._post("answer", messages=[answer])
        self.assertEqual(len(self._of_complainant()), 1)

    def test_an_answer_of_nobody(self):
        """Of a number that was told nothing: somebody looks."""
        answer = {"id": "m2", "from": "13711112222", "text": "谁啊？"}
        self.assertEqual(self._post("answer", messages=[answer]), 200)
        kept = self.env["complaint.inbound.mail"].search([], limit=1)
        self.assertRecordValues(
            kept,
            [
                {
                    "kind": "sms",
                    "state": "quarantine",
                    "reason": "sms",
                    "body_text": "谁啊？",
                    "ticket_id": False,
                }
            ],
        )

    def _wrote(self, number, text, **more):
        """Let somebody write to the office's number; return what is kept of it."""
        before = self.env["complaint.inbound.mail"].search([])
        message = {"id": f"m{len(before)}", "from": number, "text": text, **more}
        self.assertEqual(self._post("answer", messages=[message]), 200)
        return self.env["complaint.inbound.mail"].search([]) - before

    def test_a_message_is_a_complaint(self):
        """It is acknowledged by text message, and what else comes belongs to it."""
        kept = self._wrote("+8613711112222", "三号楼电梯坏了三天，请派人修理。")
        self.assertEqual((kept.kind, kept.state), ("sms", "case"))
        case = kept.ticket_id
        self.assertIn("三号楼电梯坏了", case.description)
        self.assertEqual(case.channel_id.complaint_kind, "sms")
        identity = case.sudo().identity_ids
        self.assertEqual(identity.phone, "+8613711112222")
        self.assertFalse(identity.email)
        more = self._wrote("13711112222", "是三单元。")
        self.assertEqual((more.state, more.ticket_id), ("reply", case))
        self._deliver()
        told = self.provider.messages[-1]
        self.assertIn(case.number, told["text"])
        self.assertIn("13711112222", told["to"])

    def test_numbers_in_a_message(self):
        """Whoever knows a number writes on its case only if it is theirs."""
        number = self.ticket.number.lower()
        kept = self._wrote("13711112222", f"关于{number}，我要撤诉，不用处理了")
        self.assertEqual((kept.state, kept.reason), ("held", "stranger"))
        self.assertEqual(kept.ticket_id, self.ticket)
        self.assertFalse(self._of_complainant())
        kept = self._wrote("13800138000", f"关于{number}，补充一点")
        self.assertEqual((kept.state, kept.ticket_id), ("reply", self.ticket))

    def test_who_is_no_resident(self):
        """Services and advertising become no cases; the brakes are those of mail."""
        for number, text, reason in (
            ("10690000111122", "您的包裹已到驿站，请凭码领取。", "sms"),
            ("13711110001", "【某银行】贷款优惠，拒收请回复R", "list"),
            ("13711110002", "   ", "empty"),
        ):
            with self.subTest(text):
                kept = self._wrote(number, text)
                self.assertEqual((kept.state, kept.reason), ("quarantine", reason))
        self.team.mail_domain_limit = 2
        ends = [
            self._wrote(f"1371111000{number}", "楼道灯坏了很久，没有人修。")
            for number in range(3, 7)
        ]
        self.assertEqual(
            [kept.reason for kept in ends], [False, False, "flood", "flood"]
        )

    def test_the_moment_of_the_provider(self):
        """Our server was down over the holidays: the clock starts when it was sent."""
        sent = fields.Datetime.now() - timedelta(days=3)
        kept = self._wrote(
            "13711112222", "三号楼电梯坏了三天。", time=f"{sent.isoformat()}+00:00"
        )
        self.assertEqual(kept.ticket_id.received_date, sent)
        self.assertTrue(kept.is_late)

    def test_the_number_of_a_desk(self):
        other = self._adopt("regulation_r12").team_id
        other.sms_number = "1069 0001"
        kept = self._wrote("13711112222", "诊所多收了五十元，请核查。", to="10690001")
        self.assertEqual(kept.ticket_id.team_id, other)

    def test_an_answer_of_the_old_number(self):
        """Somebody else may have it now: it is held."""
        self.ticket.sudo().identity_ids.phone = "13900001111"
        answer = {"id": "m3", "from": "13800138000", "text": "撤诉"}
        self._post("answer", messages=[answer])
        kept = self.env["complaint.inbound.mail"].search([], limit=1)
        self.assertEqual((kept.state, kept.reason), ("held", "stranger"))
        self.assertFalse(self._of_complainant())
