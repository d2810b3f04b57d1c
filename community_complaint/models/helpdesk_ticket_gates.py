from odoo import fields, models


class HelpdeskTicket(models.Model):
    """What the regulation asks for before a step, and what a step writes."""

    _inherit = "helpdesk.ticket"

    # ----------------------------------------------------------------------
    # Gates: what is missing, as sentences
    # ----------------------------------------------------------------------

    def _gates_accept(self):
        """The register must be complete (R01, R02, R04: content of a complaint)."""
        rules = self.regulation_id
        # sudo: complaint.identity - who accepts need not know the complainant
        identity = self.sudo().identity_ids
        if self.confidentiality != "anonymous":
            if not identity.name:
                yield self.env._("The complainant's name is missing.")
            if not (identity.phone or identity.email or identity.address):
                yield self.env._(
                    "There is no way to reach the complainant: phone, e-mail or address."
                )
            if rules.identity_required and not identity.id_number:
                yield self.env._("The complainant's ID number is missing.")
        if not self.channel_id:
            yield self.env._("The channel is missing.")
        if rules.type_ids and not self.type_id:
            yield self.env._("The kind of complaint is missing.")
        if rules.respondent_kind == "staff" and not self.respondent_ids:
            yield self.env._("The staff member complained about is missing.")
        if rules.gate_written_major and self.is_major and not self.written_form:
            yield self.env._("A major matter has to be in writing.")

    def _gates_answer_on_spot(self):
        """R04, R17, R18: an answer at the first contact."""
        if not self.regulation_id.on_spot_allowed:
            yield self.env._(
                "%s knows no answers on the spot.", self.regulation_id.name
            )

    def _gates_submit_findings(self):
        """R01: an investigation collects evidence."""
        if not (self.findings or "").strip():
            yield self.env._("The findings are missing.")
        if self.regulation_id.gate_evidence and not self._has_evidence():
            yield self.env._(
                "There is no evidence yet: add a piece of evidence or an inquiry."
            )

    def _has_evidence(self):
        """Tell whether anything supports the findings of one case."""
        evidence = self.evidence_ids.filtered(lambda item: not item.mistaken)
        return bool(evidence or self.inquiry_ids)

    def _gates_decide(self):
        """R02: no sanction before the respondent's statement and defence."""
        draft = self.decision_ids.filtered(lambda item: item.state == "draft")
        if not draft:
            yield self.env._("There is no draft of a decision.")
            return
        yield from draft._missing()

    def _gates_notify(self):
        decision = self.decision_id
        if decision.state != "in_force":
            yield self.env._("There is no decision in force yet.")

    def _gates_follow_up(self):
        if not self.follow_up_result:
            yield self.env._("Say how the complainant takes the result.")

    def _gates_close(self):
        """All parties must have got the result; some texts want a follow-up."""
        for notice in self.notice_ids.filtered(
            lambda item: item.kind == "result" and item.state == "issued"
        ):
            yield self.env._("%s was not served yet.", notice.number)
        if self.regulation_id.gate_follow_up and self.phase != "follow_up":
            yield self.env._("The result was not followed up yet.")

    # ----------------------------------------------------------------------
    # What a step writes
    # ----------------------------------------------------------------------

    def _prepare_accept_vals(self):
        return {"accepted_date": fields.Datetime.now()}

    def _prepare_start_investigation_vals(self):
        members = self.team_id.user_ids
        if self.env.user in members and not any(self.mapped("user_id")):
            return {"user_id": self.env.uid}
        return {}

    def _prepare_submit_findings_vals(self):
        return {"findings_date": fields.Datetime.now()}

    def _prepare_follow_up_vals(self):
        return {"follow_up_date": fields.Date.context_today(self)}

    def _prepare_archive_vals(self):
        return {"active": False}

    def _prepare_reopen_vals(self):
        return {"active": True, "closed_date": False}

    # ----------------------------------------------------------------------
    # What follows
    # ----------------------------------------------------------------------

    def _after_accept(self):
        """R01: acceptance comes with a voucher."""
        self.filtered("regulation_id.gate_voucher")._issue_notices("voucher")

    def _after_refuse(self):
        self._issue_notices("refusal")

    def _after_decide(self):
        drafts = self.decision_ids.filtered(lambda item: item.state == "draft")
        drafts._put_in_force()

    def _after_notify(self):
        """R01: result notices to the complainant and to the respondent."""
        self._issue_notices("result")

    # ----------------------------------------------------------------------
    # Notices
    # ----------------------------------------------------------------------

    def _issue_notices(self, kind):
        """Issue the notices of a kind for every addressee, see ``complaint.notice``."""
        return self.env["complaint.notice"]._issue(
            self, kind, lambda ticket: ticket._notice_addressees(kind)
        )

    def _notice_addressees(self, kind):
        """Return ``[(addressee, respondent)]`` of one case's notices of a kind."""
        self.ensure_one()
        addressees = [("complainant", self.env["complaint.respondent"])]
        if kind == "result" and self.regulation_id.gate_notify_respondent:
            addressees += [("respondent", item) for item in self.respondent_ids]
        return addressees
