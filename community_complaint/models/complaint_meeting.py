import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ..tools import finder
from ..tools.changes import on
from ..tools.life import Life, Open, Opening, Step, opens
from ..tools.roles import CUSTODIAN
from ..tools.steps import CLERK, HANDLER, LEADER

#: Mark of the minutes in official numbers.
_MARK = "会"
#: How many names a day somebody may try, and be told that one is of a case.
_MOST_NAMES = 30
#: Longer pieces of a text are no names.
_NAME_LIKE = 4
#: States in which the minutes are written.
WRITTEN = ("planned", "held")
#: Duties that a meeting fulfils.
MET = ("meeting", "review")
#: What is written of a meeting, besides its lines.
_MINUTES = frozenset(
    {"minutes", "review_result", "votes_for", "votes_against", "votes_abstained"}
)
_lt = LazyTranslate(__name__)
_LIFE = Life(
    {
        "hold": Step(
            ("planned",),
            "held",
            (CLERK, HANDLER),
            label=_lt("It Took Place"),
            writes=("number",),
        ),
        "approve": Step(
            ("held",),
            "approved",
            (LEADER,),
            label=_lt("Approve the Minutes"),
            stamps={"approved_by_id": "user", "approved_date": "now"},
            not_by=("writer_ids",),
        ),
        "clear": Step(
            ("held",),
            None,
            (CUSTODIAN,),
            label=_lt("Clear of Secret Names"),
            stamps={"cleared_by_id": "user"},
            writes=("cleared_mark",),
            access="read",
        ),
        "cancel": Step(
            ("planned",), "cancelled", (CLERK, HANDLER), label=_lt("Call Off")
        ),
    }
)


class ComplaintMeeting(models.Model):
    """A meeting about complaints: its agenda, what was said, what was agreed.

    R07 1, R08 3.1: residents' meetings with answers. R08 2.2: analysis with departments
    and residents' representatives. R01: the residents' assembly reviews the regulation.

    Approved minutes do not change and name nobody: cases are told by what they were
    about, see ``complaint.meeting.case``.
    """

    _name = "complaint.meeting"
    _description = "Meeting about Complaints"
    _inherit = [
        "complaint.cleared.mixin",
        "complaint.meeting.paper.mixin",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True

    _life = _LIFE
    _opens = {
        **opens("regulation_id", states=("planned",)),
        **opens(
            *("name", "kind", "date", "place", "chair_id", "secretary_id", "agenda"),
            *("minutes", "period_start", "period_end", "participant_ids"),
            *("question_ids", "case_ids", "action_ids", "review_result"),
            *("votes_for", "votes_against", "votes_abstained", "duty_task_id"),
            states=WRITTEN,
        ),
    }
    _effects = {"_note_writer": on(*_MINUTES, given=True, by_hand=True)}
    _openings = {
        "written": Opening(
            "Who writes minutes does not approve them.", ("writer_ids",)
        ),
    }
    _drops = Open(("planned", "cancelled"))
    _fits = {"duty_task_id.kind": MET, "duty_task_id.regulation_id": "regulation_id"}

    name = fields.Char("Title", required=True)
    number = fields.Char(readonly=True, copy=False, index="btree_not_null")
    kind = fields.Selection(
        [
            ("residents", "Residents' meeting"),
            ("analysis", "Analysis meeting"),
            ("review", "Review of the regulation"),
            ("other", "Other meeting"),
        ],
        required=True,
        default="residents",
    )
    regulation_id = fields.Many2one(
        "complaint.regulation",
        required=True,
        index=True,
        default=lambda self: self._default_regulation_id(),
        domain="[('is_template', '=', False)]",
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="regulation_id.company_id", store=True, index=True, precompute=True
    )
    duty_task_id = fields.Many2one(
        "complaint.duty.task",
        string="Periodic Duty",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        domain="[('regulation_id', '=', regulation_id), ('state', '=', 'open'),"
        " ('kind', 'in', ('meeting', 'review'))]",
    )
    date = fields.Datetime("When", required=True)
    place = fields.Char()
    chair_id = fields.Many2one(
        "res.users", default=lambda self: self.env.user, check_company=True
    )
    secretary_id = fields.Many2one(
        "res.users",
        string="Keeps the Minutes",
        default=lambda self: self.env.user,
        check_company=True,
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("held", "Held"),
            ("approved", "Minutes approved"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="planned",
        readonly=True,
        copy=False,
        index=True,
    )
    agenda = fields.Text()
    minutes = fields.Text("Record of the Meeting")
    period_start = fields.Date("Figures from")
    period_end = fields.Date("Figures to")
    participant_ids = fields.One2many(
        "complaint.meeting.participant", "meeting_id", string="Participants", copy=True
    )
    question_ids = fields.One2many(
        "complaint.meeting.question", "meeting_id", string="Questions and Answers"
    )
    case_ids = fields.One2many(
        "complaint.meeting.case", "meeting_id", string="Cases Discussed"
    )
    action_ids = fields.One2many(
        "complaint.meeting.action", "meeting_id", string="What Was Agreed"
    )
    review_result = fields.Selection(selection="_selection_review_result", copy=False)
    votes_for = fields.Integer(copy=False)
    votes_against = fields.Integer(copy=False)
    votes_abstained = fields.Integer("Abstentions", copy=False)
    writer_ids = fields.Many2many(
        "res.users",
        "complaint_meeting_writer_rel",
        "meeting_id",
        "user_id",
        string="Written by",
        readonly=True,
        copy=False,
        help="Who wrote something of the minutes; none of them approves them.",
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_date = fields.Datetime(readonly=True, copy=False)

    _number_unique = models.UniqueIndex(
        "(company_id, number)", "This official number is already taken."
    )
    _of_an_office = models.Constraint(
        "CHECK (company_id IS NOT NULL)",
        "Choose a regulation your office works under.",
    )
    _votes_counted = models.Constraint(
        "CHECK (LEAST(votes_for, votes_against, votes_abstained) >= 0)",
        "Votes cannot be negative.",
    )

    # ----------------------------------------------------------------------
    # Choices and constraints
    # ----------------------------------------------------------------------

    @api.model
    def _default_regulation_id(self):
        """Return the regulation of the user's desk, if there is only one."""
        rules = self.env.user.helpdesk_team_ids.regulation_id.filtered(
            lambda item: item.company_id in self.env.companies
        )
        return rules if len(rules) == 1 else rules.browse()

    @api.model
    def _selection_review_result(self):
        reviews = self.env["complaint.regulation.review"]
        return reviews._fields["result"]._description_selection(self.env)

    @api.constrains("period_start", "period_end")
    def _check_period(self):
        analysis = self.env["complaint.analysis"]
        for meeting in self:
            first, last = meeting.period_start, meeting.period_end
            if first and last and first > last:
                raise UserError(self.env._("The period ends before it begins."))
            # a meeting's figures go to people outside the office
            if first and last and not analysis._is_whole_quarters(first, last):
                raise UserError(analysis._quarters_message())

    # ----------------------------------------------------------------------
    # Who wrote the minutes
    # ----------------------------------------------------------------------

    def _note_writer(self):
        """Note that the user wrote something of minutes; what changed is cleared anew."""
        # sudo: complaint.meeting - who wrote what, whoever may read which part
        for meeting in self.sudo().filtered(
            lambda item: item.state in WRITTEN and self.env.user not in item.writer_ids
        ):
            meeting._write_sealed("written", {"writer_ids": [(4, self.env.uid)]})
        self._ask_custodians()

    # ----------------------------------------------------------------------
    # Steps. EXPOSED API
    # ----------------------------------------------------------------------

    def action_hold(self):
        """Record that meetings took place; their minutes get a number.

        :raise UserError: before the day, or without anybody present
        """
        return self._take("hold")

    def action_approve(self):
        """Approve minutes; the duty that asked for the meeting is done thereby.

        :return: ``True``, or a message if one of them names somebody
        :raise UserError: with all that is missing
        """
        self._lock_step()
        self._check_step("approve")
        # sudo: complaint.meeting.case - whether any was discussed
        compared = self.sudo().filtered("case_ids").with_env(self.env)
        compared._check_tries()
        clean = self - compared.filtered(lambda meeting: meeting._try_names())
        try:
            with self.env.cr.savepoint():
                clean._take("approve")
        except UserError as error:
            if not compared:
                raise
            # raised, it would take the tries out of the log
            return self._warn(str(error))
        return clean == self or self._warn(
            self.env._(
                "Somebody who complained or was complained about is named, or a number "
                "of a case. Minutes name nobody. Every try is in the log."
            )
        )

    def action_cancel(self):
        """Call planned meetings off."""
        return self._take("cancel")

    def _gates_hold(self):
        rules = self.regulation_id
        if rules._local_date(self.date) > rules._local_date(fields.Datetime.now()):
            yield self.env._("“%s” has not taken place yet.", self.name)
        if not any(self.participant_ids.mapped("present")):
            yield self.env._("Say who was present.")

    def _after_hold(self):
        for meeting in self:
            meeting._write_step({"number": meeting._next_number()})

    def _next_number(self):
        # sudo: complaint.regulation - how its papers are numbered
        rules = self.sudo().regulation_id
        year = rules._local_date(self.date).year
        [number] = self.env["complaint.counter"]._next(
            self.company_id, f"meeting/{rules.prefix}", year
        )
        return rules._format_notice_number(_MARK, year, number)

    def _gates_approve(self):
        if not (self.minutes or "").strip():
            yield self.env._("Write down what was discussed.")
        yield from self._gates_cleared()
        for question in self.question_ids.filtered(lambda item: not item.settled):
            yield self.env._(
                "A question has no answer: %s. Answer it, or agree who will.",
                question.name,
            )
        for action in self.action_ids.filtered(lambda item: not item.due_date):
            yield self.env._("By when? %s", action.name)
        if self.kind == "review" and not self.review_result:
            yield self.env._("Say whether the regulation stays as it is.")

    def _after_approve(self):
        """The duty is done; a review leaves its record."""
        for meeting in self:
            task = meeting.duty_task_id
            if task and task.state == "open":
                task.write(meeting._prepare_task_vals())
                task.action_done()
            elif meeting.kind == "review":
                meeting._record_review()

    def _prepare_task_vals(self):
        vals = {"result": self.env._("Minutes %s", self.number)}
        if task_result := self.duty_task_id.result:
            vals["result"] = f"{task_result}\n{vals['result']}"
        if self.kind == "review":
            vals["review_result"] = self.review_result
        return vals

    def _record_review(self):
        """Keep a review that no duty asked for; the next one moves all the same."""
        rules = self.regulation_id
        self.env["complaint.regulation.review"]._record(
            rules,
            self.review_result,
            self.minutes,
            rules._local_date(self.date),
            meeting=self,
        )

    # ----------------------------------------------------------------------
    # Names
    # ----------------------------------------------------------------------

    def _texts(self):
        """Return all texts that the minutes print."""
        texts = [self[name] for name in ("name", "agenda", "minutes")]
        for lines, names in (
            ("question_ids", ("name", "asked_by", "answer")),
            ("case_ids", ("note",)),
            ("action_ids", ("name", "result")),
        ):
            # sudo: complaint.meeting.case - all the minutes, whoever reads which part
            for line in self.sudo()[lines]:
                texts += [line[name] for name in names]
        return [text for text in texts if text]

    def _names_somebody(self, known=False):
        """Return whether the minutes of one meeting name a person of a case discussed.

        :param known: see ``_people_hider``
        """
        # sudo: helpdesk.ticket - compared, nothing is shown
        cases = self.sudo().case_ids.ticket_id
        open_cases = cases - self._secret_cases()
        (cases if known else open_cases).identity_ids._check_readable()
        hide = [case._people_hider(known) for case in cases]
        return any(
            hider(text) != hider.clean(text) for text in self._texts() for hider in hide
        )

    def _secret_cases(self):
        # sudo: complaint.meeting.case - whether it is about any, whoever asks
        return self.sudo().case_ids.ticket_id.filtered(
            lambda case: case.confidentiality != "open"
        )

    def _told_secrets(self):
        if self._names_somebody(known=True):
            yield self.env._(
                "“%s” names somebody who complained or was complained about.", self.name
            )

    def _cleared_texts(self):
        return self._texts()

    def _try_names(self):
        """Return whether one meeting's minutes name somebody; every try is in the log.

        Whoever tries names would learn who was complained about, so nobody may try many:
        what looks like a name counts, not how often one asks.
        """
        named = self._names_somebody()
        self.env["complaint.log"]._record(
            "minutes_checked",
            self,
            {"named": int(named), "tried": self._count_names()},
        )
        return named

    def _count_names(self):
        """Return how many pieces of these minutes look like a name."""
        return sum(
            len(name) <= _NAME_LIKE
            for meeting in self
            for text in meeting._texts()
            for _kind, name in finder.people(text)
        )

    def _check_tries(self):
        """Check that the user did not try too many names on one day.

        :raise UserError: otherwise
        """
        # sudo: complaint.log - counted, whoever may read it
        tries = self.env["complaint.log"].sudo()
        told = tries.search(
            [
                ("kind", "=", "minutes_checked"),
                ("user_id", "=", self.env.uid),
                ("moment", ">", fields.Datetime.now() - timedelta(days=1)),
                ("details", "like", '"named":1'),
            ]
        )
        names = sum(json.loads(row.details).get("tried") or 1 for row in told)
        if told and names + self._count_names() > _MOST_NAMES and not self.env.su:
            raise UserError(
                self.env._(
                    "You tried too often today. Minutes name nobody; approve them "
                    "tomorrow."
                )
            )

    @api.model
    def _warn(self, message):
        """Return the action that shows a message, without undoing anything."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "warning", "sticky": True, "message": message},
        }


class ComplaintLog(models.Model):
    _inherit = "complaint.log"

    @api.model
    def _selection_kind(self):
        """OVERRIDE: minutes are compared with secret names."""
        label = self.env._("Minutes checked for names")
        return [*super()._selection_kind(), ("minutes_checked", label)]
