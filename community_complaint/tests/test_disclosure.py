import json
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import CANARY, ComplaintCommon


@tagged("post_install", "-at_install")
class TestDisclosure(ComplaintCommon):
    """Looking at a secret identity takes a reason; telling others takes two people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls._complaint(**CANARY)
        cls.second = cls._new_user(
            "second", "community_complaint.group_complaint_custodian"
        )
        cls.disclosures = cls.env["complaint.disclosure"]

    def _name(self, user):
        case = self.case.with_user(user)
        case.invalidate_recordset()
        self.env["complaint.identity"].invalidate_model()
        return case.read(["complainant_name"])[0]["complainant_name"]

    def assertSees(self, user):
        self.assertEqual(self._name(user), CANARY["complainant_name"])

    def assertBlind(self, user):
        self.assertEqual(self._name(user), f"Complainant of {self.case.number}")
        identities = self.env["complaint.identity"].with_user(user)
        self.assertFalse(identities.search([("ticket_id", "=", self.case.id)]))

    def _rows(self, kind):
        return self.env["complaint.log"].search(
            [("ticket_id", "=", self.case.id), ("kind", "=", kind)]
        )

    def _request(self, by=None, **kwargs):
        case = self.case.with_user(by or self.handler)
        case.action_request_disclosure("The court asks.", **kwargs)
        return self.disclosures.search([], limit=1)

    def _tile(self, key, user):
        """Return what a tile of somebody's desk lists."""
        desk = self.env["helpdesk.ticket"].with_user(user)
        action = desk.open_complaint_desk_tile(key)
        return self.env[action["res_model"]].with_user(user).search(action["domain"])

    def test_custodians_find_what_is_asked_for(self):
        """Also that the case is kept less secret; never what they asked for themselves."""
        asked = self._request()
        own = self._request(by=self.second)
        self.case.with_user(self.handler).action_change_confidentiality(
            "open", "They want it.", "written"
        )
        level = self.disclosures.search([("level", "!=", False)])
        self.assertEqual(self._tile("requests", self.second), asked + level)
        self.assertEqual(self._tile("requests", self.custodian), asked + own + level)
        asked.with_user(self.second).action_refuse("No need.")
        self.assertEqual(self._tile("requests", self.second), level)

    # ----------------------------------------------------------------------
    # Who took it down completes it
    # ----------------------------------------------------------------------

    def test_who_took_it_down_completes_it_that_day(self):
        self.assertBlind(self.clerk)
        case = self.case.with_user(self.clerk)
        case.action_show_identity("She forgot the number of her house.")
        self.assertSees(self.clerk)
        identity = self.env["complaint.identity"].with_user(self.clerk)
        identity = identity.search([("ticket_id", "=", self.case.id)])
        identity.write({"address": "鸟笼弄 8 号"})
        self.env.cr.precommit.run()
        self.assertEqual(len(self._rows("identity_shown")), 1)
        self.assertEqual(len(self._rows("identity_changed")), 1)
        case.action_hide_identity()
        self.assertBlind(self.clerk)

    def test_not_the_next_day_and_nobody_else(self):
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        with freeze_time(tomorrow), self.assertRaises(AccessError):
            self.case.with_user(self.clerk).action_show_identity("Still today?")
        colleague = self._new_user(
            "colleague2", "community_complaint.group_complaint_clerk"
        )
        self.team.user_ids += colleague
        for user in (self.handler, colleague):
            with self.assertRaises(AccessError):
                self.case.with_user(user).action_show_identity("Me too.")

    # ----------------------------------------------------------------------
    # The custodian looks
    # ----------------------------------------------------------------------

    def test_custodian_does_not_see_by_opening(self):
        self.assertBlind(self.custodian)
        self.assertTrue(self.case.with_user(self.custodian).identity_may_show)

    def test_custodian_looks_with_a_reason(self):
        action = self.case.with_user(self.custodian).action_show_identity()
        self.assertEqual(action["res_model"], "complaint.vault.wizard")
        self.assertBlind(self.custodian)
        wizard = (
            self.env["complaint.vault.wizard"]
            .with_user(self.custodian)
            .with_context(**action["context"])
            .create({"reason": "Asks for 金丝雀 to be called back"})
        )
        wizard.action_confirm()
        self.assertFalse(wizard.exists())
        self.assertSees(self.custodian)
        row = self._rows("identity_shown")
        self.assertEqual(row.user_id, self.custodian)
        self.assertEqual(
            json.loads(row.details),
            {"reason": "Asks for [complainant] to be called back", "minutes": 10},
        )

    def test_a_look_is_over_after_some_minutes(self):
        self.regulation.identity_minutes = 5
        self._show(self.case)
        self.assertSees(self.custodian)
        self.assertBlind(self.second)
        with freeze_time(fields.Datetime.now() + timedelta(minutes=4)):
            self.assertSees(self.custodian)
        with freeze_time(fields.Datetime.now() + timedelta(minutes=6)):
            self.assertBlind(self.custodian)
            self.env["complaint.identity.view"].sudo()._gc_views()
        self.assertFalse(self.env["complaint.identity.view"].sudo().search([]))

    def test_one_case_at_a_time(self):
        other = self._complaint(**CANARY)
        self._show(other)
        self.assertBlind(self.custodian)

    def test_custodian_corrects(self):
        case = self.case.with_user(self.custodian)
        with self.assertRaisesRegex(UserError, "Only an identity custodian"):
            case.action_correct_identity()
        self._show(self.case)
        action = case.action_correct_identity()
        identity = self.env["complaint.identity"].with_user(self.custodian)
        identity = identity.browse(action["res_id"])
        identity.write({"phone": "021 6688 9900", "occupation": "Teacher"})
        self.assertEqual(self.case.sudo().identity_ids.occupation, "Teacher")
        for user in (self.handler, self.leader, self.manager):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self.case.with_user(user).action_correct_identity()

    def test_hide_now(self):
        self._show(self.case)
        self.case.with_user(self.custodian).action_hide_identity()
        self.assertBlind(self.custodian)

    def test_nobody_grants_oneself_a_look(self):
        clerk = self._new_user("clerk2", "community_complaint.group_complaint_clerk")
        self.team.user_ids += clerk
        for user in (clerk, self.handler, self.leader, self.manager, self.auditor):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self.case.with_user(user).action_show_identity("Curious.")
                views = self.env["complaint.identity.view"].with_user(user)
                with self.assertRaises(AccessError):
                    views.create({"ticket_id": self.case.id, "user_id": user.id})
                with self.assertRaises(AccessError):
                    views.search([])
                self.assertBlind(user)

    def test_custodian_under_conflict(self):
        self._show(self.case)
        self._recuse(self.case.sudo(), self.custodian)
        with self.assertRaises(AccessError):
            self._name(self.custodian)
        with self.assertRaises(AccessError):
            self.case.with_user(self.custodian).action_show_identity("Curious.")

    # ----------------------------------------------------------------------
    # Two people
    # ----------------------------------------------------------------------

    def test_two_people(self):
        item = self._request(hours=2, body="District court")
        self.assertEqual(item.state, "requested")
        self.assertBlind(self.handler)
        item.with_user(self.custodian).action_approve()
        self.assertBlind(self.handler)
        self.case.with_user(self.handler).action_show_identity("For the court.")
        self.assertSees(self.handler)
        self.assertBlind(self.leader)
        for kind, user in (
            ("disclosure_requested", self.handler),
            ("disclosure_approved", self.custodian),
            ("identity_shown", self.handler),
        ):
            self.assertEqual(self._rows(kind).user_id, user, kind)
        self.assertIn("District court", self._rows("disclosure_requested").details)

    def test_who_sees_by_disclosure_does_not_write(self):
        self._request().with_user(self.custodian).action_approve()
        case = self._show(self.case, self.handler)
        with self.assertRaises(AccessError):
            case.complainant_phone = "1"

    def test_it_ends(self):
        item = self._request(hours=1)
        item.with_user(self.custodian).action_approve()
        self._show(self.case, self.handler)
        with freeze_time(fields.Datetime.now() + timedelta(hours=2)):
            self.assertBlind(self.handler)
            with self.assertRaises(AccessError):
                self.case.with_user(self.handler).action_show_identity("Again.")
            self.disclosures.sudo()._cron_end()
        self.assertEqual(item.state, "ended")
        self.assertTrue(self._rows("disclosure_ended"))

    def test_a_look_ends_with_the_disclosure(self):
        item = self._request(hours=1)
        item.with_user(self.custodian).action_approve()
        with freeze_time(fields.Datetime.now() + timedelta(minutes=55)):
            self._show(self.case, self.handler)
            self.assertSees(self.handler)
        with freeze_time(fields.Datetime.now() + timedelta(minutes=61)):
            self.assertBlind(self.handler)

    def test_taken_back_at_once(self):
        item = self._request()
        item.with_user(self.custodian).action_approve()
        self._show(self.case, self.handler)
        item.with_user(self.custodian).action_end()
        self.assertBlind(self.handler)

    def test_not_one_person(self):
        """Neither the requester nor the one who gets to see it approves."""
        own = self._request(self.custodian, user=self.handler)
        for user in (self.handler, self.leader, self.manager):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                own.with_user(user).action_approve()
        with self.assertRaisesRegex(UserError, "Somebody else"):
            own.with_user(self.custodian).action_approve()
        theirs = self._request(self.handler, user=self.custodian)
        with self.assertRaisesRegex(UserError, "Somebody else"):
            theirs.with_user(self.custodian).action_approve()
        theirs.with_user(self.second).action_approve()
        self.assertEqual(theirs.decided_by_id, self.second)

    def test_refused(self):
        item = self._request()
        action = item.with_user(self.custodian).action_refuse()
        self.assertEqual(action["res_model"], "complaint.step.dialog")
        dialog = self.env["complaint.step.dialog"].with_user(self.custodian)
        dialog = dialog.browse(action["res_id"])
        dialog.text = "No legal basis for 金丝雀."
        dialog.action_confirm()
        self.assertEqual(item.state, "refused")
        self.assertEqual(item.decision_note, "No legal basis for [complainant].")
        self.assertFalse(dialog.exists(), "what was typed may name somebody")
        with self.assertRaises(AccessError):
            self.case.with_user(self.handler).action_show_identity("Still.")
        with self.assertRaisesRegex(UserError, "state “Refused”"):
            item.with_user(self.second).action_approve()

    def test_not_to_everybody(self):
        outsider = self._new_user("far", "community_complaint.group_complaint_handler")
        for user, message in (
            (self.auditor, "auditor"),
            (outsider, "no access"),
            (self.employee_user, "no access"),
        ):
            with (
                self.subTest(user=user.login),
                self.assertRaisesRegex(UserError, message),
            ):
                self._request(user=user)
        opened = self._complaint(confidentiality="open")
        with self.assertRaisesRegex(UserError, "kept secret"):
            opened.with_user(self.handler).action_request_disclosure("Why not.")

    def test_conflict_after_approval(self):
        item = self._request()
        item.with_user(self.custodian).action_approve()
        self._show(self.case, self.handler)
        self._recuse(self.case.with_user(self.leader), self.handler)
        with self.assertRaises(AccessError):
            self._name(self.handler)
        self.assertFalse(
            self.disclosures.with_user(self.handler).search([("id", "=", item.id)])
        )

    def test_nobody_writes_disclosures(self):
        item = self._request()
        for user in (self.handler, self.custodian, self.manager):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                item.with_user(user).write({"state": "approved"})
        for vals in ({"state": "approved"}, {"until": "2030-01-01"}, {"hours": 9}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                item.with_user(self.custodian).sudo().write(vals)

    def test_nobody_stands_in_for_a_custodian(self):
        item = self._request(self.leader)
        self.env["complaint.delegation"].create(
            {"user_id": self.second.id, "substitute_id": self.handler.id}
        )
        with self.assertRaises(AccessError):
            item.with_user(self.handler).action_approve()

    def test_a_reason_stays_as_typed(self):
        """Masked, it would tell who complained; the log forgets nobody (THREATS 46)."""
        case = self.case.with_user(self.handler)
        typed = "金丝雀 or 周丽丽 called from 139 1234 5678 or 13600008888"
        case.action_request_disclosure(typed)
        item = self.disclosures.search([], limit=1)
        self.assertEqual(item.reason, typed)
        row = json.loads(self._rows("disclosure_requested").details)
        self.assertEqual(
            row["reason"], "金丝雀 or 周丽丽 called from [phone] or [phone]"
        )

    def test_who_is_told(self):
        before = self.env["mail.notification"].sudo().search([])
        item = self._request()
        told = (self.env["mail.notification"].sudo().search([]) - before).res_partner_id
        self.assertEqual(told, (self.custodian + self.second).partner_id)
        item.with_user(self.custodian).action_approve()
        now = (self.env["mail.notification"].sudo().search([]) - before).res_partner_id
        self.assertEqual(now - told, self.handler.partner_id)

    def test_deciders_under_conflict_are_not_told(self):
        self._recuse(self.case.sudo(), self.second)
        before = self.env["mail.notification"].sudo().search([])
        self._request()
        told = (self.env["mail.notification"].sudo().search([]) - before).res_partner_id
        self.assertEqual(told, self.custodian.partner_id)

    def test_who_reads_them(self):
        item = self._request()
        for user, sees in (
            (self.handler, True),
            (self.custodian, True),
            (self.auditor, True),
            (self.clerk, False),
            (self.leader, False),
        ):
            found = self.disclosures.with_user(user).search([("id", "=", item.id)])
            self.assertEqual(bool(found), sees, user.login)


@tagged("post_install", "-at_install")
class TestSession(HttpCase, ComplaintCommon):
    """What is shown in one session is not shown in another one of the same person."""

    def _name(self, ticket):
        params = {
            "model": "helpdesk.ticket",
            "method": "read",
            "args": [ticket.ids, ["complainant_name"]],
            "kwargs": {},
        }
        answer = self.url_open("/web/dataset/call_kw", json={"params": params}).json()
        return answer["result"][0]["complainant_name"]

    def test_other_session(self):
        self.custodian.company_ids += self.env.ref("base.main_company")
        ticket = self._complaint(**CANARY)
        self.env.flush_all()
        self.authenticate(self.custodian.login, self.custodian.login)
        params = {
            "model": "helpdesk.ticket",
            "method": "action_show_identity",
            "args": [ticket.ids, "Call back."],
            "kwargs": {},
        }
        answer = self.url_open("/web/dataset/call_kw", json={"params": params}).json()
        self.assertNotIn("error", answer)
        self.assertEqual(self._name(ticket), CANARY["complainant_name"])
        self.authenticate(self.custodian.login, self.custodian.login)
        self.assertNotEqual(self._name(ticket), CANARY["complainant_name"])

    def test_calls_without_a_session_share_nothing(self):
        """Finding 1.47: a look by XML-RPC is shown to that call, to no other."""
        self.custodian.company_ids += self.env.ref("base.main_company")
        ticket = self._complaint(**CANARY)
        self.env.flush_all()

        def call(model, method, *args):
            return self.xmlrpc_object.execute(
                self.env.cr.dbname,
                self.custodian.id,
                self.custodian.login,
                model,
                method,
                *args,
            )

        call("helpdesk.ticket", "action_show_identity", ticket.ids, "Call back.")
        views = self.env["complaint.identity.view"].sudo()
        self.assertEqual(views.search([]).user_id, self.custodian)
        [seen] = call("helpdesk.ticket", "read", ticket.ids, ["complainant_name"])
        self.assertEqual(seen["complainant_name"], f"Complainant of {ticket.number}")
        self.assertFalse(call("complaint.identity", "search", []))
