"""Other add-ons copy, count and name no case that their users may not read (THREATS 67).

The sweeps find by themselves what is installed; ``tests/install/test_other_apps.py`` runs
them beside add-ons of OCA and of Odoo, where no test here is skipped.
"""

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from odoo.addons.community_complaint.models.base_about_cases import COPIERS, is_ours

from .common import ComplaintCommon
from .planting import Planting

#: Models that name a model and copy nothing of its records, with the reason.
HARMLESS = {
    "auditlog.log": "what auditlog.rule had copied",
    "auditlog.log.line.view": "see auditlog.log",
    "calendar.event": "a meeting about a record, hidden with it",
    "data_recycle.record": "what data_recycle.model found",
    "fetchmail.server": "where mails go that come in",
    "mail.activity": "hidden with its record",
    "mail.activity.plan": "activities to be planned, by who may read the record",
    "mail.alias": "where mails go that come in",
    "mail.template": "written with the rights of who sends it",
    "mailing.filter": "conditions, no records",
    "rating.rating": "closed, see THREATS 3",
    "sms.template": "written with the rights of who sends it",
    "spreadsheet.dashboard": "read with the rights of who opens it",
    "tier.definition": "who has to approve",
    "tier.validation.exception": "what may be changed meanwhile",
}


@tagged("post_install", "-at_install")
class TestOtherApps(ComplaintCommon, Planting):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = ["base.group_system", "helpdesk_mgmt.group_helpdesk_manager"]
        optional = [
            *("sales_team.group_sale_manager", "project.group_project_manager"),
            *(
                "auditlog.group_auditlog_manager",
                "mass_mailing.group_mass_mailing_user",
            ),
        ]
        groups += [name for name in optional if cls.env.ref(name, False)]
        cls.administrator = cls._new_user("administrator.apps", ",".join(groups))
        cls.seller = cls._new_user(
            "seller.apps",
            ",".join(["community_complaint.group_complaint_handler", *groups[2:]]),
        )
        cls.team.user_ids += cls.seller
        cls.case = cls._complaint(
            confidentiality="confidential", complainant_email="shangguan@example.org"
        )

    def _model(self, name):
        if name not in self.env:
            self.skipTest(f"{name} is not installed")
        return self.env[name]

    def _call(self, user, model, method, *args, **kwargs):
        return call_kw(self.env[model].with_user(user), method, [*args], kwargs)

    # ----------------------------------------------------------------------
    # Whatever is installed
    # ----------------------------------------------------------------------

    def _links(self):
        """Yield ``(model, field)`` of the links of models of others to a case."""
        paths = self.env["helpdesk.ticket"]._case_paths()
        for name, cls in sorted(self.env.registry.items()):
            if is_ours(name) or cls._abstract or not cls._auto:
                continue
            for field in self.env[name]._fields.values():
                if (
                    field.type == "many2one"
                    and field.store
                    and field.comodel_name in paths
                ):
                    yield self.env[name], field

    def _planted(self, model, field, case):
        """Return a record that links to a case, as if it had been there before."""
        values = {field.name: case.id}
        if model._rec_name and model._fields[model._rec_name].type == "char":
            values[model._rec_name] = "Planted"
        return self.plant(model._name, values)

    def test_no_record_of_others_names_a_case(self):
        tried = set()
        for model, field in self._links():
            case = self.case
            if field.comodel_name != case._name:
                case = self.part_of(field.comodel_name, case)
            record = self._planted(model, field, case)
            tried.add(model._name)
            for user in self.administrator:
                with self.subTest(model=model._name, field=field.name, user=user.login):
                    self.assertFalse(case.with_user(user).has_access("read"))
                    self.assertTrue(model.with_user(user).has_access("read"))
                    ids = self._call(user, model._name, "search", [])
                    self.assertNotIn(record.id, ids)
                    with self.assertRaises(AccessError):
                        self._call(user, model._name, "read", record.ids, [field.name])
        self.assertIn("helpdesk.ticket.duplicate.wizard", tried)

    def test_nobody_makes_a_record_of_others_about_a_case(self):
        """Not even who may read the case: what was copied would stay."""
        for model, field in self._links():
            if model._name.startswith("helpdesk.ticket.") and not model._transient:
                continue
            case = self.case
            if field.comodel_name != case._name:
                case = self.part_of(field.comodel_name, case)
            [values] = self._planted(model, field, case).copy_data()
            for user in (self.seller, self.leader):
                if not model.with_user(user).has_access("create"):
                    continue
                with (
                    self.subTest(model=model._name, field=field.name, user=user.login),
                    self.assertRaises(UserError),
                    self.env.cr.savepoint(),
                ):
                    self._call(user, model._name, "create", values)

    def test_what_names_a_model_is_known(self):
        """An add-on that copies records of any model is refused ours, or harmless."""
        found = set()
        for name, cls in self.env.registry.items():
            # models of the kernel are rights and actions, see THREATS 56
            if cls._transient or is_ours(name) or name.startswith(("ir.", "base.")):
                continue
            for field in self.env[name]._fields.values():
                if field.comodel_name == "ir.model" and field.store:
                    found.add(name)
        self.assertFalse(found - COPIERS.keys() - HARMLESS.keys())

    def test_cases_are_not_copied_by_rule(self):
        """Audit logs, goals, mailings and recycling of cases are refused to anybody."""
        wanted = ["helpdesk.ticket", "complaint.identity", "complaint.evidence"]
        for name, field in COPIERS.items():
            if name not in self.env:
                continue
            for model in (*wanted, "mail.message", "res.partner"):
                vals = self._copier(name, field, model)
                with self.subTest(copier=name, model=model):
                    if model == "res.partner":
                        self._call(self.administrator, name, "create", vals)
                        continue
                    with self.assertRaises(UserError), self.env.cr.savepoint():
                        self._call(self.administrator, name, "create", vals)

    def _copier(self, name, field, model):
        """Return the values of a rule about a model, as its form sends them."""
        vals = {field: self.env["ir.model"]._get_id(model)}
        return {
            **vals,
            **{
                "auditlog.rule": {"name": model},
                "data_recycle.model": {"name": model, "domain": "[]"},
                "gamification.goal.definition": {"name": model, "domain": "[]"},
                "mailing.mailing": {"subject": model},
            }[name],
        }

    # ----------------------------------------------------------------------
    # Add-ons of OCA
    # ----------------------------------------------------------------------

    def test_no_lead_from_a_case(self):
        """helpdesk_mgmt_crm: text and messages went to every sales manager."""
        leads = self._model("crm.lead")
        self._model("helpdesk.ticket.create.lead")
        before = leads.search_count([])
        dialogs = self.env["helpdesk.ticket.create.lead"].with_user(self.seller)
        self.assertTrue(self.case.with_user(self.seller).has_access("read"))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            dialogs.with_context(active_id=self.case.id).create(
                {}
            ).action_helpdesk_ticket_to_lead()
        for vals in (
            {"name": "x", "ticket_id": self.case.id},
            {"name": "x", "ticket_id": self.case.id, "type": "opportunity"},
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self._call(self.seller, "crm.lead", "create", vals)
        lead = leads.with_user(self.seller).create({"name": "x"})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            lead.write({"ticket_id": self.case.id})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.case.with_user(self.seller).write({"lead_ids": [(4, lead.id)]})
        self.assertEqual(leads.search_count([]), before + 1)
        self.assertFalse(lead.ticket_id)

    def test_a_lead_from_a_ticket_as_ever(self):
        self._model("helpdesk.ticket.create.lead")
        team = self.env["helpdesk.ticket.team"].create({"name": "Ordinary"})
        team.user_ids = self.seller
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "Printer",
                "description": "x",
                "team_id": team.id,
                "user_id": self.seller.id,
            }
        )
        dialogs = self.env["helpdesk.ticket.create.lead"].with_user(self.seller)
        dialogs.with_context(active_id=ticket.id).create(
            {}
        ).action_helpdesk_ticket_to_lead()
        self.assertEqual(ticket.lead_ids.ticket_id, ticket)

    def test_a_project_tells_of_no_case(self):
        """helpdesk_mgmt_project: which project a confidential case belongs to."""
        self._model("project.project")
        if "ticket_ids" not in self.env["project.project"]._fields:
            self.skipTest("helpdesk_mgmt_project is not installed")
        project = self.env["project.project"].create({"name": "Road"})
        task = self.env["project.task"].create(
            {"name": "Hole", "project_id": project.id}
        )
        self.plant_project(project, task)
        employee = new_test_user(
            self.env, "employee.apps", "base.group_user,project.group_project_user"
        )
        for model in ("project.project", "project.task"):
            for domain in (
                [("ticket_ids", "=", self.case.id)],
                [("ticket_ids.number", "ilike", self.case.number)],
                [("ticket_ids", "!=", False)],
            ):
                self.assertFalse(self._call(employee, model, "search", domain))
        names = ["ticket_ids", "ticket_count"]
        [shown] = self._call(employee, "project.project", "read", project.ids, names)
        self.assertEqual(shown["ticket_ids"], [])
        self.assertEqual(shown["ticket_count"], 0)

    def plant_project(self, project, task):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET project_id = %s, task_id = %s WHERE id = %s",
            (project.id, task.id, self.case.id),
        )
        self.env.invalidate_all()

    def test_nobody_tracks_mails_of_the_office(self):
        """mail_tracking: every employee read to whom the office had written."""
        rows = self._model("mail.tracking.email")
        mail = self.case._mail_from_desk(
            self.team, "shangguan@example.org", "We look at them together."
        )
        [email] = mail._prepare_outgoing_list()
        self.assertEqual(email["email_to"], ["shangguan@example.org"])
        self.assertNotIn("tracking", email["body"])
        self.assertFalse(rows.search([("recipient", "ilike", "shangguan")]))
        other = self.env["mail.mail"].create(
            {"subject": "x", "body_html": "<p>x</p>", "email_to": "a@example.org"}
        )
        [email] = other._prepare_outgoing_list()
        self.assertIn("data-odoo-tracking-email", email["body"], "as ever")

    def test_what_is_dispatched_is_not_tracked(self):
        rows = self._model("mail.tracking.email")
        self._accept(self.case)
        self._tell(self.case)
        self.assertTrue(self.case.dispatch_ids)
        self.assertFalse(rows.search([("recipient", "ilike", "shangguan")]))
        self.assertFalse(rows.search([("name", "ilike", self.case.number)]))
