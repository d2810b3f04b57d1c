"""Verbs of a story: measures for members of staff, commendations, self-reviews."""

from unittest.mock import patch


class Disciplining:
    """What people do with measures for staff; a part of ``story.Story``.

    ``discipline_<step>`` takes a step of the measures named by ``measure`` (code), of all
    that are not over without it.
    """

    def _disciplines(self, user, measure=None):
        items = self.ticket.sudo().discipline_ids.filtered(
            lambda item: (
                item.state not in ("revoked", "expired")
                and measure in (None, item.measure_id.code)
            )
        )
        return items.sudo(False).with_user(user)

    def _do_discipline_hear(self, user, measure=None, **values):
        self._disciplines(user, measure).action_hear(**values)

    def _do_discipline_approve(self, user, measure=None):
        self._disciplines(user, measure).action_approve()

    def _do_discipline_enforce(self, user, measure=None):
        self._disciplines(user, measure).action_enforce()

    def _do_discipline_revoke(self, user, text, measure=None):
        self._disciplines(user, measure).action_revoke(text)

    def _do_discipline_expire(self, _user):
        self._pass_night()

    def _pass_night(self):
        """Run the scheduled action on the measures that expire."""
        # the job commits its progress, a test must not
        cron = self.test.registry["ir.cron"]
        with patch.object(cron, "_commit_progress", lambda *_args, **_options: 1):
            self.env["complaint.discipline"]._cron_expire()

    def _do_propose(self, user, measure, reason, of):
        """Propose a measure for how somebody handled the case (R05 9)."""
        employee = self.users[of].sudo().employee_id or self.env["hr.employee"].create(
            {
                "name": self.users[of].name,
                "user_id": self.users[of].id,
                "company_id": self.company.id,
            }
        )
        self.env["complaint.discipline"].with_user(user).create(
            {
                "ticket_id": self.ticket.id,
                "employee_id": employee.id,
                "measure_id": self.env.ref(f"community_complaint.measure_{measure}").id,
                "reason": reason,
            }
        )

    def _do_refer(self, user, measure, to):
        """Say in the draft which body a measure refers the matter to."""
        lines = self.ticket.decision_ids.measure_line_ids.with_user(user)
        lines.filtered(lambda line: line.measure_id.code == measure).note = to

    def _do_self_review(self, user, text, improvement=None):
        """Take in the self-review report; the department says what it changes."""
        # whoever registered the case may not read reports
        reviews = self.ticket.sudo().self_review_ids.sudo(False).with_user(user)
        reviews.action_submit(text)
        reviews.improvement = improvement

    def _do_account(self, user, kind, text, to):
        """Note what followed for a malicious complaint (R05 8, R17)."""
        vals = {"ticket_id": self.ticket.id, "kind": kind, "text": text}
        if kind == "position":
            vals["department_id"] = self._department(to).id
        else:
            vals["body"] = to
        self.env["complaint.accountability"].with_user(user).create(vals)

    # ----------------------------------------------------------------------
    # Checking
    # ----------------------------------------------------------------------

    def _check_discipline(self, states):
        """State of the last measure of each kind, by code of the measure."""
        items = self.ticket.sudo().discipline_ids.sorted("id")
        found = {item.measure_id.code: item.state for item in items}
        self.test.assertEqual({code: found.get(code) for code in states}, states)

    def _check_on_record(self, entries):
        """Entries in personnel files: ``{code: [kind, state, last day]}``."""
        records = self.ticket.sudo().discipline_ids.record_id
        found = {
            record.measure_id.code: [
                record.kind,
                record.state,
                record.expiry and str(record.expiry) or None,
            ]
            for record in records
        }
        expected = {
            code: [kind, state, day and str(day)]
            for code, (kind, state, day) in entries.items()
        }
        self.test.assertEqual(found, expected)
