"""THREATS 65: no word that a caller puts into the context opens or silences anything."""

import re
from pathlib import Path

from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .planting import Planting
from .test_history import HistoryCommon

ADDONS = Path(__file__).parents[2]
#: Odoo's own words that make it quiet, or lax.
FLAGS = {
    "tracking_disable": True,
    "mail_notrack": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_activity_automation_skip": True,
    "install_mode": True,
    "import_file": True,
    "no_reset_password": True,
    "prefetch_fields": False,
    "module": "community_complaint",
    "active_test": False,
    "_force_unlink": True,
}
#: Words of our own that are read as what they say, with what they do. All others are
#: objects, which nobody sends.
HARMLESS = {
    "complaint_act": "the kind of act that a new sealing list starts with",
    "complaint_board": "which columns the board leaves out; the rules hold",
    "complaint_case_names": "whether clocks are called after their cases as well",
    "complaint_first_words": "whether words came with a case; its code is as new anyway",
    "complaint_drafts": "whether searches find drafts; of others the rules hide them",
    "complaint_intake": "whether a new case starts with the desk's habits",
    "conformance_regulation_id": "which text's rows a list shows first",
}
_READ = re.compile(
    r"""context(?:\.get\(|\[)\s*["'](\w*(?:complaint|conformance)\w*)["']\s*[\])]?"""
    r"""(?P<rest>[^\n]{0,40})"""
)
#: What is compared by identity, or by type, is no word.
_OBJECTS = {"complaint_purge", "complaint_gateway", "complaint_opened"}


@tagged("post_install", "-at_install")
class TestContextWords(HistoryCommon, Planting):
    def test_words_of_ours_are_objects(self):
        """Found in the sources: a new word is an object, or is said to be harmless."""
        found = {}
        for path in sorted(ADDONS.glob("community_complaint*/**/*.py")):
            if {"tests", "migrations"} & {*path.parts}:
                continue
            for match in _READ.finditer(path.read_text(encoding="utf-8")):
                found.setdefault(match[1], []).append((path.name, match["rest"]))
        unknown = found.keys() - HARMLESS.keys() - _OBJECTS
        self.assertFalse(unknown, "say what they do, or compare an object")
        self.assertLessEqual(_OBJECTS, found.keys())
        for name in _OBJECTS - {"complaint_opened"}:
            for file, rest in found[name]:
                self.assertRegex(rest, r"^\)? ?is [A-Z]", f"{name} in {file}")

    def test_words_of_ours_open_nothing(self):
        """Sent from outside, whatever they say, nobody reads or writes more."""
        case = self._to(self._complaint(), "closed")
        self._recuse(case.sudo(), self.handler)
        words = dict.fromkeys({*HARMLESS, *_OBJECTS}, True)
        for user in (self.handler, self.employee_user):
            cases = self.env["helpdesk.ticket"].with_user(user)
            kwargs = {"context": {**words, "complaint_plain_rules": True}}
            domain = [[("id", "=", case.id)]]
            self.assertFalse(call_kw(cases, "search", domain, dict(kwargs)))
            messages = self.env["mail.message"].with_user(user)
            domain = [[("model", "=", case._name), ("res_id", "=", case.id)]]
            self.assertFalse(call_kw(messages, "search", domain, dict(kwargs)))
        note = case.sudo().message_ids[:1]
        for record, vals in ((case, {"demand": "x"}), (note, {"body": "x"})):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                call_kw(
                    self.env[record._name].with_user(self.leader),
                    "write",
                    [record.ids, vals],
                    {"context": dict(words)},
                )

    # ----------------------------------------------------------------------
    # Odoo's own
    # ----------------------------------------------------------------------

    def _open_field(self, record):
        """Return a text that somebody may write by hand now, and who, or ``None``."""
        table = record._seal_table() if hasattr(record, "_seal_table") else None
        for name in sorted(table.opens if table else ()):
            field = record._fields.get(name)
            if not (field and field.store and field.type in ("char", "text")):
                continue
            for user in (self.handler, self.clerk, self.leader, self.custodian):
                try:
                    with self.env.cr.savepoint():
                        record.with_user(user).sudo(False).write({name: "Tried."})
                        self.env.flush_all()
                        raise ZeroDivisionError
                except ZeroDivisionError:
                    self.env.invalidate_all()
                    return name, user
                except Exception:  # noqa: BLE001 - not this one
                    self.env.invalidate_all()
        return None

    def _history_of(self, record, name, user, context):
        """Return what a write leaves on record, with a context."""
        before = self._rows(record, name, self.env.user)
        mine = self.env[record._name].with_user(user)
        text = f"Other {len(before)}."
        call_kw(mine, "write", [record.ids, {name: text}], {"context": dict(context)})
        self._commit()
        rows = self._rows(record, name, self.env.user) - before
        return [(row.field, row.user_id, row.sudo().new_value) for row in rows], text

    def test_no_flag_of_odoo_silences_the_history(self):
        """Every model of a case, every flag: a change by hand leaves the same row."""
        case = self._to(self._complaint(confidentiality="open"), "investigating")
        tried = set()
        for model in self.env["helpdesk.ticket"]._case_paths():
            record = case if model == case._name else self.part_of(model, case)
            self._commit()
            found = self._open_field(record.sudo(False))
            if not found:
                continue
            name, user = found
            tried.add(model)
            for context in ({}, *({key: value} for key, value in FLAGS.items()), FLAGS):
                with self.subTest(model=model, context=context):
                    rows, text = self._history_of(record, name, user, context)
                    self.assertEqual(rows, [(name, user, text)])
        # those that people write; without them the sweep would prove nothing
        self.assertLessEqual(
            {"helpdesk.ticket", "complaint.inquiry", "complaint.evidence"}, tried
        )

    def test_no_flag_of_odoo_silences_a_birth_or_a_step(self):
        """Finding 2.12: a case was made, and given to somebody, without a word."""
        vals = self._vals()
        cases = self.env["helpdesk.ticket"].with_user(self.clerk)
        id_ = call_kw(cases, "create", [vals], {"context": dict(FLAGS)})
        case = self.env["helpdesk.ticket"].browse(id_)
        call_kw(cases, "action_accept", [[id_]], {"context": dict(FLAGS)})
        handlers = cases.with_user(self.handler)
        given = [[id_], {"user_id": self.handler.id}]
        call_kw(handlers, "write", given, {"context": dict(FLAGS)})
        self._commit()
        kinds = self._chain_kinds(case)
        self.assertEqual(kinds, ["registered", "step", "changed"])
        self.assertEqual(self._change(case, "user_id"), (False, self.handler.name))

    def _chain_kinds(self, case):
        rows = self.env["complaint.log"].search(
            [("ticket_id", "=", case.id)], order="sequence"
        )
        return [
            kind for kind in rows.mapped("kind") if kind not in ("redacted", "proof")
        ]
