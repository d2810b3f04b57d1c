from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..tools.opened import Opened
from .test_performance import PerformanceCommon


@tagged("post_install", "-at_install")
class TestOpening(PerformanceCommon):
    """What the form of a case reads beforehand is what it would read one by one."""

    def _spec(self, kind="form"):
        """Return what the form reads, with the columns of its lists."""
        return {
            **super()._spec(kind),
            "number": {},
            "phase": {},
            "regulation_id": {"fields": {"display_name": {}}},
            "type_id": {"fields": {"display_name": {}}},
            "user_id": {"fields": {"display_name": {}}},
            "respondent_ids": {"fields": {"name": {}, "post": {}}},
            "notice_ids": {"fields": {"number": {}, "state": {}}},
            "deadline_ids": {"fields": {"name": {}, "chip_state": {}}},
        }

    def _open(self, user, case):
        [values] = self._as(user).browse(case.id).web_read(self._spec())
        return values

    def _case(self):
        [case] = self._many(1, respondent_ids=self._respondent())
        case.action_accept()
        return case

    def test_same_as_one_by_one(self):
        case = self._case()
        for user in (self.clerk, self.handler, self.leader, self.manager, self.auditor):
            opened = self._open(user, case)
            plain = self._as(user).browse(case.id)
            for name in ("respondent_ids", "notice_ids", "deadline_ids"):
                shown = [line["id"] for line in opened[name]]
                self.assertTrue(shown, name)
                self.assertEqual(shown, plain[name].ids, (user.login, name))
            self.assertEqual(opened["complainant_name"], plain.complainant_name)
            self.assertEqual(
                opened["regulation_id"]["display_name"],
                plain.regulation_id.display_name,
            )

    def test_kept_away(self):
        """The second look is refused, whatever the first one left behind."""
        case = self._case()
        self._open(self.handler, case)
        self._recuse(case.sudo(), self.handler)
        with self.assertRaises(AccessError):
            self._open(self.handler, case)

    def test_secret_identity(self):
        case = self._case()
        self._open(self.manager, case)
        case.sudo().identity_ids._write_vault({"name": "Han Meimei"})
        case.sudo().confidentiality = "confidential"
        for user in (self.clerk, self.handler, self.leader, self.auditor):
            values = self._open(user, case)
            self.assertFalse(values["identity_readable"])
            self.assertNotIn("Han Meimei", str(values))

    def test_settings_change(self):
        """Who opens a case after a setting changed sees it changed."""
        case = self._case()
        self._open(self.clerk, case)
        self._open(self.clerk, case)
        rules = case.regulation_id.with_user(self.manager)
        rules.name = "New Text"
        rules.team_ids.name = "New Desk"
        case.type_id.with_user(self.manager).name = "New Kind"
        values = self._open(self.clerk, case)
        self.assertEqual(values["regulation_id"]["display_name"], "New Text")
        self.assertEqual(values["type_id"]["display_name"], "New Kind")
        lang = self.env["res.lang"]._activate_lang("zh_CN")
        rules.with_context(lang=lang.code).name = "新文件"
        self.clerk.lang = lang.code
        tickets = self._as(self.clerk).with_context(lang=lang.code)
        [values] = tickets.browse(case.id).web_read(self._spec())
        self.assertEqual(values["regulation_id"]["display_name"], "新文件")

    def test_settings_are_each_users_own(self):
        """What one user read is not kept for another one."""
        case = self._case()
        self.env.registry.clear_cache()
        self._open(self.clerk, case)
        mine = self.env["helpdesk.ticket"].with_user(self.clerk)._known_settings()
        theirs = self.env["helpdesk.ticket"].with_user(self.auditor)._known_settings()
        self.assertTrue(mine)
        self.assertFalse(theirs)

    def test_nobody_opens_by_context(self):
        """A context sent from outside opens nothing, and what is open is open to one."""
        case = self._case()
        hidden = self._case()
        self._recuse(hidden.sudo(), self.handler)
        for opened in (
            True,
            {"ids": {"helpdesk.ticket": [hidden.id]}},
            self._opened(self.clerk, hidden),
            self._opened(self.handler, case),
        ):
            theirs = hidden.with_user(self.handler).with_context(
                complaint_opened=opened
            )
            self.assertFalse(theirs.has_access("read"))
            self.assertFalse(theirs.respondent_ids.has_access("write"))
        known = case.with_user(self.handler).with_context(
            complaint_opened=self._opened(self.handler, case)
        )
        self.assertTrue(known.has_access("read"))
        self.assertFalse(known.with_user(self.employee_user).has_access("read"))

    def _opened(self, user, case):
        opened = Opened(user.id)
        opened.add(case)
        return opened

    def test_follower_of_another_desk(self):
        """Who follows a case reads it, as the base's rule says; who does not, does not."""
        case = self._case()
        other = self._case()
        handler = self.handler
        self.team.sudo().user_ids -= handler
        tickets = self._as(handler)
        self.assertFalse(tickets.search([("id", "in", (case | other).ids)]))
        case.sudo().message_follower_ids.create(
            {
                "res_model": case._name,
                "res_id": case.id,
                "partner_id": handler.partner_id.id,
            }
        )
        found = self._as(handler).search([("id", "in", (case | other).ids)])
        self.assertEqual(found, case.with_env(found.env))
        domain = [("message_partner_ids", "in", handler.partner_id.ids)]
        self.assertIn(case, self.env["helpdesk.ticket"].search(domain))
        self.assertNotIn(other, self.env["helpdesk.ticket"].search(domain))
