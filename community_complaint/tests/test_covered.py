"""An approval falls when what it was about is changed, and who gave it is told."""

from odoo import Command
from odoo.tests import tagged

from .common import CANARY
from .test_accusation import AccusationCommon
from .test_malicious import MaliciousCommon
from .test_meeting import MeetingCommon

_EVENT = "the event goes on being examined; what was approved of it is closed"
#: What people may change while somebody's approval stands, and why they may.
ASIDE = {
    ("complaint.transfer", "approve"): "how the slip travels",
    ("complaint.identity", "check_contact"): "a change makes them unproven again",
    ("complaint.medical.event", "approve_opinion"): _EVENT,
    ("complaint.medical.event", "settle_liability"): _EVENT,
}


@tagged("post_install", "-at_install")
class TestOpinionFalls(MaliciousCommon):
    """A second opinion is on the measures as well."""

    def _seconded(self):
        apology = self.env.ref("community_complaint.measure_apology")
        draft = self._malicious(
            accountability_note="Position told.",
            measure_line_ids=[Command.create({"measure_id": apology.id})],
        )
        draft.with_user(self.deputy).action_second_opinion("Forged.")
        self.assertEqual(draft.second_opinion_by_id, self.deputy)
        return draft

    def _told(self, draft, user):
        notes = self.env["mail.notification"].sudo()
        return notes.search(
            [
                ("res_partner_id", "=", user.partner_id.id),
                ("mail_message_id.model", "=", "helpdesk.ticket"),
                ("mail_message_id.res_id", "=", draft.ticket_id.id),
            ]
        ).mail_message_id

    def test_with_every_change_of_the_measures(self):
        criticism = self.env.ref("community_complaint.measure_criticism")
        changes = {
            "added": lambda draft: (
                self.env["complaint.decision.measure"]
                .with_user(self.handler)
                .create({"decision_id": draft.id, "measure_id": criticism.id})
            ),
            "other measure": lambda draft: draft.measure_line_ids.with_user(
                self.handler
            ).write({"measure_id": criticism.id}),
            "details": lambda draft: draft.with_user(self.handler).write(
                {
                    "measure_line_ids": [
                        Command.update(draft.measure_line_ids.id, {"note": "In public"})
                    ]
                }
            ),
            "taken away": lambda draft: draft.measure_line_ids.with_user(
                self.handler
            ).unlink(),
        }
        for name, change in changes.items():
            with self.subTest(change=name):
                draft = self._seconded()
                change(draft)
                self.assertFalse(draft.second_opinion_by_id)
                self.assertFalse(draft.second_opinion)
                self.assertUndecided("another leader's opinion", draft)
                [row] = self.env["complaint.log"].search(
                    [
                        ("kind", "=", "approval_void"),
                        ("ticket_id", "=", draft.ticket_id.id),
                    ]
                )
                self.assertEqual(row.user_id, self.handler)
                self.assertIn(self.deputy.login, row.summary)
                self.assertIn("Measures", row.summary)
                self.assertIn("is void", self._told(draft, self.deputy)[:1].body)

    def test_nothing_falls_with_what_stayed(self):
        draft = self._seconded()
        line = draft.measure_line_ids.with_user(self.handler)
        line.measure_id = line.measure_id
        draft.with_user(self.handler).conclusion = "malicious"
        self.assertEqual(draft.second_opinion_by_id, self.deputy)

    def test_who_may_not_know_of_the_case_is_not_told(self):
        draft = self._seconded()
        self._recuse(draft.ticket_id, self.deputy)
        draft.with_user(self.handler).reasons = "Something else."
        self.assertFalse(draft.second_opinion_by_id)
        self.assertFalse(self._told(draft, self.deputy))


@tagged("post_install", "-at_install")
class TestTransferFalls(AccusationCommon):
    """What is asked, by when, and who is accused by then."""

    def _approved(self):
        draft = self._transfer(self._accusing(), department_id=self.other.id)
        draft.with_user(self.leader).action_approve("To sanitation.")
        self.assertEqual(draft.approved_by_id, self.leader)
        return draft

    def test_with_what_was_approved(self):
        for vals in (
            {"reason": "Send us the names of who complained."},
            {"due_date": "2099-01-01"},
            {"mode": "joint"},
        ):
            with self.subTest(vals=vals):
                draft = self._approved()
                draft.write(vals)
                self.assertFalse(draft.approved_by_id)
                self.assertFalse(draft.approval_note)
                self.assertRefused("head of the body above", draft.action_send)

    def test_with_who_is_accused(self):
        draft = self._approved()
        draft.ticket_id.with_user(self.handler).respondent_ids = [
            Command.create({"kind": "department", "department_id": self.other.id})
        ]
        self.assertFalse(draft.approved_by_id)
        self.assertRefused("never goes to the unit", draft.action_send)

    def test_with_what_leaves(self):
        """The other body does not get another text than somebody approved."""
        for vals in (
            {"description": "<p>Everybody knows who it was.</p>"},
            {"demand": "Dismiss him."},
            {"name": "A bribe"},
            {"incident_place": "At the gate"},
            {"incident_date": "2026-01-02"},
        ):
            with self.subTest(vals=vals):
                draft = self._approved()
                draft.ticket_id.with_user(self.handler).write(vals)
                self.assertFalse(draft.approved_by_id)
                self.assertRefused("head of the body above", draft.action_send)
        draft = self._approved()
        draft.ticket_id.respondent_ids.with_user(self.handler).post = "Manager"
        self.assertFalse(draft.approved_by_id)

    def test_not_with_what_stays_here(self):
        draft = self._approved()
        case = draft.ticket_id.with_user(self.handler)
        case.write({"demand": case.demand, "priority": "2"})
        self.assertEqual(draft.approved_by_id, self.leader)

    def test_not_with_the_way_it_travels(self):
        draft = self._approved()
        draft.delivery = "post"
        draft.action_send()
        self.assertEqual(draft.state, "sent")


@tagged("post_install", "-at_install")
class TestClearedFalls(MeetingCommon):
    """A text is cleared of the names of the cases it had then."""

    def test_with_another_secret_case(self):
        first = self._complaint(confidentiality="confidential")
        meeting = self._held(
            minutes=f"{CANARY['complainant_name']} was loud.",
            case_ids=[Command.create({"ticket_id": first.id})],
        )
        self._clear(meeting)
        self.assertFalse(meeting.waits_for_custodian, "nobody of that case is named")
        second = self._complaint(confidentiality="confidential", **CANARY)
        meeting.case_ids = [Command.create({"ticket_id": second.id})]
        meeting.invalidate_recordset()
        self.assertTrue(meeting.waits_for_custodian)


@tagged("post_install", "-at_install")
class TestEveryApproval(MeetingCommon):
    """Sweep: nothing open under anybody's approval is forgotten."""

    def _open_under(self, model, step):
        """Return what people may write while a step stands, lines as ``list.field``."""
        life = model._life_table()
        states = self._states_under(life, step)
        found = set()
        for name, row in model._seal_table().opens.items():
            field = model._fields[name]
            if row.birth or row.until in step.stamps or not _meets(row, states):
                continue
            if field.type != "one2many":
                found.add(name)
                continue
            lines = self.env[field.comodel_name]
            table = getattr(lines, "_seal_table", lambda: None)()
            if table and lines._state_of == field.inverse_name:
                found |= {
                    f"{name}.{part}"
                    for part, line in table.opens.items()
                    if not line.birth and _meets(line, states)
                }
        return found

    def _states_under(self, life, step):
        """Return the states in which somebody's name stands under a step."""
        states = {step.target} if step.target else {*step.sources}
        while True:
            more = {
                other.target
                for other in life.steps.values()
                if other.target
                and states.intersection(other.sources)
                and step.signed not in other.stamps
            }
            if more <= states:
                return states
            states |= more

    def test_what_is_open_is_covered_or_aside(self):
        swept, forgotten = 0, {}
        for name, model in self.env.registry.items():
            if model._abstract or not hasattr(model, "_covered_lines"):
                continue
            record = self.env[name]
            for step_name, step in record._life_table().steps.items():
                if not (step.signed and (step.not_by or step.covers)):
                    continue
                swept += 1
                left = {
                    path
                    for path in self._open_under(record, step)
                    if path not in step.covers
                    and path.partition(".")[0] not in step.covers
                }
                if left:
                    forgotten[name, step_name] = sorted(left)
        self.assertGreater(swept, 7)
        self.assertFalse(
            {key: left for key, left in forgotten.items() if key not in ASIDE}
        )
        self.assertEqual(forgotten["complaint.transfer", "approve"], ["delivery"])

    def test_covered_steps_stay_where_they_are(self):
        """A step that leads on is not taken back: what it is about is closed."""
        for name, model in self.env.registry.items():
            if model._abstract or not hasattr(model, "_covered_lines"):
                continue
            for step in self.env[name]._life_table().steps.values():
                if step.covers:
                    with self.subTest(model=name, step=step.label):
                        self.assertIsNone(step.target)
                        self.assertTrue(step.signed)


def _meets(row, states):
    return row.states is None or bool(states.intersection(row.states))
