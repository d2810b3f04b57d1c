from odoo import models
from odoo.exceptions import LockError, UserError


class ComplaintLockMixin(models.AbstractModel):
    """Two people never take the same step (THREATS 39)."""

    _name = "complaint.lock.mixin"
    _description = "Locked by Steps"

    #: What a step looks at: read anew under the lock.
    _lock_fields = ("state",)

    def _lock_step(self):
        """Lock records and forget what was read before: it may be older than the lock.

        :raise UserError: if somebody else is at it
        """
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is working on this right now. Try again in a moment."
                )
            ) from error
        self.invalidate_recordset(self._lock_fields, flush=True)
