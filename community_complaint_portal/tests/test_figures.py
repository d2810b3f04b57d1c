import csv
import io
import re
from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .test_published import PublishedCommon

PAGE = "/complaints/figures"
SMALLEST = 5


@tagged("post_install", "-at_install")
class TestFigures(PublishedCommon):
    """Everybody reads how many, how quickly and how well; nobody finds anybody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fees = cls.env.ref("community_complaint.type_fees")
        cls.regulation.ask_satisfaction = True

    def _receive(self, number, day, **vals):
        with freeze_time(f"{day} 02:00:00"):
            cases = self.env["helpdesk.ticket"].with_user(self.clerk)
            return cases.create([self._vals(**vals) for _n in range(number)])

    def _answer(self, cases, score, solved):
        """Let complainants of closed cases say how it went."""
        with freeze_time("2026-08-20 02:00:00"):
            for case in cases:
                self._to(case, "closed")
                case._take_survey(score, solved)

    def _release(self, kind="quarter", day="2026-07-01"):
        publication = self.publications.create(
            {"regulation_id": self.regulation.id, "kind": kind, "date_from": day}
        )
        return super()._release(publication, "2027-01-12")

    def _data(self):
        return self.get(f"{PAGE}.json").json()["periods"]

    def _table(self):
        text = self.get(f"{PAGE}.csv").content.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))

    def _summer(self):
        """Publish a quarter of 27 complaints, 2 of them about fees."""
        self._receive(9, "2026-07-10")
        asked = self._receive(7, "2026-08-10")
        self._receive(2, "2026-08-10", type_id=self.fees.id)
        self._receive(9, "2026-08-10", type_id=False)
        self._answer(asked[:5], "5", "yes")
        self._answer(asked[5:], "1", "no")
        return self._release()

    def test_nothing_yet(self):
        self.assertIn("No figures have been published yet", self.shown(self.get(PAGE)))
        self.assertEqual(self._data(), [])
        self.assertEqual(len(self._table()), 1, "its heading")

    def test_what_was_not_released_is_not_told(self):
        self._receive(9, "2026-07-10")
        publication = self._release()
        self.assertEqual(self._data()[0]["received"], 9)
        publication.action_withdraw("Wrong.")
        self.env.flush_all()
        self.assertEqual(self._data(), [])

    def test_hidden_kinds_are_told_together(self):
        self._summer()
        [period] = self._data()
        self.assertEqual((period["from"], period["to"]), ("2026-07-01", "2026-09-30"))
        self.assertEqual(period["received"], 27)
        kinds = {tuple(row["what"]): row["count"] for row in period["tables"]["type"]}
        self.assertEqual(kinds[self.type.name,], 16)
        [together] = [names for names in kinds if len(names) > 1]
        self.assertIn(self.fees.name, together)
        self.assertEqual(kinds[together], 11)
        self.assertEqual(
            [row["count"] for row in period["tables"]["month"]], [9, 18], "by month"
        )

    def test_every_number_is_safe_and_follows_from_what_was_published(self):
        publication = self._summer()
        published = {row.count for row in publication.figure_ids if not row.hidden}
        for row in self._table()[1:]:
            count, whole = int(row[6]), row[7]
            self.assertFalse(0 < count < SMALLEST, row)
            if not whole:
                self.assertIn(count, published)

    def test_a_rate_of_few_is_not_told(self):
        """Two found it not solved."""
        self._summer()
        [period] = self._data()
        self.assertNotIn("resolution", period["rates"])
        self.assertNotIn("satisfaction", period["rates"])
        self.assertIn("Too few answers to tell", self.shown(self.get(PAGE)))

    def test_rates(self):
        asked = self._receive(12, "2026-08-10")
        self._answer(asked[:6], "5", "yes")
        self._answer(asked[6:11], "1", "no")
        self._receive(9, "2026-08-10")
        self._release()
        rates = self._data()[0]["rates"]
        self.assertEqual(
            {
                name: (item["numerator"], item["denominator"], item["percent"])
                for name, item in rates.items()
                if name in ("resolution", "satisfaction")
            },
            {"resolution": (6, 11, 55), "satisfaction": (6, 11, 55)},
        )

    def test_response(self):
        """Six were taken up on the next day, nine not at all."""
        cases = self._receive(15, "2026-08-10")
        with freeze_time("2026-08-11 02:00:00"):
            for case in cases[:6]:
                self._tell(self._to(case, "accepted"))
        self._release()
        rate = self._data()[0]["rates"]["response"]
        self.assertEqual((rate["numerator"], rate["denominator"]), (6, 15))

    def test_a_small_period_is_told_with_the_year(self):
        self._receive(3, "2026-02-10")
        self._receive(9, "2026-07-10")
        small = self._release(day="2026-01-01")
        year = self._release("year", "2026-01-01")
        told = {item["key"]: item for item in self._data()}
        self.assertEqual(told[small.public_key]["told_by"], year.public_key)
        self.assertIsNone(told[small.public_key]["received"])
        self.assertEqual(told[year.public_key]["received"], 12)
        page = self.shown(self.get(f"{PAGE}?period={small.public_key}"))
        self.assertIn("Told with this period", page)
        self.assertNotIn(" 3 ", page)

    def test_page(self):
        publication = self._summer()
        page = self.get(PAGE)
        self.assertEqual(page.headers["Cache-Control"], "public, max-age=300")
        text = self.shown(page)
        for part in ("27", "Response rate", "(together)", publication._rules_name()):
            self.assertIn(part, text)
        self.assertIn(PAGE, self.get("/complaints").text)
        self.assertEqual(
            len(re.findall("<script", page.text)), 1, "ours, and no chart's"
        )

    def test_nonsense(self):
        self._summer()
        for value in ("x", "-1", "' or 1=1", "%00", "a" * 4000):
            with self.subTest(value=value[:9]):
                self.assertIn(
                    self.get(PAGE, params={"period": value}).status_code, (200, 400)
                )

    def test_a_spreadsheet_runs_nothing(self):
        self.type.name = "=cmd|' /C calc'!A0"
        self._receive(9, "2026-07-10")
        self._release()
        cells = [cell for row in self._table() for cell in row]
        self.assertIn("'=cmd|' /C calc'!A0", cells)

    def test_dates(self):
        self._summer()
        [_heading, first, *_rest] = self._table()
        self.assertEqual(date.fromisoformat(first[2]), date(2026, 7, 1))
