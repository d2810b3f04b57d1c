"""What a dishonest member of staff tries by remote calls is refused, and changes nothing.

The numbers are those of the attacks that once succeeded.
"""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from .common import ComplaintCommon

#: Fields of a finished case that a handler once rewrote.
REWRITTEN = {
    "description": "<p>Nothing happened.</p>",
    "name": "Nothing",
    "demand": "Nothing",
    "findings": "Nothing was found.",
    "incident_date": "2020-01-01",
    "incident_place": "Elsewhere",
    "refusal_reason": "x",
    "withdrawal_reason": "x",
    "reopen_reason": "x",
    "on_spot_answer": "x",
    "follow_up_result": "satisfied",
    "follow_up_note": "x",
    "type_id": False,
    "channel_id": False,
    "complexity": "simple",
    "response_level": "4",
    "nature": "external",
    "is_major": True,
    "written_form": True,
    "priority": "3",
    "handling_plan": "x",
    "user_id": False,
    "opinion_result": "noted",
    "is_accusation": True,
}


@tagged("post_install", "-at_install")
class TestInsider(ComplaintCommon):
    def _call(self, user, record, method, *args, **kwargs):
        """Call a public method as the web client and XML-RPC do."""
        model = self.env[record._name].with_user(user)
        return call_kw(model, method, [record.ids, *args], kwargs)

    def _refused(self, user, record, method, *args, **kwargs):
        """Assert that a call is refused and changes nothing of the record."""
        before = self._content(record)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._call(user, record, method, *args, **kwargs)
        self.assertEqual(self._content(record), before)

    def _content(self, record):
        """Return everything stored of a record, but who wrote it last and when."""
        self.env.flush_all()
        self.env.invalidate_all()
        names = [
            name
            for name, field in record._fields.items()
            if field.store and not name.startswith("write_")
        ]
        [values] = record.sudo().read(names, load=None)
        return {
            name: sorted(value) if isinstance(value, list) else value
            for name, value in values.items()
        }

    def test_01_handler_does_not_become_the_manager(self):
        """A substitution of one's own is not rewritten to be somebody else's."""
        other = new_test_user(
            self.env,
            login="handler2.insider",
            groups="community_complaint.group_complaint_handler",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        delegations = self.env["complaint.delegation"].with_user(other)
        own = delegations.create({"substitute_id": self.handler.id})
        for vals in (
            {"user_id": self.manager.id, "substitute_id": other.id},
            {"user_id": self.manager.id},
            {"substitute_id": other.id},
        ):
            self._refused(other, own, "write", vals)
        with self.assertRaises(UserError):
            delegations.create({"user_id": self.manager.id, "substitute_id": other.id})
        self.assertEqual(own.user_id, other)

    def test_10_handler_hides_no_case(self):
        case = self._to(self._complaint(), "investigating")
        everybody = (self.leader | self.manager | self.auditor | self.custodian).ids
        for field in ("recused_user_ids", "conflict_user_ids"):
            for command in (
                Command.set(everybody),
                Command.link(self.leader.id),
                Command.clear(),
            ):
                self._refused(self.handler, case, "write", {field: [command]})
                self._refused(self.leader, case, "write", {field: [command]})
        for user in (self.leader, self.manager, self.auditor):
            self.assertTrue(case.with_user(user).has_access("read"))

    def test_11_no_case_is_born_hidden(self):
        vals = self._vals(recused_user_ids=[Command.set(self.leader.ids)])
        with self.assertRaises(UserError):
            call_kw(
                self.env["helpdesk.ticket"].with_user(self.clerk), "create", [vals], {}
            )

    def test_19_a_finished_case_is_not_rewritten(self):
        case = self._to(self._complaint(), "closed")
        for phase in ("closed", "archived"):
            if phase == "archived":
                case.with_user(self.clerk).action_archive()
            for name, value in REWRITTEN.items():
                with self.subTest(phase=phase, field=name):
                    self._refused(self.handler, case, "write", {name: value})
                    self._refused(self.manager, case, "write", {name: value})
            specification = {"id": {}}
            self._refused(
                self.handler, case, "web_save", {"description": "x"}, specification
            )

    def test_20_a_running_case_does_not_vanish(self):
        case = self._to(self._complaint(), "investigating")
        for user in (self.handler, self.leader, self.manager):
            self._refused(user, case, "write", {"active": False})
            self._refused(user, case, "action_archive")
            self._refused(user, case, "unlink")
        self.assertTrue(case.active)

    def test_34_nobody_files_in_the_account_of_somebody_else(self):
        partner = self.employee_user.partner_id
        vals = self._vals(complainant_partner_id=partner.id)
        for user in (self.clerk, self.custodian, self.manager):
            cases = self.env["helpdesk.ticket"].with_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                call_kw(cases, "create", [vals], {})
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                call_kw(cases, "create_draft", [vals], {})

    def test_40_a_ticket_does_not_become_a_complaint(self):
        agent = new_test_user(
            self.env,
            login="agent.insider",
            groups="helpdesk_mgmt.group_helpdesk_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        ticket = (
            self.env["helpdesk.ticket"]
            .with_user(agent)
            .create({"name": "Printer", "description": "No paper."})
        )
        self._refused(agent, ticket, "write", {"team_id": self.team.id})
        self.assertFalse(ticket.is_complaint)

    def test_readers_declare_nothing_void(self):
        case = self._to(self._complaint(), "notified")
        notice = case.notice_ids.filtered(lambda item: item.kind == "result")[:1]
        readers = (
            self.auditor,
            self.publisher,
            self.custodian,
            self.discipline,
            self.clerk,
            self.handler,
        )
        for user in readers:
            with self.subTest(user=user.login):
                self._refused(user, notice, "action_void", "by mistake")
                self._refused(user, notice, "write", {"state": "void"})
        self._call(self.leader, notice, "action_void", "Wrong name on it.")
        self.assertEqual(notice.state, "void")

    def test_a_server_action_opens_nothing(self):
        case = self._to(self._complaint(), "closed")
        model = self.env["ir.model"]._get("helpdesk.ticket")
        action = self.env["ir.actions.server"].create(
            {
                "name": "Forge",
                "model_id": model.id,
                "state": "code",
                "code": "records.write({'findings': 'Nothing.'})",
            }
        )
        run = action.with_context(
            active_model="helpdesk.ticket", active_ids=case.ids, active_id=case.id
        )
        with self.assertRaises(UserError):
            run.run()

    def test_sealed_columns_are_refused_not_dropped(self):
        """Finding 2.22: True came back, and the value was gone."""
        case = self._complaint(confidentiality="open")
        identity = case.sudo().identity_ids
        for name in ("vault", "key_id", "name_key", "phone_key", "partner_key"):
            for user in (self.clerk, self.handler, self.custodian):
                with self.subTest(name=name, user=user.login):
                    self._refused(user, identity, "write", {name: "x"})
