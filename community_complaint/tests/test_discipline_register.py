import io

import openpyxl

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .discipline_common import DisciplineCommon


@tagged("post_install", "-at_install")
class TestDisciplineRegister(DisciplineCommon):
    """The register of disciplines as a workbook, and the desk of the officers."""

    def _rows(self, user, items):
        report = self.env["report.community_complaint.discipline_register"]
        content, _kind = report.with_user(user).create_xlsx_report(items.ids, {})
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        return [list(row) for row in sheet.iter_rows(values_only=True)]

    def test_workbook(self):
        item = self._proposed()
        item.with_user(self.leader).reason = "=HYPERLINK(1) Li Lei was shouted at."
        item.with_user(self.discipline).action_hear()
        item.with_user(self.deputy).action_approve()
        item.with_user(self.discipline).action_enforce()
        head, row = self._rows(self.discipline, item)
        values = dict(zip(head, row, strict=True))
        self.assertEqual(values["Member of staff"], "Wang Wei")
        self.assertEqual(values["Measure"], "Written warning")
        self.assertEqual(values["State"], "In force")
        self.assertEqual(values["Number of the paper"], item.notice_ids.number)
        self.assertEqual(values["Approved by"], self.deputy.name)
        self.assertTrue(values["Facts and reasons"].startswith("=HYPERLINK(1)"))

    def test_only_what_one_may_read(self):
        item = self._in_force()
        with self.assertRaises(AccessError):
            self._rows(self.clerk, item)
        self._recuse(item.ticket_id, self.discipline)
        self.assertEqual(self._rows(self.discipline, item), [])

    def test_nobody_is_given_away(self):
        """A confidential complainant is not named by who wrote the reasons."""
        ticket = self._deciding(confidentiality="confidential")
        item = self._decide(ticket, "written_warning")
        item.reason = "Ms. Li Lei was shouted at."
        rows = self._rows(self.discipline, item)
        self.assertNotIn("Li Lei", str(rows))
        self.assertIn("was shouted at", str(rows))

    def _tiles(self, user):
        desk = self.env["helpdesk.ticket"].with_user(user).get_complaint_desk()
        return {
            tile["key"]: tile["count"]
            for section in desk["sections"]
            for tile in section["tiles"]
        }

    def test_desk(self):
        tickets = self.env["helpdesk.ticket"]
        item = self._proposed()
        officer = item.with_user(self.discipline)
        self.assertEqual(self._tiles(self.discipline)["discipline_hear"], 1)
        officer.action_hear()
        self.assertEqual(self._tiles(self.discipline)["discipline_approve"], 1)
        self.assertEqual(self._tiles(self.deputy)["discipline_to_approve"], 1)
        self.assertNotIn("discipline_to_approve", self._tiles(self.leader))
        item.with_user(self.deputy).action_approve()
        self.assertEqual(self._tiles(self.discipline)["discipline_enforce"], 1)
        action = tickets.with_user(self.discipline).open_complaint_desk_tile(
            "discipline_enforce"
        )
        self.assertEqual(officer.search(action["domain"]), item)
        officer.action_suspend("Wait")
        self.assertEqual(self._tiles(self.discipline)["discipline_suspended"], 1)
        self.assertNotIn("discipline_enforce", self._tiles(self.clerk))
