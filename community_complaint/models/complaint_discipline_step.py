from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..tools.discipline_steps import STEPS

#: Rows that one run of the scheduled action locks at a time.
_BATCH = 500


class ComplaintDiscipline(models.Model):
    """The steps of a measure. EXPOSED API: ``action_<step>``, batched.

    See ``complaint.step.mixin`` for the way of every step; then come the history, the log
    and the papers.

    EXTENSION POINTS: ``_gates_<step>`` yields what is missing for one measure,
    ``_after_<step>`` does what follows; ``_barred_users`` must not approve it.
    """

    _inherit = "complaint.discipline"

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    def action_hear(self, statement=None):
        """Record that the persons were heard; their statement must be on file.

        :param statement: of who is no respondent of the case; respondents are heard on
            the case itself
        """
        return self._run_step("hear", statement)

    def action_approve(self):
        """Approve measures, as somebody who neither proposed them nor handled the case."""
        return self._run_step("approve")

    def action_enforce(self, date=None):
        """Put approved measures in force: papers, entry in the personnel file.

        :param date: the office's date from which they are in force, today by default
        """
        return self._run_step("enforce", fields.Date.to_date(date))

    def action_suspend(self, reason=None):
        """Suspend measures, for instance until an appeal is decided."""
        return self._run_step("suspend", reason)

    def action_resume(self):
        """Go on with suspended measures; the days of suspension are added."""
        return self._run_step("resume")

    def action_revoke(self, reason=None):
        """Revoke measures for good, giving the reason."""
        return self._run_step("revoke", reason)

    def action_expire(self):
        """End measures whose time is over; a scheduled action does it every night."""
        return self._run_step("expire")

    def _text_methods(self):
        return super()._text_methods() | {
            "action_hear",
            "action_suspend",
            "action_revoke",
        }

    # ----------------------------------------------------------------------
    # The way of every step
    # ----------------------------------------------------------------------

    def _get_step(self, name):
        """OVERRIDE: the steps of measures."""
        return STEPS[name]

    def _was_given(self, step):
        """OVERRIDE: respondents are heard on the case, the day is today by default."""
        if step.needs == "statement":
            return not self._heard_here()
        return step.needs == "start_date"

    def _heard_here(self):
        """Return the measures whose hearing is recorded here, not on the case."""
        return self.filtered(
            lambda item: item.kind != "commendation" and not item.respondent_id
        )

    def _step_wizard(self, name):
        """OVERRIDE: ask for the words in the dialog of texts."""
        labels = {
            "statement": self.env._("What they have to say, in their words"),
            "note": self.env._("Reason"),
        }
        label = labels[self._get_step(name).needs]
        return self._ask_text(f"action_{name}", self._step_labels()[name], label)

    def _step_labels(self):
        """Return ``{step: label}``."""
        steps = self.env["complaint.discipline.event"]._fields["step"]
        return dict(steps._description_selection(self.env))

    def _missing_for(self, name, given=None):
        """OVERRIDE: state and gates."""
        self.ensure_one()
        sources = STEPS[name].sources
        if self.state not in sources:
            labels = dict(self._fields["state"]._description_selection(self.env))
            yield self.env._(
                "It is in state “%(state)s”; this step starts from “%(sources)s”.",
                state=labels[self.state],
                sources=self.env._("” or “").join(labels[key] for key in sources),
            )
            return
        gates = getattr(self, f"_gates_{name}", None)
        if gates:
            yield from gates(given) if STEPS[name].needs else gates()

    def _do_step(self, name, vals):
        """OVERRIDE: write, note in the history, and do what follows."""
        vals = dict(vals)
        note = self._note_without_names(vals.pop("note", ""))
        prepare = getattr(self, f"_prepare_{name}_vals", None)
        vals.update(prepare(note) if prepare else {})
        # sudo: complaint.discipline - written by the steps only, see write()
        for target, items in self.sudo().grouped(lambda i: i._target(name)).items():
            items.write({**vals, "state": target})
        getattr(self, f"_after_{name}", bool)()
        self._log(name, note)
        self._follow_record()

    def _target(self, name):
        """Return the state one measure reaches by a step."""
        return STEPS[name].target or self.suspended_state

    # ----------------------------------------------------------------------
    # Gates
    # ----------------------------------------------------------------------

    def _gates_hear(self, statement):
        """R02 8 (2): the statement and defence come before any sanction."""
        # sudo: complaint.respondent - whether somebody was heard, whoever asks
        respondent = self.sudo().respondent_id
        if self.kind == "commendation":
            yield self.env._("A commendation needs no hearing.")
        elif not (respondent.heard if respondent else statement):
            yield self.env._(
                "%s was not heard: record their statement and defence on the case first.",
                self._person(),
            )

    def _gates_approve(self):
        """Two people: nobody approves what they proposed or a case they handled."""
        if self.kind != "commendation" and self.state != "heard":
            yield self.env._("%s was not heard yet.", self._person())
        if self.env.user in self._barred_users():
            yield self.env._(
                "You proposed or reworded it, or handled the case. Somebody else has to "
                "approve it."
            )
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

    def _barred_users(self):
        """Return who must not approve one measure, as ``res.users``."""
        self.ensure_one()
        # sudo: helpdesk.ticket - who handled the case, whoever asks
        item = self.sudo()
        case, decision = item.ticket_id, item.decision_id
        return (
            item.proposed_by_id
            | item.editor_ids
            | case.user_id
            | case.inquiry_ids.user_id
            | decision.create_uid
            | decision.decided_by_id
            | item.employee_id.user_id
        )

    # ----------------------------------------------------------------------
    # What a step writes
    # ----------------------------------------------------------------------

    def _prepare_hear_vals(self, _note):
        return {"heard_date": fields.Datetime.now()}

    def _prepare_approve_vals(self, _note):
        return {
            "approved_by_id": self.env.uid,
            "approved_date": fields.Datetime.now(),
        }

    def _prepare_revoke_vals(self, note):
        return {"end_reason": note}

    # ----------------------------------------------------------------------
    # What follows
    # ----------------------------------------------------------------------

    def _after_hear(self):
        """What respondents said is on the case, wherever it was typed."""
        # sudo: complaint.discipline - written by the steps only, see write()
        (self - self._heard_here()).sudo().statement = False

    def _after_enforce(self):
        """Set the dates, enter it in the file, issue the papers."""
        # sudo: complaint.discipline - written by the steps only, see write()
        for item in self.sudo():
            item.start_date = item.start_date or item.ticket_id._office_date()
            if item.duration:
                until = item.start_date + relativedelta(months=item.duration)
                item.expiry = until
        self._issue_papers()
        self._enter_record()

    def _after_suspend(self):
        # sudo: complaint.discipline - written by the steps only, see write()
        for item in self.sudo():
            item.suspended_date = item.ticket_id._office_date()
            item.suspended_state = "in_force" if item.start_date else "approved"

    def _after_resume(self):
        # sudo: complaint.discipline - written by the steps only, see write()
        for item in self.sudo():
            if item.expiry and item.suspended_state == "in_force":
                today = item.ticket_id._office_date()
                item.expiry += today - item.suspended_date
            item.write({"suspended_state": False, "suspended_date": False})

    # ----------------------------------------------------------------------
    # Scheduled action
    # ----------------------------------------------------------------------

    @api.model
    def _cron_expire(self):
        """End what is over; resumes by itself, leaves alone what somebody works on."""
        # a day too early for some offices: the gate asks for their own date
        domain = [("state", "=", "in_force"), ("expiry", "<", fields.Date.today())]
        self.env["ir.cron"]._commit_progress(remaining=self.search_count(domain))
        last = 0
        while batch := self.search(
            [*domain, ("id", ">", last)], order="id", limit=_BATCH
        ):
            last = batch[-1].id
            locked = batch.try_lock_for_update(allow_referencing=True)
            over = locked.filtered(lambda item: not list(item._missing_for("expire")))
            if over:
                over._do_step("expire", {})
            if not self.env["ir.cron"]._commit_progress(len(batch)):
                return
