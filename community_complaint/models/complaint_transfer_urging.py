from contextlib import suppress

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.duties import AUTOMATIC, BY_HAND
from ..tools.life import Opening
from ..tools.steps import CLERK, LEADER
from ..tools.working_calendar import CalendarError
from .helpdesk_ticket_desk import Tile

#: The other body has it and owes a report.
WAITING = "sent"
#: Transfers that one run of the proposals looks at.
_BATCH = 1_000


class ComplaintTransferUrging(models.Model):
    """One time that a body was urged to report (催办)."""

    _name = "complaint.transfer.urging"
    _description = "Urging"
    _inherit = ["complaint.seal.mixin"]
    _rec_names_search = ("ticket_id.number",)
    _order = "date desc, id desc"

    _opens = {}
    _openings = {
        "urged": Opening(
            "The step that urges a body keeps that it was done.",
            ("transfer_id", "note", "notice_id"),
            creates=True,
        ),
    }

    transfer_id = fields.Many2one(
        "complaint.transfer",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    ticket_id = fields.Many2one(
        related="transfer_id.ticket_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="transfer_id.company_id", store=True, index=True, precompute=True
    )
    date = fields.Datetime(readonly=True, required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users",
        "Urged by",
        readonly=True,
        required=True,
        default=lambda self: self.env.uid,
    )
    note = fields.Text(readonly=True)
    notice_id = fields.Many2one("complaint.notice", "Paper", readonly=True)


class ComplaintTransferUrgingMixin(models.AbstractModel):
    """Urging the bodies that have a case."""

    _name = "complaint.transfer.urging.mixin"
    _description = "Urging of Transfers"

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.depends("urging_ids")
    def _compute_urging_count(self):
        for transfer in self:
            transfer.urging_count = len(transfer.urging_ids)

    @api.depends("due_date", "ticket_id.next_due_date")
    def _compute_limit_date(self):
        for transfer in self:
            dates = (transfer.due_date, transfer.ticket_id.next_due_date)
            transfer.limit_date = min(filter(None, dates), default=False)

    @api.depends("limit_date", "state", "urging_ids.date")
    def _compute_urge_from(self):
        """R03: three days before the limit; the regulation says how many.

        It is empty again once they were urged on that day or later; who was urged
        earlier is urged again.
        """
        for transfer in self:
            waits = transfer.state == WAITING and transfer.limit_date
            day = waits and transfer._urge_date()
            last = max(transfer.urging_ids.mapped("date"), default=None)
            urged = day and last and transfer.ticket_id._office_date(last) >= day
            transfer.urge_from = day and not urged and day

    def _urge_date(self):
        """Return the last working day that lies so many days before the limit."""
        rules = self.ticket_id.regulation_id
        number = rules.urge_quantity
        if not number:
            return False
        day = self.limit_date
        if rules.urge_unit == "calendar_day":
            day -= relativedelta(days=number)
        with suppress(CalendarError):
            calendar = rules._working_calendar()
            if rules.urge_unit == "working_day":
                return calendar.add_working_days(day, -number)
            if not calendar.is_working(day):
                return calendar.add_working_days(day, -1)
        return day

    # ----------------------------------------------------------------------
    # What follows
    # ----------------------------------------------------------------------

    def _after_urge(self, note=""):
        """Note that these were urged, each with its paper."""
        notices = self._issue_papers("urging")
        vals_list = [
            {"transfer_id": transfer.id, "note": note, "notice_id": notice.id}
            for transfer, notice in zip(self, notices, strict=True)
        ]
        self.env["complaint.transfer.urging"]._create_sealed("urged", vals_list)
        # sudo: mail.activity - what was proposed is done, whoever did it
        self.sudo().urge_activity_id.action_feedback(note or False)
        self._write_sealed("proposed", {"urge_activity_id": False})

    def _drop_proposal(self):
        """Nobody urges who reported."""
        # sudo: mail.activity - a proposal that came too late, whoever's list it is on
        self.sudo().urge_activity_id.unlink()

    # ----------------------------------------------------------------------
    # What waits for a custodian when they are over
    # ----------------------------------------------------------------------

    def _is_over(self):
        """Return whether one transfer, or none, was called off, came back, or ended."""
        return self.state in ("reported", "returned", "cancelled")

    def _recall_held(self):
        """Let nobody release any more what was to go to these bodies."""
        dispatches = self.env["complaint.dispatch"]
        for transfer in self:
            office = transfer.with_context(lang=transfer.ticket_id._paper_lang())
            why = office.env._("%s is over.", office.display_name)
            transfer.notice_ids._recall(why)
            dispatches.search(
                [("transfer_id", "=", transfer.id), ("held", "=", True)]
            )._recall(why)

    def _prove_papers(self):
        """Take slips, and urgings that left, for arrived; other urgings are void."""
        for transfer in self:
            office = transfer.with_context(lang=transfer.ticket_id._paper_lang())
            # sudo: complaint.dispatch - the report proves it, whoever records it
            waiting = transfer.sudo().notice_ids.dispatch_ids.filtered(
                lambda item: item.state in ("queued", "sent") and not item.held
            )
            urgings = waiting.filtered(
                lambda item: (item.notice_id.kind, item.state) == ("urging", "queued")
            )
            why = office.env._("They reported back.")
            urgings.notice_id._do_step("void", why)
            (waiting - urgings)._do_step("prove", why)

    # ----------------------------------------------------------------------
    # Scheduled action
    # ----------------------------------------------------------------------

    @api.model
    def _cron_propose_urging(self):
        """Urge whoever has not reported shortly before the limit.

        Whom a message reaches by itself is urged by itself; somebody of the office urges
        the others, and the leader is told when nobody did.
        """
        # an office east of here may have tomorrow already
        tomorrow = fields.Date.today() + relativedelta(days=1)
        transfers = self.search(
            [("state", "=", WAITING), ("urge_from", "<=", tomorrow)],
            limit=_BATCH,
            order="urge_from, id",
        ).filtered(lambda item: item.urge_from <= item.ticket_id._office_date())
        for transfer in transfers.try_lock_for_update():
            transfer._urge_or_propose()
        self.env["ir.cron"]._commit_progress(len(transfers))

    def _urge_or_propose(self):
        """Urge one body, put it on somebody's list, or tell the leader that it is there."""
        self.ensure_one()
        if self._is_told_by_itself():
            self._do_step("urge", note=self.env._("By itself, before the limit."))
        elif not self.urge_activity_id:
            self._propose_urging(self._who_urges())
        else:
            self._tell_not_urged()

    def _is_told_by_itself(self):
        """Return whether a paper leaves for one body without anybody's doing."""
        channels = self.env["complaint.dispatch"]._channels_of(
            {
                "ticket_id": self.ticket_id.id,
                "addressee": "body",
                "transfer_id": self.id,
            }
        )
        return channels[0] in AUTOMATIC and self.delivery not in BY_HAND

    def _who_urges(self):
        """Return who sent one case, or else somebody of the desk."""
        ticket = self.ticket_id
        users = self.sent_by_id | ticket.user_id | ticket.team_id.user_id
        return self._readers(users | ticket.team_id.user_ids)[:1]

    def _leaders_told(self):
        """Return who is told that nobody urged."""
        team = self.ticket_id.team_id
        leaders = (team.user_id | team.user_ids).filtered(
            lambda user: user.has_group(LEADER)
        )
        return self._readers(leaders)

    def _readers(self, users):
        ticket = self.ticket_id
        return users.filtered(
            lambda user: (
                ticket.with_user(user)
                .with_context(allowed_company_ids=ticket.company_id.ids)
                ._filtered_access("read")
            )
        )

    def _tell_not_urged(self):
        """Put on a leader's list what lay on somebody's since yesterday or longer."""
        # sudo: mail.activity - on whose list it is, whoever looks
        activity = self.sudo().urge_activity_id
        leaders = self._leaders_told()
        today = self.ticket_id._office_date()
        if (
            leaders
            and activity.date_deadline < today
            and activity.user_id not in leaders
        ):
            activity.unlink()
            self._propose_urging(leaders[:1])

    def _propose_urging(self, reader):
        """Put the urging on somebody's list, for today."""
        if reader:
            env = self.with_context(lang=reader.lang).env
            activity = self.ticket_id.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=self.ticket_id._office_date(),
                summary=env._("Urge: %s", self.target_name),
                user_id=reader.id,
            )
            self._write_sealed("proposed", {"urge_activity_id": activity.id})


class HelpdeskTicket(models.Model):
    """My desk: whom to urge."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _desk_tiles(self):
        tiles = super()._desk_tiles()
        if self.env.user.has_group(CLERK):
            tiles.append(
                Tile("to_urge", "clerk", CLERK, "complaint.transfer", "warning")
            )
        return tiles

    @api.model
    def _desk_labels(self):
        return {**super()._desk_labels(), "to_urge": self.env._("To urge")}

    def _desk_domain_to_urge(self):
        return Domain("state", "=", WAITING) & Domain(
            "urge_from", "<=", self._office_date()
        )
