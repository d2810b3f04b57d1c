from freezegun import freeze_time

from odoo.tests import tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestReminder(ComplaintCommon):
    """Digests: once, in office hours, to who may know."""

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
        # the job commits its progress, a test must not
        self.patch(self.registry["ir.cron"], "_commit_progress", _no_commit)

    def _clock(self, user=None, **vals):
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
                found.setdefault(partner.user_ids, []).append(message)
        return found

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

    def test_office_hours_only(self):
        self._clock()
        self.assertEqual(self._run("2026-03-06 12:00:00"), {}, "20:00")
        self.assertEqual(self._run("2026-03-07 04:00:00"), {}, "Saturday")
        self.assertEqual(set(self._run("2026-03-09 00:30:00")), {self.handler})

    def test_overdue_goes_to_the_leader(self):
        deadline = self._clock()
        self._run("2026-03-06 01:00:00")
        self.assertEqual(self._run("2026-03-09 08:30:00"), {}, "still half an hour")
        sent = self._run("2026-03-10 01:00:00")
        self.assertEqual(set(sent), {self.handler, self.leader})
        self.assertIn("Overdue", sent[self.leader][0].body)
        self.assertTrue(deadline.escalated_date)
        self.assertEqual(self._run("2026-03-11 01:00:00"), {})

    def test_no_leader_goes_up(self):
        self._clock()
        self.team.user_id = self.handler
        self.team.user_ids = self.clerk + self.handler
        sent = self._run("2026-03-10 01:00:00")
        self.assertIn(self.manager, sent)

    def test_nobody_who_must_not_know(self):
        clock = self._clock()
        clock.ticket_id.respondent_ids = self._respondent(self.leader)
        sent = self._run("2026-03-10 01:00:00")
        self.assertNotIn(self.leader, sent)
        self.assertIn(self.manager, sent, "somebody is told")

    def test_finished_and_held_are_quiet(self):
        done, held = self._clock(), self._clock()
        with freeze_time("2026-03-03 04:00:00"):
            done.ticket_id.with_user(self.clerk).action_accept()
            held.with_user(self.handler).action_hold("Waiting")
            # its next limit is not the subject here
            done.ticket_id.deadline_ids.filtered(
                lambda item: item.state == "running"
            ).sudo().write({"reminder_moment": False, "due": "2030-01-01 00:00:00"})
        self.assertEqual(self._run("2026-03-10 01:00:00"), {})

    def test_moved_away_reminds_again(self):
        deadline = self._clock()
        self._run("2026-03-06 01:00:00")
        with freeze_time("2026-03-06 02:00:00"):
            self.policy.quantity = 10
        self.assertFalse(deadline.reminded_date)
        self.assertEqual(set(self._run("2026-03-13 01:00:00")), {self.handler})

    def test_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.handler.lang = "fr_FR"
        template = self.env.ref("community_complaint.complaint_digest")
        template.update_field_translations(
            "arch_db", {"fr_FR": {"Due soon": "Bientôt dû"}}
        )
        self._clock()
        [message] = self._run("2026-03-06 01:00:00")[self.handler]
        self.assertIn("Bientôt dû", message.body)

    def test_killed_half_way(self):
        """The mark and the mail are one: without the mail there is no mark."""
        deadline = self._clock()

        def fail(*_args, **_kwargs):
            raise ValueError("killed")

        with self.assertRaises(ValueError), self.cr.savepoint():
            self.patch(self.registry["mail.thread"], "message_notify", fail)
            self._run("2026-03-06 01:00:00")
        deadline.invalidate_recordset()
        self.assertFalse(deadline.reminded_date)

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
        for domain, index in (
            (clocks._domain_to_remind("2026-03-06 01:00:00"), "reminder_idx"),
            (
                clocks._domain_to_escalate("2026-03-06 01:00:00"),
                "due_idx|escalation_idx",
            ),
        ):
            query = clocks._search(domain).select()
            self.cr.execute("EXPLAIN " + query.code, query.params)
            plan = "\n".join(row[0] for row in self.cr.fetchall())
            self.assertRegex(plan, index)
            self.assertNotIn("Seq Scan", plan)


def _no_commit(_cron, _processed=0, **_options):
    return float("inf")
