from ast import literal_eval
from contextlib import suppress

from odoo import models
from odoo.exceptions import UserError

from ..tools.mail_report import refusal
from .complaint_dispatch_delivery import Undelivered


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
        if not notice or notice.pdf_attachment_id.res_model == "complaint.identity":
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
        """Return SMTP options that ask for a report of delivery, where one is needed."""
        if self.duty != "serve" or not smtp.has_extn("dsn"):
            return [], []
        return ["RET=HDRS"], ["NOTIFY=SUCCESS,FAILURE,DELAY"]

    # ----------------------------------------------------------------------
    # Reports
    # ----------------------------------------------------------------------

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
