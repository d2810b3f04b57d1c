"""Searching by what hangs on a record tells of no case that one may not read (THREATS 52)."""

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.orm.identifiers import NewId
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from odoo.addons.community_complaint.models.base_about_cases import is_ours

from .common import ComplaintCommon
from .planting import Planting

#: What somebody tries with the id of a record that hangs on others, and what it finds if
#: it tells nothing: no record, or all of them.
TRIES = {
    "=": lambda name, record: ([(name, "=", record.id)], False),
    "in": lambda name, record: ([(name, "in", record.ids)], False),
    "any id": lambda name, record: ([(name, "any", [("id", "=", record.id)])], False),
    "path": lambda name, record: ([(f"{name}.id", "=", record.id)], False),
    "!=": lambda name, record: ([(name, "!=", record.id)], True),
    "not in": lambda name, record: ([(name, "not in", record.ids)], True),
    "not any": lambda name, record: (
        [(name, "not any", [("id", "=", record.id)])],
        True,
    ),
    "!": lambda name, record: (["!", (name, "=", record.id)], True),
}


@tagged("post_install", "-at_install")
class TestCaseSearch(ComplaintCommon, Planting):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = new_test_user(
            cls.env, login="employee.search", groups="base.group_user"
        )
        cls.stranger = cls._new_user(
            "stranger.search", "community_complaint.group_complaint_handler"
        )
        cls.case = cls._complaint()

    def _call(self, user, model, method, *args, **kwargs):
        return call_kw(self.env[model].with_user(user), method, [*args], kwargs)

    def _links(self):
        """Yield ``(model, field)`` of the links to records of this product.

        All lists, and single links that have no column: their search is a program.
        """
        for name, cls in sorted(self.env.registry.items()):
            model = self.env[name]
            if cls._abstract or not cls._auto or cls._transient:
                continue
            for field in model._fields.values():
                asked = field.type in ("one2many", "many2many") or (
                    field.type == "many2one" and not field.store and field.search
                )
                if asked and is_ours(field.comodel_name or ""):
                    yield model, field

    def _linked(self, model, field):
        """Return a record and one of ours that hangs on it, if there are any."""
        records = model.sudo().with_context(active_test=False)
        for record in records.search([], limit=80, order="id desc"):
            linked = record[field.name][:1]
            if linked and not isinstance(linked.id, NewId):
                return record, linked
        return model, None

    def test_nobody_searches_by_what_they_may_not_read(self):
        for part in self.env["helpdesk.ticket"]._case_paths():
            if part != "helpdesk.ticket":
                self.part_of(part, self.case)
        self.env.flush_all()
        tried = set()
        for model, field in self._links():
            record, linked = self._linked(model, field)
            if not linked:
                continue
            for user in (self.employee, self.stranger):
                if model.with_user(user).has_access("read") and not linked.with_user(
                    user
                ).has_access("read"):
                    tried.add((model._name, field.name))
                    self._try(user, model, field, record, linked)
        self.assertGreaterEqual(
            tried, {("helpdesk.ticket.team", "ticket_ids")}, sorted(tried)
        )

    def _try(self, user, model, field, record, linked):
        every = set(self._call(user, model._name, "search", []))
        for title, attempt in TRIES.items():
            domain, all_of_them = attempt(field.name, linked)
            with self.subTest(
                model=model._name, field=field.name, attempt=title, user=user.login
            ):
                try:
                    found = self._call(user, model._name, "search", domain)
                except (AccessError, ValueError, NotImplementedError):
                    continue
                self.assertEqual(set(found), every if all_of_them else set())

    def test_nobody_searches_in_files_they_may_not_read(self):
        """Links that are read without a search of their own are searched with rights."""
        case = self.case
        secret = self.env["ir.attachment"].create(
            {
                "name": "canary.txt",
                "raw": b"canary",
                "res_model": "complaint.identity",
                "res_id": case.sudo().identity_ids[:1].id,
            }
        )
        self.assertFalse(secret.with_user(self.handler).has_access("read"))
        tried = set()
        for name in self.env["helpdesk.ticket"]._case_paths():
            for field in self.env[name]._fields.values():
                if (
                    field.type != "many2many"
                    or not field.bypass_search_access
                    or field.comodel_name != secret._name
                ):
                    continue
                part = self.part_of(name, case)
                self.env.flush_all()
                self.cr.execute(
                    SQL(
                        "INSERT INTO %s (%s, %s) VALUES (%s, %s)",
                        SQL.identifier(field.relation),
                        SQL.identifier(field.column1),
                        SQL.identifier(field.column2),
                        part.id,
                        secret.id,
                    )
                )
                self.env.invalidate_all()
                if not part.with_user(self.handler).has_access("read"):
                    continue
                tried.add((name, field.name))
                for domain in (
                    [(f"{field.name}.name", "=", "canary.txt")],
                    [(f"{field.name}.index_content", "like", "canary")],
                    [(field.name, "any", [("name", "=", "canary.txt")])],
                    [(field.name, "ilike", "canary")],
                    [(field.name, "=", secret.id)],
                    [(field.name, "in", secret.ids)],
                ):
                    with self.subTest(model=name, domain=domain):
                        found = self._call(self.handler, name, "search", domain)
                        self.assertEqual(found, [])
        self.assertGreaterEqual(
            tried,
            {
                ("complaint.evidence", "attachment_ids"),
                ("complaint.dispatch", "file_ids"),
                ("complaint.inquiry", "attachment_ids"),
            },
        )

    def test_files_are_read_without_searching_all_of_them(self):
        """Odoo would look at every file of the database to show those of one record."""
        for model in self.env.registry.values():
            if not is_ours(model._name) or model._abstract:
                continue
            for field in model._fields.values():
                if (
                    field.type == "many2many"
                    and field.store
                    and field.comodel_name == "ir.attachment"
                ):
                    with self.subTest(field=str(field)):
                        self.assertTrue(field.bypass_search_access)

    def test_desks_are_not_found_by_the_id_of_a_case(self):
        """The accused once counted the cases about themselves desk by desk."""
        teams = self.env["helpdesk.ticket.team"]
        agent = self._new_user("agent.search", "helpdesk_mgmt.group_helpdesk_user_own")
        by_id = Domain("ticket_ids", "=", self.case.id)
        for domain in (
            by_id,
            by_id & Domain("id", "=", self.team.id),
            Domain("ticket_ids", "in", [self.case.id, False]) & by_id,
            Domain("id", "any", by_id),
        ):
            self.assertFalse(teams.with_user(agent).search(domain))
        self.assertEqual(teams.with_user(self.leader).search(by_id), self.team)
        self.assertIn(self.team, teams.search(by_id), "with all rights, as ever")

    def test_nor_whether_there_is_any(self):
        teams = self.env["helpdesk.ticket.team"]
        agent = self._new_user("agent.search", "helpdesk_mgmt.group_helpdesk_user_own")
        none = teams.with_user(agent).search([("ticket_ids", "=", False)])
        self.assertIn(self.team, none)
        for some in (
            ("ticket_ids", "!=", False),
            ("ticket_ids", "any", []),
            ("ticket_ids.id", ">", 0),
            ("ticket_ids", "ilike", ""),
            ("ticket_ids", "like", self.case.number),
            ("ticket_ids", "=", self.case.number),
            ("ticket_ids.name", "ilike", ""),
            ("ticket_ids.active", "in", (True, False)),
            ("ticket_ids", "any", [("id", ">", 0)]),
        ):
            self.assertNotIn(self.team, teams.with_user(agent).search([some]), some)
        self.assertNotIn(
            self.team,
            teams.with_user(self.leader).search([("ticket_ids", "=", False)]),
        )

    def test_nor_by_a_longer_way(self):
        """A link of which the base joins the tables asks no rules on the way."""
        partner = self.env["res.partner"].create({"name": "Somebody"})
        user = new_test_user(
            self.env, login="somebody.search", groups="base.group_user"
        )
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "Printer", "description": "x", "partner_id": user.partner_id.id}
        )
        self.assertFalse(partner.helpdesk_ticket_ids)
        users = self.env["res.users"].with_user(self.employee)
        for path in ("helpdesk_ticket_ids", "partner_id.helpdesk_ticket_ids"):
            self.assertIn(user, self.env["res.users"].search([(path, "=", ticket.id)]))
            self.assertFalse(users.search([(path, "=", ticket.id)]), path)
            self.assertIn(user, users.search([(path, "!=", ticket.id)]), path)

    def test_ordinary_tickets_as_ever(self):
        agent = self._new_user("agent.search", "helpdesk_mgmt.group_helpdesk_manager")
        team = self.env["helpdesk.ticket.team"].create({"name": "Ordinary"})
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "Printer", "description": "x", "team_id": team.id}
        )
        ticket.active = False
        teams = self.env["helpdesk.ticket.team"].with_user(agent)
        self.assertEqual(teams.search([("ticket_ids", "=", ticket.id)]), team)
        self.assertNotIn(team, teams.search([("ticket_ids", "!=", ticket.id)]))
