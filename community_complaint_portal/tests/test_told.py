import re
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.community_complaint.tests.wire_common import WireCommon

from .common import PortalCommon

_NEWS = "We come on Monday at nine."


class ToldCommon(PortalCommon, WireCommon):
    """What leaves the house, with the portal installed."""

    def _write(self, ticket, **vals):
        ticket.with_user(self.clerk).action_write_to_complainant(_NEWS, **vals)
        return self._told(ticket)[-1]

    def _link(self):
        """Return the path of the link in the one mail to a resident that arrives."""
        [message] = [
            message
            for _bytes, message in self._received()
            if "@resident" in message["To"]
        ]
        self.text = message.get_body(("plain",)).get_content()
        return re.search(r"https?://[^/\s]+(/complaints/told/[\w-]{43})", self.text)[1]


@tagged("post_install", "-at_install")
class TestTold(ToldCommon):
    """The link in a message, as somebody without an account opens it."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.ticket = self._complaint(complainant_email="li@resident.example")
        self.dispatch = self._write(self.ticket)
        self.link = self._link()

    def test_number_and_link(self):
        self.assertIn(self.ticket.number, self.text)
        self.assertNotIn(_NEWS, self.text)
        self.assertEqual(self.ticket.confidentiality, "confidential")

    def test_opening_it_is_not_reading_it(self):
        for _scanner in range(2):
            page = self.get(self.link)
            self.assertEqual(page.status_code, 200)
            self.assertIn(_NEWS, self.shown(page))
            self.assertIn(self.ticket.number, self.shown(page))
            self.assertIn(self.company.name, self.shown(page))
        self.env.invalidate_all()
        self.assertEqual(self.dispatch.state, "sent")
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")

    def test_the_button_says_that_it_was_read(self):
        self.assertIn("I have read it", self.shown(self.get(self.link)))
        page = self.post(f"{self.link}/read")
        self.assertIn("knows that you have read it", self.shown(page))
        self.env.invalidate_all()
        self.assertEqual(self.dispatch.state, "read")
        self.assertTrue(self.dispatch.read_date)
        # a second tap
        self.assertEqual(self.post(f"{self.link}/read").status_code, 200)

    def test_staff_do_not_read_it_for_the_complainant(self):
        """Finding S12: a clerk opened the link and the paper counted as served."""
        self.clerk.company_ids += self.env.ref("base.main_company")
        self.authenticate(self.clerk.login, self.clerk.login)
        self.post(f"{self.link}/read")
        self.env.invalidate_all()
        self.assertEqual(self.dispatch.state, "sent")

    def test_only_by_the_form(self):
        self.assertIn(self.get(f"{self.link}/read").status_code, (303,))
        with mute_logger("odoo.http"):
            self.url_open(f"{self.link}/read", data={"csrf_token": "x"})
        self.env.invalidate_all()
        self.assertEqual(self.dispatch.state, "sent")

    def test_only_its_hash_is_kept(self):
        token = self.link.rpartition("/")[2]
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT 1 FROM complaint_dispatch t WHERE t::text LIKE %s", [f"%{token}%"]
        )
        self.assertFalse(self.env.cr.fetchall())
        self.assertTrue(self.dispatch.sudo().link_until)

    def test_over(self):
        """Too old, taken back, or made up: how it goes on, and nothing else."""
        with freeze_time(fields.Datetime.now() + timedelta(days=61)):
            self._assert_over(self.link, 410)
        self._assert_over(self.link[:-1] + "_", 404)
        self._assert_over("/complaints/told/x", 404)
        self.dispatch._do_step("fail", "5.1.1")
        self.env.flush_all()
        self._assert_over(self.link, 410)

    def test_links_of_years_ago_are_forgotten(self):
        for days, kept in ((400, True), (430, False)):
            with freeze_time(fields.Datetime.now() + timedelta(days=days)):
                self.dispatch._gc_links()
            self.assertEqual(bool(self.dispatch.sudo().link_hash), kept)
        self.env.flush_all()
        self._assert_over(self.link, 404)

    def _assert_over(self, link, status):
        page = self.get(link)
        self.assertEqual(page.status_code, status)
        self.assertIn("/complaints/track", page.text)
        for telling in (_NEWS, self.ticket.number):
            self.assertNotIn(telling, page.text)
        self.assertEqual(self.get(f"{link}/paper").status_code, status)

    def test_a_paper_is_served_by_the_reader(self):
        """Its bytes are those that were issued; the button ends the service."""
        self.regulation.confidentiality = "open"
        self.ticket.action_accept()
        voucher = self.ticket.notice_ids
        self._force(voucher.dispatch_ids, duty="serve")
        link = self._link()
        self.env.invalidate_all()
        self.assertEqual(voucher.state, "issued")
        paper = self.get(f"{link}/paper")
        self.assertEqual(paper.content, voucher.pdf_attachment_id.raw)
        self.env.invalidate_all()
        self.assertEqual(voucher.state, "issued")
        self.post(f"{link}/read")
        self.env.invalidate_all()
        self.assertEqual(voucher.state, "served")

    def test_no_log_has_the_link(self):
        with self.assertLogs("odoo.http", "WARNING") as logs:
            self.url_open(f"{self.link}/read", data={"csrf_token": "x"})
        self.assertIn("/complaints/told/…/read", "\n".join(logs.output))
        self.assertNotIn(self.link.rpartition("/")[2], "\n".join(logs.output))


@tagged("post_install", "-at_install")
class TestInbox(ToldCommon):
    """The portal as a channel."""

    def test_who_chose_it_is_told_outside(self):
        """By number and link, in an open case as well."""
        ticket = self._own_complaint(
            complainant_email="han@resident.example",
            tell_by="portal",
            confidentiality="open",
        )
        dispatch = self._write(ticket)
        self.assertEqual(dispatch.channel, "portal")
        self.assertTrue(self._link())
        self.assertNotIn(_NEWS, self.text)
        self.assertEqual(dispatch.state, "delivered")
        self.assertTrue(dispatch.is_met)

    def test_the_message_outside_is_refused(self):
        self.sink.refusals["RCPT TO:<han@resident.example>"] = "550 5.1.1 unknown"
        ticket = self._own_complaint(
            complainant_email="han@resident.example", tell_by="portal"
        )
        dispatch = self._write(ticket)
        self._deliver()
        self.assertEqual(dispatch.state, "failed")
        self.assertTrue(dispatch.next_dispatch_id)

    def test_the_owner_opens_it(self):
        ticket = self._own_complaint(tell_by="portal")
        dispatch = self._write(ticket)
        self._deliver()
        # nobody could be told outside: it counts once it is opened
        self.assertEqual((dispatch.state, dispatch.is_met), ("sent", False))
        self.sign_in(self.neighbour)
        self.get(self.page_of(ticket))
        self.env.invalidate_all()
        self.assertEqual(dispatch.state, "sent")
        self.sign_in(self.resident)
        self.assertIn("New message", self.get("/my/complaints").text)
        self.assertIn(_NEWS, self.get(self.page_of(ticket)).text)
        self.assertNotIn("New message", self.get("/my/complaints").text)
        self.env.invalidate_all()
        self.assertEqual((dispatch.state, dispatch.is_met), ("read", True))

    def test_who_left_a_code_only(self):
        """What lies in the inbox is told; opening the case by the code is reading it."""
        self.regulation.allow_anonymous = True
        ticket = self._complaint(
            confidentiality="anonymous",
            complainant_name=False,
            complainant_phone=False,
        )
        code = "1234567890123456"
        self.env["complaint.receipt"]._issue(ticket, code)
        dispatch = self._write(ticket)
        self.assertEqual(dispatch.channel, "portal")
        self._deliver()
        self.assertEqual((dispatch.state, dispatch.is_met), ("delivered", True))
        self.authenticate(None, None)
        page = self.post("/complaints/track", {"code": code})
        self.assertIn(_NEWS, page.text)
        self.env.invalidate_all()
        self.assertEqual(dispatch.state, "read")

    def test_staff_do_not_open_it_for_who_left_a_code(self):
        self.clerk.company_ids += self.env.ref("base.main_company")
        ticket = self._complaint(tell_by="portal")
        code = "1234567890123456"
        self.env["complaint.receipt"]._issue(ticket, code)
        dispatch = self._write(ticket)
        self._deliver()
        state = dispatch.state
        self.authenticate(self.clerk.login, self.clerk.login)
        page = self.post("/complaints/track", {"code": code})
        self.assertIn(_NEWS, page.text)
        self.env.invalidate_all()
        self.assertEqual(dispatch.state, state)
        self.assertNotEqual(state, "read")

    def test_a_paper_is_confirmed(self):
        ticket = self._own_complaint(tell_by="portal")
        ticket.action_accept()
        voucher = ticket.notice_ids
        self._force(voucher.dispatch_ids, duty="serve")
        self._deliver()
        self.get(self.page_of(ticket))
        self.env.invalidate_all()
        self.assertEqual(voucher.state, "issued")
        self.post(self.page_of(ticket, f"/notice/{voucher.id}/received"))
        self.env.invalidate_all()
        self.assertRecordValues(voucher, [{"state": "served", "delivery": "portal"}])
        self.assertEqual(voucher.dispatch_ids.mapped("state"), ["read"])
