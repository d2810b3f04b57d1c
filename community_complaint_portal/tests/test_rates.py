import re
import sys
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL, config

from ..tools import receipts
from ..tools.rates import RATES
from .test_anonymous import STORY, TRACK, AnonymousCommon

#: Kind of bucket, limit, minutes, and from where (THREATS 12).
CONTRACT = (
    ("draft", 200, 60, "address"),
    ("draft_all", 2000, 60, "all"),
    ("file", 100, 60, "address"),
    ("file_all", 600, 60, "all"),
    ("file_account", 20, 60, "account"),
    ("write", 60, 60, "case"),
    ("guess", 5, 15, "address"),
    ("guess_all", 200, 15, "all"),
    ("typed", 60, 60, "address"),
    ("typed_all", 600, 60, "all"),
    ("warned", 1, 1440, "all"),
)
HERE = "127.0.0.1"
#: Modules that wait at all, and why that holds nobody up.
WAITS = {
    # the mail gateway tries again: 0.4 seconds at most, no visitor's request
    "odoo.addons.community_complaint.models.complaint_inbound_mail",
}


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

    def count(self, kind, place=""):
        """Return how often something is remembered of a place."""
        key = self.hits()._place_key(kind, place)
        return self.hits().search_count([("kind", "=", kind), ("place_key", "=", key)])

    def check_busy(self, answer, most):
        """Check that an answer says for how long to wait, at most some seconds."""
        self.assertEqual(answer.status_code, 429)
        wait = int(answer.headers["Retry-After"])
        self.assertTrue(0 < wait <= most, wait)

    def test_contract(self):
        """The table is what was agreed on; it changes here and there together."""
        table = {
            (kind, rate.limit, rate.window // timedelta(minutes=1), rate.place)
            for kind, rate in RATES.items()
        }
        self.assertEqual(table, set(CONTRACT))

    def test_limits_and_windows(self):
        """Every bucket is full at its limit, and free when its oldest hit is over."""
        hits = self.hits()
        for kind, limit, minutes, _place in CONTRACT:
            with self.subTest(kind=kind):
                self.fill(kind, "here", limit - 1)
                self.assertEqual(hits._wait((kind, "here")), 0)
                self.fill(kind, "here", 1)
                self.assertTrue(
                    0 <= minutes * 60 - hits._wait((kind, "here")) < 60, "whole window"
                )
                # another place and another bucket are not touched
                self.assertEqual(hits._wait((kind, "there")), 0)
                later = fields.Datetime.now() + timedelta(minutes=minutes, seconds=1)
                with patch.object(fields.Datetime, "now", lambda later=later: later):
                    self.assertEqual(hits._wait((kind, "here")), 0)

    def test_one_query_a_bucket(self):
        self.fill("guess", HERE)
        self.hits()._day_key()
        with self.assertQueryCount(2 * 2):
            self.hits()._wait(("guess", HERE), ("guess_all", ""))

    def test_no_answer_waits_in_a_worker(self):
        """No module of ours holds up the worker that answers (THREATS 58)."""
        waits = r"\bsleep\(|pg_sleep|Semaphore"
        modules = {
            name: Path(module.__file__).read_text()
            for name, module in sys.modules.copy().items()
            if re.match(r"odoo\.addons\.community_complaint\w*\.", name)
            and not re.search(r"\.(tests|migrations)\b", name)
            and str(getattr(module, "__file__", "")).endswith(".py")
        }
        self.assertGreater(len(modules), 200)
        found = {name for name, source in modules.items() if re.search(waits, source)}
        self.assertEqual(found, WAITS)

    # ----------------------------------------------------------------------
    # Refused, with the text kept
    # ----------------------------------------------------------------------

    def test_file(self):
        for kind, place in (("file", HERE), ("file_all", "")):
            with self.subTest(kind=kind):
                self.hits().search([]).unlink()
                self.fill(kind, place)
                address = self.start_anonymous()
                self.tell(address)
                answer = self.post(self.third(address))
                self.check_busy(answer, 3600)
                self.assertIn("try again in 60 minutes", self.shown(answer))
                self.assertIn(STORY, answer.text)
        self.assertFalse(self.env["complaint.submission"].search([]).ticket_id)

    def test_file_counts(self):
        self.file_anonymous()
        self.assertEqual(self.count("file", HERE), 1)
        self.assertEqual(self.count("file_all"), 1)

    def test_draft(self):
        """Forms that nobody sends fill no table; an open one goes on."""
        address = self.start_anonymous()
        nonce = address.split("/")[-2]
        for kind, place in (("draft", HERE), ("draft_all", "")):
            with self.subTest(kind=kind):
                self.hits().search([]).unlink()
                self.fill(kind, place)
                known = self.env["complaint.submission"].search_count([])
                vals = {"desk": self.regulation.id, "kind": self.type.id}
                answer = self.post("/complaints/new", {"nonce": "a" * 32, **vals})
                self.check_busy(answer, 3600)
                again = self.post("/complaints/new", {"nonce": nonce, **vals})
                self.assertEqual(again.status_code, 303)
                self.env.invalidate_all()
                self.assertEqual(
                    self.env["complaint.submission"].search_count([]), known
                )

    def test_draft_counts(self):
        self.start_anonymous()
        self.assertEqual(self.count("draft", HERE), 1)
        self.assertEqual(self.count("draft_all"), 1)

    def test_file_account(self):
        self.sign_in(self.resident)
        self.fill("file_account", f"partner {self.resident.partner_id.id}")
        address = self.start_draft()
        self.tell(address)
        answer = self.send(address)
        self.check_busy(answer, 3600)
        self.assertIn("You sent many complaints", self.shown(answer))
        self.assertIn(STORY, answer.text)
        # the neighbour is not concerned
        self.sign_in(self.neighbour)
        address = self.start_draft()
        self.tell(address)
        self.assertEqual(self.send(address).status_code, 303)
        place = f"partner {self.neighbour.partner_id.id}"
        self.assertEqual(self.count("file_account", place), 1)

    def test_account_is_free_of_the_brake_of_its_address(self):
        """Who signs in files although everybody else of the address has to wait."""
        self.fill("file", HERE)
        self.fill("file_all")
        self.sign_in(self.resident)
        address = self.start_draft()
        self.tell(address)
        self.assertEqual(self.send(address).status_code, 303)

    def test_write(self):
        case, code = self.file_anonymous()
        self.fill("write", f"case {case.id}")
        page = self.track(code)
        vals = {"text": "One more", "nonce": self.nonce_of(page)}
        answer = self.post(f"{TRACK}/message", vals)
        self.check_busy(answer, 3600)
        self.assertIn("One more", answer.text)
        self.assertFalse(case._portal_messages())

    def test_write_counts(self):
        case, code = self.file_anonymous()
        page = self.track(code)
        vals = {"text": "One", "nonce": self.nonce_of(page)}
        for _turn in range(2):
            self.post(f"{TRACK}/message", vals)
        self.assertEqual(self.count("write", f"case {case.id}"), 1)

    # ----------------------------------------------------------------------
    # Codes
    # ----------------------------------------------------------------------

    def test_guesses_are_told_to_wait(self):
        codes = [self.track(f"{turn:016}") for turn in range(9)]
        self.assertEqual(
            [answer.status_code for answer in codes], [422] * 5 + [429] * 4
        )
        self.check_busy(codes[-1], 900)
        self.assertIn("the right code opens", self.shown(codes[-1]))
        self.assertEqual(self.count("guess", HERE), 5, "a flood fills no table")

    def test_right_code_always_opens(self):
        """Who shares the address with a guesser, or the world, gets in (THREATS 11)."""
        case, code = self.file_anonymous()
        for kind, place in (("guess", HERE), ("guess_all", "")):
            self.fill(kind, place)
            answer = self.track(code)
            self.assertEqual(answer.status_code, 200)
            self.assertIn(case.number, answer.text)

    def test_wrong_code_costs_nothing_beyond_the_limit(self):
        """No slow hash for who guesses on and on; the right code has it all the same."""
        _case, code = self.file_anonymous()
        self.fill("guess_all")
        hashed = []
        verify = receipts._scrypt.verify

        def counted(secret, known, **kwargs):
            hashed.append(secret)
            return verify(secret, known, **kwargs)

        with patch.object(receipts._scrypt, "verify", counted):
            self.assertEqual(self.track("0" * 16).status_code, 429)
            self.assertFalse(hashed)
            self.assertEqual(self.track(code).status_code, 200)
        self.assertEqual(hashed, [code])

    def test_right_code_is_no_guess(self):
        _case, code = self.file_anonymous()
        self.track(code)
        self.assertEqual(self.count("guess", HERE), 0)

    def test_nonsense_is_a_guess(self):
        for code in ("", "abc", "\x00", "9" * 5000, "²" * 16):
            self.assertEqual(self.track(code).status_code, 422)
        self.assertEqual(self.count("guess", HERE), 5)
        self.assertEqual(self.count("guess_all"), 5)

    def test_wrong_links_share_the_brake_of_wrong_codes(self):
        links = [self.get(f"/complaints/told/{turn:043}") for turn in range(7)]
        self.assertEqual(
            [answer.status_code for answer in links], [404] * 5 + [429] * 2
        )
        self.check_busy(links[-1], 900)

    # ----------------------------------------------------------------------
    # One address for all
    # ----------------------------------------------------------------------

    def forwarded(self, address):
        """Come through a proxy that says for whom it asks."""
        self.opener.headers["X-Forwarded-For"] = address
        self.opener.headers["X-Forwarded-Host"] = "office.example"

    def warnings(self):
        """Return what managers were told of one address for all."""
        self.env.invalidate_all()
        return self.env["mail.message"].search(
            [("subject", "=", "All visitors seem to come from one address")]
        )

    def test_proxy_that_is_not_trusted(self):
        """Its address is no visitor's: it brakes nobody, and managers hear of it once."""
        before = self.warnings()
        self.fill("guess", HERE)
        self.assertEqual(self.track("1" * 16).status_code, 429)
        self.forwarded("203.0.113.7")
        for turn in range(8):
            self.assertEqual(self.track(f"{turn:016}").status_code, 422)
        self.assertEqual(self.count("guess", HERE), 5)
        self.assertEqual(self.count("guess_all"), 8)
        told = self.warnings() - before
        self.assertIn(self.manager.partner_id, told.notified_partner_ids)
        self.assertEqual(len(told.notified_partner_ids), len(told))
        self.assertNotIn("203.0.113.7", str(told.mapped("body")))

    def test_proxy_that_is_trusted(self):
        """Visitors have an address of their own each."""
        self.fill("guess", HERE)
        self.forwarded("203.0.113.7")
        with patch.dict(config.options, {"proxy_mode": True}):
            self.assertEqual(self.track("1" * 16).status_code, 422)
            self.assertEqual(self.count("guess", "203.0.113.7"), 1)
            self.forwarded("203.0.113.8")
            self.assertEqual(self.track("1" * 16).status_code, 422)
            self.forwarded("2001:db8:1:2:3:4:5:6")
            self.assertEqual(self.track("1" * 16).status_code, 422)
        self.assertEqual(self.count("guess", "2001:db8:1:2::/64"), 1)

    def test_all_from_one_address(self):
        """A proxy that tells nothing looks like one machine: managers look into it."""
        before = self.warnings()
        self.fill("guess", HERE)
        self.fill("guess", "203.0.113.7", 1)
        self.track("1" * 16)
        self.assertEqual(self.warnings(), before, "others come from elsewhere")
        self.hits().search([("kind", "=", "guess")]).unlink()
        self.fill("guess", HERE)
        self.track("1" * 16)
        told = self.warnings() - before
        self.assertIn(self.manager.partner_id, told.notified_partner_ids)
        self.track("1" * 16)
        self.assertEqual(self.warnings() - before, told, "once a day")

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
        """Rows go after their window, keys after their day."""
        self.fill("guess", "here", 3)
        self.hits()._cron_forget()
        self.assertEqual(self.count("guess", "here"), 3)
        self.fill("warned")
        later = fields.Datetime.now() + timedelta(minutes=61)
        with patch.object(fields.Datetime, "now", lambda: later):
            self.hits()._cron_forget()
        self.assertEqual(self.hits().search([]).mapped("kind"), ["warned"])
        later = fields.Datetime.now() + timedelta(days=1, hours=2)
        with patch.object(fields.Datetime, "now", lambda: later):
            self.hits()._cron_forget()
        self.assertFalse(self.hits().search_count([]))
        self.assertFalse(self.env["complaint.rate.key"].search_count([]))
