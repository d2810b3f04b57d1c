"""Caches outlive a test, what a test did does not (``conftest.py``)."""

from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from odoo.addons.community_complaint.models import base_about_cases

PARAMETER = "community_complaint.kept"


@tagged("post_install", "-at_install")
class TestKeptCaches(TransactionCase):
    """The tests run in order; each looks at what the one before left."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept = []

    def _names(self):
        return self.env["helpdesk.ticket"]._x2many_to_cases()

    def _value(self):
        return self.env["ir.config_parameter"].get_param(PARAMETER)

    def test_1_fill(self):
        self.kept.append(self._names())
        self.assertFalse(self._value())

    def test_2_nothing_was_invalidated(self):
        self.assertIs(self._names(), self.kept[0])
        self.env["ir.config_parameter"].set_param(PARAMETER, "yes")
        self.assertEqual(self._value(), "yes")

    def test_3_what_was_written_is_gone(self):
        self.assertFalse(self._value())
        self._names()
        with patch.object(base_about_cases, "is_ours", lambda _name: False):
            self.assertNotIn("ticket_ids", self._names())

    def test_4_what_was_patched_is_gone(self):
        self.assertEqual(self._names(), self.kept[0])
        self.assertIn("ticket_ids", self._names())
