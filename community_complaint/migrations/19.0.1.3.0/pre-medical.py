"""Emergency responses and drills have an add-on of their own."""

from odoo.addons.community_complaint.tools.moved import Move, move

_RESPONSE_ACTS = (
    "response",
    "verification",
    "response_plan",
    "settlement",
    "response_summary",
)

MEDICAL = Move(
    to="community_complaint_medical",
    models=("complaint.emergency", "complaint.emergency.measure", "complaint.drill"),
    fields={
        "complaint.duty.task": ("drill_ids",),
        "complaint.regulation": (
            "emergency_response",
            "emergency_member_ids",
            "emergency_office_ids",
        ),
        "helpdesk.ticket": ("emergency_ids", "emergency_state", "emergency_response"),
    },
    values={
        ("complaint.incident.report", "kind"): ("emergency",),
        ("complaint.incident.report", "receiver"): ("group",),
        ("complaint.type.rule", "requires"): _RESPONSE_ACTS,
    },
    records=(
        *(f"type_rule_r13_{number}" for number in range(2, 7)),
        "complaint_duty_task_view_form_medical",
        "complaint_regulation_view_form_medical",
        "helpdesk_ticket_view_form_emergency",
    ),
)


def migrate(cr, _version):
    """Run before the add-on is loaded."""
    move(cr, MEDICAL)
