from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .wire_common import WireCommon

OLD, NEW = "li@resident.example", "friend@elsewhere.example"


@tagged("post_install", "-at_install")
class TestIdentityContact(WireCommon):
    """KIND K: whoever changes where the complainant is written to reads their post."""

    def setUp(self):
        super().setUp()
        self.ticket = self._complaint(
            complainant_email=OLD, complainant_phone=False, confidentiality="open"
        )
        # when the row was made is PostgreSQL's to say
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = now() - interval '2 days'"
            " WHERE id = %s",
            [self.ticket.id],
        )
        self.env.invalidate_all()
        self.ticket.with_user(self.clerk).action_accept()
        self.voucher = self.ticket.notice_ids
        self._force(self.voucher.dispatch_ids, duty="serve")
        self._received()

    def _move(self, user=None):
        self.ticket.with_user(user or self.clerk).complainant_email = NEW
        self.env.invalidate_all()
        return self.ticket.sudo().identity_ids

    def test_the_address_before_is_told(self):
        self._move()
        [(_bytes, message)] = self._received()
        self.assertEqual(message["To"], OLD)
        text = message.get_body(("plain",)).get_content()
        self.assertIn(self.ticket.number, text)
        self.assertIn("changed phone or e-mail", text)
        for telling in ("http", NEW, "Li Lei"):
            self.assertNotIn(telling, text)

    def test_changed_twice_the_true_one_is_told(self):
        """Before the first message left, the address was changed once more."""
        self._move()
        self.ticket.with_user(self.clerk).complainant_email = "other@elsewhere.example"
        self.assertEqual({m["To"] for _bytes, m in self._received()}, {OLD})

    def test_who_took_it_down_completes_it_that_day(self):
        ticket = self._complaint(complainant_email=OLD, confidentiality="open")
        ticket.with_user(self.clerk).complainant_email = NEW
        self.assertFalse(ticket.contact_unproven)
        self.assertFalse([m for _b, m in self._received() if m["To"] == OLD])

    def test_custodians_find_what_is_to_be_confirmed(self):
        desk = self.env["helpdesk.ticket"].with_user(self.custodian)

        def listed():
            action = desk.open_complaint_desk_tile("new_contacts")
            return desk.search(action["domain"])

        self.assertFalse(listed())
        identity = self._move()
        self.assertEqual(listed(), self.ticket)
        identity.with_user(self.custodian).action_check_contact("They came by.")
        self.assertFalse(listed())

    def test_what_is_read_there_serves_nobody(self):
        """Until another person checked the new address."""
        identity = self._move()
        self.assertTrue(self.ticket.contact_unproven)
        dispatch = self.voucher.dispatch_ids
        dispatch._do_step("read")
        self.assertFalse(dispatch.is_met)
        self.assertEqual(self.voucher.state, "issued")
        self.assertIn("somebody else confirmed", dispatch.task_id.summary)
        with self.assertRaisesRegex(UserError, "Somebody else"):
            identity.with_user(self.clerk).sudo(False).action_check_contact(
                "He called."
            )
        asked = self.ticket.with_user(self.handler).action_check_contact()
        self._answer(asked, self.handler, text="Called the number in the register.")
        self.assertEqual(identity.contact_checked_by_id, self.handler)
        self.assertFalse(self.ticket.contact_unproven)
        self.assertEqual(self.voucher.state, "served")

    def test_nobody_confirms_by_hand(self):
        identity = self._move().sudo(False)
        for vals in (
            {"contact_checked_by_id": self.handler.id},
            {"contact_changed_date": False},
            {"former_email": NEW},
        ):
            for user in (self.clerk, self.custodian, self.env.user):
                with self.subTest(vals=vals), self.assertRaises(UserError):
                    identity.with_user(user).write(vals)

    def test_an_account_is_the_complainants(self):
        """Finding 1.33: one custodian handed the case to any portal account."""
        residents = {
            email: new_test_user(
                self.env, email, "base.group_portal", email=email
            ).partner_id
            for email in (OLD, NEW)
        }
        identity = self.ticket.sudo().identity_ids.with_user(self.custodian).sudo(False)
        with self.assertRaisesRegex(UserError, "another e-mail"):
            identity.partner_id = residents[NEW]
        identity.email = NEW
        with self.assertRaisesRegex(UserError, "confirms the new contact"):
            identity.partner_id = residents[NEW]
        with self.assertRaises(AccessError):
            identity.with_user(self.handler).partner_id = residents[OLD]
        identity.with_user(self.handler).action_check_contact("Called her.")
        identity.partner_id = residents[NEW]
        self.assertEqual(self.ticket.sudo().identity_ids.partner_id, residents[NEW])

    def test_a_contact_manager_makes_no_account_the_complainants(self):
        """Finding 1.33: that of an account is written by who manages accounts only."""
        friend = new_test_user(self.env, "friend@x.example", "base.group_portal")
        helper = self._new_user("contacts", "base.group_partner_manager")
        with self.assertRaises(AccessError):
            friend.partner_id.with_user(helper).email = OLD
        friend.partner_id.email = OLD
        identity = self.ticket.sudo().identity_ids.with_user(self.custodian).sudo(False)
        with self.assertRaisesRegex(UserError, "another e-mail"):
            identity.partner_id = friend.partner_id
        # nor one that nobody has: who is invited later would get the case
        nobody = self.env["res.partner"].create({"name": "X", "email": OLD})
        with self.assertRaisesRegex(UserError, "another e-mail"):
            identity.partner_id = nobody
