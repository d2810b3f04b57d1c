from odoo import fields, models

from ..tools.mail_report import read_report
from ..tools.roles import CUSTODIAN


class ComplaintInboundMailReport(models.AbstractModel):
    """What servers report of the office's own mails, and whose word counts.

    Who got a mail of ours knows its Message-Id: by that a report finds it, and nothing
    more. A report counts by itself if a server vouches for it, see
    ``complaint.dispatch._is_vouched``. Where any other says that a mail was lost a person
    is asked; until they say so nothing changes (THREATS 32).
    """

    _name = "complaint.inbound.mail.report"
    _description = "Reports of Mail Servers"

    dispatch_id = fields.Many2one(
        "complaint.dispatch",
        "Message It Is About",
        readonly=True,
        index="btree_not_null",
    )

    # ----------------------------------------------------------------------
    # Sorting
    # ----------------------------------------------------------------------

    def _decide_report(self, head, content):
        """Return ``(state, reason)`` of what a mail server seems to say on a case."""
        report = read_report(content)
        doubted = self._reported(content).filtered(
            lambda item: item.state == "sent" and not item._is_vouched(report, head)
        )
        if report.fate != "failed" or not doubted or self._is_asked(doubted):
            return "automatic", "machine"
        self.dispatch_id = doubted[:1]
        return "held", "report"

    def _reported(self, content):
        """Return the dispatches of the case whose mail is named in some bytes."""
        nonces = [nonce for _case, nonce in self._own_mails(content)]
        return self.env["complaint.dispatch"].search(
            [
                ("reference", "in", nonces),
                ("ticket_id", "=", self.ticket_id.id),
                ("channel", "=", "email"),
            ]
        )

    def _is_asked(self, dispatches):
        """Return whether somebody is asked already what became of these."""
        return bool(
            self.search_count(
                [("dispatch_id", "in", dispatches.ids), ("state", "=", "held")], limit=1
            )
        )

    def _take_report(self, head):
        """Tell the dispatches what a server says of their mails; what else came back is
        a person's.
        """
        content = self._bytes()
        report = read_report(content)
        known = self._reported(content)
        for dispatch in known:
            if dispatch._is_vouched(report, head):
                dispatch._take_mail_report(report)
        if not known and report.fate == "failed" and not head.forged:
            self.ticket_id._remind_of_mail(
                self.env._("An e-mail to the complainant could not be delivered")
            )

    # ----------------------------------------------------------------------
    # A person is asked. EXPOSED API
    # ----------------------------------------------------------------------

    def action_not_arrived(self):
        """Say that the mails did not arrive: they are told another way.

        A clock that one of them ended runs again, due when it was due.
        """
        return self._take("not_arrived")

    def action_ignore(self):
        """Say that nobody need believe these reports; they stay on file."""
        return self._take("ignore")

    def _gates_not_arrived(self):
        yield from self._gates_ignore()
        # sudo: complaint.dispatch - what became of it
        if self.reason == "report" and self.sudo().dispatch_id.state != "sent":
            yield self.env._("What became of this message is known by now: ignore it.")

    def _gates_ignore(self):
        case = self.ticket_id
        custodian = self.env.user.has_group(CUSTODIAN)
        case.check_access("read" if custodian else "write")
        if self.reason != "report":
            yield self.env._("This is no report on a message of the office.")
        elif case.confidentiality != "open" and not custodian:
            yield self.env._(
                "Who complained is kept secret: an identity custodian looks at it."
            )

    def _after_not_arrived(self):
        for mail in self:
            # sudo: complaint.inbound.mail - the office's service reads the report
            kept = mail.sudo()
            kept.dispatch_id._take_mail_report(read_report(kept._bytes()))
            mail._finish("mail_lost")

    def _after_ignore(self):
        for mail in self:
            mail._finish("mail_ignored")
