from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .canary import CanarySweep
from .common import CANARY, ComplaintCommon


class SatisfactionCommon(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.ask_satisfaction = True

    def _finished(self, **vals):
        vals = {
            "confidentiality": "open",
            "complainant_email": "li@example.com",
            **vals,
        }
        return self._to(self._complaint(**vals), "closed")

    def _mails(self, case):
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("body_html", "ilike", "/rate/"), ("subject", "=", case.number)])
        )


@tagged("post_install", "-at_install")
class TestSatisfaction(SatisfactionCommon, CanarySweep):
    """R14 4: how satisfied they are, without a trace of who they are (THREATS 3)."""

    def test_open_case_is_asked_by_mail(self):
        case = self._finished()
        mail = self._mails(case)
        self.assertEqual(mail.email_to, "li@example.com")
        self.assertEqual(mail.subject, case.number)
        rating = self.env["rating.rating"].sudo().search([("res_id", "=", case.id)])
        proxy = self.env.ref("community_complaint.partner_complainant")
        self.assertEqual(rating.partner_id, proxy)
        self.assertFalse(rating.rated_partner_id, "the office is rated, nobody else")
        self.assertIn(rating.access_token, mail.body_html)
        bodies = "".join(case.sudo().message_ids.mapped("body"))
        self.assertNotIn(rating.access_token, bodies)

    def test_secret_cases_are_not_mailed(self):
        """Only their own page asks, or the phone."""
        self.regulation.allow_anonymous = True
        for confidentiality in ("confidential", "anonymous"):
            vals = {"confidentiality": confidentiality}
            if confidentiality == "anonymous":
                vals.update(complainant_name=False, complainant_phone=False)
            case = self._finished(**vals)
            with self.subTest(confidentiality=confidentiality):
                self.assertFalse(self._mails(case))
                self.assertFalse(case.sudo().rating_ids)
                self.assertTrue(case._may_answer_survey())
                with self.assertRaises(UserError):
                    case.sudo()._rating_get_access_token()

    def test_not_asked_for(self):
        self.regulation.ask_satisfaction = False
        case = self._finished()
        self.assertFalse(self._mails(case))
        self.assertFalse(case._may_answer_survey())
        with self.assertRaises(UserError):
            case._take_survey("5")

    def test_no_address(self):
        case = self._finished(complainant_email=False)
        self.assertFalse(self._mails(case))

    # ----------------------------------------------------------------------
    # Answers
    # ----------------------------------------------------------------------

    def test_mark_becomes_a_follow_up(self):
        case = self._finished()
        rating = case.sudo().rating_ids
        case.sudo().rating_apply(1, rating=rating, feedback="Li Lei is angry.")
        answer = case.follow_up_ids
        self.assertEqual(
            (answer.way, answer.state, answer.score, answer.result),
            ("survey", "done", "1", "dissatisfied"),
        )
        self.assertNotIn("Li Lei", answer.note)
        self.assertTrue(case.reopen_proposed)
        self.assertTrue(rating.consumed)
        self.assertFalse(rating.feedback)
        self.assertFalse(rating.message_id)
        case.sudo().rating_apply(5, rating=rating)
        self.assertEqual((answer.score, rating.rating), ("1", 1), "once")

    def test_plan_is_fulfilled_by_the_answer(self):
        self.regulation.write({"follow_up_days": 30, "follow_up_rounds": 2})
        case = self._finished()
        planned = case.follow_up_ids
        self.assertEqual(case._take_survey("4", "yes"), planned)
        self.assertEqual(case.follow_up_ids.mapped("round"), [1, 2])

    def test_marks(self):
        for score, result in (
            ("5", "satisfied"),
            ("4", "satisfied"),
            ("3", "partly"),
            ("2", "dissatisfied"),
            ("1", "dissatisfied"),
        ):
            case = self._finished()
            answer = case._take_survey(score)
            self.assertEqual(answer.result, result)
            self.assertEqual(case.reopen_proposed, result == "dissatisfied")
        with self.assertRaises(UserError):
            self._finished()._take_survey("6")

    def test_slip_written_down_by_the_office(self):
        """A poor mark on paper proposes reopening as well."""
        self.regulation.write({"follow_up_days": 30, "follow_up_rounds": 1})
        case = self._finished()
        item = case.follow_up_ids.with_user(self.clerk)
        item.write({"way": "survey", "result": "partly", "solved": "yes", "score": "2"})
        item.action_done()
        self.assertTrue(case.reopen_proposed)
        pdf = self.env["complaint.form"].with_user(self.clerk)._render("survey", case)
        self.assertTrue(pdf.startswith(b"%PDF"))

    def test_reply(self):
        case = self._finished()
        answer = case._take_survey("3").with_user(self.clerk)
        self.assertEqual(answer.action_reply()["res_model"], "complaint.step.dialog")
        answer.action_reply("We try to be quicker.")
        self.assertEqual(answer.answer, "We try to be quicker.")
        self.assertIn("quicker", case.message_ids[0].body)
        with self.assertRaises(UserError):
            answer.action_reply("Again")

    def test_rate(self):
        for score in ("5", "5", "3", "1"):
            self._finished()._take_survey(score)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "community_complaint.complaint_follow_up_action_satisfaction"
        )
        answers = self.env["complaint.follow.up"].with_user(self.leader)
        [(rate,)] = answers._read_group(
            [("ticket_id.team_id", "=", self.team.id), ("state", "=", "done")],
            [],
            ["satisfaction_rate:avg"],
        )
        self.assertEqual(rate, 50)
        self.assertIn("pivot", action["view_mode"])

    # ----------------------------------------------------------------------
    # Holes of the rating add-on
    # ----------------------------------------------------------------------

    def test_base_mail_is_never_sent(self):
        """The base's template names the title, the handler and the customer."""
        template = self.env.ref("helpdesk_mgmt_rating.rating_ticket_email_template")
        case = self._to(self._complaint(), "notified")
        self._force(case, rating_status="stage_change")
        self.team._get_applicable_stages()
        closed = self.env["helpdesk.ticket.stage"].browse(
            self.team._complaint_stage_id("closed")
        )
        closed.rating_mail_template_id = template
        before = self.env["mail.mail"].sudo().search([])
        self._close(case)
        self.assertFalse(
            (self.env["mail.mail"].sudo().search([]) - before).filtered(
                lambda mail: "Satisfaction Survey" in (mail.subject or "")
            )
        )
        with self.assertRaises(UserError):
            case.sudo().rating_send_request(template)

    def test_staff_neither_rates_nor_holds_a_token(self):
        """THREATS 9: the token answers for the complainant."""
        case = self._finished()
        rating = case.sudo().rating_ids
        for user in (self.leader, self.manager):
            own = rating.with_user(user)
            with self.assertRaises(AccessError):
                own.read(["access_token"])
            with self.assertRaises(UserError):
                own.write({"rating": 5, "consumed": True})
            with self.assertRaises(UserError):
                case.with_user(user)._rating_get_access_token()
            with self.assertRaises(UserError):
                case.with_user(user).rating_apply(5, rating=own)
            with self.assertRaises(UserError):
                own.create(
                    {
                        "res_model_id": rating.res_model_id.id,
                        "res_id": case.id,
                        "rating": 5,
                    }
                )
        self.assertFalse(
            self.env["rating.rating"]
            .with_user(self.employee_user)
            .search([("id", "=", rating.id)])
        )

    def test_ordinary_tickets_are_rated_as_before(self):
        partner = self.env["res.partner"].create({"name": "Customer"})
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "Printer", "description": "Broken", "partner_id": partner.id}
        )
        token = ticket._rating_get_access_token()
        rating = self.env["rating.rating"].search([("access_token", "=", token)])
        self.assertEqual(rating.partner_id, partner)
        ticket.rating_apply(5, token=token, feedback="Quick")
        self.assertEqual((rating.rating, rating.feedback), (5, "Quick"))

    def test_canary(self):
        case = self._to(self._complaint(**CANARY), "closed")
        case._take_survey("1", note=f"{CANARY['complainant_name']} again")
        self.env["mail.mail"].sudo().search([]).unlink()
        self.assertNoCanaryInDatabase()
        for user in (self.clerk, self.leader, self.auditor, self.employee_user):
            self.assertNoCanaryRead(user, case)


@tagged("post_install", "-at_install")
class TestSatisfactionPage(SatisfactionCommon, HttpCase):
    """The link of the mail, by HTTP as a resident opens it."""

    def test_link(self):
        case = self._finished()
        token = case.sudo().rating_ids.access_token
        page = self.url_open(f"/rate/{token}/5")
        # the link is in the address: kept by nobody, told to nobody (THREATS 61)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("Li Lei", page.text)
        self.assertNotIn(self.handler.name, page.text)
        self.assertFalse(case.follow_up_ids, "opening the link answers nothing")
        self.assertEqual(self.url_open(f"/rate/{token}/2").status_code, 404)
        csrf = page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        self.url_open(
            f"/rate/{token}/submit_feedback",
            {"csrf_token": csrf, "rate": "5", "feedback": "Fine"},
        )
        self.env.invalidate_all()
        self.assertEqual(case.follow_up_ids.score, "5")

    def test_link_of_somebody_logged_in(self):
        """Nothing that is written tells which user it was (THREATS 2)."""
        resident = self._new_user("resident", "base.group_portal")
        case = self._finished()
        token = case.sudo().rating_ids.access_token
        self.authenticate(resident.login, resident.login)
        page = self.url_open(f"/rate/{token}/1")
        csrf = page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        self.url_open(
            f"/rate/{token}/submit_feedback",
            {"csrf_token": csrf, "rate": "1", "feedback": "Bad"},
        )
        self.env.invalidate_all()
        self.assertEqual(case.follow_up_ids.score, "1")
        for records in (case.follow_up_ids, case.sudo().activity_ids, case.sudo()):
            self.assertTrue(records)
            self.assertNotIn(resident, records.create_uid | records.write_uid)


@tagged("post_install", "-at_install")
class TestOpinion(ComplaintCommon):
    """R16: opinions are answered, closed and counted."""

    def test_answered_and_counted(self):
        self.regulation.takes_opinions = True
        with freeze_time("2026-10-10 02:00:00"):
            opinion = self._complaint(case_kind="opinion").with_user(self.clerk)
            opinion.opinion_result = "declined"
            opinion.action_accept()
            opinion.action_answer_on_spot("A bench will be set up.")
        self.assertEqual(
            (opinion.phase, opinion.opinion_result), ("closed", "declined")
        )
        [row] = self.env["complaint.form"].with_user(self.clerk)._register_rows(opinion)
        self.assertIn("Opinion", row["type"])
        self.assertIn("A bench will be set up.", row["result"])
        self.assertIn("Not adopted", row["result"])
        analysis = self.env["complaint.analysis"].with_user(self.leader)
        period = (
            opinion.received_date.date().replace(day=1),
            opinion.received_date.date(),
        )
        figures = analysis._figures(self.regulation, *period, internal=True)
        self.assertIn("kind", [table["key"] for table in figures["tables"]])

    def test_what_came_of_it_is_kept(self):
        self.regulation.takes_opinions = True
        opinion = self._complaint(case_kind="opinion").with_user(self.clerk)
        opinion.opinion_result = "adopted"
        opinion.action_accept()
        opinion.action_answer_on_spot("Done.")
        self.assertEqual(opinion.opinion_result, "adopted")
