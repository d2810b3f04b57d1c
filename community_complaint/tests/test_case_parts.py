from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_conflict import ConflictCommon


class PartsCommon(ConflictCommon):
    def _refuses(self, record, *changes):
        """Check that changes are refused to the handler, the leader, and all rights."""
        for user in (self.handler, self.leader):
            for sudo in (False, True):
                for vals in changes:
                    with (
                        self.subTest(user=user.login, sudo=sudo, vals=vals),
                        self.assertRaises(UserError),
                        self.cr.savepoint(),
                    ):
                        record.with_user(user).sudo(sudo).write(vals)


@tagged("post_install", "-at_install")
class TestRespondentSeal(PartsCommon):
    """Who a complaint is about, and what they said, is not rewritten (THREATS 48, 49)."""

    def _named(self):
        self._accept(self.case)
        employee = self._employee(self.second)
        self._accuse(kind="employee", employee_id=employee.id)
        return self.case.respondent_ids

    def test_nobody_is_exchanged(self):
        respondent = self._named()
        other = self._employee(self.clerk)
        self._refuses(
            respondent,
            {"employee_id": other.id},
            {"employee_id": False},
            {"kind": "other", "name": "Somebody"},
        )
        self.assertFalse(self._sees(self.second))

    def test_somebody_unknown_is_named_later(self):
        self._accept(self.case)
        self._accuse(kind="other", name="A nurse")
        respondent = self.case.respondent_ids.with_user(self.handler)
        employee = self._employee(self.second)
        respondent.write({"kind": "employee", "employee_id": employee.id})
        self.assertFalse(self._sees(self.second))

    def test_a_given_post_leaves_the_name(self):
        """Whoever is named with their position gets the name that is on file."""
        self._accept(self.case)
        partner = self.env["res.partner"].create({"name": "Lift Company"})
        self._accuse(kind="partner", partner_id=partner.id, post="Fitter")
        respondent = self.case.respondent_ids
        self.assertEqual(respondent.name, "Lift Company")
        self.assertEqual(respondent.post, "Fitter")

    def test_a_leader_removes_a_mistake_on_record(self):
        respondent = self._named()
        with self.assertRaises(UserError):
            respondent.with_user(self.handler).unlink()
        with self.assertRaises(UserError), self.cr.savepoint():
            self.case.with_user(self.handler).respondent_ids = [Command.clear()]
        respondent.with_user(self.leader).unlink()
        # who was excluded stays so until a leader lifts it
        self.assertFalse(self._sees(self.second))
        row = self.env["complaint.log"].search(
            [("kind", "=", "respondent_removed")], limit=1
        )
        self.assertEqual(row.ticket_id, self.case)
        self.assertEqual(row.user_id, self.leader)

    def test_heard_is_heard(self):
        """While it is decided the one not heard is heard, nothing is reworded."""
        self._accept(self.case)
        self._accuse(kind="other", name="A nurse")
        self._accuse(kind="other", name="A porter")
        nurse, porter = self.case.respondent_ids
        said = {"statement": "I was asked to.", "statement_date": "2026-01-05"}
        nurse.with_user(self.handler).write(said)
        self._to(self.case, "deciding")
        self._refuses(nurse, {"statement": "It was me."}, {"statement": False})
        porter.with_user(self.handler).write(said)
        self._refuses(porter, {"statement": "It was me."})
        nurse.with_user(self.handler).finding = "partly"
        self._to(self.case, "notified")
        self._refuses(nurse, {"finding": "unsubstantiated"}, {"post": "Porter"})
        with self.assertRaises(UserError):
            nurse.with_user(self.leader).unlink()


@tagged("post_install", "-at_install")
class TestInquirySeal(PartsCommon):
    """Records of interviews are not rewritten while the case is decided."""

    def test_closed_when_deciding(self):
        self._to(self.case, "investigating")
        inquiry = (
            self.env["complaint.inquiry"]
            .with_user(self.handler)
            .create({"ticket_id": self.case.id, "kind": "visit", "summary": "Dark."})
        )
        inquiry.summary = "Dark and wet."
        self._to(self.case, "deciding")
        self._refuses(
            inquiry,
            {"summary": "Light and dry."},
            {"person": "Nobody"},
            {"date": "2026-01-01 00:00:00"},
        )
        for record in (inquiry, inquiry.sudo()):
            with self.assertRaises(UserError):
                record.unlink()
        # what is found out now is another one
        inquiry.create({"ticket_id": self.case.id, "summary": "It rained."})
        self._to(self.case, "closed")
        with self.assertRaisesRegex(UserError, "is finished"):
            inquiry.create({"ticket_id": self.case.id, "summary": "It rained."})


@tagged("post_install", "-at_install")
class TestEvidenceSeal(PartsCommon):
    """Where a piece of evidence came from is said once."""

    def test_provenance(self):
        evidence = (
            self.env["complaint.evidence"]
            .with_user(self.handler)
            .create(
                {
                    "ticket_id": self.case.id,
                    "name": "Photo",
                    "received_from": "Ms Li",
                    "received_date": "2026-01-02",
                    "side": "third",
                }
            )
        )
        self._refuses(
            evidence,
            {"received_from": "Mr Zhao"},
            {"received_date": "2026-01-01"},
            {"side": "respondent"},
            {"custody_state": "sealed"},
            {"mistaken": True},
        )
        evidence.description = "Taken at night."
        with self.assertRaises(AccessError):
            evidence.with_user(self.auditor).action_mark_mistaken()

    def test_verify_compares_with_the_chain(self):
        """Who rewrites the hash beside the file is betrayed by the chain."""
        evidence = (
            self.env["complaint.evidence"]
            .with_user(self.handler)
            .create(
                {
                    "ticket_id": self.case.id,
                    "name": "Note",
                    "attachment_ids": [Command.create({"name": "a.txt", "raw": b"a"})],
                }
            )
        )
        self.assertFalse(evidence._verify())
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE complaint_evidence_original SET sha256 = 'x' WHERE evidence_id = %s",
            (evidence.id,),
        )
        self.env.cr.execute(
            "UPDATE complaint_evidence SET sha256 = 'x  a.txt' WHERE id = %s",
            (evidence.id,),
        )
        self.env.invalidate_all()
        self.assertTrue(
            any(
                "differ from those in the chain" in problem
                for problem in evidence._verify()
            )
        )


@tagged("post_install", "-at_install")
class TestIdentitySeal(PartsCommon):
    """Who complained in a finished case is corrected with a reason on record."""

    def _finished(self):
        case = self._complaint(confidentiality="open")
        case.with_user(self.clerk).action_refuse("Not ours.")
        return case

    def test_contacts_while_the_case_runs(self):
        case = self._complaint(confidentiality="open")
        case.with_user(self.clerk).complainant_phone = "021 6688 9900"
        self.assertEqual(case.sudo().identity_ids.phone, "021 6688 9900")

    def test_closed_with_the_case(self):
        identity = self._finished().sudo().identity_ids
        for record in (identity.with_user(self.clerk).sudo(False), identity):
            for vals in (
                {"phone": "1"},
                {"name": "Han Meimei"},
                {"signature": b"eA=="},
            ):
                with (
                    self.subTest(su=record.env.su, vals=vals),
                    self.assertRaisesRegex(UserError, "is finished"),
                ):
                    record.write(vals)

    def test_correction_with_a_reason(self):
        case = self._finished()
        action = case.with_user(self.clerk).action_correct_identity()
        action = self._answer(action, self.clerk, text="Li Lei moved.")
        self.assertEqual(action["res_model"], "complaint.identity")
        identity = case.sudo().identity_ids.with_user(self.clerk).sudo(False)
        identity.address = "Lane 7"
        with self.assertRaises(UserError):
            identity.with_user(self.handler).address = "Lane 8"
        row = self.env["complaint.log"].search(
            [("kind", "=", "identity_correction"), ("ticket_id", "=", case.id)]
        )
        self.assertEqual(row.user_id, self.clerk)
        self.assertIn("[complainant] moved.", row.details)
        with (
            freeze_time(fields.Datetime.now() + timedelta(minutes=16)),
            self.assertRaisesRegex(UserError, "is finished"),
        ):
            identity.address = "Lane 9"

    def test_portal_accounts_are_linked_by_custodians(self):
        """Else a handler would let any resident read the case."""
        case = self._complaint(confidentiality="open")
        identity = case.sudo().identity_ids.with_user(self.handler).sudo(False)
        with self.assertRaisesRegex(AccessError, "is up to"):
            identity.partner_id = self.second.partner_id
