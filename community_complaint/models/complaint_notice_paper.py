import hashlib
import re

from odoo import api, models
from odoo.tools import format_date, format_list
from odoo.tools.urls import urljoin

from ..tools import finder, paper_pdf, paper_text
from ..tools.clock import GOING

#: End events of the time limits whose clause of the text a paper names.
_CLAUSE_EVENTS = {
    "voucher": ("accept_told", "accepted"),
    "refusal": ("refuse_told", "refused", "accept_told", "accepted"),
    "answer": ("replied",),
    "result": ("served", "notified", "decided"),
}


class ComplaintNoticePaper(models.AbstractModel):
    """What stands on a paper and how it is printed.

    EXTENSION POINTS: a kind of notice has its row in ``_kinds`` and brings
    ``_paper_opening_<kind>`` (sentences), ``_paper_facts_<kind>`` (``[(label, value)]``),
    ``_paper_sections_<kind>`` (``[(heading, [lines])]``) and ``_paper_closing_<kind>``
    (sentences). The paper of a respondent asks for ``…_<kind>_respondent`` instead and
    never for the complainant's, unless it is alike for everybody. ``_paper_appeal`` tells
    what to do against it.
    """

    _name = "complaint.notice.paper"
    _description = "Paper of a Notice"

    # ----------------------------------------------------------------------
    # Printing
    # ----------------------------------------------------------------------

    def _render_paper(self):
        """Return the PDF of one notice, in the notice's language."""
        self.ensure_one()
        return self._render_papers()[0]

    def _render_papers(self):
        """Return the PDFs of notices as list of bytes, each in its own language.

        :raise UserError: if papers cannot be printed on this server, or the server cannot
            read who complained
        """
        Report = self.env["ir.actions.report"]
        open_cases = self.ticket_id.filtered(
            lambda case: case.confidentiality == "open"
        )
        # sudo: complaint.identity - read at once, each paper asks for its own as before
        open_cases.sudo().identity_ids._check_readable()
        contents = Report._print_papers([notice._paper_page() for notice in self])
        return self._number_pages(contents)

    def _paper_page(self):
        """Return the HTML of one notice."""
        # sudo: complaint.notice - the paper shows what it must, whoever issues it
        notice = self.sudo().with_context(lang=self.lang)
        html = notice.env["ir.qweb"]._render(
            "community_complaint.paper", notice._paper_values()
        )
        return paper_text.self_contained(html)

    def _number_pages(self, contents):
        """Put number and page on every page of the papers that have several."""
        counts = [paper_pdf.page_count(content) for content in contents]
        long = [index for index, count in enumerate(counts) if count > 1]
        if not long:
            return contents
        pages = [
            paper_text.self_contained(
                self.env["ir.qweb"]._render(
                    "community_complaint.paper_page_numbers",
                    {"notice": self[index], "count": counts[index]},
                )
            )
            for index in long
        ]
        overlays = self.env["ir.actions.report"]._print_papers(pages, top="8mm")
        for index, overlay in zip(long, overlays, strict=True):
            contents[index] = paper_pdf.stamp(contents[index], overlay)
        return contents

    # ----------------------------------------------------------------------
    # Frozen papers
    # ----------------------------------------------------------------------

    def _frozen_papers(self):
        """Return the papers as issued, and the notices whose files were changed.

        :return: ``(list of bytes in order of the notices, changed notices)``
        """
        # sudo: ir.attachment - who may read a notice may read its paper
        attachments = self.sudo().pdf_attachment_id
        attachments.fetch(["store_fname", "db_datas"])
        contents, changed = [], self.browse()
        for notice in self:
            # sudo: ir.attachment - fetched above, for who may read the notice
            kept = notice.sudo()
            content = kept.pdf_attachment_id.raw or b""
            if hashlib.sha256(content).hexdigest() != kept.sha256:
                changed |= notice
            contents.append(content)
        return contents, changed

    def _log_changed_papers(self):
        """Note on the cases that files are not those that were issued."""
        for ticket, notices in self.grouped("ticket_id").items():
            # sudo: helpdesk.ticket - the note is the system's, whoever looked
            ticket.sudo()._message_log(
                body=self.env._(
                    "The file of %s is not the one that was issued: its hash differs. "
                    "It was not shown.",
                    ", ".join(notices.mapped("number")),
                )
            )

    def _paper_file_name(self):
        """Return the name of a file with these papers."""
        if len(self) == 1:
            name = self.number
        elif len(self.ticket_id) == 1:
            name = self.ticket_id.number
        else:
            name = self.env._("Papers")
        return re.sub(r"[^\w〔〕().-]+", "-", f"{name}.pdf")

    # ----------------------------------------------------------------------
    # What stands on a paper
    # ----------------------------------------------------------------------

    def _paper_values(self):
        """Return the values of the template ``paper``, all of them plain text."""
        self.ensure_one()
        hide = self._paper_redactor()
        return {
            "notice": self,
            "lang": (self.lang or "en_US").replace("_", "-"),
            "title": self._paper_title(),
            "office": self._paper_office(),
            "addressee": self._paper_addressed_to(),
            "opening": self._paper_part("opening"),
            "facts": [
                (label, hide(value))
                for label, value in self._paper_part("facts")
                if value
            ],
            "sections": [
                (heading, [hide(line) for line in lines])
                for heading, lines in self._paper_part("sections")
                if lines
            ],
            "deadlines": [
                {**item, "why": hide(item["why"])}
                for item in self._paper_part("deadlines")
            ],
            "limits": self._paper_part("limits"),
            "appeal": self._paper_appeal(),
            "between": "" if (self.lang or "").startswith("zh") else " ",
            "closing": self._paper_part("closing"),
            "signatories": self._paper_signatories(),
            "link": self._paper_link(),
            "issued": self._paper_date(self.issued_date),
        }

    def _paper_part(self, part):
        """Return a part of the paper, see the class; empty if there is none."""
        kind = self._kinds()[self.kind]
        apart = self.addressee == "respondent" and not kind.alike
        name = (
            f"_paper_{part}_{kind.parts or self.kind}{'_respondent' if apart else ''}"
        )
        return getattr(self, name, list)()

    def _kind_label(self):
        """Return what a paper of one's kind is called, by the text if it has a name."""
        if self.kind == "voucher" and self.ticket_id.regulation_id.voucher_title:
            return self.ticket_id.regulation_id.voucher_title
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return kinds.get(self.kind, "")

    def _paper_title(self):
        """Return the title of one paper; other addons may name theirs."""
        title = self._kinds()[self.kind].title
        rules = self.ticket_id.regulation_id
        own = {"voucher": rules.voucher_title, "result": rules.result_title}
        if own.get(self.kind):
            return own[self.kind]
        if not title:
            return self.transfer_id._paper_title()
        return self.env._(title)

    def _paper_signatories(self):
        """Return who signs the paper besides the office."""
        return [self.env._(label) for label in self._kinds()[self.kind].signatories]

    def _paper_appeal(self):
        """Return sentences on how to appeal; other addons add theirs."""
        return []

    def _paper_office(self):
        """Return the letterhead: name, address, phone and e-mail of the office."""
        company = self.company_id
        parts = [company.street, company.street2, company.city]
        if (self.lang or "").startswith("zh"):
            address = "".join(filter(None, [company.city, *parts[:2]]))
        else:
            address = ", ".join(filter(None, parts))
        return {
            "name": company.name,
            "size": self._paper_name_size(company.name),
            "address": address,
            "phone": company.phone,
            "email": company.email,
        }

    @api.model
    def _paper_name_size(self, name):
        """Return the size of the office's name in points, so that it fits one line."""
        width = sum(1 if ord(char) > 0x2E7F else 0.55 for char in name)
        return int(min(30, max(14, 560 / max(width, 1))))

    def _paper_link(self):
        """Return address and QR code of the complainant's page of the case.

        Nothing in it is secret: who opens it has to log in. The paper of a respondent
        leads nowhere.
        """
        if self.addressee != "complainant":
            return None
        ticket = self.ticket_id
        url = urljoin(ticket.get_base_url(), f"/my/complaints/{ticket.number}")
        size, path = paper_text.qr_path(url)
        return {"url": url, "size": size, "path": path}

    # ----------------------------------------------------------------------
    # Acceptance voucher
    # ----------------------------------------------------------------------

    def _paper_opening_voucher(self):
        return [
            self.env._(
                "We received your %(matter)s on %(date)s and have accepted it under "
                "%(rules)s.",
                matter=self._paper_matter(),
                date=self._paper_date(self.ticket_id.received_date),
                rules=self._paper_rules(),
            )
        ]

    def _paper_facts_voucher(self):
        ticket = self.ticket_id
        return [
            *self._paper_facts_matter(),
            (
                self.env._("Complained about"),
                format_list(
                    self.env,
                    [self._paper_named(item) for item in ticket.respondent_ids],
                    lang_code=self.lang,
                ),
            ),
            (self.env._("Incident"), self._paper_incident()),
            (self.env._("Demand"), ticket.demand),
            (self.env._("Accepted on"), self._paper_date(ticket.accepted_date)),
            (self.env._("Handling plan"), ticket.handling_plan),
        ]

    def _paper_deadlines_voucher(self):
        return self._paper_deadlines()

    def _paper_limits_voucher(self):
        return self._paper_limits()

    def _paper_closing_voucher(self):
        return [
            self.env._(
                "Please keep this paper. Give the case number whenever you ask about "
                "your %s.",
                self._paper_matter(),
            )
        ]

    # ----------------------------------------------------------------------
    # Non-acceptance, answer on the spot
    # ----------------------------------------------------------------------

    def _paper_opening_refusal(self):
        return [
            self.env._(
                "We received your %(matter)s on %(date)s. We examined it under %(rules)s "
                "and cannot accept it.",
                matter=self._paper_matter(),
                date=self._paper_date(self.ticket_id.received_date),
                rules=self._paper_rules(),
            )
        ]

    def _paper_facts_refusal(self):
        return self._paper_facts_matter()

    def _paper_sections_refusal(self):
        lines = paper_text.paragraphs(self.ticket_id.refusal_reason)
        return [(self.env._("Reason"), lines)]

    def _paper_opening_answer(self):
        return [
            self.env._(
                "We received your %(matter)s on %(date)s and answered it at once under "
                "%(rules)s.",
                matter=self._paper_matter(),
                date=self._paper_date(self.ticket_id.received_date),
                rules=self._paper_rules(),
            )
        ]

    def _paper_facts_answer(self):
        return self._paper_facts_matter()

    def _paper_sections_answer(self):
        lines = paper_text.paragraphs(self.ticket_id.on_spot_answer)
        came = self._paper_label(self.ticket_id, "opinion_result")
        return [
            (self.env._("What came of your suggestion"), came),
            (self.env._("Answer"), lines),
        ]

    # ----------------------------------------------------------------------
    # Result, to the complainant
    # ----------------------------------------------------------------------

    def _paper_opening_result(self):
        return [
            self.env._(
                "Under %(rules)s we have looked into the %(matter)s you brought to us on "
                "%(date)s. This is the result.",
                matter=self._paper_matter(),
                date=self._paper_date(self.ticket_id.received_date),
                rules=self._paper_rules(),
            )
        ]

    def _paper_facts_result(self):
        return [
            *self._paper_facts_matter(),
            (self.env._("Demand"), self.ticket_id.demand),
        ]

    def _paper_sections_result(self):
        decision = self._paper_decision()
        return [
            (self.env._("Conclusion"), self._paper_label(decision, "conclusion")),
            (
                self.env._("Facts and reasons"),
                paper_text.paragraphs(decision.reasons),
            ),
            (self.env._("Legal basis"), paper_text.paragraphs(decision.legal_basis)),
            (
                self.env._("Measures"),
                self._paper_measures(decision.measure_line_ids, named=True),
            ),
        ]

    # ----------------------------------------------------------------------
    # Result, to a respondent: nothing on the complainant or on other respondents
    # ----------------------------------------------------------------------

    def _paper_opening_result_respondent(self):
        return [
            self.env._(
                "A %(matter)s that concerns you was looked into under %(rules)s. This is "
                "the result as far as it concerns you.",
                matter=self._paper_matter(),
                rules=self._paper_rules(),
            )
        ]

    def _paper_facts_result_respondent(self):
        ticket = self.ticket_id
        return [
            (self.env._("Case number"), ticket.number),
            (self.env._("Kind of %s", self._paper_matter()), ticket.type_id.name),
            (self.env._("Respondent"), self._paper_named(self.respondent_id)),
        ]

    def _paper_sections_result_respondent(self):
        decision = self._paper_decision()
        respondent = self.respondent_id
        alone = len(self.ticket_id.respondent_ids) == 1
        finding = self._paper_label(respondent, "finding")
        reasons = paper_text.paragraphs(respondent.finding_note)
        if alone:
            finding = finding or self._paper_label(decision, "conclusion")
            reasons = reasons or paper_text.paragraphs(decision.reasons)
        measures = decision.measure_line_ids.filtered(
            lambda line: line.respondent_id == respondent
        )
        return [
            (self.env._("Finding"), finding),
            (self.env._("Facts and reasons"), reasons),
            (
                self.env._("Measures"),
                self._paper_measures(measures) or [self.env._("None.")],
            ),
        ]

    def _paper_closing_result_respondent(self):
        return [
            self.env._(
                "Whoever complains or bears witness must not suffer for it; retaliation "
                "is a breach of duty of its own."
            )
        ]

    # ----------------------------------------------------------------------
    # Building blocks
    # ----------------------------------------------------------------------

    def _paper_matter(self):
        """Return what the text calls such a matter, as sentences speak of it."""
        return self.ticket_id._matter_word()

    def _paper_facts_matter(self):
        """Return the facts by which a complainant knows the complaint again."""
        ticket, matter = self.ticket_id, self._paper_matter()
        return [
            (self.env._("Case number"), ticket.number),
            (self.env._("Matter"), ticket.name),
            (self.env._("Kind of %s", matter), ticket.type_id.name),
            (self.env._("Way of %s", matter), ticket.channel_id.name),
        ]

    def _paper_incident(self):
        """Return day and place of the incident."""
        ticket = self.ticket_id
        day = ticket.incident_date
        parts = [day and self._paper_day(day), ticket.incident_place]
        return " · ".join(filter(None, parts))

    def _paper_named(self, respondent):
        """Return a respondent's name and post."""
        if not respondent.post:
            return respondent.name
        return self._paper_aside(respondent.name, respondent.post)

    def _paper_aside(self, text, aside):
        return self.env._("%(text)s (%(aside)s)", text=text, aside=aside)

    def _paper_decision(self):
        """Return the decision the notice tells: the one in force."""
        decisions = self.ticket_id.decision_ids
        return decisions.filtered(lambda item: item.state == "in_force")[:1]

    @api.model
    def _paper_label(self, record, name):
        """Return ``[label]`` of a selection's value, nothing if there is none."""
        value = record[name]
        labels = dict(record._fields[name]._description_selection(self.env))
        return [labels[value]] if value else []

    def _paper_measures(self, lines, named=False):
        """Return measures as sentences.

        :param named: name the respondents the measures are for
        """
        measures = []
        for line in lines:
            text = line.measure_id.name
            if named and line.respondent_id:
                text = self._paper_aside(text, line.respondent_id.name)
            if line.note:
                text = self.env._("%(text)s: %(note)s", text=text, note=line.note)
            measures.append(text)
        return measures

    def _paper_deadlines(self):
        """Return the running clocks a resident may know: name, date, why that date."""
        clocks = self._paper_clocks()
        space = "" if (self.lang or "").startswith("zh") else " "
        return [
            {
                "name": deadline.name,
                "date": self._paper_day(deadline.due_date, "full")
                if deadline.due_date
                else self.env._("on hold"),
                "why": space.join(deadline._explanation_sentences(self.lang)),
            }
            for deadline in clocks.sorted(lambda item: (not item.due, item.due or item))
        ]

    def _paper_clocks(self):
        """Return the running clocks a resident may know, as ``complaint.deadline``.

        Those of parts of the case, such as a transfer's, are the office's own affair.
        """
        return self.ticket_id.deadline_ids.filtered(
            lambda item: (
                item.state in GOING
                and not item.source_model
                and not item.internal
                and not item.is_window
                and not item.problem
            )
        )

    def _paper_limits(self):
        """Return the time limits still to come: name and how long, from when."""
        ticket = self.ticket_id
        started = ticket.deadline_ids.policy_id
        events = dict(started._selection_events())
        specs = started._match(ticket, events.keys() - {"reopened"})
        policies = (
            started.browse(spec.id for spec, _case in specs) - started
        ).filtered(lambda item: not item.internal and not item.is_window)
        return [
            (
                policy.name,
                self.env._(
                    "%(quantity)s from: %(event)s",
                    quantity=policy._format_length(),
                    event=policy._begins_with(),
                ),
            )
            for policy in policies
        ]

    def _paper_rules(self):
        """Return the regulation and the clause the paper rests on."""
        clause = self._paper_clause()
        rules = self.env._("“%s”", self.ticket_id.regulation_id.name)
        if not clause:
            return rules
        if clause[0].isdigit():
            clause = self.env._("clause %s", clause)
        return self.env._("%(rules)s, %(clause)s", rules=rules, clause=clause)

    def _paper_clause(self):
        """Return the clause a paper of this kind rests on, if the text has one."""
        if self.kind == "extension":
            return self.extension_id.deadline_id.clause
        events = _CLAUSE_EVENTS.get(self.kind, ())
        policies = self.ticket_id.regulation_id.sla_policy_ids.filtered(
            lambda item: item.clause and not item._ends().isdisjoint(events)
        )
        return policies[:1].clause

    def _paper_date(self, moment):
        """Return the office's date of a moment (naive UTC) in words."""
        return moment and self._paper_day(self.ticket_id._office_date(moment))

    def _paper_day(self, day, style="long"):
        """Return a date in words, with the day of the week if ``style`` is ``full``."""
        return format_date(self.env, day, self.lang, style)

    def _paper_due(self, day):
        """Return a last day in words, if there is one."""
        return day and self._paper_day(day, "full")

    # ----------------------------------------------------------------------
    # Who must not be named
    # ----------------------------------------------------------------------

    def _paper_redactor(self):
        """Return a function that takes the complainant out of people's own words.

        Papers for a respondent never name the complainant. What is written to who
        complains is on file as it was typed.
        """
        ticket = self.ticket_id
        if self.addressee == "complainant":
            return paper_text.clean
        if ticket._leaves_unnamed(self.addressee):
            return ticket._leaving_redactor()
        secrets = ticket._identity_secrets()
        return finder.redactor(secrets, self.env._("[complainant]"))

    def _paper_addressed_to(self):
        """Return to whom the paper goes; what was typed there names no complainant."""
        ticket, name = self.ticket_id, self.addressee_name
        if self.addressee != "body" or not ticket._leaves_unnamed("body"):
            return name
        return ticket._leaving_redactor(anybody=False)(name)
