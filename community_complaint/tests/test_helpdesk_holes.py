"""The known defects of the helpdesk underneath, closed for complaints (DESIGN §2)."""

import logging
from urllib.parse import urlencode

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestHelpdeskHoles(ComplaintCommon):
    def test_portal_shares_nothing_in_the_company(self):
        """The base shows a ticket to everybody of the customer's company."""
        company = self.env["res.partner"].create({"name": "Shop", "is_company": True})
        users = [
            new_test_user(self.env, f"{name}.shop", "base.group_portal")
            for name in ("one", "two")
        ]
        for user in users:
            user.partner_id.parent_id = company
        ticket = self._complaint(complainant_partner_id=users[0].partner_id.id)
        self.assertFalse(ticket.sudo().partner_id)
        ticket.sudo().message_subscribe([company.id, users[0].partner_id.id])
        for user in users:
            tickets = self.env["helpdesk.ticket"].with_user(user)
            self.assertFalse(tickets.search([("id", "=", ticket.id)]))
            self.assertFalse(tickets.search_count([("is_complaint", "=", True)]))
        self.assertFalse(ticket.sudo().message_partner_ids)
        found = self.env["res.partner"].search(
            [("helpdesk_ticket_ids", "=", ticket.id)]
        )
        self.assertFalse(found)

    def test_readers_do_not_post(self):
        """``_mail_post_access`` lets readers of a ticket write on it."""
        ticket = self._complaint()
        for user in (self.auditor, self.publisher):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                ticket.with_user(user).message_post(body="x")
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                ticket.with_user(user).activity_schedule(
                    "mail.mail_activity_data_todo", user_id=user.id
                )
        self.assertTrue(ticket.with_user(self.handler).message_post(body="x"))

    def test_date_of_closing_goes_when_reopened(self):
        ticket = self._to(self._complaint(), "closed")
        self.assertTrue(ticket.closed_date)
        ticket.with_user(self.leader).action_reopen("New facts.")
        self.assertFalse(ticket.closed_date)

    def test_lower_groups_read_the_kinds(self):
        """Everybody who works on tickets reads the list of their kinds."""
        agents = [
            self._new_user(group, f"helpdesk_mgmt.group_helpdesk_{group}")
            for group in ("user_own", "user_team")
        ]
        for user in (self.clerk, self.handler, self.auditor, *agents):
            with self.subTest(user=user.login):
                kinds = self.env["helpdesk.ticket.type"].with_user(user)
                self.assertTrue(kinds.search_count([]))

    def test_nobody_marks_complaints_as_duplicates(self):
        """The number of a case would show on another one, also to who is kept away."""
        ticket, other = self._complaint(), self._complaint()
        for case, duplicate in ((ticket, other), (other, self._ordinary())):
            with self.assertRaisesRegex(UserError, "(?i)duplicate"):
                case.sudo().duplicate_id = duplicate
        with self.assertRaisesRegex(UserError, "(?i)duplicate"):
            self._ordinary().duplicate_id = ticket

    def _ordinary(self):
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "IT", "company_id": self.company.id}
        )
        return self.env["helpdesk.ticket"].create(
            {"name": "Printer", "description": "<p>Jam</p>", "team_id": team.id}
        )

    def test_ordinary_duplicates_as_ever(self):
        first, second = self._ordinary(), self._ordinary()
        second.duplicate_id = first
        self.assertEqual(first.duplicate_count, 1)


@tagged("post_install", "-at_install")
class TestHelpdeskHolesPages(HttpCase, ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.resident = new_test_user(cls.env, "resident.holes", "base.group_portal")
        cls.ticket = cls._complaint(complainant_partner_id=cls.resident.partner_id.id)
        cls.done = cls.env["helpdesk.ticket.stage"].create(
            {"name": "Done here", "closed": True, "close_from_portal": True}
        )
        cls.helpdesk = cls.env["helpdesk.ticket.team"].create(
            {"name": "IT", "company_id": cls.resident.company_id.id}
        )
        cls.ordinary = cls.env["helpdesk.ticket"].create(
            {
                "name": "Printer",
                "description": "<p>Jam</p>",
                "team_id": cls.helpdesk.id,
                "partner_id": cls.resident.partner_id.id,
            }
        )

    def setUp(self):
        super().setUp()
        self.authenticate("resident.holes", "resident.holes")

    # ----------------------------------------------------------------------
    # Closing by a link
    # ----------------------------------------------------------------------

    def test_nobody_closes_a_complaint_by_a_link(self):
        """In whatever way the number is written; the base reads it with ``int``."""
        number = str(self.ticket.id)
        # also by a stage of the desk that somebody opened to the portal
        stage = self.env["helpdesk.ticket.stage"].browse(
            self.team._complaint_stage_id("withdrawn")
        )
        stage.close_from_portal = True
        arabic = "".join(chr(0x660 + int(digit)) for digit in number)
        for stage_id in (self.done.id, stage.id):
            for way in (number, f" {number} ", f"+{number}", f"0{number}", arabic):
                page = self.url_open(
                    "/ticket/close?" + self._query(ticket_id=way, stage_id=stage_id)
                )
                self.assertEqual(page.status_code, 404, way)
        self.env.invalidate_all()
        self.assertEqual(self.ticket.phase, "registered")

    def test_closing_with_nonsense(self):
        for values in (
            {},
            {"ticket_id": "abc", "stage_id": self.done.id},
            {"ticket_id": self.ordinary.id, "stage_id": "x"},
            {"ticket_id": 10**30, "stage_id": self.done.id},
            {"ticket_id": "\x00", "stage_id": "-1"},
        ):
            page = self.url_open("/ticket/close?" + self._query(**values))
            self.assertEqual(page.status_code, 404, values)

    def test_ordinary_tickets_close_as_ever(self):
        self.url_open(
            "/ticket/close?"
            + self._query(ticket_id=self.ordinary.id, stage_id=self.done.id)
        )
        self.env.invalidate_all()
        self.assertEqual(self.ordinary.stage_id, self.done)

    # ----------------------------------------------------------------------
    # Pages and tokens
    # ----------------------------------------------------------------------

    def test_page_of_a_complaint(self):
        page = self.url_open(f"/my/ticket/{self.ticket.id}")
        self.assertNotIn(self.ticket.number, page.text)
        self.assertNotIn("Drilling", page.text)
        self.assertNotIn(self.ticket.number, self.url_open("/my/tickets").text)

    def test_files_of_notes_get_no_public_key(self):
        """The base mints keys for files of internal notes when the page is looked at."""
        note = self.ticket.message_post(body="Note", attachments=[("a.txt", b"inside")])
        file = note.attachment_ids
        self.url_open(f"/my/ticket/{self.ticket.id}")
        self.env.invalidate_all()
        self.assertFalse(file.access_token)
        self.logout()
        for url in (f"/web/content/{file.id}", f"/web/content/{file.id}?access_token="):
            self.assertNotIn(b"inside", self.url_open(url).content)

    def test_threat_9_a_token_in_the_table_opens_nothing(self):
        """Whoever wrote a token past the ORM, or before the upgrade, gains nothing."""
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET access_token = 'known' WHERE id = %s",
            (self.ticket.id,),
        )
        self.env.invalidate_all()
        self.logout()
        before = len(self.ticket.message_ids)
        for url in (
            f"/my/ticket/{self.ticket.id}?access_token=known",
            f"/my/ticket/{self.ticket.id}/known",
            f"/mail/view?model=helpdesk.ticket&res_id={self.ticket.id}"
            "&access_token=known",
        ):
            self.assertNotIn(self.ticket.number, self.url_open(url).text)
        params = {"thread_model": "helpdesk.ticket", "thread_id": self.ticket.id}
        for route, more in (
            ("/mail/chatter_init", {"token": "known"}),
            ("/mail/chatter_fetch", {"token": "known"}),
            (
                "/mail/message/post",
                {"token": "known", "post_data": {"body": "As the customer"}},
            ),
        ):
            with self.subTest(route=route):
                answer = self._json(route, **params, **more)
                self.assertNotIn("Drilling", answer)
                self.assertNotIn(self.ticket.number, answer)
        self.env.invalidate_all()
        self.assertEqual(len(self.ticket.message_ids), before)

    def _json(self, route, **params):
        logging.getLogger("odoo.http").setLevel(logging.CRITICAL)
        try:
            return self.url_open(route, json={"params": params}).text
        finally:
            logging.getLogger("odoo.http").setLevel(logging.NOTSET)

    # ----------------------------------------------------------------------
    # The form; parameters see the portal add-on
    # ----------------------------------------------------------------------

    def _submit(self, method="POST", **values):
        data = {"csrf_token": self.csrf(), **values}
        if method == "GET":
            return self.url_open("/submitted/ticket?" + self._query(**data))
        return self.url_open("/submitted/ticket", data=data)

    def csrf(self):
        return (
            self.url_open("/new/ticket")
            .text.split('name="csrf_token"')[1]
            .split('"')[1]
        )

    def _query(self, **values):
        return urlencode(values)

    def test_threat_14_no_ticket_by_a_link(self):
        before = self.env["helpdesk.ticket"].search_count([])
        self._submit("GET", subject="Screen", description="Black")
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before)

    def test_no_complaint_by_the_helpdesks_form(self):
        """It would be taken without what the regulation asks for."""
        company = self.resident.company_id
        company.write({"helpdesk_mgmt_portal_select_team": True})
        self.team.show_in_portal = True
        page = self.url_open("/new/ticket")
        self.assertNotIn(f'value="{self.team.id}"', page.text)
        before = self.env["helpdesk.ticket"].search_count([])
        page = self._submit(subject="Noise", description="Loud", team=self.team.id)
        # with the portal the screens of a complaint, without it nothing
        led = page.status_code == 404 or "/my/complaints/new" in page.url
        self.assertTrue(led, page.url)
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before)
