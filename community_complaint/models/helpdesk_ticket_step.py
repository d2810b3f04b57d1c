from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import html2plaintext

from ..tools.arguments import choice, mappings, moment, takes
from ..tools.arguments import text as words
from ..tools.notice_kinds import ORAL_DELIVERIES
from ..tools.steps import (
    FINISHED_PHASES,
    HANDLER,
    LEADER,
    ORAL_CHANNELS,
    PHASES,
)
from .complaint_decision import OPINION_RESULTS
from .helpdesk_ticket_life import LIFE


class HelpdeskTicket(models.Model):
    """The steps of a case. EXPOSED API: ``action_<step>`` for buttons, portal, mail.

    :data:`LIFE` is the table, ``complaint.life.mixin`` the engine. Here is what is special
    about cases: a phase is a stage of their desk, and the regulation's own lists of what
    is asked for, and of acts that must be done, come to what is missing.
    """

    _name = "helpdesk.ticket"
    _inherit = [
        "helpdesk.ticket",
        "complaint.life.mixin",
        "complaint.printable.mixin",
    ]

    _life = LIFE
    first_receiver_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        help="Whoever took the complaint first answers for it until it is handed over.",
    )
    gate_first_receiver = fields.Boolean(related="regulation_id.gate_first_receiver")

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    def action_register_draft(self):
        """Register drafts: they get their numbers, clocks and first rows in the log."""
        return self._take("register")

    def action_accept(self):
        """Accept registered complaints and issue the acceptance voucher.

        :raise UserError: telling everything that is missing
        """
        return self._take("accept")

    def action_refuse(self, reason=None):
        """Refuse complaints the office is not competent for, giving the reason."""
        return self._take("refuse", reason)

    def action_answer_on_spot(self, answer=None):
        """Close cases whose answer satisfied the complainant at once (R04, R17, R18)."""
        return self._take("answer_on_spot", answer)

    def action_transfer(self):
        """Send the drafted transfers; the cases wait for the other bodies."""
        return self._leave(self._take("transfer"))

    def action_involve(self):
        """Send the drafted joint transfers; the cases go on here as well."""
        return self._leave(self._take("involve"))

    def action_hand_over(self):
        """Hand cases over to another desk or department, which goes on with them."""
        return self._leave(self._take("hand_over"))

    def action_report_back(self):
        """Go on with cases whose other bodies all reported back."""
        return self._take("report_back")

    def action_take_back(self):
        """Take cases back that the other bodies returned."""
        return self._take("take_back")

    def assign_to_me(self):
        """OVERRIDE: a handler takes a complaint that runs and that nobody has."""
        for case in self.filtered("is_complaint"):
            case._check_may_be_taken()
        return super().assign_to_me()

    def _check_may_be_taken(self):
        """Check that the user may take one case, as its button says.

        :raise AccessError, UserError: otherwise
        """
        self.check_access("write")
        if not (self.env.su or self.env.user.has_group(HANDLER)):
            raise AccessError(
                self.env._("This step is up to: %s.", self._role_names([HANDLER]))
            )
        if self.env.user not in self.team_id.user_ids:
            raise UserError(
                self.env._("Only members of %s take its cases.", self.team_id.name)
            )
        if self.user_id:
            raise UserError(self.env._("%s has a handler already.", self.number))
        if self.phase in FINISHED_PHASES:
            raise UserError(
                self.env._(
                    "%s is finished. Ask your leader to reopen it first.", self.number
                )
            )

    def action_start_investigation(self):
        """Start investigating accepted complaints; who starts becomes the handler."""
        return self._take("start_investigation")

    def action_submit_findings(self):
        """Hand the findings to whoever decides."""
        return self._take("submit_findings")

    def action_start_mediation(self):
        """Bring both sides of cases together; the first session is planned."""
        return self._take("start_mediation")

    def action_end_mediation(self):
        """Go on to the decision with what both sides agreed to, or the ruling."""
        return self._take("end_mediation")

    def action_resume_investigation(self):
        """Go on investigating cases that could not be settled."""
        return self._take("resume_investigation")

    def action_decide(self):
        """Put the drafted decisions in force."""
        return self._take("decide")

    def action_notify(self):
        """Issue the result notices to complainants and respondents."""
        return self._take("notify")

    @takes(result=choice("helpdesk.ticket", "follow_up_result"))
    def action_follow_up(self, note=None, result=None):
        """Record how the complainant takes the result.

        :param result: key of ``follow_up_result``
        """
        return self._take("follow_up", note, result=result)

    def action_close(self):
        """Close cases whose notices were all served."""
        return self._take("close")

    def action_archive(self):
        """OVERRIDE: archiving a complaint is a step, other tickets as before."""
        complaints = self.filtered("is_complaint")
        if complaints:
            complaints._take("archive")
        rest = self - complaints
        return super(HelpdeskTicket, rest).action_archive() if rest else True

    @takes(people=mappings)
    def action_join(self, people):
        """Add people who complain together with the main complainant of one case.

        :param people: list of dicts of what ``complaint.identity`` says: ``name``, and as
            far as known ``phone``, ``email``, ``work_unit``, ``occupation``, ``address``,
            ``id_number``, ``representative``, ``sequence``
        :raise UserError: where the text takes no joint complaints, or for other values
        """
        return self._take("join", people=people)

    def action_report_to_leader(self, text=None):
        """Report cases that are beyond the desk's means to a leader (R04).

        :param text: what the leader is asked
        """
        return self._take("report_to_leader", text)

    @takes(event_date=moment, security=words, police=words)
    def action_report_threat(
        self, text=None, event_date=None, security=None, police=None
    ):
        """Report a threat or disruption, of which security and police know (R17 1.6).

        :param text: what happened
        :param event_date: when, naive UTC
        :param security: who took it at the security office
        :param police: who took it at the police, or under which number
        """
        return self._take(
            "report_threat",
            text,
            event_date=event_date,
            security=security,
            police=police,
        )

    @takes(event_date=moment)
    def action_redate(self, text=None, event_date=None):
        """Correct when a registered case came in; up to a leader, on record.

        :param text: why, and what proves it
        :param event_date: when it came in, naive UTC
        """
        return self._take("redate", text, event_date=event_date)

    def action_withdraw(self, reason=None):
        """End cases because the complainant took the complaint back."""
        return self._take("withdraw", reason)

    def action_reopen(self, reason=None):
        """Take finished cases up again; clocks that were late stay late."""
        return self._take("reopen", reason)

    def _leave(self, result):
        """Return the result of a step after which the user may not see the cases any more.

        :return: ``result``, or the action that shows the user's desk
        """
        if self._filtered_access("read") == self:
            return result
        return self.env["ir.actions.actions"]._for_xml_id(
            "community_complaint.complaint_desk_action"
        )

    # ----------------------------------------------------------------------
    # The engine, on cases
    # ----------------------------------------------------------------------

    def _step_cases(self):
        """OVERRIDE: they are the cases."""
        return self

    def _was_given(self, name):
        """OVERRIDE: what the case says already is not asked for again."""
        needs = self._step(name).needs
        return bool(needs) and all(self.mapped(needs))

    def _wrong_state(self, step):
        """OVERRIDE: in the words of a case."""
        phases = dict(self._fields["phase"]._description_selection(self.env))
        return self.env._(
            "The case is in phase “%(phase)s”; this step starts from “%(sources)s”.",
            phase=phases.get(self.phase, ""),
            sources=self.env._("” or “").join(phases[key] for key in step.sources),
        )

    def _missing_for(self, name, given=None, **more):
        """OVERRIDE: only complaints have steps; their regulation asks for more."""
        if not self.is_complaint:
            yield self.env._("Only complaints have steps.")
            return
        yield from super()._missing_for(name, given, **more)
        if self.phase in self._step(name).sources:
            yield from self._missing_requirements(name)
            for rule in self._required_acts():
                if rule.step == name and not self._act_done(rule.requires):
                    yield rule._sentence()

    def _by_target(self, name):
        """OVERRIDE: a phase is a stage of the desk, ``{id of the stage: cases}``."""
        phase = self._step(name).target
        if not phase:
            return {False: self}
        stages = self.grouped(lambda ticket: ticket.team_id._complaint_stage_id(phase))
        if False in stages:
            raise UserError(
                self.env._(
                    "The desk of %s has no stage for this phase. Ask the manager to "
                    "check the stages.",
                    stages[False][0].display_name,
                )
            )
        return stages

    def _target_vals(self, target):
        """OVERRIDE: see :meth:`_by_target`."""
        return {"stage_id": target} if target else {}

    def _step_fields(self, step):
        """OVERRIDE: see :meth:`_by_target`."""
        return super()._step_fields(step) | {"stage_id"}

    def _log_step(self, name, before, given=None):
        """OVERRIDE: a step is told in the chatter as well, with the reason."""
        if name == "register":
            return self._log_registered()
        phases = dict(self._fields["phase"]._description_selection(self.env))
        bodies = {}
        for ticket in self:
            body = self._step_label(name)
            if before[ticket] != ticket.phase:
                body += f": {phases[before[ticket]]} → {phases[ticket.phase]}"
            if given:
                body += f"\n{given}"
            bodies[ticket.id] = body
        self._message_log_batch(bodies=bodies)
        # sudo: complaint.conflict - whether anybody was asked about, whoever acts
        if self.sudo().conflict_ids:
            self._settle_asked("go_on")
        return super()._log_step(name, before, given)

    def _move_to_stage(self, stage_id):
        """Take the step that leads to a stage, as dragging a card asks for.

        :raise UserError: if no step leads there, or one that needs more than a drag
        """
        target = self.env["helpdesk.ticket.stage"].browse(stage_id).complaint_phase
        for phase, tickets in self.grouped("phase").items():
            if phase == target:
                continue
            name = self._life_table().between(phase, target)
            if not name:
                labels = dict(self._fields["phase"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "No step leads from “%(phase)s” to “%(target)s”.",
                        phase=labels.get(phase, ""),
                        target=labels.get(target) or dict(PHASES).get(target) or "–",
                    )
                )
            if tickets._take(name) is not True:
                raise UserError(
                    self.env._(
                        "This step needs a reason. Open the case and use its button."
                    )
                )

    # ----------------------------------------------------------------------
    # Gates: what is missing, as sentences
    # ----------------------------------------------------------------------

    def _gates_accept(self):
        """The register must be complete (R01, R02, R04: content of a complaint)."""
        rules = self.regulation_id
        if self.confidentiality != "anonymous" and not self._is_untold():
            yield from self._gates_known()
        if not self.channel_id:
            yield self.env._("The channel is missing.")
        if rules.type_ids and not self.type_id:
            yield self.env._("The kind of complaint is missing.")
        if rules.respondent_kind == "staff" and not self.respondent_ids:
            yield self.env._("The staff member complained about is missing.")
        if rules.respondent_kind == "staff":
            yield from self.respondent_ids._gates_staff()
        yield from self._gates_in_writing()
        yield from (*self._gates_called(), *self._gates_representatives())
        yield from self._gates_time_to_complain()

    def _gates_refuse(self, _reason=None):
        """R17 1.8: nobody but the office itself turns a complainant away."""
        if self.regulation_id.gate_first_receiver and not (
            self.env.su or self.env.user.has_group(LEADER)
        ):
            yield self.env._(
                "Whoever receives a complaint does not turn it away. Hand it over; only "
                "a leader refuses it."
            )

    def _gates_answer_on_spot(self, _answer=None):
        """R04, R17, R18: an answer at the first contact; any opinion may get one."""
        if not self.regulation_id.on_spot_allowed and self.case_kind != "opinion":
            yield self.env._(
                "%s knows no answers on the spot.", self.regulation_id.name
            )
        # R16, 信访: who suggests something is told whether it is adopted
        if self.case_kind == "opinion" and self.opinion_result in (False, "noted"):
            yield self.env._(
                "Say what came of the suggestion: adopted, adopted in part or not adopted."
            )

    def _gates_start_investigation(self):
        yield from self._gates_instruction()

    def _gates_transfer(self):
        yield from self._gates_instruction()
        yield from self._gates_sending("transfer")
        yield from self._gates_assignment()

    def _gates_involve(self):
        yield from self._gates_sending("involve")

    def _gates_hand_over(self):
        yield from self._gates_sending("hand_over")

    def _gates_take_back(self):
        yield from self._gates_report_back()

    def _gates_submit_findings(self):
        """R01: an investigation collects evidence; joint bodies report first."""
        if not (self.findings or "").strip():
            yield self.env._("The findings are missing.")
        proven = self.case_kind == "opinion" or self._has_evidence()
        if self.regulation_id.gate_evidence and not proven:
            yield self.env._(
                "There is no evidence yet: add a piece of evidence or an inquiry."
            )
        for transfer in self._waiting_transfers():
            yield self.env._("%s has not reported back yet.", transfer.target_name)

    def _has_evidence(self):
        """Return whether anything supports the findings of one case."""
        evidence = self.evidence_ids.filtered(lambda item: not item.mistaken)
        reports = self.transfer_ids.filtered(lambda item: item.state == "reported")
        return bool(evidence or self.inquiry_ids or reports)

    def _gates_start_mediation(self):
        yield from self._gates_instruction()
        if not self.regulation_id.allow_mediation:
            yield self.env._("%s knows no mediation.", self.regulation_id.name)

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

    def _gates_follow_up(self, _note=None, result=None):
        if not (result or self.follow_up_result):
            yield self.env._("Say how the complainant takes the result.")

    def _gates_close(self):
        """All parties must have got the result; some texts want a follow-up."""
        for notice in self.notice_ids.filtered(
            lambda item: item.kind in self._owed_kinds() and item.state == "issued"
        ):
            yield self.env._("%s was not served yet.", notice.number)
        yield from (*self._gates_owed(), *self._gates_satisfied())
        if self.regulation_id.gate_follow_up and self.phase != "follow_up":
            yield self.env._("The result was not followed up yet.")
        yield from self._gates_reply()

    def _owed_kinds(self):
        """Return the kinds of papers that must have reached whom they are for."""
        # sudo: complaint.sla.policy - what the text orders, whoever asks
        policies = self.sudo().regulation_id.sla_policy_ids
        told = any("accept_told" in policy._ends() for policy in policies)
        # R04 3.3: who explains an overrun tells it
        return {"result", "extension", *(("voucher",) if told else ())}

    def _gates_owed(self):
        """What is owed counts, not what is left: a void paper told nobody."""
        for kind in self._owed_kinds():
            for notice in self._void_only(kind):
                yield self.env._("%s is void: issue it again.", notice.display_name)

    def _void_only(self, kind):
        """Return one paper of a kind for each addressee who has only void ones."""
        papers = self.notice_ids.filtered(
            lambda item: item.kind == kind and not item._is_over()
        )
        groups = papers.grouped(lambda item: (item.addressee, item.respondent_id))
        return papers.browse().concat(
            *(
                same[:1]
                for same in groups.values()
                if set(same.mapped("state")) == {"void"}
            )
        )

    def _gates_archive(self):
        """EXTENSION POINT: what keeps a file on the desk."""
        yield from ()

    # ----------------------------------------------------------------------
    # What a step writes
    # ----------------------------------------------------------------------

    def _prepare_accept_vals(self, _given=None):
        """EXTENSION POINT: what acceptance writes besides the date."""
        return {}

    def _prepare_start_investigation_vals(self, _given=None):
        members = self.team_id.user_ids
        if self.env.user in members and not any(self.mapped("user_id")):
            return {"user_id": self.env.uid}
        return {}

    def _prepare_submit_findings_vals(self, _given=None):
        """EXTENSION POINT: what the findings write besides the date."""
        return {}

    def _prepare_follow_up_vals(self, _note=None, result=None):
        return {"follow_up_result": result} if result else {}

    # ----------------------------------------------------------------------
    # What follows
    # ----------------------------------------------------------------------

    def _after_accept(self):
        """R01: acceptance comes with a voucher, and whoever accepts receives the mail."""
        self.filtered("regulation_id.gate_voucher")._issue_notices("voucher")
        if self._is_receiver():
            nobodys = self.filtered(lambda ticket: not ticket.first_receiver_id)
            nobodys._write_step({"first_receiver_id": self.env.uid})

    def _after_refuse(self):
        self._issue_notices("refusal")

    def _after_answer_on_spot(self):
        """R04 3.5: who wrote gets even an immediate answer in writing."""
        self.filtered(
            lambda ticket: (
                ticket.regulation_id.reply_mirrors_channel
                and ticket._complained_in_writing()
            )
        )._issue_notices("answer")
        # the others were told in person
        told = self.filtered(
            lambda ticket: "answer" not in ticket.notice_ids.mapped("kind")
        )
        told._emit_event("answered")
        self._report_on_spot()

    def _after_decide(self):
        drafts = self.decision_ids.filtered(lambda item: item.state == "draft")
        drafts._put_in_force()
        for decision in drafts.filtered(
            lambda item: item.conclusion in OPINION_RESULTS
        ):
            decision.ticket_id._write_step(
                {"opinion_result": OPINION_RESULTS[decision.conclusion]}
            )

    def _after_notify(self):
        """R01: result notices to the complainant and to the respondent."""
        self._issue_notices("result")

    # ----------------------------------------------------------------------
    # Notices
    # ----------------------------------------------------------------------

    def _issue_notices(self, kind):
        """Issue the notices of a kind for every addressee, see ``complaint.notice``.

        :raise UserError: for open cases, whose papers bear the name, if it is unreadable
        """
        opened = self.filtered(lambda case: case.confidentiality == "open")
        # sudo: complaint.identity - only whether the server can read it
        opened.sudo().identity_ids._check_readable()
        return self.env["complaint.notice"]._issue(
            self, kind, lambda ticket: ticket._notice_addressees(kind)
        )

    def _notice_addressees(self, kind):
        """Return ``[(addressee, respondent)]`` of one case's notices of a kind."""
        self.ensure_one()
        nobody = self.env["complaint.respondent"]
        addressees = [] if self._is_untold() else [("complainant", nobody)]
        if kind == "result" and self.regulation_id.gate_notify_respondent:
            addressees += [("respondent", item) for item in self.respondent_ids]
        return addressees

    # ----------------------------------------------------------------------
    # Helpers
    # ----------------------------------------------------------------------

    def _description_text(self):
        """Return what happened, in the complainant's words, as plain text."""
        self.ensure_one()
        return html2plaintext(self.description or "").strip()

    # ----------------------------------------------------------------------
    # The answer comes the way the complaint came
    # ----------------------------------------------------------------------

    def _complained_in_writing(self):
        """Tell whether one complaint came in writing, or was confirmed so."""
        self.ensure_one()
        kind = self.channel_id.complaint_kind
        return self.written_form or bool(kind and kind not in ORAL_CHANNELS)

    def _gates_reply(self):
        """R04 3.5: what was recorded as told before the step asked."""
        told = self.notice_ids.filtered(
            lambda item: item.state == "served" and item.delivery in ORAL_DELIVERIES
        )
        for notice in told:
            yield from notice._gates_told(notice.served_note)

    # ----------------------------------------------------------------------
    # First receiver
    # ----------------------------------------------------------------------

    def _is_receiver(self):
        """Tell whether a member of staff, not the gateway or a resident, registers."""
        return not self.env.su and self.env.user._is_internal()
