import io
from datetime import datetime
from unittest.mock import patch

import openpyxl
import pypdf

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..models import complaint_form, complaint_print
from .key_common import NEW, KeyCommon


class PrintCommon(KeyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases = cls.env["helpdesk.ticket"].browse()
        for number in range(5):
            cls.cases |= cls._case(number)

    @classmethod
    def _case(cls, number):
        tickets = cls.env["helpdesk.ticket"].with_user(cls.clerk)
        vals = {
            "team_id": cls.team.id,
            "name": f"Print {number}",
            "description": f"<p>Paper number {number}.</p>",
            "channel_id": cls.channel.id,
            "confidentiality": "open",
            "complainant_name": f"Printed Person {number}",
        }
        return tickets.create(vals).with_env(cls.env)

    def _few_at_once(self):
        """Let more than two papers be many, and a batch hold two."""
        self.startPatcher(patch.object(complaint_form, "AT_ONCE", 2))
        self.startPatcher(patch.object(complaint_print, "_BATCH", 2))

    def _order(self, cases, user=None):
        action = cases.with_user(user or self.clerk).action_print_register()
        self.assertEqual(action["res_model"], "complaint.print")
        return self.env["complaint.print"].browse(action["res_id"])


@tagged("post_install", "-at_install")
class TestPrint(PrintCommon):
    """More papers than one waits for are made in the background."""

    def setUp(self):
        super().setUp()
        self._few_at_once()

    def test_few_are_shown_at_once(self):
        action = self.cases[:2].with_user(self.clerk).action_print_register()
        self.assertEqual(action["type"], "ir.actions.act_url")

    def test_all_are_made_in_steps(self):
        order = self._order(self.cases)
        own = order.with_user(self.clerk)
        self.assertEqual((own.state, own.total, own.progress), ("waiting", 5, 0))
        with self.assertRaises(UserError):
            own.action_download()
        order._make_some()
        self.assertEqual((own.state, own.progress), ("waiting", 40))
        self.env["complaint.print"].sudo()._cron_print()
        self.assertEqual((own.state, own.done), ("done", 5))
        text = "".join(
            page.extract_text()
            for page in pypdf.PdfReader(io.BytesIO(own._content())).pages
        )
        for case in self.cases:
            self.assertIn(case.number, text.replace("\n", ""))

    def test_it_is_made_under_the_rights_of_who_ordered_it(self):
        order = self._order(self.cases)
        hidden = self.cases[0]
        hidden.with_user(self.leader)._exclude_users(self.clerk, "They live next door.")
        self.env.flush_all()
        self.env["complaint.print"].sudo()._cron_print()
        self.assertEqual((order.state, order.done, order.left_out), ("done", 4, 1))
        reader = pypdf.PdfReader(io.BytesIO(order.with_user(self.clerk)._content()))
        text = "".join(page.extract_text() for page in reader.pages).replace("\n", "")
        self.assertNotIn(hidden.number, text)

    def test_one_that_cannot_be_printed_keeps_nobody_up(self):
        broken, fine = self._order(self.cases), self._order(self.cases)
        render = type(broken)._render

        def rendering(orders, records):
            if orders == broken:
                raise ValueError("the engine is gone")
            return render(orders, records)

        self.patch(type(broken), "_render", rendering)
        with mute_logger("odoo.addons.community_complaint.models.complaint_print"):
            self.env["complaint.print"].sudo()._cron_print()
        self.assertEqual((broken.state, fine.state), ("failed", "done"))
        self.assertIn("could not print", broken.problem)

    def test_nobody_else_sees_it(self):
        order = self._order(self.cases)
        for user in (self.handler, self.manager, self.auditor):
            orders = self.env["complaint.print"].with_user(user)
            self.assertFalse(orders.search([("id", "=", order.id)]))
            with self.assertRaises(AccessError):
                orders.browse(order.id).action_refresh()

    def test_nothing_of_it_is_written_by_hand(self):
        order = self._order(self.cases).with_user(self.clerk)
        for vals in (
            {"wanted": [1]},
            {"order_uid": self.manager.id},
            {"state": "done"},
        ):
            with self.assertRaises(UserError):
                order.sudo().write(vals)

    def test_papers_lie_under_the_keys(self):
        with self._keys(NEW):
            order = self._order(self.cases)
            self.env["complaint.print"].sudo()._cron_print()
            self.assertEqual(order.state, "done")
            places = self._columns_under_keys()
            self.assertIn(("complaint_print_part", "sealed"), places)

    def test_they_are_thrown_away_after_a_day(self):
        order = self._order(self.cases)
        self.env["complaint.print"].sudo()._cron_print()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE complaint_print SET create_date = create_date - interval '2 days'"
            " WHERE id = %s",
            [order.id],
        )
        order.invalidate_recordset()
        parts = order.part_ids
        self.env["complaint.print"].sudo()._gc_prints()
        self.assertFalse(order.exists())
        self.assertFalse(parts.exists())

    def test_the_workbook_has_real_dates_and_no_formulas(self):
        case = self.cases[0].with_user(self.clerk)
        case.name = "=HYPERLINK(1)"
        report = self.env["report.community_complaint.case_register"].with_user(
            self.clerk
        )
        content, _kind = report.create_xlsx_report(self.cases.ids, {})
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        heads = [cell.value for cell in sheet[1]]
        received = sheet.cell(2, heads.index("Received") + 1)
        self.assertIsInstance(received.value, datetime)
        local = case._office_date(case.received_date)
        self.assertEqual(received.value.date(), local)
        column = heads.index("Matter and demand") + 1
        matters = [sheet.cell(row, column) for row in range(2, sheet.max_row + 1)]
        self.assertEqual({cell.data_type for cell in matters}, {"s"})
        self.assertIn("=HYPERLINK", " ".join(cell.value for cell in matters))


@tagged("post_install", "-at_install")
class TestPrintRoutes(PrintCommon, HttpCase):
    def _ready(self):
        self._few_at_once()
        order = self._order(self.cases)
        self.env["complaint.print"].sudo()._cron_print()
        self.env.flush_all()
        return order

    def test_who_ordered_it_gets_it(self):
        order = self._ready()
        self.authenticate(self.clerk.login, self.clerk.login)
        answer = self.url_open(f"/complaint/prints/{order.id}")
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(answer.content.startswith(b"%PDF"))
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.authenticate(self.handler.login, self.handler.login)
        answer = self.url_open(f"/complaint/prints/{order.id}")
        self.assertEqual(answer.status_code, 404)

    def test_an_address_with_too_many_says_what_to_do(self):
        self.authenticate(self.clerk.login, self.clerk.login)
        ids = ",".join(map(str, range(1, 502)))
        for path in ("forms/register", "sheets/letter", "notices"):
            answer = self.url_open(f"/complaint/{path}/{ids}")
            self.assertEqual(answer.status_code, 413)
            self.assertIn("500", answer.text)
