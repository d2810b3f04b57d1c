from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from ..tools.changes import on
from ..tools.life import Ask, Life, Open, Step, opens
from ..tools.steps import FILE_PHASES, LEADER
from .complaint_alarm import Alarm

_lt = LazyTranslate(__name__)


class ComplaintInstruction(models.Model):
    """A leader's written instruction, asked for by the desk or given unasked.

    R03: the handling form goes to the leader at once for a preliminary opinion. R04:
    what the office cannot handle is reported to the deputy or main leader.
    """

    _name = "complaint.instruction"
    _description = "Leader's Instruction"
    _inherit = ["complaint.case.mixin", "complaint.life.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    _life = Life(
        {
            "give": Step(
                ("requested",),
                "given",
                (LEADER,),
                label=_lt("Give the Instruction"),
                asks=Ask("text"),
                stamps={"user_id": "user", "date": "now"},
                event="instructed",
            ),
        }
    )
    _effects = {"_ring_leaders": on(made=True)}
    _opens = {
        **opens("ticket_id", phases=FILE_PHASES, birth=True),
        **opens(
            *("kind", "level", "asked_id", "request"),
            states=("requested",),
            phases=FILE_PHASES,
        ),
        **opens(
            *("text", "is_preliminary", "handling", "department_id"),
            "report_back_date",
            states=("requested",),
            phases=FILE_PHASES,
            by=(LEADER,),
        ),
    }
    _drops = Open(("requested",), FILE_PHASES)

    kind = fields.Selection(
        [
            ("reading", "For reading and opinion"),
            ("report", "Report: beyond our means"),
            ("order", "Instruction unasked"),
        ],
        required=True,
        default="order",
    )
    level = fields.Selection(
        [("deputy", "Deputy leader"), ("main", "Main leader")],
        string="Reported to",
    )
    asked_id = fields.Many2one(
        "res.users",
        string="Leader Asked",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        help="Empty: any leader of the desk.",
    )
    request = fields.Text("Put to the Leader")
    requested_by_id = fields.Many2one(
        "res.users", "Asked by", readonly=True, default=lambda self: self.env.uid
    )
    requested_date = fields.Datetime(
        "Asked on", readonly=True, default=fields.Datetime.now
    )

    matter = fields.Char(related="ticket_id.name")
    description = fields.Html(related="ticket_id.description")
    demand = fields.Text(related="ticket_id.demand")

    state = fields.Selection(
        [("requested", "To be given"), ("given", "Given")],
        required=True,
        default="requested",
        readonly=True,
    )
    user_id = fields.Many2one("res.users", "Leader", readonly=True)
    date = fields.Datetime("Given on", readonly=True)
    text = fields.Text("Instruction")
    is_preliminary = fields.Boolean("Preliminary Opinion")
    handling = fields.Selection(
        [
            ("own", "Handle it here"),
            ("transfer", "Transfer it"),
            ("assign", "Assign it, with a report back"),
            ("joint", "Handle it jointly"),
            ("mediate", "Mediate"),
        ],
        string="Way of Handling",
    )
    department_id = fields.Many2one(
        "hr.department", "Handling Department", check_company=True
    )
    report_back_date = fields.Date("Report Back by")

    _waiting_idx = models.Index("(ticket_id) WHERE state = 'requested'")

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.depends("kind", "state")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for instruction in self:
            instruction.display_name = kinds.get(instruction.kind)

    # ----------------------------------------------------------------------
    # Asking
    # ----------------------------------------------------------------------

    def _ring_leaders(self):
        """Tell a leader at once what is beyond the desk's means (R04)."""
        asked = self.filtered(
            lambda item: item.kind == "report" and item.state == "requested"
        )
        self.env["complaint.alarm"]._ring(
            [
                Alarm(
                    f"instruction:{item.id}",
                    "report",
                    item.ticket_id,
                    item.asked_id or item.ticket_id._leaders_in_charge(),
                )
                for item in asked
            ]
        )

    # ----------------------------------------------------------------------
    # Steps. EXPOSED API
    # ----------------------------------------------------------------------

    def action_give(self, text=None):
        """Give instructions; the clocks that waited for them are met.

        :param text: the words, unless they are written already
        """
        return self._take("give", text)

    def _was_given(self, name):
        """OVERRIDE: the leader may have written the words on the form."""
        return all((item.text or "").strip() for item in self)

    def _gates_give(self, text):
        if self.asked_id and self.asked_id != self.env.user and not self.env.su:
            yield self.env._("%s was asked for this.", self.asked_id.name)

    def _after_give(self):
        bodies = {
            item.ticket_id.id: self.env._("Leader's instruction: %s", item.text)
            for item in self
        }
        self.ticket_id._message_log_batch(bodies=bodies)
