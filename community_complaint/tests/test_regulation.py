from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestRegulation(ComplaintCommon):
    def test_adopting_makes_a_desk(self):
        self.assertFalse(self.regulation.is_template)
        self.assertEqual(self.regulation.company_id, self.company)
        self.assertEqual(self.team.regulation_id, self.regulation)
        self.assertTrue(self.team.alias_name)
        self.assertEqual(self.team.type_ids, self.regulation.type_ids)
        self.assertEqual(self.regulation.calendar_id, self.calendar)
        self.assertEqual(
            self.team._get_applicable_stages().mapped("complaint_phase"),
            self.regulation._phases(),
        )

    def test_r01_time_limits(self):
        """R01 5.1-5.3: 3, 5 and 10 working days."""
        limits = self.regulation.sla_policy_ids
        self.assertEqual(
            [
                (limit.start_event, limit.end_event, limit.quantity, limit.unit)
                for limit in limits.filtered(
                    lambda limit: limit.clause in ("5.1", "5.2", "5.3")
                )
            ],
            [
                ("received", "accept_told", 3, "working_day"),
                ("accepted", "investigated", 5, "working_day"),
                ("investigated", "served", 10, "working_day"),
            ],
        )

    def test_adopting_twice_opens_the_first(self):
        again = self._adopt("regulation_r01")
        self.assertEqual(again, self.regulation)
        self.assertEqual(len(again.team_ids), 1)

    def test_second_regulation_shares_the_stages(self):
        """R02 is only data: its desk stands beside R01's on one board."""
        other = self._adopt("regulation_r02")
        self.assertEqual(other.respondent_kind, "staff")
        phases = other.team_id._get_applicable_stages()
        self.assertEqual(phases, self.team._get_applicable_stages())
        self.assertNotEqual(other.team_id.alias_name, self.team.alias_name)

    def test_follow_up_gate_adds_its_stage(self):
        self.assertNotIn("follow_up", self.regulation._phases())
        self.regulation.gate_follow_up = True
        stages = self.team._get_applicable_stages()
        self.assertIn("follow_up", stages.mapped("complaint_phase"))
        self.assertTrue(self.team._complaint_stage_id("follow_up"))

    def test_only_templates_are_adopted(self):
        with self.assertRaises(UserError):
            self.regulation.action_adopt()

    def test_template_has_no_desk(self):
        with self.assertRaises(UserError):
            self.env["helpdesk.ticket.team"].create(
                {
                    "name": "Wrong",
                    "regulation_id": self.env.ref(
                        "community_complaint.regulation_r01"
                    ).id,
                }
            )

    def test_desk_needs_limits_and_channels(self):
        with self.assertRaises(ValidationError):
            self.regulation.channel_ids = [Command.clear()]

    def test_prefix_fits_into_addresses(self):
        for prefix in ("TS-1", "投诉", "A" * 16):
            self.regulation.prefix = prefix
        for prefix in ("TS/1", "a b", "A" * 17, "x\ny"):
            with self.subTest(prefix=prefix), self.assertRaises(ValidationError):
                self.regulation.prefix = prefix

    def test_notice_pattern(self):
        number = self.regulation._format_notice_number("受", 2026, 15)
        self.assertEqual(number, "TS受〔2026〕15号")
        self.regulation.notice_pattern = "{mark}{seq:05}"
        number = self.regulation._format_notice_number("受", 2026, 15)
        self.assertEqual(number, "受00015")
        for pattern in (
            "{prefix}",
            "{seq",
            "{nothing}{seq}",
            "{seq.__class__}",
            "{prefix.__class__}{seq}",
            "{prefix!r}{seq}",
            "{seq:>999999999}",
            "{seq:999999999}",
            "{seq}" + "x" * 60,
            "{seq}\n",
        ):
            with self.subTest(pattern=pattern), self.assertRaises(ValidationError):
                self.regulation.notice_pattern = pattern

    @mute_logger("odoo.sql_db")
    def test_one_version_once(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.regulation.copy({"company_id": self.company.id, "version": "1"})
            self.env.flush_all()

    def test_yearly_review(self):
        """R01 9: the regulation is reviewed every year."""
        self.regulation.in_force_date = "2026-02-01"
        self.assertEqual(str(self.regulation.next_review_date), "2027-02-01")

    @users("clerk.complaint", "handler.complaint", "leader.complaint")
    def test_staff_read_only(self):
        regulation = self.regulation.with_user(self.env.user)
        self.assertTrue(regulation.name)
        with self.assertRaises(AccessError):
            regulation.name = "Mine"

    def test_cases_keep_their_regulation(self):
        ticket = self._complaint()
        other = self._adopt("regulation_r02")
        self.team.regulation_id = other
        self.assertEqual(ticket.regulation_id, self.regulation)
