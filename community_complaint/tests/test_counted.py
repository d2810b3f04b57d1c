from unittest.mock import patch

from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import SQL

from ..tools.counted import count_all
from .common import ComplaintCommon

ASKED = [("extension_ids", "any", [("state", "=", "requested")])]
RUNNING = Domain("state", "=", "running")
#: What tiles may ask of clocks: columns, linked records, what is not, either of two.
DOMAINS = {
    "column": RUNNING,
    "none": Domain("state", "=", "cancelled"),
    "nothing": Domain.FALSE,
    "everything": Domain.TRUE,
    "linked": Domain(ASKED),
    "linked and column": RUNNING & Domain(ASKED),
    "not linked": Domain("extension_ids", "not any", [("state", "=", "requested")]),
    "not": ~Domain(ASKED),
    "path": Domain("ticket_id.phase", "=", "registered"),
    "either": Domain("state", "=", "cancelled") | Domain(ASKED),
    "own SQL": Domain("id", "in", SQL("(SELECT id FROM complaint_deadline)")),
    "any SQL": Domain(
        "ticket_id", "any", SQL("(SELECT ticket_id FROM complaint_deadline)")
    ),
    "no link": Domain("extension_ids", "=", False),
}


@tagged("post_install", "-at_install")
class TestCounted(ComplaintCommon):
    """Many searches are counted at once, and those that are in vain are not planned."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls._complaint()
        cls.policy = cls.case.deadline_ids.policy_id[:1].with_env(cls.env)
        cls.policy.max_extension = 5
        cls.clock = cls.case.deadline_ids.filtered(
            lambda item: item.policy_id == cls.policy
        )

    def _ask(self):
        self.clock.with_user(self.handler).action_extend(1, None, "Witnesses")

    def _assert_same(self, user):
        """Check that a user's counts are those of one search after the other."""
        self.env.flush_all()
        self.env.invalidate_all()
        clocks = self.env["complaint.deadline"].with_user(user)
        own = Domain("company_id", "=", self.company.id)
        searches = {key: (clocks, domain & own) for key, domain in DOMAINS.items()}
        counts = count_all(clocks.env, searches, 100)
        for key, (_clocks, domain) in searches.items():
            self.assertEqual(counts[key], clocks.search_count(domain), key)
        return counts

    def test_same_as_searches(self):
        self.assertFalse(self._assert_same(self.leader)["linked"])
        self._ask()
        counts = self._assert_same(self.leader)
        self.assertEqual(counts["linked"], 1)
        self.assertEqual(counts["either"], 1)

    def test_what_is_hidden(self):
        self._ask()
        self._recuse(self.case, self.leader)
        self.assertFalse(any(self._assert_same(self.leader).values()))

    def test_vain_search_is_not_planned(self):
        clocks = self.env["complaint.deadline"].with_user(self.leader)
        own = Domain("ticket_id", "=", self.case.id)
        searches = {"asked": (clocks, own & Domain(ASKED))}
        with patch.object(self.registry[clocks._name], "_search") as searched:
            self.assertEqual(count_all(clocks.env, searches, 100), {"asked": 0})
            searched.assert_not_called()
        self._ask()
        self.assertEqual(count_all(clocks.env, searches, 100), {"asked": 1})

    def test_most(self):
        clocks = self.env["complaint.deadline"].with_user(self.leader)
        self._complaint()
        own = Domain("company_id", "=", self.company.id)
        self.assertGreater(clocks.search_count(own), 1)
        self.assertEqual(count_all(clocks.env, {"own": (clocks, own)}, 1), {"own": 1})
