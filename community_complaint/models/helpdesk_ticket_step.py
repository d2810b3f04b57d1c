from odoo import api, models
from odoo.exceptions import UserError

from ..tools.steps import PHASES, STEPS, step_between

#: Marks writes of the steps themselves; nobody can send this object from outside.
_STEP = object()


class HelpdeskTicket(models.Model):
    """The steps of a case. EXPOSED API: ``action_<step>`` for buttons, portal, mail.

    Every step is batched and runs in this order: lock, role, phase, gates (all that is
    missing in one message), the write, the log, the event for the clocks, the papers.

    EXTENSION POINTS: ``_gates_<step>`` yields what is missing for one case;
    ``_prepare_<step>_vals`` returns more values to write; ``_after_<step>`` does the rest.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket", "complaint.step.mixin"]

    _lock_fields = ("stage_id", "phase")

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    def action_accept(self):
        """Accept registered complaints and issue the acceptance voucher.

        :raise UserError: telling everything that is missing
        """
        return self._run_step("accept")

    def action_refuse(self, reason=None):
        """Refuse complaints the office is not competent for, giving the reason."""
        return self._run_step("refuse", reason)

    def action_answer_on_spot(self, answer=None):
        """Close cases whose answer satisfied the complainant at once (R04, R17, R18)."""
        return self._run_step("answer_on_spot", answer)

    def action_start_investigation(self):
        """Start investigating accepted complaints; who starts becomes the handler."""
        return self._run_step("start_investigation")

    def action_submit_findings(self):
        """Hand the findings to whoever decides."""
        return self._run_step("submit_findings")

    def action_decide(self):
        """Put the drafted decisions in force."""
        return self._run_step("decide")

    def action_notify(self):
        """Issue the result notices to complainants and respondents."""
        return self._run_step("notify")

    def action_follow_up(self, note=None, result=None):
        """Record how the complainant takes the result.

        :param result: key of ``follow_up_result``
        """
        if result:
            self.write({"follow_up_result": result})
        return self._run_step("follow_up", note)

    def action_close(self):
        """Close cases whose notices were all served."""
        return self._run_step("close")

    def action_archive(self):
        """OVERRIDE: archiving a complaint is a step, other tickets as before."""
        complaints = self.filtered("is_complaint")
        if complaints:
            complaints._run_step("archive")
        rest = self - complaints
        return super(HelpdeskTicket, rest).action_archive() if rest else True

    def action_withdraw(self, reason=None):
        """End cases because the complainant took the complaint back."""
        return self._run_step("withdraw", reason)

    def action_reopen(self, reason=None):
        """Take finished cases up again; clocks that were late stay late."""
        return self._run_step("reopen", reason)

    # ----------------------------------------------------------------------
    # The way of every step
    # ----------------------------------------------------------------------

    @api.model
    def _get_step(self, name):
        """Return the :class:`Step` of a name. EXTENSION POINT: other addons add theirs."""
        return STEPS[name]

    def _was_given(self, step):
        """OVERRIDE: what the case says already is not asked for again."""
        return all(self.mapped(step.needs))

    def _step_wizard(self, name):
        """Return the action that asks for the text a step needs."""
        labels = dict(
            self.env["complaint.step.wizard"]
            ._fields["step"]
            ._description_selection(self.env)
        )
        return {
            "type": "ir.actions.act_window",
            "name": labels[name],
            "res_model": "complaint.step.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_ticket_ids": [(6, 0, self.ids)],
                "default_step": name,
            },
        }

    def _check_step(self, name, given=None):
        """OVERRIDE: only complaints have steps."""
        if any(not ticket.is_complaint for ticket in self):
            raise UserError(self.env._("Only complaints have steps."))
        return super()._check_step(name, given)

    def _missing_for(self, name, given=None):
        """Yield what one case lacks for a step, as sentences."""
        self.ensure_one()
        step = self._get_step(name)
        if self.phase not in step.sources:
            phases = dict(self._fields["phase"]._description_selection(self.env))
            yield self.env._(
                "The case is in phase “%(phase)s”; this step starts from “%(sources)s”.",
                phase=phases.get(self.phase, ""),
                sources=self.env._("” or “").join(phases[key] for key in step.sources),
            )
            return
        yield from getattr(self, f"_gates_{name}", list)()

    def _do_step(self, name, vals):
        """Write, log, tell the clocks, and do what follows."""
        step = self._get_step(name)
        sources = {ticket: ticket.phase for ticket in self}
        prepare = getattr(self, f"_prepare_{name}_vals", dict)
        vals = {**vals, **prepare()}
        for stage_id, tickets in self._by_target_stage(step.target).items():
            stage = {"stage_id": stage_id} if stage_id else {}
            if stage or vals:
                tickets._write_step({**vals, **stage})
        self._log_step(name, sources, vals.get(step.needs))
        if step.event:
            self._emit_event(step.event)
        getattr(self, f"_after_{name}", bool)()

    def _by_target_stage(self, phase):
        """Return the cases by the id of their desk's stage of a phase."""
        if not phase:
            return {False: self}
        stages = self.grouped(lambda ticket: ticket.team_id._complaint_stage_id(phase))
        if False in stages:
            raise UserError(
                self.env._(
                    "The desk of %s has no stage for this phase. Ask the manager to "
                    "check the stages.",
                    stages[False][0].number,
                )
            )
        return stages

    def _write_step(self, vals):
        """Write what a step changes."""
        quiet = self.with_context(complaint_step=_STEP, mail_notrack=True)
        return quiet.write(vals)

    def _is_step_write(self):
        """Tell whether a step itself is writing."""
        return self.env.context.get("complaint_step") is _STEP

    def _log_step(self, name, sources, text=None):
        """Log a step on every case: from which phase to which, and the reason."""
        phases = dict(self._fields["phase"]._description_selection(self.env))
        labels = dict(
            self.env["complaint.step.wizard"]
            ._fields["step"]
            ._description_selection(self.env)
        )
        bodies = {}
        for ticket in self:
            body = labels[name]
            if sources[ticket] != ticket.phase:
                body += f": {phases[sources[ticket]]} → {phases[ticket.phase]}"
            if text:
                body += f"\n{text}"
            bodies[ticket.id] = body
        self._message_log_batch(bodies=bodies)

    def _move_to_stage(self, stage_id):
        """Take the step that leads to a stage, as dragging a card asks for.

        :raise UserError: if no step leads there, or one that needs more than a drag
        """
        target = self.env["helpdesk.ticket.stage"].browse(stage_id).complaint_phase
        phases = dict(PHASES)
        for phase, tickets in self.grouped("phase").items():
            if phase == target:
                continue
            name = step_between(phase, target)
            labels = dict(self._fields["phase"]._description_selection(self.env))
            if not name:
                raise UserError(
                    self.env._(
                        "No step leads from “%(phase)s” to “%(target)s”.",
                        phase=labels.get(phase, ""),
                        target=labels.get(target) or phases.get(target) or "–",
                    )
                )
            if tickets._run_step(name) is not True:
                raise UserError(
                    self.env._(
                        "This step needs a reason. Open the case and use its button."
                    )
                )
