from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .medical_common import NOW, MedicalCommon
from .test_emergency import EmergencyCommon


@tagged("post_install", "-at_install")
class TestReviewMedical(MedicalCommon):
    """Attacks on medical events, replayed as the user who would try them."""

    # ----------------------------------------------------------------------
    # 1d: values from the context
    # ----------------------------------------------------------------------

    def test_review_01d_no_conclusion_without_the_group(self):
        case = self._case()
        event = self._event(ticket_id=case.id, kind="accident")
        conclusions = self.env["complaint.medical.conclusion"].with_user(self.handler)
        forged = conclusions.with_context(
            default_state="done",
            default_concluded_by_id=self.leader.id,
            default_concluded_date=NOW,
            default_informed_date=NOW,
            default_informed_by_id=self.leader.id,
            default_informed_note="x",
        ).create({"event_id": event.id, "text": "No fault."})
        self.assertEqual(forged.state, "draft")
        for name in ("concluded_by_id", "concluded_date", "informed_date",
                     "informed_by_id", "informed_note"):  # fmt: skip
            self.assertFalse(forged[name], name)
        self.assertFalse(case._act_done("conclusion"))
        self.assertFalse(case._act_done("family_informed"))

    def test_review_01d_no_event_that_is_settled_already(self):
        events = self.env["complaint.medical.event"].with_user(self.nurse)
        with self.assertRaisesRegex(AccessError, "Spokesperson"):
            events.create(self._event_vals(spokesperson_id=self.nurse.id))
        event = events.with_context(
            default_spokesperson_id=self.nurse.id,
            default_opinion_approved_date=NOW,
            default_opinion_approved_by_id=self.leader.id,
            default_liability_date=NOW,
            default_state="closed",
            default_closed_date=NOW,
            default_number="1",
        ).create(self._event_vals())
        self.assertEqual(event.state, "open")
        for name in ("spokesperson_id", "opinion_approved_date", "closed_date",
                     "opinion_approved_by_id", "liability_date"):  # fmt: skip
            self.assertFalse(event[name], name)
        self.assertNotEqual(event.number, "1")
        noted = events.with_context(default_liability_note="x")
        event = noted.create(self._event_vals())
        self.assertFalse(event.sudo().liability_note)
        leader = self.env["complaint.medical.event"].with_user(self.leader)
        event = leader.with_context(default_spokesperson_id=self.speaker.id).create(
            self._event_vals()
        )
        self.assertEqual(event.spokesperson_id, self.speaker)

    # ----------------------------------------------------------------------
    # 12: prints and drafts that take names out are noted
    # ----------------------------------------------------------------------

    def _tries(self, case):
        log = self.env["complaint.log"].sudo()
        return log.search([("kind", "=", "redacted"), ("ticket_id", "=", case.id)])

    def test_review_12_prints_tell_nothing(self):
        """Whoever types names and prints the form reads them as typed."""
        case = self._case()
        event = self._event(ticket_id=case.id).with_user(self.handler)
        form = self.env["complaint.form"].with_user(self.handler)
        event.cause = "Perhaps Han Mei, perhaps Li Lei."
        for kind in ("medical_event", "medical_register"):
            pages = getattr(form, f"_sheet_pages_{kind}", None)
            page = pages(event) if pages else form._sheet_pages(kind, event)
            self.assertIn("Perhaps Han Mei, perhaps Li Lei.", str(page))
        self.assertFalse(self._tries(case))

    def test_review_12_drafts_tell_nothing(self):
        case = self._case()
        event = self._event(ticket_id=case.id)
        summary = self._summary()
        event.with_user(self.handler).cause = "Perhaps Han Mei, perhaps Li Lei."
        summary.action_fill()
        self.assertIn("perhaps Han Mei, perhaps Li Lei".lower(), summary.causes.lower())
        self.assertFalse(self._tries(case))

    # ----------------------------------------------------------------------
    # 13: summaries
    # ----------------------------------------------------------------------

    def _summary(self, user=None):
        """Return the draft of the annual report, opened as the handler."""
        duty = self.medical.duty_ids.filtered(lambda d: d.kind == "medical_report")
        task = duty._open_tasks()[:1]
        # the period of the test, whatever day it runs on
        task._write_sealed(
            "moved", {"period_start": "2026-01-01", "period_end": "2026-03-31"}
        )
        action = task.with_user(user or self.handler).action_open_summary()
        summaries = self.env[action["res_model"]].with_user(user or self.handler)
        return summaries.browse(action["res_id"])

    def test_review_13_summaries_are_finished_by_their_button(self):
        self._event(ticket_id=self._case().id)
        summary = self._summary()
        self.assertTrue(summary.event_ids)
        for vals in (
            {"state": "done"},
            {"done_by_id": self.leader.id},
            {"done_date": NOW},
            {"event_ids": [Command.clear()]},
            {"task_id": summary.task_id.id},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                summary.write(vals)
        summary.lessons = "Two people check."

    def test_review_13_nor_do_they_begin_as_done(self):
        """A draft knows its events from the beginning: the conflict rule hangs on them."""
        case = self._case()
        event = self._event(ticket_id=case.id)
        task = self._summary().task_id
        task.sudo().medical_summary_ids.unlink()
        summaries = self.env["complaint.medical.summary"].with_user(self.handler)
        vals = {"state": "done", "done_by_id": self.leader.id, "done_date": NOW}
        for name, value in {**vals, "event_ids": [Command.clear()]}.items():
            with self.subTest(name=name), self.assertRaises(UserError):
                summaries.create({"task_id": task.id, name: value})
        context = {f"default_{name}": value for name, value in vals.items()}
        summary = summaries.with_context(**context).create({"task_id": task.id})
        self.assertEqual(summary.state, "draft")
        self.assertFalse(summary.done_by_id or summary.done_date)
        self.assertEqual(summary.event_ids, event)

    def test_review_13_events_that_came_later_count(self):
        """What is finished draws upon every event of its period."""
        summary = self._summary(self.leader)
        case = self._case()
        self._event(ticket_id=case.id)
        texts = ("situation", "cases", "causes", "lessons", "measures")
        summary.write(dict.fromkeys(texts, "x"))
        with freeze_time("2026-04-03 02:00:00"):
            summary.action_done()
        self.assertEqual(summary.sudo().event_ids.ticket_id, case)

    # ----------------------------------------------------------------------
    # 14: parts stay where they belong
    # ----------------------------------------------------------------------

    def _hidden_case(self):
        """Return a case of the centre that the leader is kept away from."""
        case = self._case()
        self._recuse(case.sudo(), self.leader + self.handler)
        return case

    def test_review_14_conclusions_stay_with_their_event(self):
        hidden = self._event(self.nurse, kind="accident")
        hidden.sudo().ticket_id = self._hidden_case()
        event = self._event(kind="accident")
        conclusion = (
            self.env["complaint.medical.conclusion"]
            .with_user(self.handler)
            .create({"event_id": event.id, "text": "x"})
        )
        with self.assertRaises(UserError):
            conclusion.event_id = hidden
        conclusion.invalidate_recordset()
        self.assertEqual(conclusion.event_id, event)
        conclusion.text = "y"

    def test_review_14_events_join_only_cases_one_may_read(self):
        hidden = self._hidden_case()
        event = self._event()
        for number in (hidden.id, hidden.id + 10_000):
            with self.subTest(number=number), self.assertRaises(AccessError) as caught:
                event.with_user(self.leader).ticket_id = number
            self.assertNotIn(hidden.number, str(caught.exception))
            event.invalidate_recordset()
        with self.assertRaises(AccessError) as caught:
            self._event(self.leader, ticket_id=hidden.id)
        self.assertNotIn(hidden.number, str(caught.exception))
        other = self._complaint()
        self._recuse(other.sudo(), self.leader)
        with self.assertRaises(AccessError) as caught:
            event.with_user(self.leader).ticket_id = other.id
        self.assertNotIn(other.number, str(caught.exception))

    # ----------------------------------------------------------------------
    # 25: staff without a desk
    # ----------------------------------------------------------------------

    def test_review_25_staff_without_a_desk_see_no_register(self):
        event = self._event(kind="accident")
        self._concluded(event)
        self._summary()
        staff = self._new_user("staff", "community_complaint.group_complaint_staff")
        for name in ("event", "report", "conclusion", "summary"):
            model = self.env[f"complaint.medical.{name}"]
            self.assertTrue(model.search_count([]), name)
            self.assertFalse(model.with_user(staff).search_count([]), name)
        self.assertTrue(
            event.with_user(self.nurse).search_count([("id", "=", event.id)])
        )

    # ----------------------------------------------------------------------
    # 26: who may be the concealer
    # ----------------------------------------------------------------------

    def test_review_26_who_enters_does_not_read_who_concealed(self):
        event = self._event()
        leader = event.with_user(self.leader)
        leader.action_mark_concealed("The head nurse kept it to herself.")
        leader.action_settle_liability("A reprimand for the head nurse.")
        for user in (self.nurse, self.chief, self.handler):
            for name in ("concealed_note", "liability_note"):
                with self.subTest(user=user.login, name=name):
                    with self.assertRaises(AccessError):
                        event.with_user(user).read([name])
                    with self.assertRaises(AccessError):
                        event.with_user(user).search([(name, "ilike", "nurse")])
        self.assertTrue(leader.read(["concealed_note", "liability_note"]))
        view = event.with_user(self.nurse).get_view(view_type="form")
        self.assertNotIn("concealed_note", view["arch"])
        self.assertIn("opinion", view["arch"])

    # ----------------------------------------------------------------------
    # 27: two people
    # ----------------------------------------------------------------------

    def test_review_27_nobody_approves_their_own_opinion(self):
        event = self._event().with_user(self.leader)
        event.write({"opinion": "Training.", "opinion_grounds": "Noticed in time."})
        with self.assertRaisesRegex(UserError, "Somebody else"):
            event.action_approve_opinion()
        with self.assertRaises(UserError):
            event.write({"opinion_by_ids": [Command.clear()]})
        event.with_user(self.manager).action_approve_opinion()
        self.assertEqual(event.opinion_approved_by_id, self.manager)

    def test_review_27_nor_one_written_when_it_was_entered(self):
        event = self._event(self.leader, opinion="a", opinion_grounds="b")
        with self.assertRaisesRegex(UserError, "Somebody else"):
            event.action_approve_opinion()

    def test_review_27_nobody_decides_on_their_own_liability(self):
        """Who was involved, entered it or reports for the department does not decide."""
        me = self.env["hr.employee"].create(
            {
                "name": "Leader",
                "company_id": self.company.id,
                "user_id": self.leader.id,
            }
        )
        for event in (
            self._event(involved_ids=[Command.set(me.ids)]),
            self._event(self.leader),
        ):
            event = event.with_user(self.leader)
            event.with_user(self.manager).action_mark_concealed("Kept back.")
            with self.assertRaisesRegex(UserError, "Somebody else"):
                event.action_settle_liability("Nothing.")
            event.write({"opinion": False})
            event.with_user(self.manager).action_settle_liability("A reprimand.")
            self.assertFalse(event.liability_open)
        involved = self._event(
            involved_ids=[Command.set(me.ids)], opinion="a", opinion_grounds="b"
        )
        with self.assertRaisesRegex(UserError, "Somebody else"):
            involved.with_user(self.leader).action_approve_opinion()

    def test_review_27_who_is_involved_later_counts_as_well(self):
        """An approval falls with who was involved when it was given."""
        me = self.env["hr.employee"].create(
            {
                "name": "Leader",
                "company_id": self.company.id,
                "user_id": self.leader.id,
            }
        )
        event = self._event(opinion="a", opinion_grounds="b")
        event.with_user(self.leader).action_approve_opinion()
        event.with_user(self.leader).action_mark_concealed("Kept back for a week.")
        event.with_user(self.leader).action_settle_liability("A reprimand.")
        event.involved_ids = [Command.link(me.id)]
        self.assertFalse(event.opinion_approved_by_id)
        self.assertTrue(event.liability_open)
        with self.assertRaisesRegex(UserError, "Somebody else"):
            event.with_user(self.leader).action_approve_opinion()

    def test_review_27_liability_is_not_settled_in_advance(self):
        """What nobody found yet is not excused; what was found is not rewritten."""
        event = self._event().with_user(self.leader)
        with self.assertRaises(UserError):
            event.action_settle_liability("Nothing, whatever comes.")
        event.action_mark_concealed("Kept back for a week.")
        event.action_settle_liability("A reprimand.")
        with self.assertRaises(UserError):
            event.action_settle_liability("Nothing.")
        event.action_mark_concealed("And for a second week.")
        self.assertTrue(event.liability_open)
        event.action_settle_liability("A second one.")
        self.assertEqual(
            event.concealed_note, "Kept back for a week.\nAnd for a second week."
        )
        self.assertEqual(event.liability_note, "A reprimand.\nA second one.")


@tagged("post_install", "-at_install")
class TestReviewEmergency(EmergencyCommon):
    """Attacks on emergency responses."""

    def _smuggled(self):
        return {
            "default_state": "ended",
            "default_verified": "true",
            "default_verified_date": "2026-01-01",
            "default_verified_by_id": self.leader.id,
            "default_plan_date": "2026-01-01",
            "default_settled": "agreed",
            "default_settled_date": "2026-01-01",
            "default_ended_date": "2026-01-01",
            "default_told_user_ids": [Command.set(self.handler.ids)],
        }

    def test_review_01d_a_response_begins_at_the_beginning(self):
        case = self._case()
        case.with_user(self.clerk).with_context(
            **self._smuggled()
        ).action_start_response()
        response = case.emergency_ids
        self.assertEqual(response.state, "running")
        for name in ("verified", "verified_date", "verified_by_id", "plan_date",
                     "settled", "settled_date", "ended_date"):  # fmt: skip
            self.assertFalse(response[name], name)
        self.assertEqual(
            response.told_user_ids, self.leader + self.member + self.officer
        )
        for act in ("verification", "response_plan", "settlement", "response_summary"):
            self.assertFalse(case._act_done(act), act)

    def test_review_01d_measures_are_not_done_from_the_start(self):
        response = self._start().with_user(self.officer)
        measure = self.env["complaint.emergency.measure"].with_user(self.officer)
        measure = measure.with_context(
            default_done_date="2026-01-01", default_done_by_id=self.leader.id
        ).create(
            {
                "emergency_id": response.id,
                "name": "Close the tank",
                "responsible": "Property company",
                "deadline": fields.Datetime.now() + timedelta(hours=3),
            }
        )
        self.assertFalse(measure.done_date or measure.done_by_id)

    def test_review_14_parts_of_a_response_stay(self):
        hidden = self._start()
        self._recuse(hidden.ticket_id.sudo(), self.officer)
        mine = self._start().with_user(self.officer)
        measure = self._measure(mine)
        with self.assertRaises(UserError):
            mine.ticket_id = self._case()
        mine.invalidate_recordset()
        with self.assertRaises(UserError):
            measure.emergency_id = hidden
        measure.invalidate_recordset()
        self.assertEqual(measure.emergency_id, mine)
        self.assertEqual(measure.ticket_id, mine.ticket_id)

    def test_review_14_nothing_joins_a_hidden_response(self):
        """Neither by its number nor under the number of a case one may see."""
        hidden = self._start()
        self._recuse(hidden.ticket_id.sudo(), self.officer)
        mine = self._case()
        for vals, error in (({}, AccessError), ({"ticket_id": mine.id}, UserError)):
            with (
                self.subTest(vals=vals),
                self.assertRaises(error),
                self.env.cr.savepoint(),
            ):
                self._measure(hidden, **vals)
        self.assertFalse(hidden.measure_ids)

    def test_review_18_a_response_starts_by_its_button(self):
        """No response without level, group and alert; it would block the real one."""
        case = self._case(response_level=False)
        responses = self.env["complaint.emergency"].with_user(self.clerk)
        for context in ({}, {"complaint_emergency": True}, {"default_state": "ended"}):
            with (
                self.subTest(context=context),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                responses.with_context(**context).create({"ticket_id": case.id})
        case.response_level = "1"
        case.with_user(self.clerk).action_start_response()
        self.assertTrue(case.emergency_ids.told_user_ids)

    def test_review_25_staff_without_a_desk_see_no_response(self):
        response = self._planned()
        staff = self._new_user("staff", "community_complaint.group_complaint_staff")
        for records in (response, response.measure_ids):
            self.assertTrue(records)
            self.assertFalse(
                records.with_user(staff).search_count([("id", "in", records.ids)])
            )
