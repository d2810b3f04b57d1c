from datetime import datetime

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .common import ComplaintCommon


def no_commit(_cron, _processed=0, **_options):
    """Stand in for the job's commits, which a test must not do."""
    return float("inf")


class ReminderCommon(ComplaintCommon):
    """An office whose first limit is five working days; runs of the job."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.calendar_id = cls.calendar
        cls.env["ir.config_parameter"].set_param("mail.mail_force_send_limit", "0")
        cls.policy = cls.regulation.sla_policy_ids.filtered(
            lambda policy: policy.start_event == "received"
        )
        cls.policy.write({"quantity": 5})

    def setUp(self):
        super().setUp()
        self.patch(self.registry["ir.cron"], "_commit_progress", no_commit)

    def _clock(self, user=None, **vals):
        """Return a clock from Monday 2 to Monday 9 March 17:00 in Shanghai."""
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint(user_id=(user or self.handler).id, **vals)
        return ticket.deadline_ids

    def _run(self, moment):
        """Return the messages that a run of the job at a moment sends, by reader."""
        messages = self.env["mail.message"]
        known = messages.search([], order="id desc", limit=1)
        with freeze_time(moment):
            self.env["complaint.deadline"]._cron_remind()
        sent = messages.search(
            [("id", ">", known.id), ("message_type", "=", "user_notification")]
        )
        found = {}
        for message in sent:
            for partner in message.notified_partner_ids | message.partner_ids:
                if partner.user_ids.company_id == self.company:
                    found.setdefault(partner.user_ids, []).append(message)
        return found


@tagged("post_install", "-at_install")
class TestReminder(ReminderCommon):
    """Digests: one a morning, in office hours, each clock once, to who may know."""

    def test_once(self):
        deadline = self._clock()
        self.assertEqual(self._run("2026-03-05 04:00:00"), {}, "not yet")
        sent = self._run("2026-03-06 01:00:00")
        self.assertEqual(list(sent), [self.handler])
        [message] = sent[self.handler]
        self.assertIn(deadline.ticket_id.number, message.body)
        self.assertIn("Due soon", message.body)
        self.assertNotIn("Li Lei", message.body)
        self.assertNotIn(deadline.ticket_id.name, message.body)
        self.assertTrue(deadline.reminded_date)
        self.assertEqual(self._run("2026-03-06 01:30:00"), {})

    def test_one_digest_for_many(self):
        clocks = self._clock() + self._clock() + self._clock(self.leader)
        sent = self._run("2026-03-06 01:00:00")
        self.assertEqual(set(sent), {self.handler, self.leader})
        [message] = sent[self.handler]
        for deadline in clocks[:2]:
            self.assertIn(deadline.ticket_id.number, message.body)
        self.assertNotIn(clocks[2].ticket_id.number, message.body)

    def test_one_digest_a_morning(self):
        """What comes up during the day waits for the next morning."""
        self._clock()
        self.assertEqual(set(self._run("2026-03-06 00:30:00")), {self.handler})
        later = self._clock()
        self.assertEqual(self._run("2026-03-06 03:00:00"), {})
        self.assertFalse(later.reminded_date)
        [message] = self._run("2026-03-09 00:30:00")[self.handler]
        self.assertIn(later.ticket_id.number, message.body)

    def test_office_hours_only(self):
        self._clock()
        self.assertEqual(self._run("2026-03-06 12:00:00"), {}, "20:00")
        self.assertEqual(self._run("2026-03-07 04:00:00"), {}, "Saturday")
        self.assertEqual(set(self._run("2026-03-09 00:30:00")), {self.handler})

    def test_offices_with_other_days(self):
        """A desk that is shut today is left for its own next morning."""
        self.calendar.attendance_ids.filtered(
            lambda item: item.dayofweek == "4"
        ).unlink()
        self.env.cr.precommit.run()
        other = self._adopt("regulation_r02")
        other.calendar_id = self.calendar.copy({"company_id": self.company.id})
        self.env["resource.calendar.attendance"].create(
            {
                "name": "Friday",
                "calendar_id": other.calendar_id.id,
                "dayofweek": "4",
                "hour_from": 8,
                "hour_to": 12,
            }
        )
        deadline = self._clock()
        self.assertEqual(deadline.due_date.isoformat(), "2026-03-10")
        self._force(deadline, reminder_moment="2026-03-05 01:00:00")
        self.assertEqual(self._run("2026-03-06 01:00:00"), {}, "only the other is open")
        self.assertEqual(set(self._run("2026-03-09 01:00:00")), {self.handler})

    def test_finished_and_held_are_quiet(self):
        done, held = self._clock(), self._clock()
        with freeze_time("2026-03-03 04:00:00"):
            done.ticket_id.with_user(self.clerk).action_accept()
            held.with_user(self.handler).action_hold("Waiting")
            # its next limit is not the subject here
            self._force(
                done.ticket_id.deadline_ids.filtered(
                    lambda item: item.state == "running"
                ),
                reminder_moment=False,
                due="2030-01-01 00:00:00",
            )
        self.assertEqual(self._run("2026-03-10 01:00:00"), {})

    def test_moved_away_reminds_again(self):
        deadline = self._clock()
        self._run("2026-03-06 01:00:00")
        with freeze_time("2026-03-06 02:00:00"):
            self.policy.quantity = 10
        self.assertFalse(deadline.reminded_date)
        self.assertEqual(set(self._run("2026-03-13 01:00:00")), {self.handler})

    def test_three_days_before(self):
        """R03: unfinished cases are urged three days before the limit."""
        self.policy.write({"reminder_quantity": 3, "reminder_unit": "calendar_day"})
        self._clock()
        self.assertEqual(self._run("2026-03-05 02:00:00"), {})
        self.assertEqual(set(self._run("2026-03-06 01:00:00")), {self.handler})
        self.policy.write({"reminder_quantity": 3, "reminder_unit": "working_day"})
        self._clock()
        self.assertEqual(self._run("2026-03-03 02:00:00"), {})
        self.assertEqual(set(self._run("2026-03-04 02:00:00")), {self.handler})

    def test_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.handler.lang = "zh_CN"
        self._clock()
        [message] = self._run("2026-03-06 01:00:00")[self.handler]
        self.assertIn(self.policy.with_context(lang="zh_CN").name, message.body)
        self.assertNotIn(self.policy.name, message.body)

    # ----------------------------------------------------------------------
    # Who is told
    # ----------------------------------------------------------------------

    def test_overdue_goes_to_the_leader(self):
        deadline = self._clock()
        self._run("2026-03-06 01:00:00")
        self.assertEqual(self._run("2026-03-09 08:30:00"), {}, "still half an hour")
        sent = self._run("2026-03-10 01:00:00")
        self.assertEqual(set(sent), {self.handler, self.leader})
        self.assertIn("Overdue", sent[self.leader][0].body)
        self.assertTrue(deadline.escalated_date)
        self.assertEqual(self._run("2026-03-11 01:00:00"), {})

    def test_then_up_the_ladder(self):
        """Three working days later the manager is told, once."""
        self.assertEqual(self.policy.escalation_days, 3)
        deadline = self._clock()
        self._run("2026-03-10 01:00:00")
        self.assertEqual(deadline.raise_moment, datetime(2026, 3, 12, 0))
        self.assertEqual(self._run("2026-03-11 01:00:00"), {})
        sent = self._run("2026-03-12 01:00:00")
        self.assertEqual(set(sent), {self.manager})
        self.assertIn("Still overdue", sent[self.manager][0].body)
        self.assertEqual(self._run("2026-03-13 01:00:00"), {})

    def test_never_up_the_ladder(self):
        self.policy.escalation_days = 0
        deadline = self._clock()
        self._run("2026-03-10 01:00:00")
        self.assertFalse(deadline.raise_moment)

    def test_moved_away_climbs_no_further(self):
        deadline = self._clock()
        self._run("2026-03-10 01:00:00")
        with freeze_time("2026-03-10 02:00:00"):
            self.policy.quantity = 20
        self.assertFalse(deadline.escalated_date)
        self.assertFalse(deadline.raise_moment)

    def test_done_climbs_no_further(self):
        deadline = self._clock()
        self._run("2026-03-10 01:00:00")
        with freeze_time("2026-03-10 02:00:00"):
            deadline.ticket_id.with_user(self.clerk).action_withdraw("Settled")
        self.assertEqual(self._run("2026-03-12 01:00:00"), {})

    def test_no_leader_goes_up(self):
        self._clock()
        self.team.user_id = self.handler
        self.team.user_ids = self.clerk + self.handler
        sent = self._run("2026-03-10 01:00:00")
        self.assertIn(self.manager, sent)

    def _absent(self, user):
        employee = self.env["hr.employee"].create(
            {"name": user.name, "user_id": user.id, "company_id": self.company.id}
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Ill",
                "resource_id": employee.resource_id.id,
                "calendar_id": self.calendar.id,
                "date_from": "2026-03-08 16:00:00",
                "date_to": "2026-03-12 16:00:00",
            }
        )

    def test_absent_leader(self):
        """Who is away is told all the same, and the next one as well."""
        self._clock()
        self._absent(self.leader)
        sent = self._run("2026-03-10 01:00:00")
        self.assertEqual(set(sent), {self.handler, self.leader, self.manager})

    def test_absent_handler(self):
        self._clock()
        self._absent(self.handler)
        sent = self._run("2026-03-09 01:00:00")
        self.assertEqual(set(sent), {self.handler, self.clerk, self.leader})

    def test_without_a_handler_the_desk_is_told(self):
        deadline = self._clock()
        deadline.ticket_id.sudo().user_id = False
        sent = self._run("2026-03-06 01:00:00")
        self.assertEqual(set(sent), {self.clerk, self.handler, self.leader})

    def test_nobody_who_must_not_know(self):
        clock = self._clock()
        clock.ticket_id.respondent_ids = self._respondent(self.leader)
        sent = self._run("2026-03-10 01:00:00")
        self.assertNotIn(self.leader, sent)
        self.assertIn(self.manager, sent, "somebody is told")

    def test_digest_shows_only_what_the_reader_may_see(self):
        """A handler of a desk she left is no longer told; the others' cases are hers."""
        gone, stays = self._clock(), self._clock()
        other = self._new_user("other", "community_complaint.group_complaint_handler")
        gone.ticket_id.sudo().user_id = other
        sent = self._run("2026-03-06 01:00:00")
        self.assertNotIn(other, sent)
        [message] = sent[self.handler]
        self.assertIn(stays.ticket_id.number, message.body)
        self.assertIn(gone.ticket_id.number, message.body, "the desk takes over")

    def test_another_company_is_not_told(self):
        self._clock()
        company = self.env["res.company"].create({"name": "Other office"})
        self.manager.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        self.team.user_ids = self.clerk + self.handler
        self.team.user_id = self.handler
        sent = self._run("2026-03-10 01:00:00")
        self.assertNotIn(self.manager, sent)

    def test_extensions_to_decide_on(self):
        self.policy.max_extension = 5
        deadline = self._clock()
        with freeze_time("2026-03-03 04:00:00"):
            deadline.with_user(self.leader).action_extend(3, None, "Witnesses")
        sent = self._run("2026-03-04 01:00:00")
        self.assertEqual(set(sent), {self.manager}, "not who asked for it")
        self.assertIn("3 working days more asked for", sent[self.manager][0].body)
        with freeze_time("2026-03-04 02:00:00"):
            deadline.with_user(self.manager).action_approve_extension()
        self.assertEqual(self._run("2026-03-05 01:00:00"), {})

    def test_overrun_to_be_explained(self):
        self.policy.extension_uncapped = True
        self._clock()
        [message] = self._run("2026-03-10 01:00:00")[self.handler]
        self.assertIn("the overrun has to be explained", message.body)

    # ----------------------------------------------------------------------
    # At once
    # ----------------------------------------------------------------------

    def _minutes(self, **vals):
        self.policy.write(
            {
                "quantity": 60,
                "unit": "minute",
                "reminder_quantity": 15,
                "reminder_unit": "minute",
                **vals,
            }
        )

    def test_minutes_are_told_at_once(self):
        """R02 and others: immediately. No waiting for the next morning."""
        self._minutes()
        self.assertEqual(self.policy.notify_mode, "office")
        deadline = self._clock()
        self.assertEqual(deadline.due, datetime(2026, 3, 2, 5))
        self.assertEqual(self._run("2026-03-02 04:40:00"), {})
        sent = self._run("2026-03-02 04:46:00")
        self.assertEqual(set(sent), {self.handler})
        self.assertIn("at once", sent[self.handler][0].subject)
        self.assertEqual(self._run("2026-03-02 04:47:00"), {})
        sent = self._run("2026-03-02 05:01:00")
        self.assertEqual(set(sent), {self.handler, self.leader})
        self.assertEqual(self._run("2026-03-02 05:02:00"), {})
        self.assertEqual(self._run("2026-03-03 01:00:00"), {}, "nor in the morning")
        self.assertEqual(set(self._run("2026-03-05 01:00:00")), {self.manager})

    def test_alarm_at_any_hour(self):
        self._minutes()
        with freeze_time("2026-03-07 04:00:00"):
            self._complaint(user_id=self.handler.id)
        self.assertEqual(self._run("2026-03-07 05:01:00"), {}, "Saturday")
        self.policy.notify_mode = "any"
        sent = self._run("2026-03-07 05:01:00")
        self.assertEqual(set(sent), {self.handler, self.leader})

    def test_the_job_wakes_up_in_time(self):
        cron = self.env.ref("community_complaint.complaint_deadline_cron_remind")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self._clock()
        known = [("cron_id", "=", cron.id), ("id", "not in", triggers.ids)]
        self.assertFalse(self.env["ir.cron.trigger"].search_count(known))
        self._minutes()
        self._clock()
        moments = self.env["ir.cron.trigger"].search(known).mapped("call_at")
        self.assertIn(datetime(2026, 3, 2, 4, 45), moments)
        self.assertIn(datetime(2026, 3, 2, 5), moments)

    # ----------------------------------------------------------------------
    # Exactly once, and fast; see also tests/e2e/test_reminder_killed.py
    # ----------------------------------------------------------------------

    def test_failed_half_way(self):
        """Mail, mark and digest are one: without the mail there are no marks."""
        clocks = self._clock() + self._clock(self.leader)
        notify = self.registry["mail.thread"].message_notify
        calls = []

        def fail_at_the_second(thread, **values):
            calls.append(values)
            if len(calls) == 2:
                raise ValueError("killed")
            return notify(thread, **values)

        with self.assertRaises(ValueError), self.cr.savepoint():
            self.patch(
                self.registry["mail.thread"], "message_notify", fail_at_the_second
            )
            self._run("2026-03-06 01:00:00")
        clocks.invalidate_recordset()
        self.assertFalse(any(clocks.mapped("reminded_date")))
        self.patch(self.registry["mail.thread"], "message_notify", notify)
        sent = self._run("2026-03-06 01:30:00")
        self.assertEqual(
            {user: len(got) for user, got in sent.items()},
            {self.handler: 1, self.leader: 1},
        )

    def test_long_digest(self):
        with freeze_time("2026-03-02 04:00:00"):
            self.env["helpdesk.ticket"].create(
                [self._vals(user_id=self.handler.id) for _n in range(43)]
            )
        [message] = self._run("2026-03-06 01:00:00")[self.handler]
        self.assertEqual(message.body.count("<li>"), 41)
        self.assertIn("and 3 more", message.body)
        self.assertIn("43", message.subject)

    def _queries(self, number):
        """Return how many queries a morning with a number of clocks takes."""
        with freeze_time("2026-03-02 04:00:00"):
            self.env["helpdesk.ticket"].create(
                [self._vals(user_id=self.handler.id) for _n in range(number)]
            )
        digest = self.env["complaint.digest"]
        with freeze_time("2026-03-06 01:00:00"):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            digest._send_company(self.company, datetime(2026, 3, 6, 1))
            self.env.flush_all()
            queries = self.env.cr.sql_log_count - before
        digest.search([("company_id", "=", self.company.id)]).unlink()
        return queries

    def test_queries_do_not_grow_with_the_clocks(self):
        self._queries(2)
        few = self._queries(4)
        self.assertEqual(self._queries(40), few)

    def test_scans_use_their_indexes(self):
        """Among many clocks, those that need attention are found by index."""
        ticket = self._clock().ticket_id
        self.env.flush_all()
        self.cr.execute(
            """
            INSERT INTO complaint_deadline (ticket_id, company_id, start_moment, state,
                                            due, reminder_moment, reminded_date)
                 SELECT %s, %s, '2026-03-02', 'running', '2030-01-01', '2029-12-30',
                        CASE WHEN n %% 2 = 0 THEN TIMESTAMP '2026-03-03' END
                   FROM generate_series(1, 20000) AS n
            """,
            [ticket.id, self.company.id],
        )
        self.cr.execute("ANALYZE complaint_deadline")
        clocks = self.env["complaint.deadline"]
        moment = datetime(2026, 3, 6, 1)
        for domain, index in (
            (clocks._domain_to_remind(moment), "Only Scan using .*reminder_idx"),
            (clocks._domain_to_escalate(moment), "Only Scan using .*escalation_idx"),
            (clocks._domain_stopped(moment), "stopped_idx"),
            (clocks._domain_to_raise(moment), "raise_idx"),
        ):
            query = clocks._search(domain).select()
            self.cr.execute("EXPLAIN " + query.code, query.params)
            plan = "\n".join(row[0] for row in self.cr.fetchall())
            self.assertRegex(plan, index)
            self.assertNotIn("Seq Scan", plan)
