"""Verbs of a story: medical events, sealing, the quality group, emergency responses."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields


class Medical:
    """What people do with a medical event or an emergency; a part of ``story.Story``."""

    @property
    def event(self):
        """Return the last medical event of the office."""
        events = self.env["complaint.medical.event"].search(
            [("company_id", "=", self.company.id)]
        )
        return events.sorted("id")[-1:]

    @property
    def response(self):
        """Return the emergency response to the case."""
        return self.ticket.emergency_ids

    def _do_name_group(self, user, members, kind="quality_member"):
        """A manager names the members of a group: by role, or by several roles."""
        self.regulation.with_user(user)[f"{kind}_ids"] = self._people(members)

    def _people(self, names):
        """Return the users of some roles; who does nothing else joins the desk here."""
        for name in names:
            if name not in self.users:
                self.users[name] = self._user(name)
                self.desk.user_ids += self.users[name]
        return self.env["res.users"].union(*(self.users[name] for name in names))

    # ----------------------------------------------------------------------
    # Medical events
    # ----------------------------------------------------------------------

    def _do_enter_event(self, user, kind, happened, with_case=True, **values):
        """Enter an event in the register, by the department's registrar."""
        department = values.pop("department", None)
        vals = {
            "regulation_id": self.regulation.id,
            "kind": kind,
            "event_date": self._utc(happened),
            "department_id": department and self._department(department).id,
            "ticket_id": with_case and self.ticket.id,
            **values,
        }
        self.env["complaint.medical.event"].with_user(user).create(vals)

    def _do_name_registrars(self, user, department, people):
        """A manager says who keeps the register of a department."""
        self.env["complaint.medical.registrar"].with_user(user).create(
            {
                "regulation_id": self.regulation.id,
                "department_id": self._department(department).id,
                "user_ids": [Command.set(self._people(people).ids)],
            }
        )

    def _do_complete_event(self, user, **values):
        self.event.with_user(user).write(values)

    def _do_report_up(self, user, to, contact=None, told=None, reason=None):
        """Report the event to the next rung."""
        report = self.event.report_ids.filtered(
            lambda item: item.receiver == to and item.state == "waiting"
        ).with_user(user)
        report.contact = contact
        if told:
            report.told_date = self._utc(told)
        report.action_report(reason)

    def _do_alarm(self, user):
        """The scheduled action looks at what was not reported in time."""
        self.test.patch(
            self.test.registry["ir.cron"],
            "_commit_progress",
            lambda _cron, _done=0, **_options: None,
        )
        self.env["complaint.medical.report"]._cron_alarm()

    def _do_settle_liability(self, user, text):
        self.event.with_user(user).action_settle_liability(text)

    def _do_approve_opinion(self, user):
        self.event.with_user(user).action_approve_opinion()

    def _do_designate(self, user, spokesperson):
        """The vice-president designates who explains the event to the family."""
        self.event.with_user(user).spokesperson_id = self.users[spokesperson]

    def _do_write_family(self, user, text):
        """Explain by a message to the complainant."""
        self.ticket.with_user(user).action_write_to_complainant(text)

    def _do_seal(self, user, name, other):
        """Seal an item; both sides sign the printed list, its scan is kept."""
        evidence = self.env["complaint.evidence"].with_user(user)
        evidence = evidence.create({"ticket_id": self.ticket.id, "name": name})
        act = self.env["complaint.custody.act"].with_user(user)
        act = act.create(
            {
                "ticket_id": self.ticket.id,
                "evidence_ids": [Command.set(evidence.ids)],
                "place": "档案室3号柜",
                "second_name": other,
            }
        )
        act.on_paper = True
        scan = {"name": "清单.pdf", "raw": b"%PDF-1.4"}
        act.scan_ids = [Command.create(scan)]
        act.action_complete_on_paper()

    def _do_change_evidence(self, user, name):
        """Try to alter what is sealed."""
        self.ticket.evidence_ids.with_user(user)[-1:].name = name

    def _do_conclude(self, user, present, **values):
        """The quality group concludes."""
        drafts = self.event.conclusion_ids.filtered(lambda item: item.state == "draft")
        conclusion = drafts.with_user(user) or self.env[
            "complaint.medical.conclusion"
        ].with_user(user).create(
            {"event_id": self.event.id, "date": self.ticket._office_date()}
        )
        people = self._people(present)
        conclusion.write({"present_ids": [Command.set(people.ids)], **values})
        conclusion.action_conclude()

    def _do_inform(self, user, text):
        """The spokesperson tells the family what the group concluded."""
        self.event._concluded()[:1].with_user(user).action_inform(text)

    def _do_close_event(self, user):
        self.event.with_user(user).action_close()

    def _do_summarise(self, user, kind, **texts):
        """Do the periodic duty of a kind by its summary, when its period is over."""
        task = self.regulation.duty_ids.task_ids.filtered(
            lambda item: item.kind == kind and item.state == "open"
        ).with_user(user)
        with freeze_time(fields.Datetime.to_datetime(task.period_end + timedelta(5))):
            action = task.action_open_summary()
            summary = self.env[action["res_model"]].with_user(user)
            summary = summary.browse(action["res_id"])
            self.test.assertTrue(summary.situation, "filled from the register")
            summary.write(texts)
            summary.action_done()
        self.test.assertIn(task.state, ("done", "done_late"))

    # ----------------------------------------------------------------------
    # Emergencies
    # ----------------------------------------------------------------------

    def _do_respond(self, user):
        """Start the response of the case's level; the group is told at once."""
        self.ticket.with_user(user).action_start_response()

    def _do_verify(self, user, verdict, text):
        getattr(self.response.with_user(user), f"action_verify_{verdict}")(text)

    def _do_plan(self, user, measures):
        """Write the response plan and put it in force."""
        self.env["complaint.emergency.measure"].with_user(user).create(
            [
                {
                    "emergency_id": self.response.id,
                    "name": name,
                    "responsible": who,
                    "deadline": self._utc(deadline),
                }
                for name, who, deadline in measures
            ]
        )
        self.response.with_user(user).action_put_plan_in_force()

    def _do_carry_out(self, user):
        """All measures of the plan are carried out."""
        self.response.measure_ids.with_user(user).action_done()

    def _do_settle(self, user, outcome, text):
        getattr(self.response.with_user(user), f"action_settle_{outcome}")(text)

    def _do_end_response(self, user, **texts):
        """Hand the summary and evaluation to the leading group."""
        self.response.with_user(user).write(texts)
        self.response.with_user(user).action_end()

    def _do_drill(self, user, **values):
        """Record a drill; its duty is done."""
        task = self.regulation.duty_ids.task_ids.filtered(
            lambda item: item.kind == "drill" and item.state == "open"
        ).with_user(user)
        action = task.action_record_drill()
        drill = self.env[action["res_model"]].with_user(user).browse(action["res_id"])
        drill.write(values)
        drill.action_done()
        self.test.assertIn(task.state, ("done", "done_late"))

    # ----------------------------------------------------------------------
    # Checking
    # ----------------------------------------------------------------------

    def _check_ladder(self, rungs):
        """Which rungs were told, and whether in time."""
        found = {
            item.receiver: "late" if item.is_late else "in time"
            for item in self.event.report_ids
            if item.state == "done"
        }
        self.test.assertEqual(found, rungs)

    def _check_liability(self, expected):
        self.test.assertEqual(self.event.liability_open, expected)

    def _check_told(self, people):
        """Who was told of the response at once."""
        self.test.assertEqual(self.response.told_user_ids, self._people(people))
