from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.steps import LEADER

#: What only a leader may say; fixed once the instruction is given.
_WORDS = frozenset(
    {"text", "is_preliminary", "handling", "department_id", "report_back_date"}
)
#: Written by asking and giving only.
_GUARDED = frozenset({"state", "user_id", "date", "requested_by_id", "requested_date"})


class ComplaintInstruction(models.Model):
    """A leader's written instruction, asked for by the desk or given unasked.

    R03: the handling form goes to the leader at once for a preliminary opinion. R04:
    what the office cannot handle is reported to the deputy or main leader.
    """

    _name = "complaint.instruction"
    _description = "Leader's Instruction"
    _inherit = ["complaint.case.mixin", "complaint.text.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

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
    requested_by_id = fields.Many2one("res.users", "Asked by", readonly=True)
    requested_date = fields.Datetime("Asked on", readonly=True)

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
    # CRUD
    # ----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: who asks and when is noted, not typed."""
        for vals in vals_list:
            for name in _GUARDED:
                vals.pop(name, None)
            self._check_words(vals)
            vals.update(
                requested_by_id=self.env.uid, requested_date=fields.Datetime.now()
            )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if _GUARDED & vals.keys():
                raise UserError(self.env._("An instruction is given by its button."))
            if any(item.state == "given" for item in self):
                raise UserError(
                    self.env._("An instruction that was given does not change.")
                )
            self._check_words(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_given(self):
        if any(item.state == "given" for item in self):
            raise UserError(self.env._("An instruction that was given stays on file."))

    def _check_words(self, vals):
        """Check that only a leader writes a leader's words.

        :raise UserError: for everybody else
        """
        said = any(vals.get(name) for name in _WORDS)
        if said and not (self.env.su or self.env.user.has_group(LEADER)):
            raise UserError(self.env._("Only a leader gives instructions."))

    # ----------------------------------------------------------------------
    # Actions
    # ----------------------------------------------------------------------

    def _text_methods(self):
        return super()._text_methods() | {"action_give"}

    def action_give(self, text=None):
        """Give instructions; the clocks that waited for them are met.

        :param text: the words, unless they are written already
        :raise UserError: if the user is no leader, or it was given before
        """
        if not (self.env.su or self.env.user.has_group(LEADER)):
            raise UserError(self.env._("Only a leader gives instructions."))
        if any(item.state == "given" for item in self):
            raise UserError(self.env._("This instruction was given already."))
        text = (text or "").strip()
        if text:
            self.write({"text": text})
        elif not all((item.text or "").strip() for item in self):
            return self._ask_text(
                "action_give", self.env._("Instruction"), self.env._("Instruction")
            )
        self.check_access("write")
        self._check_asked()
        # sudo: complaint.instruction - only this method gives one
        self.sudo().write(
            {
                "state": "given",
                "user_id": self.env.uid,
                "date": fields.Datetime.now(),
            }
        )
        self._log_given()
        self.ticket_id._emit_event("instructed")
        return True

    def _check_asked(self):
        """Check that the leader who was asked by name is the one who answers.

        :raise UserError: naming the leader
        """
        for item in self:
            if item.asked_id and item.asked_id != self.env.user and not self.env.su:
                raise UserError(
                    self.env._("%s was asked for this.", item.asked_id.name)
                )

    def _log_given(self):
        bodies = {
            item.ticket_id.id: self.env._("Leader's instruction: %s", item.text)
            for item in self
        }
        self.ticket_id._message_log_batch(bodies=bodies)
