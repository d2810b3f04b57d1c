"""What administrators change and complaints rest on is seen by others (THREATS 56)."""

import json

from odoo import Command
from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .common import ComplaintCommon

ADMIN = "base.group_system,base.group_erp_manager,base.group_partner_manager"


@tagged("post_install", "-at_install")
class TestAdministratorsSeen(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls._new_user("admin", ADMIN)

    def _call(self, record, method, *args):
        """Call a public method as the administrator's web client does."""
        context = {"allowed_company_ids": self.company.ids, "lang": "en_US"}
        model = self.env(user=self.admin, su=False, context=context)[record._name]
        ids = [record.ids] if record else []
        return call_kw(model, method, [*ids, *args], {})

    def _marks(self):
        """Return how many rows the log has and how many messages custodians got."""
        log = self.env["complaint.log"].search([("company_id", "=", self.company.id)])
        told = self.env["mail.notification"].search(
            [("res_partner_id", "in", (self.custodian + self.auditor).partner_id.ids)]
        )
        return log, told

    def _seen(self, record, method, *args, told=True):
        """Assert that a call is on record and told, and return the last row's details."""
        log, notes = self._marks()
        result = self._call(record, method, *args)
        self.env.flush_all()
        new_log, new_notes = self._marks()
        self.assertTrue(new_log - log, "no row in the log")
        rows = (new_log - log).filtered(lambda row: row.user_id == self.admin)
        self.assertTrue(rows, "no row of the administrator")
        partners = (new_notes - notes).res_partner_id
        wanted = (self.custodian + self.auditor).partner_id
        self.assertEqual(partners, wanted if told else partners.browse())
        return result, json.loads(rows[0].details), rows[0]

    def _unseen(self, record, method, *args):
        before = self._marks()
        result = self._call(record, method, *args)
        self.assertEqual(self._marks(), before)
        return result

    # ----------------------------------------------------------------------
    # Rules and rights
    # ----------------------------------------------------------------------

    def test_a_rule_is_switched_off(self):
        rule = self.env.ref("community_complaint.complaint_respondent_rule_conflict")
        _result, details, row = self._seen(rule, "write", {"active": False})
        self.assertEqual(details["fields"], {"active": [True, False]})
        self.assertIn("Active: True → False", row.summary)

    def test_rules_and_rights_on_whatever_leads_to_a_case(self):
        for model in ("complaint.identity", "helpdesk.ticket", "mail.message"):
            model_id = self.env["ir.model"]._get_id(model)
            vals = {
                "name": "All",
                "model_id": model_id,
                "domain_force": "[(1, '=', 1)]",
            }
            [id_], _details, _row = self._seen(self.env["ir.rule"], "create", [vals])
            self._seen(self.env["ir.rule"].browse(id_), "unlink")
            vals = {"name": "All", "model_id": model_id, "perm_read": True}
            [id_], _details, _row = self._seen(
                self.env["ir.model.access"], "create", [vals]
            )
            access = self.env["ir.model.access"].browse(id_)
            self._seen(access, "write", {"perm_write": True})

    def test_rights_on_what_has_nothing_to_do_with_it(self):
        model_id = self.env["ir.model"]._get_id("res.country")
        vals = {"name": "All", "model_id": model_id, "domain_force": "[(1, '=', 1)]"}
        self._unseen(self.env["ir.rule"], "create", [vals])

    def test_a_rule_is_taken_off_by_the_other_end_of_a_list(self):
        role = self.env.ref("community_complaint.group_complaint_handler")
        self.assertTrue(role.rule_groups)
        self._seen(role, "write", {"rule_groups": [Command.clear()]})

    # ----------------------------------------------------------------------
    # People
    # ----------------------------------------------------------------------

    def test_roles(self):
        groups = self.env.ref("community_complaint.group_complaint_manager")
        _result, _details, row = self._seen(
            self.employee_user, "write", {"group_ids": [Command.link(groups.id)]}
        )
        self.assertIn(row.kind, ("group_granted", "access_changed"))
        clerk = self.env.ref("community_complaint.group_complaint_clerk")
        other = self._new_user("other.seen", "base.group_user")
        _result, details, _row = self._seen(
            other, "write", {"group_ids": [Command.link(clerk.id)]}, told=False
        )
        self.assertEqual(details["role"], "clerk")

    def test_a_custodian_gets_another_office(self):
        other = self.env["res.company"].create({"name": "Moonflower"})
        foreign = self._new_user(
            "foreign.seen", "community_complaint.group_complaint_custodian"
        )
        foreign.write({"company_id": other.id, "company_ids": [Command.set(other.ids)]})
        _result, details, row = self._seen(
            foreign, "write", {"company_ids": [Command.link(self.company.id)]}
        )
        self.assertEqual(row.kind, "access_changed")
        self.assertEqual(details["person"], foreign.login)

    def test_somebody_else_sets_a_password(self):
        for name, value in (
            ("password", "Known-To-Me-1"),
            ("login", "somebody.else"),
            ("email", "mine@elsewhere.example"),
        ):
            with self.subTest(field=name):
                log, notes = self._marks()
                self._call(self.handler, "write", {name: value})
                new_log, new_notes = self._marks()
                [row] = (new_log - log).filtered(lambda r: r.kind == "access_changed")
                self.assertEqual(json.loads(row.details)["access"], [name])
                if name == "password":
                    self.assertNotIn(value, row.details)
                self.assertIn(
                    self.custodian.partner_id, (new_notes - notes).res_partner_id
                )

    def test_the_address_of_who_works_on_complaints(self):
        """A new password is sent to the address of the contact, whoever wrote it."""
        partner = self.handler.partner_id
        _result, details, _row = self._seen(
            partner, "write", {"email": "mine@elsewhere.example"}
        )
        self.assertEqual(details["access"], ["email"])
        other = self.env["res.partner"].create({"name": "Baker"})
        self._unseen(other, "write", {"email": "bread@bakery.example"})

    def test_ones_own_password_alarms_nobody(self):
        log, notes = self._marks()
        self.handler.with_user(self.handler).sudo().write({"password": "My-Own-New-1"})
        new_log, new_notes = self._marks()
        self.assertEqual((new_log - log).mapped("kind"), ["access_changed"])
        self.assertEqual(new_notes, notes)

    # ----------------------------------------------------------------------
    # Programs, pages, parameters
    # ----------------------------------------------------------------------

    def test_programs(self):
        model_id = self.env["ir.model"]._get_id("res.partner")
        code = "records = env['complaint.identity'].sudo().search([])"
        vals = {"name": "Read", "model_id": model_id, "state": "code", "code": code}
        [id_], _details, _row = self._seen(
            self.env["ir.actions.server"], "create", [vals]
        )
        action = self.env["ir.actions.server"].browse(id_)
        _result, details, _row = self._seen(action, "write", {"code": "pass"})
        self.assertEqual(details["fields"]["code"], [code, "pass"])

    def test_jobs_of_the_office(self):
        job = self.env["ir.cron"].search(
            [("model_id.model", "=", "complaint.deadline")], limit=1
        )
        self._seen(job, "write", {"active": False})
        self._seen(job, "write", {"nextcall": "2099-01-01 00:00:00"})

    def test_fields_that_show_what_others_hide(self):
        vals = {
            "name": "x_show",
            "model_id": self.env["ir.model"]._get_id("res.partner"),
            "ttype": "char",
            "field_description": "Show",
            "state": "manual",
        }
        record = self.env["ir.model.fields"].with_user(self.admin)
        seen = record.sudo().new(vals)
        self.assertTrue(seen._seen())
        self.assertFalse(
            self.env["ir.model.fields"]._get("res.partner", "name")._seen()
        )

    def test_no_field_shows_what_is_sealed(self):
        fields = self.env["ir.model.fields"].with_user(self.admin)
        vals = {
            "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
            "ttype": "char",
            "state": "manual",
        }
        sealed = (
            "identity_ids.name",
            "notice_ids.ticket_id.identity_ids.phone",
            "inbound_mail_ids.sender_vault",
        )
        for path in sealed:
            for stored in (True, False):
                row = {**vals, "name": "x_peek", "related": path, "store": stored}
                with (
                    self.subTest(path=path, stored=stored),
                    self.assertRaisesRegex(UserError, "is sealed"),
                ):
                    fields.create([row])

    def test_papers_and_pages(self):
        view = self.env["ir.ui.view"].search(
            [("key", "=like", "community_complaint.%"), ("type", "=", "qweb")], limit=1
        )
        self._seen(view, "write", {"arch": view.arch.replace("<t ", "<t t-if='1' ", 1)})

    def test_parameters(self):
        parameters = self.env["ir.config_parameter"]
        _result, details, _row = self._seen(
            parameters, "set_param", "community_complaint.sms_hook_key", "s3cret"
        )
        self.assertNotIn("s3cret", json.dumps(details))
        self._seen(parameters, "set_param", "web.base.url", "https://elsewhere.example")
        self._unseen(parameters, "set_param", "web.something", "x")

    # ----------------------------------------------------------------------
    # All there is
    # ----------------------------------------------------------------------

    def test_whatever_belongs_to_a_model_is_seen(self):
        """A table of rights or programs that a new Odoo brings is found by itself."""
        registry = self.env.registry
        mixin = registry["complaint.watched.mixin"]
        #: What is there for a model and opens, sends or changes nothing by itself.
        harmless = {
            "ir.model": "a model of one's own has no rights on others",
            "ir.model.constraint": "kept by the loading of modules",
            "ir.model.relation": "kept by the loading of modules",
            "ir.model.inherit": "kept by the loading of modules",
            "ir.model.fields.selection": "labels and codes of choices",
            "ir.actions.server.history": "what was run",
            "privacy.log": "what was looked up",
            "mail.activity.type": "a label",
            "mail.activity": "something to do",
            "mail.activity.plan": "several things to do",
            "calendar.event": "a meeting",
            "rating.rating": "an opinion",
            "tier.definition": "for models with reviews only, ours have none",
            "tier.validation.exception": "as above",
            "ir.actions.actions": "opens what one may see",
            "ir.actions.act_url": "opens what one may see",
            "ir.actions.act_window": "opens what one may see",
            "ir.actions.act_window_close": "closes",
            "ir.actions.client": "opens what one may see",
        }
        unseen = set()
        for name, model in registry.models.items():
            if model._abstract or model._transient or issubclass(model, mixin):
                continue
            if name.startswith(("complaint.", "helpdesk.")):
                continue
            if any(
                field.type == "many2one"
                and field.store
                and field.comodel_name == "ir.model"
                for field in model._fields.values()
            ):
                unseen.add(name)
        self.assertFalse(unseen - harmless.keys())
