"""What people look for stands on the screen of whoever may do it, and works there."""

import json
from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.tests import Form, tagged
from odoo.tools.json import json_default

from .common import ROLES, ComplaintCommon


@tagged("post_install", "-at_install")
class TestFoundOnScreen(ComplaintCommon):
    def _form(self, user):
        """Return the form of a case as a user gets it."""
        tickets = self.env["helpdesk.ticket"].with_user(user)
        view = self.env.ref("community_complaint.helpdesk_ticket_view_form")
        return etree.fromstring(tickets.get_view(view.id, "form")["arch"])

    def _menus(self, user):
        """Return the actions behind the menus that a user sees, by name of the menu."""
        menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        return {
            item["name"]: (item["action_model"], item["action_id"])
            for key, item in menus.items()
            if key != "root" and item["action_id"]
        }

    # ----------------------------------------------------------------------
    # Date of receipt
    # ----------------------------------------------------------------------

    def test_who_corrects_the_day_of_receipt_finds_how(self):
        """A button and an entry of the cog for leaders, a word for everybody else."""
        redate = self.env.ref("community_complaint.helpdesk_ticket_action_redate")
        for role in ROLES:
            user = getattr(self, role)
            leads = user.has_group("community_complaint.group_complaint_leader")
            form = self._form(user)
            button = form.xpath("//button[@name='action_redate']")
            word = form.xpath("//div[contains(text(), 'A leader corrects it')]")
            bindings = self.env["ir.actions.actions"].with_user(user)
            bound = bindings.get_bindings("helpdesk.ticket").get("action", ())
            with self.subTest(role=role):
                self.assertEqual((bool(button), bool(word)), (leads, not leads))
                self.assertEqual(redate.id in [a["id"] for a in bound], leads)

    def test_the_cog_opens_the_dialog(self):
        case = self._complaint()
        redate = self.env.ref("community_complaint.helpdesk_ticket_action_redate")
        asked = (
            redate.with_user(self.leader)
            .with_context(
                active_model="helpdesk.ticket", active_id=case.id, active_ids=case.ids
            )
            .run()
        )
        day = fields.Datetime.now().replace(microsecond=0) - timedelta(hours=1)
        self._answer(asked, self.leader, text="Misread the stamp.", event_date=day)
        self.assertEqual(case.received_date, day)

    # ----------------------------------------------------------------------
    # Who sees who complained
    # ----------------------------------------------------------------------

    def test_the_words_about_secrecy_are_true(self):
        """Whoever took a name down sees it until the end of the day; so the screens say."""
        case = self._complaint(confidentiality="confidential")
        case.with_user(self.clerk).action_show_identity("She forgot the number.")
        intake = self.env.ref("community_complaint.helpdesk_ticket_view_form_intake")
        tickets = self.env["helpdesk.ticket"].with_user(self.clerk)
        words = tickets.get_view(intake.id, "form")["arch"]
        self.assertIn("you until the end of today", " ".join(words.split()))
        for arch in (words, etree.tostring(self._form(self.clerk)).decode()):
            self.assertNotRegex(
                " ".join(arch.split()), "[Oo]nly (identity )?custodians"
            )

    # ----------------------------------------------------------------------
    # My desk
    # ----------------------------------------------------------------------

    @staticmethod
    def _sent(action):
        """Return what arrives in a browser."""
        return json.loads(json.dumps(action, default=json_default))

    def test_the_list_is_of_what_the_tiles_count(self):
        """Each figure is counted anew by its own list; the list below shows the same."""
        other = self._new_user("other", "community_complaint.group_complaint_handler")
        self.team.user_ids += other
        for handler in (False, self.handler, other):
            case = self._complaint()
            case.with_user(self.clerk).action_accept()
            self._force(case, user_id=handler and handler.id)
            clocks = case.deadline_ids.filtered(lambda item: item.state == "running")
            past = fields.Datetime.now() - timedelta(days=3)
            self._force(clocks, due=past, due_date=past.date())
        # contact data of a case that somebody else has to confirm
        known = self._complaint(confidentiality="open")
        known.with_user(self.clerk).complainant_phone = "13900139000"
        self.env.flush_all()
        self.env.invalidate_all()
        for role in ROLES:
            desk = self.env["helpdesk.ticket"].with_user(getattr(self, role))
            shown = desk.get_complaint_desk()
            late = {
                row["id"]
                for row in shown["urgent"]
                if row["next_due_state"] == "overdue"
            }
            for section in shown["sections"]:
                for tile in section["tiles"]:
                    action = self._sent(desk.open_complaint_desk_tile(tile["key"]))
                    records = self.env[action["res_model"]].with_user(desk.env.user)
                    found = records.search(action["domain"])
                    with self.subTest(role=role, tile=tile["key"]):
                        self.assertEqual(tile["count"], len(found))
                        if tile["key"] == "overdue":
                            self.assertEqual(late, {*found.ids})
            handles = {row["user_id"] and row["user_id"][0] for row in shown["urgent"]}
            with self.subTest(role=role):
                self.assertEqual(other.id in handles, role != "handler")
                self.assertLessEqual({False, self.handler.id}, handles)

    # ----------------------------------------------------------------------
    # Settings of managers
    # ----------------------------------------------------------------------

    def test_managers_find_stages_and_days_off(self):
        wanted = {"Stages", "Days Off"}
        self.assertLessEqual(wanted, {*self._menus(self.manager)})
        for role in set(ROLES) - {"manager"}:
            with self.subTest(role=role):
                self.assertFalse(wanted & {*self._menus(getattr(self, role))})

    def test_a_manager_renames_a_stage(self):
        model, id_ = self._menus(self.manager)["Stages"]
        action = self.env[model].browse(id_)
        stages = self.env[action.res_model].with_user(self.manager)
        stage = stages.browse(self.team._complaint_stage_id("registered"))
        self.assertIn(stage, stages.search([("complaint_phase", "!=", False)]))
        view = self.env.ref("community_complaint.helpdesk_ticket_stage_view_form")
        self.assertIn(view, action.view_ids.view_id)
        with Form(stage, view) as form:
            form.name = "At the window"
            with self.assertRaises(AssertionError):
                form.complaint_phase = "closed"
        self.assertEqual(stage.name, "At the window")

    def test_a_manager_enters_a_day_off(self):
        case = self._complaint()
        case.with_user(self.clerk).action_accept()
        clock = case.deadline_ids.filtered(lambda item: item.state == "running")[:1]
        before = clock.due_date
        model, id_ = self._menus(self.manager)["Days Off"]
        action = self.env[model].browse(id_)
        leaves = self.env[action.res_model].with_user(self.manager)
        with Form(leaves, action.view_id) as form:
            form.name = "The pipes burst"
            form.calendar_id = self.calendar
            form.date_from = f"{before} 00:00:00"
            form.date_to = f"{before} 10:00:00"
        self.env.cr.precommit.run()
        self.assertGreater(clock.due_date, before)
