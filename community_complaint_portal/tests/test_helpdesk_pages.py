from odoo.tests import tagged

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestHelpdeskPages(PortalCommon):
    """The helpdesk's own pages stay as they are for tickets, and know no complaint."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls._own_complaint()
        # as an older version or an import might have left it
        cls.case.sudo().message_subscribe(cls.resident.partner_id.ids)
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE helpdesk_ticket SET partner_id = %s WHERE id = %s",
            (cls.resident.partner_id.id, cls.case.id),
        )
        cls.env.invalidate_all()
        team = cls.env["helpdesk.ticket.team"].create(
            {"name": "Help", "company_id": cls.company.id}
        )
        cls.ticket = cls.env["helpdesk.ticket"].create(
            {
                "name": "Printer jammed",
                "description": "Broken",
                "team_id": team.id,
                "company_id": cls.company.id,
                "partner_id": cls.resident.partner_id.id,
            }
        )

    def test_list(self):
        for query in ("", "?search=TS20&search_in=all", "?groupby=stage", "/page/1"):
            with self.subTest(query=query):
                page = self.get(f"/my/tickets{query}")
                self.assertEqual(page.status_code, 200)
                self.assertNotIn(self.case.name, page.text)
                self.assertNotIn(f"/my/ticket/{self.case.id}", page.text)
        self.assertIn("Printer jammed", self.get("/my/tickets").text)

    def test_page(self):
        page = self.url_open(f"/my/ticket/{self.case.id}")
        self.assertNotIn(self.case.name, page.text)
        self.assertIn("Printer jammed", self.get(f"/my/ticket/{self.ticket.id}").text)

    def test_counter(self):
        answer = self.url_open(
            "/my/counters",
            json={"params": {"counters": ["ticket_count", "complaint_count"]}},
        )
        counters = answer.json()["result"]
        self.assertEqual(counters["ticket_count"], 1)
        self.assertEqual(counters["complaint_count"], 1)

    def test_close(self):
        stage = self.env["helpdesk.ticket.stage"].create(
            {"name": "Done", "closed": True, "close_from_portal": True}
        )
        url = f"/ticket/close?ticket_id={self.case.id}&stage_id={stage.id}"
        self.assertEqual(self.get(url).status_code, 404)
        self.env.invalidate_all()
        self.assertEqual(self.case.phase, "registered")

    def test_a_new_ticket_is_a_complaint(self):
        """Without an ordinary desk to choose, residents are led to the screens."""
        before = self.env["helpdesk.ticket"].search_count([])
        vals = {"subject": "Clerk Li was rude", "description": "She shouted."}
        for answer in (
            self.get("/new/ticket"),
            self.post("/new/ticket"),
            self.post("/submitted/ticket", vals),
            self.post("/submitted/ticket", {**vals, "team": self.ticket.team_id.id}),
            self.post("/submitted/ticket", {**vals, "team": self.team.id}),
        ):
            self.assertEqual(answer.status_code, 303)
            self.assertEqual(self.path_of(answer), "/my/complaints/new")
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before)

    def test_an_ordinary_desk_stays_open(self):
        self.company.helpdesk_mgmt_portal_select_team = True
        desk = self.ticket.team_id
        desk.show_in_portal = True
        page = self.get("/new/ticket")
        self.assertEqual(page.status_code, 200)
        self.assertIn("/my/complaints/new", page.text)
        vals = {"subject": "Toner", "description": "Empty."}
        answer = self.post("/submitted/ticket", vals)
        self.assertEqual(self.path_of(answer), "/my/complaints/new")
        self.post("/submitted/ticket", {**vals, "team": desk.id})
        ticket = self.env["helpdesk.ticket"].search([("name", "=", "Toner")])
        self.assertEqual(ticket.team_id, desk)

    def test_without_complaints_online_the_helpdesk_is_as_ever(self):
        self.env["complaint.regulation"].search([]).is_public = False
        self.assertEqual(self.get("/new/ticket").status_code, 200)
        vals = {"subject": "Toner", "description": "Empty."}
        self.post("/submitted/ticket", vals)
        self.assertTrue(self.env["helpdesk.ticket"].search([("name", "=", "Toner")]))

    def test_nonsense(self):
        """Parameters that made the base stumble (THREATS 14)."""
        for path in (
            "/my/tickets?sortby=zzz",
            "/my/tickets?filterby=zzz",
            "/my/tickets?groupby=zzz",
            "/my/tickets?search=%00&search_in=zzz",
            "/my/tickets?date_begin=zzz&date_end=zzz",
            "/ticket/close?ticket_id=abc&stage_id=abc",
            "/ticket/close",
        ):
            with self.subTest(path=path):
                self.assertLess(self.get(path).status_code, 500)

    def test_nonsense_forms(self):
        for vals in (
            {"category": "abc", "subject": "x", "description": "x"},
            {"team": "abc", "category": "", "subject": "x", "description": "x"},
            {"category": "9" * 30, "subject": "x", "description": "x"},
            {},
            {"subject": "x\0", "description": "x\0"},
        ):
            with self.subTest(vals=vals):
                answer = self.post("/submitted/ticket", vals)
                self.assertLess(answer.status_code, 500)
