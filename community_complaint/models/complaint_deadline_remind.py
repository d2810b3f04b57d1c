from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import format_date

from ..tools.steps import LEADER
from ..tools.working_calendar import CalendarError

MANAGER = "community_complaint.group_complaint_manager"
#: Clocks that one company's digests may hold at once.
_BATCH = 2_000
#: Office hours of an office that has none, in minutes of the day.
_USUAL_HOURS = ((8 * 60, 18 * 60),)


class ComplaintDeadline(models.Model):
    """Reminders: one digest per person, in office hours, each clock exactly once.

    The mails and the marks that they were sent are written in one transaction per
    company: killed in between, neither is there, and the next run does both.
    """

    _inherit = "complaint.deadline"

    # ----------------------------------------------------------------------
    # Scheduled action
    # ----------------------------------------------------------------------

    @api.model
    def _cron_remind(self):
        """Remind of what is due soon, tell the leaders what is overdue."""
        self._expire_windows()
        now = fields.Datetime.now()
        companies = self._companies_to_remind(now)
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            self._remind_company(company, now)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _domain_to_remind(self, now):
        return [
            ("state", "=", "running"),
            ("reminded_date", "=", False),
            ("reminder_moment", "<=", now),
            ("is_window", "=", False),
        ]

    @api.model
    def _domain_to_escalate(self, now):
        return [
            ("state", "=", "running"),
            ("escalated_date", "=", False),
            ("due", "<", now),
            ("is_window", "=", False),
        ]

    @api.model
    def _companies_to_remind(self, now):
        """Return the companies that have something to be told."""
        companies = self.env["res.company"]
        for domain in (self._domain_to_remind(now), self._domain_to_escalate(now)):
            for company, _count in self._read_group(
                domain, ["company_id"], ["__count"]
            ):
                companies |= company
        return companies

    @api.model
    def _expire_windows(self):
        """Close the windows of complainants that are over."""
        now = fields.Datetime.now()
        windows = self.search(
            [("state", "=", "running"), ("is_window", "=", True), ("due", "<", now)],
            limit=_BATCH,
        )
        if windows:
            windows._stop("expired", {item: item.due for item in windows})

    def _remind_company(self, company, now):
        """Send the digests of one company and mark the clocks in them."""
        own = [("company_id", "=", company.id)]
        soon = self.search(
            self._domain_to_remind(now) + own, limit=_BATCH, order="reminder_moment, id"
        )
        late = self.search(
            self._domain_to_escalate(now) + own, limit=_BATCH, order="due, id"
        )
        clocks = (soon | late)._with_open_office(now).try_lock_for_update()
        soon, late = soon & clocks, late & clocks
        # what is overdue already needs no warning that it will be
        soon -= late
        digests = defaultdict(lambda: [self.browse(), self.browse()])
        for position, found, readers in (
            (0, soon, "_people_to_remind"),
            (1, late, "_people_to_escalate"),
        ):
            for deadline in found:
                for user in getattr(deadline, readers)():
                    digests[user][position] += deadline
        for user, (own_soon, own_late) in digests.items():
            self._send_digest(user, own_soon, own_late)
        clocks.write({"reminded_date": now})
        late.write({"escalated_date": now})

    def _with_open_office(self, now):
        """Return the clocks whose office is open now."""
        open_now = {
            regulation: _is_open(regulation, now)
            for regulation in self.ticket_id.regulation_id
        }
        return self.filtered(lambda item: open_now[item.ticket_id.regulation_id])

    # ----------------------------------------------------------------------
    # Who is told
    # ----------------------------------------------------------------------

    def _people_to_remind(self):
        """Return who is reminded: the handler, or else the desk."""
        ticket = self.ticket_id
        return self._first_readers(
            ticket.user_id, ticket.team_id.user_ids, self._leaders(), self._managers()
        )

    def _people_to_escalate(self):
        """Return who is told that a limit is over: handler and leader."""
        leaders = self._first_readers(self._leaders(), self._managers())
        return leaders | self._first_readers(self.ticket_id.user_id)

    def _first_readers(self, *ladder):
        """Return the people on the first rung who may know of this clock."""
        for users in ladder:
            readers = users.filtered(
                lambda user: (
                    not user.share
                    and self.with_user(user)
                    .with_context(allowed_company_ids=self.company_id.ids)
                    ._filtered_access("read")
                )
            )
            if readers:
                return readers
        return self.env["res.users"]

    def _leaders(self):
        """Return the leaders of the desk."""
        team = self.ticket_id.team_id
        members = team.user_id | team.user_ids
        return members.filtered(
            lambda user: user.has_group(LEADER) and not user.has_group(MANAGER)
        ) or members.filtered(lambda user: user.has_group(LEADER))

    def _managers(self):
        """Return the managers of the company."""
        return self.env.ref(MANAGER).all_user_ids.filtered(
            lambda user: self.company_id in user.company_ids
        )

    # ----------------------------------------------------------------------
    # The digest
    # ----------------------------------------------------------------------

    @api.model
    def _send_digest(self, user, soon, late):
        """Notify one person, in their language, of what they may see."""
        reader = (
            (soon | late)
            .with_user(user)
            .with_context(
                lang=user.lang, tz=user.tz, allowed_company_ids=user.company_ids.ids
            )
        )
        readable = reader._filtered_access("read")
        if not readable:
            return
        values = {
            "soon": readable.filtered(lambda item: item in soon)._digest_lines(),
            "late": readable.filtered(lambda item: item in late)._digest_lines(),
        }
        env = readable.env
        body = env["ir.qweb"]._render("community_complaint.complaint_digest", values)
        subject = env._(
            "Deadlines: %(soon)s due soon, %(late)s overdue",
            soon=len(values["soon"]),
            late=len(values["late"]),
        )
        # sudo: mail.message - the office itself writes, not the reader
        self.env["mail.thread"].sudo().with_context(lang=user.lang).message_notify(
            partner_ids=user.partner_id.ids,
            subject=subject,
            body=body,
            author_id=self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root"),
        )

    def _digest_lines(self):
        """Return one dict a clock: number, name, due, link."""
        lines = []
        for deadline in self.sorted("due"):
            ticket = deadline.ticket_id
            lines.append(
                {
                    "number": ticket.number,
                    "name": deadline.name,
                    "due": deadline._format_due(),
                    "url": f"{ticket.get_base_url()}/mail/view"
                    f"?model=helpdesk.ticket&res_id={ticket.id}",
                }
            )
        return lines

    def _format_due(self):
        """Return the due date and time as the office's clock shows them."""
        self.ensure_one()
        if not self.due:
            return ""
        try:
            calendar = self.ticket_id.regulation_id._working_calendar()
        except CalendarError:
            return format_date(self.env, self.due_date)
        time = self.policy_id._format_time(self.due, calendar)
        return f"{format_date(self.env, self.due_date)} {time}"


def _is_open(regulation, now):
    """Tell whether the office of a regulation is open at a moment (naive UTC)."""
    try:
        calendar = regulation._working_calendar()
        local = calendar.to_local(now)
        if not calendar.is_working(local.date()):
            return False
        hours = calendar.hours(local.date()) or _USUAL_HOURS
    except CalendarError:
        return True
    minute = local.hour * 60 + local.minute
    return hours[0][0] <= minute < hours[-1][1]
