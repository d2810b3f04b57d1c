"""No dialog tells of a case to who may not read it (THREATS 17)."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ComplaintCommon

#: What a required field of a dialog gets; choices get their first one.
FILLED = {"char": "x", "text": "x", "integer": 1, "date": "2026-03-02"}


@tagged("post_install", "-at_install")
class TestDialogs(ComplaintCommon):
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
