"""Whatever waits for a person asks that person, and no longer than it waits."""

from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools.misc import file_path

from ..models.helpdesk_ticket_asked import ASKED
from ..models.helpdesk_ticket_desk import TILES
from ..tools.roles import CUSTODIAN
from .test_leaving import LeavingCommon

NEW = "friend@elsewhere.example"
#: What only custodians do, and how they are asked for it.
HOW_ASKED = {
    ("complaint.notice", "release"): "release",
    ("complaint.dispatch", "release"): "release",
    ("complaint.dispatch", "withhold"): "release",
    ("complaint.evidence.original", "pass_on"): "file",
    ("complaint.evidence.original", "refuse"): "file",
    ("complaint.disclosure", "approve"): "request",
    ("complaint.disclosure", "refuse"): "request",
    # an activity on the text itself, see test_clearing_asked.py
    ("complaint.meeting", "clear"): "by the text",
    ("complaint.publication", "clear"): "by the text",
}
#: Tiles of custodians, and what asks besides.
TILES_ASKED = {
    "held_papers": "release",
    "held_messages": "release",
    "requests": "request",
    "new_contacts": "contact",
    "held_files": "file",
    # an activity on the e-mail itself
    "secret_replies": "by the mail",
    # a hint, nothing to be done
    "same_person": "nothing",
}


@tagged("post_install", "-at_install")
class TestAsked(LeavingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._new_user(
            "second", "community_complaint.group_complaint_custodian"
        )

    def _asked(self, case, kind):
        """Return who is asked about a case, as each of them finds it."""
        self.env.invalidate_all()
        found = self.env["res.users"]
        for user in self.env["res.users"].search([("share", "=", False)]):
            mine = self.env["mail.activity"].with_user(user)
            found |= mine.search(
                [
                    ("user_id", "=", user.id),
                    ("res_model", "=", "helpdesk.ticket"),
                    ("res_id", "=", case.id),
                    ("activity_type_id", "=", self.env.ref(ASKED[kind]).id),
                ]
            ).user_id
        return found

    def _words_to(self, user, part):
        """Return the messages of the office to a user that say something."""
        return self.env["mail.message"].search(
            [
                ("partner_ids", "in", user.partner_id.ids),
                ("body", "ilike", part),
            ]
        )

    def _held_paper(self):
        self.regulation.gate_hearing = False
        case = self._secret("deciding")
        self._draft(case, reasons="经查属实。")
        self._notify(case)
        return case.notice_ids.filtered(lambda item: item.addressee == "respondent")

    # ----------------------------------------------------------------------
    # Papers and messages
    # ----------------------------------------------------------------------

    def test_a_paper_asks_the_custodians(self):
        paper = self._held_paper()
        case = paper.ticket_id
        self.assertEqual(self._asked(case, "release"), self.custodian + self.second)
        activities = case.with_user(self.clerk).activity_ids
        self.assertIn(self.custodian, activities.user_id, "the clerk sees who holds it")
        self.assertNotIn("金丝雀", " ".join(activities.mapped("summary")))
        followers = case.sudo().message_partner_ids
        self.assertFalse(followers & (self.custodian + self.second).partner_id)
        paper.with_user(self.custodian).action_release()
        self.assertFalse(self._asked(case, "release"))
        self.assertTrue(
            self._words_to(self.clerk, "released"), "whoever issued it is told"
        )

    def test_a_message_asks_until_nothing_waits(self):
        case = self._secret()
        transfer = self._sent(case)
        case.notice_ids.filtered("held").with_user(self.custodian).action_release()
        self.assertFalse(self._asked(case, "release"))
        vals = {"ticket_id": case.id, "addressee": "body", "transfer_id": transfer.id}
        dispatches = self.env["complaint.dispatch"].with_user(self.clerk)
        first, second = dispatches._queue(
            [{**vals, "content": "道路已修好。"}, {**vals, "content": "路灯已修好。"}]
        )
        self.assertEqual(self._asked(case, "release"), self.custodian + self.second)
        first.with_user(self.second).action_release()
        self.assertEqual(self._asked(case, "release"), self.custodian + self.second)
        second.with_user(self.second).action_release()
        self.assertFalse(self._asked(case, "release"))

    def test_a_void_paper_asks_nobody(self):
        paper = self._held_paper()
        paper.with_user(self.leader).action_void("Wrong name.")
        self.assertFalse(self._asked(paper.ticket_id, "release"))

    def test_excluded_custodians_are_not_asked(self):
        case = self._secret()
        self._recuse(case, self.second)
        case.with_user(self.handler).action_request_disclosure("The court asks.")
        self.assertEqual(self._asked(case, "request"), self.custodian)

    # ----------------------------------------------------------------------
    # Requests
    # ----------------------------------------------------------------------

    def _request(self, case, by):
        action = case.with_user(by).action_request_disclosure()
        return self._confirm(action, by, reason="The court asks.", hours=8)

    def _level(self, case, by):
        action = case.with_user(by).action_change_confidentiality()
        return self._confirm(
            action, by, level="open", consent="written", reason="They want it so."
        )

    def _confirm(self, action, user, **vals):
        """Fill in a dialog and confirm it; return what the browser gets."""
        wizard = self.env[action["res_model"]].with_user(user)
        return wizard.with_context(**action["context"]).create(vals).action_confirm()

    def test_a_request_asks_who_may_decide(self):
        for ask in (self._request, self._level):
            case = self._secret()
            with self.subTest(ask=ask.__name__):
                shown = ask(case, self.second)
                self.assertEqual(shown["tag"], "display_notification")
                self.assertIn("you will be told", shown["params"]["message"])
                self.assertEqual(self._asked(case, "request"), self.custodian)
                item = self.env["complaint.disclosure"].search([], limit=1)
                item.with_user(self.custodian).action_approve()
                self.assertFalse(self._asked(case, "request"))
                told = self.env["mail.message"].search(
                    [("partner_ids", "in", self.second.partner_id.ids)], limit=1
                )
                self.assertIn(case.number, told.body)

    def test_the_case_says_that_it_waits(self):
        case = self._secret().with_user(self.handler)
        self.assertFalse(case.level_asked)
        self._level(case, self.handler)
        case.invalidate_recordset()
        self.assertEqual(case.level_asked, "open")
        self.assertEqual(case.with_user(self.clerk).level_asked, "open")
        item = self.env["complaint.disclosure"].search([], limit=1)
        item.with_user(self.custodian).action_refuse("No consent was shown.")
        case.invalidate_recordset()
        self.assertFalse(case.level_asked)
        self.assertFalse(self._asked(case, "request"))

    def test_who_drops_somebody_elses_request_tells_them(self):
        case = self._secret()
        self._request(case, self.handler)
        item = self.env["complaint.disclosure"].search([], limit=1)
        item.with_user(self.custodian).action_end()
        self.assertFalse(self._asked(case, "request"))
        self.assertTrue(self._words_to(self.handler, "is over"))

    def test_where_nobody_may_the_managers_are_asked(self):
        case = self._secret()
        self.second.active = False
        shown = self._request(case, self.custodian)
        self.assertIn("name another", shown["params"]["message"])
        self.assertEqual(self._asked(case, "request"), self.manager)
        activity = case.activity_ids.filtered(lambda a: a.user_id == self.manager)
        self.assertIn("Name another custodian", activity.summary)

    # ----------------------------------------------------------------------
    # Contact data
    # ----------------------------------------------------------------------

    def _moved(self, level, by):
        case = self._secret() if level == "confidential" else self._open()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = now() - interval '2 days'"
            " WHERE id = %s",
            [case.id],
        )
        self.env.invalidate_all()
        if level == "confidential":
            case.with_user(by).action_show_identity("They moved.")
        case.with_user(by).complainant_email = NEW
        return case

    def _open(self):
        return self._complaint(
            confidentiality="open", complainant_email="old@resident.example"
        )

    def test_changed_contact_data_ask_somebody_else(self):
        case = self._moved("confidential", self.custodian)
        self.assertEqual(self._asked(case, "contact"), self.second)
        mine = case.with_user(self.custodian)
        self.assertTrue(mine.contact_mine)
        other = case.with_user(self.second)
        tile = other.open_complaint_desk_tile("new_contacts")
        self.assertIn(case, other.search(tile["domain"]))
        self.assertFalse(other.contact_mine)
        other.action_show_identity("To confirm it.")
        asked = other.action_check_contact()
        dialog = self.env[asked["res_model"]].with_user(self.second)
        dialog = dialog.browse(asked["res_id"])
        self.assertIn(NEW, dialog.contact_now)
        self.assertIn("canary@resident.example", dialog.contact_before)
        self._answer(asked, self.second, text="Called the number in the register.")
        self.assertFalse(self._asked(case, "contact"))
        self.assertTrue(self._words_to(self.custodian, "were confirmed"))

    def test_the_dialog_shows_nothing_to_who_may_not_see_it(self):
        case = self._moved("confidential", self.custodian)
        other = case.with_user(self.second)
        other.action_show_identity("To confirm it.")
        asked = other.action_check_contact()
        other.action_hide_identity()
        self.env.invalidate_all()
        dialog = self.env[asked["res_model"]].with_user(self.second)
        shown = dialog.browse(asked["res_id"]).read(["contact_before", "contact_now"])
        self.assertNotIn(NEW, str(shown))
        self.assertIn("••••", str(shown))

    def test_of_an_open_case_the_desk_is_asked(self):
        case = self._moved("open", self.clerk)
        people = self._asked(case, "contact")
        self.assertTrue(people)
        self.assertNotIn(self.clerk, people)
        self.assertLessEqual(people, self.team.user_ids)
        desk = self.env["helpdesk.ticket"].with_user(self.handler)
        action = desk.open_complaint_desk_tile("my_contacts")
        self.assertEqual(desk.search(action["domain"]), case)
        asked = case.with_user(self.handler).action_check_contact()
        self._answer(asked, self.handler, text="Called the number in the register.")
        self.assertFalse(self._asked(case, "contact"))
        action = desk.open_complaint_desk_tile("my_contacts")
        self.assertFalse(desk.search(action["domain"]))

    def test_what_is_erased_need_not_be_confirmed(self):
        case = self._moved("confidential", self.custodian)
        case.with_user(self.leader).action_withdraw("Settled.")
        case.with_user(self.second).action_erase_identity("They asked for it.")
        self.assertFalse(self._asked(case, "contact"))

    # ----------------------------------------------------------------------
    # Sweeps
    # ----------------------------------------------------------------------

    def test_every_step_of_custodians_is_asked_for(self):
        """Sweep: a step that nobody else takes has somebody who is asked for it."""
        steps = {
            (name, step)
            for name, model in self.env.registry.items()
            if hasattr(model, "_life") and not model._abstract and model._life
            for step, row in self.env[name]._life_table().steps.items()
            if row.by == (CUSTODIAN,)
        }
        self.assertEqual(steps, set(HOW_ASKED))

    def test_every_tile_of_custodians_is_asked_for(self):
        tiles = {tile.key for tile in TILES if tile.group == CUSTODIAN}
        self.assertEqual(tiles, set(TILES_ASKED))

    def test_an_upgrade_asks_for_what_waited(self):
        paper = self._held_paper()
        case = paper.ticket_id
        moved = self._moved("confidential", self.custodian)
        self._request(moved, self.handler)
        waiting = [(case, "release"), (moved, "contact"), (moved, "request")]
        before = [self._asked(*item) for item in waiting]
        self.assertTrue(all(before))
        self.env["mail.activity"].search([]).unlink()
        path = "community_complaint/migrations/19.0.1.4.0/post-asked.py"
        script = load_script(file_path(path), "post_asked")
        for _again in range(2):
            script.migrate(self.env.cr, "19.0.1.3.0")
            self.assertEqual([self._asked(*item) for item in waiting], before)
