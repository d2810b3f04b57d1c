from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .canary import CanarySweep
from .common import CANARY
from .test_publication import PublicationCommon


@tagged("post_install", "-at_install")
class TestPublicationGate(PublicationCommon, CanarySweep):
    """THREATS 26: what tells who somebody is keeps a publication from coming out."""

    def _secret(self, **vals):
        return self._closed(**{**CANARY, **vals})

    def _told(self, text, **vals):
        """Return what the check says of a text as the summary of a confidential case."""
        publication = self._proposed(**vals)
        publication.line_ids[:1].summary = text
        publication.action_check()
        self.publication = publication
        return publication.problem or ""

    # ----------------------------------------------------------------------
    # What blocks
    # ----------------------------------------------------------------------

    def test_threat_26_names_block(self):
        self._secret(respondent_ids=self._respondent())
        publication = self._proposed()
        for text in (
            "金丝雀反映夜间施工。",
            "金 丝 雀 反映夜间施工。",
            "金女士反映夜间施工。",
            "电话１３９１２３４５６７８。",
            "手机尾号5678。",
            "住在鸟笼弄7号。",
            "CANARY@resident.example",
            "110101 19900307 4514",
            "Wang Wei was rude.",
            "王大妈、Zhang San",
            f"Handled by {self.handler.name}.",
            "某人 13700137000",
            "沪A12345",
        ):
            with self.subTest(text):
                if publication.state != "draft":
                    publication.action_back_to_draft()
                publication.line_ids.summary = text
                publication.action_check()
                if publication.state == "checked":
                    # what only the vault knows a custodian is told, nobody else
                    answer = publication.with_user(self.custodian).action_clear()
                    self.assertIn("Result 1", answer["params"]["message"])
                self.assertTrue(
                    publication.state == "draft" or publication.waits_for_custodian
                )

    def test_the_check_is_the_same_whoever_complained(self):
        """THREATS 46: publishers, who type, get one answer by the same queries."""
        self._secret(respondent_ids=self._respondent())
        publication = self._proposed()

        def answer(name):
            publication.line_ids.summary = f"夜间施工与{name}无关。"
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            identities = type(self.env["complaint.identity"])
            with patch.object(identities, "_open_vault", autospec=True) as opened:
                publication.action_check()
                publication.action_approve()
                with self.assertRaisesRegex(UserError, "custodian clears"):
                    publication.with_user(self.publisher2).action_release()
            self.assertFalse(opened.called)
            told = publication.problem, publication.state
            publication.action_back_to_draft()
            return told, self.env.cr.sql_log_count - before

        with freeze_time("2026-10-12 02:00:00"):
            answer("周丽丽")
            self.assertEqual(answer("金丝雀"), answer("周丽丽"))

    def test_a_cleared_text_is_the_one_that_comes_out(self):
        """Changed since, it waits again; every comparison is in the log."""
        self._secret()
        publication = self._proposed()
        with freeze_time("2026-10-12 02:00:00"):
            self._approve(publication)
            with self.assertRaises(AccessError):
                publication.with_user(self.leader).action_clear()
            self.assertTrue(publication.with_user(self.custodian).action_clear())
            publication.action_back_to_draft()
            publication.line_ids.summary = "夜间施工与金丝雀无关。"
            self._approve(publication)
            with self.assertRaisesRegex(UserError, "custodian clears"):
                publication.with_user(self.publisher2).action_release()
            desk = self.env["helpdesk.ticket"].with_user(self.custodian)
            action = desk.open_complaint_desk_tile("to_clear")
            self.assertIn(publication, self.publications.search(action["domain"]))
            publication.with_user(self.custodian).action_clear()
        self.env.cr.precommit.run()
        rows = self.env["complaint.log"].search([("kind", "=", "text_compared")])
        self.assertEqual(rows.user_id, self.custodian)
        self.assertEqual(len(rows), 2)

    def test_witnesses_and_parties(self):
        case = self._complaint(**CANARY)
        with freeze_time("2026-08-10 02:00:00"):
            case = self._complaint(**CANARY)
            self._to(case, "investigating")
            self.env["complaint.inquiry"].with_user(self.handler).create(
                {
                    "ticket_id": case.id,
                    "summary": "Heard.",
                    "person": "王大妈、Zhang San",
                }
            )
            self._to(case, "closed")
        self.assertIn("Result 1", self._told("邻居王大妈证实。"))
        self.publication.line_ids.summary = "zhang  san said so"
        self.publication.action_check()
        self.assertEqual(self.publication.state, "draft")

    def test_every_text(self):
        """The title, the introduction, the measures."""
        self._secret(confidentiality="open")
        for field in ("name", "introduction"):
            publication = self._proposed(date_from="2026-07-01")
            publication[field] = "About 金丝雀"
            publication.action_check()
            self.assertIn(
                publication._fields[field].string or field.title(), publication.problem
            )
            self.assertEqual(publication.state, "draft")
            publication.unlink()
        publication = self._proposed()
        publication.line_ids.measures = "向金丝雀道歉"
        publication.action_check()
        self.assertIn("Measures", publication.problem)

    def test_again_before_each_step(self):
        """A name that becomes known after the check still blocks."""
        case = self._secret(complainant_name="Li Lei", confidentiality="open")
        publication = self._proposed()
        publication.line_ids.summary = "Han Meimei said so."
        with freeze_time("2026-10-12 02:00:00"):
            publication.action_check()
            publication.action_approve()
            self._force(case.sudo().identity_ids, name="Han Meimei")
            with self.assertRaises(UserError) as caught:
                publication.with_user(self.publisher2).action_release()
        self.assertIn("Result 1", str(caught.exception))
        self.assertEqual(publication.state, "approved")

    # ----------------------------------------------------------------------
    # What the message tells
    # ----------------------------------------------------------------------

    def test_the_message_names_nobody(self):
        """One could find out a name by trying otherwise."""
        self._secret(confidentiality="open")
        message = self._told("金丝雀，13912345678 与 13700137000")
        self.assertIn("Result 1, Summary", message)
        self.assertNotIn("金丝雀", message)
        # any text with such a number is refused, that tells nothing
        self.assertIn("13700137000", message)

    def test_the_message_of_an_open_case(self):
        """Not even to who may know: the text stays on the form for the others."""
        self._secret(confidentiality="open")
        self._told("金 丝 雀反映")
        self.publication.with_user(self.leader).action_check()
        self.assertTrue(self.publication.problem)
        self.assertNotIn("金", self.publication.problem)

    def test_the_log_names_nobody(self):
        self._secret()
        self._told("金丝雀 13700137000")
        self.publication.name = "About 金丝雀 13700137000"
        self.publication.action_check()
        self.publication.action_redact()
        rows = self.env["complaint.log"].search(
            [("res_model", "=", "complaint.publication")]
        )
        self.assertGreaterEqual(len(rows), 3)
        self.assertNoCanary(rows.mapped("details"), "log")
        self.assertIn('"texts":2', rows[0].details)

    def test_by_hand(self):
        """Results are copies: nobody writes one, nobody changes what was decided."""
        self._secret()
        publication = self._proposed()
        for user in (self.publisher, self.leader, self.manager):
            lines = publication.line_ids.with_user(user)
            with self.assertRaises(UserError):
                lines.create({"publication_id": publication.id, "summary": "x"})
            for vals in ({"conclusion": "settled"}, {"month": "2026-01-01"}):
                with self.assertRaises(UserError):
                    lines.write(vals)
        publication.line_ids.summary = "Other words."

    def test_every_check_is_logged(self):
        self._secret(confidentiality="open")
        self._told("金丝雀")
        rows = self.env["complaint.log"].search([("kind", "=", "publication_checked")])
        self.assertEqual(rows[:1].user_id, self.publisher)
        self.assertIn('"places":1', rows[:1].details)

    # ----------------------------------------------------------------------
    # Taking out
    # ----------------------------------------------------------------------

    def test_proposed_without_names(self):
        self._secret(
            confidentiality="open",
            reasons="Ms 金丝雀 (139 1234 5678) complained about Wang Wei; 金女士 is right.",
            respondent_ids=self._respondent(),
        )
        publication = self._proposed()
        self.assertEqual(
            publication.line_ids.summary,
            "Ms [somebody] ([phone]) complained about [somebody]; [somebody] is right.",
        )
        publication.action_check()
        self.assertEqual(publication.state, "checked", publication.problem)

    def test_take_out(self):
        """From what was typed only numbers go: more would tell who types a name."""
        self._secret()
        publication = self._proposed()
        publication.line_ids.summary = "金丝雀 called 13700137000."
        publication.introduction = "From 金丝雀."
        publication.action_redact()
        self.assertEqual(publication.line_ids.summary, "金丝雀 called [phone].")
        self.assertEqual(publication.introduction, "From 金丝雀.")

    def test_the_office_may_be_named(self):
        self.company.phone = "021 5555 0100"
        self._secret(complainant_work_unit=self.company.name)
        publication = self._proposed()
        publication.introduction = f"{self.company.name}, phone 021-5555 0100."
        publication.action_check()
        self.assertEqual(publication.state, "checked", publication.problem)

    # ----------------------------------------------------------------------
    # Canary
    # ----------------------------------------------------------------------

    def test_threat_26_canary(self):
        """From the proposal to the paper, nothing shows who complained."""
        words = "，".join(CANARY.values())
        case = self._secret(respondent_ids=self._respondent())
        self._force(case.decision_ids, reasons=f"经查：{words}。")
        publication = self._proposed()
        publication.action_check()
        self._clear(publication)
        self.assertTrue(publication.waits_for_custodian)
        publication.action_back_to_draft()
        publication.line_ids.summary = "经查属实。"
        self._force(case.decision_ids, reasons="经查属实。")
        self._release(publication)
        self.assertNoCanary(publication._shown_values()["results"], "results")
        file = self.env["ir.attachment"].create(
            {"name": "p", "raw": publication._paper()}
        )
        self.assertNoCanaryInFiles(file)
        for user in (self.publisher, self.leader, self.auditor):
            rows = publication.with_user(user).line_ids.read()
            self.assertNoCanary(rows, user.login)
        tables = self._tables_with(self._pattern())
        self.assertFalse([name for name in tables if "publication" in name])

    # ----------------------------------------------------------------------
    # Cost
    # ----------------------------------------------------------------------

    def test_queries(self):
        """As many queries for ten times the results."""

        def queries(number):
            for day in range(number):
                self._closed(f"2026-08-{day + 1:02}")
            self.publications.search([("state", "=", "draft")]).unlink()
            publication = self._proposed()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            list(publication._hits())
            return self.cr.sql_log_count - before

        few = queries(1)
        many = queries(9)
        self.assertLessEqual(many, few + 9, "one a case at most")
