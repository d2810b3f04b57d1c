from odoo import models

from ..tools import paper_text


class ComplaintNoticePaperHandling(models.AbstractModel):
    """What stands on the papers of extensions, transfers and mediation.

    延期告知, 转办单, 交办单, 催办通知, 调解协议书.
    """

    _name = "complaint.notice.paper.handling"
    _description = "Papers of the Handling of a Case"

    # ----------------------------------------------------------------------
    # Notice of extension; also why it takes longer where there is no cap (R04)
    # ----------------------------------------------------------------------

    def _paper_opening_extension(self):
        deadline = self.extension_id.deadline_id
        values = {
            "matter": self._paper_matter(),
            "date": self._paper_date(self.ticket_id.received_date),
            "rules": self._paper_rules(),
            "limit": deadline.name,
        }
        if self.extension_id.kind == "overrun":
            return [
                self.env._(
                    "We are handling the %(matter)s you brought to us on %(date)s under "
                    "%(rules)s. "
                    "The time limit “%(limit)s” is not enough. We go on until the matter "
                    "is settled.",
                    **values,
                )
            ]
        return [
            self.env._(
                "We are handling the %(matter)s you brought to us on %(date)s under "
                "%(rules)s. "
                "The time limit “%(limit)s” has been extended.",
                **values,
            )
        ]

    def _paper_facts_extension(self):
        extension = self.extension_id
        overrun = extension.kind == "overrun"
        new_label = self.env._("Expected by") if overrun else self.env._("New last day")
        return [
            (self.env._("Case number"), self.ticket_id.number),
            (self.env._("Matter"), self.ticket_id.name),
            (self.env._("Last day so far"), self._paper_due(extension.old_due_date)),
            (
                self.env._("Extended by"),
                not overrun and extension._format_quantity(),
            ),
            (new_label, self._paper_due(extension.new_due_date)),
        ]

    def _paper_sections_extension(self):
        extension = self.extension_id
        sections = [(self.env._("Reason"), paper_text.paragraphs(extension.reason))]
        if extension.kind == "extension":
            why = extension.deadline_id._explanation_sentences(self.lang)
            sections.append((self.env._("How the new last day is counted"), why))
        return sections

    def _paper_closing_extension(self):
        return [
            self.env._(
                "We ask for your patience. You may ask us at any time how far your "
                "%s has come.",
                self._paper_matter(),
            )
        ]

    # ----------------------------------------------------------------------
    # Slip that goes with a transfer
    # ----------------------------------------------------------------------

    def _paper_opening_transfer(self):
        rules = self._paper_rules()
        transfer = self.transfer_id
        if transfer.mode == "joint":
            text = self.env._(
                "Under %s we ask you to handle the following complaint together with us.",
                rules,
            )
        elif transfer.kind == "assignment":
            text = self.env._(
                "Under %s the following complaint is assigned to you. Please verify it, "
                "deal with it, and report the result.",
                rules,
            )
        elif transfer.kind == "handover":
            text = self.env._(
                "Under %s the following complaint is handed over to you; please go on "
                "with it.",
                rules,
            )
        else:
            text = self.env._(
                "Under %s we pass the following complaint to you, to whom it belongs. "
                "Please deal with it and tell us the result.",
                rules,
            )
        return [text]

    def _paper_facts_transfer(self):
        ticket, transfer = self.ticket_id, self.transfer_id
        return [
            *self._paper_facts_matter(),
            (self.env._("Received on"), self._paper_date(ticket.received_date)),
            (self.env._("Incident"), self._paper_incident()),
            (self.env._("Demand"), ticket.demand),
            (self.env._("Report back by"), self._paper_due(transfer.due_date)),
        ]

    def _paper_sections_transfer(self):
        ticket = self.ticket_id
        orders = ticket.instruction_ids.filtered(lambda item: item.state == "given")
        return [
            (
                self.env._("What is complained about"),
                paper_text.paragraphs(ticket._description_text()),
            ),
            (
                self.env._("Leader's instruction"),
                [
                    line
                    for order in orders.sorted("date")
                    for line in paper_text.paragraphs(order.text)
                ],
            ),
            (
                self.env._("What is asked of you"),
                paper_text.paragraphs(self.transfer_id.reason),
            ),
        ]

    def _paper_closing_transfer(self):
        lines = [
            self.env._(
                "Who complained is kept secret. This slip must not reach whom the "
                "complaint is about."
            )
        ]
        if self.transfer_id.kind != "handover":
            lines.append(
                self.env._(
                    "If the matter is not yours, return it with the reason instead of "
                    "passing it on."
                )
            )
        return lines

    # ----------------------------------------------------------------------
    # Urging notice
    # ----------------------------------------------------------------------

    def _paper_opening_urging(self):
        transfer = self.transfer_id
        return [
            self.env._(
                "On %(date)s we sent you the complaint %(number)s. We have not had your "
                "report yet.",
                date=self._paper_date(transfer.sent_date),
                number=self.ticket_id.number,
            ),
            self.env._("Please finish it and report the result by %s.", limit)
            if (limit := self._paper_due(self.transfer_id.limit_date))
            else self.env._("Please finish it and report the result at once."),
        ]

    def _paper_facts_urging(self):
        slip = self.transfer_id.notice_ids.filtered(
            lambda item: item.kind == "transfer"
        )
        return [
            *self._paper_facts_matter(),
            (self.env._("Our slip"), slip[:1].number),
            (
                self.env._("Urged before"),
                self.transfer_id.urging_count and str(self.transfer_id.urging_count),
            ),
        ]

    # ----------------------------------------------------------------------
    # Agreement that both sides sign
    # ----------------------------------------------------------------------

    def _paper_opening_agreement(self):
        return [
            self.env._(
                "Under %s both sides were brought together. They agree as follows.",
                self._paper_rules(),
            )
        ]

    def _paper_facts_agreement(self):
        session = self.mediation_id
        parties = session.party_ids.filtered(
            lambda item: item.role not in ("complainant", "respondent")
        )
        return [
            (self.env._("Case number"), self.ticket_id.number),
            (self.env._("Matter"), self.ticket_id.name),
            (self.env._("Held on"), self._paper_date(session.held_date)),
            (self.env._("Place"), session.place),
            (
                self.env._("Respondent"),
                "、".join(
                    self._paper_named(item) for item in self.ticket_id.respondent_ids
                ),
            ),
            (self.env._("Conducted by"), session.mediator_id.name),
            (
                self.env._("Also present"),
                "\n".join(item.display_name for item in parties),
            ),
        ]

    def _paper_sections_agreement(self):
        session = self.mediation_id
        day = session.perform_date
        lines = paper_text.paragraphs(session.agreement)
        if day:
            lines.append(
                self.env._(
                    "Both sides keep to this by %s.", self._paper_day(day, "full")
                )
            )
        return [(self.env._("Agreement"), lines)]

    def _paper_closing_agreement(self):
        return [
            self.env._(
                "Made in three copies: one for each side, one for the file. It takes "
                "effect once both sides have signed."
            )
        ]
