from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import format_list

from .complaint_transfer_urging import WAITING


class HelpdeskTicket(models.Model):
    """Cases that other bodies handle, or help to handle."""

    _inherit = "helpdesk.ticket"

    transfer_ids = fields.One2many("complaint.transfer", "ticket_id")
    allow_transfer = fields.Boolean(related="regulation_id.allow_transfer")
    waiting_transfer_count = fields.Integer(
        "With Other Bodies", compute="_compute_waiting_transfer_count"
    )

    @api.depends("transfer_ids.state")
    def _compute_waiting_transfer_count(self):
        for ticket in self:
            ticket.waiting_transfer_count = len(ticket._waiting_transfers())

    def _waiting_transfers(self):
        """Return the transfers that were sent and are not back yet."""
        return self.transfer_ids.filtered(lambda item: item.state == WAITING)

    def _returning_transfers(self):
        """Return the transfers of the current stay with other bodies."""
        return self.transfer_ids.filtered(
            lambda item: (
                item._case_step() == "transfer"
                and item.state in ("reported", "returned")
                and not item.settled
            )
        )

    # ----------------------------------------------------------------------
    # Gates
    # ----------------------------------------------------------------------

    def _gates_sending(self, step):
        """Yield what the drafts of a step lack."""
        if not self.regulation_id.allow_transfer and step != "hand_over":
            yield self.env._("%s knows no transfers.", self.regulation_id.name)
            return
        drafts = self._draft_transfers(step)
        if not drafts:
            yield self.env._("There is no draft to send: add a transfer first.")
        for draft in drafts:
            yield from draft._gates_send()

    def _gates_assignment(self):
        """R03: major matters and those a leader had assigned get a date."""
        if not self.regulation_id.gate_assign_major:
            return
        ordered = any(
            item.state == "given" and item.handling == "assign"
            for item in self.instruction_ids
        )
        loose = self._draft_transfers("transfer").filtered(
            lambda item: item.kind != "assignment"
        )
        if loose and (self.is_major or ordered):
            yield self.env._(
                "This matter is assigned, with a date to report back, not just "
                "transferred."
            )

    def _gates_report_back(self):
        for transfer in self._waiting_transfers().filtered(
            lambda item: item._case_step() == "transfer"
        ):
            yield self.env._("%s has not reported back yet.", transfer.target_name)

    def _draft_transfers(self, step):
        """Return the drafts that a step sends."""
        return self.transfer_ids.filtered(
            lambda item: item.state == "draft" and item._case_step() == step
        )

    def _transfer_counts(self, without=()):
        """Return ``{case: how often it was passed on}``.

        :param without: transfers that do not count
        """
        counts = defaultdict(int)
        for ticket in self:
            counts[ticket] = len(
                ticket.transfer_ids.filtered(
                    lambda item: (
                        item._case_step() == "transfer"
                        and item not in without
                        and item.state not in ("draft", "cancelled")
                    )
                )
            )
        return counts

    # ----------------------------------------------------------------------
    # What follows
    # ----------------------------------------------------------------------

    def _after_transfer(self):
        sent = self._draft_transfers("transfer")
        sent._send()
        self._tell_transferred(sent)

    def _after_involve(self):
        sent = self._draft_transfers("involve")
        sent._send()
        self._tell_transferred(sent)

    def _tell_transferred(self, transfers):
        """Tell the complainants to whom their matter was sent, where the text says so."""
        for ticket in self.filtered("regulation_id.tell_transfer"):
            office = ticket.with_context(lang=ticket._paper_lang())
            bodies = transfers.filtered(lambda item, own=ticket: item.ticket_id == own)
            office._tell_complainant(
                office.env._(
                    "Your matter %(number)s was sent to %(bodies)s, which will handle it.",
                    number=ticket.number,
                    bodies=format_list(office.env, bodies.mapped("target_name")),
                ),
                "tell",
                "informed",
            )

    def _after_hand_over(self):
        self._draft_transfers("hand_over")._send()

    def _after_report_back(self):
        """What was reported is the start of the findings."""
        for ticket in self:
            transfers = ticket._returning_transfers()
            reports = transfers.filtered("report").sorted("report_date")
            if not ticket.findings:
                text = "\n\n".join(
                    f"{item.target_name}: {item.report}" for item in reports
                )
                ticket._write_step({"findings": text})
            transfers._settle()

    def _after_take_back(self):
        """The limits for the report end: nobody owes one any more."""
        self._returning_transfers()._settle()
        going = self._going_clocks().filtered(
            lambda item: item.end_event == "reported_back"
        )
        going._cancel(dict.fromkeys(going, fields.Datetime.now()))

    def _call_off_transfers(self):
        """Who ends a case calls its transfers off."""
        self.transfer_ids._cancel()
