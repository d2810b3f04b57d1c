from odoo import api, fields, models

from ..tools.duties import BY_HAND, met
from ..tools.notice_kinds import KINDS


class ComplaintNoticeIssuing(models.AbstractModel):
    """How papers are issued: numbered, printed, frozen, and put on their way."""

    _name = "complaint.notice.issuing"
    _description = "Issuing of Notices"

    @api.model
    def _kinds(self):
        """Return ``{kind: Kind}``, see ``tools/notice_kinds.py``; other addons add theirs."""
        return KINDS

    @api.model
    def _issue(self, tickets, kind, addressees, **extra):
        """Issue notices of a kind for many cases.

        :param addressees: function of a ticket that gives ``[(addressee, respondent)]``
        :param extra: more values of the notices, for other addons
        :return: the notices
        """
        vals_list = []
        for ticket in tickets:
            for addressee, respondent in addressees(ticket):
                vals_list.append(
                    {
                        "ticket_id": ticket.id,
                        "kind": kind,
                        "addressee": addressee,
                        "respondent_id": respondent.id,
                        "issued_date": fields.Datetime.now(),
                        "issued_by_id": self.env.uid,
                        "lang": ticket._paper_lang(),
                        **extra,
                    }
                )
        return self._issue_vals(vals_list)

    @api.model
    def _issue_vals(self, vals_list):
        """Issue notices with these values, in order: numbers, then frozen papers."""
        notices = self._create_sealed("issue", vals_list)
        with notices._unseal("issue"):
            # sudo: complaint.notice - steps issue notices; nobody writes them by hand
            issued = notices.sudo()
            issued._take_numbers()
            issued._freeze()
        self.env["complaint.dispatch"]._queue_notices(
            notices.filtered(lambda notice: notice._is_dispatched())
        )
        notices.filtered(lambda notice: not notice.held)._go_out()
        return notices

    def _go_out(self):
        """Do what follows when papers leave: at once, or when they are released."""
        self.transfer_id._hand_over(self.filtered("transfer_id"))
        self.filtered(lambda notice: notice._is_for_all_staff())._circulate()

    def _has_left(self):
        """Return whether one of these papers left the office, or was handed over."""
        # sudo: complaint.dispatch - only how far it is
        return any(
            met("tell", item.channel, item.state)
            for item in self.sudo().dispatch_ids
            if item.notice_id.state != "void"
        )

    def _is_dispatched(self):
        """Return whether one paper goes to somebody outside the office."""
        return self.addressee in ("complainant", "respondent", "body", "superior")

    def _prepare_enclosed_vals(self):
        """Return how one paper goes out, and with what, as values of its dispatch.

        EXTENSION POINT.
        """
        chosen = self.transfer_id.delivery
        return {"channel": chosen} if chosen in BY_HAND else {}

    def _take_numbers(self):
        """Give official numbers, without gaps per company, kind and year."""
        Counter = self.env["complaint.counter"]
        series = self.grouped(
            lambda notice: (
                notice.company_id,
                notice.ticket_id.regulation_id.prefix,
                notice.kind,
                notice.ticket_id._office_date(notice.issued_date).year,
            )
        )
        for (company, prefix, kind, year), notices in series.items():
            numbers = Counter._next(
                company, f"notice/{prefix}/{kind}", year, len(notices)
            )
            for notice, number in zip(notices, numbers, strict=True):
                notice.number = notice.ticket_id.regulation_id._format_notice_number(
                    self._mark(kind), year, number
                )

    @api.model
    def _mark(self, kind):
        """Return the mark of a kind in its official number."""
        return self._kinds()[kind].mark
