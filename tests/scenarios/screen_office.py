"""The manager at the screens: an office adopts its text and staffs its desk."""

from story import ANSWERS

from odoo import fields


class OfficeOnScreen:
    """How an office begins; a part of ``screen_story.ScreenStory``."""

    #: How answers begin that the manager does not give.
    unanswered = None

    def _open_office(self):
        """OVERRIDE: everybody comes new."""
        self.people = {}
        super()._open_office()

    def _answers(self):
        """Return what the manager answers when a text asks.

        A script says under ``answers`` what is otherwise in its office.
        """
        answers = {**ANSWERS, **self.script.get("answers", {})}
        return {
            name: value
            for name, value in answers.items()
            if value and not (self.unanswered and name.startswith(self.unanswered))
        }

    def _adopt(self):
        """OVERRIDE: the manager adopts the text from the list of shipped ones."""
        template = self.env.ref(f"community_complaint.{self.script['xmlid']}")
        manager = self.person("manager")
        manager.go("Configuration", "Regulations").open_record(template)
        manager.press("Adopt")
        if manager.here.dialog:
            asked = {
                name: value
                for name, value in self._answers().items()
                if manager.here.shows(name)
            }
            manager.fill(**asked).press("Adopt")
        return manager.here.record.with_env(self.env)

    def _staff_desk(self):
        """OVERRIDE: the manager puts everybody on the team of the desk."""
        manager = self.person("manager")
        manager.go("Configuration", "Regulations").open_record(self.regulation)
        manager.press("Open the Desk")
        staff = [user for role, user in self.users.items() if role != "manager"]
        manager.fill(user_ids=staff)
        manager.here.save()

    def _roles(self):
        """OVERRIDE: somebody sets the office up."""
        return {*super()._roles(), "manager"}

    # ----------------------------------------------------------------------
    # Verbs
    # ----------------------------------------------------------------------

    def act_begin(self, _role, since=None):
        """Another office adopts the text today and says so: its duties count from now.

        The story goes on there, see ``play``.

        :param since: day on which it came into force, today by default
        """
        self._open_office()
        manager = self.person("manager")
        manager.go("Configuration", "Regulations").open_record(self.regulation)
        manager.fill(in_force_date=since or fields.Date.today()).here.save()

    def act_adopt_without(self, _role, item):
        """Another office tries to adopt the text and leaves something open.

        :param item: how the answers begin that are not given
        """
        self.unanswered = item
        try:
            self._open_office()
        finally:
            self.unanswered = None

    def act_look(self, _role):
        """Only look; ``expect`` says at what."""
