from odoo import fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.community_complaint.models.complaint_deadline_succession import Start
from odoo.addons.community_complaint.tools.life import Life, More, Step

from ..tools.appeal_steps import APPEALABLE_PHASES

_lt = LazyTranslate(__name__)
_INVOLVED = More(writes=("involved_user_ids",))
#: What an investigation begins with; its time limits run anew after a remand.
_BEGINNINGS = frozenset({"accepted", "accept_told", "investigation_started"})
#: Limits that are over once a case was accepted.
_OVER = ("accepted", "accept_told", "refused", "investigation_started")


class HelpdeskTicket(models.Model):
    """The step back that an appeal orders."""

    _inherit = "helpdesk.ticket"

    _life = Life(
        {
            # an appeal takes it, nobody by hand
            "remand": Step(
                APPEALABLE_PHASES,
                "investigating",
                None,
                label=_lt("Sent back by an appeal"),
                stamps={"active": True, "closed_date": False, "findings_date": False},
                event="appeal_remanded",
            ),
            "accept": _INVOLVED,
            "start_investigation": _INVOLVED,
            "submit_findings": _INVOLVED,
            "decide": _INVOLVED,
        }
    )

    def _after_remand(self):
        """Set the decision aside and start the clocks of the investigation anew."""
        # sudo: complaint.decision - who reviews sets aside what others decided
        self.sudo().decision_ids.filtered(
            lambda decision: decision.state == "in_force"
        )._supersede()
        self._restart_clocks()

    def _restart_clocks(self):
        """Start the time limits of an investigation from the remand on."""
        going = {
            (item.ticket_id.id, item.policy_id.id) for item in self._going_clocks()
        }
        now = fields.Datetime.now()
        matching = self.env["complaint.sla.policy"]._match(self, _BEGINNINGS)
        starts = [
            Start(case, spec, now, "appeal_remanded")
            for spec, cases in matching
            for case in cases
            if spec.end_event not in _OVER and (case.id, spec.id) not in going
        ]
        if starts:
            self.env["complaint.deadline"]._start(starts)
