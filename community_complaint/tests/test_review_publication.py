from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CANARY
from .test_publication import PublicationCommon

#: What a curious publisher writes to find out which one is masked.
_CANDIDATES = f"陈一 李雷 王伟 {CANARY['complainant_name']} 赵六"


@tagged("post_install", "-at_install")
class TestReviewPublication(PublicationCommon):
    """Attacks of a review on publications, taken as the user who would take them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.far = cls._new_user(
            "farleader", "community_complaint.group_complaint_leader"
        )
        cls.far_rules = cls._adopt("regulation_r12")
        cls.far_rules.team_id.user_ids = cls.far

    def _secret(self, **vals):
        return self._closed(**{**CANARY, **vals})

    def _check(self, publication):
        if publication.state != "draft":
            publication.action_back_to_draft()
        publication.action_check()
        return publication.state

    # ----------------------------------------------------------------------
    # Written by steps only
    # ----------------------------------------------------------------------

    def test_review_01_context_publishes_nothing(self):
        """Neither a publisher's own default nor one that comes with a step."""
        context = {
            "default_state": "released",
            "default_released_date": "2026-10-01",
            "default_number": "1",
            "default_public_key": "guessed",
        }
        self.publications = self.publications.with_context(**context)
        made = self._publication(kind="month")
        self.regulation.publishes_results = True
        with freeze_time("2026-08-10 02:00:00"):
            case = self._to(self._complaint(), "notified")
            case.notice_ids.with_user(self.clerk).with_context(**context).action_serve(
                delivery="post", note="RX 1"
            )
        made |= self.publications.search([("kind", "=", "result")])
        self.assertEqual(len(made), 2)
        for publication in made:
            self.assertEqual(publication.state, "draft")
            self.assertFalse(publication.released_date or publication.number)
            self.assertNotEqual(publication.public_key, "guessed")

    # ----------------------------------------------------------------------
    # The gate tells nobody's name
    # ----------------------------------------------------------------------

    def test_review_03_taking_out_tells_no_name(self):
        """In typed words only what looks like a number is masked, whoever's it is."""
        case = self._secret(confidentiality="open")
        publication = self._proposed()
        publication.introduction = f"{_CANDIDATES} 13700137000"
        publication.name = _CANDIDATES
        publication.line_ids.write({"summary": _CANDIDATES, "measures": _CANDIDATES})
        publication.action_redact()
        self.assertEqual(publication.introduction, f"{_CANDIDATES} [phone]")
        self.assertEqual(publication.name, _CANDIDATES)
        self.assertEqual(publication.line_ids.summary, _CANDIDATES)
        self.assertEqual(publication.line_ids.measures, _CANDIDATES)
        self.assertEqual(self._check(publication), "draft")
        with self.assertRaises(UserError):
            publication.line_ids.touched = False
        # what the program copied itself is copied anew, names that are new included
        publication.line_ids.unlink()
        publication.write({"name": "Results", "introduction": False})
        publication.action_propose()
        self._force(case.sudo().identity_ids, name="drilling")
        publication.action_redact()
        self.assertEqual(publication.line_ids.summary, "The [somebody] was stopped.")

    def test_review_04_a_draft_stays_with_its_regulation(self):
        self._recuse(self._secret().sudo(), self.publisher2)
        publication = self._proposed()
        with self.assertRaises(UserError):
            publication.regulation_id = self.far_rules
        # however it came there: the gate is shut, and who is kept away stays so
        self.env.cr.execute(
            "UPDATE complaint_publication SET regulation_id = %s WHERE id = %s",
            (self.far_rules.id, publication.id),
        )
        self.env.invalidate_all()
        self.assertEqual(self._check(publication), "draft")
        self.assertIn("Result 1", publication.problem)
        self.assertFalse(publication.with_user(self.publisher2).search([]))

    def test_review_05_the_notice_board_allows_no_name(self):
        """A phone of the board may be told, not a name in its place."""
        self._secret(confidentiality="open")
        board = (
            self.env["complaint.notice.board"]
            .with_user(self.publisher)
            .create({"regulation_id": self.regulation.id})
        )
        publication = self._proposed(with_figures=False)
        for field in ("hotline", "phone", "address", "superior_phone"):
            board.write({field: CANARY["complainant_name"]})
            publication.introduction = CANARY["complainant_name"]
            with self.subTest(field):
                self.assertEqual(self._check(publication), "draft")
            board.write({field: False})
        board.hotline = "13700137000"
        publication.introduction = "Call 137 0013 7000."
        self.assertEqual(self._check(publication), "checked", publication.problem)

    def test_review_10_everybody_of_the_file_is_looked_for(self):
        """Also who is measured."""
        case = self._closed()
        staff = self.env["hr.employee"].create(
            {"name": "Zhao Liu", "company_id": self.company.id}
        )
        measure = self.env.ref("community_complaint.measure_written_warning")
        self.env["complaint.discipline"]._create_sealed(
            "decided",
            {
                "ticket_id": case.id,
                "measure_id": measure.id,
                "employee_id": staff.id,
                "reason": "How it was handled.",
            },
        )
        publication = self._proposed()
        publication.line_ids.summary = "It was Zhao Liu."
        self.assertEqual(self._check(publication), "draft")

    # ----------------------------------------------------------------------
    # Whose publication it is
    # ----------------------------------------------------------------------

    def test_review_08_leaders_publish_for_their_desks(self):
        self._secret()
        own = self.publications.with_user(self.far)
        with self.assertRaises(AccessError):
            own.create({"regulation_id": self.regulation.id})
        publication = self._proposed()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(own.search([("id", "=", publication.id)]))
        for records in (publication, publication.line_ids):
            with self.assertRaises(AccessError):
                records.with_user(self.far).read(["display_name"])
        draft = own.create({"regulation_id": self.far_rules.id})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            draft.regulation_id = self.regulation
        for user in (self.leader, self.manager, self.auditor, self.publisher2):
            found = publication.with_user(user).search([("id", "=", publication.id)])
            self.assertTrue(found.line_ids, user.login)

    def test_review_25_staff_without_a_role_reads_none(self):
        publication = self._proposed()
        access = self.env.ref(
            "community_complaint.access_complaint_publication_auditor"
        )
        staff = self.env.ref("community_complaint.group_complaint_staff")
        access.copy({"group_id": staff.id})
        user = self._new_user("newcomer", "community_complaint.group_complaint_staff")
        self.assertFalse(publication.with_user(user).search([]))

    def test_review_17_a_publication_does_its_own_duty_only(self):
        task = self.regulation.duty_ids.filtered(
            lambda duty: duty.kind == "publication"
        )._open_tasks()[:1]
        others = (
            self.env["complaint.duty.task"].search(
                [("company_id", "=", self.company.id), ("state", "=", "open")]
            )
            - task
        )
        other = others.filtered(lambda item: item.kind != "publication")[:1]
        far = others.filtered(lambda item: item.regulation_id == self.far_rules)[:1]
        self.assertTrue(other and far)
        self._closed()
        publication = self._proposed()
        for wrong in (other, far):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                publication.task_id = wrong
        task.sudo().user_id = self.clerk
        publication.task_id = task
        self._release(publication)
        self.assertEqual(task.state, "open", "up to the clerk")
        with self.assertRaises(UserError):
            publication.task_id = False

    def test_review_28_who_is_kept_away_sees_nothing_vanish(self):
        """Their own draft stays; the result waits for somebody else."""
        case = self._closed()
        self._recuse(case.sudo(), self.publisher)
        publication = self._proposed()
        self.assertEqual(publication.search([]), publication)
        self.assertFalse(publication.line_ids)
        publication.with_user(self.publisher2).action_propose()
        self.assertEqual(len(publication.with_user(self.publisher2).line_ids), 1)

    # ----------------------------------------------------------------------
    # What is published
    # ----------------------------------------------------------------------

    def test_review_11_erasure_takes_results_out_of_drafts(self):
        """Nobody can look for names in them any more."""
        case = self._secret(confidentiality="open")
        name = CANARY["complainant_name"]
        publication = self._proposed()
        publication.introduction = f"About {name}."
        publication.line_ids.summary = f"{name} was right."
        case._erase("request")
        self.env.invalidate_all()
        self.assertFalse(publication.line_ids)
        self.assertNotIn(name, publication.introduction)
        released = self._release(self._proposed(kind="year", date_from="2025-01-01"))
        self.assertEqual(released.state, "released")

    def test_review_16_hidden_figures_cannot_be_counted(self):
        """Neither kind, conclusion nor month of a result where its count is hidden."""
        with freeze_time("2026-07-10 02:00:00"):
            for _index in range(9):
                self._complaint()
        self._closed("2026-08-10")
        publication = self._release(self._proposed())
        hidden = publication.figure_ids.filtered("hidden")
        self.assertIn("substantiated", hidden.mapped("code"))
        self.assertIn("2026-08-01", hidden.mapped("code"))
        [result] = publication._shown_results()
        self.assertEqual((result["conclusion"], result["month"]), ("", ""))
        self.assertNotIn("Substantiated", result["outcome"])

    def test_review_22_what_is_released_stays_as_it_was(self):
        """Names of kinds and of the regulation, and the smallest number, are copies."""
        self._closed()
        publication = self._release(self._proposed(with_figures=False))
        office = publication._in_office_language()
        before = str((office._shown_results(), office._paper_facts()))
        self.type.sudo().name = "Renamed"
        self.regulation.sudo().name = "Renamed"
        self.assertEqual(str((office._shown_results(), office._paper_facts())), before)
