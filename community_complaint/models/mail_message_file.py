from odoo import api, models

from ..tools.append_only import MESSAGE_CONTENT
from ..tools.passes import Pass

#: What the queue of mails does to the messages it sends.
_queue = Pass("mail_queue")


class MailMessage(models.Model):
    """What was written on the file of a complaint is neither edited nor deleted."""

    _name = "mail.message"
    _inherit = ["mail.message", "complaint.on.file.mixin"]

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
        """OVERRIDE: see the class."""
        with _queue:
            return super().create(vals_list)

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
