"""Plays a scenario through the screens: each verb is what its actor types and presses.

A file with ``played: screens`` is played here. Nobody calls the server but through
``tests/driver``; what the story itself looks up only says which row a person means.
"""

from driver.errors import NotOffered
from driver.person import Person
from driver.web import Web
from screen_appeal import AppealOnScreen
from screen_case import CaseOnScreen
from screen_discipline import DisciplineOnScreen
from screen_handling import HandlingOnScreen
from screen_office import OfficeOnScreen
from screen_outside import OutsideOnScreen
from screen_publication import PublicationOnScreen
from story import Story

from odoo.exceptions import UserError


class ScreenStory(
    OfficeOnScreen,
    CaseOnScreen,
    HandlingOnScreen,
    AppealOnScreen,
    DisciplineOnScreen,
    PublicationOnScreen,
    OutsideOnScreen,
    Story,
):
    """One regulation's office, in which people act only through their screens.

    ``act_<verb>`` is a verb; every other one is a step of the case, which its form has a
    button for. The checks are those of ``story.Story``.

    :param test: the running ``HttpCase``
    """

    #: What was worked out of views, for all stories of a run.
    views = {}

    def __init__(self, test, script):
        self.web = Web(test)
        # the database may know Chinese only; these people read English
        test.env["res.lang"]._activate_lang("en_US")
        super().__init__(test, script)

    def _user(self, role):
        """OVERRIDE: everybody reads their screens in English, in the office's time."""
        user = super()._user(role)
        user.lang, user.tz = "en_US", self.script["timezone"]
        return user

    def person(self, role):
        """Return somebody of a role at their screens."""
        if role not in self.people:
            self.people[role] = Person(self.users[role], self.web, self.views)
        return self.people[role]

    def at_case(self, role):
        """Return somebody who found the case by its number and has it open."""
        person = self.person(role)
        person.go("All Complaints").open(number=self.ticket.number)
        return person

    # ----------------------------------------------------------------------
    # Playing
    # ----------------------------------------------------------------------

    def play(self, case):
        """OVERRIDE: the next case is at the first office again."""
        names = ("env", "company", "regulation", "desk", "users", "people")
        first = {name: getattr(self, name) for name in names}
        try:
            return super().play(case)
        finally:
            self.__dict__.update(first)

    def _play_step(self, step):
        """OVERRIDE: a refused step leaves what was saved before, as a real one does."""
        where = f"{self.case['name']}: {step['do']} at {step['at']}"
        with self.test.subTest(where):
            refusal = self._refusal(step)
            if "refused" in step:
                told = getattr(refusal, "told", None) or str(refusal)
                self.test.assertIn(step["refused"], told)
            elif refusal:
                raise refusal
            self.env.flush_all()
            self.env.invalidate_all()
            self._check(step.get("expect", {}))
            self.went_well += 1

    def _refusal(self, step):
        try:
            self._do(step, step.get("with", {}))
        except (UserError, NotOffered) as refusal:
            return refusal
        return None

    def _do(self, step, values):
        """OVERRIDE: by the screens."""
        verb, role = step["do"], step["by"]
        act = getattr(self, f"act_{verb}", None)
        if act:
            act(role, **values)
        else:
            self.step(self.at_case(role), f"action_{verb}", **values)

    def step(self, person, button, text=None, **values):
        """Let somebody type into the form in front, press a button and answer its dialog.

        :param text: the answer, where the step asks
        :param values: what is typed before
        """
        person.fill(**values).press(button)
        if text is not None:
            person.fill(text=text)
        if person.here.dialog:
            person.press("Confirm")
