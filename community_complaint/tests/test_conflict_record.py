"""THREATS 49 and 50: conflicts are records that friends neither lift nor inflate."""

import importlib.util
import re
from datetime import timedelta
from pathlib import Path

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_conflict import ConflictCommon

MIGRATION = Path(__file__).parents[1] / "migrations/19.0.1.2.0/post-conflict-records.py"


class RecordCommon(ConflictCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls.case.with_env(cls.env)

    def setUp(self):
        super().setUp()
        # the job commits its progress, a test must not
        self.patch(
            self.registry["ir.cron"],
            "_commit_progress",
            lambda _cron, _done=0, **_options: None,
        )

    def _conflicts(self, user):
        return self.case.sudo().conflict_ids.filtered(lambda item: item.user_id == user)

    def _office(self):
        return (
            self.clerk
            + self.second
            + self.leader
            + self.manager
            + self.auditor
            + self.custodian
        )

    def _rows(self, kind):
        rows = self.env["complaint.log"].sudo().search([("kind", "=", kind)])
        return rows.filtered(lambda row: row.ticket_id == self.case)


@tagged("post_install", "-at_install")
class TestConflictRecord(RecordCommon):
    # ----------------------------------------------------------------------
    # Nobody writes who is excluded
    # ----------------------------------------------------------------------

    def test_threat_49_lists_are_written_by_nobody(self):
        """Attacks 10, 12 and the lists themselves, with all rights as well."""
        self._recuse(self.case, self.clerk)
        for user in (self.handler, self.leader, self.manager, self.env.user):
            for case in (self.case.with_user(user), self.case.with_user(user).sudo()):
                for name in ("recused_user_ids", "conflict_user_ids"):
                    for command in (
                        Command.set(self._office().ids),
                        Command.clear(),
                        Command.link(self.auditor.id),
                    ):
                        with self.assertRaises(UserError):
                            case.write({name: [command]})
                for command in (
                    Command.create({"user_id": self.auditor.id, "cause": "named"}),
                    Command.delete(self.case.conflict_ids.id),
                    Command.update(self.case.conflict_ids.id, {"state": "lifted"}),
                    Command.clear(),
                ):
                    with self.assertRaises(UserError):
                        case.write({"conflict_ids": [command]})
        self.assertEqual(self.case.conflict_user_ids, self.clerk)
        self.assertTrue(self._sees(self.auditor) and self._sees(self.manager))

    def test_threat_49_born_hidden(self):
        """Attack 11: a case is not registered so that nobody else sees it."""
        for name in ("recused_user_ids", "conflict_user_ids"):
            with self.assertRaises(UserError):
                self._complaint(**{name: [Command.set(self._office().ids)]})
            tickets = self.env["helpdesk.ticket"].with_user(self.clerk)
            case = tickets.with_context(
                **{f"default_{name}": [Command.set(self.auditor.ids)]}
            ).create(self._vals())
            self.assertFalse(case.sudo().conflict_user_ids)

    def test_threat_49_records_stay(self):
        """Set by no hand, never changed, never deleted."""
        self._recuse(self.case, self.clerk)
        conflict = self.case.conflict_ids
        values = {
            "ticket_id": self.case.id,
            "user_id": self.auditor.id,
            "cause": "named",
        }
        for user in (self.handler, self.leader, self.env.user):
            for records in (conflict.with_user(user), conflict.with_user(user).sudo()):
                with self.assertRaises(UserError):
                    records.create(values)
                for vals in ({"state": "lifted"}, {"user_id": self.auditor.id}):
                    with self.assertRaises(UserError):
                        records.write(vals)
                with self.assertRaises(UserError):
                    records.unlink()
        self.assertEqual(self.case.conflict_user_ids, self.clerk)

    def test_only_leaders_name_others(self):
        """In the model, whatever dialog asks; with a reason, and colleagues only."""
        case = self.case
        with self.assertRaisesRegex(AccessError, "Only leaders"):
            case.with_user(self.handler)._exclude_users(self.second, "So")
        with self.assertRaisesRegex(AccessError, "Only leaders"):
            case.with_user(self.handler).sudo()._exclude_users(self.second, "So")
        with self.assertRaisesRegex(UserError, "Say why"):
            case.with_user(self.leader)._exclude_users(self.second, " ")
        case.with_user(self.leader)._exclude_users(self.second, "A cousin.")
        conflict = self._conflicts(self.second)
        self.assertEqual(
            (conflict.cause, conflict.set_by_id, conflict.reason),
            ("named", self.leader, "A cousin."),
        )
        case.with_user(self.auditor)._exclude_users(self.auditor, "Mine.")
        self.assertEqual(self._conflicts(self.auditor).cause, "aside")
        self.assertEqual(case.recused_user_ids, self.second + self.auditor)
        self.assertIn("second", self._rows("conflict_set").mapped("details")[1])

    def test_who_is_excluded_names_nobody(self):
        self._recuse(self.case, self.leader)
        for case in (
            self.case.with_user(self.leader),
            self.case.with_user(self.leader).sudo(),
        ):
            with self.assertRaises(AccessError):
                case._exclude_users(self.second, "So that we are two.")
        self.assertFalse(self._conflicts(self.second))

    # ----------------------------------------------------------------------
    # Causes that are gone
    # ----------------------------------------------------------------------

    def test_threat_49_login_taken_from_the_employee(self):
        """Attack 14: the accused HR officer does not let himself in."""
        employee = self._employee(self.handler)
        self._accuse(kind="employee", employee_id=employee.id)
        employee.user_id = False
        self.env.flush_all()
        self.assertFalse(self._sees(self.handler))
        employee.user_id = self.second
        self.assertFalse(self._sees(self.handler) or self._sees(self.second))

    def test_threat_49_causes_that_are_gone(self):
        """Who left the unit, heads it no more or moved on stays excluded."""
        unit, other = self._unit("Desk"), self._unit("Other")
        member = self._employee(self.handler, department_id=unit.id)
        unit.manager_id = self._employee(self.second)
        self._accuse(kind="department", department_id=unit.id)
        member.department_id = other
        unit.manager_id = False
        self.env.flush_all()
        self.assertEqual(self.case.conflict_user_ids, self.handler + self.second)

    def test_threat_49_respondent_removed(self):
        """Attack 15: it takes a leader, and a second decision with a reason."""
        self._accuse(kind="employee", employee_id=self._employee(self.handler).id)
        case, conflict = self.case.with_user(self.leader), self._conflicts(self.handler)
        with self.assertRaisesRegex(UserError, "complained about"):
            conflict.with_user(self.leader).action_lift("He is a nice man.")
        case.respondent_ids.unlink()
        self.assertFalse(self._sees(self.handler))
        action = conflict.with_user(self.leader).action_lift()
        self._answer(action, self.leader, text="Somebody else of the same name.")
        self.assertTrue(self._sees(self.handler))
        self.assertEqual(
            (conflict.state, conflict.lifted_by_id, conflict.lift_reason),
            ("lifted", self.leader, "Somebody else of the same name."),
        )
        self.assertIn("same name", self.case.message_ids[0].body)
        self.assertEqual(len(self._rows("conflict_lifted")), 1)

    # ----------------------------------------------------------------------
    # Lifting
    # ----------------------------------------------------------------------

    def test_nobody_lifts_their_own(self):
        """Nor does who is excluded lift others', with all rights neither."""
        self._recuse(self.case, self.leader + self.second)
        for conflict in self.case.conflict_ids:
            for record in (
                conflict.with_user(self.leader),
                conflict.with_user(self.leader).sudo(),
            ):
                with self.assertRaises(AccessError):
                    record.action_lift("Let me in.")
        with self.assertRaises(AccessError):
            self.case.conflict_ids[1].with_user(self.handler).action_lift("Him too.")
        self.case.conflict_ids.with_user(self.manager).action_lift("A mistake.")
        self.assertFalse(self.case.conflict_user_ids)

    def test_lifted_although_the_cause_goes_on(self):
        """It is not set again by the next change; it is by a new cause."""
        unit, other = self._unit("Desk"), self._unit("Other")
        member = self._employee(self.handler, department_id=unit.id)
        self._accuse(kind="department", department_id=unit.id)
        self._conflicts(self.handler).with_user(self.leader).action_lift("We need him.")
        unit.manager_id = self._employee(self.second)
        self.assertTrue(self._sees(self.handler))
        self.assertFalse(self._sees(self.second))
        self._conflicts(self.second).with_user(self.leader).action_lift("Her too.")
        self.assertTrue(self._sees(self.second))
        self._accuse(kind="employee", employee_id=member.id)
        self.assertFalse(self._sees(self.handler))
        member.department_id = other

    def test_cause_that_comes_back(self):
        unit, other = self._unit("Desk"), self._unit("Other")
        member = self._employee(self.handler, department_id=unit.id)
        self._accuse(kind="department", department_id=unit.id)
        member.department_id = other
        self._conflicts(self.handler).with_user(self.leader).action_lift("He left.")
        self.assertTrue(self._sees(self.handler))
        member.department_id = unit
        self.assertFalse(self._sees(self.handler))

    # ----------------------------------------------------------------------
    # Who is excluded creates nothing
    # ----------------------------------------------------------------------

    def test_threat_49_nothing_is_created_in_a_hidden_case(self):
        self._recuse(self.case, self.handler)
        for model, values in (
            (
                "complaint.respondent",
                {"kind": "partner", "partner_id": self.leader.partner_id.id},
            ),
            ("complaint.evidence", {"name": "Forged"}),
        ):
            records = self.env[model].with_user(self.handler)
            with self.assertRaises(AccessError):
                records.create({"ticket_id": self.case.id, **values})
        with self.assertRaises(AccessError):
            self.env["complaint.respondent"].with_user(self.handler).with_context(
                default_ticket_id=self.case.id, default_kind="other"
            ).name_create("Somebody")
        self.assertTrue(self._sees(self.leader))
        self.assertFalse(self.case.respondent_ids)
        self.assertFalse(self.case.evidence_ids)

    def test_rules_of_all_parts_hold_for_new_ones(self):
        """A rule that hides a part forbids to create it, too."""
        rules = self.env["ir.rule"].search(
            [("domain_force", "like", "conflict_user_ids"), ("perm_create", "=", False)]
        )
        # whoever receives a complaint about themselves writes it down
        self.assertEqual(rules.model_id.mapped("model"), ["helpdesk.ticket"])

    def test_what_rules_ask_is_open_to_nobody(self):
        """Sweep: no list or mark by which a rule excludes people is a field to fill in."""
        paths = self.env["helpdesk.ticket"]._case_paths()
        rules = self.env["ir.rule"].search([("global", "=", True)])
        asked = set()
        for rule in rules.filtered(lambda rule: rule.model_id.model in paths):
            model = self.env[rule.model_id.model]
            for name in re.findall(r"'([\w.]*conflict[\w.]*)'", rule.domain_force):
                asked.add(_owner_of(model, name.split(".")))
        self.assertIn(("helpdesk.ticket", "conflict_user_ids"), asked)
        self.assertFalse(
            {
                (model, name)
                for model, name in asked
                if name in self.env[model]._seal_table().opens
                or not self.env[model]._fields[name].readonly
            }
        )

    def _attempts(self, records):
        """Yield what somebody may change of records: ``(field, value)``.

        Every column that a form may write is emptied; a link leads elsewhere as well.
        """
        for name, field in sorted(records._fields.items()):
            if not field.store or field.readonly or field.type in ("binary", "json"):
                continue
            if field.type in ("many2many", "one2many"):
                yield name, [Command.clear()]
                continue
            yield name, False
            if field.type == "many2one":
                other = self.env[field.comodel_name].sudo().search([], limit=2)
                yield name, (other - records[:1][name])[:1].id

    def _chain(self):
        """Return the records by which somebody is a respondent of the case."""
        accused = self.handler.employee_id or self._employee(self.handler)
        accused.department_id = self.env["hr.department"].create({"name": "Unit"})
        if not self.case.sudo().respondent_ids:
            self._respond(accused)
        return [
            accused,
            accused.department_id,
            accused.resource_id,
            self.handler.partner_id,
            self.handler,
        ]

    def _respond(self, employee):
        vals = {"kind": "employee", "employee_id": employee.id}
        case = self.case.with_user(self.clerk)
        case.write({"respondent_ids": [Command.create(vals)]})

    def test_no_change_elsewhere_lifts_a_conflict(self):
        """Sweep: whatever is written in the records by which somebody is concerned."""
        for record in self._chain():
            self.assertFalse(self._sees(self.handler))
            for name, value in self._attempts(record):
                with self.subTest(model=record._name, field=name, value=value):
                    self._write_and_undo(record, {name: value})

    def _write_and_undo(self, record, vals):
        savepoint = self.env.cr.savepoint()
        try:
            with mute_logger("odoo.sql_db"):
                # sudo: hr.employee and the like - who administers people
                record.sudo().write(vals)
                self.env.flush_all()
        except Exception as error:  # noqa: BLE001 - what is refused lifts nothing
            self.assertTrue(error)
        else:
            self.env.invalidate_all()
            # whoever is archived is still excluded, but not shown
            case = self.case.sudo().with_context(active_test=False)
            self.assertIn(self.handler, case.conflict_user_ids)
        finally:
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.invalidate_all()

    def test_registered_about_oneself_with_evidence(self):
        """Whoever takes down a complaint about themselves finishes it first."""
        employee = self._employee(self.clerk)
        case = self._complaint(
            respondent_ids=[
                Command.create({"kind": "employee", "employee_id": employee.id})
            ],
            evidence_ids=[Command.create({"name": "Photo"})],
        )
        self.assertEqual(len(case.sudo().evidence_ids), 1)
        self.assertFalse(self._sees(self.clerk, case))

    def test_dialogs_about_others(self):
        """Row 17: the accused reads no dialog in which somebody excludes them."""
        dialogs = self.env["complaint.recuse.wizard"]
        dialog = dialogs.with_user(self.leader).create(
            {
                "ticket_id": self.case.id,
                "user_ids": self.handler.ids,
                "reason": "He knows them.",
            }
        )
        self.assertFalse(dialogs.with_user(self.handler).search([]))
        with self.assertRaises(AccessError):
            dialog.with_user(self.handler).read(["reason"])

    # ----------------------------------------------------------------------
    # Many at once
    # ----------------------------------------------------------------------

    def test_many_cases_at_once(self):
        """Thirty cases cost as many queries as three."""
        nobody = self.env["complaint.respondent"]
        counts = []
        for size in (3, 30):
            cases = self.env["helpdesk.ticket"].union(
                *(self._complaint() for _index in range(size))
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["complaint.conflict"]._set(
                [(case, self.second, "named", nobody) for case in cases]
            )
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 3)

    # ----------------------------------------------------------------------
    # After an upgrade
    # ----------------------------------------------------------------------

    def test_migration(self):
        """Who was excluded by the old tables has a record, with the cause if known."""
        self._accuse(kind="employee", employee_id=self._employee(self.handler).id)
        self._recuse(self.case, self.clerk + self.second)
        self.env.flush_all()
        excluded = self.case.conflict_user_ids
        self.cr.execute("DELETE FROM complaint_conflict")
        self.cr.execute(
            "DELETE FROM helpdesk_ticket_recused_user_rel WHERE user_id = %s",
            [self.second.id],
        )
        self.env.invalidate_all()
        spec = importlib.util.spec_from_file_location("migration", MIGRATION)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.cr, "19.0.1.1.0")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.case.conflict_user_ids, excluded)
        self.assertEqual(
            {item.user_id: item.cause for item in self.case.conflict_ids},
            {self.handler: "respondent", self.clerk: "named", self.second: "named"},
        )


def _owner_of(model, path):
    """Return ``(model, field)`` at the end of a path."""
    *way, name = path
    for step in way:
        model = model[step]
    return model._name, name


@tagged("post_install", "-at_install")
class TestOutOfSight(RecordCommon):
    """A running case is never out of sight of all (THREATS 50)."""

    def _run(self):
        self.env["helpdesk.ticket"]._cron_leave_blocked_desks()

    def _told(self, user):
        """Return what was sent to somebody about no record."""
        notices = self.env["mail.notification"].sudo()
        found = notices.search([("res_partner_id", "=", user.partner_id.id)])
        messages = found.mail_message_id.filtered(lambda item: not item.model)
        return " ".join(messages.mapped("body"))

    def test_threat_50_accused_names_everybody_a_substitute(self):
        """Attack 13: day by day, all of the office; the superior desk is told."""
        chief = self._new_user("chief", "community_complaint.group_complaint_leader")
        self.team.superior_team_id = self.env["helpdesk.ticket.team"].create(
            {
                "name": "District",
                "company_id": self.company.id,
                "regulation_id": self.regulation.id,
                "user_ids": [Command.set(chief.ids)],
            }
        )
        managers = self.case._office_people(
            "community_complaint.group_complaint_manager"
        )
        self._accuse(kind="employee", employee_id=self._employee(self.clerk).id)
        now = fields.Datetime.now()
        everybody = self._office() + self.handler + managers - self.clerk
        for day, user in enumerate(everybody):
            with freeze_time(now + timedelta(day)):
                today = self.env["complaint.delegation"]._today(self.company)
                self.env["complaint.delegation"].with_user(self.clerk).create(
                    {
                        "substitute_id": user.id,
                        "date_from": today,
                        "date_to": today,
                        "company_id": self.company.id,
                    }
                )
        self.env.flush_all()
        self.assertFalse(any(self._sees(user) for user in everybody))
        self.assertTrue(self.case.desk_blocked and self.case.office_blocked)
        self._run()
        self.assertEqual(self.case.team_id, self.team.superior_team_id)
        self.assertTrue(self._sees(chief))
        self.assertIn(chief, self.case.activity_ids.user_id)
        self.assertTrue(self._rows("out_of_sight"))
        conflict = self._conflicts(self.manager)
        conflict.with_user(chief).action_lift("Never had a part in it.")
        self.assertTrue(self._sees(self.manager))

    def test_threat_50_no_custodian_left(self):
        """The desk goes on; a manager who is not excluded is asked, once."""
        people = self.case._office_people(
            "community_complaint.group_complaint_custodian"
        )
        self._recuse(self.case, people)
        self.assertTrue(self.case.office_blocked)
        self.assertFalse(self.case.desk_blocked)
        for _index in range(2):
            self._run()
        asked = self.case.activity_ids.filtered(
            lambda item: item.user_id == self.manager
        )
        self.assertEqual(len(asked), 1)
        self._recuse(self.case, False)
        self.assertFalse(self.case.office_blocked)

    def test_threat_50_no_manager_left(self):
        """Whoever is left elsewhere gets the number, once, and nothing else."""
        company = self.env["res.company"].create({"name": "Other office"})
        other = self._new_user("other", "community_complaint.group_complaint_manager")
        other.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        self._recuse(
            self.case,
            self.case._office_people("community_complaint.group_complaint_manager")
            + self.leader,
        )
        for _index in range(2):
            self._run()
        self.assertEqual(self._told(other).count(self.case.number), 1)
        self.assertNotIn(self.case.name, self._told(other))
        self.assertFalse(self._told(self.manager))
        self.assertEqual(len(self._rows("out_of_sight")), 1)
