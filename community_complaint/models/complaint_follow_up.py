from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools.steps import CLERK, LEADER
from ..tools.working_calendar import CalendarError
from .helpdesk_ticket_desk import Tile

#: After these the office asks itself whether the case is over.
_UNSOLVED = ("no", "again")


class ComplaintFollowUp(models.Model):
    """One time that the office asks how a solved case goes (R08, R09, R14)."""

    _name = "complaint.follow.up"
    _description = "Follow-up"
    _inherit = ["complaint.case.mixin"]
    _order = "id"

    #: Solved cases are followed up after they are closed.
    _complaint_open_fields = frozenset(
        {
            "way",
            "result",
            "solved",
            "score",
            "note",
            "answer",
            "state",
            "date",
            "user_id",
        }
    )

    due_date = fields.Date("Due on", readonly=True)
    round = fields.Integer(readonly=True, default=1)
    state = fields.Selection(
        [("planned", "Planned"), ("done", "Done"), ("skipped", "Left out")],
        required=True,
        default="planned",
        readonly=True,
    )
    date = fields.Date("Done on", readonly=True)
    user_id = fields.Many2one("res.users", "Done by", readonly=True)
    way = fields.Selection(
        [
            ("phone", "Phone"),
            ("visit", "Visit"),
            ("message", "Message"),
            ("survey", "Questionnaire"),
        ],
        default="phone",
    )
    result = fields.Selection(
        selection=lambda self: (
            self.env["helpdesk.ticket"]
            ._fields["follow_up_result"]
            ._description_selection(self.env)
        ),
        string="How They Take It",
    )
    solved = fields.Selection(
        [("yes", "Solved"), ("no", "Not solved"), ("again", "Came back")],
        string="The Matter Is",
    )
    score = fields.Selection(
        [("5", "Very good"), ("4", "Good"), ("3", "Fair"), ("2", "Poor"), ("1", "Bad")],
        string="Mark for the Office",
    )
    note = fields.Text()
    answer = fields.Text(
        "Told the Resident", help="Sent to the complainant as a message."
    )

    _due_idx = models.Index("(due_date) WHERE state = 'planned'")

    @api.depends("ticket_id.number", "round")
    def _compute_display_name(self):
        for item in self:
            item.display_name = self.env._(
                "%(case)s, follow-up %(round)s",
                case=item.ticket_id.number,
                round=item.round,
            )

    def write(self, vals):
        if not self.env.su:
            if {"state", "date", "user_id", "due_date", "round"} & vals.keys():
                raise UserError(self.env._("A follow-up is recorded by its button."))
            if any(item.state != "planned" for item in self):
                raise UserError(self.env._("A follow-up that is done does not change."))
        return super().write(vals)

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    def action_done(self):
        """Record follow-ups; unsolved cases are proposed for reopening.

        :raise UserError: without how the resident takes it
        """
        if any(item.state != "planned" for item in self):
            raise UserError(self.env._("A follow-up that is done does not change."))
        for item in self:
            if not item.result or (not item.solved and item.result != "unreachable"):
                raise UserError(
                    self.env._(
                        "Say how the resident takes it, and whether the matter is solved."
                    )
                )
        self.check_access("write")
        self._record("done")
        for item in self.filtered("answer"):
            item.ticket_id.action_write_to_complainant(item.answer)
        unsolved = self.filtered(
            lambda item: item.solved in _UNSOLVED or item.result == "dissatisfied"
        )
        unsolved.ticket_id._write_sealed("solved", {"reopen_proposed": True})
        (self - unsolved).ticket_id._plan_follow_up()
        return True

    def action_skip(self):
        """Leave planned follow-ups out."""
        self.check_access("write")
        self.filtered(lambda item: item.state == "planned")._record("skipped")
        return True

    def _record(self, state):
        for ticket, items in self.grouped("ticket_id").items():
            # sudo: complaint.follow.up - only the buttons write the end
            items.sudo().write(
                {
                    "state": state,
                    "date": ticket._office_date(),
                    "user_id": self.env.uid,
                }
            )
            last = items[-1]
            if state == "done":
                # the case is closed, its last follow-up is not
                ticket._write_sealed(
                    "solved",
                    {
                        "follow_up_date": last.date,
                        "follow_up_result": last.result,
                        "follow_up_note": last.note,
                    },
                )


class HelpdeskTicket(models.Model):
    """Solved cases are followed up, and reopened when they are not solved."""

    _inherit = "helpdesk.ticket"

    follow_up_ids = fields.One2many("complaint.follow.up", "ticket_id")
    reopen_proposed = fields.Boolean("Reopening Proposed", readonly=True, copy=False)

    _reopen_proposed_idx = models.Index("(id) WHERE reopen_proposed IS TRUE")

    def _drop_follow_up(self):
        """A case taken up again is not followed up: the proposal is decided."""
        # sudo: complaint.follow.up - the step moves them, whoever takes it
        planned = self.sudo().follow_up_ids.filtered(
            lambda item: item.state == "planned"
        )
        planned._record("skipped")
        self._write_sealed("solved", {"reopen_proposed": False})

    def _plan_follow_up(self):
        """Plan the next round of cases whose regulation asks for one."""
        vals_list = []
        for ticket in self:
            rules = ticket.regulation_id
            number = len(ticket._follow_up_rounds()) + 1
            if rules.follow_up_days and number <= rules.follow_up_rounds:
                vals_list.append(
                    {
                        "ticket_id": ticket.id,
                        "round": number,
                        "due_date": ticket._follow_up_day(),
                    }
                )
        # sudo: complaint.follow.up - closed cases are planned for by the step
        return self.env["complaint.follow.up"].sudo().create(vals_list)

    def _follow_up_rounds(self):
        """Return the rounds since the case was closed the last time."""
        closed = self._office_date(self.closed_date)
        return self.follow_up_ids.filtered(
            lambda item: (
                item.round and item.state != "skipped" and item.due_date > closed
            )
        )

    def _follow_up_day(self):
        """Return the next day of a follow-up: a working day."""
        rules = self.regulation_id
        day = self._office_date() + timedelta(days=rules.follow_up_days)
        try:
            return rules._working_calendar().roll(day)
        except CalendarError:
            return day

    def _after_follow_up(self, result=None):
        """The step's own follow-up is on the list as well, as round 0."""
        # sudo: complaint.follow.up - the step records it, whoever takes it
        self.env["complaint.follow.up"].sudo().create(
            [
                {
                    "ticket_id": ticket.id,
                    "round": 0,
                    "state": "done",
                    "date": ticket.follow_up_date,
                    "user_id": self.env.uid,
                    "result": ticket.follow_up_result,
                    "note": ticket.follow_up_note,
                }
                for ticket in self
            ]
        )

    # ----------------------------------------------------------------------
    # My desk
    # ----------------------------------------------------------------------

    @api.model
    def _desk_tiles(self):
        tiles = super()._desk_tiles()
        if self.env.user.has_group(CLERK):
            tiles.append(Tile("to_follow_up", "clerk", CLERK, "complaint.follow.up"))
        if self.env.user.has_group(LEADER):
            tiles.append(Tile("to_reopen", "leader", LEADER, tone="warning"))
        return tiles

    @api.model
    def _desk_labels(self):
        return {
            **super()._desk_labels(),
            "to_follow_up": self.env._("Follow-ups due"),
            "to_reopen": self.env._("Reopening proposed"),
        }

    def _desk_domain_to_follow_up(self):
        today = fields.Date.context_today(self)
        return Domain("state", "=", "planned") & Domain("due_date", "<=", today)

    def _desk_domain_to_reopen(self):
        return Domain("reopen_proposed", "=", True) & Domain(
            "active", "in", [True, False]
        )


class ComplaintRegulation(models.Model):
    _inherit = "complaint.regulation"

    follow_up_days = fields.Integer(
        "Follow up Solved Cases after (days)",
        help="Counted from the closing, then from one round to the next. 0: they are "
        "not followed up.",
    )
    follow_up_rounds = fields.Integer(default=1)

    @api.constrains("follow_up_days", "follow_up_rounds")
    def _check_follow_up(self):
        for rules in self:
            if (
                not 0 <= rules.follow_up_days <= 3650
                or not 0 <= rules.follow_up_rounds <= 100
            ):
                raise ValidationError(
                    self.env._(
                        "Solved cases are followed up after 0 to 3,650 days, 0 to 100 "
                        "times."
                    )
                )
