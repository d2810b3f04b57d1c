import re

from markupsafe import Markup

from odoo import api, models

from ..tools.append_only import MESSAGE_CONTENT
from ..tools.changes import on
from ..tools.local_html import local_html
from ..tools.passes import Pass

#: What the queue of mails does to the messages it sends.
_queue = Pass("mail_queue")


class MailMessage(models.Model):
    """What was written on the file of a complaint is neither edited nor deleted.

    Nor is it made up beside ``message_post`` (THREATS 31).
    """

    _name = "mail.message"
    _inherit = ["complaint.on.file.mixin", "mail.message"]

    _on_file_content = MESSAGE_CONTENT
    _guards = {"_check_own_name": on(made=True)}

    @api.model
    def _check_own_name(self, vals):
        """Check that people write on a complaint in their own name, by RPC, too."""
        tickets = self.env["helpdesk.ticket"]
        if (
            vals.get("model") == tickets._name
            and vals.get("res_id")
            # cheap, and nearly always false
            and not self.env.su
            and tickets._is_forged(vals)
            and tickets._case_ids(tickets._name, [vals["res_id"]])
        ):
            raise tickets._forgery_error()

    @api.model
    def _clean_vals(self, vals):
        """OVERRIDE: see :meth:`_without_remote`."""
        return self._without_remote(vals)

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

    def _guard_file(self, vals):
        """OVERRIDE: the queue leaves what is on file alone by itself, see below."""
        return None if _queue else super()._guard_file(vals)

    def write(self, vals):
        """OVERRIDE: the queue repeats what it sends on the message, in other words."""
        kept = self.browse()
        if _queue and vals.keys() & MESSAGE_CONTENT and (kept := self._on_file()):
            rest = {key: vals[key] for key in vals.keys() - MESSAGE_CONTENT}
            super(MailMessage, kept).write(rest)
        return super(MailMessage, self - kept).write(vals)

    def unlink(self):
        """OVERRIDE: sent mails stay as messages."""
        kept = self._on_file() if _queue else self.browse()
        return super(MailMessage, self - kept).unlink()


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

    _name = "mail.tracking.value"
    _inherit = ["complaint.change.mixin", "mail.tracking.value"]

    _guards = {"_guard_message": on(every=True, removed=True)}

    def _guard_message(self, vals):
        """Guard them as their messages; the queue changes none."""
        operation = "unlink" if vals is None else "write"
        self.mail_message_id._check_not_on_file(operation)
