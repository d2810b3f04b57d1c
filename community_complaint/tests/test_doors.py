"""Doors stay where they are, and stand before everything that rules may hide."""

import inspect

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.service.model import call_kw
from odoo.tests import TransactionCase, tagged
from odoo.tools.safe_eval import safe_eval

from ..tools.door import Door
from .common import ComplaintCommon

#: Beyond all ids that were given out.
_MISSING = 2_000_000_000
#: What Odoo's automation rules put on models, and take away again.
_NAMES = ("create", "write", "unlink", "message_post")


def _automate(model, name):
    """Put a method on a model as ``base_automation`` does when a rule is saved."""

    def automated(self, *args, **kwargs):
        return automated.origin(self, *args, **kwargs)

    automated.origin = getattr(model.env.registry[model._name], name)
    setattr(model.env.registry[model._name], name, automated)
    return automated


def _take_automation_away(model):
    """Undo :func:`_automate` as ``base_automation`` does: whatever is there."""
    for name in _NAMES:
        try:
            delattr(model.env.registry[model._name], name)
        except AttributeError:
            continue


@tagged("post_install", "-at_install")
class TestDoorsStay(ComplaintCommon):
    """An administrator who saves an automation rule takes no door away (THREATS 69)."""

    def setUp(self):
        super().setUp()
        self.case = self._complaint()
        self._recuse(self.case, self.handler)
        self.tickets = self.env["helpdesk.ticket"].with_user(self.handler)
        self.addCleanup(self.tickets._register_hook)
        self.addCleanup(_take_automation_away, self.tickets)

    def _ends(self, method, *args):
        """Return how a call ends for the hidden case, and for one that is not there."""
        ends = []
        for id_ in (self.case.id, _MISSING):
            with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
                call_kw(self.tickets, method, [[id_], *args], {})
            ends.append((type(caught.exception), str(caught.exception)))
        return ends

    def _assert_doors(self):
        cls = self.env.registry["helpdesk.ticket"]
        for name in ("write", "unlink", "message_post"):
            with self.subTest(method=name):
                self.assertIsInstance(inspect.getattr_static(cls, name), Door)
        for method, *args in (("write", {"active": True}), ("unlink",)):
            found, missing = self._ends(method, *args)
            self.assertEqual(found[0], AccessError)
            self.assertEqual(found, missing)

    def test_while_a_rule_is_there_and_after_it(self):
        for _round in range(2):
            automated = [
                _automate(self.tickets, name)
                for name in ("write", "unlink", "message_post")
            ]
            self._assert_doors()
            # the program's own calls ask nothing
            self.assertFalse([one for one in automated if "asking" in str(one.origin)])
            _take_automation_away(self.tickets)
            self._assert_doors()

    def test_a_registry_that_is_set_up_anew(self):
        cls = self.env.registry["helpdesk.ticket"]
        self.tickets._unregister_hook()
        self.assertNotIsInstance(vars(cls).get("write"), Door)
        _automate(self.tickets, "write")
        self.tickets._register_hook()
        self._assert_doors()

    def test_by_real_rules(self):
        """Where ``base_automation`` is installed: see tests/install/test_other_apps.py."""
        if "base.automation" not in self.env:
            self.assertNotIn("base_automation", self.env.registry._init_modules)
            return
        model = self.env["ir.model"]._get("helpdesk.ticket")
        for trigger in ("on_create_or_write", "on_unlink", "on_message_received"):
            rule = self.env["base.automation"].create(
                {"name": trigger, "model_id": model.id, "trigger": trigger}
            )
            self._assert_doors()
            rule.unlink()
            self._assert_doors()


@tagged("post_install", "-at_install")
class TestDoors(TransactionCase):
    def _is_hidden_by(self, rule):
        """Return whether a rule asks about more than companies and one's own."""
        context = self.env["ir.rule"]._eval_context()
        domain = Domain(safe_eval(rule.domain_force or "[]", context))
        asked = {item.field_expr for item in domain.iter_conditions()}
        return bool(
            {name for name in asked if not name.endswith(("company_id", "create_uid"))}
        )

    def test_every_model_whose_rules_hide_rows_has_doors(self):
        """Sweep: who may not read a row does not tell it from one that is not there."""
        open_ = {
            rule.model_id.model
            for rule in self.env["ir.rule"].search([])
            if (name := rule.model_id.model).startswith(("complaint.", "helpdesk."))
            and not hasattr(self.env[name], "_check_seen")
            and self._is_hidden_by(rule)
        }
        # what is shown in the portal is for everybody
        self.assertFalse(open_ - {"helpdesk.ticket.team"})


@tagged("post_install", "-at_install")
class TestLogDoors(ComplaintCommon):
    def test_a_hidden_row_is_like_a_missing_one(self):
        case = self._complaint()
        self._recuse(case, self.auditor)
        row = self.env["complaint.log"].search([("ticket_id", "=", case.id)], limit=1)
        log = self.env["complaint.log"].with_user(self.auditor)
        self.assertFalse(log.search([("id", "=", row.id)]))
        for method, *args in (
            ("read", ["id"]),
            ("read", ["summary"]),
            ("web_read", {"id": {}}),
            ("export_data", ["id"]),
            ("has_access", "read"),
            ("copy",),
            ("copy_data",),
            ("get_metadata",),
        ):
            with self.subTest(method=method, args=args):
                self.assertEqual(
                    *(self._end(log, id_, method, *args) for id_ in (row.id, _MISSING))
                )

    def _end(self, log, id_, method, *args):
        try:
            with self.env.cr.savepoint():
                result = call_kw(log, method, [[id_], *args], {})
        except Exception as error:  # noqa: BLE001 - whatever it is must be the same
            result = (type(error).__name__, str(error))
        self.env.invalidate_all(flush=False)
        return str(result).replace(str(id_), "#")
