from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestNoticeBoard(ComplaintCommon):
    """R19, R06, R14: who is there, how to reach whom, and only what was entered."""

    def _board(self, xmlid="regulation_r19"):
        return self._adopt(xmlid).board_ids

    def test_comes_with_the_text(self):
        self.assertEqual(len(self._board()), 1)
        self.assertEqual(len(self._board("regulation_r06")), 1)
        self.assertEqual(len(self._board("regulation_r14")), 1)
        self.assertFalse(self.regulation.board_ids)

    def test_missing(self):
        board = self._board().with_user(self.publisher)
        self.assertIn("head", board.missing)
        self.assertIn("staff", board.missing)
        self.assertIn("phone", board.missing)
        board.write(
            {
                "hotline": "021 5555 0100",
                "person_ids": [
                    Command.create({"role": "head", "name": "Wang Wei"}),
                    Command.create({"name": "Li Na", "consent": True}),
                ],
            }
        )
        self.assertEqual(board.missing, "The name of the head.", "no consent")
        board.person_ids.consent = True
        self.assertFalse(board.missing)

    def test_missing_addresses(self):
        board = self._board("regulation_r06")
        board.phone = "021 5555 0100"
        self.assertIn("address", board.missing)
        self.assertIn("not satisfied", board.missing)
        board.write({"address": "Sunflower Street 1", "superior_phone": "12345"})
        self.assertFalse(board.missing)

    def test_missing_round_the_clock(self):
        board = self._board("regulation_r14")
        board.write({"hotline": "1", "address": "x", "superior_phone": "12345"})
        self.assertIn("round the clock", board.missing)
        board.hotline_hours = "24 hours a day"
        self.assertFalse(board.missing)

    def test_only_with_consent(self):
        """Nothing comes from the personnel file, nobody is shown unasked."""
        board = self._board()
        self.env["hr.employee"].create({"name": "Zhao", "company_id": self.company.id})
        board.person_ids = [
            Command.create({"name": "Li Na", "consent": True}),
            Command.create({"name": "Zhou Ba"}),
        ]
        people = board._board_values()["people"]
        self.assertEqual([name for name, _post, _duties in people], ["Li Na"])

    def test_who(self):
        board = self._board()
        board.with_user(self.manager).hotline = "1"
        board.with_user(self.publisher).hotline = "2"
        for user in (self.clerk, self.handler, self.leader, self.auditor):
            with self.assertRaises(AccessError):
                board.with_user(user).hotline = "3"
            self.assertEqual(board.with_user(user).hotline, "2")

    def test_desk(self):
        board = self._board()
        tickets = self.env["helpdesk.ticket"].with_user(self.publisher)
        domain = tickets._desk_domain("boards")
        self.assertIn(board, board.search(domain))
        board.hotline = "1"
        board.person_ids = [
            Command.create({"role": role, "name": "Li", "consent": True})
            for role in ("head", "staff")
        ]
        self.assertNotIn(board, board.search(tickets._desk_domain("boards")))

    def test_paper(self):
        board = self._board()
        with self.assertRaises(UserError):
            board._paper("A4")
        board.write(
            {
                "hotline": "021 5555 0100",
                "person_ids": [Command.create({"name": "Li Na", "consent": True})],
            }
        )
        for size in ("A4", "A3"):
            self.assertTrue(board._paper(size).startswith(b"%PDF-"))
