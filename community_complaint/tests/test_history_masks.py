import os
from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .canary import CanarySweep
from .common import CANARY
from .key_common import NEW, OLD, _no_commit
from .test_history import HistoryCommon

MASK = "[not shown]"


@tagged("post_install", "-at_install")
class TestHistoryMasks(HistoryCommon):
    """Nobody reads in the history what they do not read in the case."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.secret = cls._complaint(confidentiality="confidential", **CANARY)

    def test_raw_columns_are_closed(self):
        self._save(self.case, demand="One.")
        for user in (
            self.handler,
            self.manager,
            self.auditor,
            self.env.ref("base.user_admin"),
        ):
            for name in ("old_value", "new_value", "salt"):
                with self.assertRaises(AccessError), mute_logger("odoo.models"):
                    self._rows().with_user(user).read([name])
                with self.assertRaises(AccessError), mute_logger("odoo.models"):
                    self.values.with_user(user).search([(name, "ilike", "One")])

    def test_same_people_as_the_case(self):
        self._save(self.case, demand="One.")
        row = self._rows()
        staff = self._new_user("staff", "community_complaint.group_complaint_staff")
        elsewhere = self._new_user(
            "elsewhere", "community_complaint.group_complaint_handler"
        )
        for user in (staff, elsewhere, self.employee_user):
            with (
                self.subTest(user.login),
                mute_logger("odoo.addons.base.models.ir_rule"),
                self.assertRaises(AccessError),
            ):
                row.with_user(user).read(["new_text"])
        for user in (self.clerk, self.leader, self.manager, self.auditor):
            self.assertEqual(row.with_user(user).new_text, "One.")

    def test_no_trace_for_who_is_excluded(self):
        self._save(self.case, demand="One.")
        row = self._rows()
        self._recuse(self.case, self.handler)
        self._commit()
        self.assertFalse(self._rows(user=self.handler))
        with (
            self.assertRaises(AccessError),
            mute_logger("odoo.addons.base.models.ir_rule"),
        ):
            row.with_user(self.handler).read(["new_text"])

    def test_field_that_the_reader_may_not_read(self):
        self._save(self.case, demand="One.")
        row = self._rows(name="demand")
        field = self.case._fields["demand"]
        self.patch(field, "groups", "community_complaint.group_complaint_auditor")
        self.env.invalidate_all()
        self.assertEqual(row.with_user(self.handler).new_text, MASK)
        self.assertEqual(row.with_user(self.handler).old_text, MASK)
        self.assertNotIn("One.", row.with_user(self.handler).changes)
        self.assertEqual(row.with_user(self.auditor).new_text, "One.")

    def test_part_that_the_reader_may_not_read(self):
        """No trace of it either: that there is such a record may be the secret."""
        self._save(self.case, respondent_ids=self._respondent())
        respondent = self.case.respondent_ids
        self._save(respondent, statement="No.")
        self.assertTrue(self._rows(respondent))
        rule = self.env["ir.rule"].create(
            {
                "name": "Nobody",
                "model_id": self.env["ir.model"]._get_id(respondent._name),
                "domain_force": "[(0, '=', 1)]",
            }
        )
        self.env.invalidate_all()
        self.assertFalse(self._rows(respondent))
        rule.unlink()
        access = self.env["ir.model.access"].search(
            [("model_id", "=", self.env["ir.model"]._get_id(respondent._name))]
        )
        access.write({"perm_read": False})
        self.env.invalidate_all()
        self.assertFalse(self._rows(respondent))

    def test_names_the_reader_may_not_see(self):
        """A link shows the name only to who may read it now."""
        self._save(self.case, user_id=self.handler.id)
        row = self._rows(name="user_id")
        self.env["ir.rule"].create(
            {
                "name": "Not this one",
                "model_id": self.env["ir.model"]._get_id("res.users"),
                "domain_force": f"[('id', '!=', {self.handler.id})]",
            }
        )
        self.env.invalidate_all()
        self.assertEqual(row.with_user(self.leader).new_text, MASK)

    # ----------------------------------------------------------------------
    # The vault
    # ----------------------------------------------------------------------

    def _rename(self, name="李秘密"):
        case = self._show(self.secret)
        self._save(case.identity_ids, self.custodian, name=name, phone="13711112222")

    def test_identity_only_for_who_may_read_it(self):
        self._rename()
        identity = self.secret.sudo().identity_ids
        self.assertEqual(
            self._change(identity, "name", self.custodian),
            (CANARY["complainant_name"], "李秘密"),
        )
        for user in (self.handler, self.leader, self.manager, self.auditor):
            self.assertFalse(self._rows(identity, user=user), user.login)
        self._commit()
        self.env.cr.execute("UPDATE complaint_identity_view SET until = now()")
        self.env.invalidate_all()
        self.assertFalse(self._rows(identity, user=self.custodian))
        self.assertFalse(self._broken())

    def test_open_identity(self):
        """Who works on an open case sees what its complainant's phone was (finding 35)."""
        case = self._complaint(confidentiality="open")
        self._save(case, self.clerk, complainant_phone="021 1")
        identity = case.sudo().identity_ids
        self.assertEqual(
            self._change(identity, "phone", self.clerk), ("13800138000", "021 1")
        )

    @contextmanager
    def _keys(self, *keys):
        """What the administrator puts into the server's configuration."""
        with patch.dict(os.environ, {"COMPLAINT_IDENTITY_KEYS": ",".join(keys)}):
            self.env.invalidate_all()
            yield
        self.env.invalidate_all()

    def test_sealed_at_rest(self):
        with self._keys(NEW):
            self._rename()
            rows = self._rows(self.secret.sudo().identity_ids, user=self.custodian)
            for row in rows:
                for text in filter(None, self._columns(row)):
                    self.assertTrue(text.startswith("sealed.2026."), row.field)
            self.assertEqual(rows.mapped("key_id"), ["2026"] * len(rows))
            self.assertFalse(self._broken())
        with self._keys():
            self.assertEqual({*rows.mapped("new_text")}, {MASK})

    def _under(self, name):
        """Return how many rows of the history are under a key."""
        self.env.flush_all()
        return self.env["complaint.log.value"]._key_counts()[name]

    def test_rotated_with_the_vault(self):
        self.patch(self.registry["ir.cron"], "_commit_progress", _no_commit)
        with self._keys(OLD):
            self._rename()
        with self._keys(NEW, OLD):
            self._rename("李新")
            identities = self.env["complaint.identity"].sudo()
            self.assertTrue(self._under("2025"))
            identities._cron_rotate_keys()
            self.assertFalse(self._under("2025"))
        with self._keys(NEW):
            self.assertFalse(self._broken())
            row = self._rows(
                identities.search([("ticket_id", "=", self.secret.id)]),
                "name",
                self.custodian,
            )[:1]
            self.assertEqual(row.old_text, CANARY["complainant_name"])


@tagged("post_install", "-at_install")
class TestHistoryForgets(HistoryCommon, CanarySweep):
    """THREATS 42: what the file forgets, its history forgets; the chain still holds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.name = CANARY["complainant_name"]
        cls.case = cls._complaint(confidentiality="open", **CANARY)

    def _tell(self):
        """Leave the name in the history in every way."""
        self._save(self.case, demand=f"{self.name} wants silence.")
        self._save(self.case, demand=f"{self.name}, {CANARY['complainant_phone']}")
        self._save(self.case, demand="Silence.", description=f"<p>{self.name}</p>")
        self._save(self.case, respondent_ids=self._respondent())
        address = CANARY["complainant_address"]
        self._save(self.case.respondent_ids, statement=f"I was at {address}.")
        self._save(self.case, self.clerk, complainant_phone="021 1")
        self._save(self.case, self.clerk, complainant_phone=CANARY["complainant_phone"])

    def test_erased_with_the_identity(self):
        self._tell()
        self._to(self.case, "closed")
        with self.assertRaises(AssertionError):
            self.assertNoCanaryInDatabase()
        hashes = self._chain().mapped("hash")
        self.case.with_user(self.custodian).action_erase_identity("Asked for it.")
        self._commit()
        self.assertNoCanaryInDatabase()
        self.assertFalse(self._copied("complaint_identity"))
        self.assertEqual({self._columns(row) for row in self._all()}, {(None,) * 3})
        self.assertEqual(self._chain().mapped("hash"), hashes)
        self.assertTrue(self._verified())
        self.assertFalse(self._broken())

    def _all(self):
        return self.values.sudo().search([("ticket_id", "=", self.case.id)])

    def _copied(self, table):
        """Return the canaries in a table as a dump has it."""
        rows = self.env.execute_query(
            SQL("SELECT t::text FROM %s AS t", SQL.identifier(table))
        )
        text = "\n".join(row for (row,) in rows)
        return [canary for canary in self.canaries if canary in text]

    def test_erased_with_what_is_not_yet_on_record(self):
        """A change and the erasure in one transaction."""
        self.regulation.allow_anonymous = True
        case = self.case.with_user(self.handler)
        case.demand = f"{self.name} wants silence."
        self._change_level(case, "anonymous")
        self._commit()
        self.assertFalse(self._copied("complaint_log_value"))
        self.assertTrue(self._verified())
        self.assertFalse(self._broken())

    def test_hidden_when_the_case_becomes_secret(self):
        self._tell()
        before = self._columns(self._rows(name="demand")[0])
        self._save(
            self.case,
            confidentiality="confidential",
            incident_place=f"At {self.name}'s",
        )
        self.assertEqual(
            self._change(name="demand"), ("[complainant], [complainant]", "Silence.")
        )
        self.assertEqual(
            self._change(name="incident_place"), (False, "At [complainant]'s")
        )
        self.assertEqual(self._change(name="confidentiality"), ("Open", "Confidential"))
        self.assertNoCanaryInDatabase(allowed=["complaint_log_value"])
        outside = self.values.sudo().search([("res_model", "!=", "complaint.identity")])
        self.assertFalse(self._canaries_in(outside))
        after = self._columns(self._rows(name="demand")[0])
        self.assertNotEqual(before[2], after[2], "the old hash confirms no guess")
        self.assertTrue(self._verified())
        self.assertFalse(self._broken())

    def _canaries_in(self, rows):
        texts = [text for row in rows for text in self._columns(row) if text]
        return [
            text for text in texts if any(canary in text for canary in self.canaries)
        ]

    def test_legal_hold_keeps_it(self):
        self._tell()
        self._to(self.case, "closed")
        self.case.with_user(self.manager).action_set_hold("Lawsuit.")
        with self.assertRaises(UserError):
            self.case.with_user(self.custodian).action_erase_identity("Asked for it.")
        self.assertTrue(self._copied("complaint_log_value"))

    def test_cron_forgets_it(self):
        self.patch(self.registry["ir.cron"], "_commit_progress", _no_commit)
        self.regulation.identity_retention_years = 1
        self._tell()
        self._to(self.case, "closed")
        self._force(
            self.case,
            closed_date=fields.Datetime.subtract(fields.Datetime.now(), years=2),
        )
        self.env["helpdesk.ticket"]._cron_erase_identities()
        self._commit()
        self.assertFalse(self._copied("complaint_log_value"))
