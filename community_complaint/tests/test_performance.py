import json
import re
import runpy
from unittest.mock import patch

from lxml import etree

from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL, sql

from odoo.addons.web.models.models import Base as BaseModel

from ..tools.counted import count_each
from .common import ComplaintCommon
from .test_leaving import UPGRADES

#: Cases of the smaller and the larger comparison.
FEW, MANY = 3, 30
_COLUMN = re.compile(r'"helpdesk_ticket"\."(\w+)"')


class PerformanceCommon(ComplaintCommon):
    """Counts queries of what the web client asks for, and looks at PostgreSQL's plans."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tickets = cls.env["helpdesk.ticket"].with_user(cls.clerk)

    @classmethod
    def _many(cls, number, **vals):
        return cls.tickets.create([cls._vals(**vals) for _n in range(number)])

    def _as(self, user):
        """Return the model as a user's own, with an empty cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["helpdesk.ticket"].with_user(user)

    def _spec(self, kind):
        """Return what a view reads: names of others, and the columns of its lists."""
        view = self.env.ref(f"community_complaint.helpdesk_ticket_view_{kind}")
        arch = self.tickets.get_views([(view.id, kind)])["views"][kind]["arch"]
        spec = {}
        for node in etree.fromstring(arch).xpath(".//field[not(ancestor::field)]"):
            columns = node.xpath("./list/field/@name")
            shown = dict.fromkeys(columns, {}) if columns else {"display_name": {}}
            field = self.tickets._fields[node.get("name")]
            asked = {"fields": shown} if columns or field.type == "many2one" else {}
            spec[field.name] = spec.get(field.name) or asked
        return spec

    def _queries(self, function, *args, **kwargs):
        """Return how many queries a call takes."""
        before = self.cr.sql_log_count
        function(*args, **kwargs)
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def _plan(self, query, ordered=True):
        """Return PostgreSQL's plan of a query when it has to use an index if it can.

        :param ordered: whether it may walk along any index, even one of no condition: as
            cheap as another one in a table as small as this
        """
        self.env.flush_all()
        for kind in ("indexscan", "indexonlyscan"):
            self.cr.execute(SQL(f"SET LOCAL enable_{kind} = %s", ordered))
        self.cr.execute(SQL("SET LOCAL enable_seqscan = off"))
        self.cr.execute(SQL("SET LOCAL enable_sort = off"))
        select = query if isinstance(query, SQL) else query.select()
        self.cr.execute(SQL("EXPLAIN (FORMAT JSON) %s", select))
        [[plan]] = self.cr.fetchall()
        self.cr.execute(SQL("SET LOCAL enable_seqscan = on"))
        self.cr.execute(SQL("SET LOCAL enable_sort = on"))
        return json.dumps(plan)


@tagged("post_install", "-at_install")
class TestQueries(PerformanceCommon):
    """The same few queries for few cases and for many."""

    def _assert_same(self, count):
        """Check that ``count(number)`` gives the same for few and many, and return it."""
        count(FEW), count(MANY)  # what is cached for good
        few, many = count(FEW), count(MANY)
        self.assertEqual(few, many)
        return many

    def test_create(self):
        self._many(2)
        one = self._queries(self._many, 1)
        hundred = self._queries(self._many, 100)
        self.assertLessEqual(one, 12)
        self.assertLessEqual(hundred / 100, 2)

    def test_new_cases_are_as_the_base_computes_them(self):
        """Ratings and clocks that nobody looked for are those that there are."""
        cases = self._many(2)
        self.env.flush_all()
        self.cr.execute(
            "SELECT rating_last_value, positive_rate_percentage, next_due, clock_state"
            " FROM helpdesk_ticket WHERE id = ANY(%s)",
            [cases.ids],
        )
        written = self.cr.fetchall()
        names = ["rating_last_value", "positive_rate_percentage", "next_due"]
        for name in (*names, "clock_state"):
            self.env.add_to_compute(cases._fields[name], cases)
        for case, row in zip(cases.sudo(), written, strict=True):
            shown = tuple(case[name] for name in (*names, "clock_state"))
            self.assertEqual(shown, row)
            self.assertEqual(case._clocks_at_birth(), case._going_clocks())
            self.assertTrue(case._going_clocks())
            self.assertIn("Case registered", case.message_ids[-1:].body)

    def test_import_without_notifications(self):
        tickets = self.tickets.with_context(
            tracking_disable=True, mail_create_nolog=True
        )
        tickets.create([self._vals() for _n in range(2)])
        queries = self._queries(tickets.create, [self._vals() for _n in range(100)])
        self.assertLessEqual(queries / 100, 6)

    def test_phase(self):
        def count(number):
            cases = self._many(number)
            cases.action_accept()
            cases = cases.with_user(self.handler)
            self.env.flush_all()
            return self._queries(cases.action_start_investigation)

        count(2)
        few, many = count(5), count(50)
        self.assertLessEqual(many / 50, 2.5)
        self.assertLess(many - few, 45, "less than one query more for each case")

    def test_list(self):
        self._many(MANY)
        spec = self._spec("list")

        def count(number):
            tickets = self._as(self.clerk)
            return self._queries(
                tickets.web_search_read,
                [("is_open", "=", True)],
                spec,
                limit=number,
                order="received_date desc, id desc",
            )

        self.assertLessEqual(self._assert_same(count), 5)

    def test_list_of_who_is_kept_away_from_some(self):
        self._many(MANY)
        hidden = self._many(2)
        self._recuse(hidden.sudo(), self.handler)
        spec = self._spec("list")

        def count(number):
            tickets = self._as(self.handler)
            return self._queries(tickets.web_search_read, [], spec, limit=number)

        self.assertLessEqual(self._assert_same(count), 6)

    def test_board(self):
        self._many(MANY)
        spec = self._spec("kanban")

        def count(number):
            tickets = self._as(self.clerk).with_context(complaint_board=True)
            return self._queries(
                tickets.web_read_group,
                [("is_open", "=", True)],
                ["stage_id"],
                auto_unfold=True,
                unfold_read_specification=spec,
                unfold_read_default_limit=number,
            )

        self._assert_same(count)

    def test_form(self):
        case = self._many(FEW)[:1]
        spec = self._spec("form")

        def count(_number):
            return self._queries(self._as(self.clerk).browse(case.id).web_read, spec)

        few = self._assert_same(count)
        self._many(MANY)
        self.assertEqual(self._assert_same(count), few, "other cases cost nothing")
        self.assertLessEqual(few, 9)
        case.action_accept()
        self.assertLessEqual(self._assert_same(count), 9)
        self._to(case, "closed")
        self.assertLessEqual(self._assert_same(count), 12)

    def test_desk(self):
        for user in (self.clerk, self.handler, self.leader, self.manager):

            def count(_number, user=user):
                return self._queries(self._as(user).get_complaint_desk)

            self._assert_same(count)
            self._many(MANY)
            # the office, open cases, what waits, how much of it, what is due next, two
            # for its names; publications of whom it may concern are asked one by one
            most = 11 if user == self.manager else 8
            self.assertLessEqual(self._assert_same(count), most)


@tagged("post_install", "-at_install")
class TestPlans(PerformanceCommon):
    """The scans that grow with the office have an index, and PostgreSQL can use it."""

    def _assert_index(self, domain, index, order=None, user=None):
        tickets = self.env["helpdesk.ticket"].with_user(user or self.clerk)
        query = tickets._search(domain, order=order, limit=80)
        self.assertIn(f"helpdesk_ticket_{index}", self._plan(query))

    def test_list_of_all(self):
        self._assert_index(
            [("is_complaint", "=", True)],
            "complaint_received_idx",
            "received_date desc, id desc",
        )

    def test_list_of_open_cases(self):
        self._assert_index(
            [("is_complaint", "=", True), ("is_open", "=", True)],
            "complaint_open",
            "received_date desc, id desc",
        )

    def test_column_of_the_board(self):
        stage = self.team._complaint_stage_id("accepted")
        self._assert_index(
            [("is_complaint", "=", True), ("stage_id", "=", stage)],
            "complaint_board_idx",
            "next_due, received_date",
        )

    def test_tiles_of_open_cases(self):
        query = self.tickets._search(
            [("is_open", "=", True), ("phase", "=", "deciding")]
        )
        self.assertRegex(
            self._plan(query, ordered=False), "complaint_open|__phase_index"
        )

    def test_what_is_due_next(self):
        domain = [("is_open", "=", True), ("next_due", "!=", False)]
        self._assert_index(domain, "complaint_open_due_idx", "next_due, id")

    def test_open_cases_are_counted_by_the_index_alone(self):
        """What tiles of open cases ask for, and the rules, is in one small index."""
        self.cr.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass",
            ["helpdesk_ticket_complaint_open_due_idx"],
        )
        held = {name for (name,) in self.cr.fetchall()}
        for user in (self.clerk, self.handler, self.leader, self.manager):
            asked = set(_COLUMN.findall(self._count_of_open_cases(user)))
            self.assertIn("next_due_date", asked)
            self.assertLessEqual(asked, held)

    def _count_of_open_cases(self, user):
        """Return the SQL by which somebody's tiles of open cases are counted."""
        tickets = self._as(user)
        domains = {
            tile.key: tickets._desk_domain(tile.key)
            for tile in tickets._desk_tiles()
            if tile.scope == "open"
        }
        execute, asked = type(tickets.env).execute_query, []

        def spy(env, query):
            asked.append(query.code)
            return execute(env, query)

        with patch.object(type(tickets.env), "execute_query", spy):
            count_each(tickets, tickets._desk_domain_open(), domains)
        return asked[-1]

    def test_number_or_title(self):
        for name in ("number", "name"):
            query = self.tickets.sudo()._search([(name, "ilike", "2026-0012")])
            self.assertIn(f"helpdesk_ticket__{name}_index", self._plan(query))

    def test_messages_of_a_person_today(self):
        dispatches = self.env["complaint.dispatch"].sudo()
        domain = [
            ("create_uid", "=", self.clerk.id),
            ("create_date", ">=", "2026-11-28"),
            ("notice_id", "=", False),
        ]
        plan = self._plan(dispatches._search(domain))
        self.assertIn("complaint_dispatch_written_idx", plan)

    def test_messages_that_wait(self):
        """However much was told before; ``bench/dispatches.py`` has a million of them."""
        dispatches = self.env["complaint.dispatch"].sudo()
        by_hand, unserved = dispatches._waiting_domains()
        public = [("state", "=", "sent"), ("channel", "=", "public")]
        for index, domain, order in (
            ("by_hand_idx", by_hand, "create_date"),
            ("unserved_idx", unserved, "create_date"),
            ("announced_idx", public, "proof_date"),
        ):
            plan = self._plan(dispatches._search(domain, order=order, limit=200))
            self.assertIn(f"complaint_dispatch_{index}", plan)
        for name in ("carrier_key", "number_key", "link_hash"):
            if name in dispatches._fields:
                plan = self._plan(dispatches._search([(name, "=", "x")]))
                self.assertIn(f"complaint_dispatch__{name}_index", plan)

    def test_indexes_of_before_are_dropped(self):
        before = {
            "helpdesk_ticket__next_due_index": "helpdesk_ticket (next_due)",
            "complaint_dispatch_waiting_idx": "complaint_dispatch (sent_date)",
        }
        for name, what in before.items():
            self.cr.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {what}")
        runpy.run_path(str(UPGRADES / "pre-indexes.py"))["migrate"](
            self.cr, "19.0.1.3.0"
        )
        for name in before:
            self.assertFalse(sql.index_exists(self.cr, name))

    def test_notices_to_serve(self):
        notices = self.env["complaint.notice"].sudo()
        plan = self._plan(notices._search([("state", "=", "issued")]))
        self.assertIn("complaint_notice_unserved_idx", plan)


@tagged("post_install", "-at_install")
class TestShortcuts(PerformanceCommon):
    """What is quicker than the base's own way gives what the base's way gives."""

    def test_access(self):
        """One query decides as the rules do, case by case."""
        mine, hidden = self._many(3), self._many(2)
        self._recuse(hidden.sudo(), self.handler)
        foreign = self._many(1)
        self._recuse(foreign, self.clerk)
        everything = (mine | hidden | foreign).sudo(False)
        for user in (
            self.clerk,
            self.handler,
            self.leader,
            self.auditor,
            self.env.user,
        ):
            with self.subTest(user=user.login):
                readable = self._as(user).search([("id", "in", everything.ids)])
                cases = everything.with_user(user)
                self.assertEqual(cases._filtered_access("read"), readable)
                for case in cases:
                    self.assertEqual(case.has_access("read"), case in readable)
                self.assertEqual(cases.has_access("read"), cases == readable)
        self.assertFalse(everything.with_user(self.employee_user).has_access("read"))

    def test_form(self):
        """The form shows what the base reads, to whom it may show it."""
        spec = self._spec("form")
        open_, secret = self._many(1), self._many(1, confidentiality="confidential")
        self._to(open_, "closed")
        self._to(secret, "investigating")
        for case in (open_, secret, self._many(1)):
            for user in (self.clerk, self.leader):
                with self.subTest(user=user.login, phase=case.phase):
                    [shown] = self._as(user).browse(case.id).web_read(spec)
                    [plain] = BaseModel.web_read(self._as(user).browse(case.id), spec)
                    self.assertEqual(shown, plain)

    def test_lists(self):
        """Lists show what the base reads, with names that were known and without."""
        for case in self._many(2):
            self._to(case, "investigating")
        spec = self._spec("list")
        domain = [("is_complaint", "=", True)]
        for _turn in range(2):
            shown = self._as(self.clerk).web_search_read(domain, spec)
            tickets = self._as(self.clerk)
            plain = BaseModel.web_search_read(tickets, domain, spec)
            self.assertEqual(shown, plain)
            self.assertTrue(any(row["user_id"] for row in shown["records"]))

    def test_names_of_colleagues_end_with_what_changed_them(self):
        case = self._many(1)
        self._to(case, "investigating")
        spec = {"user_id": {"fields": {"display_name": {}}}}
        domain = [("id", "=", case.id)]

        def shown():
            [row] = self._as(self.clerk).web_search_read(domain, spec)["records"]
            return row["user_id"]["display_name"]

        before = shown()
        self.assertIn(case.user_id.id, case._known_staff())
        case.user_id.sudo().name = "Somebody New"
        self.assertFalse(case._known_staff())
        self.assertNotEqual(shown(), before)
        self.assertEqual(shown(), "Somebody New")
        for moment in (self.cr.postcommit, self.cr.postrollback):
            shown()
            moment.run()
            self.assertFalse(case._known_staff())

    def test_residents_names_are_kept_for_nobody(self):
        outsider = self.env["res.users"].create(
            {
                "name": "Resident",
                "login": "kept.resident",
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        tickets = self._as(self.clerk)
        self.assertTrue(outsider.name and outsider.share)
        tickets._keep_staff()
        self.assertNotIn(outsider.id, tickets._known_staff())

    def test_settings_end_with_what_changed_them(self):
        """What somebody read while settings were being changed is kept no longer."""
        tickets = self._as(self.clerk)
        for moment in (self.cr.postcommit, self.cr.postrollback):
            self.regulation.name = "Changed"
            tickets._cache_settings()
            self.assertTrue(self.regulation.with_env(tickets.env).name)
            tickets._keep_settings()
            self.assertTrue(tickets._known_settings())
            moment.run()
            self.assertFalse(tickets._known_settings())

    def test_empty_lists(self):
        """Lists that are empty stay out of the way, others are read as ever."""
        case = self._many(1)
        spec = {
            name: {"fields": {"id": {}}}
            for name in ("respondent_ids", "evidence_ids", "notice_ids", "tag_ids")
        }
        [empty] = self._as(self.clerk).browse(case.id).web_read(spec)
        self.assertFalse(empty["respondent_ids"] + empty["tag_ids"])
        case.action_accept()
        tag = self.env["helpdesk.ticket.tag"].create({"name": "Night"})
        case.write({"tag_ids": tag.ids, "respondent_ids": self._respondent()})
        [filled] = case.web_read(spec)
        for name in ("respondent_ids", "notice_ids", "tag_ids"):
            self.assertEqual(len(filled[name]), 1, name)
        self.assertFalse(filled["evidence_ids"])

    def test_tiles(self):
        """The tiles count what their lists show."""
        self._many(4)
        self._many(2).action_accept()
        tickets = self._as(self.leader)
        tiles = tickets._desk_tiles()
        counts = tickets._desk_counts(tiles)
        for tile in tiles:
            domain = tickets._desk_domain(tile.key)
            found = tickets.env[tile.model].search_count(domain)
            self.assertEqual(counts[tile.key], found, tile.key)
        self.assertEqual(counts["to_accept"], 4)

    def test_known_to_a_regulation(self):
        """Forms offer what the regulation lists; one without a list knows everything."""
        for model, name in (
            ("helpdesk.ticket.type", "type_ids"),
            ("helpdesk.ticket.channel", "channel_ids"),
            ("complaint.complainant.kind", "complainant_kind_ids"),
        ):
            records = self.env[model].with_user(self.clerk)
            known = [("known_to_id", "=", self.regulation.id)]
            self.assertEqual(
                records.search(known), records.browse(self.regulation[name].ids)
            )
            if name != "channel_ids":
                self.regulation[name] = [Command.clear()]
                self.assertEqual(records.search(known), records.search([]))
