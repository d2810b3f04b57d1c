import io
from datetime import date

from freezegun import freeze_time
from pypdf import PdfReader

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged

from .canary import CanarySweep
from .common import CANARY, ComplaintCommon


class MeetingCommon(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.calendar_id = cls.calendar
        cls.startClassPatcher(freeze_time("2026-11-24 06:00:00"))

    @classmethod
    def _meeting(cls, user=None, **vals):
        return (
            cls.env["complaint.meeting"]
            .with_user(user or cls.clerk)
            .create(
                {
                    "name": "Autumn meeting",
                    "regulation_id": cls.regulation.id,
                    "date": "2026-11-23 06:00:00",
                    "place": "Hall",
                    "minutes": "The yard is too dark.",
                    "participant_ids": [
                        Command.create({"name": "Zhao", "capacity": "Building 3"})
                    ],
                    **vals,
                }
            )
        )

    def _held(self, **vals):
        meeting = self._meeting(**vals)
        meeting.action_hold()
        return meeting

    def _approve(self, meeting):
        self._clear(meeting)
        meeting.with_user(self.leader).action_approve()
        return meeting

    def _text(self, content):
        pages = PdfReader(io.BytesIO(content)).pages
        text = " ".join(page.extract_text() for page in pages)
        return " ".join(text.split())


@tagged("post_install", "-at_install")
class TestMeeting(MeetingCommon):
    """R07 1, R08 2.2 and 3.1: meetings, their minutes, what was agreed."""

    # ----------------------------------------------------------------------
    # The way of a meeting
    # ----------------------------------------------------------------------

    def test_way(self):
        meeting = self._meeting()
        self.assertEqual((meeting.state, meeting.number), ("planned", False))
        meeting.action_hold()
        self.assertEqual(meeting.state, "held")
        self.assertRegex(meeting.number, r"会〔2026〕1号$")
        self._approve(meeting)
        self.assertEqual(meeting.state, "approved")
        self.assertEqual(meeting.approved_by_id, self.leader)

    def test_numbers_have_no_gaps(self):
        first, second = self._held(), self._held()
        self.assertIn("〕1号", first.number)
        self.assertIn("〕2号", second.number)

    def test_not_held_before_the_day(self):
        meeting = self._meeting(date="2026-11-25 06:00:00")
        with self.assertRaisesRegex(UserError, "has not taken place yet"):
            meeting.action_hold()

    def test_somebody_was_there(self):
        meeting = self._meeting()
        meeting.participant_ids.present = False
        with self.assertRaisesRegex(UserError, "who was present"):
            meeting.action_hold()

    def test_what_minutes_need(self):
        meeting = self._held(
            minutes=False,
            kind="review",
            question_ids=[Command.create({"name": "When is the lamp mended?"})],
            action_ids=[Command.create({"name": "Mend the lamp"})],
        )
        with self.assertRaises(UserError) as caught:
            self._approve(meeting)
        for text in (
            "what was discussed",
            "When is the lamp mended?",
            "By when? Mend the lamp",
            "stays as it is",
        ):
            self.assertIn(text, str(caught.exception))
        meeting.question_ids.action_id = meeting.action_ids
        meeting.action_ids.due_date = "2026-12-01"
        meeting.write({"minutes": "All well.", "review_result": "keep"})
        self._approve(meeting)

    def test_votes_are_counted(self):
        meeting = self._meeting()
        for name in ("votes_for", "votes_against", "votes_abstained"):
            with self.subTest(name), self.assertConstraint("cannot be negative"):
                meeting[name] = -1

    def test_cases_of_the_office(self):
        meeting = self._meeting()
        company = self.env["res.company"].create({"name": "Far away"})
        self.env.user.company_ids += company
        rules = self.env.ref("community_complaint.regulation_r01")
        rules = rules.with_company(company)._adopt(company)
        tickets = self.env["helpdesk.ticket"].with_company(company)
        tickets = tickets.with_context(allowed_company_ids=company.ids)
        far = tickets.create(self._vals(team_id=rules.team_id.id))
        with self.assertRaisesRegex(UserError, "“Complaint” .*its “Company”"):
            meeting.sudo().case_ids = [Command.create({"ticket_id": far.id})]

    def test_only_a_leader_approves(self):
        meeting = self._held()
        with self.assertRaisesRegex(UserError, "up to: Leader"):
            meeting.action_approve()

    def test_approved_minutes_stay(self):
        meeting = self._held(
            question_ids=[Command.create({"name": "Why?", "answer": "Because."})],
            case_ids=[Command.create({"ticket_id": self._complaint().id})],
        )
        self._approve(meeting)
        for records, vals in (
            (meeting, {"minutes": "Other"}),
            (meeting.question_ids, {"answer": "Other"}),
            (meeting.case_ids, {"note": "Other"}),
            (meeting.participant_ids, {"present": False}),
        ):
            for user in (self.leader, self.env.ref("base.user_root")):
                with self.subTest(model=records._name), self.assertRaises(UserError):
                    records.with_user(user).write(vals)
        with self.assertRaises(UserError):
            meeting.with_user(self.leader).question_ids.unlink()
        with self.assertRaises(UserError):
            meeting.with_user(self.leader).unlink()

    def test_state_is_not_written(self):
        meeting = self._meeting()
        with self.assertRaises(UserError):
            meeting.state = "approved"
        for typed in ({"state": "approved"}, {"number": "X"}):
            with self.subTest(typed=typed), self.assertRaises(UserError):
                self._meeting(**typed)

    def test_called_off(self):
        meeting = self._meeting()
        meeting.action_cancel()
        self.assertEqual(meeting.state, "cancelled")
        with self.assertRaises(UserError):
            self._held().action_cancel()

    # ----------------------------------------------------------------------
    # What was agreed
    # ----------------------------------------------------------------------

    def _agreed(self, **vals):
        vals = {"name": "Mend the lamp", "due_date": "2026-11-20", **vals}
        meeting = self._held(action_ids=[Command.create(vals)])
        return self._approve(meeting).action_ids.with_user(self.clerk)

    def test_action_is_finished_after_the_minutes(self):
        action = self._agreed(user_id=self.clerk.id)
        self.assertTrue(action.is_late)
        self.assertEqual(action.action_done()["res_model"], "complaint.step.dialog")
        action.action_done("It shines.")
        self.assertEqual((action.state, action.result), ("done", "It shines."))
        self.assertEqual(action.done_date, date(2026, 11, 24))
        with self.assertRaises(UserError):
            action.action_drop("Too late")
        with self.assertRaises(UserError):
            action.result = "Something else"

    def test_agreed_is_written_until_the_minutes_are_approved(self):
        """An action has a state of its own; that of the meeting decides what opens."""
        meeting = self._held(action_ids=[Command.create({"name": "Mend the lamp"})])
        with Form(meeting.action_ids) as form:
            form.name = "Mend both lamps"
        self.assertEqual(meeting.action_ids.name, "Mend both lamps")
        meeting.action_ids.due_date = "2026-12-01"
        action = self._approve(meeting).action_ids
        self.assertEqual(action.state, "open")
        for record in (action.with_user(self.leader), action.sudo()):
            with self.assertRaises(UserError):
                record.name = "Mend nothing"

    def test_overdue_is_told_once(self):
        action = self._agreed(user_id=self.handler.id)
        digest = self.env["complaint.digest"]
        morning = digest._morning(self.company, fields.Datetime.now())
        morning = morning._replace(date=date(2026, 11, 24))
        sections = {item.key: item for item in digest._sections(morning)}
        told = sections["agreed_late"]
        self.assertEqual(set(told.readers), {self.handler, self.clerk})
        [line] = told.readers[self.handler]._digest_lines()
        self.assertEqual(line["number"], "Mend the lamp")
        told.mark()
        again = {item.key: item for item in digest._sections(morning)}
        self.assertFalse(again["agreed_late"].readers)
        self.assertEqual(action.told_date, date(2026, 11, 24))

    def test_desk(self):
        action = self._agreed(user_id=self.clerk.id)
        self._held()
        tickets = self.env["helpdesk.ticket"]

        def tiles(user):
            desk = tickets.with_user(user).get_complaint_desk()
            return {
                tile["key"]: tile["count"]
                for section in desk["sections"]
                for tile in section["tiles"]
            }

        self.assertEqual(tiles(self.leader)["to_approve"], 1)
        self.assertEqual(tiles(self.clerk)["agreed_late"], 1)
        self.assertNotIn("agreed_late", tiles(self.handler))
        opened = tickets.with_user(self.clerk).open_complaint_desk_tile("agreed_late")
        found = self.env[opened["res_model"]].search(opened["domain"])
        self.assertEqual(found, action)

    # ----------------------------------------------------------------------
    # Rights
    # ----------------------------------------------------------------------

    def test_rights(self):
        meeting = self._meeting()
        for user in (self.leader, self.manager, self.auditor, self.publisher):
            self.assertTrue(meeting.with_user(user).has_access("read"), user.login)
        self.assertFalse(meeting.with_user(self.auditor).has_access("write"))
        self.assertFalse(meeting.with_user(self.employee_user).has_access("read"))
        other = self._new_user("far", "community_complaint.group_complaint_handler")
        self.assertFalse(
            self.env["complaint.meeting"]
            .with_user(other)
            .search([("id", "=", meeting.id)])
        )

    def test_other_company(self):
        meeting = self._meeting()
        company = self.env["res.company"].create({"name": "Other office"})
        stranger = self._new_user(
            "stranger", "community_complaint.group_complaint_manager"
        )
        stranger.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        own = meeting.with_user(stranger).with_context(allowed_company_ids=company.ids)
        with self.assertRaises(AccessError):
            own.read(["name"])
        template = self.env.ref("community_complaint.regulation_r02")
        with self.assertConstraint("your office works under"):
            self._meeting(user=self.manager, regulation_id=template.id)

    # ----------------------------------------------------------------------
    # Papers
    # ----------------------------------------------------------------------

    def test_minutes_paper(self):
        meeting = self._held(
            question_ids=[
                Command.create(
                    {"name": "Why?", "asked_by": "Building 3", "answer": "Because."}
                )
            ],
            action_ids=[Command.create({"name": "Mend it", "due_date": "2026-12-01"})],
            case_ids=[
                Command.create({"ticket_id": self._complaint().id, "note": "Solved."})
            ],
        )
        text = self._text(meeting._paper("minutes"))
        for part in (
            meeting.number.split("〔")[0],
            "Draft",
            "Zhao",
            "The yard is too dark.",
            "Building 3",
            "Because.",
            "Mend it",
            "received in 2026-11",
            "Solved.",
        ):
            self.assertIn(part, text)
        self.assertNotIn(meeting.case_ids.ticket_id.number, text)
        self._approve(meeting)
        self.assertNotIn("Draft", self._text(meeting._paper("minutes")))

    def test_attendance_paper(self):
        text = self._text(self._meeting()._paper("attendance"))
        self.assertIn("Zhao", text)
        self.assertIn("Building 3", text)


@tagged("post_install", "-at_install")
class TestMeetingSecrets(MeetingCommon, CanarySweep):
    """Minutes name nobody; who is kept away from a case does not find it in them."""

    def _discussed(self, **vals):
        case = self._complaint(respondent_ids=self._respondent(self.handler), **CANARY)
        return case, self._held(
            case_ids=[Command.create({"ticket_id": case.id, "note": "Drilling"})],
            **vals,
        )

    def test_no_names(self):
        name, phone = CANARY["complainant_name"], CANARY["complainant_phone"]
        case, meeting = self._discussed()
        for vals in (
            {"minutes": f"{name} was loud."},
            {"agenda": f"Call {phone}"},
            {"minutes": "Wang Wei was rude."},
            {"minutes": f"Case {case.number}"},
            {"case_ids": [Command.update(meeting.case_ids.id, {"note": name})]},
        ):
            with self.subTest(vals=vals):
                before = {"minutes": "Fine.", "agenda": False}
                meeting.write({**before, **vals})
                answer = meeting.with_user(self.custodian).action_clear()
                self.assertIn("names somebody", answer["params"]["message"])
                self.assertTrue(meeting.waits_for_custodian)
        meeting.case_ids.note = "Drilling"
        meeting.write({"minutes": "Fine.", "agenda": False})
        self._approve(meeting)

    def test_who_is_kept_away(self):
        case, meeting = self._discussed()
        self._approve(meeting)
        self.env.flush_all()
        self.env.invalidate_all()
        own = meeting.with_user(self.handler)
        self.assertTrue(own.has_access("read"))
        self.assertFalse(own.case_ids)
        self.assertFalse(
            self.env["complaint.meeting.case"]
            .with_user(self.handler)
            .search([("ticket_id", "=", case.id)])
        )
        text = self._text(own._paper("minutes"))
        self.assertNotIn("Drilling", text)
        self.assertNotIn("Cases discussed", text)
        text = self._text(meeting.with_user(self.leader)._paper("minutes"))
        self.assertIn("Drilling", text)
        with self.assertRaises(AccessError):
            own.case_ids.create(
                {"meeting_id": self._meeting().id, "ticket_id": case.id}
            )

    def test_canary(self):
        case, meeting = self._discussed(
            period_start="2026-07-01", period_end="2026-09-30"
        )
        self._approve(meeting)
        file = self.env["ir.attachment"].create(
            {"name": "minutes.pdf", "raw": meeting._paper("minutes")}
        )
        self.assertNoCanaryInFiles(file)
        file.unlink()
        self.assertNoCanaryInDatabase()
        for user in (self.clerk, self.leader, self.auditor, self.employee_user):
            self.assertNoCanaryRead(user, case)

    def test_texts_are_cleaned_with_the_case(self):
        """A name that got into a draft goes when the case becomes confidential."""
        case = self._complaint(confidentiality="open", **CANARY)
        name = CANARY["complainant_name"]
        meeting = self._held(
            minutes=f"{name} spoke.",
            question_ids=[Command.create({"name": f"{name}: why?"})],
            case_ids=[Command.create({"ticket_id": case.id, "note": name})],
        )
        case._redact_texts()
        meeting.invalidate_recordset()
        self.assertNotIn(name, meeting.minutes)
        self.assertNotIn(name, meeting.question_ids.name)
        self.assertNotIn(name, meeting.case_ids.note)


@tagged("post_install", "-at_install")
class TestMeetingPages(MeetingCommon, HttpCase):
    """Papers by their address, for who may read the meeting."""

    def _get(self, user, path):
        self.authenticate(user.login, user.login)
        return self.url_open(path)

    def test_papers(self):
        meeting = self._held()
        for kind in ("minutes", "attendance"):
            answer = self._get(self.leader, f"/complaint/meetings/{kind}/{meeting.id}")
            self.assertEqual(answer.headers["Content-Type"], "application/pdf")
            self.assertEqual(answer.headers["Cache-Control"], "no-store")

    def test_nothing_for_others(self):
        meeting = self._held()
        path = f"/complaint/meetings/minutes/{meeting.id}"
        self.assertEqual(self._get(self.employee_user, path).status_code, 404)
        far = self._new_user("far", "community_complaint.group_complaint_handler")
        self.assertEqual(self._get(far, path).status_code, 404)
        for path in (
            f"/complaint/meetings/other/{meeting.id}",
            f"/complaint/meetings/analysis/{meeting.id}",
            "/complaint/meetings/minutes/999999999",
            "/complaint/analysis/999999999",
        ):
            self.assertEqual(self._get(self.leader, path).status_code, 404, path)

    def test_analysis_only_for_who_asked(self):
        wizard = self.env["complaint.analysis.wizard"].with_user(self.leader)
        wizard = wizard.create({"regulation_ids": self.regulation.ids})
        path = f"/complaint/analysis/{wizard.id}"
        self.assertEqual(self._get(self.leader, path).status_code, 200)
        self.assertEqual(self._get(self.manager, path).status_code, 404)
