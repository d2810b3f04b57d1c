"""What else is done with a case at the screens: other bodies, more time."""


class HandlingOnScreen:
    """Verbs of the work on a case; a part of ``screen_story.ScreenStory``."""

    def act_transfer_to(self, role, to, **values):
        """Draft a transfer on the case, then open it and send it.

        A body that nobody knows yet is added from the case, one that is known is chosen.

        :param to: kind and name; of an outside body also its address on file
        """
        kind, name, *address = to
        if kind == "body" and not address:
            self._add_body(role, name).fill(**values).press("Send")
            self._let_papers_go()
            return
        target = (
            {"department_id": self._department(name)}
            if kind == "department"
            else {"partner_id": self._known_body(name, *address)}
        )
        clerk = self.at_case(role)
        clerk.here.add("transfer_ids", target_kind=kind, **target, **values)
        clerk.here.save()
        clerk.here.row("transfer_ids", state="draft").open()
        clerk.press("Send")
        self._let_papers_go()

    def _add_body(self, role, name, phone="021-5555 0900"):
        """Return somebody who added a body outside; the draft to it is in front."""
        clerk = self.at_case(role).press("Add an Outside Body")
        return clerk.fill(name=name, phone=phone).press("Add the Body")

    def act_add_body(self, role, name):
        """Try to add a body outside."""
        self._add_body(role, name)

    def act_report(self, role, text):
        """The other body reports back."""
        clerk = self.at_case(role)
        clerk.here.row("transfer_ids", state="sent").open()
        self.step(clerk, "Report Back", text)

    def act_return(self, role, text):
        """The other body gives the case back, with its reason."""
        clerk = self.at_case(role)
        clerk.here.row("transfer_ids", state="sent").open()
        self.step(clerk, "Returned", text)

    def act_extend(self, role, clause, quantity, text):
        """Ask for an extension; a leader approves it."""
        handler = self._at_clock(role, clause).press("Ask for an Extension")
        handler.fill(quantity=quantity, reason=text).press("Confirm")
        self._at_clock("leader", clause).press("Approve Extension")

    def _at_clock(self, role, clause):
        """Return somebody who opened a clock from the case."""
        person = self.at_case(role)
        person.here.row("deadline_ids", id=self._clock(clause).id).open()
        return person
