"""Verbs of a story: meetings, causes, improvement tasks, how satisfied people are."""

from odoo import Command, fields


class Meeting:
    """What an office learns from its cases (R07, R08, R10, R14)."""

    def _do_meet(self, user, kind, minutes, **values):
        """Hold the meeting that the office's own duty asks for, and write minutes."""
        duty = self.regulation.duty_ids.filtered(
            lambda item: item.meeting_kind == kind
        )[:1]
        action = duty._open_tasks().with_user(user).action_open_meeting()
        self.meeting = (
            self.env["complaint.meeting"].with_user(user).browse(action["res_id"])
        )
        self.meeting.write(
            {
                "date": fields.Datetime.now(),
                "minutes": minutes,
                **{
                    name: [Command.create(self._meeting_line(item)) for item in lines]
                    for name, lines in values.items()
                },
            }
        )
        self.meeting.action_hold()

    def _meeting_line(self, item):
        """Return the values of a line; ``case: true`` is the story's own case."""
        item = dict(item)
        if item.pop("case", None):
            item["ticket_id"] = self.ticket.id
        return item

    def _do_approve_minutes(self, user):
        """Approve; of secret cases a custodian clears the minutes before."""
        if self.meeting.waits_for_custodian:
            self.meeting.with_user(self.users["custodian"]).action_clear()
        self.meeting.with_user(user).action_approve()

    def _do_agreed(self, user, text):
        """What was agreed is done."""
        self.meeting.action_ids.with_user(user).action_done(text)

    def _do_cause(self, user, code):
        self.ticket.with_user(user).cause_id = self.env.ref(
            f"community_complaint.cause_{code}"
        )

    def _do_more(self, user, count):
        """As many more complaints about the same come in."""
        for _index in range(count):
            self._do_register(user)

    def _do_improve(self, user):
        """The case is recorded for improvement (R06), a lesson is learned (R10)."""
        self.ticket.with_user(user).action_record_for_improvement()

    def _do_look_for_recurrences(self, user):
        self.env["complaint.improvement"].with_user(user).action_propose()

    def _do_satisfied(self, user, score, **values):
        """The complainant answers on the page of the case; the office's service writes."""
        self.ticket.with_user(user).sudo()._take_survey(score, **values)

    def _do_reply_to_answer(self, user, text):
        self.ticket.follow_up_ids[-1:].with_user(user).action_reply(text)

    # ----------------------------------------------------------------------
    # Checking
    # ----------------------------------------------------------------------

    def _check_meeting(self, state):
        self.test.assertEqual(self.meeting.state, state)

    def _check_duties_done(self, kinds):
        """Which kinds of periodic duties were done so far."""
        done = self.regulation.duty_ids.task_ids.filtered(
            lambda task: task.state in ("done", "done_late")
        )
        self.test.assertEqual(sorted(done.mapped("kind")), kinds)

    def _check_improvements(self, kinds):
        """What comes again by the office's own count."""
        tasks = self.env["complaint.improvement"].search(
            [("regulation_id", "=", self.regulation.id)]
        )
        self.test.assertEqual(sorted(tasks.mapped("key_kind")), kinds)

    def _check_reopen_proposed(self, proposed):
        self.test.assertEqual(self.ticket.reopen_proposed, proposed)
