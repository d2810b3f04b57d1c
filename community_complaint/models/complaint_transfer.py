from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ..tools.arguments import many, takes, text
from ..tools.called import TEXTS
from ..tools.clock import GOING
from ..tools.life import Ask, Life, Open, Opening, Step, opens
from ..tools.steps import CLERK, FILE_PHASES, HANDLER, LEADER
from .complaint_respondent import NAMING
from .complaint_transfer_urging import WAITING

_TARGET_FIELDS = (
    "kind",
    "target_kind",
    "department_id",
    "team_id",
    "partner_id",
    "recipient_id",
    "recipient_name",
)
#: Ways by which a slip is with a colleague at once.
_IN_THE_HOUSE = ("hand", "oral")
#: Where files are uploaded with a report.
_DIALOG = "complaint.step.dialog"
_lt = LazyTranslate(__name__)
_LIFE = Life(
    {
        "approve": Step(
            ("draft",),
            None,
            (LEADER,),
            label=_lt("Approve"),
            asks=Ask("approval_note", _lt("Why it may go there")),
            stamps={"approved_by_id": "user", "approved_date": "now"},
            not_by=("create_uid",),
            # who is accused decides where it may go, and what the slip says leaves
            covers=(
                *_TARGET_FIELDS,
                *("mode", "reason", "due_date"),
                *(f"ticket_id.{name}" for name in (*TEXTS, "incident_date")),
                *(f"ticket_id.respondent_ids.{name}" for name in (*NAMING, "post")),
            ),
        ),
        # by the step of the case that sends its drafts
        "send": Step(
            ("draft",),
            None,
            None,
            label=_lt("Send"),
            stamps={"sent_date": "now", "sent_by_id": "user"},
            writes=("from_team_id", "hop", "deadline_id"),
        ),
        "urge": Step((WAITING,), None, (CLERK, HANDLER), label=_lt("Urge")),
        "report_back": Step(
            (WAITING,),
            "reported",
            (CLERK, HANDLER),
            label=_lt("Report Back"),
            asks=Ask("report", _lt("What the other body reports"), files=True),
            stamps={"report_date": "now"},
            writes=("report_attachment_ids",),
        ),
        "return": Step(
            (WAITING,),
            "returned",
            (CLERK, HANDLER),
            label=_lt("Returned"),
            asks=Ask("return_reason", _lt("Why the other body gives it back")),
            stamps={"return_date": "now"},
        ),
        "cancel": Step((WAITING,), "cancelled", None, label=_lt("Call Off")),
    },
    methods={"send": "_send", "cancel": "_cancel"},
)


class ComplaintTransfer(models.Model):
    """A case, or a part of it, in the hands of another body.

    R03: transfer (转办) to whom it belongs, assignment (交办) with a date by which to
    report back, urging (催办) before the limit. R07, R17: several bodies jointly. R17,
    R18: the first receiver hands over to the complaint or medical office.
    """

    _name = "complaint.transfer"
    _description = "Transfer"
    _inherit = [
        "complaint.case.mixin",
        "complaint.life.mixin",
        "complaint.transfer.approval.mixin",
        "complaint.transfer.urging.mixin",
    ]
    _order = "sent_date desc, id desc"
    _check_company_auto = True

    _life = _LIFE
    _opens = {
        **opens("ticket_id", phases=FILE_PHASES, birth=True),
        **opens(
            *_TARGET_FIELDS,
            *("mode", "reason", "due_date", "delivery"),
            states=("draft",),
            phases=FILE_PHASES,
        ),
    }
    _drops = Open(("draft",), FILE_PHASES)
    _openings = {
        "settled": Opening("The case came back with these.", ("settled",)),
        "proposed": Opening(
            "The scheduled action put the urging on a list.", ("urge_activity_id",)
        ),
    }

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
    report = fields.Text(readonly=True, copy=False)
    report_date = fields.Datetime("Reported Back on", readonly=True, copy=False)
    report_attachment_ids = fields.Many2many(
        "ir.attachment",
        string="Files of the Report",
        readonly=True,
        copy=False,
        bypass_search_access=True,
    )
    return_reason = fields.Text("Reason of the Return", readonly=True, copy=False)
    return_date = fields.Datetime("Returned on", readonly=True, copy=False)
    settled = fields.Boolean(
        readonly=True, copy=False, help="The case came back with this transfer."
    )

    approval_needed = fields.Text(
        "Needs a Leader's Approval", compute="_compute_approval_needed"
    )
    approved_by_id = fields.Many2one(
        "res.users", "Approved by", readonly=True, copy=False
    )
    approved_date = fields.Datetime("Approved on", readonly=True, copy=False)
    approval_note = fields.Text("Reason of the Approval", readonly=True, copy=False)

    urging_ids = fields.One2many(
        "complaint.transfer.urging", "transfer_id", string="Urged"
    )
    urging_count = fields.Integer(compute="_compute_urging_count")
    limit_date = fields.Date(
        "Limit",
        compute="_compute_limit_date",
        store=True,
        help="The date to report back, or that of the case if it is earlier.",
    )
    urge_from = fields.Date(
        "Urge from", compute="_compute_urge_from", store=True, index="btree_not_null"
    )
    urge_activity_id = fields.Many2one(
        "mail.activity", readonly=True, copy=False, index="btree_not_null"
    )
    notice_ids = fields.One2many("complaint.notice", "transfer_id", string="Papers")

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

    def _head(self):
        """Return the employee who gets what is sent to a department, maybe none."""
        return self.recipient_id or self.department_id.manager_id

    # ----------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """OVERRIDE: propose the body above the accused, or the leader's choice."""
        defaults = super().default_get(fields)
        ticket = self.env["helpdesk.ticket"].browse(defaults.get("ticket_id"))
        if ticket:
            proposed = ticket._proposed_transfer()
            defaults.update(
                {name: value for name, value in proposed.items() if name in fields}
            )
        return defaults

    # ----------------------------------------------------------------------
    # Steps. EXPOSED API
    # ----------------------------------------------------------------------

    def action_approve(self, text=None):
        """Approve drafts that go where they should not; never by who drafted them.

        :param text: why
        """
        return self._take("approve", text)

    def action_send(self):
        """Send all drafts of the same way for the cases of these.

        Alone, the case waits for the body; jointly, it goes on here as well; handed
        over, it goes on there.

        :raise UserError: telling everything that is missing
        """
        results = [
            getattr(transfers.ticket_id, f"action_{step}")()
            for step, transfers in self.grouped(lambda item: item._case_step()).items()
        ]
        return next((item for item in results if isinstance(item, dict)), True)

    @takes(text=text)
    def action_urge(self, text=None):
        """Urge the bodies and issue the urging notices.

        :param text: a remark for the file
        """
        return self._take("urge", note=text or "")

    @takes(attachments=many("ir.attachment"))
    def action_report_back(self, text=None, attachments=None):
        """Record the report of the body; the last one brings the case back.

        :param text: what was reported
        :param attachments: ``ir.attachment`` records
        """
        return self._take("report_back", text, attachments=attachments)

    def action_return(self, text=None):
        """Record that the body gave the case back, with its reason."""
        return self._take("return", text)

    def action_print_papers(self):
        """Show the slips and urging notices of these transfers."""
        return self.notice_ids.action_print()

    def action_preview(self):
        """Show the slip as the other body would get it."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_url",
            "url": f"/complaint/preview/{self._name}/{self.id}",
            "target": "new",
        }

    def _preview_vals(self):
        """Return the slip of one transfer, as values of a paper."""
        return [
            {
                "ticket_id": self.ticket_id.id,
                "kind": "transfer",
                "addressee": "body",
                "transfer_id": self.id,
            }
        ]

    def _send(self):
        """Send drafts: the step of their case checked what is missing."""
        self._do_step("send")

    def _cancel(self):
        """Call transfers off because their case is over."""
        self.filtered(lambda item: item.state == WAITING)._do_step("cancel")

    def _after_approve(self):
        for transfer in self:
            transfer.ticket_id._message_log(
                body=self.env._(
                    "Transfer to %(target)s approved: %(why)s",
                    target=transfer.target_name,
                    why=transfer.approval_note,
                )
            )

    def _case_step(self):
        """Return the step of the case that sends this transfer."""
        self.ensure_one()
        if self.kind == "handover":
            return "hand_over"
        return "involve" if self.mode == "joint" else "transfer"

    # ----------------------------------------------------------------------
    # Sending
    # ----------------------------------------------------------------------

    def _gates_send(self):
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
        if not self.approved_by_id:
            yield from self._approval_reasons()

    def _missing_assignment(self):
        """R03: an assignment rests on a leader's word and names a date."""
        if not self.due_date:
            yield self.env._(
                "%s: an assignment needs a date to report back by.", self.target_name
            )
        given = self.ticket_id.instruction_ids.filtered(
            lambda item: item.state == "given"
        )
        if not given and not self.env.user.has_group(LEADER):
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

    def _target_send(self):
        handovers = self.filtered(lambda item: item.kind == "handover")
        return {"handed": handovers, WAITING: self - handovers}

    def _after_send(self):
        """Number, slip, own deadline; another desk gets the case."""
        hops = self.ticket_id._transfer_counts(without=self)
        for transfer in self.sorted("id"):
            ticket = transfer.ticket_id
            hops[ticket] += 1
            transfer._write_step(
                {
                    "from_team_id": ticket.team_id.id,
                    "hop": hops[ticket],
                    "deadline_id": transfer._start_deadline().id,
                }
            )
        self._issue_papers("transfer")
        for transfer in self.filtered(lambda item: item.target_kind == "team"):
            transfer._move_case(transfer.team_id)

    def _start_deadline(self):
        """Start the clock of the date the leader set, and return it, maybe empty."""
        self.ensure_one()
        if not self.due_date or self.kind == "handover":
            return self.deadline_id
        title = self.env._("Report back: %s", self.target_name)
        return self.ticket_id._set_due(self.due_date, title=title, source=self)

    def _move_case(self, team):
        """Move the case to a desk; its members see it, the others do not any more."""
        self.ticket_id._write_sealed(
            "handed_over", {"team_id": team.id, "user_id": False}
        )

    # ----------------------------------------------------------------------
    # Coming back
    # ----------------------------------------------------------------------

    def _after_report_back(self, attachments=None):
        going = self._going_clocks()
        going._finish(dict.fromkeys(going, fields.Datetime.now()))
        self._drop_proposal()
        self._recall_held()
        self._prove_papers()
        if attachments:
            self._add_report_files(attachments)
        self._bring_back()

    def _after_return(self):
        self._after_cancel()
        self._bring_back()

    def _after_cancel(self):
        going = self._going_clocks()
        going._cancel(dict.fromkeys(going, fields.Datetime.now()))
        self._drop_proposal()
        self._recall_held()

    def _going_clocks(self):
        return self.deadline_id.filtered(lambda item: item.state in GOING)

    def _add_report_files(self, attachments):
        """Keep the files of a report under the rights of the transfer.

        :raise UserError: for files that are not the user's own new upload
        """
        self.ensure_one()
        # sudo: ir.attachment - whose file it is, not what is in it
        foreign = attachments.sudo().filtered(
            lambda file: (
                file.create_uid != self.env.user
                or (file.res_id and file.res_model != _DIALOG)
                or file.res_model not in (False, _DIALOG, self._name)
            )
        )
        if foreign:
            raise UserError(self.env._("Upload the files of the report here."))
        # sudo: ir.attachment - the user's own upload gets its owner record
        attachments.sudo().write({"res_model": self._name, "res_id": self.id})
        self._write_step({"report_attachment_ids": attachments.ids})

    def _bring_back(self):
        """Take the cases back that no other body has any more."""
        self._log_end()
        tickets = self.ticket_id.filtered(
            lambda ticket: (
                ticket.phase == "transferred" and not ticket._waiting_transfers()
            )
        )
        reported = tickets.filtered(
            lambda ticket: "reported" in ticket._returning_transfers().mapped("state")
        )
        if reported:
            reported.action_report_back()
        if tickets - reported:
            (tickets - reported).action_take_back()
        # last: who works at the other desk does not see the case any more
        for transfer in self.filtered(lambda item: item.target_kind == "team"):
            transfer._move_case(transfer.from_team_id)

    def _settle(self):
        """Note that the cases came back with these."""
        self._write_sealed("settled", {"settled": True})

    def _log_end(self):
        for transfer in self:
            text = transfer.report or transfer.return_reason
            transfer.ticket_id._message_log(body=f"{transfer.display_name}: {text}")

    # ----------------------------------------------------------------------
    # Papers
    # ----------------------------------------------------------------------

    def _issue_papers(self, kind):
        """Issue one paper per transfer, sent as the case is; return them in order."""
        vals_list = [
            {
                "ticket_id": transfer.ticket_id.id,
                "transfer_id": transfer.id,
                "kind": kind,
                "addressee": "body",
                "issued_date": fields.Datetime.now(),
                "issued_by_id": self.env.uid,
                "lang": transfer.ticket_id._paper_lang(),
            }
            for transfer in self
        ]
        return self.env["complaint.notice"]._issue_vals(vals_list)

    @api.model
    def _hand_over(self, notices):
        """Record that papers of transfers went the way of the transfer."""
        for notice in notices:
            transfer = notice.transfer_id
            delivery = transfer.delivery or "hand"
            # what leaves the house, or goes by a machine, is proven like everything else
            if delivery in _IN_THE_HOUSE and transfer.target_kind != "body":
                notice._do_step(
                    "serve", notice.ticket_id._office_date(), delivery=delivery
                )

    def _paper_title(self):
        """Return the title of the slip."""
        if self.mode == "joint":
            return self.env._("Request to Handle Jointly")
        return {
            "transfer": self.env._("Transfer Slip"),
            "assignment": self.env._("Assignment Slip"),
            "handover": self.env._("Hand-over Slip"),
        }.get(self.kind)

    def _paper_addressee(self):
        """Return to whom the slip is, with the person it is for."""
        # sudo: hr.employee - the name stands on the slip, whoever prints it
        transfer = self.sudo()
        accuses = transfer.ticket_id.is_accusation
        # R03 3.2: an accusation is for the head alone
        head = transfer._head() if accuses else transfer.recipient_id
        person = head.name or self.recipient_name
        if not person:
            return self.target_name
        return self.env._("%(text)s (%(aside)s)", text=self.target_name, aside=person)
