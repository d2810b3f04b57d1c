from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .discipline_common import DisciplineCommon


@tagged("post_install", "-at_install")
class TestDisciplineRecord(DisciplineCommon):
    """THREATS 22: the personnel file shows the outcome only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hr = cls._new_user("hr", "hr.group_hr_manager")
        cls.accused = cls._new_user(
            "accused",
            "community_complaint.group_complaint_discipline,"
            "community_complaint.group_complaint_leader",
        )
        cls.team.user_ids += cls.accused

    def _records(self, user):
        return self.env["complaint.discipline.record"].with_user(user)

    def test_entered_when_in_force(self):
        item = self._approved()
        self.assertFalse(item.record_id)
        item.with_user(self.discipline).action_enforce()
        record = item.record_id.with_user(self.discipline)
        self.assertEqual(record.employee_id.name, "Wang Wei")
        self.assertEqual(record.measure_id.code, "written_warning")
        self.assertEqual(
            (record.start_date, record.expiry), (item.start_date, item.expiry)
        )
        self.assertEqual(record.paper_number, item.notice_ids.number)

    def test_only_what_goes_on_record(self):
        self.assertFalse(self._in_force("criticism").record_id)

    def test_it_follows(self):
        item = self._in_force()
        item.with_user(self.discipline).action_suspend("Wait")
        self.assertEqual(item.record_id.state, "suspended")
        item.with_user(self.discipline).action_resume()
        self.assertEqual(item.record_id.state, "in_force")
        item.with_user(self.discipline).action_revoke("No")
        self.assertEqual(item.record_id.state, "revoked")

    def test_nobody_writes_it(self):
        record = self._in_force().record_id.with_user(self.discipline)
        for function in (
            lambda: record.write({"state": "expired"}),
            lambda: record.sudo().write({"state": "expired"}),
            record.unlink,
            lambda: record.create({"employee_id": record.employee_id.id}),
        ):
            with self.assertRaises(UserError):
                function()
        self.assertRefused("cannot be deleted", record.sudo().unlink)

    def test_threat_22_no_field_leads_to_the_case(self):
        """Neither a link nor a word of the case; not even by way of other models."""
        record = self._in_force().record_id
        record.env["helpdesk.ticket"].flush_model()
        paths = self.env["helpdesk.ticket"]._case_paths()
        self.assertNotIn(record._name, paths)
        links = {
            name: field.comodel_name
            for name, field in record._fields.items()
            if field.relational
        }
        self.assertFalse(set(links.values()) & paths.keys(), links)
        ticket = self.env["helpdesk.ticket"].search([], limit=1, order="id desc")
        words = str(record.read())
        for word in (ticket.number, ticket.name, "The visit confirmed", "hurry"):
            self.assertNotIn(word, words)

    def test_threat_22_hr_sees_no_trace(self):
        """Human resources, also its managers: no model, no field, no button, no count."""
        item = self._in_force()
        employee = item.employee_id.with_user(self.hr)
        for model in (
            "complaint.discipline",
            "complaint.discipline.event",
            "complaint.discipline.record",
            "complaint.self.review",
        ):
            self.assertFalse(
                self.env[model].with_user(self.hr).has_access("read"), model
            )
        names = employee.fields_get().keys()
        self.assertFalse([name for name in names if "disciplin" in name])
        self.assertFalse(self._button(self.hr, "hr.employee"))
        values = employee.read()
        self.assertNotIn("Written warning", str(values))
        self.assertNotIn(item.ticket_id.number, str(values))

    def test_threat_22_officers_open_it_from_the_employee(self):
        item = self._in_force()
        self.assertTrue(self._button(self.discipline, "hr.employee.public"))
        action = self.env.ref("community_complaint.hr_employee_action_discipline")
        self.assertEqual(
            self._records(self.discipline).search(
                [("employee_id", "=", item.employee_id.id)]
            ),
            item.record_id,
        )
        self.assertEqual(action.res_model, "complaint.discipline.record")
        hr_officer = self._new_user(
            "both", "hr.group_hr_user,community_complaint.group_complaint_discipline"
        )
        self.assertTrue(self._button(hr_officer, "hr.employee"))

    def _button(self, user, model):
        """Return the buttons to the personnel file on the form of an employee."""
        action = self.env.ref("community_complaint.hr_employee_action_discipline")
        arch = self.env[model].with_user(user).get_view(view_type="form")["arch"]
        return etree.fromstring(arch).xpath(f"//button[@name='{action.id}']")

    def test_who_it_is_about_sees_nothing(self):
        """Also as an officer and leader, and with papers served on them."""
        item = self._in_force(user=self.accused)
        self.assertTrue(item.record_id)
        for model in (
            "complaint.discipline",
            "complaint.discipline.event",
            "complaint.discipline.record",
            "complaint.notice",
        ):
            self.assertFalse(self.env[model].with_user(self.accused).search_count([]))
        with self.assertRaises(AccessError):
            item.record_id.with_user(self.accused).read(["state"])

    def test_who_is_commended_sees_nothing_either(self):
        """They are served a paper; the file is not for them."""
        self.team.user_ids += self.accused
        item = self._propose_by_hand(
            self._deciding(), "commendation", self._colleague(self.accused)
        )
        self.assertFalse(item.with_user(self.accused).search([("id", "=", item.id)]))

    def test_who_is_kept_away_sees_no_trace(self):
        item = self._in_force()
        record = item.record_id
        self.assertTrue(record.with_user(self.accused).has_access("read"))
        self._recuse(item.ticket_id, self.accused)
        self.assertFalse(self._records(self.accused).search_count([]))
        self.assertFalse(record.with_user(self.accused).has_access("read"))
        for model in ("complaint.discipline", "complaint.discipline.event"):
            self.assertFalse(self.env[model].with_user(self.accused).search_count([]))

    def test_another_company(self):
        item = self._in_force()
        other = self.env["res.company"].create({"name": "Far away"})
        stranger = self._new_user(
            "stranger", "community_complaint.group_complaint_discipline"
        )
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        env = {"allowed_company_ids": other.ids}
        for record in (item, item.record_id, item.event_ids):
            found = record.with_user(stranger).with_context(**env).search_count([])
            self.assertFalse(found, record)
