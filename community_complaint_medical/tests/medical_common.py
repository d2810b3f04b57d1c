from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import Command

from odoo.addons.community_complaint.tests.common import ComplaintCommon

#: Monday, 10:00 in Shanghai.
NOW = datetime(2026, 3, 16, 2)


class MedicalCommon(ComplaintCommon):
    """A health centre that works under R15; a ward with a head nurse of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.medical = cls._adopt("regulation_r15")
        cls.desk = cls.medical.team_id
        cls.desk.user_ids = cls.clerk + cls.handler + cls.leader
        clerk, handler = (
            f"community_complaint.group_complaint_{role}"
            for role in ("clerk", "handler")
        )
        cls.nurse, cls.speaker, cls.chief = cls._new_users(
            {"nurse": clerk, "speaker": handler, "chief": clerk}
        )
        cls.desk.user_ids += cls.speaker
        director = cls.env["hr.employee"].create(
            {"name": "Chief", "company_id": cls.company.id, "user_id": cls.chief.id}
        )
        cls.ward = cls.env["hr.department"].create(
            {
                "name": "Ward 3",
                "company_id": cls.company.id,
                "manager_id": director.id,
            }
        )
        cls.env["complaint.medical.registrar"].create(
            {
                "regulation_id": cls.medical.id,
                "department_id": cls.ward.id,
                "user_ids": [Command.set(cls.nurse.ids)],
            }
        )

    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time(NOW))
        # the job commits its progress, a test must not
        self.patch(
            self.registry["ir.cron"],
            "_commit_progress",
            lambda _cron, _done=0, **_options: None,
        )

    @classmethod
    def _event_vals(cls, **vals):
        return {
            "regulation_id": cls.medical.id,
            "kind": "error",
            "event_date": NOW - timedelta(minutes=10),
            "department_id": cls.ward.id,
            "course": "The label was wrong.",
            **vals,
        }

    def _event(self, user=None, **vals):
        """Return a new event, entered by the head nurse; of a case by the leader."""
        user = user or (self.leader if vals.get("ticket_id") else self.nurse)
        events = self.env["complaint.medical.event"].with_user(user)
        return events.create(self._event_vals(**vals))

    def _case(self, **vals):
        """Return a case of the centre."""
        return self._complaint(
            team_id=self.desk.id,
            type_id=self.env.ref("community_complaint.type_medical_dispute").id,
            confidentiality="confidential",
            **vals,
        )

    def _report(self, event, receiver, user=None):
        """Return the report of an event to a rung."""
        return event.report_ids.filtered(
            lambda item: item.receiver == receiver
        ).with_user(user or event.env.user)

    def _report_all(self, event):
        for report in event.report_ids:
            report.with_user(self.leader).contact = "Who was on duty"
            report.with_user(self.leader).action_report("The line was busy.")

    def _concluded(self, event, **vals):
        """Return a conclusion of the quality group on an event."""
        self.medical.quality_member_ids = self.leader + self.handler
        conclusion = (
            self.env["complaint.medical.conclusion"]
            .with_user(self.handler)
            .create(
                {
                    "event_id": event.id,
                    "date": NOW.date(),
                    "present_ids": [Command.set((self.leader + self.handler).ids)],
                    "grade": "error",
                    "text": "A mistake without consequence.",
                    **vals,
                }
            )
        )
        conclusion.action_conclude()
        return conclusion
