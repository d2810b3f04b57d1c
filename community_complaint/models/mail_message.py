from odoo import api, models

from ..tools.append_only import MESSAGE_CONTENT
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
        return super().create(vals_list)

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


class MailMail(models.Model):
    """The queue sends messages and forgets; it neither changes nor deletes them."""

    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: mails leave out who is excluded from the case they are about."""
        tickets = self.env["helpdesk.ticket"]
        with _queue:
            mails = super().create(vals_list)
            for mail in mails.filtered("recipient_ids"):
                barred = tickets._barred_partners(mail.model, [mail.res_id])
                mail.recipient_ids -= barred
        return mails

    def unlink(self):
        """OVERRIDE: see the class."""
        with _queue:
            return super().unlink()


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
