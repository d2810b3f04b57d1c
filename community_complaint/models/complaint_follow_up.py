from datetime import date, timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ..tools.life import Ask, Life, Opening, Step, opens
from ..tools.steps import CLERK, HANDLER, LEADER
from ..tools.working_calendar import CalendarError
from .helpdesk_ticket_desk import Tile

#: After these the office asks itself whether the case is over.
_UNSOLVED = ("no", "again")
#: Share of satisfied answers, in percent; the others count as none.
_SATISFIED = {"satisfied": 100.0}
_lt = LazyTranslate(__name__)
_LIFE = Life(
    {
        "done": Step(
            ("planned",),
            "done",
            (CLERK, HANDLER),
            label=_lt("Done"),
            stamps={"date": "today", "user_id": "user"},
        ),
        "skip": Step(
            ("planned",),
            "skipped",
            (CLERK, HANDLER),
            label=_lt("Leave Out"),
            stamps={"date": "today", "user_id": "user"},
        ),
        # nobody of the office did it
        "survey": Step(
            ("planned",),
            "done",
            None,
            label=_lt("Answered by the Resident"),
            stamps={"date": "today", "way": "survey"},
            writes=("score", "result", "solved", "note"),
        ),
        "reply": Step(
            ("done",),
            None,
            (CLERK, HANDLER),
            label=_lt("Reply to the Resident"),
            asks=Ask("answer", _lt("What the office makes of it")),
        ),
    },
    methods={"survey": "_answer_survey"},
)


class ComplaintFollowUp(models.Model):
    """One time that the office asks how a solved case goes (R08, R09, R14)."""

    _name = "complaint.follow.up"
    _description = "Follow-up"
    _inherit = ["complaint.case.mixin", "complaint.life.mixin"]
    _order = "id"

    _life = _LIFE
    # solved cases are followed up after they are closed
    _opens = opens(
        *("way", "result", "solved", "score", "note", "answer"), states=("planned",)
    )
    _openings = {
        "planned": Opening(
            "Closing a case plans a round, and so does each round that went well.",
            ("ticket_id", "round", "due_date"),
            creates=True,
        ),
        "step": Opening(
            "The step of the case that follows up is on the list as well.",
            ("ticket_id", "round", "state", "date", "user_id", "result", "note"),
            creates=True,
        ),
        "survey": Opening(
            "A complainant answers without having been asked in a round.",
            ("ticket_id", "round"),
            creates=True,
        ),
    }

    due_date = fields.Date("Due on", readonly=True)
    round = fields.Integer(readonly=True, default=1)
    state = fields.Selection(
        [("planned", "Planned"), ("done", "Done"), ("skipped", "Left out")],
        required=True,
        default="planned",
        readonly=True,
    )
    date = fields.Date("Done on", readonly=True)
    user_id = fields.Many2one("res.users", "Done by", readonly=True)
    way = fields.Selection(
        [
            ("phone", "Phone"),
            ("visit", "Visit"),
            ("message", "Message"),
            ("survey", "Questionnaire"),
        ],
        default="phone",
    )
    result = fields.Selection(
        selection=lambda self: (
            self.env["helpdesk.ticket"]
            ._fields["follow_up_result"]
            ._description_selection(self.env)
        ),
        string="How They Take It",
    )
    solved = fields.Selection(
        [("yes", "Solved"), ("no", "Not solved"), ("again", "Came back")],
        string="The Matter Is",
    )
    score = fields.Selection(
        [("5", "Very good"), ("4", "Good"), ("3", "Fair"), ("2", "Poor"), ("1", "Bad")],
        string="Mark for the Office",
    )
    note = fields.Text()
    answer = fields.Text(
        "Told the Resident", help="Sent to the complainant as a message."
    )

    regulation_id = fields.Many2one(
        related="ticket_id.regulation_id", store=True, index=True
    )
    type_id = fields.Many2one(
        related="ticket_id.type_id", store=True, string="Kind of Matter"
    )
    satisfaction_rate = fields.Float(
        "Satisfied (%)",
        compute="_compute_satisfaction_rate",
        store=True,
        aggregator="avg",
        help="Share of the answers that are satisfied.",
    )

    _due_idx = models.Index("(due_date) WHERE state = 'planned'")

    @api.depends("ticket_id.number", "round", "way")
    def _compute_display_name(self):
        for item in self:
            number = item.ticket_id.number
            if item.way == "survey" and not item.round:
                item.display_name = self.env._("%s, satisfaction", number)
            else:
                item.display_name = self.env._(
                    "%(case)s, follow-up %(round)s", case=number, round=item.round
                )

    @api.depends("result")
    def _compute_satisfaction_rate(self):
        for item in self:
            item.satisfaction_rate = _SATISFIED.get(item.result, 0.0)

    # ----------------------------------------------------------------------
    # Steps. EXPOSED API
    # ----------------------------------------------------------------------

    def action_done(self):
        """Record follow-ups; unsolved cases are proposed for reopening.

        :raise UserError: without how the resident takes it
        """
        return self._take("done")

    def action_skip(self):
        """Leave planned follow-ups out."""
        return self._take("skip")

    def action_reply(self, text=None):
        """Tell the resident what the office makes of the answer (R14: result back).

        :raise UserError: if they were told already
        """
        self.ensure_one()
        return self._take("reply", text)

    def _answer_survey(self, **answers):
        """Record what a complainant answered.

        :param answers: ``score``, ``result``, ``solved``, ``note``
        """
        self.ensure_one()
        self._do_step("survey", **answers)

    def _gates_done(self):
        if not self.result or (not self.solved and self.result != "unreachable"):
            yield self.env._(
                "Say how the resident takes it, and whether the matter is solved."
            )

    def _after_done(self):
        self._tell_cases()
        for item in self.filtered("answer"):
            item.ticket_id.action_write_to_complainant(item.answer)
        unsolved = self.filtered(
            lambda item: item.solved in _UNSOLVED or item.result == "dissatisfied"
        )
        poor = self.filtered(lambda item: item.score in ("1", "2"))
        (unsolved | poor).ticket_id._write_sealed("solved", {"reopen_proposed": True})
        (self - unsolved).ticket_id._plan_follow_up()

    def _prepare_survey_vals(self, given, **answers):
        return answers

    def _after_survey(self, **answers):
        """Propose reopening after a poor answer, else plan the next round."""
        self._tell_cases()
        ticket = self.ticket_id
        if self.result == "dissatisfied" or self.solved in _UNSOLVED:
            ticket._write_sealed("solved", {"reopen_proposed": True})
            ticket._tell_dissatisfied()
        elif self.round:
            ticket._plan_follow_up()

    def _gates_reply(self, text):
        if self.answer:
            yield self.env._("The resident was told already.")

    def _after_reply(self):
        self.ticket_id.action_write_to_complainant(self.answer)

    def _tell_cases(self):
        """Let the cases show what their last follow-up said."""
        for ticket, items in self.grouped("ticket_id").items():
            last = items[-1]
            # the case is closed, its last follow-up is not
            ticket._write_sealed(
                "solved",
                {
                    "follow_up_date": last.date,
                    "follow_up_result": last.result,
                    "follow_up_note": last.note,
                },
            )


class HelpdeskTicket(models.Model):
    """Solved cases are followed up, and reopened when they are not solved."""

    _inherit = "helpdesk.ticket"

    follow_up_ids = fields.One2many("complaint.follow.up", "ticket_id")
    reopen_proposed = fields.Boolean("Reopening Proposed", readonly=True, copy=False)

    _reopen_proposed_idx = models.Index("(id) WHERE reopen_proposed IS TRUE")

    def _drop_follow_up(self):
        """A case taken up again is not followed up: the proposal is decided."""
        # sudo: complaint.follow.up - the step moves them, whoever takes it
        planned = self.sudo().follow_up_ids.filtered(
            lambda item: item.state == "planned"
        )
        planned._do_step("skip")
        self._write_sealed("solved", {"reopen_proposed": False})

    def _plan_follow_up(self):
        """Plan the next round of cases whose regulation asks for one."""
        vals_list = []
        for ticket in self:
            rules = ticket.regulation_id
            number = len(ticket._follow_up_rounds()) + 1
            if rules.follow_up_days and number <= rules.follow_up_rounds:
                vals_list.append(
                    {
                        "ticket_id": ticket.id,
                        "round": number,
                        "due_date": ticket._follow_up_day(),
                    }
                )
        return self.env["complaint.follow.up"]._create_sealed("planned", vals_list)

    def _follow_up_rounds(self):
        """Return the rounds since the case was closed the last time."""
        closed = self._office_date(self.closed_date)
        return self.follow_up_ids.filtered(
            lambda item: (
                item.round
                and item.state != "skipped"
                and (item.due_date or date.max) > closed
            )
        )

    def _follow_up_day(self):
        """Return the next day of a follow-up: a working day."""
        rules = self.regulation_id
        day = self._office_date() + timedelta(days=rules.follow_up_days)
        try:
            return rules._working_calendar().roll(day)
        except CalendarError:
            return day

    def _after_follow_up(self, result=None):
        """The step's own follow-up is on the list as well, as round 0."""
        self.env["complaint.follow.up"]._create_sealed(
            "step",
            [
                {
                    "ticket_id": ticket.id,
                    "round": 0,
                    "state": "done",
                    "date": ticket.follow_up_date,
                    "user_id": self.env.uid,
                    "result": ticket.follow_up_result,
                    "note": ticket.follow_up_note,
                }
                for ticket in self
            ],
        )
        for ticket in self.filtered(
            lambda case: case.follow_up_result == "dissatisfied"
        ):
            ticket._write_sealed("solved", {"reopen_proposed": True})
            ticket._tell_dissatisfied()

    def _gates_satisfied(self):
        """R09 5.6: nobody closes alone what the complainant is not satisfied with."""
        if self.reopen_proposed and not (
            self.env.su or self.env.user.has_group(LEADER)
        ):
            yield self.env._(
                "The complainant is not satisfied: a leader closes it, and takes the "
                "matter up again where that helps."
            )

    # ----------------------------------------------------------------------
    # My desk
    # ----------------------------------------------------------------------

    @api.model
    def _desk_tiles(self):
        tiles = super()._desk_tiles()
        if self.env.user.has_group(CLERK):
            tiles.append(Tile("to_follow_up", "clerk", CLERK, "complaint.follow.up"))
        if self.env.user.has_group(LEADER):
            tiles.append(Tile("to_reopen", "leader", LEADER, tone="warning"))
        return tiles

    @api.model
    def _desk_labels(self):
        return {
            **super()._desk_labels(),
            "to_follow_up": self.env._("Follow-ups due"),
            "to_reopen": self.env._("Reopening proposed"),
        }

    def _desk_domain_to_follow_up(self):
        today = self._office_date()
        return Domain("state", "=", "planned") & Domain("due_date", "<=", today)

    def _desk_domain_to_reopen(self):
        return Domain("reopen_proposed", "=", True) & Domain(
            "active", "in", [True, False]
        )


class ComplaintRegulation(models.Model):
    _inherit = "complaint.regulation"

    follow_up_days = fields.Integer(
        "Follow up Solved Cases after (days)",
        help="Counted from the closing, then from one round to the next. 0: they are "
        "not followed up.",
    )
    follow_up_rounds = fields.Integer(default=1)

    _follow_up_numbers = models.Constraint(
        "CHECK (follow_up_days BETWEEN 0 AND 3650"
        " AND follow_up_rounds BETWEEN 0 AND 100)",
        "Solved cases are followed up after 0 to 3,650 days, 0 to 100 times.",
    )
