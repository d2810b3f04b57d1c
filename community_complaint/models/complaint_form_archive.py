from odoo import api, models

from ..tools import paper_pdf


class ComplaintForm(models.AbstractModel):
    """Archive cover and contents (卷宗封面、卷宗目录), follow-up sheet."""

    _inherit = "complaint.form"

    # ----------------------------------------------------------------------
    # Cover and contents
    # ----------------------------------------------------------------------

    @api.model
    def _form_pages_archive(self, tickets):
        return [
            page
            for ticket in tickets
            for page in (
                self.env["ir.qweb"]._render(
                    "community_complaint.form_cover", self._cover(ticket)
                ),
                self.env["ir.qweb"]._render(
                    "community_complaint.form_contents", self._contents(ticket)
                ),
            )
        ]

    def _cover(self, ticket):
        """Return the values of the cover of one case's file."""
        hide = self._hide(ticket)
        rules = ticket.regulation_id
        years = rules.archive_years
        closed = ticket.closed_date
        facts = [
            (self.env._("Case number"), ticket.number),
            (self.env._("Matter"), ticket.name),
            (self.env._("Kind of complaint"), ticket.type_id.name),
            (self.env._("Complainant"), self._complainant(ticket)),
            (self.env._("Respondent"), self._value_respondent(ticket)),
            (self.env._("Handler"), ticket.user_id.name),
            (
                self.env._("Received on"),
                self._day(ticket._office_date(ticket.received_date)),
            ),
            (
                self.env._("Closed on"),
                closed and self._day(ticket._office_date(closed)),
            ),
            (self.env._("Result"), self._result(ticket).split("\n")[0]),
            (
                self.env._("Kept for"),
                self.env._("%s years", years) if years else self.env._("ever"),
            ),
        ]
        return {
            "lang": self._html_lang(),
            "office": ticket.company_id.name,
            "title": self.env._("Complaint File"),
            "rules": rules.name,
            "secrecy": self._label(ticket, "confidentiality"),
            "facts": [(label, hide(value) or "") for label, value in facts],
        }

    def _contents(self, ticket):
        """Return the values of the list of contents of one case's file."""
        hide = self._hide(ticket)
        entries = sorted(self._entries(ticket), key=lambda entry: entry[0])
        return {
            "lang": self._html_lang(),
            "office": ticket.company_id.name,
            "title": self.env._("Contents of the File"),
            "number": ticket.number,
            "rows": [
                (self._day(day), hide(name), number or "", pages or "")
                for day, name, number, pages in entries
            ],
        }

    def _entries(self, ticket):
        """Yield ``(day, document, number, pages)`` of one file; add-ons add theirs."""
        yield (
            ticket._office_date(ticket.received_date),
            ticket.regulation_id.form_title or self._kinds()["registration"],
            ticket.number,
            None,
        )
        notices = ticket.notice_ids.filtered(lambda item: item.state != "void")
        for notice in notices.sorted("id"):
            # sudo: ir.attachment - who reads the notice may know how long it is
            content = notice.sudo().pdf_attachment_id.raw
            yield (
                ticket._office_date(notice.issued_date),
                f"{self._label(notice, 'kind')} ({self._addressee(notice)})",
                notice.number,
                content and paper_pdf.page_count(content),
            )
        for evidence in ticket.evidence_ids:
            label = self.env._("Evidence: %s", evidence.name)
            yield evidence.received_date, label, None, None
        for records, date, name in self._dated_parts(ticket):
            for record in records:
                yield ticket._office_date(record[date]), name(record), None, None

    def _addressee(self, notice):
        """Return to whom a notice is, under the reader's rights."""
        if notice.addressee == "complainant":
            return self._complainant(notice.ticket_id)
        return notice.addressee_name

    def _dated_parts(self, ticket):
        """Return ``[(records, field of the moment, function of its title)]``."""
        return [
            (
                ticket.inquiry_ids,
                "date",
                lambda item: self.env._("Inquiry: %s", self._label(item, "kind")),
            ),
            (
                ticket.instruction_ids.filtered("date"),
                "date",
                lambda item: self.env._("Leader's instruction"),
            ),
            (
                ticket.transfer_ids.filtered("report_date"),
                "report_date",
                lambda item: self.env._("Report of %s", item.target_name),
            ),
            (
                ticket.mediation_ids.filtered("held_date"),
                "held_date",
                lambda item: self.env._("Minutes: %s", self._label(item, "kind")),
            ),
            (
                ticket.decision_ids.filtered("decided_date"),
                "decided_date",
                lambda item: self.env._("Decision %s", item.version),
            ),
        ]

    # ----------------------------------------------------------------------
    # Follow-up sheet
    # ----------------------------------------------------------------------

    @api.model
    def _form_pages_follow_up(self, tickets):
        return [
            self.env["ir.qweb"]._render(
                "community_complaint.form_follow_up", self._follow_up(ticket)
            )
            for ticket in tickets
        ]

    def _follow_up(self, ticket):
        """Return the values of one follow-up sheet: what was asked, and empty lines."""
        hide = self._hide(ticket)
        rounds = [
            [
                (self.env._("Due on"), item.due_date and self._day(item.due_date)),
                (self.env._("Done on"), item.date and self._day(item.date)),
                (self.env._("How"), self._label(item, "way")),
                (self.env._("Done by"), item.user_id.name),
                (self.env._("The matter is"), self._label(item, "solved")),
                (self.env._("How they take it"), self._label(item, "result")),
                (self.env._("Mark for the office"), self._label(item, "score")),
                (self.env._("What was said"), hide(item.note)),
            ]
            for item in ticket.follow_up_ids.filtered(
                lambda item: item.state != "skipped"
            )
        ]
        facts = [
            (self.env._("Case number"), ticket.number),
            (self.env._("Matter"), ticket.name),
            (self.env._("Complainant"), self._complainant(ticket)),
            (self.env._("Result"), self._result(ticket)),
        ]
        return {
            "lang": self._html_lang(),
            "office": ticket.company_id.name,
            "title": self._kinds()["follow_up"],
            "facts": [(label, hide(value) or "") for label, value in facts],
            "rounds": rounds,
            "blank": [label for label, _value in self._follow_up_labels()]
            if not rounds
            else [],
        }

    def _follow_up_labels(self):
        """Return the lines of a round that is to be filled in by hand."""
        return [
            (self.env._("Done on"), ""),
            (self.env._("How"), ""),
            (self.env._("Done by"), ""),
            (self.env._("The matter is"), ""),
            (self.env._("How they take it"), ""),
            (self.env._("Mark for the office"), ""),
            (self.env._("What was said"), ""),
        ]


class HelpdeskTicket(models.Model):
    """Buttons of the forms."""

    _inherit = "helpdesk.ticket"

    def action_print_form(self):
        """Show the registration forms of cases."""
        return self.env["complaint.form"]._open("registration", self)

    def action_print_register(self):
        """Show the register of cases."""
        return self.env["complaint.form"]._open("register", self)

    def action_print_archive(self):
        """Show covers and contents of the files of cases."""
        return self.env["complaint.form"]._open("archive", self)

    def action_print_follow_up(self):
        """Show the follow-up sheets of cases."""
        return self.env["complaint.form"]._open("follow_up", self)
