from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import finder, paper_text
from ..tools.duty import period_of
from ..tools.steps import LEADER
from .complaint_meeting import MET
from .helpdesk_ticket_desk import Tile


class ComplaintDuty(models.Model):
    """The periodic duty of meeting opens a meeting."""

    _inherit = "complaint.duty"

    meeting_kind = fields.Selection(
        selection=lambda self: (
            self.env["complaint.meeting"]
            ._fields["kind"]
            ._description_selection(self.env)
        ),
        string="Kind of Meeting",
        compute="_compute_meeting_kind",
        store=True,
        readonly=False,
    )

    @api.depends("kind")
    def _compute_meeting_kind(self):
        kinds = {"meeting": "residents", "review": "review"}
        for duty in self:
            if duty.kind not in kinds:
                duty.meeting_kind = False
            elif not duty.meeting_kind:
                duty.meeting_kind = kinds[duty.kind]


class ComplaintDutyTask(models.Model):
    _inherit = "complaint.duty.task"

    meeting_ids = fields.One2many("complaint.meeting", "duty_task_id")
    may_meet = fields.Boolean(compute="_compute_may_meet")

    @api.depends("kind", "state")
    def _compute_may_meet(self):
        for task in self:
            task.may_meet = task.kind in MET and task.state == "open"

    def action_open_meeting(self):
        """Open the meeting that fulfils a task, a new prefilled one if there is none.

        :return: an action that opens it
        """
        self.ensure_one()
        self.check_access("read")
        meeting = self.meeting_ids.filtered(lambda item: item.state != "cancelled")[:1]
        if not meeting and not self.may_meet:
            raise UserError(self.env._("No meeting belongs to this duty."))
        if not meeting:
            meeting = meeting.create(self._prepare_meeting_vals())
        return {
            "type": "ir.actions.act_window",
            "res_model": meeting._name,
            "res_id": meeting.id,
            "views": [(False, "form")],
        }

    def _prepare_meeting_vals(self):
        """Return the values of the meeting of one task."""
        office = self.with_context(
            lang=self.company_id.partner_id.lang or self.env.lang
        )
        first, last = self._meeting_period()
        return {
            "name": office.display_name,
            "kind": self.duty_id.meeting_kind or "residents",
            "regulation_id": self.regulation_id.id,
            "duty_task_id": self.id,
            "date": fields.Datetime.now().replace(minute=0, second=0),
            "agenda": office._meeting_agenda(),
            "period_start": first,
            "period_end": last,
        }

    def _meeting_period(self):
        """Return first and last day of the figures: the quarters before this one.

        Whole quarters, for the figures go to people outside the office.
        """
        end = self.regulation_id._local_date(fields.Datetime.now())
        if self.basis == "period":
            # the quarter in which the period ends is over as well
            end = fields.Date.add(self.period_end, days=1)
        quarter = period_of(end, 3)[0]
        quarters = min(max(self.duty_id._months() // 3, 1), 4)
        first = fields.Date.subtract(quarter, months=3 * quarters)
        return first, fields.Date.subtract(quarter, days=1)

    def _meeting_agenda(self):
        """Return the agenda to start with, one point a line."""
        points = {
            "residents": [
                self.env._("What became of what was agreed last time"),
                self.env._("Complaints of the period in figures"),
                self.env._("Questions of the residents, and answers"),
                self.env._("What we are going to do"),
            ],
            "analysis": [
                self.env._("Where complaints come from, how often, and why"),
                self.env._("Places and kinds of matter that come again"),
                self.env._("Improvement tasks: what was done, what helped"),
                self.env._("What each department is going to do"),
            ],
            "review": [
                self.env._("How the regulation worked: limits, appeals, satisfaction"),
                self.env._("What should change"),
                self.env._("Vote: stays as it is, or is amended"),
            ],
        }.get(self.duty_id.meeting_kind, [])
        return "\n".join(f"{number}. {text}" for number, text in enumerate(points, 1))


class HelpdeskTicket(models.Model):
    """Minutes name nobody of a case; the desk knows what is left to do."""

    _inherit = "helpdesk.ticket"

    def _people_hider(self, known=False):
        """Return a function that takes complainant and accused people out of a text.

        :param known: whether a custodian asks: the complainant of a case that is kept
            secret is looked for as well
        Departments and companies may be named: they come to the meetings. ``clean`` of
        the function is the text it would return if nobody was named.
        """
        self.ensure_one()
        accused = self.respondent_ids.filtered(
            lambda item: (
                item.kind == "employee"
                or (item.kind == "partner" and not item.partner_id.is_company)
            )
        )
        secrets = [
            *(
                self._identity_secrets()
                if known or self.confidentiality == "open"
                else ()
            ),
            *(("name", name) for name in accused.mapped("name")),
            ("number", self.number),
        ]
        redact = finder.redactor(secrets, "＊")

        def hider(text):
            return redact(text)

        hider.clean = paper_text.clean
        return hider

    def _shared_records(self):
        """OVERRIDE: minutes about a case are cleaned with it, improvement tasks too."""
        yield from super()._shared_records()
        # sudo: complaint.meeting.case - see the base
        lines = self.env["complaint.meeting.case"].sudo()
        meetings = lines.search([("ticket_id", "=", self.id)]).meeting_id
        yield meetings
        yield meetings.question_ids
        yield meetings.action_ids

    @api.model
    def _desk_tiles(self):
        tiles = super()._desk_tiles()
        tiles.append(
            Tile("agreed_late", "time", "", "complaint.meeting.action", tone="danger")
        )
        if self.env.user.has_group(LEADER):
            tiles.append(Tile("to_approve", "leader", LEADER, "complaint.meeting"))
        return tiles

    @api.model
    def _desk_labels(self):
        return {
            **super()._desk_labels(),
            "agreed_late": self.env._("Agreed at a meeting, overdue"),
            "to_approve": self.env._("Minutes to approve"),
        }

    def _desk_domain_agreed_late(self):
        today = self._office_date()
        mine = Domain("user_id", "=", self.env.uid)
        if self.env.user.has_group(LEADER):
            mine = Domain.TRUE
        return Domain("state", "=", "open") & Domain("due_date", "<", today) & mine

    def _desk_domain_to_approve(self):
        return Domain("state", "=", "held")


class ComplaintDigest(models.Model):
    _inherit = "complaint.digest"

    @api.model
    def _sections(self, morning):
        """OVERRIDE: what was agreed at meetings, improvement tasks."""
        return [
            *super()._sections(morning),
            *self.env["complaint.meeting.action"]._digest_sections(morning),
            *self.env["complaint.improvement"]._digest_sections(morning),
        ]

    @api.model
    def _section_titles(self):
        return {
            **super()._section_titles(),
            "agreed_late": self.env._("Agreed at a meeting, overdue"),
            "improvements_late": self.env._("Improvement tasks, overdue"),
        }
