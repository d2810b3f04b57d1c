from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged, users

from .common import CANARY, ComplaintCommon

#: Who works on cases, and has no rights on contacts.
WORKERS = ("clerk.complaint", "handler.complaint", "leader.complaint")


@tagged("post_install", "-at_install")
class TestOutsideBody(ComplaintCommon):
    """Who works on a case adds bodies outside, without rights on contacts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.allow_transfer = True
        cls.ticket = cls._complaint(confidentiality="confidential")
        cls.ticket.action_accept()

    def _dialog(self, **values):
        form = Form(
            self.env["complaint.body.wizard"].with_context(
                default_ticket_id=self.ticket.id
            )
        )
        values = {"name": "Sunflower Property Company", "phone": "021-1", **values}
        for name, value in values.items():
            form[name] = value
        return form.save()

    def _bodies(self, name="Sunflower Property Company"):
        return self.env["res.partner"].search([("name", "=", name)])

    @users(*WORKERS)
    def test_a_body_that_gets_the_case(self):
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.env["res.partner"].create({"name": "Sunflower"})
        name = f"Property Company of {self.env.user.login}"
        action = self._dialog(
            name=name, address="7 Lane", email="office@property.example"
        ).action_confirm()
        transfer = self.env["complaint.transfer"].browse(action["res_id"])
        self.assertRecordValues(
            transfer, [{"state": "draft", "target_kind": "body", "mode": "single"}]
        )
        body = transfer.partner_id
        self.assertRecordValues(
            body,
            [
                {
                    "name": name,
                    "street": "7 Lane",
                    "phone": "021-1",
                    "email": "office@property.example",
                    "is_company": True,
                    "company_id": self.company.id,
                    "comment": False,
                }
            ],
        )
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            body.phone = "1"
        row = self.env["complaint.log"].sudo().search([("kind", "=", "body_added")])[:1]
        self.assertEqual((row.ticket_id, row.user_id), (self.ticket, self.env.user))
        # contacts tell no case
        self.assertNotIn(self.ticket.number, str(body.message_ids.mapped("body")))

    @users("clerk.complaint")
    def test_what_is_sent_to_it_goes_to_its_mailbox(self):
        self.regulation.allow_transfer = True
        action = self._dialog(email="office@property.example").action_confirm()
        transfer = self.env["complaint.transfer"].browse(action["res_id"])
        transfer.write({"reason": "Repair the lift.", "delivery": "email"})
        transfer.action_send()
        dispatch = self.ticket.sudo().dispatch_ids.filtered("transfer_id")
        self.assertEqual((dispatch.addressee, dispatch.channel), ("body", "email"))
        address = dispatch._address_of("email", dispatch._vals_of_addressee())
        self.assertEqual(address, "office@property.example")

    @users("handler.complaint")
    def test_jointly_and_complained_about(self):
        action = self._dialog(use="joint").action_confirm()
        transfer = self.env["complaint.transfer"].browse(action["res_id"])
        self.assertEqual(transfer.mode, "joint")
        self._dialog(use="respondent", name="Lift Works Ltd").action_confirm()
        respondent = self.ticket.respondent_ids
        self.assertEqual(respondent.partner_id.name, "Lift Works Ltd")
        self.assertEqual(respondent.kind, "partner")

    @users("clerk.complaint")
    def test_a_person_is_never_added(self):
        """Every name that could be a person's is refused alike, whoever complained."""
        told = set()
        for name in (CANARY["complainant_name"], "王小明", "Li Lei", "Mr Smith"):
            with self.assertRaises(UserError) as refused, self.env.cr.savepoint():
                self._dialog(name=name).action_confirm()
            told.add(str(refused.exception).replace(name, "X"))
            self.assertFalse(self._bodies(name))
        self.assertIn("looks like a person", told.pop())
        self.assertFalse(told)

    @users("clerk.complaint")
    def test_what_is_on_file_stays_as_it_is(self):
        known = (
            self._bodies()
            .sudo()
            .create(
                {"name": "Sunflower Property Company", "is_company": True, "phone": "9"}
            )
        )
        with self.assertRaisesRegex(UserError, "on file already"):
            self._dialog(name="sunflower property company").action_confirm()
        self.assertEqual(known.phone, "9")
        self.assertEqual(self._bodies(), known.with_env(self.env))

    @users("clerk.complaint")
    def test_it_must_be_reachable(self):
        with self.assertRaisesRegex(UserError, "how it is reached"):
            self._dialog(phone=False).action_confirm()
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            self._dialog(email="nowhere").action_confirm()

    @users("auditor.complaint", "custodian.complaint", "publisher.complaint")
    def test_nobody_else(self):
        with self.assertRaises(AccessError):
            self.env["complaint.body.wizard"].create(
                {"ticket_id": self.ticket.id, "name": "Some Company", "phone": "1"}
            )

    def test_not_on_a_case_of_another_desk(self):
        stranger = self._new_user(
            "stranger", "community_complaint.group_complaint_clerk"
        )
        with self.assertRaises(AccessError):
            self.env["complaint.body.wizard"].with_user(stranger).create(
                {"ticket_id": self.ticket.id, "name": "Some Company", "phone": "1"}
            )
