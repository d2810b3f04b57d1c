from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .canary import CanarySweep
from .common import CANARY, JOINT_CANARY, ComplaintCommon


@tagged("post_install", "-at_install")
class TestJoint(ComplaintCommon, CanarySweep):
    """Several complainants: each is protected like the main one."""

    canaries = tuple(JOINT_CANARY.values())

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.joint_complaints = True
        cls.secret = cls._complaint(**CANARY)
        cls.open = cls._complaint(confidentiality="open", **CANARY)

    def _join(self, case, *people, user=None):
        case.with_user(user or self.clerk).action_join(list(people or [JOINT_CANARY]))
        return case.sudo().identity_ids.filtered("joint")

    def _people(self, count, **said):
        return [{"name": f"Neighbour {number}", **said} for number in range(count)]

    # ----------------------------------------------------------------------
    # At the screen
    # ----------------------------------------------------------------------

    def _dialog(self, case, user, **said):
        wizard = self.env["complaint.joint.wizard"].with_user(user)
        form = Form(wizard.with_context(default_ticket_id=case.id))
        for name, value in {"name": "Neighbour", **said}.items():
            form[name] = value
        return form.save()

    def test_the_clerk_adds_somebody(self):
        dialog = self._dialog(
            self.secret, self.clerk, phone="021 1", representative=True
        )
        dialog.action_confirm()
        joined = self.secret.sudo().identity_ids.filtered("joint")
        self.assertRecordValues(
            joined, [{"name": "Neighbour", "phone": "021 1", "representative": True}]
        )
        self.assertFalse(dialog.exists(), "what was typed is in the vault only")

    def test_only_who_works_on_the_case_adds(self):
        with self.assertRaises(AccessError):
            self._dialog(self.open, self._new_user("nobody", "base.group_user"))
        other = self._new_user("desk", "community_complaint.group_complaint_handler")
        with self.assertRaises(AccessError):
            self._dialog(self.open, other)

    def test_the_screen_offers_it_where_the_text_takes_it(self):
        clerk = self.open.with_user(self.clerk)
        self.assertTrue(clerk.joint_complaints)
        self.regulation.joint_complaints = False
        self.assertFalse(clerk.joint_complaints)
        with self.assertRaisesRegex(UserError, "takes no joint complaints"):
            self._dialog(self.open, self.clerk).action_confirm()

    # ----------------------------------------------------------------------
    # The main complainant
    # ----------------------------------------------------------------------

    def test_the_main_one_stays_first(self):
        joined = self._join(self.open, *self._people(2, sequence=-1))
        self.assertEqual(len(joined), 2)
        self.env.invalidate_all()
        people = self.open.sudo().identity_ids
        self.assertEqual(
            people.mapped("name"),
            [CANARY["complainant_name"], "Neighbour 0", "Neighbour 1"],
        )
        case = self.open.with_user(self.clerk)
        self.assertEqual(case.complainant_name, CANARY["complainant_name"])
        case.complainant_phone = "021 6688 9900"
        self.assertEqual(people[0].phone, "021 6688 9900")
        self.assertFalse(any(joined.mapped("phone")))

    def test_one_main_complainant(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.env["complaint.identity"]._create_sealed(
                "registered", [{"ticket_id": self.open.id}]
            )

    def test_papers_name_the_main_one(self):
        self._join(self.open)
        self._accept(self.open)
        self.assertEqual(
            self.open.notice_ids.mapped("addressee_name"), [CANARY["complainant_name"]]
        )

    # ----------------------------------------------------------------------
    # Who joins
    # ----------------------------------------------------------------------

    def test_only_where_the_text_says_so(self):
        self.regulation.joint_complaints = False
        with self.assertRaisesRegex(UserError, "no joint complaints"):
            self._join(self.open)

    def test_not_anonymously(self):
        self.regulation.allow_anonymous = True
        case = self._complaint(confidentiality="anonymous")
        with self.assertRaisesRegex(UserError, "anonymously"):
            self._join(case)

    def test_what_is_said(self):
        for said, message in (
            ({"phone": "1380013"}, "name is missing"),
            ({"name": "  "}, "name is missing"),
            ({"name": "x", "partner_id": self.clerk.partner_id.id}, "partner_id"),
            ({"name": "x", "ticket_id": self.secret.id}, "ticket_id"),
            ({"name": "x", "joint": False}, "joint"),
        ):
            with self.subTest(said=said), self.assertRaisesRegex(UserError, message):
                self._join(self.open, said)

    def test_by_the_desk_while_the_case_runs(self):
        for user in (self.auditor, self.custodian, self.employee_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._join(self.open, user=user)
        self._recuse(self.open, self.handler)
        with self.assertRaises(AccessError):
            self._join(self.open, user=self.handler)
        self._recuse(self.open, self.env["res.users"])
        self._to(self.open, "closed")
        with self.assertRaisesRegex(UserError, "in phase"):
            self._join(self.open)

    def test_never_by_hand(self):
        joined = self._join(self.open)
        with self.assertRaises(UserError):
            joined.joint = False
        with self.assertRaises(UserError):
            joined.unlink()
        with self.assertRaises(AccessError):
            self.env["complaint.identity"].with_user(self.clerk).create(
                {"ticket_id": self.open.id, "name": "x", "joint": True}
            )

    # ----------------------------------------------------------------------
    # Representatives
    # ----------------------------------------------------------------------

    def test_representatives_in_their_order(self):
        self._join(
            self.open,
            {"name": "Third", "representative": True, "sequence": 3},
            {"name": "Silent"},
            {"name": "Second", "representative": True, "sequence": 2},
        )
        self.env.invalidate_all()
        case = self.open.with_user(self.clerk)
        self.assertEqual(
            case._representatives().mapped("name"),
            [CANARY["complainant_name"], "Second", "Third"],
        )

    def test_not_more_than_the_text_allows(self):
        joined = self._join(self.secret, *self._people(5, representative=True))
        with self.assertRaisesRegex(UserError, "6 people speak.*5 at most"):
            self._accept(self.secret)
        self._show(self.secret)
        joined[0].with_user(self.custodian).representative = False
        self._accept(self.secret)
        self.assertEqual(self.secret.phase, "accepted")
        row = self.env["complaint.log"].search(
            [("kind", "=", "changed"), ("res_id", "=", joined[0].id)]
        )
        self.assertEqual(row.user_id, self.custodian)
        self.assertIn("representative", row.details)

    def test_letters_and_visits_take_five(self):
        rules = self._adopt("regulation_xinfang")
        self.assertTrue(rules.joint_complaints)
        self.assertEqual(rules.most_representatives, 5)
        self.assertFalse(self._adopt("regulation_r02").joint_complaints)

    # ----------------------------------------------------------------------
    # Protected like the main one
    # ----------------------------------------------------------------------

    def test_read_while_it_is_shown(self):
        joined = self._join(self.secret)
        for user in (self.clerk, self.handler, self.leader, self.custodian):
            with self.subTest(user=user.login):
                case = self.secret.with_user(user)
                self.assertFalse(case.identity_ids)
                found = joined.with_user(user).search([("id", "=", joined.id)])
                self.assertFalse(found)
        shown = self._show(self.secret).identity_ids.filtered("joint")
        self.assertEqual(shown.name, JOINT_CANARY["name"])
        self.assertNotIn(JOINT_CANARY["name"], shown.display_name)
        shown.ticket_id.action_hide_identity()
        self.assertFalse(self.secret.with_user(self.custodian).identity_ids)

    def test_found_by_whole_values(self):
        self._join(self.secret)
        tickets = self.env["helpdesk.ticket"].with_user(self.custodian)
        self.assertEqual(
            tickets._look_up_person(phone=JOINT_CANARY["phone"], reason="x"),
            self.secret,
        )

    def test_hint_at_hidden_cases(self):
        self._join(self.secret)
        other = self._complaint(
            confidentiality="confidential",
            complainant_name="x",
            complainant_phone="13500000001",
        )
        seen = other.with_user(self.custodian)
        self.assertFalse(seen.same_person_hidden)
        self._join(other)
        seen.invalidate_recordset(["same_person_hidden"])
        self.assertTrue(seen.same_person_hidden)
        self.assertFalse(other.with_user(self.clerk).same_person_hidden)

    def test_taken_out_of_texts_typed_before(self):
        case = self.secret.with_user(self.clerk)
        case.demand = f"As {JOINT_CANARY['name']} says."
        self._join(self.secret)
        self.assertEqual(case.demand, "As [complainant] says.")
        self.assertNoCanaryInDatabase()

    def test_taken_out_when_the_case_becomes_secret(self):
        self._join(self.open)
        case = self.open.with_user(self.clerk)
        case.demand = f"As {JOINT_CANARY['name']} says."
        case.message_post(body=f"Call {JOINT_CANARY['phone']}.")
        with self.assertRaises(AssertionError):
            self.assertNoCanaryInDatabase()
        case.confidentiality = "confidential"
        self.assertNoCanaryInDatabase()

    def test_forgotten_with_the_case(self):
        joined = self._join(self.open)
        self.open._tell_complainant("x", "tell")
        mail = (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    "subject": self.open.number,
                    "email_to": JOINT_CANARY["email"],
                    "body_html": "x",
                }
            )
        )
        case = self._to(self.open, "closed")
        case.with_user(self.custodian).action_erase_identity("Asked for it.")
        self.assertFalse(mail.exists())
        self.assertTrue(joined.exists())
        self.env.cr.flush()
        self.env.cr.execute(
            "SELECT vault, name_key, phone_key, email_key, partner_key"
            " FROM complaint_identity WHERE ticket_id = %s",
            [case.id],
        )
        self.assertEqual(set(self.env.cr.fetchall()), {(None,) * 5})

    def test_anonymous_forgets_all(self):
        self.regulation.allow_anonymous = True
        joined = self._join(self.open)
        self._change_level(self.open, "anonymous", by=self.clerk)
        self.assertFalse(any(joined.mapped("name")))
