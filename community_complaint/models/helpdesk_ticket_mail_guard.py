from markupsafe import Markup, escape

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import email_normalize

from ..tools.steps import DRAFT
from .helpdesk_ticket_mail import GATEWAY

#: Subtypes that say who wrote to whom; only the office's own ways give them.
RESERVED_SUBTYPES = (
    "community_complaint.mt_from_complainant",
    "community_complaint.mt_to_complainant",
)
#: Types of messages that no person writes.
_OTHER_TYPES = frozenset({"auto_comment", "email", "email_outgoing", "out_of_office"})
#: What a person cannot say about a message of theirs.
_NOT_BY_HAND = frozenset(
    {"author_guest_id", "create_date", "date", "incoming_email_cc", "incoming_email_to"}
)


class HelpdeskTicket(models.Model):
    """Who may write on a complaint, as whom, and who gets to read it (THREATS 7, 31).

    The base lets readers post, lets staff post in the name of others, and sends what is
    posted to whomever is mentioned.
    """

    _inherit = "helpdesk.ticket"

    # ----------------------------------------------------------------------
    # Writing
    # ----------------------------------------------------------------------

    def message_post(self, **kwargs):
        """OVERRIDE: nobody posts on a complaint in the name of somebody else.

        :raise AccessError: if somebody tries
        """
        self._check_message(kwargs)
        return super().message_post(**self._with_neutral_subject(kwargs))

    def message_notify(self, **kwargs):
        """OVERRIDE: see :meth:`message_post`."""
        self._check_message(kwargs)
        return super().message_notify(**self._with_neutral_subject(kwargs))

    def _with_neutral_subject(self, vals):
        """Return arguments of a message whose subject is the bare number (THREATS 5).

        The subject of a message is that of its mails. Another one that somebody gave
        becomes the first line.
        """
        # sudo: helpdesk.ticket - whether this is a complaint, whoever asks
        ticket = self.sudo()
        if len(ticket) != 1 or not ticket.is_complaint:
            return vals
        subject, body = vals.get("subject"), escape(vals.get("body") or "")
        if subject and ticket.number not in subject:
            body = Markup("<p><b>%s</b></p>%s") % (subject, body)
        return {**vals, "subject": ticket.number, "body": body}

    def _check_message(self, vals):
        """Check what somebody wants to write on complaints."""
        # sudo: helpdesk.ticket - whether this is a complaint, whoever asks
        if any(ticket.phase == DRAFT for ticket in self.sudo()):
            raise UserError(self.env._("This is a draft. Register it first."))
        if any(ticket.is_complaint for ticket in self.sudo()) and self._is_forged(vals):
            raise self._forgery_error()

    @api.model
    def _check_mails(self, vals_list):
        """Check mails that are made beside ``message_post``: each is a message on file.

        :param vals_list: values of ``mail.mail``; those of a message that is there are
            that message's
        :raise AccessError: of who may not write on the case, or in somebody else's name
        """
        about = [
            vals
            for vals in vals_list
            if vals.get("model") == self._name and not vals.get("mail_message_id")
        ]
        if not about or self.env.uid == SUPERUSER_ID:
            return
        cases = self._case_ids(self._name, [vals.get("res_id") or 0 for vals in about])
        if not cases:
            return
        # sudo: helpdesk.ticket - taken away: the rights of the person who has them made
        person = self.sudo(False)
        person.browse(cases).check_access("write")
        for vals in about:
            if vals.get("res_id") in cases and person._is_forged(
                {**vals, "message_type": "comment"}
            ):
                raise self._forgery_error()

    def _track_template(self, tracking):
        """OVERRIDE: of a complaint nobody is told by a stage's mail, but by a dispatch."""
        # sudo: helpdesk.ticket - whether this is a complaint, whoever asks
        if self.sudo()[:1].is_complaint:
            return {}
        return super()._track_template(tracking)

    @api.model
    def _forgery_error(self):
        return AccessError(
            self.env._("You write on a complaint in your own name only.")
        )

    @api.model
    def _is_forged(self, vals):
        """Tell whether a message claims to be somebody else's than the user's.

        :param vals: values of a ``mail.message``, or arguments of ``message_post``
        """
        if self.env.context.get("complaint_gateway") is GATEWAY:
            return False
        xmlid = self.env["ir.model.data"]._xmlid_to_res_id
        if vals.get("subtype_xmlid") in RESERVED_SUBTYPES or vals.get("subtype_id") in [
            xmlid(name) for name in RESERVED_SUBTYPES
        ]:
            return True
        if self.env.su:
            return False
        partner, sender = self.env.user.partner_id, vals.get("email_from")
        return (
            vals.get("author_id") not in (None, False, partner.id)
            or bool(sender and email_normalize(sender) != partner.email_normalized)
            or vals.get("message_type") in _OTHER_TYPES
            or any(vals.get(name) for name in _NOT_BY_HAND)
        )

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """OVERRIDE: who may only read a complaint writes nothing on it."""
        result = super()._mail_get_operation_for_mail_message_operation(
            message_operation
        )
        if message_operation == "create":
            # sudo: helpdesk.ticket - whether this is a complaint, whoever asks
            for ticket in self.sudo().exists().filtered("is_complaint"):
                result[ticket.sudo(self.env.su)] = "write"
        return result

    # ----------------------------------------------------------------------
    # Notifications by mail
    # ----------------------------------------------------------------------

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """OVERRIDE: who may not read a complaint is told nothing, follower or not."""
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        # sudo: helpdesk.ticket - whether this is a complaint, whoever asks
        if len(self) != 1 or not self.sudo().is_complaint:
            return recipients
        # sudo: res.partner - their users, to ask for their rights
        partners = (
            self.env["res.partner"].sudo().browse(data["id"] for data in recipients)
        )
        readers = partners.filtered(
            lambda partner: any(
                not user.share and self.with_user(user).has_access("read")
                for user in partner.user_ids
            )
        )
        return [data for data in recipients if data["id"] in readers.ids]

    def _notify_by_email_get_base_mail_values(
        self, message, recipients_data, additional_values=None
    ):
        """OVERRIDE: the head of a notification tells nothing but the number (THREATS 5)."""
        values = super()._notify_by_email_get_base_mail_values(
            message, recipients_data, additional_values=additional_values
        )
        # sudo: helpdesk.ticket - whether this is a complaint, whoever asks
        if len(self) == 1 and self.sudo().is_complaint:
            values["references"] = message.message_id
        return values

    def _notify_by_email_get_headers(self, headers=None):
        """OVERRIDE: no names and addresses of customers, no names of records."""
        headers = super()._notify_by_email_get_headers(headers)
        # sudo: helpdesk.ticket - whether this is a complaint, whoever asks
        if len(self) == 1 and self.sudo().is_complaint:
            for name in ("X-Msg-To-Add", "X-Odoo-Objects"):
                headers.pop(name, None)
        return headers
