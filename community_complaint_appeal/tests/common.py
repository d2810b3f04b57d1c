from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo import fields

from odoo.addons.community_complaint.tests.common import ComplaintCommon

#: A Monday morning in Shanghai; no official days are known to the calendar.
START = datetime(2026, 3, 2, 1, 0)


class AppealCommon(ComplaintCommon):
    """An office with a second leader and a third handler who had no part in results."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reviewer = cls._new_user(
            "reviewer", "community_complaint.group_complaint_leader"
        )
        cls.outsider = cls._new_user(
            "outsider", "community_complaint.group_complaint_handler"
        )
        cls.team.user_ids += cls.reviewer
        cls.level = cls.regulation.appeal_level_ids
        cls.nobody = cls.env["complaint.respondent"]

    def setUp(self):
        super().setUp()
        self.clock = freeze_time(START)
        self.frozen = self.clock.start()
        self.addCleanup(self.clock.stop)

    def go(self, day, hour=10):
        """Let it be a day of March 2026, an hour of the office in Shanghai."""
        if isinstance(day, int):
            day = date(2026, 3, day)
        self.frozen.move_to(
            datetime.combine(day, datetime.min.time()) + timedelta(hours=hour - 8)
        )

    def _notified(self, **vals):
        """Return a case whose result notices are issued."""
        vals.setdefault("respondent_ids", self._respondent())
        return self._to(self._complaint(**vals), "notified")

    def _serve(self, notices, day=None):
        """Record that notices were served."""
        notices.filtered(lambda item: item.state == "issued").with_user(
            self.clerk
        ).action_serve(date=day)

    def _results(self, ticket, kind="result"):
        return ticket.notice_ids.filtered(lambda item: item.kind == kind)

    def _served(self, **vals):
        """Return a case whose result notices were served today."""
        ticket = self._notified(**vals)
        self._serve(ticket.notice_ids)
        return ticket

    def _draft_appeal(self, ticket, user=None, **vals):
        return (
            self.env["complaint.appeal"]
            .with_user(user or self.clerk)
            .create({"ticket_id": ticket.id, "grounds": "Nobody asked me.", **vals})
        )

    def _filed(self, ticket=None, **vals):
        """Return an appeal that was filed today."""
        appeal = self._draft_appeal(ticket or self._served(), **vals)
        appeal.action_file()
        return appeal

    def _under_review(self, ticket=None, **vals):
        appeal = self._filed(ticket, **vals)
        appeal.with_user(self.leader).action_assign(self.reviewer)
        return appeal.with_user(self.reviewer)

    def _decided(self, ticket=None, outcome="upheld", **vals):
        appeal = self._under_review(ticket, **vals)
        appeal.write({"outcome": outcome, "reasons": "We looked at it again."})
        appeal.action_decide()
        return appeal

    def _now(self):
        return fields.Datetime.now()
