import io
from datetime import timedelta

from freezegun import freeze_time
from openpyxl import load_workbook
from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from odoo.addons.community_complaint.tests.test_canary import CANARY, CanarySweep

from .medical_common import NOW, MedicalCommon


class PaperCommon(MedicalCommon):
    def _page(self, kind, record, user=None):
        """Return the HTML of one paper, as a user gets it."""
        form = self.env["complaint.form"].with_user(user or self.leader)
        record = record.with_user(form.env.user)
        whole = getattr(form, f"_sheet_pages_{kind}", None)
        pages = whole(record) if whole else form._sheet_pages(kind, record)
        return "".join(map(str, pages))

    def _complete_event(self, **vals):
        person = self.env["hr.employee"].create(
            {"name": "Wang Wei", "company_id": self.company.id}
        )
        return self._event(
            patient_ref="Bed 12",
            involved_ids=[Command.link(person.id)],
            course="Wang Wei mixed up the labels of bed 12.",
            cause="Nobody looked twice.",
            consequence="No harm.",
            result="Two people check now.",
            **vals,
        )

    def _task(self, kind, department=None):
        duty = self.medical.duty_ids.filtered(lambda item: item.kind == kind)
        if department:
            duty.department_ids = department
        task = duty._open_tasks()
        # the period of the test, whatever day it runs on
        task._write_sealed(
            "moved", {"period_start": "2026-01-01", "period_end": "2026-03-31"}
        )
        return task.with_user(self.leader)


@tagged("post_install", "-at_install")
class TestMedicalPaper(PaperCommon, CanarySweep):
    # ----------------------------------------------------------------------
    # Forms and register
    # ----------------------------------------------------------------------

    def test_form_by_kind(self):
        """R15 三: error form and accident form."""
        event = self._complete_event()
        event.write({"opinion": "Training.", "opinion_grounds": "Seen in time."})
        event.report_ids[0].contact = "Head nurse Zhao"
        event.report_ids[0].action_report()
        page = self._page("medical_event", event)
        for text in (
            "Registration Form of a Medical Error",
            event.number,
            "Ward 3",
            "Wang Wei mixed up",
            "Nobody looked twice.",
            "No harm.",
            "Two people check now.",
            "Training.",
            "Seen in time.",
            "Head of the department",
            "30 minutes",
        ):
            self.assertIn(text, page)
        accident = self._event(kind="accident")
        self.assertIn(
            "Registration Form of a Medical Accident",
            self._page("medical_event", accident),
        )

    def test_register_by_department(self):
        ward, office = (
            self._complete_event(),
            self._event(self.handler, department_id=False, course="Lost a file."),
        )
        form = self.env["complaint.form"].with_user(self.leader)
        pages = form._sheet_pages_medical_register((ward + office).with_env(form.env))
        self.assertEqual(len(pages), 2)
        self.assertIn("Ward 3", pages[0])
        self.assertIn("Two people check now.", pages[0])
        self.assertNotIn("Lost a file.", pages[0])
        self.assertIn("Lost a file.", pages[1])

    def test_papers_bear_no_identity(self):
        """Whoever prints it: the complainant of a secret case is not on it."""
        case = self._case(**CANARY)
        event = self._event(
            ticket_id=case.id,
            kind="dispute",
            patient_ref="Record 20261101",
            course="The patient fell.",
            result="The family is called back.",
        )
        conclusion = self._concluded(event, text="The floor was wet.")
        event.spokesperson_id = self.speaker
        conclusion.with_user(self.speaker).action_inform("The family, in person.")
        for kind, record in (
            ("medical_event", event),
            ("medical_register", event),
            ("medical_conclusion", conclusion),
            ("medical_informing", conclusion),
        ):
            with self.subTest(kind=kind):
                page = self._page(kind, record)
                self.assertNoCanary(page, kind)
                self.assertIn(event.number, page)
                if kind != "medical_informing":
                    self.assertNotIn("20261101", page)

    def test_erasure_forgets_the_record_number(self):
        case = self._case()
        event = self._event(ticket_id=case.id, patient_ref="Record 20261101")
        case.with_user(self.clerk).action_withdraw("No more.")
        case.with_user(self.custodian).action_erase_identity("The person asks for it.")
        self.assertFalse(event.patient_ref)

    # ----------------------------------------------------------------------
    # Summary and annual report
    # ----------------------------------------------------------------------

    def test_draft_is_filled_without_names(self):
        """R15 九: situation, typical cases, causes, lessons, measures."""
        event = self._complete_event()
        self._event(kind="accident", course="Infection.")
        self._event(event_date=NOW - timedelta(days=200), course="Last year.")
        action = self._task("medical_report").action_open_summary()
        summary = self.env[action["res_model"]].with_user(self.leader)
        summary = summary.browse(action["res_id"])
        self.assertIn("2 events", summary.situation)
        self.assertIn("Medical error: 1", summary.situation)
        self.assertEqual(summary.causes, "Nobody looked twice.")
        self.assertEqual(summary.measures, "Two people check now.")
        self.assertTrue(summary.cases.startswith("Medical accident\nInfection."))
        self.assertIn("××× mixed up the labels of ×××.", summary.cases)
        for name in ("Wang Wei", "bed 12", "Last year", event.number):
            self.assertNotIn(name, summary.cases)
        again = self._task("medical_report").action_open_summary()
        self.assertEqual(again["res_id"], summary.id)

    def test_summary_of_a_department(self):
        self._complete_event()
        self._event(self.handler, department_id=False, cause="A file was lost.")
        task = self._task("medical_summary", self.ward)
        summary = self._open(task)
        self.assertEqual(summary.department_id, self.ward)
        self.assertEqual(summary.event_ids.department_id, self.ward)
        self.assertNotIn("A file was lost.", summary.causes)

    def _open(self, task):
        action = task.action_open_summary()
        records = self.env[action["res_model"]].with_user(task.env.user)
        return records.browse(action["res_id"])

    def test_finishing_does_the_duty(self):
        self._complete_event()
        task = self._task("medical_report")
        summary = self._open(task)
        summary.lessons = "Two people check."
        with self.assertRaisesRegex(UserError, "not over yet"):
            summary.action_done()
        summary.lessons = False
        with freeze_time("2026-04-03 02:00:00"):
            with self.assertRaisesRegex(UserError, "Lessons"):
                summary.action_done()
            summary.lessons = "Two people check."
            summary.action_done()
        self.assertEqual((summary.state, task.state), ("done", "done"))
        self.assertNotIn("labels", task.result, "all the staff read the task")
        self.assertEqual(summary.done_by_id, self.leader)
        for change in (lambda: summary.write({"lessons": "x"}), summary.unlink):
            with self.assertRaises(UserError):
                change()
        page = self._page("medical_summary", summary)
        for text in ("Nobody looked twice.", "Two people check.", "Annual report"):
            self.assertIn(text, page)

    def test_other_duties_have_no_summary(self):
        with self.assertRaises(UserError):
            self.regulation.duty_ids._open_tasks()[0].with_user(
                self.leader
            ).action_open_summary()

    def test_no_summary_of_what_is_done_or_another_duty(self):
        task = self._task("medical_report")
        other = self.regulation.duty_ids._open_tasks()[0]
        summaries = self.env["complaint.medical.summary"].with_user(self.leader)
        with self.assertRaisesRegex(UserError, "no summary"):
            summaries.create({"task_id": other.id})
        task.write({"result": "Told the board."})
        with freeze_time("2026-04-03 02:00:00"):
            task.action_done()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            task.action_open_summary()

    def test_threat_17_summary_hides_from_who_is_kept_away(self):
        """A summary that draws upon their case is no way around the conflict."""
        case = self._case()
        self._event(ticket_id=case.id)
        task = self._task("medical_report")
        summary = self._open(task)
        mine = summary.with_user(self.handler)
        self.assertTrue(mine.search_count([("id", "=", summary.id)]))
        self._recuse(case, self.handler)
        self.assertFalse(mine.search_count([("id", "=", summary.id)]))
        with self.assertConstraint("a draft for this duty already"):
            task.with_user(self.handler).action_open_summary()

    # ----------------------------------------------------------------------
    # Workbook
    # ----------------------------------------------------------------------

    def test_workbook(self):
        event = self._complete_event()
        self._event(self.handler, department_id=False, course="=1+1")
        report = self.env["report.community_complaint.medical_register"]
        events = self.env["complaint.medical.event"].search([])
        content, kind = report.with_user(self.leader).create_xlsx_report(events.ids, {})
        self.assertEqual(kind, "xlsx")
        book = load_workbook(io.BytesIO(content))
        self.assertIn("Ward 3", book.sheetnames)
        rows = list(book["Ward 3"].values)
        self.assertEqual(rows[0][0], "Number")
        self.assertEqual(rows[1][0], event.number)
        [other] = (sheet for sheet in book if sheet.title != "Ward 3")
        cell = next(
            cell for row in other.iter_rows() for cell in row if cell.value == "=1+1"
        )
        self.assertEqual(cell.data_type, "s", "people's words are never formulas")

    def test_workbook_under_the_readers_rights(self):
        case = self._case()
        event = self._event(ticket_id=case.id, course="A secret matter.")
        self._recuse(case, self.handler)
        report = self.env["report.community_complaint.medical_register"]
        content, _kind = report.with_user(self.handler).create_xlsx_report(
            event.ids, {}
        )
        book = load_workbook(io.BytesIO(content))
        self.assertEqual(list(book.worksheets[0].values), [])


@tagged("post_install", "-at_install")
class TestMedicalSheetPage(HttpCase, PaperCommon):
    """The address papers are fetched from."""

    def _get(self, user, path):
        self.authenticate(user.login, user.login)
        return self.url_open(path)

    def test_pdf(self):
        self.company.partner_id.lang = "en_US"
        event = self._complete_event()
        for kind in ("medical_event", "medical_register"):
            answer = self._get(self.leader, f"/complaint/sheets/{kind}/{event.id}")
            self.assertEqual(answer.status_code, 200)
            text = "".join(
                page.extract_text()
                for page in PdfReader(io.BytesIO(answer.content)).pages
            )
            self.assertIn("Two people check now", " ".join(text.split()))

    def test_strangers_get_nothing(self):
        case = self._case()
        event = self._event(ticket_id=case.id)
        self._recuse(case, self.handler)
        path = f"/complaint/sheets/medical_event/{event.id}"
        for user, status in (
            (self.leader, 200),
            (self.handler, 404),
            (self.employee_user, 404),
        ):
            self.assertEqual(self._get(user, path).status_code, status, user.login)
        for bad in ("medical_event/0", "medical_event/x", f"nothing/{event.id}"):
            answer = self._get(self.leader, f"/complaint/sheets/{bad}")
            self.assertEqual(answer.status_code, 404, bad)
