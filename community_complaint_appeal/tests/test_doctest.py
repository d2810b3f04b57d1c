import doctest

from odoo.tests import TransactionCase, tagged

from ..tools import appeal_steps


@tagged("post_install", "-at_install")
class TestDoctest(TransactionCase):
    def test_steps(self):
        self.assertFalse(doctest.testmod(appeal_steps).failed)
