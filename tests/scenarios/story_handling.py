"""Verbs of a story: instructions, transfers, mediation, what is asked for, follow-up."""

from odoo import Command, fields


class Handling:
    """What the people of a story do with a case besides its steps."""

    def _do_complete(self, user, **values):
        """Fill in what the register still lacks."""
        self.ticket.with_user(user).write(values)

    def _do_identify(self, user, **values):
        """Correct what is known of the complainant, as the custodian may."""
        self.ticket.with_user(user).action_show_identity("核对证件")
        self.ticket.with_user(user).write(values)

    def _do_measure(self, user, code):
        """Add a measure to the draft of the decision."""
        draft = self.ticket.decision_ids.with_user(user).filtered(
            lambda item: item.state == "draft"
        )
        measure = self.env.ref(f"community_complaint.measure_{code}")
        line = {"measure_id": measure.id}
        if measure.kind == "sanction":
            line["respondent_id"] = self.ticket.respondent_ids[:1].id
        draft.measure_line_ids = [Command.create(line)]

    def _do_second_opinion(self, user, text, accountability_note):
        """Another leader agrees that a complaint is malicious (R05, R17)."""
        draft = self.ticket.decision_ids.with_user(user).filtered(
            lambda item: item.state == "draft"
        )
        draft.accountability_note = accountability_note
        draft.action_second_opinion(text)

    def _do_instruct(self, user, text, **values):
        """The leader reads and writes an opinion (R03, R13, R15)."""
        waiting = self.ticket.instruction_ids.filtered(
            lambda item: item.state == "requested"
        ).with_user(user)
        instruction = waiting[:1] or self.env["complaint.instruction"].with_user(
            user
        ).create({"ticket_id": self.ticket.id})
        instruction.write({"text": text, **values})
        instruction.action_give()

    def _do_transfer_to(self, user, to, **values):
        """Draft a transfer to a department or an outside body and send it."""
        kind, name = to
        vals = {"ticket_id": self.ticket.id, "target_kind": kind, **values}
        if kind == "department":
            vals["department_id"] = self._department(name).id
        else:
            vals["partner_id"] = self._known_body(name).id
        self.env["complaint.transfer"].with_user(user).create(vals).action_send()
        self._let_papers_go()

    def _known_body(self, name, email=None):
        """Return an outside body that the office has on file, one a name."""
        bodies = self.env["res.partner"]
        known = bodies.search([("name", "=", name)], limit=1)
        known = known or bodies.create({"name": name})
        if email:
            known.email = email
        return known

    def _department(self, name):
        Department = self.env["hr.department"]
        domain = [("name", "=", name), ("company_id", "=", self.company.id)]
        return Department.search(domain, limit=1) or Department.create(
            {"name": name, "company_id": self.company.id}
        )

    def _do_report(self, user, text):
        """The other body reports back."""
        self._waiting_transfers(user).action_report_back(text)

    def _do_return(self, user, text):
        """The other body gives the case back, with its reason."""
        self._waiting_transfers(user).action_return(text)

    def _waiting_transfers(self, user):
        return self.ticket.transfer_ids.with_user(user).filtered(
            lambda item: item.state == "sent"
        )

    def _do_submit(self, user, side, name):
        """A side submits evidence."""
        self.env["complaint.evidence"].with_user(user).create(
            {"ticket_id": self.ticket.id, "side": side, "name": name}
        )

    def _do_session(self, user, outcome, text, mediator=None):
        """Hold the planned session; ``outcome``: agree, fail, rule or adjourn."""
        session = self.ticket.mediation_ids.with_user(user).filtered(
            lambda item: item.state == "planned"
        )
        if mediator:
            session.mediator_id = self.users[mediator]
        getattr(session, f"action_{outcome}")(text)

    def _do_tell(self, user, note=None, person=None, hour=None):
        """The result is told in person instead of handed over (R04)."""
        self.ticket.notice_ids.with_user(user).filtered(
            lambda notice: notice.kind == "result" and notice.state == "issued"
        ).action_serve(delivery="oral", note=note, person_name=person, hour=hour)

    def _do_ask(self, user, result, note):
        """Ask how the complainant takes the result (R09, R14)."""
        self.ticket.with_user(user).action_follow_up(note, result)

    def _do_threat(self, user, text, security, police):
        """A threat is reported to security and police at once (R17)."""
        self.ticket.with_user(user).action_report_threat(
            text, fields.Datetime.now(), security, police
        )

    def _do_name_respondent(self, user, **values):
        """A respondent becomes known during the work."""
        self.ticket.with_user(user).respondent_ids = [
            Command.create(self._respondent(values))
        ]

    # ----------------------------------------------------------------------
    # Checking
    # ----------------------------------------------------------------------

    def _check_reports(self, kinds):
        """Which immediate reports there are, and whether in time."""
        found = [[item.kind, item.is_late] for item in self.ticket.incident_report_ids]
        self.test.assertEqual(found, kinds)

    def _check_follow_ups(self, count):
        self.test.assertEqual(len(self.ticket.follow_up_ids), count)
