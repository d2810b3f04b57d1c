from odoo import api, fields, models
from odoo.exceptions import UserError

#: Views that complaint staff get when nothing else asks for one.
_VIEWS = {
    "form": "helpdesk_ticket_view_form",
    "list": "helpdesk_ticket_view_list",
    "kanban": "helpdesk_ticket_view_kanban",
    "search": "helpdesk_ticket_view_search",
    "calendar": "helpdesk_ticket_view_calendar",
    "pivot": "helpdesk_ticket_view_pivot",
    "graph": "helpdesk_ticket_view_graph",
    "activity": "helpdesk_ticket_view_activity",
}
#: The step a case waits for, by phase.
_NEXT_STEP = {
    "registered": "accept",
    "accepted": "start_investigation",
    "transferred": "report_back",
    "mediation": "end_mediation",
    "investigating": "submit_findings",
    "deciding": "decide",
    "notified": "close",
    "follow_up": "close",
}


class HelpdeskTicket(models.Model):
    """What the screens of a complaint show besides the case itself."""

    _inherit = "helpdesk.ticket"

    decision_state = fields.Selection(
        selection=lambda self: (
            self.env["complaint.decision"]
            ._fields["state"]
            ._description_selection(self.env)
        ),
        string="State of the Decision",
        compute="_compute_decision_state",
        store=True,
    )
    on_spot_allowed = fields.Boolean(related="regulation_id.on_spot_allowed")
    allow_anonymous = fields.Boolean(related="regulation_id.allow_anonymous")
    identity_required = fields.Boolean(related="regulation_id.identity_required")
    gate_follow_up = fields.Boolean(related="regulation_id.gate_follow_up")
    gate_written_major = fields.Boolean(related="regulation_id.gate_written_major")
    next_deadline_id = fields.Many2one(
        "complaint.deadline",
        compute="_compute_next_deadline_id",
    )
    next_step = fields.Selection(
        selection=lambda self: self._step_selection(),
        compute="_compute_next_step",
    )
    next_step_missing = fields.Text(
        "Still Missing",
        compute="_compute_next_step",
        help="What the regulation asks for before the next step.",
    )

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.depends("decision_ids.state")
    def _compute_decision_state(self):
        """A draft waits for somebody, so it counts before what is in force."""
        for ticket in self:
            states = set(ticket.decision_ids.mapped("state"))
            ticket.decision_state = next(
                (state for state in ("draft", "in_force") if state in states), False
            )

    @api.depends("next_due")
    def _compute_next_deadline_id(self):
        # the names of all clocks are shown as well: read them at once
        self._origin.deadline_ids.policy_id.mapped("name")
        for ticket in self:
            running = ticket._origin.deadline_ids.filtered(
                lambda item: item.state == "running" and not item.is_window
            )
            dated = running.filtered("due").sorted(lambda item: (item.due, item.id))
            ticket.next_deadline_id = (dated or running)[:1]

    @api.depends(
        "phase",
        "decision_ids.state",
        "notice_ids.state",
        "transfer_ids.state",
        "mediation_ids.state",
        "instruction_ids.state",
    )
    @api.depends_context("uid", "lang")
    def _compute_next_step(self):
        """Tell who may take the next step what it still needs."""
        mine = {
            name
            for name, step in self._life_table().steps.items()
            if self._has_one_role(step.by)
        }
        for ticket in self:
            name = ticket._origin and ticket.is_complaint and ticket._next_step()
            ticket.next_step = name or False
            ticket.next_step_missing = name in mine and "\n".join(
                f"• {line}" for line in ticket._missing_for(name)
            )

    def _next_step(self):
        """Return the name of the step one case waits for, ``None`` if it is over."""
        self.ensure_one()
        if self.phase == "deciding" and self.decision_state == "in_force":
            return "notify"
        if self.phase == "notified" and self.gate_follow_up:
            return None
        if self.phase == "mediation" and self.mediation_result == "failed":
            return "resume_investigation"
        return _NEXT_STEP.get(self.phase)

    # ----------------------------------------------------------------------
    # Views
    # ----------------------------------------------------------------------

    @api.model
    def get_view(self, view_id=None, view_type="form", **options):
        """OVERRIDE: who only works on complaints always gets their screens."""
        asked = view_id or self.env.context.get(f"{view_type}_view_ref")
        if not asked and view_type in _VIEWS and self._sees_complaints_only():
            view_id = self._complaint_view_id(view_type)
        return super().get_view(view_id, view_type, **options)

    def get_formview_id(self, access_uid=None):
        """OVERRIDE: a complaint opens on its own form wherever it is linked."""
        if len(self) == 1 and self.is_complaint:
            return self._complaint_view_id("form")
        return super().get_formview_id(access_uid)

    @api.model
    def _complaint_view_id(self, view_type):
        return self.env["ir.model.data"]._xmlid_to_res_id(
            f"community_complaint.{_VIEWS[view_type]}"
        )

    @api.model
    def _sees_complaints_only(self):
        """Tell whether the user has a role in complaints and none in the helpdesk."""
        user = self.env.user
        return user.has_group(
            "community_complaint.group_complaint_staff"
        ) and not user.has_group("helpdesk_mgmt.group_helpdesk_user_own")

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """OVERRIDE: the board of complaints has one column per phase in use."""
        if not self.env.context.get("complaint_board"):
            return super()._read_group_stage_ids(stages, domain)
        return stages.search(
            [
                ("complaint_phase", "not in", (False, "draft")),
                ("team_ids", "!=", False),
                ("company_id", "in", self.env.companies.ids),
            ]
        )

    # ----------------------------------------------------------------------
    # Buttons
    # ----------------------------------------------------------------------

    def action_open_complaint(self):
        """Return the action that opens one case on its form."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self._complaint_view_id("form"), "form")],
        }

    def action_view_notices(self):
        """Return the action that lists the notices of one case."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "community_complaint.complaint_notice_action"
        )
        return {
            **action,
            "domain": [("ticket_id", "=", self.id)],
            "context": {},
        }

    def action_view_history(self):
        """Return the action that lists what was changed by hand in one case."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "community_complaint.complaint_log_value_action"
        )
        return {
            **action,
            "domain": [("ticket_id", "=", self.id), ("is_entry", "=", True)],
        }

    def action_print_notices(self):
        """Show all papers of cases as one file, case by case, oldest first.

        :raise UserError: if there are none
        """
        notices = self.notice_ids.filtered(lambda item: item.state != "void")
        if not notices:
            raise UserError(self.env._("There are no papers to print yet."))
        order = {ticket: index for index, ticket in enumerate(self)}
        return notices.sorted(
            lambda item: (order[item.ticket_id], item.issued_date, item.id)
        ).action_print()

    def action_serve_notices(self):
        """Record that the papers of cases reached whom they are for, with the proof."""
        return self.notice_ids.action_record_service()
