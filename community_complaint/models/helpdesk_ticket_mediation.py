from odoo import api, fields, models

from .complaint_mediation import SETTLED


class HelpdeskTicket(models.Model):
    """Cases in which both sides are brought together (R09, R11)."""

    _inherit = "helpdesk.ticket"

    mediation_ids = fields.One2many(
        "complaint.mediation", "ticket_id", string="Mediation Sessions"
    )
    allow_mediation = fields.Boolean(related="regulation_id.allow_mediation")
    mediation_result = fields.Selection(
        [("planned", "Session planned"), ("settled", "Settled"), ("failed", "Failed")],
        compute="_compute_mediation_result",
    )

    @api.depends("mediation_ids.state", "mediation_ids.outcome")
    def _compute_mediation_result(self):
        for ticket in self:
            sessions = ticket.mediation_ids
            held = sessions.filtered(lambda item: item.state == "held")
            if sessions.filtered(lambda item: item.state == "planned"):
                result = "planned"
            elif held._last().outcome in SETTLED:
                result = "settled"
            else:
                result = sessions and "failed"
            ticket.mediation_result = result or False

    # ----------------------------------------------------------------------
    # Gates
    # ----------------------------------------------------------------------

    def _gates_end_mediation(self):
        yield from self._gates_session_over()
        if self.mediation_result == "failed":
            yield self.env._("Both sides did not agree: go on investigating.")

    def _gates_resume_investigation(self):
        yield from self._gates_session_over()
        if self.mediation_result == "settled":
            yield self.env._("The matter is settled: go on to the decision.")

    def _gates_session_over(self):
        for session in self.mediation_ids.filtered(
            lambda item: item.state == "planned"
        ):
            yield self.env._(
                "%s is still to be held: record its outcome, or call it off.",
                session.display_name,
            )

    # ----------------------------------------------------------------------
    # What follows
    # ----------------------------------------------------------------------

    def _after_start_mediation(self):
        for ticket in self.filtered(lambda item: item.mediation_result != "planned"):
            ladder = ticket.regulation_id._mediation_ladder()
            self.env["complaint.mediation"].create(
                {"ticket_id": ticket.id, "kind": ladder[0]}
            )

    def _after_end_mediation(self):
        """An agreement ends the investigation as well, and drafts the decision."""
        open_cases = self.filtered(lambda ticket: not ticket.findings_date)
        open_cases._write_step({"findings_date": fields.Datetime.now()})
        open_cases._emit_event("investigated")
        for ticket in self:
            ticket._draft_settlement()

    def _draft_settlement(self):
        """Draft the decision that follows from the last session, unless there is one."""
        if self.decision_ids.filtered(lambda item: item.state == "draft"):
            return
        last = self.mediation_ids.filtered("agreement")._last()
        self.env["complaint.decision"].create(
            {
                "ticket_id": self.id,
                "conclusion": "settled" if last.outcome == "agreed" else False,
                "reasons": last.agreement,
            }
        )
