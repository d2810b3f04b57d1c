"""Verbs of a story that prove rules: what is listed, duties, secrecy, forms, clocks."""

from contextlib import contextmanager
from unittest.mock import patch

import lxml.html

from odoo import Command, fields
from odoo.exceptions import UserError

CORE = "community_complaint"
#: What can be tried one by one: the key of a complaint, the model, the xmlids' prefix.
_LISTED = {
    "channel": ("helpdesk.ticket.channel", "channel_"),
    "type": ("helpdesk.ticket.type", "type_"),
    "kind": ("complaint.complainant.kind", "complainant_kind_"),
}


class Proving:
    """What people of a story try; a part of ``story.Story``."""

    # ----------------------------------------------------------------------
    # Trying one by one
    # ----------------------------------------------------------------------

    @contextmanager
    def _undone(self):
        """Undo what is done inside."""
        savepoint = self.env.cr.savepoint(flush=True)
        try:
            yield
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)

    def _do_try_each(self, user, what):
        """Try to register the complaint with each channel, kind … there is."""
        model, prefix = _LISTED[what]
        kept, complaint = self.ticket, dict(self.case["complaint"])
        self.listed = []
        for code in self._codes(model, prefix):
            self.case["complaint"] = {**complaint, what: code}
            with self._undone():
                try:
                    self._do_register(user)
                    self.listed.append(code)
                except UserError as refusal:
                    self.test.assertIn("does not know", str(refusal))
        self.case["complaint"], self.ticket = complaint, kept

    def _codes(self, model, prefix):
        """Return the codes of the shipped records of a model."""
        found = self.env["ir.model.data"].search(
            [("model", "=", model), ("name", "=like", f"{prefix}%")]
        )
        return sorted(name.removeprefix(prefix) for name in found.mapped("name"))

    def _do_try_measures(self, user, measures):
        """Try to decide on each measure alone, as this user."""
        self.decided = []
        for code in measures:
            with self._undone():
                draft = self.ticket.with_env(self.env).decision_ids.filtered(
                    lambda item: item.state == "draft"
                )
                line = {
                    "measure_id": self.env.ref(f"{CORE}.measure_{code}").id,
                    "respondent_id": self.ticket.respondent_ids[:1].id,
                }
                draft.measure_line_ids = [Command.clear(), Command.create(line)]
                try:
                    self.ticket.with_user(user).action_decide()
                except UserError:
                    continue
                in_force = self.ticket.decision_id.measure_line_ids.measure_id
                self.decided += in_force.mapped("code")

    def _do_adopt_broken(self, user, field):
        """Try to adopt the shipped text without one of its parts."""
        template = self.env.ref(f"{CORE}.{self.script['xmlid']}")
        many = template._fields[field].type in ("one2many", "many2many")
        broken = template.copy({"is_template": True, "code": f"{template.code}-x"})
        broken.write({field: [Command.clear()] if many else False})
        broken.with_user(user).action_adopt()

    # ----------------------------------------------------------------------
    # Duties and rosters
    # ----------------------------------------------------------------------

    def _do_begin(self, user):
        """The office begins to work under the text today: its duties count from now."""
        if self.regulation.in_force_date:
            self.regulation.in_force_date = fields.Date.today()
        known = self.regulation.duty_ids
        known.copy({"regulation_id": self.regulation.id})
        known.active = False

    def _do_fulfil(self, user, kind, result):
        """Do a periodic duty."""
        task = self._tasks(kind)
        task.result = result
        task.action_done()

    def _tasks(self, kind):
        duties = self.regulation.duty_ids.filtered("active")
        return duties.filtered(lambda duty: duty.kind == kind)._open_tasks()[:1]

    def _do_staff_phone(self, user, days):
        """Put somebody on the phone for whole days, every week."""
        employee = self.env["hr.employee"].create(
            {"name": "Night", "company_id": self.company.id}
        )
        now = fields.Datetime.now()
        self.regulation.roster_ids.shift_ids = [
            Command.create(
                {
                    "employee_id": employee.id,
                    "start": fields.Datetime.add(now, days=day),
                    "end": fields.Datetime.add(now, days=day + 1),
                    "weekly_until": fields.Date.add(now.date(), years=1),
                }
            )
            for day in range(days)
        ]

    # ----------------------------------------------------------------------
    # The case
    # ----------------------------------------------------------------------

    def _do_look(self, user):
        """Only look; ``expect`` says at what."""

    def _do_recuse(self, user, who):
        """Exclude somebody who has an interest in the case."""
        dialog = self.env["complaint.recuse.wizard"].with_user(user)
        dialog.create(
            {
                "ticket_id": self.ticket.id,
                "user_ids": [Command.set(self.users[who].ids)],
                "reason": "They have an interest in the case.",
            }
        ).action_confirm()

    def _do_leave_desk(self, user):
        """Somebody does not belong to the team any more."""
        self.desk.user_ids -= user

    def _do_register_too(self, user, **values):
        """Register another complaint like this one; the story goes on with the first."""
        kept, complaint = self.ticket, dict(self.case["complaint"])
        self.case["complaint"] = {**complaint, **values}
        self._do_register(user)
        self.case["complaint"], self.ticket = complaint, kept

    def _do_classify(self, user, **values):
        """Say which kind of matter it is."""
        values = {
            f"{name}_id": self.env.ref(f"{CORE}.{name}_{code}").id
            for name, code in values.items()
        }
        self.ticket.with_user(user).write(values)

    def _do_name_post(self, user, post):
        """Write down what post the respondent has."""
        self.ticket.respondent_ids.with_user(user).write({"post": post})

    def _do_drop_transfers(self, user):
        """Throw the drafts of transfers away."""
        self.ticket.transfer_ids.with_user(user).unlink()

    def _do_mistake_evidence(self, user):
        """The evidence turns out to belong to something else."""
        self.ticket.evidence_ids.with_user(user).action_mark_mistaken()

    def _do_overrun(self, user, clause, text, day=None):
        """Tell the complainant why the limit is not kept."""
        self._clock(clause).with_user(user).action_explain_overrun(text, day)

    def _do_extend(self, user, clause, quantity, text):
        """Ask for an extension; another leader approves it."""
        self._clock(clause).with_user(user).action_extend(quantity, None, text)
        self._clock(clause).with_user(self.users["leader"]).action_approve_extension()

    def _do_ask_leader(self, user, text):
        """Report what is beyond the desk's means to the leader."""
        self.ticket.with_user(user).action_report_to_leader(text)

    def _do_propose_urging(self, user):
        """The nightly look for bodies that have not reported."""
        # a story is one transaction
        with patch.object(self.env.registry["ir.cron"], "_commit_progress"):
            self.env["complaint.transfer"]._cron_propose_urging()

    def _do_urge(self, user, text):
        self._waiting_transfers(user).action_urge(text)

    def _do_hand_over_to(self, user, department, reason):
        """The first receiver hands the complaint over."""
        self.env["complaint.transfer"].with_user(user).create(
            {
                "ticket_id": self.ticket.id,
                "kind": "handover",
                "target_kind": "department",
                "department_id": self._department(department).id,
                "reason": reason,
            }
        ).action_send()

    def _do_answer_question(self, user, answer):
        """Answer what residents asked at the meeting."""
        self.meeting.question_ids.with_user(user).write({"answer": answer})

    def _do_write_conclusion(self, user, conclusion):
        """Write the conclusion of the draft that a ruling left."""
        draft = self.ticket.decision_ids.with_user(user).filtered(
            lambda item: item.state == "draft"
        )
        draft.conclusion = conclusion

    def _do_accuse(self, user, department, head):
        """The accused works in a department below the one of a head."""
        above = self._department(head["department"])
        above.manager_id = self.env["hr.employee"].create(
            {"name": head["name"], "company_id": self.company.id}
        )
        below = self._department(department)
        below.parent_id = above
        ticket = self.ticket.with_env(self.env)
        ticket.respondent_ids.employee_id.department_id = below
        ticket._refresh_conflicts()

    def _do_invite(self, user, name, role="expert"):
        """Invite somebody to the planned session."""
        session = self.ticket.mediation_ids.with_user(user).filtered(
            lambda item: item.state == "planned"
        )
        session.party_ids = [Command.create({"role": role, "name": name})]

    def _do_serve_slip(self, user, delivery):
        """Send the transfer slip by a way of delivery."""
        self._let_papers_go()
        self.ticket.notice_ids.with_user(user).filtered(
            lambda item: item.kind == "transfer" and item.state == "issued"
        ).action_serve(delivery=delivery, note="EMS 1024")

    def _do_appeal_accept(self, user):
        """Take an appeal up, with an acknowledgement."""
        self.appeal.with_user(user).action_accept()

    # ----------------------------------------------------------------------
    # Checking
    # ----------------------------------------------------------------------

    def _check_listed(self, codes):
        self.test.assertEqual(sorted(self.listed), sorted(codes))

    def _check_decided(self, codes):
        self.test.assertEqual(sorted(self.decided), sorted(codes))

    def _check_measures(self, codes):
        """The measures of the decision in force."""
        in_force = self.ticket.decision_ids.filtered(
            lambda item: item.state == "in_force"
        )
        lines = in_force.measure_line_ids
        self.test.assertEqual(sorted(lines.measure_id.mapped("code")), sorted(codes))

    def _check_conclusion(self, conclusion):
        self.test.assertEqual(self.ticket.decision_id.conclusion, conclusion)

    def _check_parties(self, roles):
        """Who comes to the planned session."""
        session = self.ticket.mediation_ids.filtered(
            lambda item: item.state == "planned"
        )
        self.test.assertEqual(sorted(session.party_ids.mapped("role")), sorted(roles))

    def _check_next_follow_up(self, day):
        """When the solved case is looked at again."""
        days = self.ticket.follow_up_ids.filtered(lambda item: item.state == "planned")
        self.test.assertEqual([str(item.due_date) for item in days], [str(day)])

    def _check_duties(self, days):
        found = {kind: str(self._tasks(kind).due_date) for kind in days}
        self.test.assertEqual(found, {kind: str(day) for kind, day in days.items()})

    def _check_gaps(self, count):
        roster = self.regulation.roster_ids
        self.test.assertEqual(len(roster._gaps(fields.Datetime.now())), count)

    def _check_running(self, clauses):
        """Clauses of the clocks that run."""
        running = self.ticket.deadline_ids.filtered(
            lambda item: item.state == "running"
        )
        self.test.assertEqual(
            sorted(running.policy_id.mapped("clause")), sorted(clauses)
        )

    def _check_finds(self, expected):
        """Who finds the case at all."""
        found = {role: bool(self._as(role)) for role in expected}
        self.test.assertEqual(found, expected)

    def _as(self, role):
        """Return the case as somebody of a role finds it."""
        Ticket = self.env["helpdesk.ticket"].with_user(self.users[role])
        return Ticket.search([("id", "=", self.ticket.id)])

    def _check_names(self, expected):
        """Who reads the complainant's name on the case."""
        name = self.case["complaint"]["complainant_name"]
        found = {role: self._as(role).complainant_name == name for role in expected}
        self.test.assertEqual(found, expected)

    def _check_order(self, demands):
        """In which order the open cases of the desk are worked on."""
        tickets = self.env["helpdesk.ticket"].with_user(self.users["handler"])
        tickets = tickets.search([("team_id", "=", self.desk.id)])
        self.test.assertEqual(tickets.mapped("demand"), demands)

    def _check_instructions(self, states):
        self.test.assertEqual(self.ticket.instruction_ids.mapped("state"), states)

    def _check_to_urge(self, names):
        """Bodies somebody of the desk has the task to urge."""
        waiting = self.ticket.transfer_ids.filtered("urge_activity_id")
        self.test.assertEqual(waiting.mapped("target_name"), names)

    def _check_delivery(self, ways):
        slips = self.ticket.notice_ids.filtered(lambda item: item.kind == "transfer")
        self.test.assertEqual(slips.mapped("delivery"), ways)

    def _check_form(self, words):
        self._assert_printed("registration", words)

    def _check_register(self, words):
        self._assert_printed("register", words)

    def _check_archive(self, words):
        self._assert_printed("archive", words)

    def _assert_printed(self, kind, words):
        """Check what a form of the case says, as a leader prints it."""
        form = self.env["complaint.form"].with_user(self.users["leader"])
        ticket = self.ticket.with_user(self.users["leader"])
        pages = getattr(form, f"_form_pages_{kind}")(ticket)
        self._assert_words(" ".join(pages), words)

    def _check_paper(self, papers):
        """Words on the last paper of a kind."""
        for kind, words in papers.items():
            notice = self.ticket.notice_ids.filtered(
                lambda item, kind=kind: item.kind == kind
            )[-1:]
            self.test.assertTrue(notice, kind)
            self._assert_words(notice._paper_page(), words)

    def _check_sheet(self, sheets):
        """Words on the papers of a medical event."""
        form = self.env["complaint.form"]
        for kind, words in sheets.items():
            whole = getattr(form, f"_sheet_pages_{kind}", None)
            pages = whole(self.event) if whole else form._sheet_pages(kind, self.event)
            self._assert_words(" ".join(pages), words)

    def _check_improvement(self, words):
        """What the department changes after a self-review."""
        self.test.assertEqual(self.ticket.sudo().self_review_ids.improvement, words)

    def _check_keeper(self, role):
        """Who keeps the last piece of evidence."""
        evidence = self.ticket.sudo().evidence_ids.sorted("id")[-1:]
        self.test.assertEqual(evidence._keeper(), self.users[role].name)

    def _check_conformance(self, words):
        page = self.env["ir.qweb"]._render(
            f"{CORE}.conformance_paper", self.regulation._conformance_values()
        )
        self._assert_words(page, words)

    def _check_public(self, words):
        """What a resident reads about the office and its limits."""
        text = " ".join(
            str(part)
            for limit in self.regulation._portal_limits()
            for part in limit.values()
        )
        self._assert_words(f"{text} {self.regulation.public_text}", words)

    def _check_progress(self, stations):
        """How far the complainant sees the case: the stations that are done."""
        found = self.ticket._portal_progress()
        done = [item["key"] for item in found if item["state"] == "done"]
        self.test.assertEqual(done, stations)

    def _assert_words(self, page, words):
        body = lxml.html.fromstring(f"<div>{page}</div>")
        text = " ".join(body.text_content().split())
        for word in words:
            self.test.assertIn(word, text)
