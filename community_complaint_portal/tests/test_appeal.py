from datetime import timedelta

from odoo.tests import tagged

from .common import PNG, PortalCommon

GROUNDS = "Nobody asked the people next door."


@tagged("post_install", "-at_install")
class TestAppeal(PortalCommon):
    """The complainant appeals on the page of the case, while there is time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reviewer = cls._new_user(
            "reviewer", "community_complaint.group_complaint_leader"
        )
        cls.team.user_ids += cls.reviewer
        cls.case = cls._own_complaint(respondent_ids=cls._respondent())

    def notified(self):
        """Take the case to its result, which the resident confirms."""
        self._to(self.case, "notified")
        for notice in self.case.notice_ids.filtered(
            lambda item: item.addressee == "complainant"
        ):
            self.post(self.page_of(self.case, f"/notice/{notice.id}/received"))
        self.env.invalidate_all()

    def past(self, days):
        """Let the result have been issued and served some days earlier."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE complaint_notice SET issued_date = issued_date - %s * interval '1 day',"
            " served_date = served_date - %s WHERE ticket_id = %s",
            (days, days, self.case.id),
        )
        self.env.invalidate_all()

    def page(self):
        """Return what the case's page shows."""
        return self.shown(self.get(self.page_of(self.case)))

    def appeal(self, grounds=GROUNDS, files=None, **vals):
        """Send the appeal's form."""
        nonce = self.nonce_of(self.get(self.page_of(self.case)))
        vals = {"nonce": nonce, "grounds": grounds, **vals}
        answer = self.post(self.page_of(self.case, "/appeal"), vals, files)
        self.env.invalidate_all()
        return answer

    def appeals(self):
        """Return the appeals of the case."""
        return self.case.sudo().appeal_ids

    # ----------------------------------------------------------------------
    # In time
    # ----------------------------------------------------------------------

    def test_form_is_offered(self):
        self.notified()
        page = self.page()
        self.assertIn("If you do not agree", page)
        self.assertIn("Possible until", page)
        self.assertIn("Why this date?", page)
        self.assertIn("Why do you not agree?", page)

    def test_filed(self):
        self.notified()
        answer = self.appeal(files={"files": ("proof.png", PNG, "image/png")})
        self.assertEqual(answer.status_code, 303)
        appeal = self.appeals()
        self.assertEqual(appeal.state, "filed")
        self.assertEqual(appeal.appellant, "complainant")
        self.assertEqual(appeal.grounds, GROUNDS)
        self.assertEqual(appeal.channel_id.complaint_kind, "website")
        self.assertEqual(appeal.attachment_ids.raw, PNG)
        self.assertFalse(appeal.is_late)
        page = self.shown(self.get(self.path_of(answer)))
        self.assertIn(f"We have it. Its number is: {appeal.number}", page)
        self.assertIn("Somebody who had no part in the result", page)
        self.assertIn(GROUNDS, page)
        self.assertNotIn("Why do you not agree?", page)

    # ----------------------------------------------------------------------
    # No answer in time
    # ----------------------------------------------------------------------

    def silent(self):
        """Let the last day for the answer be yesterday."""
        self.regulation.appeal_level_ids.silence_of = "notified"
        self.env["complaint.sla.policy"].create(
            {
                "regulation_id": self.regulation.id,
                "name": "Answer",
                "start_event": "accepted",
                "end_event": "notified",
                "quantity": 5,
            }
        )
        self._to(self.case, "investigating")
        self.assertNotIn("If you got no answer in time", self.page())
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE complaint_deadline SET due = due - (due_date - %(day)s::date)"
            " * interval '1 day', due_date = %(day)s"
            " WHERE ticket_id = %(case)s AND end_event = 'notified'",
            {
                "day": self.case._office_date() - timedelta(days=1),
                "case": self.case.id,
            },
        )
        self.env.invalidate_all()

    def test_silence_is_contested(self):
        self.silent()
        page = self.page()
        for words in (
            "If you got no answer in time",
            "I got no answer in time",
            "The time for our answer is over",
            "Possible until",
            "What do you ask for?",
        ):
            self.assertIn(words, page)
        self.assertEqual(self.appeal().status_code, 303)
        appeal = self.appeals()
        self.assertEqual((appeal.state, appeal.is_late), ("filed", False))
        self.assertFalse(appeal.notice_id)
        self.assertIn(appeal.number, self.page())
        self.assertEqual(self.case.phase, "investigating", "the office goes on")

    def test_through_the_app(self):
        self.notified()
        self.get("/my/complaints?via=app")
        self.appeal()
        self.assertEqual(self.appeals().channel_id.complaint_kind, "app")

    def test_written_by_the_office(self):
        self.notified()
        self.appeal(files={"files": ("proof.png", PNG, "image/png")})
        appeal = self.appeals()
        for record in (appeal, appeal.attachment_ids, self.case, *appeal.deadline_ids):
            self.assertNotIn(self.resident, record.create_uid | record.write_uid)

    def test_file_comes_back(self):
        self.notified()
        self.appeal(files={"files": ("proof.png", PNG, "image/png")})
        link = f"/file/{self.appeals().attachment_ids.id}"
        self.assertEqual(self.get(self.page_of(self.case, link)).content, PNG)
        self.sign_in(self.neighbour)
        self.assertEqual(self.get(self.page_of(self.case, link)).status_code, 404)

    def test_sent_twice(self):
        self.notified()
        nonce = self.nonce_of(self.get(self.page_of(self.case)))
        for _turn in range(2):
            self.assertEqual(self.appeal(nonce=nonce).status_code, 303)
        self.assertEqual(len(self.appeals()), 1)

    def test_second_appeal(self):
        """While one is open another is refused, with the reason; the text is kept."""
        self.notified()
        self.appeal()
        answer = self.appeal("And another thing.")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("is open", self.shown(answer))
        self.assertEqual(len(self.appeals()), 1)

    def test_empty(self):
        self.notified()
        answer = self.appeal(" \n")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Please say why you do not agree", self.shown(answer))
        self.assertFalse(self.appeals())

    def test_too_long(self):
        self.notified()
        answer = self.appeal("é" * 20_001)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("é" * 20_000, answer.text)

    def test_bad_file(self):
        self.notified()
        answer = self.appeal(files={"files": ("a.exe", b"MZ", "image/png")})
        self.assertEqual(answer.status_code, 422)
        self.assertIn("“a.exe” is of a kind we cannot open.", self.shown(answer))
        self.assertIn(GROUNDS, answer.text)
        self.assertFalse(self.appeals())

    def test_office_is_told(self):
        """Who handled the case is not the one who is told of the appeal."""
        self.notified()
        self.appeal()
        wanted = f"Look at appeal {self.appeals().number}"
        activity = self.case.sudo().activity_ids.filtered(
            lambda item: item.summary == wanted
        )
        self.assertEqual(len(activity), 1)
        self.assertNotEqual(activity.user_id, self.case.user_id)

    # ----------------------------------------------------------------------
    # Not in time, not possible
    # ----------------------------------------------------------------------

    def test_before_the_result(self):
        self.assertNotIn("If you do not agree", self.page())
        answer = self.appeal()
        self.assertEqual(answer.status_code, 422)
        self.assertIn("There is no result yet", self.shown(answer))

    def test_time_barred(self):
        """R01: three working days; after them the page says since when."""
        self.notified()
        self.past(30)
        window = self.case._appeal_window()
        page = self.page()
        self.assertIn("The time to apply ended on", page)
        day = f"{window.end.month:02}/{window.end.day:02}/{window.end.year}"
        self.assertIn(day, page)
        self.assertIn("say why it is late", page)

    def test_late(self):
        """Nothing is lost: it is on file as late, and the leader decides."""
        self.notified()
        self.past(30)
        self.assertEqual(self.appeal("I was in hospital.").status_code, 303)
        self.assertTrue(self.appeals().is_late)
        self.assertIn("It came after the last day", self.page())

    def test_no_appeals_here(self):
        self.regulation.appeal_level_ids.unlink()
        self.notified()
        self.assertNotIn("If you do not agree", self.page())
        answer = self.appeal()
        self.assertEqual(answer.status_code, 422)
        self.assertIn("knows no appeal", self.shown(answer))

    def test_others(self):
        self.notified()
        self.sign_in(self.neighbour)
        vals = {"nonce": "0" * 32, "grounds": GROUNDS}
        answer = self.post(self.page_of(self.case, "/appeal"), vals)
        self.assertEqual(answer.status_code, 404)
        self.assertFalse(self.appeals())

    # ----------------------------------------------------------------------
    # The decision
    # ----------------------------------------------------------------------

    def decided(self):
        """Let another leader decide the appeal."""
        self.notified()
        self.appeal()
        appeal = self.appeals()
        appeal.with_user(self.leader).action_assign(self.reviewer)
        review = appeal.with_user(self.reviewer)
        review.write({"outcome": "upheld", "reasons": "The visit was proper."})
        review.action_decide()
        self.env.invalidate_all()
        return appeal

    def test_decision(self):
        appeal = self.decided()
        page = self.page()
        self.assertIn("Decision upheld. The paper above tells you the reasons.", page)
        notice = appeal.notice_ids.filtered(lambda n: n.addressee == "complainant")
        link = self.page_of(self.case, f"/notice/{notice.id}")
        answer = self.get(link)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertTrue(answer.headers["Content-Disposition"].startswith("attachment"))
        other = appeal.notice_ids - notice
        self.assertTrue(other)
        link = self.page_of(self.case, f"/notice/{other[0].id}")
        self.assertEqual(self.get(link).status_code, 404)

    def test_clock_of_the_appeal(self):
        """The office's time limit for the appeal stands with the appeal, explained."""
        self.notified()
        self.appeal()
        [appeal] = self.case.sudo()._portal_appeal()["appeals"]
        self.assertTrue(appeal["clocks"])
        self.assertTrue(all(clock["reasons"] for clock in appeal["clocks"]))
        for station in self.case.sudo()._portal_progress():
            self.assertNotIn(appeal["clocks"][0], station["clocks"])

    def test_appeal_of_the_other_side(self):
        """The complainant is told that something goes on, not what was written."""
        self.regulation.appeal_level_ids.applicant = "both"
        self.notified()
        self._release_papers(self.case)
        self.case.notice_ids.filtered(lambda n: n.state == "issued").with_user(
            self.clerk
        ).action_serve(delivery="post", note="RX 1")
        appeal = self.env["complaint.appeal"].with_user(self.clerk)
        appeal.create(
            {
                "ticket_id": self.case.id,
                "appellant": "respondent",
                "respondent_id": self.case.respondent_ids.id,
                "grounds": "He lies.",
            }
        ).action_file()
        page = self.page()
        self.assertIn("The other side does not agree", page)
        self.assertNotIn("He lies.", page)
