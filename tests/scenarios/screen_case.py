"""A case at the screens: taken down, looked into, decided, told."""

from driver.errors import NotOffered
from driver.web import paper_text

from odoo import fields
from odoo.exceptions import UserError

CORE = "community_complaint"
#: What can be chosen at the window: key of a complaint, field, xmlids' prefix, model.
_CHOICES = {
    "type": ("type_id", "type_", "helpdesk.ticket.type"),
    "channel": ("channel_id", "channel_", "helpdesk.ticket.channel"),
    "kind": (
        "complainant_kind_id",
        "complainant_kind_",
        "complaint.complainant.kind",
    ),
}
#: What else is typed, if the complaint says so.
_TYPED = (
    "case_kind",
    "demand",
    "is_major",
    "confidentiality",
    "complainant_name",
    "complainant_phone",
    "complainant_email",
    "complainant_address",
    "complainant_work_unit",
    "complainant_occupation",
)


class CaseOnScreen:
    """Verbs of a case; a part of ``screen_story.ScreenStory``."""

    # ----------------------------------------------------------------------
    # At the window
    # ----------------------------------------------------------------------

    def act_register(self, role, **differences):
        """Take the complaint down at the window.

        :param differences: what is said otherwise this time
        """
        complaint = {**self.case["complaint"], **differences}
        clerk = self.person(role)
        form = clerk.go("Register a Complaint")
        form.fill(team_id=self.desk, **self._choices(complaint))
        form.fill(**{name: complaint[name] for name in _TYPED if complaint.get(name)})
        if complaint.get("received"):
            form.fill(received_date=self._utc(complaint["received"]))
        form.fill(what_happened=complaint.get("description"))
        for item in complaint.get("respondents", ()):
            form.add("respondent_ids", **self._respondent(item))
        clerk.press("Register")
        self.ticket = clerk.here.record.with_env(self.env)

    def _choices(self, complaint):
        return {
            field: self.env.ref(f"{CORE}.{prefix}{complaint[key]}")
            for key, (field, prefix, _model) in _CHOICES.items()
        }

    def _respondent(self, item):
        """OVERRIDE: what is typed; whom the office knows is on file already."""
        item = dict(item)
        if item["kind"] == "employee":
            return {"kind": "employee", "employee_id": self._employee(**item)}
        if item["kind"] == "partner":
            return {"kind": "partner", "partner_id": self._known_body(item["name"])}
        return item

    def act_try_each(self, role, what):
        """Try to take the complaint down with each channel, kind … there is."""
        _field, prefix, model = _CHOICES[what]
        codes = self._codes(model, prefix)
        self.test.assertTrue(codes)
        kept, self.listed = self.ticket, []
        for code in codes:
            with self._undone():
                try:
                    self.act_register(role, **{what: code})
                    self.listed.append(code)
                except NotOffered as refusal:
                    self.test.assertIn("does not propose", str(refusal))
        self.ticket = kept

    def act_identify(self, role, **values):
        """Correct what is known of the complainant, as the custodian may."""
        custodian = self.at_case(role)
        custodian.press("Show Identity …").fill(reason="核对证件").press("Confirm")
        custodian.press("Correct …")
        custodian.fill(
            **{
                name.removeprefix("complainant_"): value
                for name, value in values.items()
            }
        )
        custodian.here.save()

    def act_join(self, role, names):
        """Add people who complain together with the first one, and speak for all."""
        for name in names:
            clerk = self.at_case(role).press("Add a Joint Complainant")
            clerk.fill(name=name, representative=True).press("Add the Person")

    def act_complete(self, role, **values):
        """Fill in what the register still lacks."""
        self.at_case(role).fill(**values).here.save()

    def act_name_respondent(self, role, **respondent):
        """A respondent becomes known."""
        clerk = self.at_case(role)
        clerk.here.add("respondent_ids", **self._respondent(respondent))
        clerk.here.save()

    def act_hand_in(self, role, name, text):
        """Put on file what somebody handed in, with the file."""
        clerk = self.at_case(role)
        file = (f"{name}.txt", text.encode())
        clerk.here.add("evidence_ids", name=name, attachment_ids=[file])
        clerk.here.save()

    def act_tell(self, role, note, person=None, hour=None):
        """Tell the result in person and record it."""
        clerk = self.at_case(role)
        for notice in self._waiting_papers(clerk, "result", None):
            clerk.here.row("notice_ids", id=notice).press("Record Service")
            clerk.fill(delivery="oral", note=note)
            if person:
                clerk.fill(person_name=person, hour=hour)
            clerk.press("Confirm")

    def act_name_post(self, role, post, who=None, **more):
        """Write down what post the respondent has, and that they work here.

        :param who: name of one of several
        """
        clerk = self.at_case(role)
        match = {"name": who} if who else None
        clerk.here.edit("respondent_ids", match, post=post, **more)
        clerk.here.save()

    def _check_untold(self, words):
        """What the case says of a complainant whom nobody can tell."""
        clerk = self.at_case("clerk").here
        found = clerk.value("untold_reason") if clerk.shows("untold_reason") else ""
        self.test.assertIn(words or "", found or "")
        self.test.assertEqual(bool(words), bool(found))

    # ----------------------------------------------------------------------
    # The investigation
    # ----------------------------------------------------------------------

    def act_inquire(self, role, **values):
        handler = self.at_case(role)
        handler.here.add("inquiry_ids", **values)
        handler.here.save()

    def act_hear(self, role, statement, who=None):
        """Write down what the respondent says; ``who`` is the name of one of several."""
        handler = self.at_case(role)
        handler.here.edit(
            "respondent_ids",
            {"name": who} if who else None,
            statement=statement,
            statement_date=fields.Date.today(),
        )
        handler.here.save()

    # ----------------------------------------------------------------------
    # The decision
    # ----------------------------------------------------------------------

    def act_draft(self, role, measures=(), everybody=False, **values):
        """Draft the decision; its measures are for the first respondent, or for all."""
        handler = self.at_case(role)
        people = self.ticket.respondent_ids
        people = people if everybody else people[:1]
        lines = [
            self._measure(code, person)
            for code in measures
            for person in (people or [people])
        ]
        handler.here.add("decision_ids", **values, measure_line_ids=lines)
        handler.here.save()

    def act_redraft(self, role, **values):
        """Word the draft of the decision otherwise."""
        handler = self.at_case(role)
        handler.here.edit("decision_ids", **values)
        handler.here.save()

    def _measure(self, code, respondent=None):
        """Return what is typed into the line of a measure."""
        measure = self.env.ref(f"{CORE}.measure_{code}")
        respondent = respondent or self.ticket.respondent_ids[:1]
        return {
            "measure_id": measure,
            **({"respondent_id": respondent} if respondent else {}),
        }

    def act_measure(self, role, code):
        """Add a measure to the draft."""
        handler = self.at_case(role)
        with handler.here.line("decision_ids", state="draft") as draft:
            draft.add("measure_line_ids", **self._measure(code))
        handler.here.save()

    def act_refer(self, role, measure, to):
        """Say in the draft which body a measure refers the matter to."""
        handler = self.at_case(role)
        measure = self.env.ref(f"{CORE}.measure_{measure}")
        with handler.here.line("decision_ids", state="draft") as draft:
            draft.edit("measure_line_ids", {"measure_id": measure}, note=to)
        handler.here.save()

    def act_try_measures(self, role, measures):
        """Try to decide on each measure alone, as this leader."""
        self.decided = []
        for code in measures:
            with self._undone():
                self.act_measure("handler", code)
                try:
                    self.step(self.at_case(role), "action_decide")
                except UserError:
                    continue
                in_force = self.ticket.decision_id.measure_line_ids.measure_id
                self.decided += in_force.mapped("code")

    # ----------------------------------------------------------------------
    # Papers
    # ----------------------------------------------------------------------

    def act_serve(self, role, addressee=None, kind="result", receipt=None):
        """Record the service of papers; this is the one place where a story does it.

        :param receipt: name of the signed receipt where they were handed over; they were
            posted otherwise
        """
        proof = {"delivery": "post", "note": "EMS 1024"}
        if receipt:
            scan = f"receipt of {receipt}".encode()
            proof = {"delivery": "hand", "attachment_ids": [(receipt, scan)]}
        self._let_papers_go()
        clerk = self.at_case(role)
        for notice in self._waiting_papers(clerk, kind, addressee):
            clerk.here.row("notice_ids", id=notice).press("Record Service")
            clerk.fill(**proof).press("Confirm")

    def act_refused(self, role, name, text, picture, witness):
        """Record that somebody did not take their paper, and who saw it."""
        self._let_papers_go()
        clerk = self.at_case(role)
        [found] = [
            row.values["id"]
            for row in clerk.here.rows("dispatch_ids")
            if (row.values["told_name"], row.values["state"]) == (name, "queued")
        ]
        clerk.here.row("dispatch_ids", id=found).press("Delivery Refused")
        clerk.fill(text=text, attachment_ids=[(picture, b"the witness's record")])
        clerk.fill(person_name=witness)
        clerk.press("Confirm")

    def act_put_up(self, role, text, picture):
        """Prove with a picture what had to be put up on the board of the staff."""
        self._let_papers_go()
        clerk = self.at_case(role)
        rows = [row.values for row in clerk.here.rows("dispatch_ids")]
        found = [
            row["id"]
            for row in rows
            if (row["channel"], row["state"]) == ("public", "queued")
        ]
        self.test.assertTrue(found, "nothing waits to be put up")
        self._begin_now(self.env["complaint.dispatch"].browse(found))
        for dispatch in found:
            clerk.here.row("dispatch_ids", id=dispatch).press("Prove Delivery")
            clerk.fill(text=text, attachment_ids=[(picture, b"the board")])
            clerk.press("Confirm")

    def _begin_now(self, records):
        """Let records begin at the story's time, which PostgreSQL's clock does not know."""
        self.env.flush_all()
        query = f"UPDATE {records._table} SET create_date = %s WHERE id = ANY(%s)"  # noqa: S608
        self.env.cr.execute(query, [fields.Datetime.now(), records.ids])
        records.invalidate_recordset(["create_date"])

    def _let_papers_go(self):
        """Let a custodian release what a secret case tells others, all with one press."""
        self.env.invalidate_all()
        held = self.ticket.notice_ids.filtered("held")
        if held:
            custodian = self.person("custodian")
            custodian.go("Notices")
            found = custodian.here.rows(ticket_id=self.ticket.number)
            custodian.press("Release", found & held)

    def _waiting_papers(self, clerk, kind, addressee):
        """Return the ids of papers that the list on the case shows as not served."""
        respondents = self.ticket.respondent_ids.mapped("name")
        rows = [
            row.values
            for row in clerk.here.rows("notice_ids")
            if (row.values["kind"], row.values["state"]) == (kind, "issued")
        ]
        found = [
            row["id"]
            for row in rows
            if addressee is None
            or (addressee == "respondent") == (row["addressee_name"] in respondents)
        ]
        self.test.assertTrue(found, f"no paper “{kind}” waits to be served")
        return found

    def _check_paper(self, papers):
        """OVERRIDE: words on the last paper of a kind, as somebody prints it."""
        for kind, words in papers.items():
            found = self.ticket.notice_ids.filtered(
                lambda item, of=kind: item.kind == of
            )
            self.test.assertTrue(found, f"no paper “{kind}”")
            paper = found.sorted("id")[-1]
            printer = self.person(self._who_prints(paper))
            printer.go("Notices").open(number=paper.number)
            printer.press("Print")
            text = " ".join(paper_text(printer.paper()).split())
            for word in words:
                self.test.assertIn(word, text)

    def _who_prints(self, paper):
        """Return the role that prints a paper: what the vault struck, nobody compares."""
        secret = self.ticket.confidentiality != "open"
        others = paper.addressee != "complainant"
        return "custodian" if secret and others else "clerk"
