"""Measures for members of staff at the screens."""


class DisciplineOnScreen:
    """Verbs of measures; a part of ``screen_story.ScreenStory``.

    The buttons above the list take whoever is chosen; they tell what is missing.
    """

    def _press_discipline(self, role, button, measure=None):
        person = self.person(role)
        person.go("Discipline and Commendations")
        # the search box knows members of staff only; others are picked from the list
        people = self.ticket.respondent_ids
        employee = people.employee_id
        words = {"employee_id": employee.name} if len(people) == len(employee) else {}
        found = person.here.rows(**words)
        wanted = self._disciplines(person.user, measure)
        self.test.assertTrue(wanted & found, "no measure is listed")
        person.press(button, wanted & found)

    def act_discipline_hear(self, role, measure=None):
        self._press_discipline(role, "Was Heard", measure)

    def act_discipline_approve(self, role, measure=None):
        self._press_discipline(role, "Approve", measure)

    def act_discipline_enforce(self, role, measure=None):
        self._press_discipline(role, "Put in Force", measure)

    def act_discipline_expire(self, _role):
        """The night's scheduled action; nobody presses anything."""
        self._pass_night()
