from datetime import datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ComplaintCommon

SCRIPT = Path(__file__).parents[1] / "migrations" / "19.0.1.4.0" / "end-shipped.py"


@tagged("post_install", "-at_install")
class TestShipped(ComplaintCommon):
    """A shipped text changes: who adopted it is told, compares, and takes it over or not."""

    def setUp(self):
        super().setUp()
        self.template = self.regulation.template_id
        self.rules = self.regulation.with_user(self.manager)

    # ----------------------------------------------------------------------
    # An upgrade ships something new
    # ----------------------------------------------------------------------

    def _ship_limit(self, key="policy_r01_new", **vals):
        """Ship another limit, as an upgrade does."""
        limit = self.env["complaint.sla.policy"].create(
            {
                "regulation_id": self.template.id,
                "name": "Told of the progress",
                "quantity": 7,
                "start_event": "accepted",
                "end_event": "informed",
                **vals,
            }
        )
        self.env["ir.model.data"].create(
            {
                "module": "community_complaint",
                "name": key,
                "model": limit._name,
                "res_id": limit.id,
            }
        )
        return limit

    def _shipped(self, clause):
        return self.template.sla_policy_ids.filtered(lambda x: x.clause == clause)

    def _own(self, clause):
        lines = self.rules.sla_policy_ids.filtered("active")
        return lines.filtered(lambda x: x.clause == clause)

    def _news(self):
        self.env.invalidate_all()
        return {
            (item.part.rsplit(".", 1)[-1], item.kind)
            for item in self.rules._shipped_changes()
        }

    def _dialog(self):
        action = self.rules.action_shipped_changes()
        wizards = self.env[action["res_model"]].with_user(self.manager)
        return wizards.browse(action["res_id"])

    # ----------------------------------------------------------------------
    # Told
    # ----------------------------------------------------------------------

    def test_nothing_new_after_adoption(self):
        for code in ("r02", "r15", "xinfang", "uk_housing"):
            with self.subTest(code):
                self.assertFalse(self._adopt(f"regulation_{code}").shipped_news)
        self.assertFalse(self.rules.shipped_news)

    def test_the_manager_is_told_on_the_form_and_finds_it(self):
        self._ship_limit()
        self._shipped("5.2").quantity = 4
        self.template.gate_follow_up = True
        self.env.invalidate_all()
        self.assertEqual(self.rules.shipped_news, "Settings: 1, Time Limits: 2")
        found = self.rules.search([("shipped_news", "!=", False)])
        self.assertEqual(found, self.rules)
        with self.assertRaises(AccessError):
            self.regulation.with_user(self.clerk).shipped_news  # noqa: B018

    def test_the_manager_is_told_once_in_the_morning(self):
        self._ship_limit()
        digests = self.env["complaint.digest"]
        morning = digests._morning(self.company, datetime(2026, 3, 2, 2, 0))
        [section] = self.env["complaint.regulation"]._shipped_digest_sections(morning)
        self.assertIn(self.manager, section.readers)
        self.assertNotIn(self.clerk, section.readers)
        [line] = section.readers[self.manager]._digest_lines()
        self.assertIn("Time Limits: 1", line["text"])
        section.mark()
        [again] = self.env["complaint.regulation"]._shipped_digest_sections(morning)
        self.assertFalse(again.readers)
        self._shipped("5.2").quantity = 4
        [more] = self.env["complaint.regulation"]._shipped_digest_sections(morning)
        self.assertTrue(more.readers)

    # ----------------------------------------------------------------------
    # Compared and taken over
    # ----------------------------------------------------------------------

    def test_the_dialog_shows_both_and_takes_over_what_is_ticked(self):
        self._ship_limit()
        self._shipped("5.2").quantity = 4
        dialog = self._dialog()
        rows = {row.what: row for row in dialog.line_ids}
        self.assertEqual(rows["Investigation"].ours, "Quantity: 5")
        self.assertEqual(rows["Investigation"].shipped, "Quantity: 4")
        self.assertIn("Quantity: 7", rows["Told of the progress"].shipped)
        self.assertTrue(all(dialog.line_ids.mapped("taken")))
        with Form(dialog) as form:
            for index, row in enumerate(dialog.line_ids):
                with form.line_ids.edit(index) as line:
                    line.taken = row.what == "Investigation"
        dialog.action_confirm()
        self.assertEqual(self._own("5.2").quantity, 4)
        self.assertNotIn(
            "Told of the progress", self.rules.sla_policy_ids.mapped("name")
        )
        self.assertFalse(self._news(), "what was left is no news")
        note = self.rules.message_ids[0].body
        for words in (
            "Taken over",
            "Investigation",
            "5 → Quantity: 4",
            "not taken over",
        ):
            self.assertIn(words, note)
        changed = self.env["complaint.log"].search([("kind", "=", "setting_changed")])
        self.assertTrue(changed, "the watch saw it, too")

    def test_a_new_limit_runs_for_new_cases(self):
        self._ship_limit()
        before = self._to(self._complaint(), "accepted")
        self._dialog().action_confirm()
        after = self._to(self._complaint(), "accepted")
        names = "Told of the progress"
        self.assertNotIn(names, before.deadline_ids.mapped("policy_id.name"))
        self.assertIn(names, after.deadline_ids.mapped("policy_id.name"))

    def test_clocks_that_run_keep_their_limit(self):
        case = self._to(self._complaint(), "accepted")
        clock = case.deadline_ids.filtered(lambda x: x.policy_id.clause == "5.2")
        due = clock.due
        self._shipped("5.2").quantity = 1
        self._dialog().action_confirm()
        self.assertEqual(self._own("5.2").quantity, 1)
        self.assertEqual((clock.due, clock.state), (due, "running"))
        # classified anew, it still has one clock and its old day
        case.with_user(self.clerk).type_id = self.env.ref(
            "community_complaint.type_facility"
        )
        clocks = case.deadline_ids.filtered(
            lambda x: x.policy_id.clause == "5.2" and x.state == "running"
        )
        self.assertEqual(clocks.mapped("due"), [due])
        other = self._to(self._complaint(), "accepted")
        news = other.deadline_ids.filtered(lambda x: x.policy_id.clause == "5.2")
        self.assertLess(news.due, due)
        self._to(case, "deciding")
        self.assertEqual(clock.state, "met", "it ends with its event all the same")

    # ----------------------------------------------------------------------
    # What the office did itself
    # ----------------------------------------------------------------------

    def test_what_the_office_changed_itself_is_no_news(self):
        self._own("5.2").quantity = 3
        self._own("5.3").active = False
        self.rules.gate_evidence = False
        self.rules.type_ids -= self.type
        self.assertFalse(self._news())

    def test_what_the_office_changed_is_not_ticked(self):
        self._own("5.2").write({"quantity": 3, "reminder_quantity": 2})
        self._shipped("5.2").quantity = 4
        [row] = self._dialog().line_ids
        self.assertFalse(row.taken)
        self.rules.action_take_shipped([row.part])
        self.assertEqual(self._own("5.2").quantity, 4)
        self.assertEqual(self._own("5.2").reminder_quantity, 2, "the rest is its own")

    def test_lists_keep_what_the_office_added(self):
        types = self.env["helpdesk.ticket.type"]
        own, new = types.create([{"name": "Own"}, {"name": "Shipped Later"}])
        gone = self.env.ref("community_complaint.type_fees")
        self.rules.type_ids |= own
        self.template.type_ids = self.template.type_ids - gone | new
        self.assertEqual(self._news(), {("text", "changed")})
        self._dialog().action_confirm()
        self.assertIn(own, self.rules.type_ids)
        self.assertIn(new, self.rules.type_ids)
        self.assertNotIn(gone, self.rules.type_ids)
        self.assertIn(new, self.team.type_ids, "the desk offers it")

    def test_a_line_that_is_gone(self):
        self._shipped("5.2").unlink()
        self.assertEqual(self._news(), {("policy_r01_investigate", "gone")})
        [row] = self._dialog().line_ids
        self.assertTrue(row.taken)
        self._dialog().action_confirm()
        self.assertFalse(self._own("5.2"))
        self.assertFalse(self._news())

    def test_texts_come_in_every_language(self):
        for code in ("en_US", "zh_CN"):
            self.env["res.lang"]._activate_lang(code)
        shipped = self._shipped("5.2")
        shipped.name = "Inquiry"
        shipped.flush_recordset()
        shipped.with_context(lang="zh_CN").name = "调查"
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(shipped.name, "Inquiry")
        self._dialog().action_confirm()
        self.assertEqual(self._own("5.2").name, "Inquiry")
        self.assertEqual(self._own("5.2").with_context(lang="zh_CN").name, "调查")

    # ----------------------------------------------------------------------
    # Who, and what else may be sent
    # ----------------------------------------------------------------------

    def test_only_managers_take_it_over(self):
        self._ship_limit()
        for user in (self.clerk, self.leader, self.auditor):
            rules = self.regulation.with_user(user)
            with self.assertRaises(AccessError):
                rules.action_shipped_changes()
            with self.assertRaises(AccessError):
                rules.action_take_shipped([])

    def test_only_what_is_new_is_taken_over(self):
        for parts in (["text"], ["complaint.sla.policy/base.main_company"], ["x"]):
            with self.assertRaisesRegex(UserError, "not new in the shipped text"):
                self.rules.action_take_shipped(parts)
        with self.assertRaisesRegex(UserError, "cannot be understood"):
            self.rules.action_take_shipped({"a": 1})

    # ----------------------------------------------------------------------
    # Offices of earlier versions
    # ----------------------------------------------------------------------

    def _as_before(self):
        """Make the adopted text what an earlier version left."""
        self.regulation.shipped_state = False
        for field in self.regulation._line_fields():
            self.regulation[field.name].shipped_key = False

    def _upgrade(self):
        spec = spec_from_file_location("end_shipped", SCRIPT)
        script = module_from_spec(spec)
        spec.loader.exec_module(script)
        self.env.flush_all()
        script.migrate(self.env.cr, "19.0.1.3.0")
        self.env.invalidate_all()

    def test_an_office_that_adopted_earlier(self):
        self._own("5.2").quantity = 3
        self._as_before()
        self._upgrade()
        self._ship_limit()
        self.assertEqual(
            self._news(),
            {("policy_r01_new", "new"), ("policy_r01_investigate", "changed")},
        )
        ticked = {row.what: row.taken for row in self._dialog().line_ids}
        self.assertEqual(ticked, {"Told of the progress": True, "Investigation": False})
        self._dialog().action_confirm()
        self.assertEqual(self._own("5.2").quantity, 3)
        self.assertIn("Told of the progress", self.rules.sla_policy_ids.mapped("name"))
        self.assertFalse(self._news())

    def test_who_does_it_here_is_no_news(self):
        """Who is above an office, who does a duty: no shipped text knows that."""
        self.rules.duty_ids[:1].user_id = self.leader
        if "appeal_level_ids" in self.rules:
            self.rules.appeal_level_ids.superior_name = "District Government"
        self._as_before()
        self._upgrade()
        self.assertFalse(self._news())

    def test_every_text_is_recognised(self):
        """Sweep: of every shipped text each line of a copy is found again."""
        templates = self.env["complaint.regulation"].search(
            [("is_template", "=", True), ("missing_addons", "=", False)]
        )
        self.assertGreater(len(templates), 20)
        for template in templates:
            with self.subTest(template.code):
                own = template.with_company(self.company).copy(
                    {"company_id": self.company.id, "template_id": template.id}
                )
                for field in own._line_fields():
                    own[field.name].shipped_key = False
                own._recognise_shipped()
                self.assertEqual(own._shipped_changes(), [])
