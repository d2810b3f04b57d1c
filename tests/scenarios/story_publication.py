"""Publication in a scenario: results without names, and the public notice board."""

from odoo import Command


class Publishing:
    """What publishers do; a part of ``story.Story``. The last publication is meant."""

    @property
    def publication(self):
        """Return the office's last publication."""
        return self.env["complaint.publication"].search(
            [("company_id", "=", self.company.id)], order="id desc", limit=1
        )

    def _do_prepare_publication(self, user, **values):
        """Draft the publication of a period, with its results."""
        values = {"regulation_id": self.regulation.id, **values}
        publications = self.env["complaint.publication"].with_user(user)
        publications.create(values).action_propose()

    def _do_draft_publication(self, user):
        """Draft what the periodic duty asks for."""
        duty = self.regulation.duty_ids.filtered(lambda d: d.kind == "publication")
        duty._open_tasks().with_user(user).action_draft_publication()

    def _do_publish_result(self, user):
        """Draft the publication of the case's result."""
        self.ticket.with_user(user).action_publish_result()

    def _do_word_publication(self, user, summary):
        """Word the first result anew."""
        self.publication.with_user(user).line_ids[:1].summary = summary

    def _do_redact_publication(self, user):
        self.publication.with_user(user).action_redact()

    def _do_check_publication(self, user):
        self.publication.with_user(user).action_check()

    def _do_approve_publication(self, user):
        self.publication.with_user(user).action_approve()

    def _do_release_publication(self, user):
        if self.publication.waits_for_custodian:
            self.publication.with_user(self.users["custodian"]).action_clear()
        self.publication.with_user(user).action_release()

    def _do_withdraw_publication(self, user, text):
        self.publication.with_user(user).action_withdraw(text)

    def _do_fill_board(self, user, people=(), **values):
        """Write on the public notice board."""
        values["person_ids"] = [Command.create(person) for person in people]
        self.regulation.board_ids.with_user(user).write(values)

    # ----------------------------------------------------------------------
    # Checking
    # ----------------------------------------------------------------------

    def _check_publication(self, state):
        """The state of the last publication, ``none`` if there is none."""
        self.test.assertEqual(self.publication.state or "none", state)

    def _check_published(self, expected):
        """What everybody reads: words of the results, texts of figures by label."""
        shown = self.publication._shown_values()
        text = str(shown["results"])
        for word in expected.get("says", ()):
            self.test.assertIn(word, text)
        for word in expected.get("never", ()):
            self.test.assertNotIn(word, text)
        if "results" in expected:
            self.test.assertEqual(len(shown["results"]), expected["results"])
        if "total" in expected:
            self.test.assertEqual(shown["total"].text, str(expected["total"]))

    def _check_duty(self, state):
        """The state of the last task of the duty to publish."""
        duty = self.regulation.duty_ids.filtered(lambda d: d.kind == "publication")
        done = duty.task_ids.filtered(lambda task: task.state != "open")
        self.test.assertEqual(done[-1:].state or "open", state)

    def _check_board(self, number):
        """How many things the notice board lacks."""
        missing = self.regulation.board_ids.missing or ""
        self.test.assertEqual(len(missing.splitlines()), number, missing)
