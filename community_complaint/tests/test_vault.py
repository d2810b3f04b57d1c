from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..tools import vault
from .common import CANARY
from .key_common import NEW, OLD, KeyCommon, key


@tagged("post_install", "-at_install")
class TestVault(KeyCommon):
    """Identities at rest: plain without keys, encrypted with the server's keys."""

    def _column(self, ticket, name="vault"):
        self.env.flush_all()
        query = "SELECT %s FROM complaint_identity WHERE ticket_id = %s"
        rows = self.env.execute_query(SQL(query, SQL.identifier(name), ticket.id))
        return rows[0][0]

    def _canary_columns(self):
        """Return whether any column of the table shows a canary."""
        self.env.flush_all()
        pattern = "|".join(CANARY.values())
        query = SQL("SELECT 1 FROM complaint_identity t WHERE t::text ~ %s", pattern)
        return bool(self.env.execute_query(query))

    # ----------------------------------------------------------------------
    # With and without keys
    # ----------------------------------------------------------------------

    def test_plain_without_keys(self):
        with self._keys():
            ticket = self._complaint(**CANARY)
            self.assertIn(CANARY["complainant_name"], self._column(ticket))
            self.assertFalse(self._column(ticket, "key_id"))

    def test_nothing_readable_at_rest(self):
        with self._keys(NEW):
            ticket = self._complaint(
                complainant_partner_id=self.env.ref("base.partner_admin").id, **CANARY
            )
            self.assertFalse(self._canary_columns())
            self.assertEqual(vault.key_of(self._column(ticket)), "2026")
            self.assertNotEqual(
                self._column(ticket, "partner_key"),
                str(self.env.ref("base.partner_admin").id),
            )
            case = self._show(ticket)
            for name, value in CANARY.items():
                self.assertEqual(case[name], value)
            self.assertEqual(
                ticket.sudo().identity_ids.partner_id,
                self.env.ref("base.partner_admin"),
            )

    def test_corrections_stay_encrypted(self):
        with self._keys(NEW):
            ticket = self._complaint(**CANARY)
            before = self._column(ticket)
            self._show(ticket).identity_ids.phone = "021 6688 9900"
            self.assertNotEqual(self._column(ticket), before)
            self.assertEqual(ticket.sudo().identity_ids.phone, "021 6688 9900")
            self.assertEqual(
                ticket.sudo().identity_ids.name, CANARY["complainant_name"]
            )

    def test_the_same_person_looks_different(self):
        with self._keys(NEW):
            first, second = self._complaint(**CANARY), self._complaint(**CANARY)
            self.assertNotEqual(self._column(first), self._column(second))

    # ----------------------------------------------------------------------
    # Finding
    # ----------------------------------------------------------------------

    def _found(self, name, value):
        identities = self.env["complaint.identity"].sudo()
        return identities.search([(name, "=", value)]).ticket_id

    def test_found_by_whole_values(self):
        for keys in ((), (NEW,), (NEW, OLD)):
            with self.subTest(keys=len(keys)), self._keys(*keys):
                ticket = self._complaint(**CANARY)
                for name, value in (
                    ("name", " 金丝雀 "),
                    ("phone", "+86 139-1234-5678"),
                    ("email", "Canary@Resident.example"),
                ):
                    self.assertIn(ticket, self._found(name, value), name)
                self.assertFalse(self._found("name", "金丝"))
                self.assertFalse(self._found("phone", "1391234567"))

    def test_found_while_keys_change(self):
        with self._keys():
            plain = self._complaint(**CANARY)
        with self._keys(OLD):
            old = self._complaint(**CANARY)
        with self._keys(NEW, OLD):
            new = self._complaint(**CANARY)
            found = self._found("phone", CANARY["complainant_phone"])
            self.assertEqual(found & (plain + old + new), plain + old + new)

    def test_duplicate_hint(self):
        with self._keys(NEW):
            first = self._complaint(confidentiality="open", **CANARY)
            second = self._complaint(confidentiality="open", **CANARY)
            hint = second.with_user(self.clerk).duplicate_hint
            self.assertIn(first.number, hint)
            secret = self._complaint(**CANARY).with_user(self.custodian)
            first.invalidate_recordset()
            # marks of open cases are other ones
            self.assertFalse(first.with_user(self.custodian).same_person_hidden)
            self.assertFalse(secret.same_person_hidden, "both others are open")
            self._complaint(**CANARY)
            secret.invalidate_recordset()
            self.assertTrue(secret.same_person_hidden)
            for user in (self.clerk, self.handler, self.leader):
                self.assertFalse(first.with_user(user).same_person_hidden)
            desk = self.env["helpdesk.ticket"].with_user(self.custodian)
            action = desk.open_complaint_desk_tile("same_person")
            self.assertIn(secret, desk.search(action["domain"]))

    # ----------------------------------------------------------------------
    # Rotation
    # ----------------------------------------------------------------------

    def test_rotation(self):
        with self._keys():
            plain = self._complaint(**CANARY)
        with self._keys(OLD):
            old = self._complaint(**CANARY)
        identities = self.env["complaint.identity"]
        with self._keys(NEW, OLD):
            identities.sudo()._cron_rotate_keys()
            for ticket in plain + old:
                self.assertEqual(self._column(ticket, "key_id"), "2026")
            self.assertFalse(self._needed("2025"))
        with self._keys(NEW):
            case = self._show(old)
            self.assertEqual(case.complainant_name, CANARY["complainant_name"])
            self.assertIn(plain, self._found("phone", CANARY["complainant_phone"]))
        row = self.env["complaint.log"].search(
            [("kind", "=", "keys_rotated"), ("company_id", "=", self.company.id)]
        )
        self.assertIn("2026", row.details)

    def test_rotation_goes_on_where_it_stopped(self):
        """A batch that is done is not done again."""
        with self._keys(OLD):
            tickets = self.env["helpdesk.ticket"].create(
                [self._vals() for _i in range(3)]
            )
        with self._keys(NEW, OLD):
            tickets[0].sudo().identity_ids._rotate()
            done = self._column(tickets[0])
            self.env["complaint.identity"].sudo()._cron_rotate_keys()
            self.assertEqual(self._column(tickets[0]), done)
            self.assertEqual(self._column(tickets[2], "key_id"), "2026")

    def test_what_a_manager_sees(self):
        identities = self.env["complaint.identity"]
        with self._keys():
            self._complaint(**CANARY)
            status = self.env["complaint.key.wizard"].with_user(self.manager).new()
            self.assertIn("no keys", status.status)
        with self._keys(OLD):
            self._complaint(**CANARY)
            status = self.env["complaint.key.wizard"].with_user(self.manager).new()
            self.assertIn("key “2025”, the current one: 1", status.status)
            self.assertIn("without a key", status.status)
            self.assertTrue(status.stale)
            status.action_rotate()
            identities.sudo()._cron_rotate_keys()
            status = self.env["complaint.key.wizard"].with_user(self.manager).new()
            self.assertFalse(status.stale)
        with self._keys(NEW):
            status = self.env["complaint.key.wizard"].with_user(self.manager).new()
            self.assertIn("“2025” is missing", status.status)
        with self.assertRaises(AccessError):
            self.env["complaint.key.wizard"].with_user(self.clerk).create({})

    def test_merged_contacts_keep_their_cases(self):
        old, new = self.env["res.partner"].create([{"name": "A"}, {"name": "B"}])
        for keys in ((), (NEW,)):
            with self.subTest(keys=keys), self._keys(*keys):
                ticket = self._complaint(complainant_partner_id=old.id, **CANARY)
                merge = self.env["base.partner.merge.automatic.wizard"]
                merge._update_foreign_keys(old, new)
                self.env.invalidate_all()
                self.assertEqual(ticket.sudo().identity_ids.partner_id, new)
                self.assertIn(ticket, self._found("partner_id", new.id))
                self.assertNotIn(ticket, self._found("partner_id", old.id))

    # ----------------------------------------------------------------------
    # When a key is missing
    # ----------------------------------------------------------------------

    def test_missing_key_is_told(self):
        with self._keys(OLD):
            ticket = self._complaint(**CANARY)
            opened = self._complaint(confidentiality="open", **CANARY)
            sealed = self._column(ticket)
        for keys in ((), (NEW,), (key("2025", b"x"),)):
            with self.subTest(keys=keys), self._keys(*keys):
                self.assertEqual(ticket.with_user(self.clerk).identity_problem, "2025")
                with self.assertRaisesRegex(UserError, "2025.*Nothing is lost"):
                    self._show(ticket)
                with self.assertRaisesRegex(UserError, "Nothing is lost"):
                    opened.with_user(self.clerk).complainant_phone = "1"
                with self.assertRaisesRegex(UserError, "Nothing is lost"):
                    ticket.with_user(self.handler).action_write_to_complainant("Hello")
                # lists and forms go on
                opened.with_user(self.clerk).read(["complainant_name"])
                with mute_logger(
                    "odoo.addons.community_complaint.models.complaint_key"
                ):
                    self.env["complaint.identity"].sudo()._cron_rotate_keys()
                self.assertEqual(self._column(ticket), sealed)
        with self._keys(NEW, OLD):
            case = self._show(ticket)
            self.assertEqual(case.complainant_name, CANARY["complainant_name"])

    def test_swapped_rows_are_noticed(self):
        """Somebody copies one case's identity onto another in the database."""
        with self._keys(NEW):
            first, second = self._complaint(**CANARY), self._complaint()
            self.env.cr.execute(
                "UPDATE complaint_identity SET vault = %s WHERE ticket_id = %s",
                (self._column(first), second.id),
            )
            self.env.invalidate_all()
            self.assertEqual(second.identity_problem, "2026")

    def test_bad_configuration(self):
        for value in ("2026", "2026:short", f"{NEW},{NEW}", "a b:c"):
            with (
                self.subTest(value=value),
                self._keys(value),
                self.assertRaisesRegex(UserError, "cannot be read"),
            ):
                self._complaint(**CANARY)

    # ----------------------------------------------------------------------
    # Nobody goes past the vault
    # ----------------------------------------------------------------------

    def test_columns_are_closed(self):
        ticket = self._complaint(confidentiality="open", **CANARY)
        for user in (self.clerk, self.custodian, self.manager):
            identity = ticket.with_user(user).identity_ids
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                identity.read(["vault"])
        identity = ticket.with_user(self.clerk).identity_ids
        before = self._column(ticket)
        for vals in ({"vault": "{}"}, {"phone_key": "1"}, {"key_id": "x"}):
            for record in (identity, identity.sudo()):
                with self.subTest(vals=vals), self.assertRaises(UserError):
                    record.write(vals)
        self.assertEqual(self._column(ticket), before)
        self.assertEqual(self._column(ticket, "phone_key"), CANARY["complainant_phone"])

    def test_code_with_a_users_rights_sees_nothing(self):
        """Neither does an add-on that reads a field without asking for the record."""
        for keys in ((), (NEW,)):
            with self.subTest(keys=keys), self._keys(*keys):
                ticket = self._complaint(**CANARY)
                identity = ticket.sudo().identity_ids
                self.assertEqual(identity.name, CANARY["complainant_name"])
                for user in (self.handler, self.custodian, self.employee_user):
                    self.assertFalse(identity.with_user(user).name)
                    self.assertFalse(identity.with_user(user).phone)

    def test_changes_are_logged_without_values(self):
        ticket = self._complaint(confidentiality="open", **CANARY)
        ticket.with_user(self.clerk).complainant_phone = "021 6688 9900"
        row = self.env["complaint.log"].search(
            [("ticket_id", "=", ticket.id), ("kind", "=", "identity_changed")]
        )
        self.assertEqual(row.details, '{"fields":["phone"]}')
        self.assertEqual(row.summary, "Phone")
