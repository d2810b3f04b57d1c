from odoo import fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.community_complaint.tools.arguments import day, takes
from odoo.addons.community_complaint.tools.clock import GOING
from odoo.addons.community_complaint.tools.life import Ask, Life, Step
from odoo.addons.community_complaint.tools.steps import CLERK, HANDLER, LEADER

from ..tools.appeal_steps import OPEN_STATES

_lt = LazyTranslate(__name__)
_REVIEWER = Ask(
    "reviewer_id",
    form="community_complaint_appeal.complaint_step_dialog_view_form_reviewer",
)
_DECIDED = {"decided_by_id": "user", "decided_date": "now"}
#: A draft of a new decision that is not wanted any more goes.
_DRAFT = ("new_decision_id",)
_LIFE = Life(
    {
        "file": Step(
            ("draft",),
            "filed",
            (CLERK, HANDLER),
            label=_lt("Appeal filed"),
            # the window as it is now
            writes=(
                "number",
                "level_id",
                "notice_id",
                "awaited_id",
                "window_start",
                "window_end",
                "window_story",
            ),
            event="appeal_filed",
        ),
        "admit_late": Step(
            ("filed",),
            None,
            (LEADER,),
            label=_lt("Admit late"),
            asks=Ask("late_reason"),
            stamps={"admitted_by_id": "user"},
        ),
        "assign": Step(
            ("filed",),
            "under_review",
            (LEADER,),
            label=_lt("Assign a reviewer"),
            asks=_REVIEWER,
            stamps={"assigned_date": "now"},
            event="appeal_accepted",
        ),
        "reassign": Step(
            ("under_review",),
            None,
            (LEADER,),
            label=_lt("Assign another reviewer"),
            asks=_REVIEWER,
            stamps={"assigned_date": "now"},
        ),
        "forward": Step(
            ("filed",),
            "under_review",
            (CLERK,),
            label=_lt("Forwarded to the superior body"),
            stamps={"assigned_date": "now"},
            writes=("answer_date",),
            event="appeal_accepted",
        ),
        # it moves a last day, so it is no clerk's word alone
        "hear": Step(
            ("under_review",),
            None,
            (LEADER,),
            label=_lt("Hearing held"),
            asks=Ask(
                None,
                _lt("Who heard whom, and what shows it?"),
                date=_lt("First day of the hearing"),
                also=("until",),
                form="community_complaint.complaint_step_dialog_view_form_days",
            ),
            writes=("answer_date",),
        ),
        "decide": Step(
            ("under_review",),
            "decided",
            (HANDLER,),
            label=_lt("Appeal decided"),
            stamps=_DECIDED,
            writes=_DRAFT,
            event="appeal_decided",
        ),
        "record": Step(
            ("under_review",),
            "decided",
            (LEADER,),
            label=_lt("Decision of the superior body recorded"),
            stamps=_DECIDED,
            writes=_DRAFT,
            event="appeal_decided",
        ),
        "dismiss_late": Step(
            ("filed",),
            "dismissed",
            (LEADER,),
            label=_lt("Dismiss as time-barred"),
            asks=Ask("dismissal_reason"),
            stamps={**_DECIDED, "dismissal": "time_barred"},
            writes=_DRAFT,
            event="appeal_decided",
        ),
        "dismiss": Step(
            OPEN_STATES,
            "dismissed",
            (HANDLER,),
            label=_lt("Dismiss as inadmissible"),
            asks=Ask("dismissal_reason"),
            stamps={**_DECIDED, "dismissal": "inadmissible"},
            writes=_DRAFT,
            event="appeal_decided",
        ),
        "withdraw": Step(
            OPEN_STATES,
            "withdrawn",
            (CLERK, HANDLER),
            label=_lt("Appeal withdrawn"),
            asks=Ask("withdrawal_reason"),
            writes=_DRAFT,
        ),
        # the appeal at the next level takes these two, nobody by hand
        "overtake": Step(
            OPEN_STATES,
            "unanswered",
            None,
            label=_lt("No answer in time, contested at the next level"),
            writes=_DRAFT,
        ),
        "give_back": Step(
            ("unanswered",),
            None,
            None,
            label=_lt("Given back by the next level, an answer is still owed"),
            writes=("answer_date",),
        ),
    }
)


class ComplaintAppealStep(models.AbstractModel):
    """The life of an appeal. EXPOSED API: ``action_<step>`` for buttons and portal.

    EXTENSION POINTS: ``_after_appeal_filed`` and ``_after_appeal_decided``.
    """

    _name = "complaint.appeal.step"
    _description = "Steps of an Appeal"
    _inherit = ["complaint.life.mixin", "complaint.appeal.forwarding"]

    _life = _LIFE

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    def action_file(self):
        """File drafts: they get their numbers and the time limits begin.

        An appeal after its window is filed as well, so that nothing is lost; the leader
        then dismisses it as time-barred or admits it.

        :raise UserError: telling everything that is missing
        """
        return self._take("file")

    def action_admit_late(self, reason=None):
        """Admit appeals that came after their window, giving the reason."""
        return self._take("admit_late", reason)

    def action_assign(self, reviewer=None):
        """Assign a reviewer who had no part in the result.

        :param reviewer: ``res.users`` record, or its id; without one a dialog is returned
        """
        return self._take("assign", reviewer)

    def action_reassign(self, reviewer=None):
        """Assign another reviewer, see :meth:`action_assign`."""
        return self._take("reassign", reviewer)

    def action_forward(self):
        """Issue the letter that forwards appeals to the superior body that decides."""
        return self._take("forward")

    @takes(date=day, until=day)
    def action_hear(self, text=None, date=None, until=None):
        """Record a hearing, whose days do not count towards the limit.

        :param text: who heard whom
        :param date, until: its first and last day
        """
        return self._take("hear", text, date=date, until=until)

    def action_decide(self):
        """Put the reviewer's decision in force and issue the notices."""
        return self._take("decide")

    def action_record(self):
        """Put the superior body's decision in force and issue the notices."""
        return self._take("record")

    def action_dismiss_late(self, reason=None):
        """Dismiss appeals as time-barred; the appellant gets a paper."""
        return self._take("dismiss_late", reason)

    def action_dismiss(self, reason=None):
        """Dismiss appeals as inadmissible; the appellant gets a paper."""
        return self._take("dismiss", reason)

    def action_withdraw(self, reason=None):
        """Record that the appellant took the appeal back."""
        return self._take("withdraw", reason)

    # ----------------------------------------------------------------------
    # What is special about the steps of appeals
    # ----------------------------------------------------------------------

    def _lock_step(self):
        """OVERRIDE: the cases are locked first, as their own steps do."""
        # sudo: helpdesk.ticket - the lock is on the row, whoever takes the step
        self.ticket_id.sudo()._lock_step()
        return super()._lock_step()

    def _do_step(self, name, given=None, **more):  # pylint: disable=missing-return
        """OVERRIDE: appeal by appeal, each has its number and its clocks."""
        for appeal in self:
            super(ComplaintAppealStep, appeal)._do_step(name, given, **more)

    def _write_step(self, vals):
        """OVERRIDE: the unique index on open appeals must speak here, not at the end."""
        result = super()._write_step(vals)
        self.flush_recordset(["state"])
        return result

    def _tell_clocks(self, event):
        """OVERRIDE: the clocks that begin with an appeal belong to it."""
        case, moment = self.ticket_id, None
        if event == "appeal_filed":
            case._stop_stale_appeal_clocks()
            moment = self.filed_date
        case._emit_event(event, moment)
        clocks = case._appeal_clocks().filtered(lambda item: not item.appeal_id)
        clocks._write_sealed("appeal", {"appeal_id": self.id})

    def _log_step(self, name, before, given=None):  # pylint: disable=missing-return
        """OVERRIDE: on the case as well, in words."""
        super()._log_step(name, before, given)
        label = f"{self.display_name}: {self._step_label(name)}"
        if isinstance(given, models.BaseModel):
            given = self.reviewer_id.name
        self.ticket_id._message_log(body="\n".join(filter(None, (label, given))))

    def _prepare_file_vals(self, _given):
        vals = {**self._window_vals(), "number": self._take_number()}
        if vals["awaited_id"]:
            # one appeal is open at a time: the one nobody answered makes room
            # sudo: complaint.appeal - the next level takes it, whoever files
            self.browse(vals["awaited_id"]).sudo()._take("overtake")
        return vals

    def _take_number(self):
        """Return the next number, without gaps per company, prefix and year."""
        prefix = self.ticket_id.regulation_id.appeal_prefix
        year = self.ticket_id._office_date(self.filed_date).year
        [number] = self.env["complaint.counter"]._next(
            self.company_id, f"appeal/{prefix}", year
        )
        return f"{prefix}{year}-{number:05d}"

    # ----------------------------------------------------------------------
    # What follows
    # ----------------------------------------------------------------------

    def _after_file(self):
        self._suspend_contested()
        self._set_own_clock()
        self._after_appeal_filed()

    def _after_assign(self):
        """UK code, stage 2: the appellant is told that the appeal is being dealt with."""
        known = self.notice_ids.filtered(lambda item: item.kind == "appeal_receipt")
        if self.level_id.acknowledged and not known:
            self._issue_notices("appeal_receipt", [(self.appellant, self._party())])

    def _after_forward(self):
        """Write to the superior body, and tell the appellant where the appeal goes."""
        self._ask_for_answer()
        nobody = self.env["complaint.respondent"]
        self._issue_notices("appeal_referral", [("superior", nobody)])
        self._after_assign()
        self._tell_forwarded()

    def _after_decide(self):
        """Put the outcome in force, then tell the parties."""
        if self.outcome == "changed":
            self.new_decision_id._put_in_force()
        else:
            self._drop_draft()
        if self.outcome == "remanded":
            self._send_back()
        self._issue_notices(self.level_id.paper, self._result_addressees())
        self._end()

    def _send_back(self):
        """Send the matter back to whoever owes an answer, or an investigation anew."""
        if self.awaited_id:
            self._give_back_awaited()
        elif not self._against_silence():
            # sudo: helpdesk.ticket - the decision sends the case back, whatever the role
            self.ticket_id.sudo()._take("remand")

    def _give_back_awaited(self):
        """Let the appeal that nobody answered go on where it was."""
        if self.awaited_id:
            # sudo: complaint.appeal - the next level takes it, whoever decides there
            self.awaited_id.sudo()._take("give_back")

    def _after_record(self):
        self._prove_letters()
        self._after_decide()

    def _after_dismiss(self):
        self._drop_draft()
        self._issue_notices("appeal_dismissed", [(self.appellant, self._party())])
        self._give_back_awaited()
        self._end()

    def _after_dismiss_late(self):
        self._after_dismiss()

    def _after_withdraw(self):
        self._drop_draft()
        clocks = self.ticket_id._appeal_clocks()
        clocks._cancel(dict.fromkeys(clocks, fields.Datetime.now()))
        self._call_off_letters()
        self._give_back_awaited()
        self._end()

    def _after_overtake(self):
        """What was late stays late; nobody waits for it here any more."""
        self._drop_draft()
        clocks = self.deadline_ids.filtered(lambda item: item.state in GOING)
        clocks._cancel(dict.fromkeys(clocks, fields.Datetime.now()))

    def _target_give_back(self):
        return self.grouped(
            lambda item: "under_review" if item.assigned_date else "filed"
        )

    def _after_give_back(self):
        self._ask_anew()

    def _drop_draft(self):
        """Delete the draft of a new decision that is not wanted any more."""
        # sudo: complaint.decision - the draft of who reviewed, whoever takes the step
        draft = self.new_decision_id.sudo()
        if draft:
            self._write_step({"new_decision_id": False})
            draft._unlink_sealed("unwanted")

    def _issue_notices(self, kind, addressees):
        """Issue the notices of a kind.

        :param addressees: ``[(addressee, respondent)]``
        """
        return self.env["complaint.notice"]._issue(
            self.ticket_id, kind, lambda _case: addressees, appeal_id=self.id
        )

    def _result_addressees(self):
        """Return ``[(addressee, respondent)]`` of the decision on this appeal.

        R01 5.5: the appellant and the other side.
        """
        case = self.ticket_id
        if not self.level_id.notify_both:
            return [(self.appellant, self._party())]
        complainant = ("complainant", case.respondent_ids.browse())
        return [complainant, *(("respondent", item) for item in case.respondent_ids)]

    def _end(self):
        """Let go on what waited for one appeal, and tell other add-ons."""
        asked = self._asked_clocks()
        asked._finish(dict.fromkeys(asked, fields.Datetime.now()))
        self._settle_contested()
        self._after_appeal_decided()

    # ----------------------------------------------------------------------
    # Measures for staff
    # ----------------------------------------------------------------------

    def _suspend_contested(self):
        """Suspend the measures that follow from what is contested, if the text says so."""
        if self.ticket_id.regulation_id.discipline_suspended:
            self._contested_disciplines()._suspend_for(self)

    def _settle_contested(self):
        """Upheld or dropped, measures go on; after a remand they wait.

        A changed decision revoked them already and proposed its own. While the appeal
        below goes on, they wait for that.
        """
        if self.awaited_id._is_open():
            return
        if (
            self.outcome == "remanded"
            and self.state == "decided"
            and not self._against_silence()
        ):
            # also those of a text by which an appeal alone suspends nothing
            self._contested_disciplines("superseded")._suspend_for(self)
        else:
            self._contested_disciplines()._resume_after(self)

    def _contested_disciplines(self, state="in_force"):
        """Return the measures that follow from decisions of the case in a state."""
        # sudo: complaint.discipline - an appeal suspends them, whoever files it
        return self.ticket_id.sudo().discipline_ids.filtered(
            lambda item: item.decision_id.state == state
        )

    # ----------------------------------------------------------------------
    # Extension points
    # ----------------------------------------------------------------------

    def _after_appeal_filed(self):
        """Hook: one appeal was filed; other addons suspend what it contests."""

    def _after_appeal_decided(self):
        """Hook: one appeal is over, see its ``state`` and ``outcome``.

        It was decided, dismissed or withdrawn; the notices are issued.
        """
