"""THREATS 27, 28, 30: what people write is text, wherever it comes out."""

import csv
import io
import json

from openpyxl import load_workbook

from odoo.http import Request
from odoo.tests import HttpCase, tagged

from .common import ComplaintCommon

FORMULAS = (
    '=HYPERLINK("http://evil.example","x")',
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
)
MARKUP = "<img src=x onerror=alert(1)><b>bold</b>"


@tagged("post_install", "-at_install")
class TestInjection(ComplaintCommon):
    def test_threat_27_notes_of_custody_and_conflicts(self):
        """The notes on a case show what was written, not what it would do."""
        case = self._complaint(confidentiality="open")
        evidence = (
            self.env["complaint.evidence"]
            .with_user(self.handler)
            .create({"ticket_id": case.id, "name": MARKUP})
        )
        evidence._report_change([MARKUP])
        self.env["complaint.recuse.wizard"].with_user(self.leader).create(
            {"ticket_id": case.id, "user_ids": self.clerk.ids, "reason": MARKUP}
        ).action_confirm()
        bodies = "".join(case.message_ids.mapped("body"))
        self.assertIn("&lt;img src=x", bodies)
        self.assertNotIn("<img", bodies)
        self.assertNotIn("<b>bold", bodies)


@tagged("post_install", "-at_install")
class TestExport(HttpCase, ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exporter = cls._new_user(
            "exporter",
            "base.group_allow_export,community_complaint.group_complaint_manager",
        )
        for text in FORMULAS:
            cls._complaint(demand=text, incident_place=text)
        cls.partner = cls.env["res.partner"].create({"name": "=1+1"})

    def setUp(self):
        super().setUp()
        self.authenticate(self.exporter.login, self.exporter.login)

    def _export(self, kind, model="helpdesk.ticket", **more):
        fields = [
            {"name": "demand", "label": "Demand", "type": "text"},
            {"name": "incident_place", "label": "=1+1", "type": "char"},
        ]
        data = {
            "model": model,
            "fields": fields,
            "ids": False,
            "domain": [("demand", "!=", False)],
            "import_compat": False,
            **more,
        }
        page = self.url_open(
            f"/web/export/{kind}",
            data={"data": json.dumps(data), "csrf_token": Request.csrf_token(self)},
        )
        self.assertEqual(page.status_code, 200)
        return page.content

    def _cells(self, content):
        rows = load_workbook(io.BytesIO(content)).active.iter_rows()
        return [cell for row in rows for cell in row if cell.value is not None]

    def _partner_export(self):
        return {
            "model": "res.partner",
            "fields": [{"name": "name", "label": "Name", "type": "char"}],
            "ids": self.partner.ids,
        }

    def test_threat_28_workbook(self):
        cells = self._cells(self._export("xlsx"))
        self.assertGreater(len(cells), len(FORMULAS))
        self.assertEqual({cell.data_type for cell in cells}, {"s"})
        self.assertFalse([cell for cell in cells if cell.hyperlink])
        self.assertIn(FORMULAS[0], [cell.value for cell in cells])

    def test_threat_28_grouped_workbook(self):
        cells = self._cells(self._export("xlsx", groupby=["incident_place"]))
        self.assertNotIn("f", {cell.data_type for cell in cells})
        self.assertTrue(any(FORMULAS[0] in str(cell.value) for cell in cells))

    def test_threat_28_csv(self):
        text = self._export("csv").decode()
        values = [value for row in csv.reader(io.StringIO(text)) for value in row]
        texts = [value for value in values[2:] if value]
        self.assertEqual(len(texts), 2 * len(FORMULAS))
        self.assertEqual({value[0] for value in texts}, {"'"})

    def test_threat_28_pivot(self):
        cell = {"title": FORMULAS[0], "width": 1, "height": 1, "is_bold": False}
        table = {
            "model": "helpdesk.ticket",
            "title": "Complaints",
            "measure_count": 1,
            "origin_count": 1,
            "col_group_headers": [[cell]],
            "measure_headers": [cell],
            "origin_headers": [],
            "rows": [
                {"title": FORMULAS[0], "indent": 0, "values": [{"value": 5}]},
            ],
        }
        for send in (
            {"data": {"data": json.dumps(table)}},
            {"data": {}, "files": {"data": ("t.json", json.dumps(table))}},
        ):
            send["data"]["csrf_token"] = Request.csrf_token(self)
            page = self.url_open("/web/pivot/export_xlsx", **send)
            cells = self._cells(page.content)
            self.assertNotIn("f", {item.data_type for item in cells})
            self.assertTrue(any(FORMULAS[0] in str(item.value) for item in cells))
            self.assertIn(5, [item.value for item in cells])

    def test_other_exports_as_ever(self):
        [header, cell] = self._cells(self._export("xlsx", **self._partner_export()))
        self.assertEqual((header.value, cell.data_type), ("Name", "f"))
        text = self._export("csv", **self._partner_export()).decode()
        self.assertIn("'=1+1", text)
