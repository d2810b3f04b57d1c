from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from ..tools.discipline_steps import OPEN_STATES, WAITING_STATES
from ..tools.life import Ask, Life, Step
from ..tools.roles import DISCIPLINE
from ..tools.steps import LEADER

#: Rows that one run of the scheduled action locks at a time.
_BATCH = 500
_lt = LazyTranslate(__name__)
_LIFE = Life(
    {
        "hear": Step(
            ("proposed",),
            "heard",
            (DISCIPLINE, LEADER),
            label=_lt("Was Heard"),
            asks=Ask("statement", _lt("What they have to say, in their words")),
            stamps={"heard_date": "now"},
        ),
        # two people: not who proposed or reworded it, nor who handled or decided the case
        "approve": Step(
            WAITING_STATES,
            "approved",
            (DISCIPLINE, LEADER),
            label=_lt("Approve"),
            stamps={"approved_by_id": "user", "approved_date": "now"},
            not_by=(
                "proposed_by_id",
                "editor_ids",
                "employee_id.user_id",
                "ticket_id.user_id",
                "ticket_id.inquiry_ids.user_id",
                "decision_id.create_uid",
                "decision_id.decided_by_id",
            ),
        ),
        "enforce": Step(
            ("approved",),
            "in_force",
            (DISCIPLINE,),
            label=_lt("Put in Force"),
            asks=Ask("start_date"),
            writes=("expiry", "record_id"),
        ),
        "suspend": Step(
            ("approved", "in_force"),
            "suspended",
            (DISCIPLINE, LEADER),
            label=_lt("Suspend"),
            asks=Ask("suspension_reason", _lt("Reason")),
            stamps={"suspended_date": "today"},
            writes=("suspended_state",),
        ),
        "resume": Step(
            ("suspended",),
            None,
            (DISCIPLINE, LEADER),
            label=_lt("Resume"),
            writes=("expiry", "suspended_date", "suspended_state"),
        ),
        "revoke": Step(
            OPEN_STATES,
            "revoked",
            (DISCIPLINE, LEADER),
            label=_lt("Revoke"),
            asks=Ask("end_reason", _lt("Reason")),
        ),
        # the scheduled action does it
        "expire": Step(("in_force",), "expired", None, label=_lt("Expired")),
    }
)


class ComplaintDisciplineStep(models.AbstractModel):
    """The life of a measure. EXPOSED API: ``action_<step>``, batched."""

    _name = "complaint.discipline.step"
    _description = "Steps of a Disciplinary Measure"
    _inherit = ["complaint.life.mixin"]

    _life = _LIFE

    # ----------------------------------------------------------------------
    # Steps. EXPOSED API
    # ----------------------------------------------------------------------

    def action_hear(self, statement=None):
        """Record that the persons were heard; their statement must be on file.

        :param statement: of who is no respondent of the case; respondents are heard on
            the case itself
        """
        return self._take("hear", statement)

    def action_approve(self):
        """Approve measures, as somebody who neither proposed them nor handled the case."""
        return self._take("approve")

    def action_enforce(self, date=None):
        """Put approved measures in force: papers, entry in the personnel file.

        :param date: the office's date from which they are in force, today by default
        """
        return self._take("enforce", date)

    def action_suspend(self, reason=None):
        """Suspend measures, for instance until an appeal is decided."""
        return self._take("suspend", reason)

    def action_resume(self):
        """Go on with suspended measures; the days of suspension are added."""
        return self._take("resume")

    def action_revoke(self, reason=None):
        """Revoke measures for good, giving the reason."""
        return self._take("revoke", reason)

    def action_expire(self):
        """End measures whose time is over; a scheduled action does it every night."""
        return self._take("expire")

    # ----------------------------------------------------------------------
    # What a step needs
    # ----------------------------------------------------------------------

    def _was_given(self, name):
        """OVERRIDE: respondents are heard on the case, the day is today by default."""
        return name == "enforce" or (name == "hear" and not self._heard_here())

    def _heard_here(self):
        """Return the measures whose hearing is recorded here, not on the case."""
        return self.filtered(
            lambda item: item.kind != "commendation" and not item.respondent_id
        )

    def _gates_hear(self, statement):
        """R02 8 (2): the statement and defence come before any sanction."""
        # sudo: complaint.respondent - whether somebody was heard, whoever asks
        respondent = self.sudo().respondent_id
        yield from respondent._gates_identified()
        if self.kind == "commendation":
            yield self.env._("A commendation needs no hearing.")
        elif not (respondent.heard if respondent else statement):
            yield self.env._(
                "%s was not heard: record their statement and defence on the case first.",
                self._person(),
            )

    def _gates_approve(self):
        if self.kind != "commendation" and self.state != "heard":
            yield self.env._("%s was not heard yet.", self._person())
        # sudo: complaint.respondent - whether they are known, whoever asks
        yield from self.sudo().respondent_id._gates_identified()
        yield from self._gate_decision()

    def _gates_enforce(self, start_date):
        if start_date and start_date < self.ticket_id._office_date(self.approved_date):
            yield self.env._("It cannot be in force before it was approved.")
        if self.kind == "technical_file" and self._waits_for_self_review():
            yield self.env._(
                "The self-review report of %s is still missing.", self._person()
            )
        yield from self._gate_decision()

    def _gates_resume(self):
        yield from self._gate_decision()

    def _gates_expire(self):
        if not self.expiry or self.expiry >= self.ticket_id._office_date():
            yield self.env._("Its time is not over.")

    def _gate_decision(self):
        """Yield that the decision behind it was set aside, or that it should be in force."""
        # sudo: complaint.decision - whether it stands, whoever asks
        decision = self.sudo().decision_id
        if decision and decision.state != "in_force":
            yield self.env._("The decision it follows from was set aside.")

    def _waits_for_self_review(self):
        """Return whether a report was asked for and is not handed in yet."""
        # sudo: complaint.self.review - whether one is missing, whoever asks
        reviews = self.sudo().respondent_id.self_review_ids
        return any(review.state == "asked" for review in reviews)

    # ----------------------------------------------------------------------
    # What a step writes, and what follows
    # ----------------------------------------------------------------------

    def _do_step(self, name, given=None, **more):  # pylint: disable=missing-return
        """OVERRIDE: entries in personnel files follow their measures."""
        super()._do_step(name, given, **more)
        self._follow_record()

    def _prepare_suspend_vals(self, given):
        return {"suspension_reason": self._note_without_names(given)}

    def _prepare_revoke_vals(self, given):
        return {"end_reason": self._note_without_names(given)}

    def _target_resume(self):
        return self.grouped("suspended_state")

    def _after_hear(self):
        """What respondents said is on the case, wherever it was typed."""
        (self - self._heard_here())._write_step({"statement": False})
        self.ticket_id._settle_asked("go_on")

    def _after_approve(self):
        self.ticket_id._settle_asked("go_on")

    def _after_enforce(self):
        """Set the dates, issue the papers, enter it in the file."""
        # sudo: helpdesk.ticket - the office's date, whoever may read the case
        for item in self.sudo():
            start = item.start_date or item.ticket_id._office_date()
            until = item.duration and start + relativedelta(months=item.duration)
            item._write_step({"start_date": start, "expiry": until or False})
        self._issue_papers()
        self._enter_record()

    def _after_revoke(self):
        """What nobody has yet is void; who was told is told that it counts no more."""
        told = self.filtered(lambda item: item._is_known())
        for item in self:
            case = item.ticket_id
            office = case.with_context(lang=case._paper_lang())
            # sudo: complaint.notice - whoever revoked it
            waiting = item.sudo().notice_ids.filtered(
                lambda paper: paper.state == "issued" and not paper._has_left()
            )
            waiting._do_step("void", office.env._("The measure was revoked."))
        told._issue_papers("revocation")

    def _is_known(self):
        """Return whether somebody was told of one measure by a paper."""
        # sudo: complaint.notice - only how far the papers are
        papers = self.sudo().notice_ids
        return bool(
            papers.filtered(lambda paper: paper.state == "served")
            or papers._has_left()
            or papers.filtered(
                lambda paper: (
                    (paper.kind, paper.state, paper.held)
                    == ("circulated", "issued", False)
                )
            )
        )

    def _after_suspend(self):
        before = self.grouped(
            lambda item: "in_force" if item.start_date else "approved"
        )
        for state, items in before.items():
            items._write_step({"suspended_state": state})

    def _after_resume(self):
        # sudo: helpdesk.ticket - the office's date, whoever may read the case
        for item in self.sudo():
            vals = {"suspended_state": False, "suspended_date": False}
            if item.expiry and item.suspended_state == "in_force":
                pause = item.ticket_id._office_date() - item.suspended_date
                vals["expiry"] = item.expiry + pause
            item._write_step(vals)

    # ----------------------------------------------------------------------
    # Scheduled action
    # ----------------------------------------------------------------------

    @api.model
    def _cron_expire(self):
        """End what is over; resumes by itself, leaves alone what somebody works on."""
        # an office east of here may have tomorrow already: the gate asks for its own date
        tomorrow = fields.Date.today() + relativedelta(days=1)
        domain = [("state", "=", "in_force"), ("expiry", "<", tomorrow)]
        self.env["ir.cron"]._commit_progress(remaining=self.search_count(domain))
        last = 0
        while batch := self.search(
            [*domain, ("id", ">", last)], order="id", limit=_BATCH
        ):
            last = batch[-1].id
            locked = batch.try_lock_for_update(allow_referencing=True)
            over = locked.filtered(lambda item: not list(item._missing_for("expire")))
            if over:
                over._do_step("expire")
            if not self.env["ir.cron"]._commit_progress(len(batch)):
                return
