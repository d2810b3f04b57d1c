from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import ComplaintCommon


class PublicationCommon(ComplaintCommon):
    """An office under R01 with two publishers; cases of the third quarter of 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the database may know Chinese only; these tests read English
        cls.env["res.lang"]._activate_lang("en_US")
        cls.publisher2 = cls._new_user(
            "publisher2", "community_complaint.group_complaint_publisher"
        )
        cls.publications = cls.env["complaint.publication"].with_user(cls.publisher)

    def _closed(self, day="2026-08-10", reasons="The drilling was stopped.", **vals):
        """Return a case that was received and closed on a day."""
        with freeze_time(f"{day} 02:00:00"):
            case = self._complaint(**vals)
            self._to(case, "deciding")
            self._draft(case, reasons=reasons)
            self._to(case, "closed")
        return case

    def _publication(self, **vals):
        return self.publications.create(
            {
                "regulation_id": self.regulation.id,
                "kind": "quarter",
                "date_from": "2026-07-01",
                **vals,
            }
        )

    def _proposed(self, **vals):
        publication = self._publication(**vals)
        publication.action_propose()
        return publication

    def _approve(self, publication, user=None):
        own = publication.with_user(user or self.publisher)
        own.action_check()
        self.assertEqual(publication.state, "checked", publication.problem)
        own.action_approve()
        return publication

    def _release(self, publication, first=None, second=None):
        """Publish by two people, in October."""
        with freeze_time("2026-10-12 02:00:00"):
            self._approve(publication, first)
            self._clear(publication)
            publication.with_user(second or self.publisher2).action_release()
        return publication


@tagged("post_install", "-at_install")
class TestPublication(PublicationCommon):
    """States, people, copies."""

    def test_the_period_offered_is_the_last_one_that_is_over(self):
        with freeze_time("2026-11-28 02:00:00"):
            form = Form(self.publications)
            self.assertEqual(str(form.date_from), "2026-07-01")
            for kind, first in (("month", "2026-10-01"), ("year", "2025-01-01")):
                form.kind = kind
                self.assertEqual(str(form.date_from), first)
        # the first of November in Shanghai already
        with freeze_time("2026-10-31 17:00:00"):
            form.kind = "month"
            self.assertEqual(str(form.date_from), "2026-10-01")

    def test_propose(self):
        case = self._closed()
        self._closed("2026-10-02")
        publication = self._proposed()
        line = publication.line_ids
        self.assertEqual(len(line), 1, "one of them is of another quarter")
        self.assertEqual(line.month, date(2026, 8, 1))
        self.assertEqual(line.type_id, case.type_id)
        self.assertEqual(line.conclusion, "substantiated")
        self.assertEqual(line.summary, "The drilling was stopped.")
        publication.action_propose()
        self.assertEqual(len(publication.line_ids), 1, "nothing twice")

    def test_no_result_twice(self):
        self._closed()
        self._release(self._proposed())
        month = self._proposed(kind="month", date_from="2026-08-20")
        self.assertEqual(month.date_from, date(2026, 8, 1))
        self.assertFalse(month.line_ids)

    def test_two_people(self):
        self._closed()
        publication = self._proposed()
        with freeze_time("2026-10-12 02:00:00"):
            self._approve(publication)
            with self.assertRaises(UserError) as caught:
                publication.action_release()
            self.assertIn("Somebody else", str(caught.exception))
            self._clear(publication)
            publication.with_user(self.leader).action_release()
        self.assertEqual(publication.state, "released")
        self.assertEqual(publication.approved_by_id, self.publisher)
        self.assertEqual(publication.released_by_id, self.leader)
        self.assertTrue(publication.number)

    def test_who(self):
        """Handlers, clerks, custodians and auditors publish nothing."""
        self._closed()
        publication = self._proposed()
        publication.action_check()
        for role in ("handler", "clerk", "custodian", "discipline", "auditor"):
            own = publication.with_user(getattr(self, role))
            with self.subTest(role):
                for step in (
                    own.action_approve,
                    own.action_release,
                    own.action_back_to_draft,
                    lambda own=own: own.action_withdraw("Because."),
                ):
                    with self.assertRaises(UserError):
                        step()
                with self.assertRaises(AccessError):
                    own.create({"regulation_id": self.regulation.id})
        self.assertEqual(publication.state, "checked")

    def test_states_are_written_by_steps(self):
        forged = ({"state": "released"}, {"public_key": "x"}, {"number": "1"})
        for vals in forged:
            with self.assertRaises(UserError):
                self._publication(**vals)
        publication = self._publication()
        for vals in forged:
            for record in (publication, publication.sudo()):
                with self.assertRaises(UserError):
                    record.write(vals)
        with self.assertRaises(UserError):
            publication.action_release()

    def test_checked_does_not_change(self):
        self._closed()
        publication = self._proposed()
        publication.action_check()
        with self.assertRaises(UserError):
            publication.introduction = "New."
        with self.assertRaises(UserError):
            publication.line_ids.summary = "New."
        with self.assertRaises(UserError):
            publication.line_ids.unlink()
        publication.action_back_to_draft()
        publication.line_ids.summary = "New."
        self.assertFalse(publication.approved_by_id)

    def test_published_never_changes(self):
        self._closed()
        publication = self._release(self._proposed())
        for user in (self.publisher, self.leader, self.manager):
            own = publication.with_user(user)
            with self.assertRaises(UserError):
                own.introduction = "New."
            with self.assertRaises(UserError):
                own.line_ids.write({"summary": "New."})
            with self.assertRaises(UserError):
                own.unlink()
        office = publication.sudo()
        for change in (
            lambda: office.write({"name": "New."}),
            lambda: office.line_ids.write({"summary": "New."}),
            office.figure_ids.unlink,
            office.line_ids.unlink,
            office.unlink,
        ):
            with self.assertRaises(UserError):
                change()

    def test_period_not_over(self):
        self._closed()
        publication = self._proposed()
        with freeze_time("2026-09-30 02:00:00"):
            publication.action_check()
            with self.assertRaises(UserError) as caught:
                publication.action_approve()
        self.assertIn("not over", str(caught.exception))

    def test_withdraw(self):
        self._closed()
        publication = self._release(self._proposed())
        action = publication.action_withdraw()
        self.assertEqual(action["res_model"], "complaint.step.dialog")
        publication.action_withdraw("A result was wrong.")
        self.assertEqual(publication.state, "withdrawn")
        # the results may be published again
        again = self._proposed()
        self.assertEqual(len(again.line_ids), 1)

    @mute_logger("odoo.sql_db")
    def test_one_publication_a_period(self):
        self._publication()
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self._publication()
        self.assertIn("_period_unique", str(caught.exception))

    def test_nothing_to_publish(self):
        publication = self._publication(with_figures=False)
        publication.action_check()
        self.assertIn("nothing to publish", publication.problem)
        self.assertEqual(publication.state, "draft")

    # ----------------------------------------------------------------------
    # Copies
    # ----------------------------------------------------------------------

    def test_no_way_back(self):
        """No field of what is published leads to a case, its parts or its people."""
        paths = self.env["helpdesk.ticket"]._case_paths()
        for model in ("complaint.publication", "complaint.publication.line",
                      "complaint.publication.figure"):  # fmt: skip
            with self.subTest(model):
                self.assertNotIn(model, paths)
                self.assertFalse(self.env["ir.rule"]._conflict_links(model))
        self._closed()
        line = self._proposed().line_ids
        self.assertTrue(line.sudo().case_mark)
        for user in (self.publisher, self.manager, self.auditor):
            with self.assertRaises(AccessError):
                line.with_user(user).read(["case_mark"])
            self.assertNotIn("case_mark", line.with_user(user).read()[0])

    def test_keys_are_random(self):
        self._closed()
        self._closed("2026-08-11")
        publication = self._proposed()
        keys = publication.line_ids.mapped("public_key")
        self.assertEqual(len(set(keys)), 2)
        self.assertRegex(publication.public_key, r"^[A-Za-z0-9_-]{16}$")
        copied = self._publication(date_from="2026-04-01")
        self.assertNotEqual(copied.public_key, publication.public_key)

    def test_copy_stays_when_the_case_is_erased(self):
        case = self._closed(confidentiality="open")
        publication = self._release(self._proposed())
        case._erase("request")
        self._force(case, name="x")
        self.assertEqual(publication.state, "released")
        self.assertEqual(publication.line_ids.summary, "The drilling was stopped.")

    def test_a_changed_type_is_no_matter(self):
        """Renaming or archiving what a case refers to changes no copy."""
        self._closed()
        publication = self._release(self._proposed())
        self.env.ref("community_complaint.measure_apology").name = "Other words"
        self.assertNotIn("Other words", publication.line_ids.measures or "")

    # ----------------------------------------------------------------------
    # Conflicts
    # ----------------------------------------------------------------------

    def test_no_trace_for_who_is_kept_away(self):
        """Drafts with a result of a case somebody is kept away from are not there."""
        case = self._closed()
        publication = self._proposed()
        own = publication.with_user(self.publisher2)
        self.assertTrue(own.search([]))
        self._recuse(case.sudo(), self.publisher2)
        self.assertFalse(own.search([]))
        self.assertFalse(own.env["complaint.publication.line"].search([]))
        with self.assertRaises(AccessError):
            own.action_approve()
        self._release(publication, second=self.leader)
        # what everybody reads
        self.assertEqual(own.search([]), publication)

    def test_other_companies(self):
        publication = self._publication()
        company = self.env["res.company"].create({"name": "Far away"})
        stranger = self._new_user(
            "stranger", "community_complaint.group_complaint_publisher"
        )
        stranger.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        far = publication.with_user(stranger).with_context(
            allowed_company_ids=company.ids
        )
        self.assertFalse(far.search([]))

    # ----------------------------------------------------------------------
    # Duties
    # ----------------------------------------------------------------------

    def _duty(self):
        return self.regulation.duty_ids.filtered(lambda d: d.kind == "publication")

    def test_duty(self):
        """R01: publishing does the duty and opens the next one."""
        self._closed()
        with freeze_time("2026-10-12 02:00:00"):
            task = self._duty().task_ids.with_user(self.publisher)
            action = task.action_draft_publication()
            publication = self.publications.browse(action["res_id"])
            self.assertEqual(publication.date_from, date(2026, 7, 1))
            self.assertEqual(len(publication.line_ids), 1)
            again = task.action_draft_publication()
            self.assertEqual(again["res_id"], publication.id)
            self._release(publication)
        self.assertIn(task.state, ("done", "done_late"))
        self.assertEqual(task.done_by_id, self.publisher2)
        self.assertIn(publication.number, task.result)
        self.assertEqual(len(self._duty()._open_tasks()), 1)

    def test_duty_by_quarter(self):
        """R12: the task's own period."""
        rules = self._adopt("regulation_r12")
        duty = rules.duty_ids
        task = duty._open_tasks()
        action = task.with_user(self.publisher).action_draft_publication()
        publication = self.publications.browse(action["res_id"])
        self.assertEqual(publication.kind, "quarter")
        self.assertEqual(publication.date_from, task.period_start)
        self.assertEqual(publication.date_to, task.period_end)

    # ----------------------------------------------------------------------
    # One result (R02)
    # ----------------------------------------------------------------------

    def test_each_result(self):
        self.regulation.publishes_results = True
        with freeze_time("2026-08-10 02:00:00"):
            case = self._to(self._complaint(), "notified")
            self.assertFalse(self.publications.search([]), "not told yet")
            case.notice_ids.with_user(self.clerk).action_serve(
                delivery="post", note="RX 1"
            )
            publication = self.publications.search([])
            self.assertEqual(publication.kind, "result")
            self.assertEqual(len(publication.line_ids), 1)
            case.with_user(self.clerk).action_close()
            with self.assertRaises(UserError) as caught:
                case.with_user(self.clerk).action_archive()
            self.assertIn("not published", str(caught.exception))
        self._release(publication)
        case.with_user(self.clerk).action_archive()
        self.assertEqual(case.phase, "archived")

    def test_button_on_the_case(self):
        case = self._closed()
        action = case.with_user(self.publisher).action_publish_result()
        publication = self.publications.browse(action["res_id"])
        self.assertEqual(publication.kind, "result")
        self.assertFalse(publication.with_figures)
        with self.assertRaises(UserError):
            case.with_user(self.publisher).action_publish_result()
        with self.assertRaises(AccessError):
            case.with_user(self.handler).action_publish_result()
        with self.assertRaisesRegex(UserError, "one result"):
            publication.with_user(self.publisher).action_propose()

    def test_archived_results_have_no_button(self):
        case = self._closed()
        case.with_user(self.clerk).action_archive()
        with self.assertRaisesRegex(UserError, "no result to publish"):
            case.with_user(self.publisher).action_publish_result()

    def test_desk(self):
        self._closed()
        publication = self._proposed()
        tickets = self.env["helpdesk.ticket"]

        def tiles(user):
            sections = tickets.with_user(user).get_complaint_desk()["sections"]
            return {t["key"]: t["count"] for s in sections for t in s["tiles"]}

        self.assertEqual(tiles(self.publisher)["publication_drafts"], 1)
        self.assertNotIn("publication_drafts", tiles(self.handler))
        with freeze_time("2026-10-12 02:00:00"):
            self._approve(publication)
        self.assertNotIn("publication_approved", tiles(self.publisher))
        self.assertEqual(tiles(self.publisher2)["publication_approved"], 1)
        action = tickets.with_user(self.publisher2).open_complaint_desk_tile(
            "publication_approved"
        )
        self.assertEqual(self.publications.search(action["domain"]), publication)

    def test_paper(self):
        self._closed()
        publication = self._proposed()
        self.assertTrue(publication._paper().startswith(b"%PDF-"))
        self._release(publication)
        self.assertTrue(publication._paper().startswith(b"%PDF-"))

    def test_pack_that_publishes_secrets(self):
        template = self.env.ref("community_complaint.regulation_r02").copy(
            {"is_template": True, "code": "X02", "company_id": False}
        )
        self.assertFalse(list(template._faults()))
        template.gate_redaction = False
        self.assertEqual(
            [code for code, _t in template._faults()], ["publication_secrecy"]
        )
        with self.assertRaises(UserError):
            template.with_company(self.company).action_adopt()
        template.confidentiality = "open"
        self.assertFalse(list(template._faults()))
