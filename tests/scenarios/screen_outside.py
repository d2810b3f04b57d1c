"""What reaches the people of a case: their mailbox, their phone, the page of a link.

A case with ``wires: [mail]`` or ``[mail, sms]`` has a mail server and a provider of text
messages at the other end, ``driver.outside``. Nothing leaves before ``do: deliver``.
"""

import re
from contextlib import contextmanager

from driver.ending import differences
from driver.outside import Outside
from driver.resident import Resident
from freezegun import freeze_time

_LINK = re.compile(r"/complaints/told/[\w-]+")
#: Characters that one message in Chinese holds.
_ONE_MESSAGE = 70
_DAYS = ("start_date", "due_date", "done_date")


class OutsideOnScreen:
    """Verbs and checks at the other end; a part of ``screen_story.ScreenStory``."""

    outside = link = None

    def play(self, case):
        """OVERRIDE: with wires where the case has some; check how it ends."""
        with self._wires(case.get("wires", ())):
            went_well = super().play(case)
            return self._ends_well(case) and went_well

    @contextmanager
    def _wires(self, wires):
        if not wires:
            yield
            return
        with Outside(self.env, phones="sms" in wires) as self.outside:
            self.seen = {}
            yield

    # ----------------------------------------------------------------------
    # Verbs
    # ----------------------------------------------------------------------

    def act_deliver(self, _role):
        """The server hands over what waits; nobody presses anything."""
        self.outside.deliver()

    def act_cut_mail(self, _role):
        """The office's mail server goes down."""
        self.outside.cut_mail()

    def act_mend_mail(self, _role):
        """It is up again."""
        self.outside.mend_mail()

    def act_refuse_texts(self, _role):
        """The provider refuses text messages from now on."""
        self.outside.refuse_texts()

    def act_return_mail(self, _role, address):
        """The last mail to an address comes back."""
        self.outside.return_mail(address)

    def act_confirm(self, _role):
        """The complainant says at the page of the last link that they have read it."""
        Resident(self.test).open(self.link).press("I have read it")

    # ----------------------------------------------------------------------
    # Checking what came
    # ----------------------------------------------------------------------

    def _check_received_mail(self, expected):
        """What came to addresses since the last look, ``[{to, …}]``.

        ``letters``: how many, one by default; ``says``, ``never``: words of the whole
        letter; ``papers``: words of the PDFs attached, none by default; ``link``: see
        :meth:`_check_link`. The subject is the number of the case.
        """
        for item in expected:
            letters = self._new(self.outside.mailbox, item["to"])
            self.test.assertEqual(len(letters), item.get("letters", 1), item["to"])
            for letter in letters:
                self.test.assertEqual(letter.subject, self.ticket.number)
                head = letter.raw.decode(errors="replace")
                self._check_words(letter.text, item, f"{letter.text}\n{head}")
                self._check_attached(letter, item.get("papers", ()))

    def _check_received_sms(self, expected):
        """What came to numbers since the last look, see :meth:`_check_received_mail`."""
        for item in expected:
            texts = self._new(self.outside.phone, item["to"])
            self.test.assertEqual(len(texts), item.get("letters", 1), item["to"])
            for text in texts:
                self.test.assertIn(self.ticket.number, text)
                short = text.partition(" http")[0]
                self.test.assertLessEqual(len(short), _ONE_MESSAGE)
                self._check_words(text, item)

    def _check_asked(self, words):
        """What the office's people are asked to do on the case."""
        tasks = " ".join(self.ticket.activity_ids.mapped(lambda x: x.summary or ""))
        for word in words:
            self.test.assertIn(word, tasks)

    def _new(self, box, address):
        """Return what came to an address since the last look at it."""
        found = box(address)
        known = self.seen.get(address, 0)
        self.seen[address] = len(found)
        return found[known:]

    def _check_words(self, text, expected, whole=None):
        for word in expected.get("says", ()):
            self.test.assertIn(word, text)
        for word in expected.get("never", ()):
            self.test.assertNotIn(word, whole or text)
        if "link" in expected:
            self._check_link(text, expected["link"])

    def _check_attached(self, letter, words):
        papers = letter.papers()
        self.test.assertEqual(len(papers), len(letter.attachments))
        self.test.assertEqual(bool(papers), bool(words))
        for word in words:
            self.test.assertIn(word, " ".join(papers.values()))

    def _check_link(self, text, expected):
        """Where a link leads: ``says``: words of the page; ``paper``: of its paper."""
        found = _LINK.search(text)
        self.test.assertTrue(found, "the message has no link")
        self.link = found[0]
        page = Resident(self.test).open(self.link)
        self._check_words(page.text(), {"says": [self.ticket.number]})
        self._check_words(page.text(), {"says": expected.get("says", ())})
        if "paper" in expected:
            words = " ".join(page.download("Download the paper").split())
            self._check_words(words, {"says": expected["paper"]})

    def _check_public_page(self, expected):
        """What everybody reads of the last publication, at the office's own pages."""
        page = Resident(self.test).open("/complaints/published")
        page.press(self.publication.name)
        self._check_words(page.text(), expected)

    def _check_public_board(self, words):
        """What everybody reads of the notice board, without signing in."""
        page = Resident(self.test).open("/complaints")
        self._check_words(page.text(), {"says": words})

    # ----------------------------------------------------------------------
    # The end
    # ----------------------------------------------------------------------

    def _ends_well(self, case):
        """Check what the clerk's screen shows at the end against ``ends``.

        :return: whether it agrees
        """
        if "ends" not in case:
            return True
        with self.test.subTest(f"{case['name']}: the end"):
            with freeze_time(self._utc(case["steps"][-1]["at"])):
                self.test.assertEqual(differences(case["ends"], self._ending()), [])
            return True
        return False

    def _ending(self):
        """Return how the case ended, see ``driver.ending``."""
        screen = self.at_case("clerk").here
        return {
            "phase": self.ticket.phase,
            "papers": [
                (row["kind"], self._whom(row["addressee_name"]), row["state"])
                for row in self._values(screen, "notice_ids")
            ],
            "dispatches": [
                (
                    self._paper_kind(row["what"]),
                    self._whom(row["told_name"]),
                    row["channel"],
                    row["state"],
                )
                for row in self._values(screen, "dispatch_ids")
            ],
            "clocks": [
                (
                    self._clause(row["name"]),
                    row["chip_state"],
                    *(row[name] or None for name in _DAYS),
                )
                for row in self._values(screen, "deadline_ids")
            ],
        }

    def _values(self, screen, name):
        return [row.values for row in screen.rows(name)]

    def _whom(self, name):
        """Return a name on the screen; complainants and the staff as such have none."""
        if name.startswith("Complainant"):
            return "complainant"
        return "employee" if name == "Member of staff" else name

    def _paper_kind(self, what):
        """Return the kind of the paper that a dispatch brings, or ``"text"``."""
        number = what.rpartition(" ")[2]
        papers = self.ticket.notice_ids
        return papers.filtered(lambda paper: paper.number == number).kind or "text"

    def _clause(self, name):
        """Return the clause of a clock; none if the office set the clock for itself."""
        policies = self.regulation.sla_policy_ids
        return policies.filtered(lambda policy: policy.name == name).clause or None
