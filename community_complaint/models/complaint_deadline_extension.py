from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import clock
from ..tools.steps import HANDLER, LEADER
from ..tools.working_calendar import CalendarError


class ComplaintDeadlineExtension(models.Model):
    """A prolongation: asked for by the handler, approved by the leader."""

    _name = "complaint.deadline.extension"
    _description = "Extension of a Deadline"
    _order = "id"

    deadline_id = fields.Many2one(
        "complaint.deadline", required=True, index=True, ondelete="cascade"
    )
    quantity = fields.Integer(required=True)
    unit = fields.Selection(
        selection=lambda self: (
            self.env["complaint.sla.policy"]
            ._fields["unit"]
            ._description_selection(self.env)
        ),
        required=True,
    )
    reason = fields.Char(required=True)
    state = fields.Selection(
        [
            ("requested", "Asked for"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
        ],
        required=True,
        default="requested",
        readonly=True,
    )
    requested_by_id = fields.Many2one(
        "res.users", readonly=True, default=lambda self: self.env.user
    )
    approved_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    approved_date = fields.Datetime("Decided on", readonly=True)

    @api.constrains("quantity", "unit")
    def _check_quantity(self):
        for extension in self:
            try:
                clock.check_quantity(extension.quantity, extension.unit)
            except clock.ClockError as error:
                raise ValidationError(
                    self.env._("This extension is absurd.")
                ) from error
            if not extension.quantity:
                raise ValidationError(self.env._("An extension must be longer than 0."))

    def action_approve(self):
        """Approve extensions; the clocks move.

        :raise UserError: if the user is no leader or the policy allows no more
        """
        self._check_decide()
        # sudo: complaint.deadline.extension - only through this method
        self.sudo().write(self._prepare_decided_vals("approved"))
        for extension in self:
            deadline = extension.deadline_id
            deadline._check_extension()
            deadline._move()
            deadline._log_moves(
                self.env._(
                    "Extended by %(quantity)s: %(reason)s",
                    quantity=deadline.policy_id._format_quantity(
                        extension.quantity, extension.unit
                    ),
                    reason=extension.reason,
                )
            )
        self.deadline_id._after_extension()
        return True

    def action_reject(self):
        """Reject extensions; the clocks stay."""
        self._check_decide()
        # sudo: complaint.deadline.extension - only through this method
        self.sudo().write(self._prepare_decided_vals("rejected"))
        for extension in self:
            extension.deadline_id._log_moves(
                self.env._("Extension rejected: %s", extension.reason)
            )
        return True

    def _prepare_decided_vals(self, state):
        return {
            "state": state,
            "approved_by_id": self.env.uid,
            "approved_date": fields.Datetime.now(),
        }

    def _check_decide(self):
        self.deadline_id._check_may_move(LEADER)
        if any(extension.state != "requested" for extension in self):
            raise UserError(self.env._("This extension was decided already."))


class ComplaintDeadline(models.Model):
    """Extensions of a clock."""

    _inherit = "complaint.deadline"

    def action_extend(self, quantity, unit=None, reason=None):
        """Ask for an extension; a leader's own is approved at once.

        :param unit: that of the time limit by default
        :return: the extensions
        :raise UserError: without a reason, or beyond the policy's maximum
        """
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("An extension needs a reason."))
        self._check_may_move(HANDLER, LEADER)
        if any(deadline.set_date for deadline in self):
            raise UserError(
                self.env._("The leader set this date; ask for another one.")
            )
        if any(deadline.is_window for deadline in self):
            raise UserError(
                self.env._("Only a time limit of the office can be extended.")
            )
        # sudo: complaint.deadline.extension - only through this method
        extensions = (
            self.sudo()
            .extension_ids.create(
                [
                    {
                        "deadline_id": deadline.id,
                        "quantity": quantity,
                        "unit": unit or deadline.policy_id.unit,
                        "reason": reason,
                        "requested_by_id": self.env.uid,
                    }
                    for deadline in self
                ]
            )
            .sudo(self.env.su)  # sudo: back to the caller's own rights
        )
        self._check_extension(extensions)
        if self.env.su or self.env.user.has_group(LEADER):
            extensions.action_approve()
        else:
            self._log_moves(self.env._("Extension asked for: %s", reason))
        return extensions

    def _check_extension(self, asked=None):
        """Check that the approved extensions, and those asked for, are not too long.

        :raise UserError: naming the longest one the policy allows
        """
        for deadline in self.filtered(
            lambda item: not item.policy_id.extension_uncapped
        ):
            policy = deadline.policy_id
            extensions = deadline._extensions()
            if asked:
                extensions += [
                    clock.Extension(item.quantity, item.unit)
                    for item in asked
                    if item.deadline_id == deadline
                ]
            if not policy.max_extension:
                raise UserError(self.env._("“%s” cannot be extended.", deadline.name))
            most = clock.Extension(
                policy.max_extension, policy.max_extension_unit or policy.unit
            )
            if deadline._end_with(extensions) > deadline._end_with([most]):
                raise UserError(
                    self.env._(
                        "“%(name)s” may be extended by %(most)s altogether.",
                        name=deadline.name,
                        most=policy._format_quantity(most.quantity, most.unit),
                    )
                )

    def _end_with(self, extensions):
        """Return when the limit would end with extensions and without holds."""
        try:
            return clock.due(
                self._spec().rule,
                self.start_moment,
                self.ticket_id.regulation_id._working_calendar(),
                extension=extensions,
            ).moment
        except (clock.ClockError, CalendarError) as error:
            raise UserError(
                self.env._(
                    "This extension cannot be worked out: %s",
                    self.ticket_id.regulation_id._clock_error_text(error),
                )
            ) from error

    def _after_extension(self):
        """Hook: clocks were extended. The complainant is told by a paper."""
