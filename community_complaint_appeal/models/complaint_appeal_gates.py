from odoo import fields, models


class ComplaintAppeal(models.Model):
    """What a step of an appeal needs, what it writes and what follows."""

    _inherit = "complaint.appeal"

    # ----------------------------------------------------------------------
    # Gates: what is missing, as sentences
    # ----------------------------------------------------------------------

    def _gates_file(self):
        window = self._window()
        if window.state not in ("open", "late"):
            yield window.reason
            return
        if not (self.grounds or "").strip() and not self.attachment_ids:
            yield self.env._("Say why the appellant does not agree, or add the letter.")
        if self.filed_date < window.notice.issued_date.replace(microsecond=0):
            yield self.env._(
                "The appeal cannot have arrived before the notice it contests: %s.",
                window.notice.number,
            )

    def _gate_late(self):
        """Yield that nobody decided yet what becomes of a late appeal."""
        if self.is_late and not self.admitted_by_id:
            yield self.env._(
                "The appeal came after its window. Dismiss it as time-barred or admit it "
                "first."
            )

    def _gates_admit_late(self, _reason):
        if not self.is_late:
            yield self.env._("The appeal is in time.")
        if self.admitted_by_id:
            yield self.env._("The appeal was admitted already.")

    def _gates_dismiss_late(self, _reason):
        if not self.is_late:
            yield self.env._("The appeal is in time.")
        if self.admitted_by_id:
            yield self.env._("The appeal was admitted already.")

    def _gates_assign(self, reviewer_id):
        yield from self._gate_late()
        if self.authority == "superior":
            yield self._not_ours()
        reviewer = self.env["res.users"].browse(reviewer_id)
        yield from self._review_obstacles(reviewer)
        yield from self._absence(reviewer)

    def _gates_reassign(self, reviewer_id):
        yield from self._gates_assign(reviewer_id)

    def _gates_forward(self):
        yield from self._gate_late()
        if self.authority != "superior":
            yield self.env._("This office decides the appeal: assign a reviewer.")

    def _gates_decide(self):
        if self.authority == "superior":
            yield self._not_ours()
            return
        yield from self._gate_reviewer()
        yield from self._gate_outcome()

    def _gates_record(self):
        """The superior's decision goes on file with its number, date and paper."""
        if self.authority != "superior":
            yield self.env._("This office decides the appeal: its reviewer does.")
            return
        if not (self.superior_number or "").strip():
            yield self.env._("The number of the superior's decision is missing.")
        if not self.superior_date:
            yield self.env._("The date of the superior's decision is missing.")
        elif not self._came_between(self.superior_date):
            yield self.env._(
                "The superior's decision lies before the appeal or in the future."
            )
        if not self.superior_file_ids:
            yield self.env._("The paper with the superior's decision is missing.")
        yield from self._gate_outcome()

    def _gates_dismiss(self, _reason):
        yield from self._gate_late()
        if self.authority == "superior":
            if self.state != "under_review":
                yield self._not_ours()
        elif self.reviewer_id:
            yield from self._gate_reviewer()
        else:
            yield from self._review_obstacles(self.env.user)

    def _gate_outcome(self):
        """Yield what a decision on the appeal lacks, whoever makes it."""
        if not self.outcome:
            yield self.env._("Say what becomes of the decision.")
        if not (self.reasons or "").strip():
            yield self.env._("The reasons of the decision on the appeal are missing.")
        if self.outcome == "changed":
            if not self.new_decision_id:
                yield self.env._("There is no draft of the new decision.")
            else:
                yield from self.new_decision_id._missing()
        if self.gate_both_evidence:
            yield from self._gate_evidence()

    def _gate_evidence(self):
        """R11 4: both sides submit evidence before the ruling."""
        handed_in = set(self.evidence_ids.mapped("side"))
        if "complainant" not in handed_in and not self.no_evidence_complainant:
            yield self.env._("The complainant has not submitted evidence yet.")
        if "respondent" not in handed_in and not self.no_evidence_respondent:
            yield self.env._("The respondents have not submitted evidence yet.")

    def _not_ours(self):
        return self.env._("%s decides the appeal, not this office.", self.body_name)

    def _came_between(self, day):
        """Tell whether a day lies between the appeal and today."""
        case = self.ticket_id
        return case._office_date(self.filed_date) <= day <= case._office_date()

    # ----------------------------------------------------------------------
    # What a step writes
    # ----------------------------------------------------------------------

    def _prepare_file_vals(self):
        return {**self._window_vals(), "number": self._take_number()}

    def _take_number(self):
        """Return the next number, without gaps per company, prefix and year."""
        prefix = self.ticket_id.regulation_id.appeal_prefix
        year = self.ticket_id._office_date(self.filed_date).year
        [number] = self.env["complaint.counter"]._next(
            self.company_id, f"appeal/{prefix}", year
        )
        return f"{prefix}{year}-{number:05d}"

    def _prepare_admit_late_vals(self):
        return {"admitted_by_id": self.env.uid}

    def _prepare_assign_vals(self):
        return {"assigned_date": fields.Datetime.now()}

    def _prepare_reassign_vals(self):
        return self._prepare_assign_vals()

    def _prepare_forward_vals(self):
        return self._prepare_assign_vals()

    def _prepare_decide_vals(self):
        return {
            "decided_by_id": self.env.uid,
            "decided_date": fields.Datetime.now(),
        }

    def _prepare_record_vals(self):
        return self._prepare_decide_vals()

    def _prepare_dismiss_late_vals(self):
        return {**self._prepare_decide_vals(), "dismissal": "time_barred"}

    def _prepare_dismiss_vals(self):
        return {**self._prepare_decide_vals(), "dismissal": "inadmissible"}

    # ----------------------------------------------------------------------
    # What follows
    # ----------------------------------------------------------------------

    def _after_file(self):
        self._after_appeal_filed()

    def _after_assign(self):
        """UK code, stage 2: the appellant is told that the appeal is being dealt with."""
        known = self.notice_ids.filtered(lambda item: item.kind == "appeal_receipt")
        if self.level_id.acknowledged and not known:
            self._issue_notices("appeal_receipt", [(self.appellant, self._party())])

    def _after_forward(self):
        self._after_assign()

    def _after_decide(self):
        """Put the outcome in force, then tell the parties."""
        if self.outcome == "changed":
            self.new_decision_id._put_in_force()
        else:
            self._drop_draft()
        if self.outcome == "remanded":
            # sudo: helpdesk.ticket - the decision sends the case back, whatever the role
            self.ticket_id.sudo()._take("remand")
        self._issue_notices(self.level_id.paper, self._result_addressees())
        self._after_appeal_decided()

    def _after_record(self):
        self._after_decide()

    def _after_dismiss(self):
        self._drop_draft()
        self._issue_notices("appeal_dismissed", [(self.appellant, self._party())])
        self._after_appeal_decided()

    def _after_dismiss_late(self):
        self._after_dismiss()

    def _after_withdraw(self):
        self._drop_draft()
        clocks = self.ticket_id._appeal_clocks()
        clocks._cancel(dict.fromkeys(clocks, fields.Datetime.now()))
        self._after_appeal_decided()

    def _drop_draft(self):
        """Delete the draft of a new decision that is not wanted any more."""
        draft = self.new_decision_id
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

    # ----------------------------------------------------------------------
    # Extension points
    # ----------------------------------------------------------------------

    def _after_appeal_filed(self):
        """Hook: one appeal was filed; other addons suspend what it contests."""

    def _after_appeal_decided(self):
        """Hook: one appeal is over, see its ``state`` and ``outcome``.

        It was decided, dismissed or withdrawn; the notices are issued.
        """
