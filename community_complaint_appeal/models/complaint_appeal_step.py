from odoo import models

from ..tools.appeal_steps import APPEAL_STEPS

#: Marks writes of the steps themselves; nobody can send this object from outside.
_STEP = object()


class ComplaintAppeal(models.Model):
    """The steps of an appeal. EXPOSED API: ``action_<step>`` for buttons and portal.

    Every step runs in this order: lock, role, state, gates (all that is missing in one
    message), the write, the log on the case, the event for the clocks, the papers.

    EXTENSION POINTS: ``_gates_<step>`` yields what is missing for one appeal;
    ``_prepare_<step>_vals`` returns more values to write; ``_after_<step>`` does the
    rest; ``_after_appeal_filed`` and ``_after_appeal_decided`` are for other addons.
    """

    _name = "complaint.appeal"
    _inherit = ["complaint.appeal", "complaint.step.mixin"]

    _lock_fields = ("state", "reviewer_id")

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    def action_file(self):
        """File drafts: they get their numbers and the time limits begin.

        An appeal after its window is filed as well, so that nothing is lost; the leader
        then dismisses it as time-barred or admits it.

        :raise UserError: telling everything that is missing
        """
        return self._run_step("file")

    def action_admit_late(self, reason=None):
        """Admit appeals that came after their window, giving the reason."""
        return self._run_step("admit_late", reason)

    def action_assign(self, reviewer=None):
        """Assign a reviewer who had no part in the result.

        :param reviewer: ``res.users`` record or id; without one a dialog is returned
        """
        if isinstance(reviewer, models.BaseModel):
            reviewer = reviewer.id
        return self._run_step("assign", reviewer)

    def action_reassign(self, reviewer=None):
        """Assign another reviewer, see :meth:`action_assign`."""
        if isinstance(reviewer, models.BaseModel):
            reviewer = reviewer.id
        return self._run_step("reassign", reviewer)

    def action_forward(self):
        """Note that the file went to the superior body that decides."""
        return self._run_step("forward")

    def action_decide(self):
        """Put the reviewer's decision in force and issue the notices."""
        return self._run_step("decide")

    def action_record(self):
        """Put the superior body's decision in force and issue the notices."""
        return self._run_step("record")

    def action_dismiss_late(self, reason=None):
        """Dismiss appeals as time-barred; the appellant gets a paper."""
        return self._run_step("dismiss_late", reason)

    def action_dismiss(self, reason=None):
        """Dismiss appeals as inadmissible; the appellant gets a paper."""
        return self._run_step("dismiss", reason)

    def action_withdraw(self, reason=None):
        """Record that the appellant took the appeal back."""
        return self._run_step("withdraw", reason)

    # ----------------------------------------------------------------------
    # The way of every step
    # ----------------------------------------------------------------------

    def _get_step(self, name):
        return APPEAL_STEPS[name]

    def _step_wizard(self, name):
        """Return the action that asks for what a step needs."""
        return {
            "type": "ir.actions.act_window",
            "name": self._step_labels()[name],
            "res_model": "complaint.appeal.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_appeal_ids": [(6, 0, self.ids)],
                "default_step": name,
            },
        }

    def _step_labels(self):
        """Return ``{step: label}``."""
        return {
            "file": self.env._("Appeal filed"),
            "admit_late": self.env._("Admit late"),
            "assign": self.env._("Assign a reviewer"),
            "reassign": self.env._("Assign another reviewer"),
            "forward": self.env._("Sent to the superior body"),
            "decide": self.env._("Appeal decided"),
            "record": self.env._("Decision of the superior body recorded"),
            "dismiss_late": self.env._("Dismiss as time-barred"),
            "dismiss": self.env._("Dismiss as inadmissible"),
            "withdraw": self.env._("Appeal withdrawn"),
        }

    def _lock_step(self):
        """OVERRIDE: the cases are locked first, as their own steps do."""
        # sudo: helpdesk.ticket - the lock is on the row, whoever takes the step
        self.ticket_id.sudo()._lock_step()
        return super()._lock_step()

    def _step_people(self):
        """OVERRIDE: a substitute has the roles of who is away, see the case."""
        return super()._step_people() | self.ticket_id._represented()

    def _missing_for(self, name, given=None):
        """Yield what one appeal lacks for a step, as sentences.

        :param given: see :meth:`_run_step`
        """
        self.ensure_one()
        step = self._get_step(name)
        if self.state not in step.sources:
            states = dict(self._fields["state"]._description_selection(self.env))
            yield self.env._(
                "The appeal is in state “%(state)s”; this step starts from “%(sources)s”.",
                state=states[self.state],
                sources=self.env._("” or “").join(states[key] for key in step.sources),
            )
            return
        gates = getattr(self, f"_gates_{name}", None)
        if gates:
            yield from gates(given) if step.needs else gates()

    def _do_step(self, name, vals):
        """Write, log, tell the clocks, and do what follows, appeal by appeal."""
        step = self._get_step(name)
        for appeal in self:
            prepare = getattr(appeal, f"_prepare_{name}_vals", dict)
            appeal._write_step({**vals, **prepare(), "state": step.target})
            appeal._log_step(name, vals.get(step.needs))
            if step.event:
                appeal._emit_event(step.event)
            getattr(appeal, f"_after_{name}", bool)()

    def _write_step(self, vals):
        """Write what a step changes."""
        result = self.with_context(complaint_appeal_step=_STEP).write(vals)
        # the unique index on open appeals must speak here, not at the end
        self.flush_recordset(["state"])
        return result

    def _is_step_write(self):
        """Tell whether a step itself is writing."""
        return self.env.context.get("complaint_appeal_step") is _STEP

    def _emit_event(self, event):
        """Tell the clocks of the case what happened to this appeal."""
        case, moment = self.ticket_id, None
        if event == "appeal_filed":
            case._stop_stale_appeal_clocks()
            moment = self.filed_date
        case._emit_event(event, moment)
        clocks = case._appeal_clocks().filtered(lambda item: not item.appeal_id)
        clocks._write_sealed("appeal", {"appeal_id": self.id})

    def _log_step(self, name, given=None):
        """Log a step on the case."""
        label = f"{self.display_name}: {self._step_labels()[name]}"
        if isinstance(given, int):
            given = self.reviewer_id.name
        self.ticket_id._message_log(body="\n".join(filter(None, (label, given))))
