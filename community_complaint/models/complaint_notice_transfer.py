from odoo import api, fields, models

from ..tools import paper_text

#: Marks of these papers in their official numbers.
_MARKS = {"transfer": "转", "urging": "催"}


class ComplaintNotice(models.Model):
    """Slips that go with a transfer, and urging notices (转办单、交办单、催办通知)."""

    _inherit = "complaint.notice"

    kind = fields.Selection(
        selection_add=[("transfer", "Transfer slip"), ("urging", "Urging notice")],
        ondelete={"transfer": "cascade", "urging": "cascade"},
    )
    addressee = fields.Selection(
        selection_add=[("body", "Department or other body")],
        ondelete={"body": "cascade"},
    )
    delivery = fields.Selection(
        selection_add=[("fax", "Fax"), ("oa", "Office network")],
        ondelete={"fax": "set null", "oa": "set null"},
    )
    transfer_id = fields.Many2one(
        "complaint.transfer", readonly=True, index="btree_not_null"
    )

    @api.depends("transfer_id")
    def _compute_addressee_name(self):
        """OVERRIDE: the other body."""
        bodies = self.filtered(lambda item: item.addressee == "body")
        for notice in bodies:
            notice.addressee_name = notice.transfer_id._paper_addressee()
        return super(ComplaintNotice, self - bodies)._compute_addressee_name()

    @api.model
    def _mark(self, kind):
        return _MARKS.get(kind) or super()._mark(kind)

    def _paper_titles(self):
        return {
            **super()._paper_titles(),
            "transfer": self.transfer_id._paper_title(),
            "urging": self.env._("Urging Notice"),
        }

    # ----------------------------------------------------------------------
    # Slip
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
            (
                self.env._("Report back by"),
                transfer.due_date and self._paper_day(transfer.due_date, "full"),
            ),
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
    # Urging
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
            if (limit := self._paper_limit())
            else self.env._("Please finish it and report the result at once."),
        ]

    def _paper_limit(self):
        day = self.transfer_id.limit_date
        return day and self._paper_day(day, "full")

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
