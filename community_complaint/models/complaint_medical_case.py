from odoo import api, fields, models
from odoo.exceptions import AccessError

from .complaint_type_rule import INQUIRIES

_INQUIRIES = {
    "explanation": "Explanation to the family",
    "protection": "Immediate measures against harm",
    "price_check": "Fees and prices checked",
}
_ACTS = {
    **_INQUIRIES,
    "medical_event": "Entered in the medical register",
    "medical_reports": "Reported upwards",
    "sealing": "Records and items sealed",
    "conclusion": "Conclusion of the quality group",
    "family_informed": "Family informed of the conclusion",
    "joint": "Counterpart unit involved",
}


class ComplaintInquiry(models.Model):
    """R15 六: one spokesperson. R18 8: measures at once, prices checked on the spot."""

    _inherit = "complaint.inquiry"

    kind = fields.Selection(
        selection_add=[*_INQUIRIES.items()],
        ondelete=dict.fromkeys(_INQUIRIES, "cascade"),
    )

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: only the spokesperson explains anything to the family.

        :raise AccessError: naming the spokesperson
        """
        inquiries = super().create(vals_list)
        inquiries._check_explains()
        return inquiries

    def write(self, vals):
        result = super().write(vals)
        if "kind" in vals:
            self._check_explains()
        return result

    def _check_explains(self):
        told = self.filtered(lambda item: item.kind == "explanation")
        told.ticket_id._check_spokesperson()


class ComplaintTypeRule(models.Model):
    _inherit = "complaint.type.rule"

    requires = fields.Selection(
        selection_add=[*_ACTS.items()], ondelete=dict.fromkeys(_ACTS, "cascade")
    )

    @api.model
    def _usual_steps(self):
        return {
            **super()._usual_steps(),
            "conclusion": "decide",
            "medical_reports": "decide",
            "family_informed": "close",
            "protection": "start_investigation",
        }


class HelpdeskTicket(models.Model):
    """Medical events of a case, and what the regulation asks for about them."""

    _inherit = "helpdesk.ticket"

    medical_event_ids = fields.One2many(
        "complaint.medical.event", "ticket_id", string="Medical Events"
    )
    medical_register = fields.Boolean(related="regulation_id.medical_register")

    # ----------------------------------------------------------------------
    # One spokesperson
    # ----------------------------------------------------------------------

    def _check_spokesperson(self):
        """Check that the user may explain the matter of these cases to the family.

        :raise AccessError: naming the one person who may (R15 六)
        """
        if self.env.su:
            return
        guarded = self.filtered("regulation_id.gate_spokesperson")
        # sudo: complaint.medical.event - who speaks, whoever asks
        for event in guarded.sudo().medical_event_ids.with_env(self.env):
            for problem in event._gates_speaking():
                raise AccessError(problem)

    def action_write_to_complainant(self, *args, **kwargs):
        """OVERRIDE: nobody but the spokesperson explains an event by message either."""
        self._check_spokesperson()
        return super().action_write_to_complainant(*args, **kwargs)

    def _erase_more(self):
        """OVERRIDE: a record number tells who complained as well as a name."""
        result = super()._erase_more()
        # sudo: complaint.medical.event - the events of the case, whoever reads them
        events = self.sudo().medical_event_ids
        events._write_sealed("erased", {"patient_ref": False})
        return result

    # ----------------------------------------------------------------------
    # Acts
    # ----------------------------------------------------------------------

    def _act_done(self, act):
        """OVERRIDE: inquiries of the kinds above."""
        if act in _INQUIRIES and act not in INQUIRIES:
            return act in self.inquiry_ids.mapped("kind")
        return super()._act_done(act)

    def _act_done_medical_event(self):
        return bool(self.medical_event_ids)

    def _act_done_medical_reports(self):
        reports = self.medical_event_ids.report_ids
        return bool(reports) and not any(item.state == "waiting" for item in reports)

    def _act_done_sealing(self):
        return any(item.sealed_date for item in self.evidence_ids)

    def _act_done_conclusion(self):
        events = self.medical_event_ids
        return bool(events) and all(event._concluded() for event in events)

    def _act_done_family_informed(self):
        done = self.medical_event_ids._concluded()
        return bool(done) and all(item.informed_date for item in done)

    def _act_done_joint(self):
        """R17 1.7: the counterpart handles the matter together with them."""
        return any(
            item.mode == "joint" and item.sent_date for item in self.transfer_ids
        )

    # ----------------------------------------------------------------------
    # Actions
    # ----------------------------------------------------------------------

    def action_register_medical_event(self):
        """Open the register with what the case says already."""
        self.ensure_one()
        kinds = {
            "medical_error": "error",
            "medical_accident": "accident",
            "medical_dispute": "dispute",
        }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Medical Event"),
            "res_model": "complaint.medical.event",
            "views": [(False, "form")],
            "context": {
                "default_ticket_id": self.id,
                "default_regulation_id": self.regulation_id.id,
                "default_kind": kinds.get(self.type_id.complaint_code, "dispute"),
                "default_course": self._description_text(),
                "default_place": self.incident_place,
                "default_event_date": self.received_date,
                "default_involved_ids": self.respondent_ids.employee_id.ids,
            },
        }
