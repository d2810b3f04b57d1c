"""No dialog tells of a case to who may not read it (THREATS 17)."""

from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import SQL

from .common import ROLES, ComplaintCommon
from .planting import Planting

#: What a required field of a dialog gets; choices get their first one.
FILLED = {"char": "x", "text": "x", "integer": 1, "date": "2026-03-02"}


@tagged("post_install", "-at_install")
class TestDialogs(ComplaintCommon, Planting):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accused = cls._new_user(
            "accused",
            "community_complaint.group_complaint_clerk,"
            "community_complaint.group_complaint_handler",
        )
        cls.team.user_ids += cls.accused
        cls.stranger = cls._new_user(
            "stranger", "community_complaint.group_complaint_clerk"
        )
        cls.case = cls._complaint(respondent_ids=cls._respondent(cls.accused))
        cls.own = cls._complaint()

    def _dialogs(self):
        """Yield ``(model, field)`` of the links of all dialogs to records of a case."""
        for name, cls in sorted(self.env.registry.items()):
            if not cls._transient or not name.startswith("complaint."):
                continue
            for field in self.env[name]._fields.values():
                if field.type in ("many2one", "many2many") and field.store:
                    linked = self.env[field.comodel_name]
                    if hasattr(linked, "_seal_table") and linked._seal_table():
                        yield name, field

    def _needed(self, model, field, record):
        """Return what a dialog needs, about one record."""
        vals = {}
        for other in self.env[model]._fields.values():
            if not other.required or not other.store:
                continue
            if other.type == "selection":
                vals[other.name] = other.get_values(self.env)[0]
            elif other.type in FILLED:
                vals[other.name] = FILLED[other.type]
            elif other.comodel_name == "helpdesk.ticket":
                vals[other.name] = self.own.id
        value = record.id if field.type == "many2one" else [(6, 0, record.ids)]
        return {**vals, field.name: value}

    def test_nothing_is_told_by_a_dialog(self):
        tried = set()
        for model, field in self._dialogs():
            records = self.env[field.comodel_name].sudo()
            link = "ticket_id" if "ticket_id" in records._fields else "id"
            record = records.search([(link, "=", self.case.id)], limit=1)
            if not record:
                continue
            tried.add(model)
            for user in (self.stranger, self.accused):
                with self.subTest(model=model, field=field.name, user=user.login):
                    vals = self._needed(model, field, record)
                    with self.assertRaises(AccessError):
                        self.env[model].with_user(user).create(vals)
        self.assertLessEqual(
            {
                "complaint.tell.wizard",
                "complaint.vault.wizard",
                "complaint.recuse.wizard",
                "complaint.deadline.wizard",
            },
            tried,
        )

    def test_nor_changed_to_another_case(self):
        dialog = (
            self.env["complaint.recuse.wizard"]
            .with_user(self.accused)
            .create({"ticket_id": self.own.id, "reason": "x"})
        )
        with self.assertRaises(AccessError):
            dialog.ticket_id = self.case

    def test_a_dialog_belongs_to_who_opened_it(self):
        """THREATS 53: a handler once exchanged words and case before the leader confirmed."""
        groups = ",".join(
            f"community_complaint.group_complaint_{role}" for role in ROLES
        )
        opener, other = (
            self._new_user("opener", groups),
            self._new_user("other", groups),
        )
        self.team.user_ids += opener + other
        tried = set()
        for name, cls in sorted(self.env.registry.items()):
            if not cls._transient or cls._abstract or not name.startswith("complaint."):
                continue
            dialog = self._opened(name, opener)
            if not dialog.with_user(opener).has_access("write"):
                continue
            tried.add(name)
            with self.subTest(model=name):
                self._refuse_everything(name, dialog, other)
                self.assertEqual(
                    call_kw(self.env[name].with_user(opener), "search", [[]], {}),
                    dialog.ids,
                )
        self.assertLessEqual(
            {
                "complaint.step.dialog",
                "complaint.recuse.wizard",
                "complaint.tell.wizard",
            },
            tried,
        )

    def _opened(self, model, user):
        """Return a dialog about a case that a user opened."""
        if model == "complaint.step.dialog":
            dialogs = self.env[model].with_user(user)
            action = dialogs._open(self.own.with_user(user), "refuse")
            return self.env[model].browse(action["res_id"])
        vals = {}
        if "ticket_id" in self.env[model]._fields:
            vals["ticket_id"] = self.own.id
        dialog = self.plant(model, vals, self.own)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET create_uid = %s WHERE id = %s",
                SQL.identifier(dialog._table),
                user.id,
                dialog.id,
            )
        )
        self.env.invalidate_all()
        return dialog

    def _refuse_everything(self, model, dialog, user):
        """Assert that somebody with all roles gets nothing out of a dialog, or into it."""
        dialogs = self.env[model].with_user(user)
        self.assertFalse(call_kw(dialogs, "search", [[]], {}))
        self.assertEqual(call_kw(dialogs, "search_count", [[]], {}), 0)
        field = next(f.name for f in dialog._fields.values() if f.store)
        actions = {name for name in dir(type(dialog)) if name.startswith("action_")}
        actions -= {"action_archive", "action_unarchive"}
        calls = {"read": [[field]], "write": [{}], "unlink": []}
        for method in (*calls, *actions):
            with self.assertRaises(AccessError, msg=method), self.env.cr.savepoint():
                call_kw(dialogs, method, [dialog.ids, *calls.get(method, [])], {})
