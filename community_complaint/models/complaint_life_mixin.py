from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError

from ..tools.arguments import day, one, text, understood
from ..tools.life import ANYBODY, Life, unsealed

__all__ = ["ANYBODY", "Life"]


class ComplaintLifeMixin(models.AbstractModel):
    """A record that moves by declared steps, see :class:`~..tools.life.Life`.

    ``action_<step>`` of the model is one line, ``return self._take("<step>", …)``. The
    engine does the rest, in this order: what the step asks for, the lock, rights and role,
    everything that is missing in one message, the write, the log, the event for the
    clocks, and what follows.

    EXTENSION POINTS, all optional, all of recordsets:

    ``_gates_<step>(given, **more)``
        yields what one record lacks, as sentences; without ``given`` if the step asks
        for nothing
    ``_prepare_<step>_vals(given, **more)``
        returns more values to write
    ``_target_<step>()``
        returns ``{state: records}``, for steps whose ``target`` is ``None``
    ``_after_<step>(**more)``
        does what follows; the fields of the step are still open; ``given`` is among
        ``more`` if the step asks for a text that goes elsewhere
    """

    _name = "complaint.life.mixin"
    _description = "Life Cycle by Steps"
    _inherit = ["complaint.seal.mixin"]

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    @api.model
    def _step(self, name):
        """Return the :class:`~..tools.life.Step` of a name."""
        return self._life_table().steps[name]

    @api.model
    def _step_label(self, name):
        """Return what a step is called, in the user's language."""
        return self.env._(self._step(name).label)

    @api.model
    def _step_selection(self):
        """Return ``[(step, label)]`` of all steps, for selection fields."""
        return [(name, self._step_label(name)) for name in self._life_table().steps]

    def _take(self, name, given=None, **more):
        """Take a step.

        :param given: what ``Step.asks`` asks for; without it a dialog is returned
        :param more: what else the dialog asked for, passed on to the hooks
        :return: ``True``, or the action of the dialog
        :raise AccessError: for who has none of the roles
        :raise UserError: with everything that is missing, record by record
        """
        asks = self._step(name).asks
        given = self._as_asked(asks, given) if asks else given
        if asks and not given and not self._was_given(name):
            return self._ask(name)
        self._lock_step()
        self._check_step(name, given, **more)
        self._do_step(name, given, **more)
        return True

    @api.model
    def _as_asked(self, ask, given):
        """Return what was given to a step as its field takes it.

        :param ask: :class:`~..tools.life.Ask`
        :param given: text; date, or one as text; person, or the id of one
        :return: text without blanks around it, date, record; ``None`` or no record for
            nothing
        :raise UserError: for anything else
        """
        field = self._fields.get(ask.field)
        if field and field.type == "date":
            return understood(self, day, given)
        if field and field.type == "many2one":
            return understood(self, one(field.comodel_name), given)
        return understood(self, text, given)

    def _was_given(self, name):
        """Return whether what a step asks for is there already. Hook; asked by default."""
        return False

    # ----------------------------------------------------------------------
    # Lock, rights, everything that is missing
    # ----------------------------------------------------------------------

    def _lock_step(self):
        """Let nobody else take a step of these records at the same time (THREATS 39).

        Who waited for the lock of a step that was committed meanwhile is refused by
        PostgreSQL, and Odoo begins anew: nothing has to be read again.

        :raise UserError: if somebody else is at it
        """
        try:
            # sudo: the lock is on the row; whether the step is allowed is checked under it
            self.sudo().lock_for_update(allow_referencing=True)
        except LockError as error:
            self._check_access_first("read")
            raise UserError(
                self.env._(
                    "Somebody else is working on this right now. Try again in a moment."
                )
            ) from error

    def _check_step(self, name, given=None, **more):
        """Check rights, role, and what the step needs.

        :raise AccessError, UserError: with everything that is missing
        """
        self.check_access(self._step(name).access)
        # sudo: helpdesk.ticket - the guard holds whoever acts, also by code
        self.sudo()._step_cases().with_env(self.env)._check_acting_person()
        self._check_step_role(name)
        problems = []
        for record in self:
            missing = list(record._missing_for(name, given, **more))
            if missing:
                lines = "\n".join(f"• {line}" for line in missing)
                problems.append(f"{record.display_name}\n{lines}")
        if problems:
            raise UserError(
                self.env._("This step is not possible yet:")
                + "\n\n"
                + "\n\n".join(problems)
            )

    def _step_cases(self):
        """Return the cases that records are or belong to."""
        return (
            self.ticket_id
            if "ticket_id" in self._fields
            else self.env["helpdesk.ticket"]
        )

    def _check_step_role(self, name):
        """Check that one of the people who act has a role of the step.

        :raise AccessError: naming the roles
        """
        groups = self._step(name).by
        if self.env.su or groups == ANYBODY:
            return
        if groups and (
            self._has_one_role(groups)
            or any(
                user.has_group(group)
                for user in self._step_people()
                for group in groups
            )
        ):
            return
        if not groups:
            raise AccessError(self.env._("This step cannot be taken by hand."))
        raise AccessError(
            self.env._("This step is up to: %s.", self._role_names(groups))
        )

    def _step_people(self):
        """Return whose roles count besides the user's: of whom the user stands in for."""
        # sudo: helpdesk.ticket - who stands in for whom is no matter of rights
        return self.sudo()._step_cases().with_env(self.env)._represented()

    def _missing_for(self, name, given=None, **more):
        """Yield what one record lacks for a step, as sentences."""
        self.ensure_one()
        step = self._step(name)
        if self[self._life_table().state] not in step.sources:
            yield self._wrong_state(step)
            return
        yield from self._barred(step)
        for field in step.fills:
            value = self[field]
            if not (value.strip() if isinstance(value, str) else value):
                label = self._fields[field]._description_string(self.env)
                yield self.env._("“%s” is missing.", label)
        gates = getattr(self, f"_gates_{name}", None)
        if gates:
            yield from gates(given, **more) if step.asks else gates(**more)

    def _wrong_state(self, step):
        """Return that one record is in another state than a step starts from."""
        field = self._fields[self._life_table().state]
        states = dict(field._description_selection(self.env))
        sources = self.env._("” or “").join(states[key] for key in step.sources)
        return self.env._(
            "It is in state “%(state)s”; this step starts from “%(sources)s”.",
            state=states.get(self[field.name], ""),
            sources=sources,
        )

    def _barred(self, step):
        """Yield that the user must not take a step, being one of who did the rest.

        Also for code with all rights: they do not make anybody independent.
        """
        # sudo: who had a part in it, whoever asks
        record = self.sudo()
        users = self.env["res.users"].union(
            *(record.mapped(path) for path in step.not_by)
        )
        if self.env.user in users:
            yield self.env._("You had a part in this. Somebody else has to do it.")

    # ----------------------------------------------------------------------
    # The write and what follows
    # ----------------------------------------------------------------------

    def _do_step(self, name, given=None, **more):
        """Write, log, tell the clocks, and do what follows; nothing is checked."""
        step, state = self._step(name), self._life_table().state
        before = {record: record[state] for record in self}
        with unsealed(self._unsealed(self._step_fields(step))):
            vals = self._step_vals(name, given, **more)
            for target, records in self._by_target(name).items():
                vals_of_state = records._target_vals(target)
                if vals or vals_of_state:
                    records._write_step({**vals, **vals_of_state})
            self._log_step(name, before, given)
            if step.event:
                self._tell_clocks(step.event)
            after = getattr(self, f"_after_{name}", None)
            if after:
                if step.asks and not step.needs:
                    more["given"] = given
                after(**more)

    def _step_fields(self, step):
        """Return the names of the fields that a step opens. Hook: where states live."""
        state = self._life_table().state
        return {
            state,
            *step.stamps,
            *step.writes,
            *((step.needs,) if step.needs else ()),
        }

    def _step_vals(self, name, given, **more):
        """Return what a step writes besides the state."""
        step = self._step(name)
        made = {"user": self.env.uid, "now": fields.Datetime.now()}
        vals = {
            field: self._step_day()
            if value == "today"
            else made.get(value, value)
            if isinstance(value, str)
            else value
            for field, value in step.stamps.items()
        }
        if step.needs and given:
            vals[step.needs] = (
                given.id if isinstance(given, models.BaseModel) else given
            )
        prepare = getattr(self, f"_prepare_{name}_vals", None)
        if prepare:
            vals.update(prepare(given, **more))
        return vals

    def _step_day(self):
        """Return the office's own day. Hook for what has no case."""
        return self._step_cases()[:1]._office_date()

    def _by_target(self, name):
        """Return the records by the state they get, ``{state or None: records}``."""
        step = self._step(name)
        tell = getattr(self, f"_target_{name}", None)
        if step.target is None and tell:
            return tell()
        return {step.target: self}

    def _target_vals(self, target):
        """Return the values that mean a state. Hook: where states live."""
        return {self._life_table().state: target} if target else {}

    def _write_step(self, vals):
        """Write what a step opened."""
        # sudo: the step was checked; nobody else writes sealed fields
        quiet = self.sudo().with_context(mail_notrack=True)
        return quiet.write(vals)

    def _log_step(self, name, before, given=None):
        """Put a step on record: from which state to which.

        :param before: ``{record: state}``
        """
        state = self._life_table().state
        self.env["complaint.log"]._record(
            "step",
            self,
            lambda record: {
                "step": name,
                "from": before[record],
                "to": record[state],
            },
        )

    def _tell_clocks(self, event):
        """Tell the clocks of the cases that something happened."""
        self._step_cases()._emit_event(event)

    # ----------------------------------------------------------------------
    # Dialog
    # ----------------------------------------------------------------------

    def _ask(self, name, **values):
        """Return the action of the dialog that asks for what a step needs.

        :param values: to start with, fields of ``complaint.step.dialog``
        """
        return self.env["complaint.step.dialog"]._open(self, name, values)
