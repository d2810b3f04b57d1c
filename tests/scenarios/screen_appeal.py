"""Appeals at the screens: taken down, assigned, decided."""


class AppealOnScreen:
    """Verbs of an appeal; a part of ``screen_story.ScreenStory``."""

    def at_appeal(self, role):
        """Return somebody who opened the last appeal from its case."""
        person = self.at_case(role)
        person.press("Appeals")
        person.here.open_record(self.appeal)
        return person

    def act_appeal(self, role, grounds, appellant="complainant", received=None):
        """Take an appeal down at the window and file it."""
        clerk = self.at_case(role)
        clerk.press("action_new_appeal")
        if appellant != "complainant":
            clerk.fill(appellant=appellant, respondent_id=self._party(appellant))
        if received:
            clerk.fill(filed_date=self._utc(received))
        clerk.fill(grounds=grounds).press("File the Appeal")

    def act_appeal_assign(self, role, reviewer):
        leader = self.at_appeal(role).press("Assign a Reviewer")
        leader.fill(person_id=self.users[reviewer]).press("Confirm")

    def act_appeal_forward(self, role):
        self.at_appeal(role).press("Forward to the Superior Body")
        self._let_papers_go()

    def act_appeal_hear(self, role, date, until, text):
        """Record a hearing of the body that decides."""
        leader = self.at_appeal(role).press("Hearing Held")
        leader.fill(date=date, until=until, text=text).press("Confirm")

    def act_appeal_decide(self, role, **values):
        self._write_appeal(role, **values).press("Decide the Appeal")

    def act_appeal_record(self, role, number, **values):
        """Record what the superior body decided today, with its paper."""
        leader = self._write_appeal(role, **values)
        leader.fill(
            superior_number=number,
            superior_date=self.ticket._office_date(),
            superior_file_ids=[(f"{number}.pdf", b"%PDF-1.4")],
        ).press("Put the Superior's Decision in Force")

    def _write_appeal(self, role, conclusion=None, **values):
        """Return somebody who wrote the decision on the appeal, which is in front."""
        person = self.at_appeal(role).fill(**values)
        if conclusion:
            person.press("Write the New Decision")
            person.fill(conclusion=conclusion, reasons=values["reasons"]).here.save()
            person = self.at_appeal(role)
        return person

    def act_appeal_dismiss_late(self, role, text):
        self.step(self.at_appeal(role), "Dismiss as Time-barred", text)
