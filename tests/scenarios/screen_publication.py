"""Publications at the screens."""


class PublicationOnScreen:
    """Verbs of publishers; a part of ``screen_story.ScreenStory``."""

    def at_publication(self, role):
        """Return somebody who has the office's last publication open."""
        person = self.person(role)
        person.go("Publications").open_record(self.publication)
        return person

    def act_draft_publication(self, role):
        """Draft what the periodic duty asks for."""
        duty = self.regulation.duty_ids.filtered(lambda d: d.kind == "publication")
        person = self.person(role)
        person.go("Deadlines and Duties", "Periodic Duties")
        person.here.open_record(duty._open_tasks())
        person.press("Draft the Publication")

    def act_fill_board(self, role, **values):
        """Write on the public notice board."""
        person = self.person(role)
        person.go("Notice Boards").open_record(self.regulation.board_ids)
        person.fill(**values)
        person.here.save()

    def act_publish_result(self, role):
        self.at_case(role).press("Publish the Result")

    def act_word_publication(self, role, summary):
        """Word the first result anew."""
        person = self.at_publication(role)
        person.here.edit("line_ids", summary=summary)
        person.here.save()

    def act_redact_publication(self, role):
        self.at_publication(role).press("Take Out Names")

    def act_check_publication(self, role):
        self.at_publication(role).press("Check for Names")

    def act_approve_publication(self, role):
        self.at_publication(role).press("Approve")

    def act_release_publication(self, role):
        """Publish; of secret cases a custodian clears the text before."""
        if self.publication.waits_for_custodian:
            self.at_publication("custodian").press("Clear of Secret Names")
        self.at_publication(role).press("Publish")
