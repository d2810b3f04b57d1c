import io
from datetime import date

from freezegun import freeze_time
from openpyxl import load_workbook
from pypdf import PdfReader

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestAnalysis(ComplaintCommon):
    """R08 2: source, frequency and cause, without numbers that tell who complained."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-11-24 06:00:00"))
        cls.site = cls.env.ref("community_complaint.channel_website")
        cls.cause = cls.env.ref("community_complaint.cause_delay")

    def _cases(self, count, **vals):
        vals = {"received_date": "2026-10-10 02:00:00", **vals}
        tickets = self.env["helpdesk.ticket"]
        return tickets.create([self._vals(**vals) for _index in range(count)])

    def _figures(self, user=None, internal=False, **dates):
        env = self.env(user=user or self.leader)
        figures = env["complaint.analysis"]._figures(
            self.regulation.with_env(env),
            dates.get("first", date(2026, 10, 1)),
            dates.get("last", date(2026, 10, 31)),
            internal,
        )
        tables = {table["key"]: table["rows"] for table in figures["tables"]}
        return figures, tables

    def test_source_type_and_cause(self):
        cases = self._cases(8)
        self._cases(7, channel_id=self.site.id)
        cases[:6].cause_id = self.cause
        figures, tables = self._figures()
        self.assertEqual((figures["total"], figures["before"]), ("15", "0"))
        self.assertEqual([row[1:] for row in tables["source"]], [("8", 53), ("7", 47)])
        self.assertEqual(tables["type"], [(self.type.name, "15", 100)])
        self.assertEqual(tables["cause"], [(self.cause.name, "6", 100)])
        self.assertEqual(tables["month"], [("2026-10", "15", 100)])

    def test_small_numbers_stay_inside(self):
        """THREATS 25: nor can they be worked out from the total."""
        self._cases(9)
        self._cases(2, channel_id=self.site.id)
        _figures, tables = self._figures()
        self.assertEqual({row[1] for row in tables["source"]}, {"few"})
        self.assertEqual({row[2] for row in tables["source"]}, {None})
        _figures, tables = self._figures(internal=True)
        self.assertEqual([row[1] for row in tables["source"]], ["9", "2"])

    def test_small_total(self):
        self._cases(3)
        figures, tables = self._figures()
        self.assertEqual(figures["total"], "few")
        self.assertEqual(tables["type"][0][1], "few")

    def test_days_are_the_offices(self):
        """The last evening of October in Shanghai is a day of October."""
        self._cases(6, received_date="2026-10-31 15:30:00")
        self._cases(1, received_date="2026-10-31 16:30:00")
        figures, _tables = self._figures(internal=True)
        self.assertEqual(figures["total"], "6")

    def test_who_is_kept_away_counts_without_the_case(self):
        cases = self._cases(6)
        self._recuse(cases[0], self.handler)
        figures, _tables = self._figures(self.handler, internal=True)
        self.assertEqual(figures["total"], "5")
        figures, _tables = self._figures(internal=True)
        self.assertEqual(figures["total"], "6")

    def test_finished_and_archived_ones_count(self):
        case = self._to(self._complaint(received_date="2026-10-10 02:00:00"), "closed")
        case.with_user(self.clerk).action_archive()
        figures, tables = self._figures(internal=True)
        self.assertEqual(figures["total"], "1")
        self.assertEqual(tables["result"], [("Substantiated", "1", 100)])

    def test_as_many_queries_for_more_cases(self):
        def queries(count):
            self._cases(count)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._figures()
            return self.cr.sql_log_count - before

        queries(20)
        few = queries(2)
        self.assertEqual(queries(20), few)

    # ----------------------------------------------------------------------
    # Paper and workbook
    # ----------------------------------------------------------------------

    def _wizard(self, user=None, **vals):
        return (
            self.env["complaint.analysis.wizard"]
            .with_user(user or self.leader)
            .create(
                {
                    "regulation_ids": self.regulation.ids,
                    "date_from": "2026-10-01",
                    "date_to": "2026-12-31",
                    **vals,
                }
            )
        )

    def test_usual_period_is_the_last_quarter(self):
        wizard = self.env["complaint.analysis.wizard"].with_user(self.leader).new()
        self.assertEqual(
            (wizard.date_from, wizard.date_to), (date(2026, 7, 1), date(2026, 9, 30))
        )
        self.assertEqual(wizard.regulation_ids._origin, self.regulation)

    def test_periods(self):
        for last in ("2026-12-30", "2026-10-31", "2027-12-31"):
            with self.assertRaisesRegex(UserError, "whole quarters"):
                self._wizard(date_to=last)
        self._wizard(date_to="2026-10-30", internal=True)
        with self.assertRaises(UserError):
            self._wizard(date_to="2026-09-30")

    def test_paper(self):
        self._cases(8)
        self._cases(2, channel_id=self.site.id)
        pages = PdfReader(io.BytesIO(self._wizard()._paper())).pages
        self.assertEqual(len(pages), 1)
        text = " ".join(pages[0].extract_text().split())
        self.assertIn(self.regulation.name, text)
        self.assertIn("few", text)
        self.assertNotIn("For the office only", text)
        inside = PdfReader(io.BytesIO(self._wizard(internal=True)._paper())).pages[0]
        inside = " ".join(inside.extract_text().split())
        self.assertIn("For the office only", inside)

    def test_workbook(self):
        """THREATS 28: what people named never becomes a formula."""
        self.site.name = "=1+1"
        self._cases(8, channel_id=self.site.id)
        report = self.env["report.community_complaint.analysis_workbook"]
        content, _kind = report.with_user(self.leader).create_xlsx_report(
            self._wizard().ids, {}
        )
        sheet = load_workbook(io.BytesIO(content)).active
        cells = {cell.value: cell.data_type for row in sheet.rows for cell in row}
        self.assertEqual(cells["=1+1"], "s")
        self.assertEqual(cells[8], "n")

    # ----------------------------------------------------------------------
    # Causes
    # ----------------------------------------------------------------------

    def test_cause_before_the_decision(self):
        self.regulation.gate_cause = True
        ticket = self._to(self._complaint(), "deciding")
        self._draft(ticket)
        with self.assertRaisesRegex(UserError, "what the cause was"):
            ticket.with_user(self.leader).action_decide()
        ticket.with_user(self.handler).cause_id = self.cause
        ticket.with_user(self.leader).action_decide()
