from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import format_date

from .common import LIST, PortalCommon


@tagged("post_install", "-at_install")
class TestList(PortalCommon):
    """The list of one's own cases: which, in which order, at which cost."""

    def numbers(self, query=""):
        """Return the numbers on the page, in order."""
        page = self.get(f"{LIST}{query}")
        self.assertEqual(page.status_code, 200)
        cases = self.cases_of(self.resident) | self.cases_of(self.neighbour)
        found = {case.number: page.text.find(f"{LIST}/{case.number}") for case in cases}
        return sorted((n for n in found if found[n] >= 0), key=found.get)

    def complain(self, count, user=None):
        """Return that many complaints of a resident, the oldest first."""
        return [self._own_complaint(user=user) for _case in range(count)]

    def test_own_only(self):
        case, _other = self.complain(1)[0], self.complain(1, self.neighbour)
        self.assertEqual(self.numbers(), [case.number])

    def test_joint_complainants_do_not_get_it(self):
        """The conversation and the papers are the main complainant's."""
        [case] = self.complain(1, self.neighbour)
        self.regulation.joint_complaints = True
        case.with_user(self.clerk).action_join([{"name": "Han Meimei"}])
        joined = case.sudo().identity_ids[1:]
        self._force(joined, partner_id=self.resident.partner_id.id)
        self.env.invalidate_all()
        self.assertEqual(joined.partner_id, self.resident.partner_id)
        self.assertEqual(self.numbers(), [])
        self.assertEqual(self.get(self.page_of(case)).status_code, 404)

    def test_empty(self):
        page = self.get(LIST)
        self.assertIn("You have not filed a complaint here yet.", self.shown(page))

    def test_a_missed_date_is_no_promise(self):
        """The list says it as the page of the case does, and asks for pardon."""
        [case] = self.complain(1)
        clock = case._portal_next_clock()
        day = format_date(case.env, clock.due_date, "en_US")
        self.assertIn(f"At the latest on {day}", self.shown(self.get(LIST)))
        late = f"{clock.name}: Was due on {day}. We are sorry for the delay."
        with freeze_time(clock.due + timedelta(days=1)):
            for path in (LIST, self.page_of(case)):
                self.sign_in(self.resident)
                self.assertIn(late.partition(": ")[2], self.shown(self.get(path)))
            self.assertIn(late, self.shown(self.get(LIST)))

    def test_filters(self):
        first, second = self.complain(2)
        self._to(first, "closed")
        self.assertEqual(self.numbers("?show=open"), [second.number])
        self.assertEqual(self.numbers("?show=finished"), [first.number])
        self.assertEqual(self.numbers("?show=all"), [second.number, first.number])

    def test_archived_cases_stay(self):
        [case] = self.complain(1)
        self._to(case, "closed")
        case.with_user(self.clerk).action_archive()
        self.assertEqual(self.numbers(), [case.number])
        self.assertEqual(self.get(self.page_of(case)).status_code, 200)

    def test_orders(self):
        first, second = self.complain(2)
        self.assertEqual(self.numbers("?sort=oldest"), [first.number, second.number])
        self.assertEqual(self.numbers("?sort=newest"), [second.number, first.number])
        self._accept(first)
        self.assertEqual(len(self.numbers("?sort=due")), 2)

    def test_pages(self):
        cases = self.complain(12)
        self.assertEqual(self.numbers(), [case.number for case in cases[:1:-1]])
        self.assertEqual(self.numbers("/page/2"), [cases[1].number, cases[0].number])
        # beyond the last page is the last page
        self.assertEqual(len(self.numbers("/page/99")), 2)

    def test_counter(self):
        self.complain(2)
        self.complain(1, self.neighbour)
        tickets = self.env["helpdesk.ticket"]
        self.assertEqual(tickets._portal_count(self.resident.partner_id), 2)

    def queries(self):
        """Return how many queries the list takes when the server is warm."""
        self.get(LIST)
        self.get(LIST)
        before = self.env.cr.sql_log_count
        self.get(LIST)
        return self.env.cr.sql_log_count - before

    def test_cost_of_the_page(self):
        """Ten cases on the page cost no more queries than one."""
        self.complain(1)
        one = self.queries()
        self.complain(9)
        self.assertLessEqual(self.queries(), one)

    def test_cost_of_the_past(self):
        """A hundred cases cost no more than ten, but for the pager."""
        self.complain(10)
        ten = self.queries()
        self.complain(90)
        self.assertLessEqual(self.queries(), ten)

    def test_ids_first(self):
        """The database gets ids, not a join that walks over everybody's complaints."""
        self.complain(2)
        tickets = self.env["helpdesk.ticket"]
        queries = []
        execute = type(self.env.cr).execute

        def spy(cursor, query, *args, **kwargs):
            queries.append(str(getattr(query, "code", query)))
            return execute(cursor, query, *args, **kwargs)

        with patch.object(type(self.env.cr), "execute", spy):
            tickets._portal_search(self.resident.partner_id, order="received_date desc")
        listing = [query for query in queries if "ORDER BY" in query]
        self.assertTrue(listing)
        for query in listing:
            if 'FROM "helpdesk_ticket"' in query:
                self.assertNotIn("complaint_identity", query)
