from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.steps import LEADER


class ComplaintDeadlineExtension(models.Model):
    """A prolongation, or the explanation of an overrun (R04).

    An extension is asked for by one person and approved by another, a leader; an overrun
    is explained and needs no approval. The complainant is told of both by a paper.
    """

    _name = "complaint.deadline.extension"
    _description = "Extension of a Deadline"
    _rec_names_search = ("reason",)
    _order = "id"

    deadline_id = fields.Many2one(
        "complaint.deadline", required=True, index=True, ondelete="cascade"
    )
    ticket_id = fields.Many2one(related="deadline_id.ticket_id")
    kind = fields.Selection(
        [("extension", "Extension"), ("overrun", "Overrun explained")],
        required=True,
        default="extension",
        readonly=True,
    )
    quantity = fields.Integer()
    unit = fields.Selection(
        selection=lambda self: (
            self.env["complaint.sla.policy"]
            ._fields["unit"]
            ._description_selection(self.env)
        ),
    )
    reason = fields.Char(required=True)
    old_due_date = fields.Date("Last Day Before", readonly=True)
    new_due_date = fields.Date(
        "New Last Day", readonly=True, help="Of an overrun: when the office expects it."
    )
    state = fields.Selection(
        [
            ("requested", "Asked for"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("lapsed", "Lapsed"),
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
    notice_ids = fields.One2many("complaint.notice", "extension_id", string="Notices")
    can_decide = fields.Boolean(compute="_compute_can_decide")

    _one_request = models.UniqueIndex(
        "(deadline_id) WHERE state = 'requested'",
        "An extension of this time limit was asked for already.",
    )

    @api.depends("state", "requested_by_id")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        leader = self.env.user.has_group(LEADER)
        for extension in self:
            extension.can_decide = (
                leader
                and extension.state == "requested"
                and extension.requested_by_id != self.env.user
            )

    @api.depends("kind", "quantity", "unit", "reason")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for extension in self:
            quantity = extension.kind == "extension" and extension._format_quantity()
            extension.display_name = " – ".join(
                filter(None, (quantity, extension.reason))
            )

    # ----------------------------------------------------------------------
    # Actions
    # ----------------------------------------------------------------------

    def action_approve(self):
        """Approve extensions; the clocks move and the complainants get a paper.

        :raise UserError: if the user asked for it or is no leader, if the limit is over,
            or if the policy allows no more
        """
        self._check_decide()
        for extension in self:
            deadline = extension.deadline_id
            deadline._check_not_over()
            old = deadline.due_date
            # sudo: complaint.deadline.extension - only through this method
            decided = extension.sudo()
            decided.write(self._prepare_decided_vals("approved"))
            deadline._check_extension()
            deadline._move()
            decided.write({"old_due_date": old, "new_due_date": deadline.due_date})
            deadline._log_moves(
                self.env._(
                    "Extended by %(quantity)s: %(reason)s",
                    quantity=extension._format_quantity(),
                    reason=extension.reason,
                )
            )
        self._after_extension()
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

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    def _prepare_decided_vals(self, state):
        return {
            "state": state,
            "approved_by_id": self.env.uid,
            "approved_date": fields.Datetime.now(),
        }

    def _check_decide(self):
        """Check that the user may decide on these requests, and lock their clocks.

        :raise UserError: if not, or if they were decided already
        """
        self.deadline_id._lock()
        self.invalidate_recordset(["state"])
        self.deadline_id._check_may_move(LEADER)
        for extension in self:
            if extension.state != "requested":
                raise UserError(self.env._("This extension was decided already."))
            if extension.requested_by_id == self.env.user and not self.env.su:
                raise UserError(
                    self.env._(
                        "You asked for this extension; another leader decides on it."
                    )
                )

    def _lapse(self):
        """Nobody decides any more on what was asked for of clocks that have ended."""
        # sudo: complaint.deadline.extension - only through methods
        requests = self.sudo().filtered(lambda item: item.state == "requested")
        requests.write({"state": "lapsed"})

    def _format_quantity(self):
        self.ensure_one()
        return self.deadline_id.policy_id._format_quantity(self.quantity, self.unit)

    def _after_extension(self):
        """Hook: clocks were extended or overruns explained; complainants are told.

        The office's own targets are never told to residents.
        """
        for extension in self.filtered(lambda item: not item.deadline_id.internal):
            ticket = extension.ticket_id
            ticket.env["complaint.notice"]._issue(
                ticket,
                "extension",
                lambda case: case._notice_addressees("extension"),
                extension_id=extension.id,
            )
