"""Views that extended a view of this add-on are part of it now.

They go before the new view is read: until then they would put their fields into it twice.
"""

FOLDED = (
    "complaint_duty_task_view_form_meeting",
    "complaint_duty_task_view_form_publication",
    "complaint_duty_view_form_meeting",
    "complaint_evidence_view_form_side",
    "complaint_measure_view_list_discipline",
    "complaint_regulation_view_form_check",
    "complaint_regulation_view_form_clock",
    "complaint_regulation_view_form_conformance",
    "complaint_regulation_view_form_discipline",
    "complaint_regulation_view_form_duty",
    "complaint_regulation_view_form_handling",
    "complaint_regulation_view_form_learning",
    "complaint_regulation_view_form_publication",
    "complaint_regulation_view_form_review",
    "complaint_regulation_view_form_vault",
    "helpdesk_ticket_team_view_form_superior",
    "helpdesk_ticket_view_form_intake_content",
    "helpdesk_ticket_view_form_intake_kind",
    "helpdesk_ticket_view_kanban_deadline",
    "helpdesk_ticket_view_list_deadline",
    "helpdesk_ticket_view_search_cause",
)


def migrate(cr, _version):
    """Run before the add-on is loaded."""
    cr.execute(
        """
        WITH gone AS (
            DELETE FROM ir_model_data
            WHERE module = 'community_complaint' AND model = 'ir.ui.view'
                AND name = ANY(%s)
            RETURNING res_id
        )
        DELETE FROM ir_ui_view WHERE id IN (SELECT res_id FROM gone)
        """,
        [list(FOLDED)],
    )
