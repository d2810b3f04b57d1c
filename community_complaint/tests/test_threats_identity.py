"""THREATS 1-7, 9, 20, 24: who complained, on every path through the base."""

import re

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .common import CANARY, ROLES, ComplaintCommon
from .test_canary import CanarySweep
from .wire_common import Wire


@tagged("post_install", "-at_install")
class TestThreatsIdentity(Wire, ComplaintCommon, CanarySweep):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.resident = new_test_user(
            cls.env,
            "resident.complaint",
            "base.group_portal",
            name=CANARY["complainant_name"],
            email=CANARY["complainant_email"],
        )
        cls.case = cls._complaint(
            complainant_partner_id=cls.resident.partner_id.id, **CANARY
        )
        cls.other = new_test_user(cls.env, "other.complaint", "base.group_portal")
        cls.admin = cls._new_user("admin", "base.group_system,base.group_erp_manager")
        cls.team_it = cls.env["helpdesk.ticket.team"].create(
            {"name": "IT", "company_id": cls.company.id}
        )
        cls.ordinary = cls.env["helpdesk.ticket"].create(
            {
                "name": "Printer jam",
                "description": "x",
                "team_id": cls.team_it.id,
                "partner_id": cls.other.partner_id.id,
            }
        )

    def _everybody(self):
        """Return all readers but the custodian: roles, employee, administrator."""
        roles = [getattr(self, role) for role in ROLES if role != "custodian"]
        return [*roles, self.employee_user, self.admin]

    # ----------------------------------------------------------------------
    # 1: the identity is its own record
    # ----------------------------------------------------------------------

    def test_threat_01_the_case_has_no_contact(self):
        self.assertFalse(self.case.partner_id or self.case.commercial_partner_id)
        self.assertFalse(self.case.partner_name or self.case.partner_email)
        for name in ("partner_name", "partner_email", "partner_id"):
            value = self.resident.partner_id.id if name == "partner_id" else "金丝雀"
            with self.subTest(name=name), self.assertRaises(UserError):
                self.case.with_user(self.clerk).write({name: value})

    def test_threat_01_searching_is_no_oracle(self):
        """No domain through the case, its parts or contacts tells who complained."""
        for user in self._everybody():
            env = self.env(user=user)
            for model, domain in self._oracles():
                if not env[model].has_access("read"):
                    continue
                with self.subTest(user=user.login, model=model, domain=domain):
                    try:
                        found = env[model].search_count(domain)
                    except (AccessError, ValueError):
                        continue
                    self.assertFalse(found)

    def _oracles(self):
        """Yield models and domains that would match by the identity."""
        values = {
            "name": CANARY["complainant_name"],
            "phone": CANARY["complainant_phone"],
            "email": CANARY["complainant_email"],
            "phone_key": CANARY["complainant_phone"],
            "partner_id": self.resident.partner_id.id,
        }
        for name, value in values.items():
            leaf = Domain(name, "=", value)
            yield "complaint.identity", leaf
            yield "helpdesk.ticket", Domain(f"identity_ids.{name}", "=", value)
            yield "helpdesk.ticket", Domain("identity_ids", "any", leaf)
            for part in ("complaint.notice", "complaint.respondent", "complaint.log"):
                path = f"ticket_id.identity_ids.{name}"
                yield part, Domain(path, "=", value)
        partner = Domain("id", "=", self.resident.partner_id.id)
        for name, field in self.env["res.partner"]._fields.items():
            if field.comodel_name == "helpdesk.ticket":
                yield "res.partner", partner & Domain(name, "in", self.case.ids)
        yield (
            "res.partner",
            partner & Domain("message_ids.model", "=", "helpdesk.ticket"),
        )

    def test_threat_01_the_oracles_are_real(self):
        """The same domains do find the case for the office's own service."""
        found = [
            bool(self.env[model].sudo().search_count(domain))
            for model, domain in self._oracles()
            if model in ("complaint.identity", "helpdesk.ticket")
        ]
        self.assertTrue(all(found) and found)

    # ----------------------------------------------------------------------
    # 2: who created and who wrote
    # ----------------------------------------------------------------------

    def test_threat_02_mail_is_taken_in_by_the_service(self):
        """A mail in a resident's name leaves no trace of the resident's user."""
        self.team.alias_id.write(
            {"alias_name": "tousu", "alias_domain_id": self._alias_domain().id}
        )
        raw = (
            f"From: {CANARY['complainant_name']} <{CANARY['complainant_email']}>\n"
            "To: tousu@office.example\nSubject: Noise\nMessage-Id: <1@x.example>\n\n"
            "It is loud.\n"
        )
        # the gateway keeps every mail in a transaction of its own
        self.registry_enter_test_mode()
        case_id = self.env["mail.thread"].message_process(None, raw)
        case = self.env["helpdesk.ticket"].browse(case_id)
        self.assertTrue(case.is_complaint)
        self.assertNoUser(case, self.resident)

    def assertNoUser(self, case, user):
        """No row about a case names a user or contact."""
        self.env.flush_all()
        for table, column in (
            ("helpdesk_ticket", "id"),
            ("complaint_deadline", "ticket_id"),
            ("mail_message", "res_id"),
            ("mail_activity", "res_id"),
            ("mail_followers", "res_id"),
        ):
            for row in self._rows(table, column, case.id):
                people = {row.get("create_uid"), row.get("write_uid")}
                self.assertNotIn(user.id, people, table)
                contacts = {row.get("author_id"), row.get("partner_id")}
                self.assertNotIn(user.partner_id.id, contacts, table)

    def _rows(self, table, column, value):
        self.env.cr.execute(
            SQL(
                "SELECT * FROM %s WHERE %s = %s",
                SQL.identifier(table),
                SQL.identifier(column),
                value,
            )
        )
        return self.env.cr.dictfetchall()

    def _alias_domain(self):
        domain = self.env["mail.alias.domain"].search([], limit=1)
        return domain or domain.create({"name": "office.example"})

    # ----------------------------------------------------------------------
    # 3: followers, notifications, ratings
    # ----------------------------------------------------------------------

    def _mail_rows(self, ticket):
        """Make a row of each kind about a ticket and return them, as superuser."""
        ticket.sudo().message_subscribe(self.handler.partner_id.ids)
        message = ticket.sudo().message_post(
            body="Hello", partner_ids=self.handler.partner_id.ids
        )
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "res_id": ticket.id,
                "rating": 5,
                "partner_id": self.other.partner_id.id,
            }
        )
        followers = self.env["mail.followers"].search(
            [("res_model", "=", "helpdesk.ticket"), ("res_id", "=", ticket.id)]
        )
        return [followers, message.notification_ids, rating]

    def test_threat_03_mail_tables_are_closed(self):
        rows = self._mail_rows(self.case)
        self.assertTrue(all(rows))
        outsider = self._new_user("far", "community_complaint.group_complaint_handler")
        for user in (self.employee_user, self.admin, self.other, outsider):
            for records in rows:
                own = self.env[records._name].with_user(user)
                if not own.has_access("read"):
                    continue
                with self.subTest(user=user.login, model=records._name):
                    domain = [("id", "in", records.ids)]
                    self.assertFalse(own.search_count(domain))
                    self.assertFalse(own._read_group(domain, [], ["__count"])[0][0])
                    with self.assertRaises(AccessError):
                        own.browse(records.ids).read(["display_name"])
        for records in rows:
            own = records.with_user(self.handler)
            self.assertEqual(own._filtered_access("read"), own)

    def test_threat_03_ordinary_tickets_as_ever(self):
        for records in self._mail_rows(self.ordinary):
            own = records.with_user(self.employee_user)
            self.assertEqual(own._filtered_access("read"), own, records._name)

    def test_threat_03_conflict_closes_them_again(self):
        rows = self._mail_rows(self.case)
        self._recuse(self.case.with_user(self.leader), self.handler)
        for records in rows:
            kept = self.env[records._name].browse(records.ids).exists()
            self.assertFalse(kept.with_user(self.handler)._filtered_access("read"))

    def test_threat_03_outsiders_do_not_follow(self):
        partners = self.resident.partner_id + self.other.partner_id
        self.case.sudo().message_subscribe(partners.ids)
        self.assertFalse(self.case.message_partner_ids & partners)
        self.ordinary.message_subscribe(partners.ids)
        self.assertEqual(self.ordinary.message_partner_ids & partners, partners)

    def test_threat_03_no_title_in_names(self):
        self.assertEqual(self.case.display_name, self.case.number)

    # ----------------------------------------------------------------------
    # 4, 5: authors and mails
    # ----------------------------------------------------------------------

    def test_threat_04_the_author_is_nobody_in_particular(self):
        message = self.case._post_from_complainant("It is loud again.")
        proxy = self.env.ref("community_complaint.partner_complainant")
        self.assertEqual(message.author_id, proxy)
        values = str(message.read(["author_id", "email_from", "reply_to", "body"]))
        self.assertNoCanary(values, "message")
        self.assertNotIn(str(self.resident.partner_id.id), str(message.author_id.ids))

    def test_threat_05_mails_tell_nothing_but_the_address(self):
        self.company.email = "office@office.example"
        self.case.with_user(self.handler).action_write_to_complainant("Come on Monday.")
        [outgoing] = [
            message
            for _content, message in self._received()
            if CANARY["complainant_email"] in message["To"]
        ]
        headers = {
            name: value for name, value in outgoing.items() if name.lower() != "to"
        }
        self.assertNoCanary(headers, "headers")
        self.assertFalse({"X-Msg-To-Add", "References", "In-Reply-To"} & set(headers))
        self.assertNoCanary(outgoing.get_body(("plain",)).get_content(), "body")
        self.assertNotIn(self.case.name, outgoing["Subject"])

    # ----------------------------------------------------------------------
    # 6, 7: tracking, suggestions, mentions
    # ----------------------------------------------------------------------

    def test_threat_06_nothing_of_the_vault_is_tracked(self):
        for model in ("complaint.identity", "complaint.disclosure"):
            tracked = [
                name
                for name, field in self.env[model]._fields.items()
                if getattr(field, "tracking", None)
            ]
            self.assertFalse(tracked, model)
        ticket = self.env["helpdesk.ticket"]
        tracked = {
            name
            for name, field in ticket._fields.items()
            if getattr(field, "tracking", None)
        }
        self.assertFalse({name for name in tracked if name.startswith("complainant_n")})
        self._show(self.case).identity_ids.phone = "13987654321"
        self.env.cr.flush()
        values = self.env["mail.tracking.value"].sudo().search([])
        self.assertNoCanary(
            values.read(["old_value_char", "new_value_char"]), "tracking"
        )

    def test_threat_07_no_suggestion(self):
        suggested = self.case.with_user(
            self.handler
        )._message_get_suggested_recipients()
        self.assertNoCanary(suggested, "suggestions")
        partners = [item.get("partner_id") for item in suggested]
        self.assertNotIn(self.resident.partner_id.id, partners)

    def test_threat_07_mentioning_tells_nothing(self):
        """The complainant is treated like any other outsider: neither is notified."""
        for partner in (self.resident + self.other).partner_id:
            message = self.case.with_user(self.handler).message_post(
                body="@you", partner_ids=partner.ids
            )
            self.assertFalse(message.sudo().notification_ids)
            self.assertNotIn(partner, self.case.sudo().message_partner_ids)
        message = self.case.with_user(self.handler).message_post(
            body="@you", partner_ids=self.clerk.partner_id.ids
        )
        notified = message.sudo().notification_ids.res_partner_id
        self.assertEqual(notified, self.clerk.partner_id)

    def test_threat_07_ordinary_tickets_as_ever(self):
        suggested = self.ordinary._message_get_suggested_recipients()
        partners = [item.get("partner_id") for item in suggested]
        self.assertIn(self.other.partner_id.id, partners)
        message = self.ordinary.message_post(
            body="@you", partner_ids=self.other.partner_id.ids
        )
        self.assertEqual(message.notification_ids.res_partner_id, self.other.partner_id)

    # ----------------------------------------------------------------------
    # 9: the base's token
    # ----------------------------------------------------------------------

    def test_threat_09_no_token(self):
        case = self.case.with_user(self.handler)
        self.assertFalse(case._portal_ensure_token())
        case._get_share_url()
        case.get_portal_url()
        self.assertFalse(self.case.sudo().access_token)
        for value in ("0" * 36, "x"):
            with self.assertRaises(UserError):
                case.write({"access_token": value})
        made = self._complaint(access_token="0" * 36)
        self.assertFalse(made.sudo().access_token)
        self.assertTrue(self.ordinary._portal_ensure_token())

    # ----------------------------------------------------------------------
    # 20: scheduled actions tell everybody only what they may know
    # ----------------------------------------------------------------------

    def test_threat_20_alerts_are_for_who_may_read(self):
        """Requests for disclosure reach no custodian who is kept away or elsewhere."""
        far = self.env["res.company"].create({"name": "Far away"})
        foreign = new_test_user(
            self.env,
            "foreign.custodian",
            "community_complaint.group_complaint_custodian",
            company_id=far.id,
            company_ids=[Command.set(far.ids)],
        )
        kept_away = self._new_user(
            "away", "community_complaint.group_complaint_custodian"
        )
        self._recuse(self.case.sudo(), kept_away)
        notifications = self.env["mail.notification"].sudo()
        before = notifications.search([])
        self.case.with_user(self.handler).action_request_disclosure("The court asks.")
        told = (notifications.search([]) - before).res_partner_id
        self.assertIn(self.custodian.partner_id, told)
        self.assertFalse(told & (foreign + kept_away).partner_id)

    # ----------------------------------------------------------------------
    # 24: roles
    # ----------------------------------------------------------------------

    def _granted(self, kind="group_granted"):
        return self.env["complaint.log"].search(
            [("kind", "=", kind), ("company_id", "=", self.company.id)], limit=1
        )

    def _alerts(self, change):
        """Return who is told by a change."""
        notifications = self.env["mail.notification"].sudo()
        before = notifications.search([])
        change()
        return (notifications.search([]) - before).res_partner_id

    def test_threat_24_an_administrator_helps_himself(self):
        group = self.env.ref("community_complaint.group_complaint_custodian")
        admin = self.admin.with_user(self.admin)
        told = self._alerts(
            lambda: admin.write({"group_ids": [Command.link(group.id)]})
        )
        self.assertLessEqual((self.custodian + self.auditor).partner_id, told)
        self.assertNotIn(self.admin.partner_id, told)
        row = self._granted()
        self.assertEqual(row.user_id, self.admin)
        self.assertEqual(row.details, '{"person":"admin.complaint","role":"custodian"}')

    def test_threat_24_every_way_to_get_a_role(self):
        custodian = self.env.ref("community_complaint.group_complaint_custodian")
        helper = self.env["res.groups"].create({"name": "Harmless"})
        ways = {
            "group": lambda user: custodian.write({"user_ids": [(4, user.id)]}),
            "recordset": lambda user: custodian.__setattr__(
                "user_ids", custodian.user_ids + user
            ),
            "implied": lambda user: (
                user.write({"group_ids": [(4, helper.id)]}),
                helper.write({"implied_ids": [(4, custodian.id)]}),
            ),
            "member of a group that implies": lambda user: user.write(
                {"group_ids": [(4, helper.id)]}
            ),
            "new group": lambda user: self.env["res.groups"].create(
                {
                    "name": "New",
                    "implied_ids": [(4, custodian.id)],
                    "user_ids": [(4, user.id)],
                }
            ),
        }
        for number, (way, change) in enumerate(ways.items()):
            user = self._new_user(f"rising{number}", "base.group_user")
            with self.subTest(way=way):
                told = self._alerts(lambda change=change, user=user: change(user))
                self.assertTrue(
                    user.has_group(custodian.get_external_id()[custodian.id])
                )
                self.assertIn(user.login, self._granted().details)
                self.assertIn(self.custodian.partner_id, told)
        fresh = self._new_user("fresh", "community_complaint.group_complaint_auditor")
        self.assertIn(fresh.login, self._granted().details)

    def test_threat_24_taking_away_is_logged(self):
        group = self.env.ref("community_complaint.group_complaint_custodian")
        self.custodian.write({"group_ids": [Command.unlink(group.id)]})
        self.assertIn(self.custodian.login, self._granted("group_revoked").details)

    def test_threat_24_ordinary_roles_cost_nothing(self):
        told = self._alerts(
            lambda: self.employee_user.write(
                {"group_ids": [Command.link(self.env.ref("base.group_no_one").id)]}
            )
        )
        self.assertFalse(told)

    # ----------------------------------------------------------------------
    # 10: tables of the server
    # ----------------------------------------------------------------------

    def test_threat_10_no_table_for_addresses(self):
        """No table of ours has a column in which an address would be kept."""
        self.env.cr.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_name LIKE 'complaint%' AND table_schema = 'public'"
        )
        found = [
            row
            for row in self.env.cr.fetchall()
            if re.search(r"(^|_)(ip|addr|remote|user_agent|referr?er)(_|$)", row[1])
        ]
        self.assertFalse(found)
