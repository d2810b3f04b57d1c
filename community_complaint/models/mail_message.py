import re

from markupsafe import Markup

from odoo import api, models

from ..tools.append_only import MESSAGE_CONTENT
from ..tools.local_html import local_html
from ..tools.passes import Pass

#: What the queue of mails does to the messages it sends.
_queue = Pass("mail_queue")


class MailMessage(models.Model):
    """What was written on the file of a complaint is neither edited nor deleted.

    Nor is it made up beside ``message_post`` (THREATS 31).
    """

    _name = "mail.message"
    _inherit = ["mail.message", "complaint.on.file.mixin"]

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: by RPC, too, people write on a complaint in their own name."""
        tickets = self.env["helpdesk.ticket"]
        forged = {
            vals["res_id"]
            for vals in vals_list
            if vals.get("model") == tickets._name and vals.get("res_id")
            # cheap, and nearly always false
            if not self.env.su and tickets._is_forged(vals)
        }
        if forged and tickets._case_ids(tickets._name, forged):
            raise tickets._forgery_error()
        return super().create([self._without_remote(vals) for vals in vals_list])

    @api.model
    def _without_remote(self, vals):
        """Return values of a message whose text loads nothing from elsewhere, on a case."""
        body = vals.get("body")
        local = isinstance(body, str) and local_html(str(body))
        tickets = self.env["helpdesk.ticket"]
        if (
            not local
            or local == body
            or vals.get("model") != tickets._name
            or not tickets._case_ids(tickets._name, [vals.get("res_id") or 0])
        ):
            return vals
        return {**vals, "body": Markup(local) if isinstance(body, Markup) else local}

    def write(self, vals):
        """OVERRIDE: guard the content, whoever writes."""
        if not vals.keys() & MESSAGE_CONTENT:
            return super().write(vals)
        if _queue and (kept := self._on_file()):
            # the queue repeats what it sends on the message, maybe in other words
            rest = {key: vals[key] for key in vals.keys() - MESSAGE_CONTENT}
            super(MailMessage, kept).write(rest)
            return super(MailMessage, self - kept).write(vals)
        self._check_not_on_file("write")
        return super().write(vals)

    def unlink(self):
        """OVERRIDE: nothing of a complaint is deleted; sent mails stay as messages."""
        if _queue:
            return super(MailMessage, self - self._on_file()).unlink()
        self._check_not_on_file("unlink")
        return super().unlink()


_TRACKING_PICTURE = re.compile(r"<img[^>]*data-odoo-tracking-email=[^>]*>")


class MailMail(models.Model):
    """The queue sends messages and forgets; it neither changes nor deletes them."""

    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: mails leave out who is excluded from the case they are about.

        Templates and the composer make them with all rights, for whoever may read it.
        """
        tickets = self.env["helpdesk.ticket"]
        tickets._check_mails(vals_list)
        with _queue:
            mails = super().create(vals_list)
            for mail in mails.filtered("recipient_ids"):
                barred = tickets._barred_partners(mail.model, [mail.res_id])
                mail.recipient_ids -= barred
        return mails

    def write(self, vals):
        """OVERRIDE: under which id a mail left is noted; its message keeps its own."""
        if vals.keys() & MESSAGE_CONTENT != {"message_id"}:
            return super().write(vals)
        with _queue:
            return super().write(vals)

    def unlink(self):
        """OVERRIDE: see the class."""
        with _queue:
            return super().unlink()

    def _prepare_outgoing_list(self, *args, **kwargs):
        """OVERRIDE: no add-on keeps whom the office wrote to, nor watches them read.

        That of OCA (``mail_tracking``) keeps address and subject of every mail in a table
        that all employees read, and puts a picture into the mail.
        """
        emails = super()._prepare_outgoing_list(*args, **kwargs)
        if "mail.tracking.email" in self.env and self._is_of_office():
            # sudo: mail.tracking.email - a copy that nobody may have
            rows = self.env["mail.tracking.email"].sudo()
            rows.search([("mail_id", "in", self.ids)]).unlink()
            for email in emails:
                email["body"] = _TRACKING_PICTURE.sub("", email["body"] or "")
        return emails

    def _is_of_office(self):
        """Return whether a mail is about a case, or from a desk that takes complaints."""
        paths = self.env["helpdesk.ticket"]._case_paths()
        return self.model in paths or "X-Auto-Response-Suppress" in (self.headers or "")


class MailTrackingValue(models.Model):
    """What changed on a complaint, and from what to what, stays."""

    _inherit = "mail.tracking.value"

    def write(self, vals):
        """OVERRIDE: guard them as their messages."""
        self.mail_message_id._check_not_on_file("write")
        return super().write(vals)

    def unlink(self):
        """OVERRIDE: guard them as their messages."""
        self.mail_message_id._check_not_on_file("unlink")
        return super().unlink()
