from odoo.tests import HttpCase, tagged

from .common import ComplaintCommon

#: More than the database's integers hold.
ABSURD = 2**40


@tagged("post_install", "-at_install")
class TestPaperRoutes(ComplaintCommon, HttpCase):
    """Addresses of papers that somebody made up (THREATS 14)."""

    def test_absurd_ids_are_missing_ones(self):
        many = ",".join(map(str, range(1, 2000)))
        tried = (
            f"custody/{ABSURD}",
            f"meetings/minutes/{ABSURD}",
            f"analysis/{ABSURD}",
            f"conformance/{ABSURD}",
            f"prints/{ABSURD}",
            f"publications/{ABSURD}/paper",
            f"boards/{ABSURD}/A4",
            f"forms/register/{ABSURD}",
            "forms/register/1,,2",
            f"forms/register/{many}",
            f"sheets/medical_register/{ABSURD}",
            f"sheets/nothing/{many}",
            f"notices/{ABSURD}",
            "notices/x",
            f"preview/helpdesk.ticket/{ABSURD}",
            f"preview/complaint.transfer/{ABSURD}",
            "preview/complaint.transfer/999999999",
            "preview/helpdesk.ticket/x",
            "preview/res.users/2",
            f"mail/{ABSURD}/1/x",
            f"mail/999999999/{ABSURD}/x",
        )
        for user in (self.leader, self.custodian):
            self.authenticate(user.login, user.login)
            for path in tried:
                with self.subTest(user=user.login, path=path[:60]):
                    answer = self.url_open(f"/complaint/{path}")
                    expected = 413 if many in path else 404
                    self.assertEqual(answer.status_code, expected)
        for rule in self.env["ir.http"].routing_map().iter_rules():
            own = rule.rule.startswith("/complaint/") and "GET" in (rule.methods or ())
            if own and "<" in rule.rule:
                with self.subTest(rule=rule.rule):
                    first = rule.rule.split("/")[2]
                    self.assertTrue([path for path in tried if path.startswith(first)])
