"""Medical events, emergency responses and drills have an add-on of their own."""

from odoo.addons.community_complaint.tools.moved import Move, move

_ACTS = (
    "explanation",
    "medical_event",
    "medical_reports",
    "conclusion",
    "family_informed",
    "response",
    "verification",
    "response_plan",
    "settlement",
    "response_summary",
)

MEDICAL = Move(
    to="community_complaint_medical",
    models=(
        "complaint.drill",
        "complaint.emergency",
        "complaint.emergency.measure",
        "complaint.medical.conclusion",
        "complaint.medical.event",
        "complaint.medical.registrar",
        "complaint.medical.report",
        "complaint.medical.rung",
        "complaint.medical.summary",
        "report.community_complaint.medical_register",
    ),
    fields={
        "complaint.duty.task": ("drill_ids", "medical_summary_ids"),
        "complaint.regulation": (
            "medical_register",
            "gate_spokesperson",
            "medical_registrar_ids",
            "medical_rung_ids",
            "quality_member_ids",
            "quality_quorum",
            "emergency_response",
            "emergency_member_ids",
            "emergency_office_ids",
        ),
        "helpdesk.ticket": (
            "medical_event_ids",
            "medical_register",
            "emergency_ids",
            "emergency_state",
            "emergency_response",
        ),
        "hr.department": ("medical_registrar_ids",),
    },
    values={
        ("complaint.duty", "kind"): ("medical_summary", "medical_report"),
        ("complaint.incident.report", "kind"): ("emergency",),
        ("complaint.incident.report", "receiver"): ("group",),
        ("complaint.inquiry", "kind"): ("explanation",),
        ("complaint.type.rule", "requires"): _ACTS,
    },
    records=(
        *(f"type_rule_r13_{number}" for number in range(2, 7)),
        *(f"type_rule_r15_{number}" for number in (3, 5, 6, 7)),
        "duty_r15_1",
        "duty_r15_2",
        "complaint_duty_task_view_form_medical",
        "complaint_regulation_view_form_medical",
        "helpdesk_ticket_view_form_emergency",
        "helpdesk_ticket_view_form_medical",
        "form_medical_register",
        "complaint_menu_medical",
    ),
)


def migrate(cr, _version):
    """Run before the add-on is loaded."""
    move(cr, MEDICAL)
