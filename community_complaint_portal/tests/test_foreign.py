from odoo.tests import tagged

from ..tools.uploads import Upload
from .common import LIST, NEW, PNG, PortalCommon


@tagged("post_install", "-at_install")
class TestForeign(PortalCommon):
    """Somebody else's case and none at all are the same to a resident."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls._own_complaint(user=cls.neighbour)
        cls.own = cls._own_complaint()

    def same(self, foreign, none):
        """Check that two answers differ in nothing a visitor could learn from."""
        self.assertEqual(foreign.status_code, 404)
        self.assertEqual(none.status_code, 404)
        self.assertEqual(self.shown(foreign), self.shown(none))
        headers = [
            {name: value for name, value in answer.headers.items() if name != "Date"}
            for answer in (foreign, none)
        ]
        # the length differs by the address that the language switch repeats
        for found in headers:
            found.pop("Content-Length", None)
            found.pop("Set-Cookie", None)
        self.assertEqual(*headers)

    def test_page(self):
        self.same(self.get(self.page_of(self.case)), self.get(f"{LIST}/TS2026-99999"))

    def test_parts(self):
        self.case.with_user(self.clerk).action_accept()
        notice = self.case.notice_ids
        upload = Upload("a.png", PNG, "image/png")
        self.case.sudo()._portal_post("Hello", [upload])
        file = self.case.sudo()._portal_messages().attachment_ids
        for tail in (f"/notice/{notice.id}", f"/file/{file.id}"):
            with self.subTest(tail=tail):
                missing = tail.rpartition("/")[0] + "/999999999"
                self.same(
                    self.get(self.page_of(self.case, tail)),
                    self.get(f"{LIST}/TS2026-99999{tail}"),
                )
                # through a case of one's own it is nobody's
                self.same(
                    self.get(self.page_of(self.own, tail)),
                    self.get(self.page_of(self.own, missing)),
                )

    def test_forms(self):
        self.case.with_user(self.clerk).action_accept()
        notice = self.case.notice_ids
        for tail in ("/message", "/withdraw", f"/notice/{notice.id}/received"):
            with self.subTest(tail=tail):
                vals = {"text": "Mine!", "reason": "Mine!", "nonce": "0" * 32}
                self.same(
                    self.post(self.page_of(self.case, tail), vals),
                    self.post(f"{LIST}/TS2026-99999{tail}", vals),
                )
        self.env.invalidate_all()
        self.assertFalse(self.case._portal_messages())
        self.assertEqual(notice.state, "issued")

    def test_drafts(self):
        self.sign_in(self.neighbour)
        draft = self.start_draft()
        self.tell(draft)
        self.sign_in(self.resident)
        for address in (draft, self.third(draft), f"{NEW}/{'0' * 32}/what"):
            with self.subTest(address=address):
                answer = self.get(address)
                self.assertEqual(self.path_of(answer), NEW)
                answer = self.post(address, {"what": "Mine!"})
                self.assertEqual(self.path_of(answer), NEW)
        nonce = draft.split("/")[-2]
        vals = {"nonce": nonce, "desk": self.regulation.id, "kind": self.type.id}
        self.assertEqual(self.post(NEW, vals).status_code, 404)
        self.assertNotIn("Mine!", str(self.draft_of(draft).answers))

    def test_household(self):
        """Colleagues and relatives under one contact do not share their cases."""
        family = self.env["res.partner"].create({"name": "Zhao", "is_company": True})
        (self.resident | self.neighbour).partner_id.parent_id = family
        self.assertEqual(
            self.resident.commercial_partner_id, self.neighbour.commercial_partner_id
        )
        self.assertEqual(self.get(self.page_of(self.case)).status_code, 404)
        self.assertNotIn(self.case.number, self.get(LIST).text)

    def test_followers(self):
        """Who follows a case by mistake does not see it."""
        self.case.sudo().message_subscribe(self.resident.partner_id.ids)
        self.assertEqual(self.get(self.page_of(self.case)).status_code, 404)
        self.assertNotIn(self.case.number, self.get(LIST).text)

    def test_ordinary_tickets(self):
        """A helpdesk ticket of one's own is no complaint."""
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "Help", "company_id": self.company.id}
        )
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "Printer",
                "description": "Broken",
                "team_id": team.id,
                "partner_id": self.resident.partner_id.id,
            }
        )
        self.assertEqual(self.get(self.page_of(ticket)).status_code, 404)

    def test_staff_have_no_short_cut(self):
        """Who works in the office sees other people's cases there, not here."""
        self.sign_in(self.clerk)
        self.assertEqual(self.get(self.page_of(self.case)).status_code, 404)

    def test_same_number_in_two_offices(self):
        """A number that two offices gave leads to one's own case."""
        other = self.env["res.company"].create({"name": "Far Office"})
        self._force(self.own, company_id=other.id)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET number = %s WHERE id = %s",
            (self.case.number, self.own.id),
        )
        self.env.invalidate_all()
        page = self.get(f"{LIST}/{self.case.number}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Far Office", page.text)
