from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.community_complaint.tools import life
from odoo.addons.community_complaint.tools.steps import HANDLER, LEADER, Step

from ..tools.appeal_steps import APPEALABLE_PHASES

_lt = LazyTranslate(__name__)
REMAND = Step(APPEALABLE_PHASES, "investigating", (HANDLER, LEADER), "appeal_remanded")
#: What an investigation begins with; its time limits run anew after a remand.
_BEGINNINGS = ("accepted", "investigation_started")
#: Limits that are over once a case was accepted.
_OVER = ("accepted", "refused", "investigation_started")


class HelpdeskTicket(models.Model):
    """The step back that an appeal orders."""

    _inherit = "helpdesk.ticket"

    # the decision on the appeal takes it, nobody by hand
    _life = life.Life(
        {
            "remand": life.Step(
                APPEALABLE_PHASES,
                "investigating",
                None,
                label=_lt("Sent back by an appeal"),
                stamps={"active": True, "closed_date": False, "findings_date": False},
                event="appeal_remanded",
            ),
        }
    )

    @api.model
    def _get_step(self, name):
        """OVERRIDE: add the step “remand”."""
        return REMAND if name == "remand" else super()._get_step(name)

    def _prepare_remand_vals(self, _given=None):
        return {"active": True, "closed_date": False, "findings_date": False}

    def _after_remand(self):
        """Set the decision aside and start the clocks of the investigation anew."""
        # sudo: complaint.decision - who reviews sets aside what others decided
        self.sudo().decision_ids.filtered(
            lambda decision: decision.state == "in_force"
        ).write({"state": "superseded"})
        self._restart_clocks()

    def _restart_clocks(self):
        """Start the time limits of an investigation from the remand on."""
        going = {
            (item.ticket_id.id, item.policy_id.id) for item in self._going_clocks()
        }
        now = fields.Datetime.now()
        matching = self.env["complaint.sla.policy"]._match(self, _BEGINNINGS)
        starts = [
            (case, spec, now)
            for spec, cases in matching
            for case in cases
            if spec.end_event not in _OVER and (case.id, spec.id) not in going
        ]
        if starts:
            clocks = self.env["complaint.deadline"]._start(starts)
            clocks.write({"start_event": "appeal_remanded"})
