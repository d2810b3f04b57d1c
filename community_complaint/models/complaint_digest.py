from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.working_calendar import CalendarError

#: First number of the locks that keep two runs of the job apart.
_LOCK = 20_261
#: Office hours of an office that has none, in minutes of the day.
_USUAL_HOURS = ((8 * 60, 18 * 60),)
#: Lines of one section; the rest is counted.
_MOST_LINES = 40


class Section(NamedTuple):
    """A part of the digests of one morning.

    ``readers``: ``{user: records}``; the records' model has ``_digest_lines``.
    ``mark``: called when all digests are written, or ``None``.
    """

    key: str
    readers: dict
    mark: object = None


class Morning(NamedTuple):
    """A working morning of a company.

    ``regulations``: those whose office works today; ``absent``: ids of the users who are
    on leave; ``now``: naive UTC.
    """

    company: object
    date: object
    regulations: object
    absent: frozenset
    now: object


class ComplaintDigest(models.Model):
    """One digest per person and working morning, in office hours.

    The record says that a company's digests of a day went out. It is written in one
    transaction with the messages and the marks of what they told: killed in between,
    none of them is there, and the next run does it all.

    EXTENSION POINTS: ``_sections`` and ``_section_titles``.
    """

    _name = "complaint.digest"
    _description = "Digest of a Morning"
    _order = "date desc, id desc"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    date = fields.Date(required=True, readonly=True, help="The office's own date.")
    reader_count = fields.Integer("Readers", readonly=True)

    _once = models.UniqueIndex(
        "(company_id, date)", "The digests of this day went out already."
    )

    # ----------------------------------------------------------------------
    # Scheduled action
    # ----------------------------------------------------------------------

    @api.model
    def _send_all(self):
        """Send the digests of all companies whose morning has come."""
        now = fields.Datetime.now()
        cron = self.env["ir.cron"]
        companies = self._companies()
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            if self._lock(company):
                self.with_company(company)._send_company(company, now)
            cron._commit_progress(1)

    @api.model
    def _companies(self):
        """Return the companies that work with complaints."""
        regulations = self.env["complaint.regulation"].search(
            [("company_id", "!=", False), ("team_ids", "!=", False)]
        )
        return regulations.company_id

    @api.model
    def _lock(self, company):
        """Keep others out of a company's digests until the transaction ends."""
        return self._lock_number(company.id)

    @api.model
    def _lock_number(self, number):
        rows = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", _LOCK, number)
        )
        return rows[0][0]

    @api.model
    def _send_company(self, company, now):
        """Send the digests of a company, unless it is no morning or they went out."""
        morning = self._morning(company, now)
        if not morning or self.search_count(
            [("company_id", "=", company.id), ("date", "=", morning.date)], limit=1
        ):
            return
        sections = self._sections(morning)
        digests = defaultdict(list)
        for section in sections:
            for user, records in section.readers.items():
                digests[user].append((section.key, records))
        sent = [self._send(user, parts) for user, parts in digests.items()]
        for section in sections:
            if section.mark:
                section.mark()
        self.create(
            {
                "company_id": company.id,
                "date": morning.date,
                "reader_count": sum(sent),
            }
        )

    # ----------------------------------------------------------------------
    # When
    # ----------------------------------------------------------------------

    @api.model
    def _morning(self, company, now):
        """Return the :class:`Morning` of a company, ``None`` when all offices are shut."""
        regulations = self.env["complaint.regulation"].search(
            [("company_id", "=", company.id), ("team_ids", "!=", False)]
        )
        opened = regulations.filtered(lambda item: item._is_open(now))
        if not opened:
            return None
        return Morning(
            company,
            opened[0]._local_date(now),
            regulations.filtered(lambda item: item._works_on(now)),
            self._absent_users(company, now),
            now,
        )

    @api.model
    def _absent_users(self, company, now):
        """Return the ids of the users who are on leave."""
        # sudo: resource.calendar.leaves - only whether somebody is there
        leaves = (
            self.env["resource.calendar.leaves"]
            .sudo()
            .search(
                [
                    ("resource_id.user_id", "!=", False),
                    ("company_id", "in", [company.id, False]),
                    ("time_type", "=", "leave"),
                    ("date_from", "<=", now),
                    ("date_to", ">", now),
                ]
            )
        )
        return frozenset(leaves.resource_id.user_id.ids)

    # ----------------------------------------------------------------------
    # What
    # ----------------------------------------------------------------------

    @api.model
    def _sections(self, morning):
        """Return the :class:`Section` of a morning in order. EXTENSION POINT."""
        return [
            *self.env["complaint.deadline"]._digest_sections(morning),
            *self.env["complaint.duty.task"]._digest_sections(morning),
            *self.env["complaint.roster"]._digest_sections(morning),
            *self.env["resource.calendar"]._complaint_digest_sections(morning),
            *self.env["complaint.regulation"]._shipped_digest_sections(morning),
        ]

    @api.model
    def _section_titles(self):
        """Return ``{key: heading}`` in the reader's language. EXTENSION POINT."""
        return {
            "raised": self.env._("Still overdue"),
            "late": self.env._("Overdue"),
            "soon": self.env._("Due soon"),
            "extensions": self.env._("Extensions to decide on"),
            "duties_late": self.env._("Periodic duties, overdue"),
            "duties": self.env._("Periodic duties"),
            "gaps": self.env._("Nobody answers the phone"),
            "schedules": self.env._("Official holidays are missing"),
            "shipped": self.env._("Shipped texts have changed"),
        }

    # ----------------------------------------------------------------------
    # Sending
    # ----------------------------------------------------------------------

    @api.model
    def _send(self, user, parts, subject=None):
        """Notify one person, in their language, of what they may see.

        :param parts: ``[(key of the section, records)]``
        :param subject: function of the reader's environment that gives the subject
        :return: whether there was something to tell
        """
        reader = self.with_user(user).with_context(
            lang=user.lang, tz=user.tz, allowed_company_ids=user.company_ids.ids
        )
        sections, total = [], 0
        titles = reader._section_titles()
        for key, records in parts:
            lines = (
                records.with_env(reader.env)._filtered_access("read")._digest_lines()
            )
            if lines:
                total += len(lines)
                sections.append(
                    {
                        "title": titles[key],
                        "lines": lines[:_MOST_LINES],
                        "more": len(lines) > _MOST_LINES
                        and reader.env._("and %s more", len(lines) - _MOST_LINES),
                    }
                )
        if not sections:
            return False
        body = reader.env["ir.qweb"]._render(
            "community_complaint.complaint_digest", {"sections": sections}
        )
        subject = subject(reader.env) if subject else reader._subject(total)
        # sudo: mail.message - the office itself writes, not the reader
        self.env["mail.thread"].sudo().with_context(lang=user.lang).message_notify(
            partner_ids=user.partner_id.ids,
            subject=subject,
            body=body,
            author_id=self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root"),
        )
        return True

    @api.model
    def _subject(self, total):
        if total == 1:
            return self.env._("Complaints this morning: 1 matter")
        return self.env._("Complaints this morning: %s matters", total)


class ComplaintRegulation(models.Model):
    """The office of a regulation, open or not."""

    _inherit = "complaint.regulation"

    def _is_open(self, now):
        """Tell whether the office is open at a moment (naive UTC)."""
        self.ensure_one()
        try:
            calendar = self._working_calendar()
            local = calendar.to_local(now)
            if not calendar.is_working(local.date()):
                return False
            hours = calendar.hours(local.date()) or _USUAL_HOURS
        except CalendarError:
            return True
        minute = local.hour * 60 + local.minute
        return hours[0][0] <= minute < hours[-1][1]

    def _works_on(self, now):
        """Tell whether the office works on the day of a moment (naive UTC)."""
        self.ensure_one()
        try:
            calendar = self._working_calendar()
            return calendar.is_working(calendar.local_date(now))
        except CalendarError:
            return True

    def _local_date(self, now):
        """Return the office's date at a moment (naive UTC)."""
        self.ensure_one()
        try:
            return self._working_calendar().local_date(now)
        except CalendarError:
            return now.date()
