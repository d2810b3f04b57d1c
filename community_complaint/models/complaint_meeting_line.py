from odoo import api, fields, models
from odoo.exceptions import UserError

#: What may be written on an action after the minutes were approved.
_PROGRESS = frozenset({"state", "done_date", "result", "told_date"})


class ComplaintMeetingPart(models.AbstractModel):
    """A line of the minutes: stays as it is once they are approved."""

    _name = "complaint.meeting.part.mixin"
    _description = "Part of Minutes"

    #: Fields that may still change when the minutes are approved.
    _meeting_open_fields = frozenset()
    #: What a line belongs to.
    _meeting_links = frozenset({"meeting_id"})

    meeting_id = fields.Many2one(
        "complaint.meeting", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="meeting_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_open()
        return records

    def write(self, vals):
        """OVERRIDE: lines stay with their meeting, and as they are once it is approved.

        The rules are asked before a write only.
        """
        for name in self._meeting_links & vals.keys():
            if not self.env.su and any(line[name].id != vals[name] for line in self):
                raise UserError(
                    self.env._("This line stays where it is; delete it instead.")
                )
        if vals.keys() - self._meeting_open_fields:
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self._check_open()

    def _check_open(self):
        if not self.env.su:
            self.meeting_id._check_not_approved()


class ComplaintMeetingParticipant(models.Model):
    """Who was invited, and who came: staff, contacts, anybody by name."""

    _name = "complaint.meeting.participant"
    _description = "Participant of a Meeting"
    _inherit = ["complaint.meeting.part.mixin"]
    _order = "meeting_id, sequence, id"

    side = fields.Selection(
        [
            ("office", "Office"),
            ("department", "Department or unit"),
            ("representative", "Residents' representative"),
            ("resident", "Resident"),
            ("expert", "Expert or other body"),
        ],
        required=True,
        default="representative",
    )
    employee_id = fields.Many2one(
        "hr.employee", string="Staff Member", index="btree_not_null"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Contact", index="btree_not_null"
    )
    name = fields.Char(
        compute="_compute_name", store=True, readonly=False, required=True
    )
    capacity = fields.Char(help="For example head of building 3, property company.")
    present = fields.Boolean("Attended", default=True)

    @api.depends("employee_id", "partner_id")
    def _compute_name(self):
        for item in self:
            # sudo: hr.employee - a clerk names a colleague without HR's rights
            name = item.employee_id.sudo().name or item.partner_id.name
            item.name = name or item.name


class ComplaintMeetingQuestion(models.Model):
    """What residents asked, and what they were answered (R07, R08)."""

    _name = "complaint.meeting.question"
    _description = "Question at a Meeting"
    _inherit = ["complaint.meeting.part.mixin"]
    _order = "meeting_id, sequence, id"

    name = fields.Char("Question", required=True)
    asked_by = fields.Char(
        help="As people want to be called in minutes, for example “building 3”."
    )
    answer = fields.Text()
    action_id = fields.Many2one(
        "complaint.meeting.action",
        string="Taken Up As",
        domain="[('meeting_id', '=', meeting_id)]",
        index="btree_not_null",
        ondelete="set null",
    )
    settled = fields.Boolean(compute="_compute_settled")

    @api.depends("answer", "action_id")
    def _compute_settled(self):
        for question in self:
            answered = (question.answer or "").strip()
            question.settled = bool(answered or question.action_id)

    @api.constrains("action_id", "meeting_id")
    def _check_action(self):
        if any(
            question.action_id and question.action_id.meeting_id != question.meeting_id
            for question in self
        ):
            raise UserError(
                self.env._("Choose something that was agreed at this meeting.")
            )


class ComplaintMeetingCase(models.Model):
    """A case that was discussed, told in the minutes without number and names.

    It belongs to the case as well: who is kept away from the case does not find it in
    the minutes either.
    """

    _name = "complaint.meeting.case"
    _description = "Case Discussed at a Meeting"
    _rec_names_search = ("ticket_id.number",)
    _inherit = ["complaint.meeting.part.mixin"]
    _order = "meeting_id, sequence, id"

    _meeting_links = frozenset({"meeting_id", "ticket_id"})

    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Complaint",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('is_complaint', '=', True)]",
    )
    reference = fields.Char(
        compute="_compute_reference",
        help="What the minutes say of the case: neither number nor names.",
    )
    note = fields.Text("What Was Said about It")

    _once = models.UniqueIndex(
        "(meeting_id, ticket_id)", "This case is already on the list."
    )

    @api.depends("ticket_id.type_id", "ticket_id.received_date")
    @api.depends_context("lang")
    def _compute_reference(self):
        for item in self:
            ticket = item.ticket_id
            month = ticket.received_date and ticket._office_date(ticket.received_date)
            item.reference = self.env._(
                "%(kind)s, received in %(month)s",
                kind=ticket.type_id.name or self.env._("Complaint"),
                month=month and f"{month:%Y-%m}",
            )

    @api.constrains("ticket_id", "meeting_id")
    def _check_company(self):
        for item in self:
            if item.ticket_id.company_id != item.meeting_id.company_id:
                raise UserError(self.env._("This case belongs to another office."))


class ComplaintMeetingAction(models.Model):
    """What was agreed: who does what by when, and what came of it."""

    _name = "complaint.meeting.action"
    _description = "Action Agreed at a Meeting"
    _inherit = [
        "complaint.meeting.part.mixin",
        "complaint.text.mixin",
        "complaint.lock.mixin",
    ]
    _order = "due_date, id"

    _meeting_open_fields = _PROGRESS

    name = fields.Char("What", required=True)
    user_id = fields.Many2one("res.users", string="Responsible")
    partner_name = fields.Char(
        "Other Body", help="If nobody of the office does it, for example the property."
    )
    due_date = fields.Date(index=True)
    state = fields.Selection(
        [("open", "To do"), ("done", "Done"), ("dropped", "Dropped")],
        required=True,
        default="open",
        readonly=True,
        copy=False,
    )
    done_date = fields.Date("Done on", readonly=True, copy=False)
    result = fields.Text("How It Was Done", readonly=True, copy=False)
    told_date = fields.Date("Reminded", readonly=True, copy=False)
    is_late = fields.Boolean("Overdue", compute="_compute_is_late")

    _open_idx = models.Index("(due_date) WHERE state = 'open'")

    @api.depends("state", "due_date")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for action in self:
            due = action.due_date
            action.is_late = action.state == "open" and bool(due) and due < today

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: what is agreed is still to be done."""
        new = {**dict.fromkeys(_PROGRESS, False), "state": "open"}
        return super().create([{**vals, **new} for vals in vals_list])

    def write(self, vals):
        """OVERRIDE: the end of an action is recorded by its buttons."""
        if not self.env.su and _PROGRESS & vals.keys():
            raise UserError(self.env._("Use the buttons to finish what was agreed."))
        return super().write(vals)

    @api.model
    def _text_methods(self):
        return super()._text_methods() | {"action_done", "action_drop"}

    def action_done(self, text=None):
        """Record that something agreed was done, and what came of it."""
        if not (text or "").strip():
            return self._ask_text(
                "action_done", self.env._("Done"), self.env._("What came of it?")
            )
        return self._finish("done", text)

    def action_drop(self, text=None):
        """Give up what was agreed, with the reason."""
        if not (text or "").strip():
            return self._ask_text("action_drop", self.env._("Drop"), self.env._("Why?"))
        return self._finish("dropped", text)

    def _finish(self, state, text):
        self.check_access("write")
        self._lock_step()
        if any(action.state != "open" for action in self):
            raise UserError(self.env._("This is finished already."))
        for action in self:
            rules = action.meeting_id.regulation_id
            # sudo: complaint.meeting.action - only the buttons write the end
            action.sudo().write(
                {
                    "state": state,
                    "result": text.strip(),
                    "done_date": rules._local_date(fields.Datetime.now()),
                }
            )
        return True
