from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.roles import MANAGER
from ..tools.steps import LEADER
from ..tools.working_calendar import CalendarError
from .complaint_digest import Section

#: Clocks that one morning of a company, or one alarm, may hold.
_MOST = 20_000
#: Working days after which a date that belongs to no time limit goes further up.
_RAISE_AFTER = 3
#: So long ago an overdue clock may have stopped to be told of.
_STOPPED = timedelta(days=30)
#: Second number of the lock of what is told at once; companies have their own ids.
_AT_ONCE = 0


class ComplaintDeadlineReminding(models.AbstractModel):
    """Who is told of which clock, and when: each clock exactly once.

    Most wait for the digest of the next working morning; limits in minutes and hours
    are told at once, see ``notify_mode`` of the time limit.
    """

    _name = "complaint.deadline.reminding"
    _description = "Reminders of a Clock"

    # ----------------------------------------------------------------------
    # Scheduled action
    # ----------------------------------------------------------------------

    @api.model
    def _cron_remind(self):
        """Remind of what is due soon, tell the leaders what is overdue."""
        self._end_long_holds()
        self._cron_run_out()
        self._expire_windows()
        self._tell_at_once(fields.Datetime.now())
        self.env["complaint.digest"]._send_all()

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
    def _domain_stopped(self, now):
        """What was overdue when its case went another way, and no leader was told of."""
        return [
            ("state", "=", "cancelled"),
            ("was_late", "=", True),
            ("escalated_date", "=", False),
            ("done_moment", ">", now - _STOPPED),
        ]

    @api.model
    def _domain_to_raise(self, now):
        return [("state", "=", "running"), ("raise_moment", "<=", now)]

    @api.model
    def _expire_windows(self):
        """Close the windows of complainants that are over."""
        now = fields.Datetime.now()
        windows = self.search(
            [("state", "=", "running"), ("is_window", "=", True), ("due", "<", now)],
            limit=_MOST,
        )
        if windows:
            windows._stop("expired", {item: item.due for item in windows})

    # ----------------------------------------------------------------------
    # At once
    # ----------------------------------------------------------------------

    @api.model
    def _tell_at_once(self, now):
        """Tell of limits that cannot wait for the morning; alarms at any hour."""
        policies = self.env["complaint.sla.policy"]._told_at_once()
        if not policies or not self.env["complaint.digest"]._lock_number(_AT_ONCE):
            return
        own = Domain("policy_id", "in", policies)
        soon = self.search(Domain(self._domain_to_remind(now)) & own, limit=_MOST)
        late = self.search(Domain(self._domain_to_escalate(now)) & own, limit=_MOST)
        late |= self.search(Domain(self._domain_stopped(now)) & own, limit=_MOST)
        clocks = (soon | late)._with_open_office(now)
        digest = self.env["complaint.digest"]
        for company, found in clocks.grouped("company_id").items():
            absent = digest._absent_users(company, now)
            parts = defaultdict(list)
            for key, section in (
                ("late", found & late),
                ("soon", (found & soon) - late),
            ):
                for user, own in section._readers(f"_ladders_{key}", absent).items():
                    parts[user].append((key, own))
            for user, sections in parts.items():
                digest._send(user, sections, _alarm_subject)
        self.env["complaint.alarm"]._ring_clocks(clocks & late, clocks & soon)
        (clocks & soon)._mark_soon(now)
        (clocks & late)._mark_late(now)
        self.env["ir.cron"]._commit_progress()

    def _with_open_office(self, now):
        """Return the clocks that may be told now: alarms, and others in office hours."""
        open_now = {
            regulation: regulation._is_open(now)
            for regulation in self.ticket_id.regulation_id
        }
        return self.filtered(
            lambda item: (
                item.policy_id.notify_mode == "any"
                or open_now[item.ticket_id.regulation_id]
            )
        )

    @api.model
    def _wake_up(self, vals_list, policies):
        """Let the job run when clocks that are told at once need it."""
        moments = {
            moment
            for vals in vals_list
            if vals.get("policy_id") in policies
            for moment in (vals["reminder_moment"], vals["due"])
            if moment
        }
        if moments:
            cron = self.env.ref("community_complaint.complaint_deadline_cron_remind")
            cron._trigger(at=sorted(moments))

    # ----------------------------------------------------------------------
    # In the morning
    # ----------------------------------------------------------------------

    @api.model
    def _digest_sections(self, morning):
        """Return the sections of a morning that are about clocks."""
        now = morning.now
        policies = self.env["complaint.sla.policy"]._told_at_once()
        own = Domain("company_id", "=", morning.company.id) & Domain(
            "ticket_id.regulation_id", "in", morning.regulations.ids
        )
        slow = own & Domain("policy_id", "not in", policies)
        soon = self._of_morning(Domain(self._domain_to_remind(now)) & slow)
        late = self._of_morning(Domain(self._domain_to_escalate(now)) & slow)
        late |= self._of_morning(Domain(self._domain_stopped(now)) & slow)
        raised = self._of_morning(Domain(self._domain_to_raise(now)) & own)
        asked = self._of_morning(
            own
            & Domain("state", "in", ("running", "on_hold"))
            & Domain("extension_ids", "any", [("state", "=", "requested")])
        )
        absent = morning.absent
        return [
            Section(
                "raised",
                raised._readers("_ladders_raised", absent),
                lambda: raised._mark_raised(),
            ),
            Section(
                "late",
                late._readers("_ladders_late", absent),
                lambda: late._mark_late(now),
            ),
            Section(
                "soon",
                # what is overdue already needs no warning that it will be
                (soon - late)._readers("_ladders_soon", absent),
                lambda: soon._mark_soon(now),
            ),
            Section("extensions", asked._readers("_ladders_asked", absent)),
        ]

    @api.model
    def _of_morning(self, domain):
        return self.search(domain, limit=_MOST)

    def _mark_soon(self, now):
        self._write_sealed("told", {"reminded_date": now})

    def _mark_late(self, now):
        """Mark what was told to the leaders, and when it goes further up."""
        for moment, clocks in self.grouped(lambda item: item._raise_moment()).items():
            clocks._write_sealed(
                "told",
                {"reminded_date": now, "escalated_date": now, "raise_moment": moment},
            )

    def _mark_raised(self):
        self._write_sealed("told", {"raise_moment": False})

    def _raise_moment(self):
        """Return when a clock that is overdue goes up to the manager, if ever."""
        days = self.policy_id.escalation_days if self.policy_id else _RAISE_AFTER
        if not self.due_date or not days:
            return False
        try:
            calendar = self.ticket_id.regulation_id._working_calendar()
            return calendar.day_start(calendar.add_working_days(self.due_date, days))
        except CalendarError:
            return False

    # ----------------------------------------------------------------------
    # Who is told
    # ----------------------------------------------------------------------

    def _readers(self, ladders, absent):
        """Return ``{user: clocks}``: who is told of which of these clocks.

        Of each ladder the people on the first rung who may know of the clock; when all
        of them are on leave, those on the next one as well.

        :param ladders: name of a method that gives the ladders of one clock, each a list
            of users
        :param absent: ids of the users on leave
        """
        found, allowed, known = defaultdict(dict), {}, {}
        for deadline in self:
            key = deadline._ladder_key()
            if key not in known:
                known[key] = getattr(deadline, ladders)()
            for ladder in known[key]:
                for rung in ladder:
                    readers = [
                        user
                        for user in rung
                        if deadline.id in self._allowed(user, allowed)
                    ]
                    for user in readers:
                        found[user][deadline.id] = None
                    if any(user.id not in absent for user in readers):
                        break
        return {user: self.browse(ids) for user, ids in found.items()}

    def _allowed(self, user, known):
        """Return the ids of those clocks that a user may know of; asked once a user."""
        if user not in known:
            clocks = self.filtered(lambda item: item.company_id in user.company_ids)
            reader = clocks.with_user(user).with_context(
                allowed_company_ids=user.company_ids.ids
            )
            readable = () if user.share else reader._filtered_access("read").ids
            known[user] = frozenset(readable)
        return known[user]

    def _ladder_key(self):
        """Return what clocks with the same ladders have in common."""
        ticket = self.ticket_id
        asker = self.pending_extension_id.requested_by_id
        return ticket.user_id, ticket.team_id, self.company_id, asker

    def _ladders_soon(self):
        """The handler, or else the desk."""
        ticket = self.ticket_id
        return [
            [
                ticket.user_id,
                ticket.team_id.user_ids,
                self._leaders(),
                self._managers(),
            ]
        ]

    def _ladders_late(self):
        """The handler, and the leader."""
        return [[self._leaders(), self._managers()], [self.ticket_id.user_id]]

    def _ladders_raised(self):
        return [[self._managers()]]

    def _ladders_asked(self):
        """Leaders who did not ask for it themselves."""
        asker = self.pending_extension_id.requested_by_id
        return [[self._leaders() - asker, self._managers() - asker]]

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
    # Lines
    # ----------------------------------------------------------------------

    def _digest_lines(self):
        """Return one dict a clock: number, text, date, link."""
        lines = []
        for deadline in self.sorted(lambda item: item.due or fields.Datetime.now()):
            ticket = deadline.ticket_id
            lines.append(
                {
                    "number": ticket.number,
                    "text": deadline._digest_text(),
                    "date": deadline._format_due(),
                    "url": f"{ticket.get_base_url()}/mail/view"
                    f"?model=helpdesk.ticket&res_id={ticket.id}",
                }
            )
        return lines

    def _digest_text(self):
        """Return what a clock is about, and what is expected of the reader."""
        if self.state == "cancelled":
            return self.env._("%s: overdue when the case went another way", self.name)
        if self.needs_overrun_notice:
            return self.env._("%s: the overrun has to be explained", self.name)
        if self.pending_extension_id.can_decide:
            quantity = self.pending_extension_id._format_quantity()
            return self.env._(
                "%(name)s: %(quantity)s more asked for",
                name=self.name,
                quantity=quantity,
            )
        return self.name

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


def _alarm_subject(env):
    """Return the subject of what is told at once."""
    return env._("Complaints: at once, please")
