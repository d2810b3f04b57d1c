from odoo import models
from odoo.tools import format_date


class ComplaintAppealGates(models.AbstractModel):
    """What the steps of an appeal need: each gate yields what is missing, as sentences."""

    _name = "complaint.appeal.gates"
    _description = "Conditions of the Steps of an Appeal"

    def _gates_file(self):
        window = self._window()
        if window.state not in ("open", "late"):
            yield window.reason
            return
        if not (self.grounds or "").strip() and not self.attachment_ids:
            yield self.env._("Say why the appellant does not agree, or add the letter.")
        if window.silent:
            yield from self._gate_silence(window)
        elif self.filed_date < window.notice.issued_date.replace(microsecond=0):
            yield self.env._(
                "The appeal cannot have arrived before the notice it contests: %s.",
                window.notice.number,
            )

    def _gate_silence(self, window):
        """Yield that the office still had time when an appeal against silence arrived."""
        if self.ticket_id._office_date(self.filed_date) <= window.start:
            yield self.env._(
                "The appeal cannot have arrived before the time for the answer was over: "
                "%s.",
                format_date(self.env, window.start),
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

    def _gates_assign(self, reviewer):
        yield from self._gate_late()
        if self.authority == "superior":
            yield self._not_ours()
        yield from self._review_obstacles(reviewer)
        yield from self._absence(reviewer)

    def _gates_reassign(self, reviewer):
        yield from self._gates_assign(reviewer)

    def _gates_forward(self):
        yield from self._gate_late()
        if self.authority != "superior":
            yield self.env._("This office decides the appeal: assign a reviewer.")
        if self.answer_date and self.answer_date < self.ticket_id._office_date():
            yield self.env._("The day by which an answer is asked for is over.")

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
        yield from self._gate_letter()
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
            yield from self._gate_letter()
        elif self.reviewer_id:
            yield from self._gate_reviewer()
        else:
            yield from self._review_obstacles(self.env.user)

    def _gate_letter(self):
        """Yield that the superior body cannot have decided on what it never got.

        Appeals that were forwarded before there were letters have none.
        """
        letters = self._letters()
        if letters and not letters._has_left():
            yield self.env._(
                "The letter to %(body)s has not left the office: %(letters)s. An e-mail "
                "leaves by itself; otherwise hand it over or post it, and record how.",
                body=self._superior_name(),
                letters=", ".join(letters.mapped("number")),
            )

    def _gate_outcome(self):
        """Yield what a decision on the appeal lacks, whoever makes it."""
        if not self.outcome:
            yield self.env._("Say what becomes of the decision.")
        if not (self.reasons or "").strip():
            yield self.env._("The reasons of the decision on the appeal are missing.")
        if self._nothing_decided() and self.outcome in ("upheld", "changed"):
            yield self.env._(
                "There was no decision that could be upheld or changed: the outcome of an "
                "appeal against silence is that the matter is sent back for an answer."
            )
            return
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
        """Return whether a day lies between the appeal and today."""
        case = self.ticket_id
        return case._office_date(self.filed_date) <= day <= case._office_date()
