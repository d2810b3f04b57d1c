import base64

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..tools.requirements import ITEMS
from .common import ComplaintCommon

_PNG = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
        "0000000049454e44ae426082"
    )
)


@tagged("post_install", "-at_install")
class TestRequirement(ComplaintCommon):
    def _ask(self, *items, **vals):
        self.regulation.requirement_ids = [
            Command.create({"item": item, **vals}) for item in items
        ]
        return self.regulation.requirement_ids

    def assertMissing(self, ticket, *parts):
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            self._accept(ticket)
        for part in parts:
            self.assertIn(part, str(caught.exception))
        return str(caught.exception)

    def test_table_and_selection_agree(self):
        codes = dict(self.env["complaint.requirement"]._fields["item"].selection)
        self.assertEqual(codes.keys(), ITEMS.keys())
        names = {name for item in ITEMS.values() for name in item.fields}
        self.assertLessEqual(names, self.env["helpdesk.ticket"]._fields.keys())

    def test_content_of_r03(self):
        """R03 3.1: name, work unit, occupation, home address, problem, demand."""
        self._ask("work_unit", "occupation", "address", "description", "demand")
        ticket = self._complaint(description="<p><br></p>")
        self.assertMissing(
            ticket,
            "“Work unit” is missing",
            "“Occupation” is missing",
            "“Home address” is missing",
            "“What happened” is missing",
            "“Demand” is missing",
        )
        self._accept(
            self._complaint(
                complainant_work_unit="Textile mill",
                complainant_occupation="Weaver",
                complainant_address="12 Sunny Road",
                demand="Quiet.",
            )
        )

    def test_on_the_spot_the_register_is_kept(self):
        """R04 3.2: what is written down does not depend on how quick the answer is."""
        self.regulation.on_spot_allowed = True
        self.regulation.requirement_ids = [
            Command.create({"item": "phone"}),
            Command.create({"item": "demand"}),
            Command.create({"item": "signature"}),
        ]
        ticket = self._complaint(complainant_phone=False, confidentiality="open")
        case = ticket.with_user(self.clerk)
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            case.action_answer_on_spot("Explained.")
        self.assertIn("Phone", str(caught.exception))
        self.assertIn("Demand", str(caught.exception))
        self.assertNotIn("ignature", str(caught.exception))
        ticket.complainant_phone = "13800138000"
        case.demand = "Quiet."
        case.action_answer_on_spot("Explained.")
        self.assertEqual(ticket.phase, "closed")

    def test_a_tick_is_no_paper(self):
        """R04 2: what was told is put in writing, and that is on file."""
        self.regulation.gate_written_major = True
        ticket = self._complaint(is_major=True)
        self.assertMissing(ticket, "has to be in writing")
        ticket.with_user(self.clerk).written_form = True
        self.assertMissing(ticket, "add a scan or picture")
        by_letter = self._complaint(
            is_major=True,
            channel_id=self.env.ref("community_complaint.channel_letter").id,
        )
        self.assertFalse(list(by_letter._gates_in_writing()))

    def test_every_item_is_checked(self):
        """Nothing on the list is asked for in vain, nothing that is there is missed."""
        self.regulation.respondent_kind = "any"
        self.regulation.gate_first_receiver = False
        full = {
            "complainant_email": "li@example.com",
            "complainant_address": "12 Sunny Road",
            "complainant_work_unit": "Mill",
            "complainant_occupation": "Weaver",
            "complainant_id_number": "110101199003074514",
            "complainant_kind_id": self.regulation.complainant_kind_ids[0].id,
            "identity_checked": True,
            "form_signed": "seal",
            "demand": "Quiet.",
            "incident_date": "2026-01-01",
            "incident_place": "Yard",
            "written_form": True,
            "handling_plan": "Visit tomorrow.",
            "response_level": "3",
            "confidentiality": "confidential",
        }
        empty = {
            "complainant_name": False,
            "complainant_phone": False,
            "channel_id": False,
            "type_id": False,
            "description": "",
        }
        rich, poor = self._complaint(**full), self._complaint(**empty)
        self.env["complaint.respondent"].create(
            {
                "ticket_id": rich.id,
                "kind": "other",
                "name": "Upstairs",
                "post": "Tenant",
            }
        )
        self.env["complaint.evidence"].create({"ticket_id": rich.id, "name": "Film"})
        for code in ITEMS:
            with self.subTest(item=code):
                self.assertTrue(rich._has(code))
                self.assertFalse(poor._has(code))

    def test_label_and_clause(self):
        """R06 2.2: the service or solution the resident expects."""
        self._ask("demand", label="Service expected", clause="2.2")
        message = self.assertMissing(
            self._complaint(), "“Service expected” is missing (2.2)."
        )
        self.assertNotIn("Demand", message)

    def test_for_a_kind_or_major_only(self):
        safety = self.env.ref("community_complaint.type_safety")
        self._ask("incident_place", type_ids=[Command.set(safety.ids)])
        self._ask("evidence", major_only=True)
        self._accept(self._complaint())
        self.assertMissing(self._complaint(type_id=safety.id), "Place of the incident")
        self.assertMissing(self._complaint(is_major=True), "Evidence")

    def test_before_another_step(self):
        """R07: every case has its plan before the work begins."""
        self._ask("handling_plan", step="start_investigation")
        ticket = self._to(self._complaint(), "accepted")
        with self.assertRaises(UserError) as caught:
            self._investigate(ticket)
        self.assertIn("Handling plan", str(caught.exception))
        ticket.with_user(self.handler).handling_plan = "Visit on Friday."
        self._investigate(ticket)

    def test_plan_is_told_with_the_voucher(self):
        """R07 3, R10: the resident knows the plan."""
        ticket = self._complaint(handling_plan="We measure the noise on Friday.")
        self._accept(ticket)
        page = ticket.notice_ids._paper_page()
        self.assertIn("We measure the noise on Friday.", page)
        other = self._complaint()
        self._accept(other)
        self.assertNotIn("Handling plan", other.notice_ids._paper_page())

    def test_anonymous_cases_tell_nothing_personal(self):
        self.regulation.allow_anonymous = True
        self._ask("address", "signature", "identity_checked", "demand")
        ticket = self._complaint(confidentiality="anonymous")
        message = self.assertMissing(ticket, "Demand")
        for part in ("address", "signature", "document"):
            self.assertNotIn(part, message.lower())

    def test_name_is_asked_for_once(self):
        self._ask("name", "contact", "channel")
        message = self.assertMissing(
            self._complaint(
                complainant_name=False, complainant_phone=False, channel_id=False
            ),
            "name is missing",
        )
        self.assertEqual(message.count("•"), 3)

    def test_confidential_identity_is_checked_unseen(self):
        self._ask("address")
        self._accept(
            self._complaint(
                confidentiality="confidential", complainant_address="12 Sunny Road"
            )
        )

    def test_intake_form_marks_them(self):
        self._ask("address", "demand", "signature")
        form = Form(
            self.env["helpdesk.ticket"]
            .with_user(self.clerk)
            .with_context(complaint_intake=True, default_team_id=self.team.id),
            "community_complaint.helpdesk_ticket_view_form_intake",
        )
        self.assertEqual(
            form.asked_fields, ["complainant_address", "demand", "form_signed"]
        )
        self.assertIn("Home address", form.asked_missing)
        form.complainant_address = "12 Sunny Road"
        self.assertNotIn("Home address", form.asked_missing)
        self.assertIn("Demand", form.asked_missing)
        form.form_signed = "paper"
        form.demand = "Quiet."
        self.assertFalse(form.asked_missing)

    def test_adoption_copies_them(self):
        template = self.env.ref("community_complaint.regulation_r02")
        template.requirement_ids = [
            Command.clear(),
            Command.create({"item": "respondent_post", "label": "Post"}),
        ]
        adopted = self._adopt("regulation_r02")
        self.assertEqual(adopted.requirement_ids.mapped("item"), ["respondent_post"])
        self.assertNotEqual(adopted.requirement_ids, template.requirement_ids)


@tagged("post_install", "-at_install")
class TestSignature(ComplaintCommon):
    def test_signature_goes_into_the_vault(self):
        """R18 4: the complainant confirms the form by signature or seal."""
        ticket = self._complaint(
            confidentiality="confidential", complainant_signature=_PNG
        )
        self.assertEqual(ticket.form_signed, "screen")
        self.assertTrue(ticket.form_signed_date)
        self.assertFalse(ticket.with_user(self.handler).complainant_signature)
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT count(*) FROM helpdesk_ticket AS t"
            " WHERE id = %s AND t::text LIKE %s",
            [ticket.id, f"%{_PNG.decode()}%"],
        )
        self.assertEqual(self.env.cr.fetchone()[0], 0)
        self.assertFalse(
            self.env["ir.attachment"].search(
                [("res_model", "in", ["helpdesk.ticket", "complaint.identity"])]
            )
        )
        case = ticket.with_user(self.custodian)
        case.action_show_identity("To compare the signatures.")
        self.assertEqual(case.complainant_signature, _PNG)

    def test_open_case_can_be_signed_later(self):
        ticket = self._complaint(confidentiality="open").with_user(self.clerk)
        ticket.complainant_signature = _PNG
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(ticket.complainant_signature, _PNG)

    def test_secret_one_cannot(self):
        ticket = self._complaint(confidentiality="confidential")
        before = ticket.sudo().identity_ids.signature
        ticket.with_user(self.clerk).complainant_signature = _PNG
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(ticket.sudo().identity_ids.signature, before)

    def test_moment_of_signing_is_noted(self):
        ticket = self._complaint()
        self.assertFalse(ticket.form_signed_date)
        ticket.with_user(self.clerk).form_signed = "seal"
        self.assertTrue(ticket.form_signed_date)

    def test_regulation_is_the_managers(self):
        for user in (self.clerk, self.leader):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["complaint.requirement"].with_user(user).create(
                    {"regulation_id": self.regulation.id, "item": "demand"}
                )
