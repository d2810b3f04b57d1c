from odoo.tests import tagged

from .common import NAME, NEW, PHONE, PNG, STORY, PortalCommon


@tagged("post_install", "-at_install")
class TestFiling(PortalCommon):
    """Three screens make one case, whose complainant only the vault knows."""

    def file(self, **vals):
        """File a complaint with a photo and return the answer and the case."""
        address = self.start_draft()
        told = self.tell(
            address,
            {"files": ("噪音.png", PNG, "image/png")},
            demand="Quiet at night.",
            date="2024-02-29",
            place="Lane 12",
            respondent="Flat 502",
        )
        self.assertEqual(self.path_of(told), self.third(address))
        answer = self.send(address, **vals)
        return answer, self.cases_of(self.resident)

    def test_case(self):
        answer, case = self.file()
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.path_of(answer), self.page_of(case, "?sent=1"))
        self.assertEqual(len(case), 1)
        self.assertEqual(case.phase, "registered")
        self.assertEqual(case.team_id, self.team)
        self.assertEqual(case.type_id, self.type)
        self.assertEqual(case.channel_id.complaint_kind, "website")
        self.assertIn(STORY, case.description)
        self.assertEqual(case.demand, "Quiet at night.")
        self.assertEqual(str(case.incident_date), "2024-02-29")
        self.assertEqual(case.incident_place, "Lane 12")
        self.assertEqual(case.respondent_ids.name, "Flat 502")
        self.assertTrue(case.written_form)
        self.assertTrue(case.deadline_ids)

    def test_through_the_app(self):
        """R01 4: “through the website or the app”: the app's pages say that they are."""
        for path in ("/complaints?via=app", "/my/complaints?via=app"):
            with self.subTest(path):
                before = self.cases_of(self.resident)
                self.assertEqual(self.get(path).status_code, 200)
                _answer, case = self.file()
                case -= before
                self.assertEqual(case.channel_id.complaint_kind, "app")
                self.get(f"{NEW}?via=web")
        self.assertEqual(
            self.file()[1].sorted("id")[-1:].channel_id.complaint_kind, "website"
        )

    def test_through_the_app_of_a_text_without_one(self):
        app = self.env.ref("community_complaint.channel_app")
        self.regulation.channel_ids -= app
        self.get(f"{NEW}?via=app")
        _answer, case = self.file()
        self.assertEqual(case.channel_id.complaint_kind, "website")

    def test_about_who_works_here(self):
        """Whoever is named, on file or as a user, does not handle the complaint."""
        employee = self.env["hr.employee"].create(
            {"name": "Flat 502", "user_id": self.handler.id}
        )
        _answer, case = self.file()
        self.assertFalse(case.respondent_ids.employee_id, "asked first")
        self.assertIn(self.handler, case.conflict_user_ids)
        employee.name = "Somebody else"
        self.clerk.name = "Flat 502"
        _answer, cases = self.file()
        self.assertIn(self.clerk, (cases - case).conflict_user_ids)

    def test_identity(self):
        _answer, case = self.file(address="Lane 12, no. 3", email="han@home.example")
        identity = case.identity_ids
        self.assertEqual(identity.name, NAME)
        self.assertEqual(identity.phone, PHONE)
        self.assertEqual(identity.address, "Lane 12, no. 3")
        self.assertEqual(identity.email, "han@home.example")
        self.assertEqual(identity.partner_id, self.resident.partner_id)
        self.assertFalse(case.partner_id)
        self.assertNotIn(self.resident.partner_id, case.message_partner_ids)

    def test_written_by_the_office(self):
        """Who filed does not stand in the columns that every table has (THREATS 2)."""
        _answer, case = self.file()
        records = [case, case.identity_ids, case.respondent_ids, case.evidence_ids]
        for record in (*records, case.evidence_ids.attachment_ids, case.message_ids):
            with self.subTest(model=record._name):
                self.assertTrue(record)
                people = record.create_uid | record.write_uid
                self.assertNotIn(self.resident, people)

    def test_files_are_evidence(self):
        _answer, case = self.file()
        self.assertEqual(case.evidence_ids.attachment_ids.raw, PNG)
        self.assertEqual(case.evidence_ids.attachment_ids.name, "噪音.png")
        self.assertTrue(case.evidence_ids.sha256)

    def test_open_if_wished(self):
        _answer, case = self.file(confidentiality="open")
        self.assertEqual(case.confidentiality, "open")

    def test_confidential_by_default(self):
        """An answer that is none of the choices keeps the name secret."""
        _answer, case = self.file(confidentiality="public")
        self.assertEqual(case.confidentiality, "confidential")

    def test_draft_forgets_who(self):
        _answer, case = self.file()
        draft = self.env["complaint.submission"].search([("ticket_id", "=", case.id)])
        self.assertFalse(draft.answers)

    def test_number_is_shown(self):
        answer, case = self.file()
        page = self.get(self.path_of(answer))
        self.assertEqual(page.status_code, 200)
        self.assertIn(case.number, self.shown(page))
        self.assertIn(STORY, self.shown(page))

    def test_answers_survive_going_back(self):
        address = self.start_draft()
        self.tell(address)
        self.assertIn(STORY, self.get(address).text)
        self.assertIn(STORY, self.get(self.third(address)).text)

    def test_public_page_invites(self):
        self.authenticate(None, None)
        page = self.get("/complaints")
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.regulation.name, page.text)
        self.assertIn("Within 3 working days", self.shown(page))

    def test_strangers_sign_in_first(self):
        self.authenticate(None, None)
        for path in (NEW, "/my/complaints", "/my/complaints/TS2026-00001"):
            with self.subTest(path=path):
                answer = self.get(path)
                self.assertEqual(answer.status_code, 303)
                self.assertIn("/web/login", answer.headers["Location"])
