from odoo.tests import tagged

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestCasePage(PortalCommon):
    """Where the case stands, what comes next and why by that date."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls._own_complaint()

    def page(self):
        """Return what the case's page shows."""
        self.env.invalidate_all()
        return self.shown(self.get(self.page_of(self.case)))

    def next(self):
        """Return what happens next by the page's values."""
        self.env.invalidate_all()
        return self.case.sudo()._portal_next()

    def test_way_of_a_case(self):
        """Every phase has its own words, and the office's limit as long as it works."""
        seen = set()
        for phase, text in (
            ("registered", "We check whether we are the right office."),
            ("accepted", "Somebody of us starts to look into the matter."),
            ("investigating", "We look into the matter: we go there"),
            ("deciding", "We know what happened and decide now."),
            ("notified", "The result is there."),
            ("closed", "You have the result."),
        ):
            with self.subTest(phase=phase):
                self._to(self.case, phase)
                page = self.page()
                self.assertIn(text, page)
                seen.add(self.next()["text"])
                working = phase not in ("notified", "closed")
                self.assertEqual(bool(self.next()["clock"]), working)
        self.assertEqual(len(seen), 6)

    def test_ends(self):
        case = self.case.with_user(self.clerk)
        case.action_withdraw("No more")
        self.assertIn("You took the complaint back.", self.page())
        other = self._own_complaint()
        other.with_user(self.clerk).action_refuse("Not ours: ask the water works.")
        self.case = other
        page = self.page()
        self.assertIn("We could not take this complaint on.", page)
        self.assertIn("Not ours: ask the water works.", page)

    def test_why_that_date(self):
        """The clock explains itself in sentences, next to the date."""
        clock = self.next()["clock"]
        self.assertIn("At the latest on", clock["text"])
        self.assertIn("3 working days, counted from the day after", clock["reasons"][0])
        page = self.page()
        for reason in clock["reasons"]:
            self.assertIn(reason, page)

    def test_clock_is_shown_once(self):
        self.assertEqual(self.page().count(self.next()["clock"]["text"]), 1)

    def test_late_office_says_sorry(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE complaint_deadline SET due = due - interval '30 days',"
            " due_date = due_date - 30 WHERE ticket_id = %s",
            [self.case.id],
        )
        self.assertIn("We are sorry for the delay.", self.page())

    def test_internal_limits_stay_inside(self):
        self.case.sudo().deadline_ids.policy_id.internal = True
        self.assertFalse(self.next()["clock"])

    def test_plan(self):
        """R07, R10: the resident may see what the office is going to do."""
        self._to(self.case, "investigating")
        self.case.with_user(self.handler).handling_plan = "We measure the noise."
        self.assertIn("We measure the noise.", self.page())

    def test_confirming_a_paper(self):
        self._accept(self.case)
        notice = self.case.notice_ids
        self.assertIn("I have received this paper", self.page())
        answer = self.post(self.page_of(self.case, f"/notice/{notice.id}/received"))
        page = self.shown(self.get(self.path_of(answer)))
        self.assertIn("We noted that you have the paper.", page)
        self.assertIn("You got it on", page)

    def test_sanctions_stay_inside(self):
        """What happens to a member of staff is told in the notice or not at all."""
        sanction = self.env.ref("community_complaint.measure_criticism")
        apology = self.env.ref("community_complaint.measure_apology")
        self.case.sudo().respondent_ids = self._respondent()
        self._to(self.case, "deciding")
        self.case.respondent_ids.sudo().write(
            {"statement": "Sorry", "statement_date": self.case._office_date()}
        )
        self._draft(
            self.case,
            measure_line_ids=[
                (
                    0,
                    0,
                    {
                        "measure_id": sanction.id,
                        "respondent_id": self.case.respondent_ids.id,
                    },
                ),
                (0, 0, {"measure_id": apology.id}),
            ],
        )
        self.assertNotIn(apology.name, self.page())
        self._to(self.case, "notified")
        page = self.page()
        self.assertIn(apology.name, page)
        self.assertNotIn(sanction.name, page)

    def test_findings_stay_inside(self):
        self._to(self.case, "deciding")
        self.assertNotIn("The neighbour drills at night.", self.page())

    def test_in_chinese(self):
        """Nothing English is left on the page but what people wrote."""
        self.get(self.page_of(self.case))
        self.speak_chinese()
        page = self.url_open(self.page_of(self.case)).text
        self.assertIn("办理进度", page)
        self.assertIn("为什么是这一天？", page)
