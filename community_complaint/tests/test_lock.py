from contextlib import suppress

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ComplaintCommon

#: Every model whose steps two people may take at once.
LOCKED = (
    "helpdesk.ticket",
    "complaint.discipline",
    "complaint.publication",
    "complaint.improvement",
    "complaint.meeting",
    "complaint.meeting.action",
)


@tagged("post_install", "-at_install")
class TestLock(ComplaintCommon):
    """THREATS 39: who comes second is told, and reads what the first one did."""

    def test_threat_39_models_with_steps(self):
        for name in LOCKED:
            with self.subTest(model=name):
                model = self.env[name]
                self.assertTrue(hasattr(model, "_lock_step"))

    def test_threat_39_steps_of_meetings_and_tasks(self):
        """A step locks its rows before it looks at their state."""
        meeting = self.env["complaint.meeting"].create(
            {
                "name": "Yard",
                "regulation_id": self.regulation.id,
                "date": fields.Datetime.now(),
            }
        )
        task = self.env["complaint.improvement"].create(
            {"name": "Yard", "regulation_id": self.regulation.id}
        )
        for step in (meeting.action_hold, meeting.action_approve, task.action_plan):
            table = step.__self__._table
            with (
                self.subTest(step=step.__name__),
                self.assertLogs("odoo.sql_db", "DEBUG") as queries,
                # what is missing is told after the lock
                suppress(UserError),
            ):
                step()
            self.assertRegex(
                "\n".join(queries.output),
                rf'(?s)FROM "{table}".{{0,400}}FOR (NO KEY )?UPDATE',
            )
