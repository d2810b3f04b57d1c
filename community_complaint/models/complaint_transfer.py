from odoo import api, fields, models
from odoo.exceptions import UserError

#: The other body has it and owes a report.
WAITING = "sent"
#: Fixed once the transfer is sent.
_SENT_FIELDS = frozenset(
    {
        "kind", "mode", "target_kind", "department_id", "team_id", "partner_id",
        "recipient_id", "recipient_name", "reason", "due_date", "delivery",
    }
)  # fmt: skip
#: A change of these needs a new approval.
_TARGET_FIELDS = frozenset(
    {
        "kind", "target_kind", "department_id", "team_id", "partner_id", "recipient_id",
        "recipient_name",
    }
)  # fmt: skip
#: Written by the buttons only.
_GUARDED = frozenset(
    {
        "state", "sent_date", "sent_by_id", "report_date", "return_date", "hop",
        "deadline_id", "approved_by_id", "approved_date", "approval_note",
        "from_team_id", "settled",
    }
)  # fmt: skip


class ComplaintTransfer(models.Model):
    """A case, or a part of it, in the hands of another body.

    R03: transfer (转办) to whom it belongs, assignment (交办) with a date by which to
    report back, urging (催办) before the limit. R07, R17: several bodies jointly. R17,
    R18: the first receiver hands over to the complaint or medical office.
    """

    _name = "complaint.transfer"
    _description = "Transfer"
    _inherit = ["complaint.case.mixin", "complaint.text.mixin"]
    _order = "sent_date desc, id desc"
    _check_company_auto = True

    kind = fields.Selection(
        [
            ("transfer", "Transfer"),
            ("assignment", "Assignment"),
            ("handover", "Hand-over by the first receiver"),
        ],
        required=True,
        default="transfer",
    )
    mode = fields.Selection(
        [("single", "They handle it"), ("joint", "We handle it jointly")],
        required=True,
        default="single",
    )
    target_kind = fields.Selection(
        [
            ("department", "Department"),
            ("team", "Other desk"),
            ("body", "Outside body"),
        ],
        string="Kind of Addressee",
        required=True,
        default="department",
    )
    department_id = fields.Many2one(
        "hr.department", ondelete="restrict", check_company=True
    )
    team_id = fields.Many2one(
        "helpdesk.ticket.team", "Desk", ondelete="restrict", check_company=True
    )
    partner_id = fields.Many2one("res.partner", "Body", ondelete="restrict")
    recipient_id = fields.Many2one(
        "hr.employee",
        "For the Attention of",
        ondelete="restrict",
        check_company=True,
        help="For example the head of the department.",
    )
    recipient_name = fields.Char("Contact", help="Of the outside body.")
    target_name = fields.Char("Addressee", compute="_compute_target_name")
    reason = fields.Text(
        "What Is Asked", help="Printed on the slip: what the other body has to do."
    )
    due_date = fields.Date(
        "Report Back by", help="Set by the leader. Empty: as the time limits say."
    )
    delivery = fields.Selection(
        selection=lambda self: self._selection_delivery(),
        string="Sent by",
        default="hand",
    )
    hop = fields.Integer(
        "Which Transfer", readonly=True, copy=False, help="1 is the first of this case."
    )

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "Sent"),
            ("handed", "Handed on"),
            ("reported", "Reported back"),
            ("returned", "Returned"),
            ("cancelled", "Called off"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    sent_date = fields.Datetime(readonly=True, copy=False)
    sent_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    from_team_id = fields.Many2one(
        "helpdesk.ticket.team", "Desk Before", readonly=True, copy=False
    )
    deadline_id = fields.Many2one(
        "complaint.deadline",
        "Own Deadline",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    report = fields.Text(copy=False)
    report_date = fields.Datetime("Reported Back on", readonly=True, copy=False)
    report_attachment_ids = fields.Many2many(
        "ir.attachment", string="Files of the Report", copy=False
    )
    return_reason = fields.Text("Reason of the Return", copy=False)
    return_date = fields.Datetime("Returned on", readonly=True, copy=False)
    settled = fields.Boolean(
        readonly=True, copy=False, help="The case came back with this transfer."
    )

    # ----------------------------------------------------------------------
    # Selections and computes
    # ----------------------------------------------------------------------

    @api.model
    def _selection_delivery(self):
        return (
            self.env["complaint.notice"]
            ._fields["delivery"]
            ._description_selection(self.env)
        )

    @api.depends("target_kind", "department_id", "team_id", "partner_id")
    def _compute_target_name(self):
        for transfer in self:
            transfer.target_name = transfer._target().name

    @api.depends("kind", "target_kind", "department_id", "team_id", "partner_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for transfer in self:
            parts = filter(None, (kinds.get(transfer.kind), transfer.target_name))
            transfer.display_name = " → ".join(parts)

    def _target(self):
        """Return the record of the other body: department, desk or partner."""
        return self[
            {"department": "department_id", "team": "team_id"}.get(
                self.target_kind, "partner_id"
            )
        ]

    # ----------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                for name in _GUARDED:
                    vals.pop(name, None)
        return super().create(vals_list)

    def write(self, vals):
        """OVERRIDE: a sent transfer is fixed, and a new target needs a new approval."""
        if self.env.su:
            return super().write(vals)
        if _GUARDED & vals.keys():
            raise UserError(self.env._("A transfer moves by its buttons only."))
        if _SENT_FIELDS & vals.keys() and any(item.state != "draft" for item in self):
            raise UserError(self.env._("A transfer that was sent does not change."))
        result = super().write(vals)
        if _TARGET_FIELDS & vals.keys():
            self._drop_approval()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if any(item.state != "draft" for item in self):
            raise UserError(self.env._("A transfer that was sent stays on file."))

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    def _text_methods(self):
        return super()._text_methods() | {"action_approve", "action_urge"}

    def action_send(self):
        """Send all drafts of the same way for the cases of these.

        Alone, the case waits for the body; jointly, it goes on here as well; handed
        over, it goes on there.

        :raise UserError: telling everything that is missing
        """
        results = [
            getattr(transfers.ticket_id, f"action_{step}")()
            for step, transfers in self.grouped(lambda item: item._step()).items()
        ]
        return next((item for item in results if isinstance(item, dict)), True)

    def _step(self):
        """Return the step of the case that sends this transfer."""
        self.ensure_one()
        if self.kind == "handover":
            return "hand_over"
        return "involve" if self.mode == "joint" else "transfer"

    # ----------------------------------------------------------------------
    # Sending
    # ----------------------------------------------------------------------

    def _missing(self):
        """Yield what one draft lacks to be sent, as sentences."""
        self.ensure_one()
        if not self._target():
            yield self.env._("Say to whom the case is transferred.")
            return
        if not (self.reason or "").strip():
            yield self.env._("%s: say what is asked of them.", self.target_name)
        if self.kind == "assignment":
            yield from self._missing_assignment()
        if self.due_date and self.due_date < self.ticket_id._office_date():
            yield self.env._("%s: the date to report back is over.", self.target_name)
        if self.target_kind == "team":
            yield from self._missing_desk()

    def _missing_assignment(self):
        """R03: an assignment rests on a leader's word and names a date."""
        if not self.due_date:
            yield self.env._(
                "%s: an assignment needs a date to report back by.", self.target_name
            )
        given = self.ticket_id.instruction_ids.filtered(
            lambda item: item.state == "given"
        )
        if not given and not self.env.user.has_group(
            "community_complaint.group_complaint_leader"
        ):
            yield self.env._(
                "%s: an assignment needs a leader's instruction.", self.target_name
            )

    def _missing_desk(self):
        ticket = self.ticket_id
        if self.team_id.regulation_id != ticket.regulation_id:
            yield self.env._(
                "%s works under another regulation.", self.team_id.display_name
            )
        elif self.team_id == ticket.team_id:
            yield self.env._("The case already is with %s.", self.team_id.display_name)

    def _send(self):
        """Send drafts: number, slip, own deadline; another desk gets the case."""
        hops = self.ticket_id._transfer_counts()
        for transfer in self.sorted("id"):
            ticket = transfer.ticket_id
            hops[ticket] += 1
            # sudo: complaint.transfer - the step checked the role
            transfer.sudo().write(
                {
                    "state": "handed" if transfer.kind == "handover" else WAITING,
                    "sent_date": fields.Datetime.now(),
                    "sent_by_id": self.env.uid,
                    "from_team_id": ticket.team_id.id,
                    "hop": hops[ticket],
                }
            )
            transfer._start_deadline()
        self._issue_papers("transfer")
        for transfer in self.filtered(lambda item: item.target_kind == "team"):
            transfer._move_case(transfer.team_id)

    def _start_deadline(self):
        """Start the clock of the date the leader set."""
        self.ensure_one()
        if not self.due_date or self.kind == "handover":
            return
        title = self.env._("Report back: %s", self.target_name)
        deadline = self.ticket_id._set_due(self.due_date, title=title, source=self)
        # sudo: complaint.transfer - nobody writes the clock by hand
        self.sudo().deadline_id = deadline

    def _move_case(self, team):
        """Move the case to a desk; its members see it, the others do not any more."""
        # sudo: helpdesk.ticket - the other desk's cases are not the sender's
        self.ticket_id._write_sealed(
            "handed_over", {"team_id": team.id, "user_id": False}
        )
