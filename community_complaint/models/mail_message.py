from odoo import api, models

from ..tools.append_only import MESSAGE_CONTENT
from ..tools.passes import Pass

#: What the queue of mails does to the messages it sends.
_queue = Pass("mail_queue")


class MailMessage(models.Model):
    """What was written on the file of a complaint is neither edited nor deleted.

    Nor is it made up beside ``message_post`` (THREATS 31).
    """

    _inherit = "mail.message"

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

    def _on_file(self):
        """Return the messages that belong to complaints."""
        # sudo: mail.message - whether something is on file is no matter of rights
        messages = self.sudo().filtered(lambda item: item.model and item.res_id)
        kept = self.browse()
        for model, items in messages.grouped("model").items():
            cases = self.env["helpdesk.ticket"]._case_ids(model, items.mapped("res_id"))
            kept |= items.filtered(lambda item, cases=cases: item.res_id in cases)
        # sudo: mail.message - back to the rights of the caller
        return kept.sudo(self.env.su)

    def _check_not_on_file(self, operation):
        """Check that no message belongs to a complaint.

        :raise AccessError: first, so that nobody learns what is on file
        :raise UserError: if one does
        """
        self.check_access(operation)
        # sudo: mail.message - see above
        self.env["helpdesk.ticket"]._check_not_on_file(
            (message.model, message.res_id) for message in self.sudo()
        )


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
