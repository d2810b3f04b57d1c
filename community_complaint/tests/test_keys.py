import ast
import re
from pathlib import Path

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.modules import get_module_path
from odoo.modules.migration import load_script
from odoo.orm.models import NO_ACCESS
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import file_path, mute_logger

from ..tools import vault
from ..tools.mail_header import parse_head
from .common import CANARY
from .key_common import NEW, OLD, KeyCommon, key

NAME = CANARY["complainant_name"]
WRONG = key("2026", b"x")
#: Who uses the secret of the office or a key for something that is in no column.
SIGNING = {
    "complaint.inbound.mail.route": "signs Message-Ids",
    "complaint.dispatch.email": "signs envelope ids",
    "complaint.inbound.mail.act": "signs a download of some minutes",
    "complaint.publication.line": "the secret of the office never changes",
    "complaint.history.recorder": "writes what complaint.history.keeper keeps",
    "complaint.key": "hands the keys out",
}


@tagged("post_install", "-at_install")
class TestKeysFailClosed(KeyCommon):
    """THREATS 63: without the right key nothing is done that needs the names."""

    def _told(self, **vals):
        """Return an open case whose text names its complainant."""
        return self._complaint(
            confidentiality="open", description=f"<p>I am {NAME}.</p>", **CANARY, **vals
        )

    def _call(self, user, record, method, *args):
        """Call a method as a client does."""
        return call_kw(record.with_user(user), method, [record.ids, *args], {})

    # ----------------------------------------------------------------------
    # Erasing and hiding
    # ----------------------------------------------------------------------

    def test_nothing_is_erased_without_the_names(self):
        """Nobody would find the name in the texts any more."""
        with self._keys(NEW):
            case = self._told()
            self._to(case, "closed")
        for keys in ((), (OLD,), (WRONG,)):
            with self.subTest(keys=keys), self._keys(*keys):
                with self.assertRaisesRegex(UserError, "Nothing is lost"):
                    self._call(self.custodian, case, "action_erase_identity", "Asked.")
                self.assertFalse(case.identity_erased_date)
                self.assertTrue(case.sudo().identity_ids.vault)
        with self._keys(NEW):
            self._call(self.custodian, case, "action_erase_identity", "Asked.")
            self.assertTrue(case.identity_erased_date)
            self.assertNotIn(NAME, case.description)

    def test_retention_waits_for_the_key(self):
        """The cases whose key is there take their turn; the others stay, with a warning."""
        self.regulation.identity_retention_years = 3
        with self._keys(OLD):
            old = self._told()
            self._to(old, "closed")
        with self._keys(NEW):
            new = self._told()
            self._to(new, "closed")
            past = fields.Datetime.now() - relativedelta(years=4)
            self._force(old + new, closed_date=past)
            with self.assertLogs(level="WARNING") as logs:
                self.env["helpdesk.ticket"].sudo()._cron_erase_identities()
            self.assertIn("lacks the key of 1 cases", "".join(logs.output))
            self.assertTrue(new.identity_erased_date)
            self.assertFalse(old.identity_erased_date)
            self.assertIn(NAME, old.description)
        with self._keys(NEW, OLD):
            self.env["helpdesk.ticket"].sudo()._cron_erase_identities()
            self.assertTrue(old.identity_erased_date)
            self.assertNotIn(NAME, old.description)

    def test_no_case_becomes_secret_without_the_names(self):
        self.regulation.allow_anonymous = True
        with self._keys(NEW):
            case = self._told()
        for level in ("confidential", "anonymous"):
            for keys in ((), (WRONG,)):
                with self.subTest(level=level, keys=keys), self._keys(*keys):
                    with (
                        self.assertRaisesRegex(UserError, "Nothing is lost"),
                        self.env.cr.savepoint(),
                    ):
                        if level == "anonymous":
                            self._change_level(case, level)
                        self._call(
                            self.clerk, case, "write", {"confidentiality": level}
                        )
                    self.env.invalidate_all()
                    self.assertEqual(case.confidentiality, "open")
        with self._keys(NEW):
            self._call(self.clerk, case, "write", {"confidentiality": "confidential"})
            self.assertNotIn(NAME, case.description)

    def test_nothing_is_printed_without_the_names(self):
        with self._keys(NEW):
            case = self._told()
            secret = self._complaint(**CANARY)
        with self._keys():
            forms = self.env["complaint.form"].with_user(self.handler)
            for ticket in (case, secret):
                for kind in ("registration", "register"):
                    with (
                        self.subTest(kind=kind, level=ticket.confidentiality),
                        self.assertRaisesRegex(UserError, "Nothing is lost"),
                    ):
                        forms._render(kind, ticket.with_user(self.handler))
            with self.assertRaisesRegex(UserError, "Nothing is lost"):
                self.env["complaint.notice"]._issue(
                    case,
                    "voucher",
                    lambda _ticket: [("complainant", self.env["complaint.respondent"])],
                )
            # papers of secret cases name nobody; what others get is not released
            released = secret.sudo()
            with (
                self.assertRaisesRegex(UserError, "Nothing is lost"),
                released._released(),
            ):
                released._leaving_redactor()("To the district office.")

    def test_messages_wait_for_the_key(self):
        """A message in the queue takes neither another channel nor a try."""
        self.company.email = "office@office.example"
        with self._keys(NEW):
            case = self._complaint(**CANARY)
            told = case._tell_complainant("Come on Monday.", "tell")
            self.assertEqual((told.state, told.channel), ("queued", "email"))
        with self._keys():
            told.sudo()._hand_over_alone()
            self.assertEqual((told.state, told.tries), ("queued", 0))
            self.assertGreater(told.next_try, fields.Datetime.now())
            self.assertIn("lacks the key", told.failure)
        with self._keys(NEW):
            told.sudo()._hand_over_alone()
            self.assertEqual(told.state, "sent")

    # ----------------------------------------------------------------------
    # Writing
    # ----------------------------------------------------------------------

    def test_a_keyed_database_takes_no_plain_names(self):
        with self._keys(NEW):
            self._complaint(**CANARY)
        with self._keys(), self.assertRaisesRegex(UserError, "lacks its identity keys"):
            self._complaint(user=self.clerk)

    def test_other_bytes_under_the_same_name_are_refused(self):
        """Neither read with nor written with; a new key needs a new name."""
        with self._keys(NEW):
            case = self._complaint(**CANARY)
        for keys in ((WRONG,), (OLD, WRONG), (WRONG, OLD)):
            with self.subTest(keys=keys), self._keys(*keys):
                with self.assertRaisesRegex(UserError, "2026.*not the one"):
                    self._complaint(user=self.clerk)
                self.assertEqual(case.with_user(self.clerk).identity_problem, "2026")
                with self.assertLogs(level="ERROR") as logs:
                    self.env["complaint.key"]._register_hook()
                self.assertIn("2026", logs.output[0])
                self.assertNotIn(WRONG.partition(":")[2], "".join(logs.output))
        with self._keys(NEW):
            self.assertEqual(self._show(case).complainant_name, NAME)

    def test_a_first_key_must_open_what_is_there(self):
        """An office that had keys before the check values knows them all the same."""
        with self._keys(NEW):
            self._complaint(**CANARY)
        guard = "ALTER TABLE complaint_key %s TRIGGER complaint_append_only"
        self.env.cr.execute(guard % "DISABLE")
        self.env.cr.execute("DELETE FROM complaint_key")
        self.env.cr.execute(guard % "ENABLE")
        self.registry.clear_cache()
        with self._keys(WRONG), self.assertRaisesRegex(UserError, "not the one"):
            self._complaint()
        with self._keys(NEW):
            self.assertTrue(self._complaint())

    def test_an_upgrade_enters_the_keys(self):
        """And has the marks made anew, in the background."""
        path = "community_complaint/migrations/19.0.1.4.0/post-keys.py"
        script = load_script(file_path(path), "post_keys")
        triggers = self.env["ir.cron.trigger"].sudo()
        cron = self.env.ref("community_complaint.complaint_identity_cron_rotate")
        for keys, entered in (((), set()), ((NEW, OLD), {"2025", "2026"})):
            with self.subTest(keys=keys), self._keys(*keys):
                script.migrate(self.env.cr, "19.0.1.3.0")
                known = self.env["complaint.key"].sudo().search([])
                self.assertEqual({*known.mapped("name")} & {"2025", "2026"}, entered)
                waiting = triggers.search_count([("cron_id", "=", cron.id)])
                self.assertEqual(bool(waiting), bool(keys))

    def test_check_values_stay(self):
        with self._keys(NEW):
            self._complaint()
        rows = self.env["complaint.key"].sudo().search([])
        self.assertIn("2026", rows.mapped("name"))
        for change in (lambda: rows.write({"check_value": "x"}), rows.unlink):
            with self.assertRaises(UserError):
                change()
        for user in (self.manager, self.custodian, self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                rows.with_user(user).read(["check_value"])

    def test_a_mail_is_kept_all_the_same(self):
        """The only thing taken without keys: a mail would be lost. It is sealed later."""
        mails = self.env["complaint.inbound.mail"]
        with self._keys(NEW):
            self._complaint()
        with self._keys():
            plain = mails._prepare_raw_vals(b"From: a@b.example", "0" * 64)
            self.assertFalse(vault.key_of(plain["raw"]))
        with self._keys(NEW):
            kept = mails._create_sealed(
                "kept",
                {
                    "company_id": self.company.id,
                    "sha256": "0" * 64,
                    "size": 17,
                    **plain,
                },
            )
            self.env["complaint.identity"].sudo()._cron_rotate_keys()
            self.assertEqual(vault.key_of(kept.sudo().raw.decode()), "2026")
            self.assertEqual(kept.sudo()._bytes(), b"From: a@b.example")


@tagged("post_install", "-at_install")
class TestMarks(KeyCommon):
    """Marks by which somebody is found tell nobody anything (findings 18)."""

    def _marks(self, case):
        identity = case.sudo().identity_ids
        return {identity.name_key, identity.phone_key, identity.email_key}

    def test_secret_cases_have_other_marks(self):
        """Who may file a case cannot compare its marks with those of secret ones."""
        with self._keys(NEW):
            opened = self._complaint(confidentiality="open", **CANARY)
            secret = self._complaint(**CANARY)
            self.assertFalse(self._marks(opened) & self._marks(secret))
            again = self._complaint(confidentiality="open", **CANARY)
            self.assertEqual(self._marks(opened), self._marks(again))
            found = self.env["complaint.identity"].sudo().search([("name", "=", NAME)])
            self.assertLessEqual(opened + secret, found.ticket_id)

    def test_marks_follow_the_level(self):
        with self._keys(NEW):
            secret = self._complaint(**CANARY)
            case = self._complaint(confidentiality="open", **CANARY)
            case.with_user(self.clerk).confidentiality = "confidential"
            self.assertEqual(self._marks(case), self._marks(secret))
            self._change_level(case, "open", "They agreed.", "written", by=self.clerk)
            opened = self._complaint(confidentiality="open", **CANARY)
            self.assertEqual(self._marks(case), self._marks(opened))

    def test_what_is_kept_is_closed_to_everybody(self):
        """Sweep: no role reads, searches, groups or sorts by what lies under a key."""
        self._complaint(confidentiality="open", **CANARY)
        for keeper in self.env["complaint.key.keeper"]._keepers():
            for name in keeper._kept_columns():
                with self.subTest(model=keeper._name, column=name):
                    self.assertEqual(keeper._fields[name].groups, NO_ACCESS)
        identities = self.env["complaint.identity"]
        for user in (self.clerk, self.handler, self.custodian, self.auditor):
            own = identities.with_user(user)
            for ask in (
                lambda own=own: own.search([("name_key", "!=", False)]),
                lambda own=own: own._read_group([], ["name_key"]),
                lambda own=own: own.formatted_read_group([], ["phone_key"]),
                lambda own=own: own.search([], order="name_key"),
                lambda own=own: own.search_read([], ["key_id"]),
            ):
                with self.assertRaises(AccessError), mute_logger("odoo"):
                    ask()


@tagged("post_install", "-at_install")
class TestKeepers(KeyCommon):
    """Whatever is kept under a key is declared, counted and rotated."""

    def _used(self):
        """Yield ``(model, call)`` of the code of our add-ons that uses keys or secrets."""
        for module in self.env.registry._init_modules:
            if not module.startswith("community_complaint"):
                continue
            for path in Path(get_module_path(module)).rglob("models/*.py"):
                yield from _uses(path)

    def test_whoever_uses_a_key_is_a_keeper(self):
        """Sweep: a model that seals or marks something says so in ``_kept``."""
        used = {*self._used()}
        self.assertIn(("complaint.identity", "_writing_ring"), used)
        for model, call in sorted(used):
            with self.subTest(model=model, call=call):
                kept = hasattr(self.env[model], "_kept_columns")
                self.assertTrue(kept or model in SIGNING, "declare it in _kept")

    def test_nothing_hangs_on_the_secret_of_the_database(self):
        """A copy of the database gets another one; the office's own secret goes along."""
        for module in self.env.registry._init_modules:
            if module.startswith("community_complaint"):
                for path in Path(get_module_path(module)).rglob("*.py"):
                    if "tests" in path.parts or path.name == "complaint_key.py":
                        continue
                    text = path.read_text()
                    self.assertNotRegex(text, r"[\"']database\.secret", path.name)
                    self.assertNotRegex(
                        text, r"from odoo\.tools import [^\n]*\b(hmac|hash_sign)\b"
                    )

    def test_every_sealed_column_is_declared(self):
        """Sweep: no table holds anything under a key in a column nobody declared."""
        with self._keys(NEW):
            case = self._complaint(confidentiality="open", **CANARY)
            case.with_user(self.clerk).complainant_phone = "021 6688 9900"
            told = case._tell_complainant("Come.", "tell")
            told._write_sealed(
                "number", {"number_key": told._number_marks("13800138000")[0]}
            )
            mails = self.env["complaint.inbound.mail"]
            digest = "0" * 64
            head = parse_head(b"From: a@b.example\nMessage-Id: <1@b.example>\n\n")
            kept = mails._create_sealed(
                "kept",
                {
                    "company_id": self.company.id,
                    "sha256": digest,
                    **mails._prepare_raw_vals(b"From: a@b.example", digest),
                },
            )
            kept._write_sealed("sorted", mails._prepare_sender_vals(head, digest))
            found = self._columns_under_keys()
        self.assertKeptIsDeclared(found)
        for place in (
            ("complaint_identity", "vault"),
            ("complaint_identity", "name_key"),
            ("complaint_log_value", "new_value"),
            ("complaint_inbound_mail", "raw"),
            ("complaint_inbound_mail", "sender_key"),
            ("complaint_dispatch", "number_key"),
        ):
            self.assertIn(place, found)

    def test_rotation_leaves_nothing_behind(self):
        """Every keeper, seen through the screen: the old key is called needed until then."""
        wizard = self.env["complaint.key.wizard"].with_user(self.manager)
        with self._keys(OLD):
            case = self._complaint(confidentiality="open", **CANARY)
            case.with_user(self.clerk).complainant_phone = "021 6688 9900"
            self.env.cr.precommit.run()
        with self._keys(NEW, OLD):
            self.assertIn("Key “2025” is still needed", wizard.new().status)
            self.assertTrue(self._needed("2025"))
            self.env["complaint.identity"].sudo()._cron_rotate_keys()
            self.assertFalse(self._needed("2025"))
            self.assertIn("“2025” is not needed any more", wizard.new().status)

    def test_what_cannot_be_made_anew_keeps_its_key(self):
        """The number a text message went to is nowhere else: its mark waits."""
        with self._keys(OLD):
            case = self._complaint(**CANARY)
            told = case._tell_complainant("Come.", "tell")
            told._write_sealed(
                "number", {"number_key": told._number_marks("13800138000")[0]}
            )
        with self._keys(NEW, OLD):
            self.env["complaint.identity"].sudo()._cron_rotate_keys()
            self.assertEqual(self._needed("2025"), [("complaint.dispatch", "mark")])
            wizard = self.env["complaint.key.wizard"].with_user(self.manager)
            self.assertIn("Key “2025” is still needed", wizard.new().status)
            self.assertEqual(
                self.env["complaint.dispatch"].sudo()._last_to_number("13800138000"),
                told,
            )

    def test_marks_of_before_are_found_and_made_anew(self):
        """Until 19.0.1.4.0 a mark did not name its key, nor the level of its case."""
        with self._keys(NEW):
            case = self._complaint(**CANARY)
            digest = vault.key_ring(NEW).mark("name", NAME).rpartition(".")[2]
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE complaint_identity SET name_key = %s WHERE ticket_id = %s",
                (digest, case.id),
            )
            self.env.invalidate_all()
            identities = self.env["complaint.identity"].sudo()
            self.assertIn(case, identities.search([("name", "=", NAME)]).ticket_id)
            identities._cron_rotate_keys()
            secret = vault.key_ring(NEW).mark("secret name", NAME)
            self.assertEqual(case.sudo().identity_ids.name_key, secret)

    def test_the_secret_of_the_office_survives_a_copy(self):
        told = self.env["complaint.dispatch"]
        before = told._number_marks("13800138000")[-1]
        mails = self.env["complaint.inbound.mail"]
        message_id = mails._make_message_id(7, "0123456789abcdef", "office.example")
        # what Odoo does with a copy
        self.env["ir.config_parameter"].sudo().init(force=True)
        self.assertEqual(told._number_marks("13800138000")[-1], before)
        self.assertEqual(mails._read_message_id(message_id), 7)


def _uses(path):
    """Yield ``(model, call)`` of the classes in a file that use keys or secrets."""
    for node in ast.parse(path.read_text()).body:
        if not isinstance(node, ast.ClassDef):
            continue
        text = ast.unparse(node)
        model = re.search(r"_name = '([a-z.]+)'", text) or re.search(
            r"_inherit = '([a-z.]+)'", text
        )
        for call in ("_writing_ring", "office_hmac"):
            if model and f"{call}(" in text:
                yield model.group(1), call
