from odoo import Command
from odoo.tests import tagged

from odoo.addons.community_complaint.tests.common import CANARY

from .medical_common import MedicalCommon


@tagged("post_install", "-at_install")
class TestMedicalPublication(MedicalCommon):
    """People and summaries of medical events are parts of the case as well."""

    def test_people_of_medical_events(self):
        case = self._case()
        event = self._event(ticket_id=case.id, patient_ref="Bed 17-2")
        staff = self.env["hr.employee"].create(
            {"name": "Sun Ba", "company_id": self.company.id}
        )
        event.sudo().write(
            {
                "involved_ids": [Command.link(staff.id)],
                "spokesperson_id": self.speaker.id,
            }
        )
        event.conclusion_ids.sudo().create(
            {"event_id": event.id, "experts": "Prof Zhou, Wu Jiu"}
        )
        told = {value for _kind, value in case._publication_secrets()[case]}
        for value in ("Bed 17-2", "Sun Ba", self.speaker.name, "Wu Jiu"):
            self.assertIn(value, told)

    def test_summaries_are_cleaned(self):
        case = self._case(**CANARY)
        event = self._event(ticket_id=case.id)
        name = CANARY["complainant_name"]
        duties = self.medical.duty_ids
        task = duties.filtered(lambda duty: duty.kind == "medical_report")._open_tasks()
        summary = (
            self.env["complaint.medical.summary"].sudo().create({"task_id": task.id})
        )
        summary._write_sealed("drawn", {"event_ids": [Command.link(event.id)]})
        fields = [
            item
            for item in case._text_columns(summary)
            if summary._fields[item].type == "text"
        ]
        summary.write({fields[0]: f"{name} was right."})
        case._redact_texts()
        summary.invalidate_recordset()
        self.assertNotIn(name, summary[fields[0]] or "")
