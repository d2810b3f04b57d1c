from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ..tools.changes import on
from ..tools.life import ANYBODY, Ask, Life, Open, Opening, Step, opens
from .complaint_digest import Section
from .complaint_meeting import WRITTEN

_lt = LazyTranslate(__name__)


class ComplaintMeetingPart(models.AbstractModel):
    """A line of the minutes: stays as it is once they are approved."""

    _name = "complaint.meeting.part.mixin"
    _description = "Part of Minutes"
    _inherit = ["complaint.seal.mixin"]

    _state_of = "meeting_id"
    _effects = {
        "_note_writer": on(
            every=True, made=True, removed=True, by_hand=True, of="meeting_id"
        ),
    }
    _drops = Open(WRITTEN)

    meeting_id = fields.Many2one(
        "complaint.meeting", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="meeting_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)


class ComplaintMeetingParticipant(models.Model):
    """Who was invited, and who came: staff, contacts, anybody by name."""

    _name = "complaint.meeting.participant"
    _description = "Participant of a Meeting"
    _inherit = ["complaint.meeting.part.mixin"]
    _order = "meeting_id, sequence, id"

    _opens = {
        **opens("meeting_id", states=WRITTEN, birth=True),
        **opens(
            *("sequence", "side", "employee_id", "partner_id", "name", "capacity"),
            "present",
            states=WRITTEN,
        ),
    }

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

    _opens = {
        **opens("meeting_id", states=WRITTEN, birth=True),
        **opens(
            *("sequence", "name", "asked_by", "answer", "action_id"), states=WRITTEN
        ),
    }
    _fits = {"action_id.meeting_id": "meeting_id"}

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

    _opens = {
        **opens("meeting_id", "ticket_id", states=WRITTEN, birth=True),
        **opens("sequence", "note", states=WRITTEN),
    }
    _fits = {"ticket_id.company_id": "company_id"}

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


class ComplaintMeetingAction(models.Model):
    """What was agreed: who does what by when, and what came of it."""

    _name = "complaint.meeting.action"
    _description = "Action Agreed at a Meeting"
    _inherit = ["complaint.meeting.part.mixin", "complaint.life.mixin"]
    _order = "due_date, id"

    # whoever works on meetings says what came of it
    _life = Life(
        {
            "done": Step(
                ("open",),
                "done",
                ANYBODY,
                label=_lt("Done"),
                asks=Ask("result", _lt("What came of it?")),
                stamps={"done_date": "today"},
            ),
            "drop": Step(
                ("open",),
                "dropped",
                ANYBODY,
                label=_lt("Drop"),
                asks=Ask("result", _lt("Why?")),
                stamps={"done_date": "today"},
            ),
        }
    )
    _opens = {
        **opens("meeting_id", states=WRITTEN, birth=True),
        **opens(
            *("sequence", "name", "user_id", "partner_name", "due_date"), states=WRITTEN
        ),
    }
    _openings = {
        "told": Opening("Who is late was reminded in the morning.", ("told_date",)),
    }

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
        today = self.env["helpdesk.ticket"]._office_date()
        for action in self:
            due = action.due_date
            action.is_late = action.state == "open" and bool(due) and due < today

    # ----------------------------------------------------------------------
    # Steps. EXPOSED API
    # ----------------------------------------------------------------------

    def action_done(self, text=None):
        """Record that something agreed was done, and what came of it."""
        return self._take("done", text)

    def action_drop(self, text=None):
        """Give up what was agreed, with the reason."""
        return self._take("drop", text)

    def _step_day(self):
        """OVERRIDE: an action is of a meeting, not of a case."""
        return self[:1].meeting_id.regulation_id._local_date(fields.Datetime.now())

    # ----------------------------------------------------------------------
    # The morning's digest: told once when it is overdue
    # ----------------------------------------------------------------------

    @api.model
    def _digest_sections(self, morning):
        late = self.search(
            [
                ("state", "=", "open"),
                ("told_date", "=", False),
                ("due_date", "<", morning.date),
                ("meeting_id.regulation_id", "in", morning.regulations.ids),
            ]
        )

        def mark():
            late._write_sealed("told", {"told_date": morning.date})

        return [Section("agreed_late", late._readers(), mark)]

    def _readers(self):
        """Return ``{user: actions}``: who does it, else who chaired the meeting."""
        found = {}
        for action in self:
            users = action.user_id | action.meeting_id.chair_id
            for user in users:
                found[user] = found.get(user, self.browse()) | action
        return found

    def _digest_lines(self):
        return [
            {
                "number": action.name,
                "text": action.meeting_id.name,
                "date": action.due_date and format_date(self.env, action.due_date),
                "url": f"{action.get_base_url()}/odoo/complaint-meetings"
                f"/{action.meeting_id.id}",
            }
            for action in self.sorted(lambda item: (item.due_date, item.id))
        ]
