from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .medical_common import MedicalCommon


@tagged("post_install", "-at_install")
class TestMedicalCase(MedicalCommon):
    """Events and cases: gates, the spokesperson, the quality group, who sees what."""

    # ----------------------------------------------------------------------
    # Who sees
    # ----------------------------------------------------------------------

    def _sees(self, user, record):
        found = record.with_user(user).search_count([("id", "=", record.id)])
        return bool(found)

    def test_without_a_case(self):
        """The ward's own people and the desk see an event; other wards do not."""
        event = self._event()
        for user in (self.nurse, self.chief, self.clerk, self.handler, self.auditor):
            self.assertTrue(self._sees(user, event), user.login)
        [stranger] = self._new_users(
            {"stranger": "community_complaint.group_complaint_clerk"}
        )
        for user in (stranger, self.employee_user):
            with self.subTest(user=user.login):
                try:
                    self.assertFalse(self._sees(user, event))
                except AccessError:
                    self.assertEqual(user, self.employee_user)

    def test_threat_17_an_event_follows_its_case(self):
        """Who is kept away sees no trace; the ward no longer sees a secret case's."""
        case = self._case()
        event = self._event()
        parts = (event, event.report_ids[0], self._concluded(event))
        event.with_user(self.leader).ticket_id = case
        for record in parts:
            with self.subTest(model=record._name):
                self.assertTrue(self._sees(self.handler, record))
                self.assertFalse(self._sees(self.nurse, record))
        self._recuse(case, self.handler + self.auditor)
        for record in parts:
            for user in (self.handler, self.auditor):
                with self.subTest(model=record._name, user=user.login):
                    self.assertFalse(self._sees(user, record))
                    with self.assertRaises(AccessError):
                        record.with_user(user).read(["display_name"])

    def test_threat_44_other_company(self):
        event = self._event()
        other = self.env["res.company"].create({"name": "Far away"})
        self.manager.company_ids += other
        away = self.manager.with_company(other)
        seen = event.with_user(away).with_context(allowed_company_ids=other.ids)
        self.assertFalse(seen.search_count([("id", "=", event.id)]))

    def test_only_leaders_link(self):
        event = self._event()
        with self.assertRaises(UserError):
            event.ticket_id = self._case()
        with self.assertRaisesRegex(UserError, "“Complaint” .*its “Regulation”"):
            event.with_user(self.leader).ticket_id = self._complaint()

    def test_from_a_case(self):
        case = self._case(respondent_ids=self._respondent())
        action = case.with_user(self.clerk).action_register_medical_event()
        context = action["context"]
        self.assertEqual(context["default_ticket_id"], case.id)
        self.assertEqual(context["default_kind"], "dispute")
        self.assertIn("Drilling", context["default_course"])
        self.assertTrue(context["default_involved_ids"])

    # ----------------------------------------------------------------------
    # Spokesperson
    # ----------------------------------------------------------------------

    def test_one_spokesperson(self):
        """R15 六: nobody else explains, also not by message."""
        case = self._case()
        event = self._event(ticket_id=case.id)
        explanation = {
            "ticket_id": case.id,
            "kind": "explanation",
            "summary": "We explained it.",
        }
        inquiries = self.env["complaint.inquiry"]
        with self.assertRaisesRegex(AccessError, "designated"):
            inquiries.with_user(self.speaker).create(explanation)
        with self.assertRaises(UserError):
            event.with_user(self.handler).spokesperson_id = self.handler
        event.spokesperson_id = self.speaker
        inquiries.with_user(self.speaker).create(explanation)
        self.assertTrue(
            case.with_user(self.speaker).action_write_to_complainant("As we said.")
        )
        for user in (self.handler, self.leader):
            with self.assertRaisesRegex(AccessError, "Only speaker"):
                inquiries.with_user(user).create(explanation)
            with self.assertRaisesRegex(AccessError, "Only speaker"):
                case.with_user(user).action_write_to_complainant("It was nothing.")
        other = inquiries.with_user(self.handler).create(
            {**explanation, "kind": "visit"}
        )
        with self.assertRaises(AccessError):
            other.kind = "explanation"

    def test_spokesperson_is_a_switch(self):
        self.medical.gate_spokesperson = False
        case = self._case()
        event = self._event(ticket_id=case.id)
        event.spokesperson_id = self.speaker
        self.assertTrue(
            case.with_user(self.handler).action_write_to_complainant("Come at ten.")
        )

    def test_spokesperson_without_conflict(self):
        case = self._case()
        self._recuse(case, self.speaker)
        event = self._event(ticket_id=case.id)
        with self.assertRaisesRegex(UserError, "conflict of interest"):
            event.spokesperson_id = self.speaker

    # ----------------------------------------------------------------------
    # Quality group
    # ----------------------------------------------------------------------

    def test_conclusion(self):
        """R15 七: members conclude, enough of them, then it stays."""
        event = self._event(kind="dispute")
        self.medical.quality_member_ids = self.leader + self.handler
        conclusion = (
            self.env["complaint.medical.conclusion"]
            .with_user(self.speaker)
            .create({"event_id": event.id, "present_ids": [(4, self.leader.id)]})
        )
        with self.assertRaisesRegex(UserError, "leader"):
            conclusion.action_conclude()
        mine = conclusion.with_user(self.leader)
        with self.assertRaisesRegex(UserError, "(?s)Conclusion.*Grade.*At least 2"):
            mine.action_conclude()
        mine.write(
            {
                "text": "No fault.",
                "grade": "none",
                "present_ids": [Command.link(self.speaker.id)],
            }
        )
        with self.assertRaisesRegex(UserError, "Not in the quality group"):
            mine.action_conclude()
        mine.present_ids = self.leader + self.handler
        mine.action_conclude()
        self.assertEqual(conclusion.concluded_by_id, self.leader)
        for change in (lambda: mine.write({"text": "Other"}), mine.unlink):
            with self.assertRaises(UserError):
                change()
        with self.assertRaises(UserError):
            mine.action_conclude()

    def test_kept_away_does_not_conclude(self):
        case = self._case()
        event = self._event(ticket_id=case.id)
        self._recuse(case, self.handler)
        self.medical.quality_member_ids = self.leader + self.handler
        conclusion = (
            self.env["complaint.medical.conclusion"]
            .with_user(self.leader)
            .create(
                {
                    "event_id": event.id,
                    "present_ids": [Command.set((self.leader + self.handler).ids)],
                    "text": "No fault.",
                    "grade": "none",
                }
            )
        )
        with self.assertRaisesRegex(UserError, "conflict of interest"):
            conclusion.action_conclude()

    def test_family_is_informed_by_the_spokesperson(self):
        event = self._event(kind="dispute")
        conclusion = self._concluded(event)
        with self.assertRaisesRegex(UserError, "designated"):
            conclusion.with_user(self.leader).action_inform("Told.")
        event.with_user(self.leader).spokesperson_id = self.speaker
        with self.assertRaisesRegex(UserError, "Only speaker"):
            conclusion.with_user(self.leader).action_inform("Told.")
        mine = conclusion.with_user(self.speaker)
        self.assertIsInstance(mine.action_inform(), dict)
        mine.action_inform("The son was told.")
        self.assertEqual(conclusion.informed_by_id, self.speaker)
        with self.assertRaises(UserError):
            mine.action_inform("Again.")

    # ----------------------------------------------------------------------
    # Acts the regulation asks for
    # ----------------------------------------------------------------------

    def _missing(self, case, act):
        """Tell whether an act holds up a step of a case."""
        rule = self.env["complaint.type.rule"].new(
            {"regulation_id": self.medical.id, "requires": act}
        )
        return not case._act_done(rule.requires)

    def test_acts(self):
        case = self._case()
        for act in ("medical_event", "medical_reports", "conclusion", "sealing"):
            self.assertTrue(self._missing(case, act), act)
        event = self._event(kind="dispute", ticket_id=case.id)
        self.assertFalse(self._missing(case, "medical_event"))
        self.assertTrue(self._missing(case, "medical_reports"))
        self._report_all(event)
        self.assertFalse(self._missing(case, "medical_reports"))
        self.assertTrue(self._missing(case, "conclusion"))
        self._concluded(event)
        self.assertFalse(self._missing(case, "conclusion"))
        self.assertTrue(self._missing(case, "family_informed"))
        event.spokesperson_id = self.speaker
        event.conclusion_ids.with_user(self.speaker).action_inform("Told.")
        self.assertFalse(self._missing(case, "family_informed"))
        for kind in ("protection", "price_check"):
            self.assertTrue(self._missing(case, kind), kind)
            self.env["complaint.inquiry"].with_user(self.handler).create(
                {"ticket_id": case.id, "kind": kind, "summary": "Done."}
            )
            self.assertFalse(self._missing(case, kind), kind)

    def test_usual_steps(self):
        rules = self.env["complaint.type.rule"]
        for act, step in (
            ("conclusion", "decide"),
            ("family_informed", "close"),
            ("response", "start_investigation"),
            ("medical_event", "submit_findings"),
            ("mediation", "decide"),
        ):
            rule = rules.create({"regulation_id": self.medical.id, "requires": act})
            self.assertEqual(rule.step, step, act)

    def test_sealing_is_reached_from_the_event(self):
        """R15 四: evidence of the case, and its printed list for both sides."""
        case = self._case()
        event = self._event(ticket_id=case.id)
        evidence = (
            self.env["complaint.evidence"]
            .with_user(self.handler)
            .create({"ticket_id": case.id, "name": "Bottle"})
        )
        action = event.with_user(self.handler).action_view_evidence()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, evidence)
        act = self.env["complaint.custody.act"].with_user(self.handler)
        act = act.create(
            {
                "ticket_id": case.id,
                "evidence_ids": [Command.set(evidence.ids)],
                "place": "Archive",
                "second_name": "complainant",
            }
        )
        self.assertIn("/complaint/custody/", act.action_print()["url"])
        act.on_paper = True
        act.scan_ids = [Command.create({"name": "a.pdf", "raw": b"%PDF-1.4"})]
        act.action_complete_on_paper()
        event.invalidate_recordset(["sealed_count"])
        self.assertEqual(event.sealed_count, 1)
        self.assertFalse(self._missing(case, "sealing"))
