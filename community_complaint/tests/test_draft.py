from datetime import timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .canary import CanarySweep
from .common import CANARY, JOINT_CANARY, ROLES, ComplaintCommon

#: What of a draft its author sees besides the draft itself.
_ITS_PARTS = {"complaint.respondent", "complaint.identity"}


def _migration(version, name):
    """Return a migration script as a module."""
    path = Path(__file__).parents[1] / "migrations" / version / f"{name}.py"
    spec = spec_from_file_location(name, path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class DraftCommon(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._new_user(
            "second", "community_complaint.group_complaint_clerk"
        )
        cls.team.user_ids += cls.second

    @classmethod
    def _draft_of(cls, user=None, **vals):
        """Return a draft that the clerk took down."""
        tickets = cls.env["helpdesk.ticket"].with_user(user or cls.clerk)
        return tickets.create_draft(cls._vals(**vals))

    def _rows(self, case):
        return self.env["complaint.log"].search([("ticket_id", "=", case.id)])


@tagged("post_install", "-at_install")
class TestDraft(DraftCommon):
    """What is taken down and not registered yet."""

    # ----------------------------------------------------------------------
    # Birth
    # ----------------------------------------------------------------------

    def test_nothing_begins_yet(self):
        numbers = self.env["complaint.counter"].sudo().search([]).read()
        draft = self._draft_of()
        self.assertEqual(draft.phase, "draft")
        self.assertEqual(draft.display_name, "Draft")
        self.assertFalse(draft.number or draft.is_open or draft.first_receiver_id)
        facts = draft.sudo()
        self.assertFalse(facts.deadline_ids or facts.notice_ids or facts.message_ids)
        self.assertFalse(facts.message_follower_ids or facts.activity_ids)
        self.assertFalse(self._rows(draft))
        self.assertEqual(
            self.env["complaint.counter"].sudo().search([]).read(), numbers
        )
        self.assertEqual(draft.complainant_name, "Li Lei")

    def test_only_at_a_complaint_desk(self):
        team = self.env["helpdesk.ticket.team"].create({"name": "IT"})
        with self.assertRaisesRegex(UserError, "Choose the desk"):
            self._draft_of(team_id=team.id)

    def test_by_who_may_register(self):
        for user in (self.handler, self.auditor, self.employee_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._draft_of(user)

    def test_nothing_slips_in(self):
        for name, value in (
            ("draft_by_id", self.second.id),
            ("accepted_date", fields.Datetime.now()),
        ):
            with self.subTest(field=name), self.assertRaises(UserError):
                self._draft_of(**{name: value})
        draft = self._draft_of(number="X1", stage_id=1)
        self.assertFalse(draft.number)
        with self.assertRaises(UserError):
            draft.sudo().draft_by_id = self.second

    # ----------------------------------------------------------------------
    # While it is a draft
    # ----------------------------------------------------------------------

    def test_written_by_its_author(self):
        draft = self._draft_of()
        received = fields.Datetime.now().replace(microsecond=0) - timedelta(days=2)
        draft.write(
            {
                "name": "Noise by day",
                "received_date": received,
                "complainant_phone": "021 6688 9900",
                "respondent_ids": [Command.create({"kind": "other", "name": "Wang"})],
            }
        )
        self.env.invalidate_all()
        self.assertEqual(draft.complainant_phone, "021 6688 9900")
        self.assertEqual(draft.received_date, received)
        self.assertEqual(draft.respondent_ids.name, "Wang")
        # nothing was promised to anybody yet
        for level in ("open", "confidential", "open"):
            draft.confidentiality = level
        self.assertEqual(draft.confidentiality, "open")
        for name, value in (("user_id", self.handler.id), ("findings", "x")):
            with self.subTest(field=name), self.assertRaises(UserError):
                draft[name] = value
        self.assertFalse(self._rows(draft))
        self.assertFalse(draft.sudo().message_ids)

    def test_anonymous_forgets_who_it_was(self):
        self.regulation.allow_anonymous = True
        draft = self._draft_of(confidentiality="open")
        draft.confidentiality = "anonymous"
        self.assertFalse(draft.sudo().identity_ids.name)
        self.assertFalse(self._rows(draft))

    def test_no_step_but_registration(self):
        draft = self._draft_of()
        case = draft.with_user(self.clerk)
        for step in ("accept", "refuse", "withdraw", "archive", "report_threat"):
            with self.subTest(step=step), self.assertRaisesRegex(UserError, "in phase"):
                case._take(step, "x")
        with self.assertRaisesRegex(UserError, "Register it first"):
            case.message_post(body="x")
        with self.assertRaisesRegex(UserError, "Register it first"):
            self.env["complaint.evidence"].with_user(self.clerk).create(
                {"ticket_id": draft.id, "name": "Photo"}
            )

    # ----------------------------------------------------------------------
    # Registration
    # ----------------------------------------------------------------------

    def _facts(self, case):
        """Return what registration makes of a complaint, without its own numbers."""
        facts = case.sudo()
        return {
            "phase": facts.phase,
            "open": facts.is_open,
            "author": (facts.first_receiver_id, facts.draft_by_id),
            "clocks": facts.deadline_ids.mapped(
                lambda clock: (clock.policy_id, clock.start_date, clock.due_date)
            ),
            "papers": len(facts.notice_ids),
            "log": self._rows(case).mapped(
                lambda row: (row.kind, row.user_id, row.details)
            ),
            "chatter": facts.message_ids.mapped("body"),
            "followers": facts.message_partner_ids,
        }

    def test_as_if_registered_directly(self):
        vals = {"received_date": fields.Datetime.now() - timedelta(hours=3)}
        direct = self._complaint(**vals)
        draft = self._draft_of(**vals)
        draft.action_register_draft()
        self.assertTrue(self._facts(direct)["clocks"])
        self.assertEqual(self._facts(draft), self._facts(direct))
        self.assertEqual(int(draft.number[-5:]), int(direct.number[-5:]) + 1)

    def test_several_at_once(self):
        last_year = fields.Datetime.now() - timedelta(days=365)
        drafts = self._draft_of() + self._draft_of() + self._draft_of()
        drafts[1].received_date = last_year
        drafts.action_register_draft()
        self.assertEqual(set(drafts.mapped("phase")), {"registered"})
        self.assertEqual(len(set(drafts.mapped("number"))), 3)
        self.assertIn(str(last_year.year), drafts[1].number)

    def test_clocks_begin_when_it_came_in(self):
        received = fields.Datetime.now().replace(microsecond=0) - timedelta(days=30)
        draft = self._draft_of(received_date=received)
        draft.action_register_draft()
        clocks = draft.sudo().deadline_ids
        day = draft._office_date(received)
        self.assertEqual(set(clocks.mapped("start_date")), {day})

    def test_registered_once(self):
        draft = self._draft_of()
        draft.action_register_draft()
        with self.assertRaisesRegex(UserError, "in phase"):
            draft.action_register_draft()

    def test_came_in_some_time(self):
        draft = self._draft_of()
        with self.assertRaisesRegex(UserError, "when the complaint came in"):
            draft.received_date = False

    def test_who_it_is_about_loses_it(self):
        draft = self._draft_of(respondent_ids=self._respondent(self.clerk))
        with self.assertRaises(AccessError):
            draft.read(["name"])

    def test_joint_complainants_join_after_that(self):
        self.regulation.joint_complaints = True
        draft = self._draft_of()
        with self.assertRaisesRegex(UserError, "in phase"):
            draft.action_join([JOINT_CANARY])
        draft.action_register_draft()
        draft.action_join([JOINT_CANARY])
        self.assertEqual(len(draft.sudo().identity_ids), 2)

    # ----------------------------------------------------------------------
    # Deletion
    # ----------------------------------------------------------------------

    def test_thrown_away_by_its_author(self):
        draft = self._draft_of()
        parts = draft.sudo().identity_ids
        draft.action_discard_draft()
        self.assertFalse(draft.exists())
        self.assertFalse(parts.exists())

    def test_by_nobody_else(self):
        draft = self._draft_of()
        for user in (self.second, self.leader, self.manager, self.env.user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                draft.with_user(user).action_discard_draft()
        with self.assertRaises(AccessError):
            draft.with_user(self.second).sudo().action_discard_draft()
        for user in (self.clerk, self.manager, self.env.user):
            # an AccessError is one as well
            with self.subTest(user=user.login), self.assertRaises(UserError):
                draft.with_user(user).unlink()
        self.assertTrue(draft.exists())

    def test_never_a_case(self):
        draft = self._draft_of()
        draft.action_register_draft()
        with self.assertRaisesRegex(UserError, "never deleted"):
            draft.action_discard_draft()

    # ----------------------------------------------------------------------
    # Stages
    # ----------------------------------------------------------------------

    def test_stage_of_its_own(self):
        stage = self.env["helpdesk.ticket.stage"].browse(
            self.team._complaint_stage_id("draft")
        )
        self.assertTrue(stage.fold)
        self.assertFalse(stage.closed or stage.unattended)
        registered = self.team._complaint_stage_id("registered")
        self.assertLess(stage.sequence, stage.browse(registered).sequence)
        board = self.env["helpdesk.ticket"].with_context(complaint_board=True)
        columns = board._read_group_stage_ids(stage.browse(), [])
        self.assertTrue(columns)
        self.assertNotIn(stage, columns)

    def test_desks_that_are_there_already_get_it(self):
        stage = self.env["helpdesk.ticket.stage"].browse(
            self.team._complaint_stage_id("draft")
        )
        stage.unlink()
        self.env.registry.clear_cache()
        with self.assertRaisesRegex(UserError, "no stage for drafts"):
            self._draft_of()
        _migration("19.0.1.1.0", "post-draft-stages").migrate(self.env.cr, "")
        self.env.registry.clear_cache()
        self.assertEqual(self._draft_of().phase, "draft")

    def test_dragging_registers(self):
        draft = self._draft_of()
        draft.stage_id = self.team._complaint_stage_id("registered")
        self.assertTrue(draft.number)
        with self.assertRaisesRegex(UserError, "No step leads"):
            draft.stage_id = self.team._complaint_stage_id("draft")


@tagged("post_install", "-at_install")
class TestDraftSweep(DraftCommon, CanarySweep):
    """A draft counts nowhere, and nobody but its author sees any of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls._new_user("admin", "base.group_system")
        cls.registered = cls._complaint(confidentiality="open")

    def _models(self):
        return [
            name
            for name, model in self.env.registry.items()
            if model._auto and not (model._abstract or model._transient)
        ]

    def _counts(self, user):
        """Return how many records of every model a user sees."""
        self.env.flush_all()
        env = self.env(user=user, context={"active_test": False})
        return {
            model: env[model].search_count([])
            for model in self._models()
            if env[model].has_access("read")
        }

    def _figures(self, user):
        """Return the numbers of lists, boards, desk and dashboard."""
        self.env.invalidate_all()
        tickets = self._as(user)["helpdesk.ticket"]
        groups = ["phase", "stage_id", "team_id", "received_date:month", "type_id"]
        return [
            [
                (str(key), count)
                for key, count in tickets._read_group([], [group], ["__count"])
            ]
            for group in groups
        ] + [
            tickets.get_complaint_desk(),
            tickets.env["helpdesk.ticket.team"].browse(self.team.id).todo_ticket_count,
        ]

    def _moved(self, user, before):
        after = self._counts(user)
        return {model for model, count in after.items() if before[model] != count}

    def test_counts_nowhere(self):
        staff = [getattr(self, role) for role in ROLES]
        others = [*staff, self.second, self.admin, self.employee_user]
        before = {user: self._counts(user) for user in [*others, self.env.user]}
        figures = {user: self._figures(user) for user in [*staff, self.second]}
        draft = self._draft_of(
            confidentiality="open",
            respondent_ids=[Command.create({"kind": "other", "name": "Wang"})],
        )
        self.assertTrue(draft.exists())
        for user in others:
            with self.subTest(user=user.login):
                allowed = _ITS_PARTS if user == self.clerk else set()
                self.assertEqual(self._moved(user, before[user]), allowed)
        for user, known in figures.items():
            with self.subTest(user=user.login):
                self.assertEqual(self._figures(user), known)
        # the office's own services
        self.assertEqual(self._moved(self.env.user, before[self.env.user]), _ITS_PARTS)

    def test_seen_when_asked_for(self):
        """The sweep would see a draft that searches do not leave out."""
        draft = self._draft_of()
        mine = draft.with_context(complaint_drafts=True)
        self.assertIn(draft, mine.search([]))
        self.assertFalse(draft.search([("id", "=", draft.id)]))
        self.assertNotIn(draft, mine.with_user(self.second).search([]))
        self.assertIn(draft, mine.sudo().search([]))
        self.assertFalse(draft.sudo().search([("id", "=", draft.id)]))

    def test_seen_by_its_author_only(self):
        draft = self._draft_of(**CANARY)
        self.assertEqual(draft.complainant_name, CANARY["complainant_name"])
        for user in (
            self.second,
            self.handler,
            self.leader,
            self.manager,
            self.auditor,
        ):
            with self.subTest(user=user.login):
                for context in ({}, {"complaint_drafts": True, "active_test": False}):
                    theirs = draft.with_user(user).with_context(**context)
                    self.assertFalse(theirs.search([("id", "=", draft.id)]))
                    with self.assertRaises(AccessError):
                        theirs.read(["name"])
                    with self.assertRaises(AccessError):
                        theirs.name = "x"

    def test_identity_of_a_draft(self):
        draft = self._draft_of(**CANARY)
        for user in (self.second, self.leader, self.custodian, self.admin):
            self.assertNoCanaryRead(user, draft)
            self.assertNoCanaryFound(user, draft)
        self.assertNoCanaryInDatabase()
        draft.action_register_draft()
        # a confidential case: who took it down reads it no longer
        self.env.invalidate_all()
        self.assertNoCanaryRead(self.clerk, draft)

    def test_no_hint_no_look_up(self):
        vals = {
            "description": "<p>The lift stands still since Monday.</p>",
            "confidentiality": "open",
            **CANARY,
        }
        draft = self._draft_of(**vals)
        other = self._complaint(**vals)
        for user in (self.clerk, self.second):
            with self.subTest(user=user.login):
                self.assertFalse(other.with_user(user)._duplicates())
                self.assertFalse(other.with_user(user).same_person_hidden)
        found = other.with_user(self.custodian)._look_up_person(
            phone=CANARY["complainant_phone"], reason="x"
        )
        self.assertEqual(found, other)
        draft.action_register_draft()
        hints = other.with_user(self.second)._duplicates()
        self.assertEqual([hint.ticket for hint in hints], [draft])
