from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_publication import PublicationCommon


@tagged("post_install", "-at_install")
class TestPublicationFigures(PublicationCommon):
    """THREATS 25: counts, and no small one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fees = cls.env.ref("community_complaint.type_fees")

    def _receive(self, number, day="2026-08-10", **vals):
        with freeze_time(f"{day} 02:00:00"):
            return (
                self.env["helpdesk.ticket"]
                .with_user(self.clerk)
                .create([self._vals(**vals) for _n in range(number)])
            )

    def _table(self, publication, name):
        rows = publication.figure_ids.filtered(lambda row: row.table == name)
        return {row.label: row.text for row in rows if row.hidden or row.count}

    def _counted(self, **vals):
        publication = self._publication(**vals)
        publication._count_figures()
        return publication

    # ----------------------------------------------------------------------
    # Counting
    # ----------------------------------------------------------------------

    def test_counts(self):
        self._receive(6, "2026-07-01")
        cases = self._receive(7, "2026-08-31")
        self._receive(5, "2026-10-01")
        with freeze_time("2026-08-31 03:00:00"):
            cases[:6].with_user(self.clerk).action_refuse("Not ours.")
            self._tell(cases[:6])
        with freeze_time("2026-10-12 02:00:00"):
            publication = self._counted()
        self.assertEqual(
            self._table(publication, "total"), {"All complaints received": "13"}
        )
        self.assertEqual(self._table(publication, "type"), {self.type.name: "13"})
        self.assertEqual(
            self._table(publication, "month"), {"July 2026": "6", "August 2026": "7"}
        )
        self.assertEqual(
            self._table(publication, "conclusion"),
            {"Not accepted": "6", "Not finished yet": "7"},
        )
        self.assertEqual(
            self._table(publication, "timeliness"),
            {"Finished in time": "6", "A time limit was missed": "7"},
        )

    def test_months_of_the_office(self):
        """A complaint at one in the morning of 1 July in Shanghai is of July."""
        with freeze_time("2026-06-30 17:00:00"):
            self._complaint()
            for _n in range(5):
                self._complaint()
        publication = self._counted()
        self.assertEqual(self._table(publication, "month"), {"July 2026": "6"})

    def test_results(self):
        for day in range(1, 7):
            self._closed(f"2026-08-0{day}")
        publication = self._counted()
        self.assertEqual(self._table(publication, "conclusion"), {"Substantiated": "6"})

    def test_no_case_at_all(self):
        publication = self._counted()
        self.assertEqual(publication.figure_ids[:1].text, "0")

    # ----------------------------------------------------------------------
    # Small numbers
    # ----------------------------------------------------------------------

    def test_threat_25_small_cells(self):
        self._receive(8)
        self._receive(2, type_id=self.fees.id)
        publication = self._counted()
        table = self._table(publication, "type")
        self.assertEqual(table[self.fees.name], "not shown")
        self.assertEqual(table[self.type.name], "not shown", "10 - 8 = 2")
        hidden = publication.figure_ids.filtered("hidden")
        self.assertFalse(any(hidden.mapped("count")), "not even in the database")

    def test_threat_25_small_total(self):
        self._receive(3)
        publication = self._counted()
        self.assertEqual(set(publication.figure_ids.filtered("hidden").ids),
                         set(publication.figure_ids.ids))  # fmt: skip

    def test_threat_25_differencing(self):
        """A year that differs from its quarters by a few cases tells no more than they."""
        self._receive(9, "2026-08-10")
        self._receive(3, "2026-11-10")
        quarter = self._publication()
        self._release(quarter)
        self.assertEqual(quarter.figure_ids[:1].text, "9")
        year = self._counted(kind="year", date_from="2026-01-01")
        self.assertEqual(year.figure_ids[:1].text, "not shown", "12 - 9 = 3")

    def test_threat_25_other_one_meanwhile(self):
        """Two drafts that are harmless each are not released both."""
        self._receive(9, "2026-08-10")
        self._receive(3, "2026-11-10")
        quarter = self._publication()
        year = self._publication(kind="year", date_from="2026-01-01")
        with freeze_time("2027-01-12 02:00:00"):
            self._approve(year)
            self._approve(quarter)
            quarter.with_user(self.publisher2).action_release()
            with self.assertRaises(UserError) as caught:
                year.with_user(self.publisher2).action_release()
        self.assertIn("meanwhile", str(caught.exception))
        self.assertIn("By kind", str(caught.exception), "the table is named")

    def test_threat_68_a_hidden_kind_has_no_place(self):
        """Kinds come by their counts: a hidden one would stand between two of them."""
        noise, fees = self.type, self.fees
        other = self.env.ref("community_complaint.type_property")
        self._receive(9)
        self._receive(7, type_id=fees.id)
        self._receive(2, type_id=other.id)
        rows = self._counted().figure_ids.filtered(lambda row: row.table == "type")
        shown = rows.filtered(lambda row: not row.hidden)
        self.assertEqual(rows[: len(shown)], shown, "hidden ones come last")
        hidden = (rows - shown).mapped("code")
        self.assertEqual(hidden, sorted(hidden))
        self.assertIn(str(other.id), hidden)
        self.assertEqual(len(hidden), 2, (noise.id, fees.id))

    def test_threat_68_quarters_do_not_tell_what_a_year_hides(self):
        """No single difference is small: it takes two sums to find the two of May."""
        self._receive(9, "2026-02-10")
        self._receive(8, "2026-02-10", type_id=self.fees.id)
        self._receive(9, "2026-08-10")
        self._receive(8, "2026-08-10", type_id=self.fees.id)
        first = self._publication(date_from="2026-01-01")
        self._release(first)
        self._release(self._publication())
        self._receive(2, "2026-05-10", type_id=self.fees.id)
        self._receive(6, "2026-05-11")
        year = self._counted(kind="year", date_from="2026-01-01")
        shown = {row.code: row for row in year.figure_ids if row.table == "type"}
        self.assertEqual(year.figure_ids[:1].text, "42", "8 more, which is not small")
        self.assertTrue(shown[str(self.fees.id)].hidden, "18 - 8 - 8 = 2")

    def test_threat_25_withdrawn_is_known(self):
        self._receive(9)
        first = self._release(self._publication())
        first.action_withdraw("Two were missing.")
        self._receive(2, "2026-08-20")
        again = self._counted()
        self.assertEqual(again.figure_ids[:1].text, "not shown", "11 - 9 = 2")

    def test_threat_25_kind_of_a_result(self):
        """A result does not tell its kind where the figures hide how many there were.

        Nor its conclusion: one could count the results.
        """
        self._receive(9)
        self._closed(type_id=self.fees.id)
        publication = self._release(self._proposed())
        [result] = publication._shown_results()
        self.assertEqual(result["kind"], "")
        self.assertEqual(result["conclusion"], "")
        self.assertTrue(result["month"], "all are of one month")

    def test_setting(self):
        self.regulation.publication_min_count = 3
        self._receive(4)
        self.assertEqual(self._counted().figure_ids[:1].text, "4")

    # ----------------------------------------------------------------------
    # Cost
    # ----------------------------------------------------------------------

    def test_queries(self):
        """The same for N and 10 N cases."""
        publication = self._publication()

        def queries(number):
            self._receive(number)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            publication.sudo()._counts()
            return self.cr.sql_log_count - before

        queries(1)
        few, many = queries(6), queries(54)
        self.assertEqual(few, many)
