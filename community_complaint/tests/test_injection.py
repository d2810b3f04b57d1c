"""THREATS 27, 28, 29: what people write is text, wherever it comes out."""

import csv
import io
import json
import threading
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

from markupsafe import Markup
from openpyxl import load_workbook

from odoo.http import Request
from odoo.tests import HttpCase, tagged

from .common import ComplaintCommon
from .test_form import FormCommon

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

    def test_threat_29_nothing_is_loaded_from_elsewhere(self):
        """Finding 1.46: an image in the description told who opened the case, and when."""
        texts = (
            '<p>A<img src="http://x.example/1.png"></p>',
            '<p>A<img srcset="//x.example/1 1x"></p>',
            '<p style="background: url(http://x.example/1)">A</p>',
            '<p style="background: u\\72l(http://x.example/1)">A</p>',
            '<table background="http://x.example/1"><tr><td>A</td></tr></table>',
            '<video poster="http://x.example/1" src="http://x.example/2">A</video>',
            "<p>A</p><style>p{background:url(http://x.example/1)}</style>",
        )
        for text in texts:
            with self.subTest(text=text):
                case = self._complaint(description=text)
                self.assertNotIn("x.example", case.description)
                self.assertIn("A", case.description)
                case = self._complaint()
                case.with_user(self.clerk).description = text
                self.assertNotIn("x.example", case.description)
                note = case.with_user(self.handler).message_post(body=Markup(text))
                self.assertNotIn("x.example", note.body)
        case.with_user(self.clerk).description = '<img src="/web/image/5">'
        self.assertIn("/web/image/5", case.description)
        ordinary = self.env["helpdesk.ticket"].create(
            {"name": "x", "team_id": False, "description": texts[0]}
        )
        self.assertIn("x.example", ordinary.description)

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
        self.assertTrue(text.startswith("\ufeff"), "Excel and WPS read it as UTF-8")
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


class _Recorder(BaseHTTPRequestHandler):
    """Note which addresses are asked for; nothing is there."""

    def do_GET(self):
        self.server.asked.append(self.path)
        self.send_error(404)

    def log_message(self, *_args):
        pass


@tagged("post_install", "-at_install")
class TestPrinter(FormCommon):
    """THREATS 29: who prints a paper asks nobody for what its words name."""

    @contextmanager
    def _listening(self):
        """Yield the address of a server of another site and what it is asked for."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Recorder)
        server.asked = []
        serve = partial(server.serve_forever, poll_interval=0.02)
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", server.asked
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def _page(self, address):
        """Return what loads from elsewhere as soon as a browser shows it."""
        return (
            f'<p style="background: url({address}/background)">A</p>'
            f'<style>@import "{address}/import"; p {{ color: red }}</style>'
            f'<link rel="stylesheet" href="{address}/link"/>'
            f'<img src="{address}/image"/><iframe src="{address}/frame"></iframe>'
            f'<object data="{address}/object"></object>'
            f'<script src="{address}/script"></script>'
        )

    def _print_pages(self, form, case, pages):
        """Print a form whose template makes these pages of a case."""
        with patch.object(type(form), "_form_pages_registration", return_value=pages):
            form._render("registration", case)

    def test_threat_29_forms_ask_nobody(self):
        """Neither words on file, nor a template that forgot to escape them."""
        with self._listening() as (address, asked):
            words = self._page(address)
            case = self._complaint(confidentiality="open", demand=words, name="A")
            # as it may be on file from before such things were taken out
            query = "UPDATE helpdesk_ticket SET description = %s WHERE id = %s"
            self.env.flush_all()
            self.env.cr.execute(query, (words, case.id))
            self.env.invalidate_all()
            form = self.env["complaint.form"].with_user(self.clerk)
            case = case.with_user(self.clerk)
            for kind in form._kinds():
                form._render(kind, case)
            page = f"<html><body>{words}</body></html>"
            self._print_pages(form, case, [page])
            self.assertEqual(asked, [])
            self.env["ir.actions.report"]._print_papers([page])
            self.assertTrue(asked, "the renderer itself loads what a page names")
