"""Appeals in a scenario: filed, reviewed, decided; windows of the parties."""

from odoo import Command, fields


class Appealing:
    """What people do with an appeal; a part of ``story.Story``.

    ``appeal`` files one, ``appeal_<step>`` takes a step of the last one.
    """

    @property
    def appeal(self):
        """Return the last appeal of the case."""
        return self.ticket.appeal_ids.sorted("id")[-1:]

    def _party(self, name):
        """Return the first respondent if that side is meant, else nobody."""
        respondents = self.ticket.respondent_ids
        return respondents[:1] if name == "respondent" else respondents.browse()

    def _do_appeal(self, user, grounds, appellant="complainant", received=None):
        vals = {
            "ticket_id": self.ticket.id,
            "appellant": appellant,
            "respondent_id": self._party(appellant).id,
            "grounds": grounds,
            "filed_date": self._utc(received) if received else fields.Datetime.now(),
        }
        self.env["complaint.appeal"].with_user(user).create(vals).action_file()

    def _do_appeal_assign(self, user, reviewer):
        self.appeal.with_user(user).action_assign(self.users[reviewer])

    def _do_appeal_forward(self, user):
        self.appeal.with_user(user).action_forward()
        self._let_papers_go()

    def _do_appeal_decide(self, user, **values):
        self._write_decision(user, **values).action_decide()

    def _do_appeal_record(self, user, number, **values):
        """Record what the superior body decided today."""
        paper = self.env["ir.attachment"].with_user(user)
        paper = paper.create({"name": f"{number}.pdf", "raw": b"%PDF-1.4"})
        self._write_decision(
            user,
            superior_number=number,
            superior_date=self.ticket._office_date(),
            superior_file_ids=[Command.link(paper.id)],
            **values,
        ).action_record()

    def _write_decision(self, user, conclusion=None, **values):
        appeal = self.appeal.with_user(user)
        if conclusion:
            appeal.action_draft_decision()
            appeal.new_decision_id.write(
                {"conclusion": conclusion, "reasons": values["reasons"]}
            )
        appeal.write(values)
        return appeal

    def _do_appeal_admit_late(self, user, text):
        self.appeal.with_user(user).action_admit_late(text)

    def _do_appeal_dismiss_late(self, user, text):
        self.appeal.with_user(user).action_dismiss_late(text)

    def _do_appeal_withdraw(self, user, text):
        self.appeal.with_user(user).action_withdraw(text)

    # ----------------------------------------------------------------------
    # Checking
    # ----------------------------------------------------------------------

    def _check_appeal(self, state):
        self.test.assertEqual(self.appeal.state, state)

    def _check_window(self, expected):
        """The last day of each party, or the state of a window without one."""
        found = {}
        for name in expected:
            window = self.ticket._appeal_window(self._party(name))
            day = window.end if window.open else None
            found[name] = str(day) if day else window.state
        self.test.assertEqual(found, {key: str(day) for key, day in expected.items()})
