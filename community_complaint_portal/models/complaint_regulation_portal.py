from itertools import groupby

from odoo import api, fields, models
from odoo.tools import format_duration

from odoo.addons.community_complaint.tools.succession import kind_of


class ComplaintRegulation(models.Model):
    """What the public page says about a regulation."""

    _inherit = "complaint.regulation"

    @api.model
    def _portal_public(self):
        """Return the regulations residents may know of, of all offices, with sudo."""
        # sudo: complaint.regulation - adopted public texts are for everybody
        known = self.sudo().search(
            [
                ("is_template", "=", False),
                ("is_public", "=", True),
                ("company_id", "!=", False),
                ("team_ids.active", "=", True),
            ],
            order="company_id, sequence, code, id",
        )
        now = fields.Datetime.now()
        return known.filtered(lambda rules: not rules._is_before(now))

    @api.model
    def _portal_online(self):
        """Return the regulations that take complaints through the website."""
        return self._portal_public().filtered(lambda rules: rules._portal_channel())

    @api.model
    def _portal_anonymous(self):
        """Return those of them that take complaints without a name."""
        return self._portal_online().filtered("allow_anonymous")

    def _portal_channel(self, by_app=False):
        """Return the channel complaints of the portal arrive by, empty if none.

        :param by_app: whether the office's app opened the pages; a text that lists no app
            takes that for its website
        """
        self.ensure_one()
        kinds = self.channel_ids.grouped("complaint_kind")
        ways = ("app", "website") if by_app else ("website", "app")
        found = (kinds[way] for way in ways if way in kinds)
        return next(found, self.channel_ids[:0])[:1]

    def _portal_confidentiality(self):
        """Return the choice of confidentiality a form starts with."""
        self.ensure_one()
        return "open" if self.confidentiality == "open" else "confidential"

    # ----------------------------------------------------------------------
    # Time limits
    # ----------------------------------------------------------------------

    def _portal_limits(self):
        """Return the office's time limits as ``[{name, within, since, clause}]``."""
        self.ensure_one()
        return [
            self._portal_limit(policy)
            for policy in self.sla_policy_ids.sorted("sequence")
            if policy.active and not policy.internal and not policy.is_window
        ]

    def _portal_windows(self):
        """Return the rights that end by themselves, such as the window for an appeal."""
        self.ensure_one()
        return [
            self._portal_limit(policy)
            for policy in self.sla_policy_ids.sorted("sequence")
            if policy.active and policy.is_window and "received" not in policy._ends()
        ]

    def _portal_times_to_complain(self):
        """Return until when one may complain, if the text says so."""
        self.ensure_one()
        return [
            self._portal_limit(policy)
            for policy in self.sla_policy_ids.sorted("sequence")
            if policy.active and "received" in policy._ends()
        ]

    def _portal_limit(self, policy):
        return {
            "name": policy.name,
            "within": self._portal_within(policy),
            "since": self._portal_since(policy),
            "clause": policy.clause,
        }

    def _portal_within(self, policy):
        """Return how long a time limit is, in a resident's words."""
        length = policy._format_quantity(policy.quantity, policy.unit)
        if policy.repeats:
            return self.env._("Every %s", length)
        return self.env._("Within %s", length)

    def _portal_since(self, policy):
        """Return from when a time limit counts, in a resident's words."""
        words = [self._portal_start(start) for start in policy._starts()]
        if not all(words) or len(words) < 2:
            return "".join(words[:1])
        return self.env._("%(first)s, or %(other)s", first=words[0], other=words[1])

    @api.model
    def _portal_start(self, start):
        """Return when a clock starts, in a resident's words, empty for the office's own.

        :param start: see ``tools.succession`` of ``community_complaint``
        """
        if kind_of(start)[0]:
            return self.env._("if nothing comes, after the last day for it")
        return {
            "incident": self.env._("after it happened"),
            "acknowledged": self.env._("after we acknowledge your complaint"),
            "accept_told": self.env._("after we tell you that we accept it"),
            "refused": self.env._("after we refuse your complaint"),
            "received": self.env._("after we receive your complaint"),
            "accepted": self.env._("after we accept your complaint"),
            "investigation_started": self.env._("after the investigation starts"),
            "investigated": self.env._("after the investigation"),
            "decided": self.env._("after the decision"),
            "notified": self.env._("after the result notice is issued"),
            "served": self.env._("after the result reaches you"),
            "transferred": self.env._("after the complaint is passed on"),
            "appeal_filed": self.env._("after we receive your appeal"),
        }.get(start, "")

    # ----------------------------------------------------------------------
    # Office
    # ----------------------------------------------------------------------

    def _portal_hours(self):
        """Return the office hours as ``[(days, times)]``, empty if unknown."""
        calendar = self[:1].calendar_id
        if not calendar or calendar.two_weeks_calendar or calendar.flexible_hours:
            return []
        lines = calendar.attendance_ids.filtered(
            lambda line: not line.display_type and line.day_period != "lunch"
        ).sorted(lambda line: (line.dayofweek, line.hour_from))
        by_day = {}
        for line in lines:
            span = f"{_clock(line.hour_from)}–{_clock(line.hour_to)}"
            by_day.setdefault(int(line.dayofweek), []).append(span)
        spans = [(day, ", ".join(times)) for day, times in sorted(by_day.items())]
        return [
            (self._portal_days([day for day, _times in group]), times)
            for times, group in groupby(spans, key=lambda item: item[1])  # pylint: disable=bad-builtin-groupby
        ]

    @api.model
    def _portal_days(self, days):
        """Return weekdays such as “Monday to Friday”; 0 is Monday."""
        names = dict(
            self.env["resource.calendar.attendance"]
            ._fields["dayofweek"]
            ._description_selection(self.env)
        )
        first, last = names[str(days[0])], names[str(days[-1])]
        if len(days) == 1:
            return first
        if days[-1] - days[0] == len(days) - 1:
            return self.env._("%(first)s to %(last)s", first=first, last=last)
        return self.env._(", ").join(names[str(day)] for day in days)


def _clock(hours):
    """Return hours such as 8.5 as a clock shows them."""
    return format_duration(hours)
