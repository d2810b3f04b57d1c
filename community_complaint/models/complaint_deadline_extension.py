from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from ..tools.life import Life, Opening, Step
from ..tools.steps import LEADER

_lt = LazyTranslate(__name__)
_DECIDED = {"approved_by_id": "user", "approved_date": "now"}
_LIFE = Life(
    {
        "approve": Step(
            ("requested",),
            "approved",
            (LEADER,),
            label=_lt("Approve Extension"),
            stamps=_DECIDED,
            writes=("old_due_date", "new_due_date"),
            not_by=("requested_by_id",),
            access="read",
        ),
        "reject": Step(
            ("requested",),
            "rejected",
            (LEADER,),
            label=_lt("Reject Extension"),
            stamps=_DECIDED,
            not_by=("requested_by_id",),
            access="read",
        ),
        # taken when the clock ends
        "lapse": Step(("requested",), "lapsed", None, label=_lt("Lapsed")),
    },
    methods={"lapse": "_lapse"},
)


class ComplaintDeadlineExtension(models.Model):
    """A prolongation, or the explanation of an overrun (R04).

    An extension is asked for by one person and approved by another, a leader; an overrun
    is explained and needs no approval. The complainant is told of both by a paper.
    """

    _name = "complaint.deadline.extension"
    _description = "Extension of a Deadline"
    _inherit = ["complaint.life.mixin"]
    _rec_names_search = ("reason",)
    _order = "id"

    _life = _LIFE
    _opens = {}
    _openings = {
        "asked": Opening(
            "An extension is asked for, or an overrun explained, by the clock's buttons.",
            (
                "deadline_id",
                "kind",
                "quantity",
                "unit",
                "reason",
                "state",
                "old_due_date",
                "new_due_date",
            ),
            creates=True,
        ),
    }

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
        self.deadline_id._check_may_move(LEADER)
        return all(extension._take("approve") for extension in self)

    def action_reject(self):
        """Reject extensions; the clocks stay."""
        self.deadline_id._check_may_move(LEADER)
        return self._take("reject")

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    def _lock_step(self):  # pylint: disable=missing-return
        """OVERRIDE: two people never decide on the same clock."""
        super()._lock_step()
        self.deadline_id._lock()

    def _step_people(self):
        """OVERRIDE: nobody stands in for the leader who is to decide."""
        return self.env.user

    def _gates_approve(self):
        deadline = self.deadline_id
        yield from deadline._gates_in_time()
        yield from deadline._gates_longest(deadline._asked(self.quantity, self.unit))

    def _prepare_approve_vals(self, given):
        return {"old_due_date": self.deadline_id.due_date}

    def _after_approve(self):
        deadline = self.deadline_id
        deadline._move()
        # sudo: complaint.deadline.extension - its step opened what is written
        self.sudo().new_due_date = deadline.due_date
        deadline._log_moves(
            self.env._(
                "Extended by %(quantity)s: %(reason)s",
                quantity=self._format_quantity(),
                reason=self.reason,
            )
        )
        self._after_extension()

    def _after_reject(self):
        for extension in self:
            extension.deadline_id._log_moves(
                self.env._("Extension rejected: %s", extension.reason)
            )

    def _lapse(self):
        """Nobody decides any more on what was asked for of clocks that have ended."""
        requests = self.filtered(lambda item: item.state == "requested")
        if requests:
            requests._do_step("lapse")

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
