from ast import literal_eval
from contextlib import suppress

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import consteq

from ..tools.kept import office_hmac
from ..tools.mail_report import refusal
from .complaint_dispatch_delivery import Undelivered

_SCOPE = "community_complaint.mail envelope"
#: Under which names servers write.
_SERVER_NAMES = ("mailer-daemon", "postmaster")


class ComplaintDispatchEmail(models.AbstractModel):
    """The channel e-mail.

    A mail is made from the vault, handed to the server and forgotten, all in one go: no
    row ever holds an address, whether it is taken, refused, or the process is killed in
    between. In that last case it is sent again, under the same Message-Id.
    """

    _name = "complaint.dispatch.email"
    _inherit = ["complaint.dispatch.text"]
    _description = "E-mail Channel"

    def _deliver_email(self, bare=None):
        """Mail one dispatch.

        :param bare: whether without content; by default as the case asks for
        :raise Undelivered: if the server does not take it
        """
        dispatch = self._in_their_language()
        address = dispatch._address_of("email", dispatch._vals_of_addressee())
        if not address:
            raise Undelivered(dispatch.env._("There is no e-mail address."), final=True)
        if bare is None:
            bare = dispatch._is_bare()
        dispatch._hand_to_mail_server(dispatch._make_mail(address, bare))

    # ----------------------------------------------------------------------
    # The message
    # ----------------------------------------------------------------------

    def _make_mail(self, address, bare):
        """Return the mail of one dispatch as ``email.message.EmailMessage``."""
        head = self.ticket_id._prepare_outgoing_mail(
            automatic=self.duty == "acknowledge" or bool(self.alarm),
            nonce=self.reference,
        )
        if not head["email_from"]:
            raise Undelivered(
                self.env._("The office has no e-mail address of its own."), final=True
            )
        domain = self.env["mail.alias.domain"].browse(head["record_alias_domain_id"])
        # sudo: mail.alias.domain - the office's own addresses
        bounce = domain.sudo().bounce_email or self.ticket_id.company_id.bounce_email
        headers = literal_eval(head["headers"])
        if bounce:
            headers["Return-Path"] = bounce
        return self.env["ir.mail_server"]._build_email__(
            email_from=head["email_from"],
            email_to=[address],
            subject=head["subject"],
            body="\n\n".join(self._message_lines(bare, self._make_link())),
            reply_to=head["reply_to"],
            attachments=[] if bare else self._mail_files(),
            message_id=head["message_id"],
            headers=headers,
        )

    def _mail_files(self):
        """Return what is attached, ``[(name, bytes, mimetype)]``: files and the paper.

        :raise Undelivered: if the paper is not the one that was issued
        """
        # sudo: ir.attachment - who queued it could read them
        files = [
            (self._told_file_name(file), file.raw or b"", file.mimetype)
            for file in self.file_ids.sudo()
        ]
        # sudo: complaint.notice - as above
        notice = self.notice_id.sudo()
        if not notice or notice._is_locked_away():
            return files
        [content], changed = notice._frozen_papers()
        if changed or not content:
            notice._log_changed_papers()
            raise Undelivered(
                self.env._("The paper is not the one that was issued."), final=True
            )
        return [*files, (notice._paper_file_name(), content, "application/pdf")]

    # ----------------------------------------------------------------------
    # The server
    # ----------------------------------------------------------------------

    def _hand_to_mail_server(self, message):
        """Hand a mail to the office's mail server.

        The base's own way logs what the server says, the address with it.

        :raise Undelivered: if it is not taken
        """
        # sudo: ir.mail_server - its password is used, not shown
        servers = self.env["ir.mail_server"].sudo()
        try:
            smtp = servers._connect__(smtp_from=message["From"])
        except (OSError, UserError):
            raise Undelivered(
                self.env._("The mail server cannot be reached."), down=True
            ) from None
        sender, recipients, message = servers._prepare_email_message__(message, smtp)
        if smtp is None:
            # tests send nothing, see ir.mail_server._disable_send
            return
        smtp.set_debuglevel(0)
        try:
            smtp.send_message(message, sender, recipients, *self._ask_for_report(smtp))
        except OSError as error:
            final, code = refusal(error)
            raise Undelivered(
                self.env._("The mail server did not take it: %s", code or "–"), final
            ) from None
        finally:
            # what was taken is taken
            with suppress(OSError):
                smtp.quit()

    def _ask_for_report(self, smtp):
        """Return SMTP options: what reports name the mail by, and where one is needed."""
        if not smtp.has_extn("dsn"):
            return [], []
        envelope = f"ENVID={self._envelope()}"
        if self.duty != "serve":
            return [envelope], []
        return [envelope, "RET=HDRS"], ["NOTIFY=SUCCESS,FAILURE,DELAY"]

    def _envelope(self):
        """Return what tells servers one mail from another, and nobody else (RFC 3461).

        Reports name it; unlike the Message-Id it is not in the mail, so who only got the
        mail does not know it.
        """
        # sudo: ir.config_parameter - the secret of the office, not shown
        return office_hmac(self.env(su=True), _SCOPE, self.reference)[:32]

    # ----------------------------------------------------------------------
    # Reports
    # ----------------------------------------------------------------------

    def _is_vouched(self, report, head):
        """Return whether a server that had the mail of one dispatch says what a report says.

        It names the address that the mail went to, and either knows what only servers
        were told of it, or comes from the postmaster of that address's own domain, as the
        office's mail server confirmed.

        :param report: ``tools.mail_report.Report``
        :param head: ``tools.mail_header.Head`` of the mail that brought it
        """
        address = self._mailed_address()
        if not address or address not in report.recipients:
            return False
        if report.envelope and consteq(
            report.envelope.encode(), self._envelope().encode()
        ):
            return True
        name, _at, server = head.sender.partition("@")
        domain = address.partition("@")[2]
        return (
            head.proven
            and name in _SERVER_NAMES
            and f".{server}".endswith(f".{domain}")
        )

    def _mailed_address(self):
        """Return the address that the mail of one dispatch went to; used, not shown.

        :return: ``False`` if it is not known: the server lacks its key, for example
        """
        if self.ticket_id._lacks_key():
            return False
        vals = self._vals_of_addressee()
        # sudo: complaint.identity - when it was changed, the address is not shown
        person = self.sudo()._person_of(vals)
        moved = "contact_changed_date" in person and person.contact_changed_date
        if moved and self.sent_date and self.sent_date < moved:
            vals["to_former"] = True
        return self._address_of("email", vals)

    def _take_mail_report(self, report):
        """Do what a server's report on the mail of one dispatch asks for.

        Whether a mail was delayed changes nothing; what was read was not lost.

        :param report: ``tools.mail_report.Report``
        :return: whether it changed something
        """
        if self.state != "sent":
            return False
        office = self.with_context(lang=self.ticket_id._paper_lang())
        if report.fate == "failed":
            reason = office.env._("The e-mail came back: %s", report.code or "–")
            self._do_step("fail", reason)
        elif report.fate == "delivered":
            self._do_step("deliver")
        return report.fate in ("failed", "delivered")
