from odoo import models
from odoo.exceptions import UserError


class ComplaintStepMixin(models.AbstractModel):
    """The way of every step, of a case and of what has steps of its own.

    ``action_<step>`` calls :meth:`_run_step`: lock, role, everything that is missing in one
    message, then :meth:`_do_step`. A model says what its steps are in :meth:`_get_step`,
    what is missing in :meth:`_missing_for`, how a step is asked for what it needs in
    :meth:`_step_wizard`, and writes in :meth:`_do_step`.
    """

    _name = "complaint.step.mixin"
    _description = "Has Steps"
    _inherit = ["complaint.lock.mixin"]

    def _get_step(self, name):
        """Return the :class:`~..tools.steps.Step` of a name."""
        raise NotImplementedError

    def _step_wizard(self, name):
        """Return the action that asks for what a step needs."""
        raise NotImplementedError

    def _missing_for(self, name, given=None):
        """Yield what one record lacks for a step, as sentences.

        :param given: see :meth:`_run_step`
        """
        raise NotImplementedError

    def _do_step(self, name, vals):
        """Write, log, tell the clocks, and do what follows."""
        raise NotImplementedError

    # ----------------------------------------------------------------------
    # The way of every step
    # ----------------------------------------------------------------------

    def _run_step(self, name, given=None):
        """Check and do a step.

        :param given: what ``Step.needs`` asks for; without it a dialog is returned
        :raise UserError: with everything that is missing, record by record
        """
        step = self._get_step(name)
        given = given.strip() if isinstance(given, str) else given
        if step.needs and not given and not self._was_given(step):
            return self._step_wizard(name)
        self._lock_step()
        self._check_step(name, given)
        self._do_step(name, {step.needs: given} if step.needs and given else {})
        return True

    def _was_given(self, step):
        """Tell whether what a step needs is there already; asked for anew by default."""
        return False

    def _check_step(self, name, given=None):
        """Check access, role, and what the step needs.

        :raise UserError: with everything that is missing
        """
        self.check_access("write")
        self._check_step_role(name)
        problems = []
        for record in self:
            missing = list(record._missing_for(name, given))
            if missing:
                lines = "\n".join(f"• {line}" for line in missing)
                problems.append(f"{record.display_name}\n{lines}")
        if problems:
            raise UserError(
                self.env._("This step is not possible yet:")
                + "\n\n"
                + "\n\n".join(problems)
            )

    def _check_step_role(self, name):
        """Check that one of the people who act has a role of the step.

        :raise UserError: naming the roles
        """
        groups = self._get_step(name).groups
        if self.env.su or any(
            user.has_group(group) for user in self._step_people() for group in groups
        ):
            return
        # sudo: res.groups - names of the roles for the message
        names = [self.env.ref(group).sudo().name for group in groups]
        raise UserError(
            self.env._("This step is up to: %s.", self.env._(" or ").join(names))
        )

    def _step_people(self):
        """Return whose roles count: the user's, and of whom the user stands in for."""
        return self.env.user
