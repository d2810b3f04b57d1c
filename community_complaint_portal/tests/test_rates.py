from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from ..controllers import visitors
from ..tools.rates import RATES
from .test_anonymous import STORY, TRACK, AnonymousCommon

#: Kind of bucket, limit, minutes, from where, and what happens beyond (THREATS 12).
CONTRACT = (
    ("file", 20, 60, "address", "refused"),
    ("file_account", 20, 60, "account", "refused"),
    ("write", 60, 60, "case", "refused"),
    ("guess", 5, 15, "address", "slow"),
    ("guess_all", 200, 15, "all", "slow"),
)


@tagged("post_install", "-at_install")
class TestRates(AnonymousCommon):
    """How often something may be done from one place, bucket by bucket."""

    def hits(self):
        """Return the counters."""
        return self.env["complaint.rate.hit"]

    def fill(self, kind, place="", count=None):
        """Let something have been done as often as it may be."""
        for _turn in range(RATES[kind].limit if count is None else count):
            self.hits()._add(kind, place)

    def test_contract(self):
        """The table is what was agreed on; it changes here and there together."""
        table = {
            (
                kind,
                rate.limit,
                rate.window // timedelta(minutes=1),
                rate.place,
                "slow" if rate.slow else "refused",
            )
            for kind, rate in RATES.items()
        }
        self.assertEqual(table, set(CONTRACT))

    def test_limits_and_windows(self):
        """Every bucket is full at its limit, and empty when its window is over."""
        for kind, limit, minutes, _place, _end in CONTRACT:
            with self.subTest(kind=kind):
                self.fill(kind, "here", limit - 1)
                self.assertFalse(self.hits()._is_over(kind, "here"))
                self.fill(kind, "here", 1)
                self.assertTrue(self.hits()._is_over(kind, "here"))
                # another place and another bucket are not touched
                self.assertFalse(self.hits()._is_over(kind, "there"))
                later = fields.Datetime.now() + timedelta(minutes=minutes, seconds=1)
                with patch.object(fields.Datetime, "now", lambda later=later: later):
                    self.assertFalse(self.hits()._is_over(kind, "here"))

    # ----------------------------------------------------------------------
    # Refused, with the text kept
    # ----------------------------------------------------------------------

    def test_file(self):
        self.fill("file", "127.0.0.1")
        address = self.start_anonymous()
        self.tell(address)
        answer = self.post(self.third(address))
        self.assertEqual(answer.status_code, 429)
        self.assertIn("Many complaints were sent from here", self.shown(answer))
        self.assertIn(STORY, answer.text)
        self.assertFalse(self.env["complaint.submission"].search([]).ticket_id)

    def test_file_counts(self):
        self.file_anonymous()
        self.assertEqual(self.hits()._count("file", "127.0.0.1"), 1)

    def test_file_account(self):
        self.sign_in(self.resident)
        self.fill("file_account", f"partner {self.resident.partner_id.id}")
        address = self.start_draft()
        self.tell(address)
        answer = self.send(address)
        self.assertEqual(answer.status_code, 429)
        self.assertIn("You sent many complaints", self.shown(answer))
        self.assertIn(STORY, answer.text)
        # the neighbour is not concerned
        self.sign_in(self.neighbour)
        address = self.start_draft()
        self.tell(address)
        self.assertEqual(self.send(address).status_code, 303)
        place = f"partner {self.neighbour.partner_id.id}"
        self.assertEqual(self.hits()._count("file_account", place), 1)

    def test_write(self):
        case, code = self.file_anonymous()
        self.fill("write", f"case {case.id}")
        page = self.track(code)
        vals = {"text": "One more", "nonce": self.nonce_of(page)}
        answer = self.post(f"{TRACK}/message", vals)
        self.assertEqual(answer.status_code, 429)
        self.assertIn("One more", answer.text)
        self.assertFalse(case._portal_messages())

    def test_write_counts(self):
        case, code = self.file_anonymous()
        page = self.track(code)
        vals = {"text": "One", "nonce": self.nonce_of(page)}
        for _turn in range(2):
            self.post(f"{TRACK}/message", vals)
        self.assertEqual(self.hits()._count("write", f"case {case.id}"), 1)

    # ----------------------------------------------------------------------
    # Slow, never locked out
    # ----------------------------------------------------------------------

    def waited(self, code):
        """Return the answer to a code, and for how many seconds the server waited."""
        naps = []
        with patch.object(visitors.time, "sleep", naps.append):
            answer = self.track(code)
        return answer, sum(naps)

    def test_guesses_get_slow(self):
        seconds = [self.waited(f"{turn:016}")[1] for turn in range(9)]
        self.assertEqual(seconds, [0, 0, 0, 0, 0, 0.5, 1.0, 2.0, 4])

    def test_right_code_still_opens(self):
        """Who shares the address with a guesser waits, and gets in (THREATS 11)."""
        case, code = self.file_anonymous()
        self.fill("guess", "127.0.0.1", 1000)
        answer, seconds = self.waited(code)
        self.assertEqual(answer.status_code, 200)
        self.assertIn(case.number, answer.text)
        self.assertEqual(seconds, 4)

    def test_right_code_is_no_guess(self):
        _case, code = self.file_anonymous()
        self.track(code)
        self.assertEqual(self.hits()._count("guess", "127.0.0.1"), 0)

    def test_nonsense_is_a_guess(self):
        for code in ("", "abc", "\x00", "9" * 5000, "²" * 16):
            self.assertEqual(self.track(code).status_code, 422)
        self.assertEqual(self.hits()._count("guess", "127.0.0.1"), 5)

    def test_guesses_from_many_places(self):
        self.fill("guess_all")
        _answer, seconds = self.waited("0" * 16)
        self.assertEqual(seconds, 0.5)

    def test_waiting_does_not_block_the_server(self):
        """Some wait at a time; the others are told to come again."""
        case, code = self.file_anonymous()
        self.fill("guess", "127.0.0.1", 6)
        taken = 0
        try:
            while visitors._WAITING.acquire(blocking=False):
                taken += 1
            answer, seconds = self.waited(code)
        finally:
            visitors._WAITING.release(taken)
        self.assertEqual(answer.status_code, 503)
        self.assertEqual(seconds, 0)
        self.assertIn("try again in a minute", self.shown(answer))
        self.assertNotIn(case.number, answer.text)

    # ----------------------------------------------------------------------
    # What is remembered of a place (THREATS 10)
    # ----------------------------------------------------------------------

    def test_no_address_is_kept(self):
        self.track("1" * 16)
        self.file_anonymous()
        self.env.flush_all()
        for table in ("complaint_rate_hit", "complaint_submission", "helpdesk_ticket"):
            query = "SELECT string_agg(t::text, ' ') FROM %s t"
            self.env.cr.execute(SQL(query, SQL.identifier(table)))
            self.assertNotIn("127.0.0.1", self.env.cr.fetchone()[0])

    def test_nobody_signs_the_hits(self):
        columns = self.hits()._fields
        for name in ("create_uid", "write_uid"):
            self.assertNotIn(name, columns)

    def test_key_of_a_day(self):
        today = self.hits()._place_key("guess", "203.0.113.7")
        self.assertEqual(self.hits()._place_key("guess", "203.0.113.7"), today)
        self.assertNotEqual(self.hits()._place_key("file", "203.0.113.7"), today)
        tomorrow = fields.Date.today() + timedelta(days=1)
        with patch.object(fields.Date, "today", lambda: tomorrow):
            self.assertNotEqual(self.hits()._place_key("guess", "203.0.113.7"), today)

    def test_forgotten(self):
        """Rows go after the longest window, keys after their day."""
        self.fill("guess", "here", 3)
        self.hits()._cron_forget()
        self.assertEqual(self.hits()._count("guess", "here"), 3)
        later = fields.Datetime.now() + timedelta(days=1, hours=2)
        with patch.object(fields.Datetime, "now", lambda: later):
            self.hits()._cron_forget()
        self.assertFalse(self.hits().search_count([]))
        self.assertFalse(self.env["complaint.rate.key"].search_count([]))
