from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from odoo.addons.community_complaint.models.complaint_alarm import Alarm
from odoo.addons.community_complaint.tools.life import (
    Ask,
    Life,
    Open,
    Opening,
    Step,
    opens,
)
from odoo.addons.community_complaint.tools.steps import FILE_PHASES, HANDLER, LEADER

_REPORT = ("course", "effect", "assessment", "lessons")
#: What is left to write down when nothing of the report was true.
_UNTRUE_REPORT = ("course",)
_lt = LazyTranslate(__name__)


def _verify(verdict, label):
    """Return the step that records what the check of the facts found."""
    return Step(
        ("running",),
        None,
        (HANDLER,),
        label=label,
        asks=Ask("verification", _lt("Who checked what, and what was found")),
        stamps={"verified": verdict, "verified_by_id": "user", "verified_date": "now"},
    )


def _settle(outcome, label):
    """Return the step that records how a settlement was sought."""
    return Step(
        ("running",),
        None,
        (HANDLER,),
        label=label,
        asks=Ask("settlement", _lt("What was offered, and what the complainant said")),
        stamps={"settled": outcome, "settled_by_id": "user", "settled_date": "now"},
    )


_LIFE = Life(
    {
        "verify_true": _verify("true", _lt("It Is True")),
        "verify_partly": _verify("partly", _lt("Partly True")),
        "verify_false": _verify("false", _lt("Not True")),
        "put_plan_in_force": Step(
            ("running",),
            None,
            (HANDLER,),
            label=_lt("Put Plan in Force"),
            stamps={"plan_by_id": "user", "plan_date": "now"},
        ),
        "settle_agreed": _settle("agreed", _lt("Settled")),
        "settle_partly": _settle("partly", _lt("Settled in Part")),
        "settle_refused": _settle("refused", _lt("Not Settled")),
        "end": Step(
            ("running",),
            "ended",
            (HANDLER,),
            label=_lt("Hand in Summary"),
            stamps={"ended_by_id": "user", "ended_date": "now"},
        ),
    }
)


class ComplaintEmergency(models.Model):
    """The emergency response to one complaint (R13 三·2).

    Started and told to the leading group at once, facts checked by its office, plan made
    and carried out, settlement sought, summary and evaluation handed to the group.
    """

    _name = "complaint.emergency"
    _description = "Emergency Response"
    _inherit = ["complaint.case.mixin", "complaint.life.mixin"]
    _order = "started_date desc, id desc"

    _life = _LIFE
    _opens = {
        **opens(*_REPORT, "measure_ids", states=("running",), phases=FILE_PHASES),
        **opens("supplies", states=("running",), phases=FILE_PHASES, until="plan_date"),
    }
    _openings = {
        "started": Opening(
            "A response starts by the button of its complaint, which tells the group.",
            ("ticket_id",),
            creates=True,
        ),
        "told": Opening("Who was told at once is worked out.", ("told_user_ids",)),
    }

    level = fields.Selection(related="ticket_id.response_level")
    regulation_id = fields.Many2one(related="ticket_id.regulation_id")
    matter = fields.Char(related="ticket_id.name")
    state = fields.Selection(
        [("running", "Response running"), ("ended", "Ended")],
        required=True,
        default="running",
        readonly=True,
    )
    started_date = fields.Datetime(
        "Response Started", readonly=True, default=fields.Datetime.now
    )
    started_by_id = fields.Many2one(
        "res.users", "Started by", readonly=True, default=lambda self: self.env.uid
    )
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

    @api.model
    def _start(self, ticket):
        """Return the new response to a complaint; the caller checks and tells."""
        return self._create_sealed("started", [{"ticket_id": ticket.id}])

    # ----------------------------------------------------------------------
    # Steps. EXPOSED API
    # ----------------------------------------------------------------------

    def action_verify_true(self, text=None):
        """Record that the report is true (R13 三·2(2))."""
        return self._take("verify_true", text)

    def action_verify_partly(self, text=None):
        """Record that the report is partly true."""
        return self._take("verify_partly", text)

    def action_verify_false(self, text=None):
        """Record that the report is not true."""
        return self._take("verify_false", text)

    def action_put_plan_in_force(self):
        """Put the plan in force; its measures stay, and are carried out (R13 三·2(3))."""
        return self._take("put_plan_in_force")

    def action_settle_agreed(self, text=None):
        """Record that the complainant settled (R13 三·2(4))."""
        return self._take("settle_agreed", text)

    def action_settle_partly(self, text=None):
        """Record that the complainant settled in part."""
        return self._take("settle_partly", text)

    def action_settle_refused(self, text=None):
        """Record that a settlement was sought in vain."""
        return self._take("settle_refused", text)

    def action_end(self):
        """Hand the summary and evaluation to the leading group (R13 三·2(5))."""
        return self._take("end")

    def action_print_plan(self):
        """Show response plans."""
        return self.env["complaint.form"]._open_sheets("response_plan", self)

    def action_print_summary(self):
        """Show summaries and evaluations of responses."""
        return self.env["complaint.form"]._open_sheets("response_summary", self)

    # ----------------------------------------------------------------------
    # Gates and what follows
    # ----------------------------------------------------------------------

    def _gates_verify_true(self, text):
        yield from self._gates_office()
        if self.verified_date:
            yield self.env._("The facts were checked already.")

    _gates_verify_partly = _gates_verify_false = _gates_verify_true

    def _gates_put_plan_in_force(self):
        yield from self._gates_office()
        if not self.verified_date:
            yield self.env._("The facts were not checked yet.")
        if not self.measure_ids:
            yield self.env._("The plan has no measures yet.")
        if self.plan_date:
            yield self.env._("The plan is in force and stays as it is.")

    def _gates_end(self):
        yield from self._gates_office()
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

    def _gates_office(self):
        """Yield that the user neither works in the group's office nor leads, if so."""
        user = self.env.user
        office = self.regulation_id.emergency_office_ids
        if not (self.env.su or user in office or user.has_group(LEADER)):
            yield self.env._(
                "This is up to the office of the leading group: %s.",
                ", ".join(office.mapped("name"))
                or self.env._("nobody yet; a leader may do it"),
            )

    def _after_end(self):
        for item in self:
            item._tell(item._group(), _end_subject)

    # ----------------------------------------------------------------------
    # Who is told
    # ----------------------------------------------------------------------

    def _group(self):
        """Return the members of group and office who may know of one case.

        If conflicts leave nobody, the managers are told.
        """
        rules = self.regulation_id
        ticket = self.ticket_id
        people = rules.emergency_member_ids | rules.emergency_office_ids
        # sudo: helpdesk.ticket - who is kept away from it
        people -= ticket.sudo().conflict_user_ids
        people = people.filtered(
            lambda user: (
                ticket.with_user(user)
                .with_context(allowed_company_ids=ticket.company_id.ids)
                ._filtered_access("read")
            )
        )
        # sudo: helpdesk.ticket - the managers are told, whoever starts it
        return people or ticket.sudo()._managers_in_charge().with_env(self.env)

    def _alert(self):
        """Tell the group at once of the responses and their levels (R13 三·2(1))."""
        for item in self:
            people = item._group()
            ticket = item.ticket_id
            for user in people:
                env = self.with_context(lang=user.lang).env
                # sudo: mail.activity - the alert reaches them, whoever starts it
                ticket.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=env._("Emergency response: act at once"),
                    user_id=user.id,
                )
            item._tell(people, _alert_subject)
            key = f"emergency:{item.id}:{item.level}"
            self.env["complaint.alarm"]._ring([Alarm(key, "emergency", ticket)])
            item._write_sealed(
                "told", {"told_user_ids": [Command.link(user.id) for user in people]}
            )

    def _tell(self, people, subject):
        """Send a message about one response in the reader's language."""
        for user in people:
            self.env["complaint.digest"]._send(user, [("emergency", self)], subject)

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
    _inherit = ["complaint.life.mixin"]
    _order = "deadline, id"

    _life = Life(
        {
            "done": Step(
                ("running",),
                None,
                (HANDLER,),
                label=_lt("Done"),
                stamps={"done_date": "now", "done_by_id": "user"},
            ),
        }
    )
    _state_of = "emergency_id"
    _opens = {
        **opens("emergency_id", states=("running",), phases=FILE_PHASES, birth=True),
        **opens(
            *("name", "responsible_id", "responsible", "deadline"),
            states=("running",),
            phases=FILE_PHASES,
            until="plan_date",
        ),
        **opens("result", states=("running",), phases=FILE_PHASES),
    }
    _drops = Open(("running",), FILE_PHASES, until="plan_date")

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
    state = fields.Selection(
        related="emergency_id.state", string="State of the Response"
    )
    plan_date = fields.Datetime(related="emergency_id.plan_date")
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

    def action_done(self):
        """Record that measures of a plan in force are carried out."""
        self.emergency_id._lock_step()
        return self._take("done")

    def _gates_done(self):
        if not self.plan_date:
            yield self.env._("The plan is not in force yet.")
        if self.done_date:
            yield self.env._("What is done stays as it is.")


def _alert_subject(env):
    """Return the subject of an alert, in the reader's language."""
    return env._("Emergency response started")


def _end_subject(env):
    """Return the subject of the message that a response has ended."""
    return env._("Emergency response ended: summary and evaluation")
