from odoo import Command
from odoo.tests import tagged

from .test_told import ToldCommon

_MAIL = "han@resident.example"


@tagged("post_install", "-at_install")
class TestLimits(ToldCommon):
    """Limits with two starts, rounds and time bars, as residents meet them."""

    def _set_limits(self, **limits):
        self.regulation.sla_policy_ids = [
            Command.clear(),
            *(Command.create({"name": key, **vals}) for key, vals in limits.items()),
        ]

    def test_public_page(self):
        self._set_limits(
            Result={
                "start_event": "acknowledged",
                "other_start_event": "silence",
                "silence_of": "acknowledged",
                "end_event": "served",
            },
            Progress={
                "start_event": "accepted",
                "end_event": "informed",
                "repeats": "due",
            },
            Time={
                "start_event": "incident",
                "end_event": "received",
                "is_window": True,
            },
        )
        limits = self.regulation._portal_limits()
        self.assertEqual(
            [(item["within"], item["since"]) for item in limits],
            [
                (
                    "Within 5 working days",
                    "after we acknowledge your complaint, or if nothing comes, after the "
                    "last day for it",
                ),
                ("Every 5 working days", "after we accept your complaint"),
            ],
        )
        page = self.shown(self.get("/complaints"))
        _before, how = page.split("How to complain")
        self.assertIn("Within 5 working days after it happened", how)
        self.assertEqual(page.count("after it happened"), 1, "no right of appeal")

    def _filed(self):
        screen = self.start_draft()
        self.tell(screen)
        self.send(screen, email=_MAIL)
        return self.cases_of(self.resident)

    def test_who_files_here_gets_an_acknowledgement(self):
        self._set_limits(
            Receipt={"start_event": "received", "end_event": "acknowledged"}
        )
        case = self._filed()
        self.assertEqual(case.deadline_ids.state, "running", "it only waits to be sent")
        mails = [mail for _bytes, mail in self._received() if mail["To"] == _MAIL]
        self.assertEqual(len(mails), 1)
        self.assertIn(case.number, mails[0]["Subject"])
        self.assertEqual(case.deadline_ids.state, "met")

    def test_no_text_no_acknowledgement(self):
        case = self._filed()
        self.assertFalse(self._told(case))
