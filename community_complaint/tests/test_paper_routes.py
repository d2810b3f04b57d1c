from odoo.tests import HttpCase, tagged

from .common import ComplaintCommon

#: More than the database's integers hold.
ABSURD = 2**40


@tagged("post_install", "-at_install")
class TestPaperRoutes(ComplaintCommon, HttpCase):
    """Addresses of papers that somebody made up (THREATS 14)."""

    def test_absurd_ids_are_missing_ones(self):
        self.authenticate(self.leader.login, self.leader.login)
        many = ",".join(map(str, range(1, 2000)))
        for path in (
            f"custody/{ABSURD}",
            f"meetings/minutes/{ABSURD}",
            f"analysis/{ABSURD}",
            f"conformance/{ABSURD}",
            f"publications/{ABSURD}/paper",
            f"boards/{ABSURD}/A4",
            f"forms/register/{ABSURD}",
            "forms/register/1,,2",
            f"forms/register/{many}",
            f"sheets/medical_register/{ABSURD}",
            f"sheets/nothing/{many}",
            f"notices/{ABSURD}",
            "notices/x",
        ):
            with self.subTest(path=path[:60]):
                answer = self.url_open(f"/complaint/{path}")
                self.assertEqual(answer.status_code, 404)
