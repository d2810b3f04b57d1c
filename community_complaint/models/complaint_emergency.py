from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..tools.own_values import own_values
from ..tools.steps import LEADER

#: Written by the steps of the response.
_GUARDED = frozenset(
    {
        "state", "started_date", "started_by_id", "told_user_ids", "verified",
        "verification", "verified_by_id", "verified_date", "plan_by_id", "plan_date",
        "settled", "settlement", "settled_by_id", "settled_date", "ended_by_id",
        "ended_date",
    }
)  # fmt: skip
#: What a new response has of them, explicit: neither the context nor a default of the
#: user's own fills it.
_BEGINS = {**dict.fromkeys(_GUARDED, False), "state": "running"}
#: Marks what the button starts; nobody can send this object from outside.
_START = object()
_REPORT = ("course", "effect", "assessment", "lessons")
#: What is left to write down when nothing of the report was true.
_UNTRUE_REPORT = ("course",)


class ComplaintEmergency(models.Model):
    """The emergency response to one complaint (R13 三·2).

    Started and told to the leading group at once, facts checked by its office, plan made
    and carried out, settlement sought, summary and evaluation handed to the group.
    """

    _name = "complaint.emergency"
    _description = "Emergency Response"
    _inherit = ["complaint.case.mixin", "complaint.text.mixin", "complaint.lock.mixin"]
    _order = "started_date desc, id desc"

    _lock_fields = ("state", "verified", "verified_date", "plan_date", "settled_date")

    level = fields.Selection(related="ticket_id.response_level")
    regulation_id = fields.Many2one(related="ticket_id.regulation_id")
    matter = fields.Char(related="ticket_id.name")
    state = fields.Selection(
        [("running", "Response running"), ("ended", "Ended")],
        required=True,
        default="running",
        readonly=True,
    )
    started_date = fields.Datetime("Response Started", readonly=True)
    started_by_id = fields.Many2one("res.users", "Started by", readonly=True)
    told_user_ids = fields.Many2many(
        "res.users",
        "complaint_emergency_told_rel",
        "emergency_id",
        "user_id",
        string="Told at Once",
        readonly=True,
    )

    # verification
    verified = fields.Selection(
        [("true", "True"), ("partly", "Partly true"), ("false", "Not true")],
        string="The Report Is",
        readonly=True,
    )
    verification = fields.Text("Findings of the Check", readonly=True)
    verified_by_id = fields.Many2one("res.users", "Checked by", readonly=True)
    verified_date = fields.Datetime("Checked on", readonly=True)

    # plan
    measure_ids = fields.One2many(
        "complaint.emergency.measure", "emergency_id", string="Measures"
    )
    supplies = fields.Text("People and Supplies")
    plan_by_id = fields.Many2one("res.users", "Plan Put in Force by", readonly=True)
    plan_date = fields.Datetime("Plan in Force since", readonly=True)

    # settlement
    settled = fields.Selection(
        [
            ("agreed", "Settled"),
            ("partly", "Settled in part"),
            ("refused", "Not settled"),
        ],
        string="Settlement",
        readonly=True,
    )
    settlement = fields.Text("What Was Offered and Said", readonly=True)
    settled_by_id = fields.Many2one("res.users", "Sought by", readonly=True)
    settled_date = fields.Datetime("Sought on", readonly=True)

    # summary and evaluation
    course = fields.Text("Course of the Response")
    effect = fields.Text("What It Achieved")
    assessment = fields.Text("Evaluation")
    lessons = fields.Text("Lessons and Proposals")
    ended_by_id = fields.Many2one("res.users", "Handed in by", readonly=True)
    ended_date = fields.Datetime("Handed to the Group", readonly=True)

    _running_idx = models.Index("(id) WHERE state = 'running'")
    _once = models.UniqueIndex(
        "(ticket_id)", "The response to this complaint was started already."
    )

    @api.depends("ticket_id.number")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for emergency in self:
            emergency.display_name = self.env._(
                "Response %s", emergency.ticket_id.number
            )

    # ----------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: a response starts by its button, which tells the group.

        :raise UserError: otherwise
        """
        started = self.env.context.get("complaint_emergency") is _START
        if not started and not self.env.su:
            raise UserError(self.env._("A response is started on its complaint."))
        begins = {
            **_BEGINS,
            "started_date": fields.Datetime.now(),
            "started_by_id": self.env.uid,
        }
        return super().create(
            [{**own_values(self, vals), **begins} for vals in vals_list]
        )

    @api.model
    def _start(self, ticket):
        """Return the new response to a complaint; the caller checks and tells."""
        responses = self.with_context(complaint_emergency=_START)
        return responses.create({"ticket_id": ticket.id}).with_env(self.env)

    def write(self, vals):
        if not self.env.su:
            if _GUARDED & vals.keys():
                raise UserError(self.env._("This is recorded by a button."))
            self._check_running()
            if "supplies" in vals:
                self._check_planning()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A response stays on file."))

    def _check_running(self):
        if any(item.state == "ended" for item in self):
            raise UserError(self.env._("The response has ended and stays as it is."))

    def _check_planning(self):
        if any(item.plan_date for item in self) and not self.env.su:
            raise UserError(self.env._("The plan is in force and stays as it is."))

    # ----------------------------------------------------------------------
    # Steps of the response
    # ----------------------------------------------------------------------

    def _text_methods(self):
        return super()._text_methods() | {
            f"action_{name}"
            for name in (
                "verify_true", "verify_partly", "verify_false", "settle_agreed",
                "settle_partly", "settle_refused",
            )
        }  # fmt: skip

    def action_verify_true(self, text=None):
        """Record that the report is true (R13 三·2(2))."""
        return self._verify("true", text)

    def action_verify_partly(self, text=None):
        """Record that the report is partly true."""
        return self._verify("partly", text)

    def action_verify_false(self, text=None):
        """Record that the report is not true."""
        return self._verify("false", text)

    def _verify(self, verdict, text):
        """Record what the group's office found.

        :raise AccessError: naming the office, for everybody else
        :raise UserError: if the facts were checked before
        """
        self._lock_step()
        self._check_office()
        if any(item.verified_date for item in self):
            raise UserError(self.env._("The facts were checked already."))
        if not (text or "").strip():
            return self._ask_text(
                f"action_verify_{verdict}",
                self.env._("Facts Checked"),
                self.env._("Who checked what, and what was found"),
            )
        return self._record(
            verified=verdict,
            verification=text.strip(),
            verified_by_id=self.env.uid,
            verified_date=fields.Datetime.now(),
        )

    def action_put_plan_in_force(self):
        """Put the plan in force; its measures stay, and are carried out (R13 三·2(3)).

        :raise UserError: before the facts were checked, or without complete measures
        """
        self._lock_step()
        self._check_office()
        for item in self:
            if not item.verified_date:
                raise UserError(self.env._("The facts were not checked yet."))
            if not item.measure_ids:
                raise UserError(self.env._("The plan has no measures yet."))
        self._check_planning()
        return self._record(plan_by_id=self.env.uid, plan_date=fields.Datetime.now())

    def action_settle_agreed(self, text=None):
        """Record that the complainant settled (R13 三·2(4))."""
        return self._settle("agreed", text)

    def action_settle_partly(self, text=None):
        """Record that the complainant settled in part."""
        return self._settle("partly", text)

    def action_settle_refused(self, text=None):
        """Record that a settlement was sought in vain."""
        return self._settle("refused", text)

    def _settle(self, outcome, text):
        self._lock_step()
        self.check_access("write")
        if not (text or "").strip():
            return self._ask_text(
                f"action_settle_{outcome}",
                self.env._("Settlement Sought"),
                self.env._("What was offered, and what the complainant said"),
            )
        return self._record(
            settled=outcome,
            settlement=text.strip(),
            settled_by_id=self.env.uid,
            settled_date=fields.Datetime.now(),
        )

    def action_end(self):
        """Hand the summary and evaluation to the leading group (R13 三·2(5)).

        :raise UserError: naming everything that is missing
        """
        self._lock_step()
        self._check_office()
        for item in self:
            missing = list(item._missing())
            if missing:
                lines = [f"• {line}" for line in missing]
                raise UserError("\n".join([item.ticket_id.number, *lines]))
        self._record(
            state="ended",
            ended_by_id=self.env.uid,
            ended_date=fields.Datetime.now(),
        )
        for item in self:
            item._tell(item._group(), _end_subject)
        return True

    def _missing(self):
        """Yield what one response lacks before its end, as sentences."""
        if not self.verified_date:
            yield self.env._("The facts were not checked yet.")
        untrue = self.verified == "false"
        if not untrue:
            yield from self._missing_response()
        for name in _UNTRUE_REPORT if untrue else _REPORT:
            if not (self[name] or "").strip():
                label = self._fields[name]._description_string(self.env)
                yield self.env._("“%s” is missing.", label)

    def _missing_response(self):
        """Yield what was not done about something that happened (R13 三·2(3), (4))."""
        if not self.plan_date:
            yield self.env._("There is no plan in force yet.")
        for measure in self.measure_ids.filtered(lambda item: not item.done_date):
            yield self.env._("Not done yet: %s.", measure.name)
        if not self.settled_date:
            yield self.env._("Nobody sought a settlement yet.")

    def _record(self, **vals):
        """Write what a step of the response records."""
        self.check_access("write")
        self._check_running()
        # sudo: complaint.emergency - only the steps write this
        self.sudo().write(vals)
        return True

    def _check_office(self):
        """Check that the user works in the group's office, or leads.

        :raise AccessError: naming the office
        """
        user = self.env.user
        for item in self:
            office = item.regulation_id.emergency_office_ids
            if self.env.su or user in office or user.has_group(LEADER):
                continue
            raise AccessError(
                self.env._(
                    "This is up to the office of the leading group: %s.",
                    ", ".join(office.mapped("name"))
                    or self.env._("nobody yet; a leader may do it"),
                )
            )

    def _digest_lines(self):
        """Return one dict a response: case, level, since when, link."""
        levels = dict(
            self.env["helpdesk.ticket"]
            ._fields["response_level"]
            ._description_selection(self.env)
        )
        return [
            {
                "number": item.ticket_id.number,
                "text": levels.get(item.level) or "",
                "date": format_date(
                    self.env, item.ticket_id._office_date(item.started_date)
                ),
                "url": f"{item.get_base_url()}/mail/view"
                f"?model=helpdesk.ticket&res_id={item.ticket_id.id}",
            }
            for item in self
        ]


class ComplaintEmergencyMeasure(models.Model):
    """A measure of a response plan: what, by whom, until when."""

    _name = "complaint.emergency.measure"
    _description = "Measure of a Response Plan"
    _inherit = ["complaint.lock.mixin"]
    _order = "deadline, id"

    _lock_fields = ("done_date",)

    emergency_id = fields.Many2one(
        "complaint.emergency", required=True, index=True, ondelete="cascade"
    )
    ticket_id = fields.Many2one(
        related="emergency_id.ticket_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="emergency_id.company_id", store=True, index=True, precompute=True
    )
    name = fields.Char("Measure", required=True)
    responsible_id = fields.Many2one("res.users", domain="[('share', '=', False)]")
    responsible = fields.Char(
        "Body Responsible", help="Department or outside body, if it is nobody's here."
    )
    deadline = fields.Datetime(required=True)
    done_date = fields.Datetime("Done on", readonly=True)
    done_by_id = fields.Many2one("res.users", readonly=True)
    result = fields.Char()

    @api.constrains("responsible_id", "responsible")
    def _check_responsible(self):
        for measure in self:
            if not (measure.responsible_id or measure.responsible):
                raise UserError(
                    self.env._("“%s”: say who is responsible.", measure.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: nothing is done from the start, whatever the context says."""
        begins = {"done_date": False, "done_by_id": False}
        measures = super().create(
            [{**own_values(self, vals), **begins} for vals in vals_list]
        )
        measures._check_open()
        return measures

    def write(self, vals):
        if not self.env.su:
            if {"done_date", "done_by_id"} & vals.keys():
                raise UserError(self.env._("This is recorded by a button."))
            if {"emergency_id", "ticket_id", "company_id"} & vals.keys():
                raise UserError(self.env._("A measure stays with its response."))
            self._check_open(vals.keys() == {"result"})
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        self._check_open()

    def _check_open(self, carrying_out=False):
        """Check that a plan may still change, or be carried out."""
        self.emergency_id._check_running()
        if not carrying_out:
            self.emergency_id._check_planning()

    def action_done(self):
        """Record that measures of a plan in force are carried out.

        :raise UserError: for other measures, or if somebody else was faster
        """
        self.emergency_id._lock_step()
        self._lock_step()
        self.check_access("write")
        for measure in self:
            if measure.done_date:
                raise UserError(self.env._("What is done stays as it is."))
            measure.emergency_id._check_running()
            if not measure.emergency_id.plan_date:
                raise UserError(self.env._("The plan is not in force yet."))
        # sudo: complaint.emergency.measure - only this method
        self.sudo().write(
            {"done_date": fields.Datetime.now(), "done_by_id": self.env.uid}
        )
        return True


def _end_subject(env):
    """Return the subject of the message that a response has ended."""
    return env._("Emergency response ended: summary and evaluation")
