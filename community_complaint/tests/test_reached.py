"""THREATS 51: nobody quietly moves whom letters and alarms of complaints reach."""

import json
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ComplaintCommon

HR = "hr.group_hr_user"


@tagged("post_install", "-at_install")
class TestReached(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.superior = cls.env["res.partner"].create(
            {"name": "District Office", "email": "old@district.example"}
        )
        cls.regulation.superior_partner_id = cls.superior
        cls.contacts = cls._new_user(
            "contacts", "base.group_user,base.group_partner_manager"
        )
        cls.both = cls._new_user(
            "both",
            "base.group_partner_manager,community_complaint.group_complaint_manager",
        )

    def _rows(self, kind="setting_changed"):
        """Return what the log says, ``[(record, details)]``."""
        rows = self.env["complaint.log"].sudo().search([("kind", "=", kind)])
        return [((row.res_model, row.res_id), json.loads(row.details)) for row in rows]

    def _told(self, do):
        """Return of what custodians and auditors are told while something is done."""
        told = []

        def tell(_groups, companies, what, names):
            told.append((companies, what, names))

        with patch.object(type(self.env["res.groups"]), "_tell_watchers", tell):
            do()
        return told

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_the_superior_body_is_up_to_managers(self):
        body = self.superior.with_user(self.contacts)
        for vals in (
            {"email": "mine@evil.example"},
            {"name": "Other Office"},
            {"phone": "13800000001"},
            {"street": "Elsewhere 1"},
            {"active": False},
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaisesRegex(AccessError, "complaint manager"),
                self.env.cr.savepoint(),
            ):
                body.write(vals)
        # code with all rights is no manager either
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            body.sudo().email = "mine@evil.example"
        # what says nothing about where letters go is as free as ever
        body.write({"comment": "Nice people", "email": "old@district.example"})

    def test_a_manager_is_on_record(self):
        self.superior.with_user(self.both).email = "new@district.example"
        [details] = [
            details
            for record, details in self._rows()
            if record == ("res.partner", self.superior.id)
        ]
        self.assertEqual(
            details["fields"]["email"], ["old@district.example", "new@district.example"]
        )

    def test_an_address_that_is_shared(self):
        """The base writes a company's new address into its contacts by itself."""
        group = self.env["res.partner"].create({"name": "Group", "is_company": True})
        self.superior.parent_id = group
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            group.with_user(self.contacts).write({"street": "Elsewhere 1"})
        group.with_user(self.contacts).email = "group@x.example"

    def test_the_office_itself(self):
        told = self._told(
            lambda: self.company.partner_id.with_user(self.contacts).write(
                {"phone": "13800000001"}
            )
        )
        self.assertEqual([companies for companies, *_rest in told], [self.company])
        records = [record for record, _details in self._rows()]
        self.assertIn(("res.partner", self.company.partner_id.id), records)

    def test_staff_whom_alarms_reach(self):
        staff = self.env["hr.employee"].create(
            {"name": "Lee", "user_id": self.handler.id, "company_id": self.company.id}
        )
        other = self.env["hr.employee"].create(
            {"name": "Cook", "company_id": self.company.id}
        )
        human = self._new_user("human", f"{HR},base.group_partner_manager")
        for vals in (
            {"mobile_phone": "13800000002"},
            {"work_phone": "13800000003"},
            {"work_email": "lee@evil.example"},
        ):
            with self.subTest(vals=vals):
                self.assertFalse(
                    self._told(lambda vals=vals: other.with_user(human).write(vals))
                )
                self.assertTrue(
                    self._told(lambda vals=vals: staff.with_user(human).write(vals))
                )
        logged = [
            details for record, details in self._rows() if record[0] == "hr.employee"
        ]
        self.assertEqual(
            {name for details in logged for name in details["fields"]},
            {"mobile_phone", "work_phone", "work_email"},
        )

    def test_who_is_on_duty(self):
        """Somebody without a login stands by at night."""
        nurse = self.env["hr.employee"].create(
            {"name": "Nurse", "company_id": self.company.id}
        )
        roster = self.env["complaint.roster"].create(
            {"name": "Night", "company_id": self.company.id}
        )
        shift = self.env["complaint.roster.shift"].create(
            {
                "roster_id": roster.id,
                "employee_id": nurse.id,
                "start": "2026-03-02 00:00:00",
                "end": "2026-03-02 08:00:00",
            }
        )
        shift.with_user(self.leader).phone = "13800000009"
        self.assertIn(
            "13800000009",
            [
                details["fields"]["phone"][1]
                for (model, _id), details in self._rows()
                if model == shift._name and "fields" in details
            ],
        )
        contact = nurse.work_contact_id
        self.assertTrue(contact)
        human = self._new_user("human", HR)
        for record, vals in (
            (nurse.with_user(human), {"mobile_phone": "13800000002"}),
            (contact.with_user(self.contacts), {"email": "nurse@evil.example"}),
        ):
            with self.subTest(model=record._name):
                self.assertTrue(self._told(lambda: record.write(vals)))  # noqa: B023

    def test_phone_of_a_custodian(self):
        admin = self._new_user(
            "admin", "base.group_erp_manager,base.group_partner_manager"
        )
        told = self._told(
            lambda: self.custodian.partner_id.with_user(admin).write(
                {"phone": "13800000002"}
            )
        )
        self.assertTrue(told)
        access = [
            details["access"] for _record, details in self._rows("access_changed")
        ]
        self.assertIn(["phone"], access)

    def test_whom_a_case_names(self):
        """It is on record with the case, without the address, and refused to nobody."""
        case = self._complaint()
        shop = self.env["res.partner"].create({"name": "Shop", "email": "a@x.example"})
        respondent = self._respondent(case, shop)
        shop.with_user(self.contacts).email = "b@x.example"
        self.assertIn(
            (
                ("complaint.respondent", respondent.id),
                {"fields": ["email"], "model": "res.partner"},
            ),
            self._rows("address_changed"),
        )
        row = self.env["complaint.log"].search([("kind", "=", "address_changed")])
        self.assertEqual(row.ticket_id, case)
        self.assertIn("Email", row.summary)

    def _respondent(self, case, partner):
        return self.env["complaint.respondent"].create(
            {"ticket_id": case.id, "kind": "partner", "partner_id": partner.id}
        )

    def test_ordinary_contacts_are_as_free_as_ever(self):
        friend = self.env["res.partner"].create({"name": "Friend"})
        rows = self.env["complaint.log"].search_count([])
        friend.with_user(self.contacts).write({"email": "x@x.example", "name": "Y"})
        self.assertEqual(self.env["complaint.log"].search_count([]), rows)
