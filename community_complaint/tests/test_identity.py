from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users

from ..tools.vault import phone_key
from .common import CANARY, ComplaintCommon


@tagged("post_install", "-at_install")
class TestIdentity(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.secret = cls._complaint(**CANARY)
        cls.open = cls._complaint(confidentiality="open", **CANARY)

    def _seen(self, ticket, user):
        values = ticket.with_user(user).read(list(CANARY))[0]
        return {name for name in CANARY if values[name] == CANARY[name]}

    def test_custodian_sees_all(self):
        self.assertFalse(self._seen(self.secret, self.custodian))
        self._show(self.secret)
        self.assertEqual(self._seen(self.secret, self.custodian), set(CANARY))

    def test_others_see_the_pseudonym(self):
        for user in (
            self.clerk,
            self.handler,
            self.leader,
            self.manager,
            self.auditor,
            self.publisher,
            self.discipline,
        ):
            with self.subTest(user=user.login):
                self.assertFalse(self._seen(self.secret, user))
                self.assertEqual(
                    self.secret.with_user(user).complainant_name,
                    f"Complainant of {self.secret.number}",
                )
                self.assertFalse(
                    self.env["complaint.identity"]
                    .with_user(user)
                    .search([("ticket_id", "=", self.secret.id)])
                )

    def test_desk_sees_open_cases(self):
        for user in (self.clerk, self.handler, self.leader):
            with self.subTest(user=user.login):
                self.assertEqual(self._seen(self.open, user), set(CANARY))
        self.assertFalse(self._seen(self.open, self.auditor))

    @users("clerk.complaint")
    def test_searching_tells_nothing(self):
        Identity = self.env["complaint.identity"]
        found = Identity.search([("phone", "=", CANARY["complainant_phone"])])
        self.assertEqual(found.ticket_id, self.open)
        with self.assertRaises(AccessError):
            Identity.search([("phone_key", "=", CANARY["complainant_phone"])])
        with self.assertRaises(ValueError):
            self.env["helpdesk.ticket"].search([("complainant_name", "=", "金丝雀")])

    def test_found_however_it_is_written(self):
        """One form to compare with; what is kept is what was said."""
        identity = self.open.identity_ids
        Identity = self.env["complaint.identity"].with_user(self.clerk)
        cases = (
            (
                "phone",
                "13912345678",
                "一三九一二三四五六七八",
                "０１３９",
                "+86 139 1234 5678",
            ),
            ("phone", "021-66889900转805", "02166889900", "x", "0086 21 66889900"),
            ("name", "買買提·吐爾遜", "买买提•吐尔逊", "买买提", "买买提 吐尔逊"),
            ("name", "歐陽娜娜", "欧阳 娜娜", "欧阳", "欧阳·娜娜"),
        )
        for name, said, written, other, again in cases:
            with self.subTest(said=said):
                identity.write({name: said})
                self.assertEqual(identity[name], said)
                for value in (said, written, again):
                    self.assertEqual(Identity.search([(name, "=", value)]), identity)
                self.assertFalse(Identity.search([(name, "=", other)]))

    def test_found_by_marks_of_an_earlier_version(self):
        identity = self.open.identity_ids
        identity.write({"name": "買買提·吐爾遜"})
        self.env.flush_all()
        mark = self.env["complaint.key"]._ring().mark("name", "買買提·吐爾遜")
        self.env.cr.execute(
            "UPDATE complaint_identity SET name_key = %s WHERE id = %s",
            [mark, identity.id],
        )
        identity.invalidate_recordset()
        found = self.env["complaint.identity"].search([("name", "=", "買買提·吐爾遜")])
        self.assertEqual(found, identity)

    def test_pseudonym_is_never_written_back(self):
        """Saving a form that shows the pseudonym does not overwrite the name."""
        ticket = self.secret.with_user(self.clerk)
        with self.assertRaises(UserError):
            ticket.complainant_phone = "1"
        self._show(self.secret)
        self.assertEqual(self._seen(self.secret, self.custodian), set(CANARY))

    def test_custodian_corrects(self):
        identity = self._show(self.secret).identity_ids
        identity.phone = "021 6688 9900"
        self.assertEqual(identity.sudo().phone_key, "02166889900")

    def test_display_name_tells_nothing(self):
        identity = self._show(self.secret).identity_ids
        self.assertNotIn(CANARY["complainant_name"], identity.display_name)

    def test_contact_fields_of_the_base(self):
        ticket = self._complaint(
            complainant_name=False,
            partner_name=CANARY["complainant_name"],
            partner_email=CANARY["complainant_email"],
        )
        self.assertFalse(ticket.partner_name or ticket.partner_email)
        identity = self._show(ticket).identity_ids
        self.assertEqual(identity.name, CANARY["complainant_name"])

    def test_no_identity_by_rpc(self):
        with self.assertRaises(AccessError):
            self.env["complaint.identity"].with_user(self.clerk).create(
                {"ticket_id": self.secret.id, "name": "x"}
            )

    def test_who_sees_nothing_blinds_nobody(self):
        """What a reader's rights hide stays there for the office's own service."""
        self.env.invalidate_all()
        self.assertFalse(self.secret.with_user(self.handler).identity_ids)
        self.assertTrue(self.secret.sudo().identity_ids)

    def test_one_field_leaves_the_others(self):
        self.open.with_user(self.clerk).complainant_phone = "021 6688 9900"
        self.env.invalidate_all()
        self.assertEqual(
            self._seen(self.open, self.clerk), set(CANARY) - {"complainant_phone"}
        )

    def test_no_identity_without_its_case(self):
        """A copy is refused in words, whoever makes it."""
        identity = self.open.sudo().identity_ids
        for copied in (identity, identity.with_user(self.clerk)):
            with self.assertRaises(UserError):
                copied.copy({"name": "Forged"})

    def test_papers_of_confidential_cases(self):
        self._accept(self.secret)
        self._accept(self.open)
        self.assertIn(self.secret.number, self.secret.notice_ids.addressee_name)
        self.assertEqual(
            self.open.notice_ids.addressee_name, CANARY["complainant_name"]
        )

    def test_phone_key(self):
        self.assertEqual(phone_key("+86 139-1234-5678"), "13912345678")
        self.assertFalse(phone_key("unknown"))
        self.assertFalse(phone_key(False))
