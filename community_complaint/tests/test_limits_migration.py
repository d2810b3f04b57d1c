from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from freezegun import freeze_time

from odoo.tests import tagged

from .common import ComplaintCommon

SCRIPT = Path(__file__).parents[1] / "migrations" / "19.0.1.3.0" / "post-limits.py"


@tagged("post_install", "-at_install")
class TestLimitsMigration(ComplaintCommon):
    """Offices that adopted a text before it said what starts and ends its limits."""

    def _upgrade(self):
        spec = spec_from_file_location("post_limits", SCRIPT)
        script = module_from_spec(spec)
        spec.loader.exec_module(script)
        self.env.flush_all()
        script.migrate(self.env.cr, "19.0.1.2.0")
        self.env.invalidate_all()

    def test_whistleblowers(self):
        rules = self._adopt("regulation_eu_whistleblower")
        receipt, feedback = rules.sla_policy_ids.sorted("sequence")
        gone = {
            "other_start_event": False,
            "silence_of": False,
            "other_end_event": False,
        }
        receipt.end_event = "accepted"
        feedback.write(
            {**gone, "start_event": "accepted", "end_event": "notified", "quantity": 2}
        )
        rules.team_id.user_ids = self.clerk
        kind = rules.type_ids[:1]
        with freeze_time("2026-11-06 02:00:00"):
            case = self._complaint(team_id=rules.team_id.id, type_id=kind.id)
        self._upgrade()
        clock = case.deadline_ids
        self.assertEqual((clock.state, clock.end_event), ("running", "acknowledged"))
        with freeze_time("2026-11-16 02:00:00"):
            self.env["complaint.deadline"]._cron_run_out()
        self.assertEqual(feedback.quantity, 2, "the office's own figure stays")
        started = case.deadline_ids - clock
        self.assertEqual(started.due_date, date(2027, 1, 13))

    def test_what_the_office_changed_itself_stays(self):
        rules = self._adopt("regulation_uk_housing")
        rules.gate_voucher = False
        limit = rules.sla_policy_ids.filtered(lambda item: item.clause == "6.2")
        limit.end_event = "investigation_started"
        self._upgrade()
        self.assertEqual(limit.end_event, "investigation_started")
        self.assertTrue(rules.gate_voucher)
