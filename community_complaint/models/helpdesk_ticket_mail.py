import secrets

from odoo import fields, models
from odoo.tools import format_list, plaintext2html

from ..tools.arguments import choice, many, takes, text
from ..tools.steps import FINISHED_PHASES

#: Marks messages of the office's own ways; nobody can send this from outside.
GATEWAY = object()
#: What a message to the complainant means to the clocks, by its duty.
_MEANS = {"acknowledge": "acknowledged", "tell": "informed", "answer": "answered"}


class HelpdeskTicket(models.Model):
    """Messages between the office and the complainant, by mail and portal.

    EXPOSED API: :meth:`_post_from_complainant`, :meth:`action_write_to_complainant`.
    What arrives by mail is sorted by ``complaint.inbound.mail``.
    """

    _inherit = "helpdesk.ticket"

    tell_by = fields.Selection(
        [
            ("email", "E-mail"),
            ("sms", "Text message"),
            ("portal", "Portal"),
            ("phone", "Phone"),
            ("post", "By mail"),
            ("hand", "At the office"),
        ],
        string="Wants to Be Told by",
        help="Empty: by e-mail or text message where there is an address.",
    )

    by_mail = fields.Boolean(
        "Came by Message",
        readonly=True,
        copy=False,
        help="The desk's own mailbox, or its number, took it: that is the way it came, "
        "also under a text that does not list it.",
    )

    # ----------------------------------------------------------------------
    # Messages
    # ----------------------------------------------------------------------

    def _post_from_complainant(self, text, evidence=None, note=None):
        """Add what the complainant wrote; the author is nobody in particular.

        :param text: plain text
        :param evidence: ``complaint.evidence`` of the files sent along, see
            :meth:`_keep_mailed`; the message shows its clean copies
        :param note: a remark of the office's service above the text
        """
        self.ensure_one()
        # sudo: helpdesk.ticket - the complainant's own words, the caller checked whose
        return (
            self.sudo()
            ._as_received()
            .message_post(
                body=self._sent_body(text, evidence, note),
                attachment_ids=evidence.attachment_ids.ids if evidence else [],
                author_id=self.env["ir.model.data"]._xmlid_to_res_id(
                    "community_complaint.partner_complainant"
                ),
                email_from=False,
                message_type="comment",
                subtype_xmlid="community_complaint.mt_from_complainant",
            )
        )

    def _post_from_somebody(self, text, evidence=None):
        """Add what somebody other than the complainant mailed, as a note.

        :param text: plain text
        :param evidence: see :meth:`_post_from_complainant`
        """
        self.ensure_one()
        remark = self.env._("E-mail of somebody other than the complainant:")
        # sudo: helpdesk.ticket - the caller checked who may add it
        return (
            self.sudo()
            ._as_received()
            .message_post(
                body=self._sent_body(text, evidence, remark),
                attachment_ids=evidence.attachment_ids.ids if evidence else [],
                subtype_xmlid="mail.mt_note",
            )
        )

    def _as_received(self):
        """Return the case ready for what came from outside.

        Pictures are not scaled (THREATS 38).
        """
        return self.with_context(complaint_gateway=GATEWAY, image_no_postprocess=True)

    @takes(
        body=text,
        attachment_ids=many("ir.attachment"),
        duty=choice("complaint.dispatch", "duty"),
        channel=choice("complaint.dispatch", "channel"),
    )
    def action_write_to_complainant(
        self, body, attachment_ids=None, duty="tell", channel=None
    ):
        """Write to the complainant: shown in the portal, and told outside.

        :param body: plain text
        :param duty: key of ``tools.duties.MEETS``; an answer ends other clocks than a
            word on how far it is
        :param channel: see ``complaint.dispatch``, the best one by default
        """
        self.ensure_one()
        self.check_access("write")
        self._check_told(self._prepare_told_vals("complainant"), body, channel)
        self._check_brake()
        message = self.with_context(complaint_gateway=GATEWAY).message_post(
            body=plaintext2html(body),
            attachment_ids=attachment_ids.ids if attachment_ids else [],
            message_type="comment",
            subtype_xmlid="community_complaint.mt_to_complainant",
        )
        duty = duty if duty in _MEANS else "tell"
        event = _MEANS[duty]
        self._tell_complainant(body, duty, event, message.attachment_ids, channel)
        return True

    # ----------------------------------------------------------------------
    # Outgoing mail
    # ----------------------------------------------------------------------

    def _tell_complainant(self, text, duty, event=None, files=None, channel=None):
        """Tell the complainants of cases something by their best channels.

        :param text: plain text
        :param event: what it means to the clocks once it is told
        :param files: attachments to send along
        :param channel: the best one by default
        :return: the ``complaint.dispatch`` records
        """
        message = self._prepare_message_vals(text, files, channel)
        return self.env["complaint.dispatch"]._queue(
            [
                {
                    "ticket_id": ticket.id,
                    "addressee": "complainant",
                    "duty": duty,
                    "event": event,
                    **message,
                }
                for ticket in self
                if not ticket._is_untold()
            ]
        )

    def _prepare_outgoing_mail(self, automatic, nonce=None):
        """Return the head of a mail of the office: nothing in it tells of anybody.

        The subject is the bare number. The Message-Id leads answers back and, unlike the
        base's, names neither the server nor the person; there are no ``References``.

        :param automatic: nobody wrote it, so nobody's machine should answer
        :param nonce: random part of the Message-Id, 16 hexadecimal digits
        """
        self.ensure_one()
        domain = (
            self.team_id.alias_id.alias_domain_id or self.company_id.alias_domain_id
        )
        gate = self.env["complaint.inbound.mail"]
        nonce = nonce or secrets.token_hex(8)
        return {
            "subject": self.number,
            **self.team_id._prepare_office_mail(automatic),
            "message_id": gate._make_message_id(self.id, nonce, domain.name),
        }

    def _acknowledge(self):
        """Tell the senders of new cases their number, once."""
        for ticket in self:
            office = ticket.with_context(lang=ticket._paper_lang())
            text = office.env._(
                "We have received your complaint. Its number is %(number)s. Please give "
                "it whenever you write to us. We will tell you whether we accept it.",
                number=ticket.number,
            )
            text = "\n\n".join(filter(None, (text, office.evidence_ids._held_line())))
            ticket._tell_complainant(text, "acknowledge", "acknowledged")

    def _tell_ways(self, desk, address):
        """Tell who wrote to a desk whose text knows no e-mail which ways there are."""
        office = self.with_context(lang=self._paper_lang())
        rules = desk.regulation_id.with_env(office.env)
        text = office.env._(
            "Thank you for your e-mail. Under “%(rules)s” complaints are made in these "
            "ways: %(ways)s. We keep your e-mail and tell you whether we accept it; you may "
            "also use one of these ways.",
            rules=rules.name,
            ways=format_list(office.env, rules.channel_ids.mapped("name")),
        )
        # sudo: res.company - the letterhead
        company = desk.sudo().company_id
        where = filter(None, (company.name, company.street, company.phone))
        return office._mail_from_desk(desk, address, "\n".join((text, "", *where)))

    def _acknowledge_ordered(self):
        """Acknowledge new cases whose text sets a limit for that."""
        policies = self.env["complaint.sla.policy"]
        self.filtered(
            lambda case: "acknowledged" in policies._events(case.regulation_id.id)
        )._acknowledge()

    def _acknowledge_burst(self, desk, address):
        """Tell somebody who sent many mails that they are looked at together, once."""
        text = self.env._(
            "We have received several e-mails from you. We will look at them together; "
            "you need not send them again."
        )
        return self._mail_from_desk(desk, address, text)

    def _mail_from_desk(self, desk, address, text):
        """Mail somebody what concerns no case, so that no machine answers."""
        # sudo: mail.mail - the queue
        return (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    "subject": desk.company_id.name,
                    **desk._prepare_office_mail(automatic=True),
                    "body_html": plaintext2html(text),
                    "email_to": address,
                }
            )
        )

    # ----------------------------------------------------------------------
    # The gateway
    # ----------------------------------------------------------------------

    def _take_mail(self, desk, head, mail, received_date, way="email", remark=None):
        """Make a case of a mail and acknowledge it.

        :param head: ``tools.mail_header.Head``
        :param mail: ``tools.mail_reader.Mail``
        :param received_date: when it arrived; the time limits start then
        :param way: ``"email"`` or ``"sms"``
        :param remark: what people should know about its coming
        """
        vals = desk._prepare_mail_case(head, mail, way)
        ticket = self.create({**vals, "received_date": received_date})
        listed = ticket.regulation_id._channel_of(way)
        true_way = listed or self.env.ref(f"community_complaint.channel_{way}")
        ticket._write_sealed("mailed", {"channel_id": true_way.id, "by_mail": True})
        evidence = ticket._keep_mailed(mail)
        remarks = filter(None, (remark, ticket._mail_remark(mail)))
        remark = "\n".join(remarks) or None
        # nobody asks what a case that is made this moment has already
        new = ticket.with_context(complaint_first_words=True)
        new._post_from_complainant(mail.text, evidence, remark)
        if not (head.automatic or head.forged):
            ticket._acknowledge()
            if way == "email" and not listed and head.sender:
                ticket._tell_ways(desk, head.sender)
        return ticket

    def _take_reply(self, mail):
        """Add a mail to a case as the complainant's; it changes nothing else."""
        self.ensure_one()
        evidence = self._keep_mailed(mail)
        self._post_from_complainant(mail.text, evidence, self._mail_remark(mail))
        self._tell_held_outside(evidence)
        text = self.env._("Read the complainant's e-mail")
        if self.phase in FINISHED_PHASES:
            text = self.env._("The complainant wrote after the case was finished")
        self._remind_of_mail(text)

    def _mail_remark(self, mail):
        """Return what people should know about a mail, or ``None``."""
        if mail.cut:
            return self.env._(
                "The e-mail broke off; its end or its files may be missing."
            )
        return None

    def _remind_of_mail(self, text):
        """Give the handler, or somebody of the desk, a task about a mail, once.

        :return: the task, as ``mail.activity``
        """
        self.ensure_one()
        user = self._mail_reader()
        known = self.activity_ids.filtered(
            lambda task: task.user_id == user and task.summary == text
        )
        if known or not user:
            return known[:1]
        return self.activity_schedule(
            "mail.mail_activity_data_todo", summary=text, user_id=user.id
        )

    def _mail_reader(self):
        """Return who reads the mail of a case and may know of it."""
        team = self.team_id
        for users in (self.user_id, team.user_id, team.user_ids):
            for user in users.filtered(lambda user: user.active and not user.share):
                if self.with_user(user).has_access("write"):
                    return user
        return self.env["res.users"]
