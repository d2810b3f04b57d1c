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
        values = {"target_kind": kind, **target, **values}
        clerk = self.at_case(role)
        # who was refused changes the draft that is there
        drafts = [
            row
            for row in clerk.here.rows("transfer_ids")
            if row.values["state"] == "draft"
        ]
        if not drafts:
            clerk.here.add("transfer_ids", **values)
            clerk.here.save()
            drafts = [clerk.here.row("transfer_ids", state="draft")]
            values = {}
        drafts[0].open()
        clerk.fill(**values).press("Send")
        self._let_papers_go()

    def _add_body(self, role, name, phone="021-5555 0900"):
        """Return somebody who added a body outside; the draft to it is in front."""
        clerk = self.at_case(role).press("Add an Outside Body")
        return clerk.fill(name=name, phone=phone).press("Add the Body")

    def act_add_body(self, role, name):
        """Try to add a body outside."""
        self._add_body(role, name)

    def act_ask_leader(self, role, text):
        """Bring a case to the leader."""
        self.step(self.at_case(role), "Report to the Leader", text)

    def act_instruct(self, role, **values):
        """The leader opens what was brought to them, or begins anew, and says it."""
        leader = self.at_case(role)
        asked = [
            row
            for row in leader.here.rows("instruction_ids")
            if row.values["state"] == "requested"
        ]
        if not asked:
            leader.here.add("instruction_ids")
            leader.here.save()
            asked = leader.here.rows("instruction_ids")[-1:]
        asked[0].open()
        leader.fill(**values).press("Give the Instruction")

    def act_approve_transfer(self, role, text):
        """A leader says why the draft may go there."""
        leader = self.at_case(role)
        leader.here.row("transfer_ids", state="draft").open()
        self.step(leader, "Approve", text)

    def act_propose_urging(self, _role):
        """The nightly look for bodies that have not reported; nobody presses anything."""
        self._do_propose_urging(None)

    def act_release(self, _role):
        """A custodian releases what a secret case tells others."""
        self._let_papers_go()

    def _check_unserved(self, kinds):
        """Kinds of the papers to others that wait for their proof."""
        waiting = self.ticket.notice_ids.filtered(
            lambda item: item.state == "issued" and item.addressee == "body"
        )
        self.test.assertEqual(waiting.mapped("kind"), kinds)

    def _check_findings(self, words):
        self.test.assertIn(words, self.at_case("handler").here.value("findings"))

    def act_urge(self, role):
        self.at_case(role).here.row("transfer_ids", state="sent").press("Urge")
        self._let_papers_go()

    def act_prove(self, role, paper, text, picture):
        """Prove with a file that the last paper of a kind went by machine or by hand."""
        number = self.ticket.notice_ids.filtered(lambda item: item.kind == paper)[
            -1:
        ].number
        clerk = self.at_case(role)
        [found] = [
            row.values["id"]
            for row in clerk.here.rows("dispatch_ids")
            if row.values["what"].endswith(number) and row.values["state"] == "queued"
        ]
        self._begin_now(self.env["complaint.dispatch"].browse(found))
        clerk.here.row("dispatch_ids", id=found).press("Prove Delivery")
        clerk.fill(text=text, attachment_ids=[(picture, b"the report")])
        clerk.press("Confirm")

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

    def act_overrun(self, role, clause, text, day=None):
        """Explain to the complainant why a limit is not kept."""
        handler = self._at_clock(role, clause).press("Explain the Overrun")
        handler.fill(reason=text, **({"day": day} if day else {})).press("Confirm")

    def _at_clock(self, role, clause):
        """Return somebody who opened a clock from the case."""
        person = self.at_case(role)
        person.here.row("deadline_ids", id=self._clock(clause).id).open()
        return person
