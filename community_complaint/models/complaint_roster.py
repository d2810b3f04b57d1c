from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.orm.models import NO_ACCESS
from odoo.tools import format_date
from odoo.tools.intervals import Intervals

from .complaint_digest import Section

#: Gaps that begin within these hours are told to the managers as well.
_URGENT_HOURS = 48


class ComplaintRoster(models.Model):
    """Who answers the phone at which hour; gaps are found and reported (R14).

    The hours to cover minus the shifts are the gaps: plain set algebra on intervals.
    """

    _name = "complaint.roster"
    _description = "Roster"
    _inherit = ["complaint.watched.mixin"]
    _order = "name, id"
    _check_company_auto = True

    #: Managers alone have the right to change it; here it is put on record.
    _watched_by_managers = False

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    regulation_id = fields.Many2one(
        "complaint.regulation",
        check_company=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    phone = fields.Char(help="The number residents call.")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        check_company=True,
        help="Is told of gaps. Empty: the managers.",
    )
    tz = fields.Char("Time Zone", compute="_compute_tz")
    hour_from = fields.Float("From", default=0)
    hour_to = fields.Float("To", default=24)
    horizon_days = fields.Integer(
        "Plan Ahead", default=7, help="Days within which there must be no gap."
    )
    shift_ids = fields.One2many("complaint.roster.shift", "roster_id", string="Shifts")
    on_duty = fields.Char("On Duty Now", compute="_compute_gaps")
    gap_count = fields.Integer("Gaps", compute="_compute_gaps")
    gap_text = fields.Text("Nobody Is There", compute="_compute_gaps")

    def _watched_companies(self):
        """OVERRIDE: the office whose duty it is."""
        # sudo: res.company - whose it is, whoever changes it
        return {item.id: frozenset(item.sudo().company_id.ids) for item in self}

    def _watched_cases(self):
        """OVERRIDE: no file names it."""
        return self.browse()

    # ----------------------------------------------------------------------
    # Computes and constraints
    # ----------------------------------------------------------------------

    @api.depends("regulation_id.tz", "company_id")
    def _compute_tz(self):
        for roster in self:
            company = roster.company_id
            roster.tz = (
                roster.regulation_id.tz
                or company.partner_id.tz
                or company.resource_calendar_id.tz
                or "UTC"
            )

    @api.depends(
        "hour_from",
        "hour_to",
        "horizon_days",
        "shift_ids.start",
        "shift_ids.end",
        "shift_ids.weekly_until",
        "shift_ids.employee_id",
    )
    @api.depends_context("lang")
    def _compute_gaps(self):
        now = fields.Datetime.now()
        for roster in self:
            gaps = roster._gaps(now)
            roster.gap_count = len(gaps)
            roster.gap_text = "\n".join(roster._gap_label(*gap) for gap in gaps)
            people = roster._people_at(now)
            roster.on_duty = ", ".join(people.mapped("display_name"))

    _hours_of_a_day = models.Constraint(
        "CHECK (0 <= hour_from AND hour_from < hour_to AND hour_to <= 24)",
        "Hours lie between 0:00 and 24:00, in order.",
    )
    _at_most_a_year = models.Constraint(
        "CHECK (horizon_days BETWEEN 1 AND 366)",
        "Plan between one day and a year ahead.",
    )

    # ----------------------------------------------------------------------
    # Set algebra; all moments are naive UTC
    # ----------------------------------------------------------------------

    def _gaps(self, now, days=None):
        """Return the hours without anybody, ``[(start, end)]``, from now on.

        :param days: how far ahead, the roster's own horizon by default
        """
        self.ensure_one()
        end = now + timedelta(days=days or self.horizon_days)
        wanted = Intervals(self._hours_to_cover(now, end))
        covered = Intervals(self._covered(now, end))
        return [(start, stop) for start, stop, _none in wanted - covered]

    def _hours_to_cover(self, start, end):
        """Yield the hours of each day that must be covered."""
        zone = ZoneInfo(self.tz)
        nobody = self.env["complaint.roster.shift"]
        day = _to_local(start, zone).date()
        while (first := self._at(day, self.hour_from, zone)) < end:
            last = self._at(day, self.hour_to, zone)
            yield max(first, start), min(last, end), nobody
            day += timedelta(days=1)

    def _at(self, day, hour, zone):
        local = datetime.combine(day, time()) + timedelta(hours=hour)
        return _to_utc(local, zone)

    def _covered(self, start, end):
        """Yield the shifts between two moments, weekly ones as often as they come."""
        zone = ZoneInfo(self.tz)
        for shift in self.shift_ids:
            yield from (
                (max(begin, start), min(finish, end), shift)
                for begin, finish in shift._times(zone, end)
                if finish > start and begin < end
            )

    @api.model
    def _people_for(self, regulations, moment):
        """Return who is on duty at a moment, ``{regulation: employees}``.

        By the rosters of the regulation; if it has none, by those of the office.
        """
        rosters = self.search(
            Domain("company_id", "in", regulations.company_id.ids)
            & Domain("regulation_id", "in", [*regulations.ids, False])
        )
        rosters.shift_ids.fetch(["start", "end", "weekly_until", "employee_id"])
        people = {roster: roster._people_at(moment) for roster in rosters}
        return {
            regulation: self.env["hr.employee"].union(
                *map(people.get, rosters._of_regulation(regulation))
            )
            for regulation in regulations
        }

    def _of_regulation(self, regulation):
        """Return those of these that are about a regulation, or else its office's."""
        own = self.filtered(lambda item: item.regulation_id == regulation)
        return own or self.filtered(
            lambda item: (
                not item.regulation_id and item.company_id == regulation.company_id
            )
        )

    def _people_at(self, moment):
        """Return the employees who are on duty at a moment."""
        shifts = [
            shift
            for _start, _end, shift in self._covered(
                moment, moment + timedelta.resolution
            )
        ]
        return self.env["complaint.roster.shift"].union(*shifts).employee_id

    def _gap_label(self, start, end):
        """Return a gap in words, in the roster's time zone."""
        zone = ZoneInfo(self.tz)
        moments = [_to_local(moment, zone) for moment in (start, end)]
        return " – ".join(
            f"{format_date(self.env, moment.date(), date_format='full')} {moment:%H:%M}"
            for moment in moments
        )

    # ----------------------------------------------------------------------
    # The morning's digest
    # ----------------------------------------------------------------------

    @api.model
    def _digest_sections(self, morning):
        """Return the section about gaps; they are told until they are closed."""
        rosters = self.search([("company_id", "=", morning.company.id)])
        gaps = rosters.filtered(lambda roster: roster._gaps(morning.now))
        return [Section("gaps", gaps._readers(morning))]

    def _readers(self, morning):
        """Return ``{user: rosters}``: who is told of gaps."""
        found = {}
        managers = self.env.ref(
            "community_complaint.group_complaint_manager"
        ).all_user_ids.filtered(lambda user: morning.company in user.company_ids)
        urgent = morning.now + timedelta(hours=_URGENT_HOURS)
        for roster in self:
            people = roster.user_id.filtered(lambda user: user.id not in morning.absent)
            if not people or roster._gaps(morning.now)[0][0] < urgent:
                people |= managers
            for user in people:
                found[user] = found.get(user, self.browse()) | roster
        return found

    def _digest_lines(self):
        """Return one dict a gap: roster, hours, link."""
        now = fields.Datetime.now()
        return [
            {
                "number": roster.name,
                "text": roster._gap_label(*gap),
                "date": "",
                "url": f"{roster.get_base_url()}/odoo/{roster._name}/{roster.id}",
            }
            for roster in self
            for gap in roster._gaps(now)
        ]


class ComplaintRosterShift(models.Model):
    """Somebody on duty from one moment to another, once or every week."""

    _name = "complaint.roster.shift"
    _description = "Shift"
    _inherit = ["complaint.watched.mixin"]
    _order = "start, id"
    _check_company_auto = True

    #: Leaders alone have the right to change it; where alarms go is put on record.
    _watched_by_managers = False

    roster_id = fields.Many2one(
        "complaint.roster", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="roster_id.company_id", store=True, index=True)
    employee_id = fields.Many2one(
        "hr.employee", string="Who", required=True, check_company=True
    )
    phone = fields.Char(
        compute="_compute_phone", store=True, readonly=False, precompute=True
    )
    start = fields.Datetime("From", required=True)
    end = fields.Datetime("To", required=True)
    weekly_until = fields.Date(
        "Every Week until", help="Empty: this once. The hours are those on the wall."
    )

    @api.depends("employee_id")
    def _compute_phone(self):
        for shift in self:
            # sudo: hr.employee - the phone of who is on duty is for the whole office
            employee = shift.employee_id.sudo()
            shift.phone = employee.mobile_phone or employee.work_phone

    @api.depends("employee_id", "start", "end")
    def _compute_display_name(self):
        for shift in self:
            shift.display_name = shift.employee_id.display_name

    def _watched_companies(self):
        """OVERRIDE: the office whose alarms go there."""
        # sudo: res.company - whose it is, whoever changes it
        return {item.id: frozenset(item.sudo().company_id.ids) for item in self}

    def _watched_cases(self):
        """OVERRIDE: no file names it."""
        return self.browse()

    _within_a_week = models.Constraint(
        """CHECK ("end" > start AND "end" - start <= interval '7 days')""",
        "A shift ends after it starts, within a week.",
    )

    def _phones(self, moment):
        """Return the phone numbers of those of these shifts that are on at a moment."""
        return [
            phone
            for roster in self.roster_id
            for _start, _end, shift in roster._covered(
                moment, moment + timedelta.resolution
            )
            if (phone := shift.phone) and shift in self
        ]

    def _times(self, zone, end):
        """Yield start and end of a shift each time it comes, until a moment.

        :param zone: the roster's ``ZoneInfo``; weekly shifts keep their hours on the wall
        """
        start = _to_local(self.start, zone)
        length = _to_local(self.end, zone) - start
        yield self.start, self.end
        while self.weekly_until:
            start += timedelta(days=7)
            if start.date() > self.weekly_until or _to_utc(start, zone) >= end:
                return
            yield _to_utc(start, zone), _to_utc(start + length, zone)


class HrEmployee(models.Model):
    """Who is on duty, or works on complaints, is alarmed there (THREATS 51)."""

    _name = "hr.employee"
    _inherit = ["hr.employee", "complaint.reached.mixin"]

    _reached_names = frozenset(
        {"work_email", "work_phone", "mobile_phone", "work_contact_id", "user_id"}
    )

    complaint_shift_ids = fields.One2many(
        "complaint.roster.shift", "employee_id", string="Shifts", groups=NO_ACCESS
    )

    def _note_reached(self, changes):
        """OVERRIDE: on record and told, not refused: staff are up to human resources."""
        offices = {item.id: item._offices_on_duty() for item in self}
        self._log_reached(offices, changes)
        self._tell_reached(offices, self.env._("member of staff whom alarms reach"))

    def _offices_on_duty(self):
        """Return the companies whose complaints these work on, or stand by for."""
        works = self.user_id.filtered(lambda user: user._works_on_complaints())
        return self.complaint_shift_ids.company_id | (
            works.company_ids & self.env["complaint.watched.mixin"]._complaint_offices()
        )


def _to_local(moment, zone):
    """Return a naive UTC moment as naive local time."""
    return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None)


def _to_utc(local, zone):
    """Return a naive local time as naive UTC."""
    return local.replace(tzinfo=zone).astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
