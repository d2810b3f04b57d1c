import io
from datetime import date, datetime, timedelta

from freezegun import freeze_time
from pypdf import PdfReader

from odoo import Command
from odoo.tools import format_date

from odoo.addons.community_complaint.tests.common import ComplaintCommon

#: A Monday morning in Shanghai; the calendar knows no official days.
START = datetime(2026, 3, 2, 1, 0)
TEST_LEVEL = {
    "name": "Appeal",
    "sequence": 10,
    "kind": "appeal",
    "applicant": "complainant",
    "authority": "same_office",
    "quantity": 3,
    "unit": "working_day",
}


class AppealCommon(ComplaintCommon):
    """An office with a second leader who had no part in its results."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reviewer = cls._new_user(
            "reviewer", "community_complaint.group_complaint_leader"
        )
        cls.team.user_ids += cls.reviewer
        cls.level = cls.regulation.appeal_level_ids
        cls.nobody = cls.env["complaint.respondent"]
        with freeze_time(START):
            # printing takes its time: one case for the first need of every test
            cls.ready = cls("setUp")._make_served()

    def setUp(self):
        super().setUp()
        self.used = False
        clock = freeze_time(START)
        self.frozen = clock.start()
        self.addCleanup(clock.stop)

    def go(self, day, hour=10):
        """Let it be a day (of March 2026 if a number), at an hour of the office."""
        if isinstance(day, int):
            day = date(2026, 3, day)
        self.frozen.move_to(
            datetime.combine(day, datetime.min.time()) + timedelta(hours=hour - 8)
        )

    # ----------------------------------------------------------------------
    # The way of a case and its appeal
    # ----------------------------------------------------------------------

    def _notified(self, **vals):
        """Return a case whose result notices are issued."""
        vals.setdefault("respondent_ids", self._respondent())
        return self._to(self._complaint(**vals), "notified")

    def _serve(self, notices):
        """Record that notices were served today, those that wait released before."""
        self._release_papers(notices.ticket_id)
        notices.filtered(lambda item: item.state == "issued").with_user(
            self.clerk
        ).action_serve(delivery="post", note="RX 1")

    def _notices(self, record, kind="result", addressee=None):
        return record.notice_ids.filtered(
            lambda item: item.kind == kind and addressee in (None, item.addressee)
        )

    def _served(self, **vals):
        """Return a case whose notices were all served today."""
        today = self.env["helpdesk.ticket"]._office_date()
        if vals or self.used or today != START.date():
            return self._make_served(**vals)
        self.used = True
        return self.ready

    def _make_served(self, **vals):
        ticket = self._notified(**vals)
        self._serve(ticket.notice_ids)
        return ticket

    def _draft_appeal(self, ticket, user=None, **vals):
        return (
            self.env["complaint.appeal"]
            .with_user(user or self.clerk)
            .create({"ticket_id": ticket.id, "grounds": "Nobody asked me.", **vals})
        )

    def _by(self, party):
        """Return the values of an appeal by a respondent."""
        return {"appellant": "respondent", "respondent_id": party.id}

    def _filed(self, ticket=None, **vals):
        """Return an appeal that was filed today."""
        appeal = self._draft_appeal(ticket or self._served(), **vals)
        appeal.action_file()
        return appeal

    def _under_review(self, ticket=None, reviewer=None, **vals):
        """Return an appeal under review, as its reviewer sees it."""
        reviewer = reviewer or self.reviewer
        appeal = self._filed(ticket, **vals)
        appeal.with_user(self.leader).action_assign(reviewer)
        return appeal.with_user(reviewer)

    def _forward(self, appeal):
        """Forward an appeal to the superior body, by hand, as the office's mail goes.

        :return: the appeal as the leader sees it
        """
        appeal.with_user(self.clerk).action_forward()
        self._release_papers(appeal.ticket_id)
        letter = self._notices(appeal, "appeal_referral")
        letter.with_user(self.clerk).action_serve(delivery="post", note="EMS 1")
        return appeal.with_user(self.leader)

    def _decided(self, ticket=None, outcome="upheld", reviewer=None, **vals):
        """Return an appeal that was decided today."""
        appeal = self._under_review(ticket, reviewer, **vals)
        if outcome == "changed":
            appeal.action_draft_decision()
            appeal.new_decision_id.write(
                {"conclusion": "unsubstantiated", "reasons": "The drill was next door."}
            )
        appeal.write({"outcome": outcome, "reasons": "We looked at it again."})
        appeal.action_decide()
        return appeal

    # ----------------------------------------------------------------------
    # Ladders and papers
    # ----------------------------------------------------------------------

    @classmethod
    def _ladder(cls, *levels):
        """Give the office's regulation another ladder and return it."""
        cls.regulation.appeal_level_ids = [
            Command.clear(),
            *(Command.create({**TEST_LEVEL, **level}) for level in levels),
        ]
        return cls.regulation.appeal_level_ids.sorted("sequence")

    @classmethod
    def _policy(cls, start, end, quantity, **vals):
        """Give the office's regulation another time limit and return it."""
        return cls.env["complaint.sla.policy"].create(
            {
                "regulation_id": cls.regulation.id,
                "name": f"{start} to {end}",
                "start_event": start,
                "end_event": end,
                "quantity": quantity,
                **vals,
            }
        )

    def _dialog(self, action):
        """Return the dialog that an action shows, as who opened it."""
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        return dialog.with_user(dialog.sudo().create_uid)

    def _file(self, user=None):
        """Return a file somebody uploads."""
        files = self.env["ir.attachment"].with_user(user or self.clerk)
        return files.create({"name": "letter.txt", "raw": b"I do not agree."})

    def _day(self, month, day, style=None):
        """Return a date of 2026 as readers, or with a style papers, show it."""
        return format_date(self.env, date(2026, month, day), "en_US", style)

    def _paper(self, notice):
        """Return the text of a frozen paper, in one line."""
        content = notice.sudo().pdf_attachment_id.raw
        pages = PdfReader(io.BytesIO(content)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())

    def _clocks(self, record):
        """Return the clocks of a case or an appeal that began with an appeal."""
        return record.deadline_ids.filtered(
            lambda item: item.start_event.startswith("appeal_")
        )
