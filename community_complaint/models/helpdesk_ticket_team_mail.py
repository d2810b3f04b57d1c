from odoo import fields, models
from odoo.tools import formataddr, plaintext2html

from ..tools.roles import MANAGER

_TITLE_LENGTH = 200


class HelpdeskTicketTeam(models.Model):
    """A complaint desk's own mail: what it sends as, and what a case by mail holds."""

    _inherit = "helpdesk.ticket.team"

    mail_limit = fields.Integer(
        "Cases by E-mail an Hour",
        default=30,
        groups=MANAGER,
        help="What arrives beyond waits for a person, unanswered. E-mails whose sender "
        "the mail server confirmed are counted apart from the others.",
    )
    mail_domain_limit = fields.Integer(
        "Of These, from One Domain", default=20, groups=MANAGER
    )
    mail_servers = fields.Char(
        "Mail Servers That Check Senders",
        groups=MANAGER,
        help="The names under which the office's own mail servers write "
        "Authentication-Results, separated by spaces. Only a reply whose sender one of "
        "them confirmed is taken for the complainant's by itself.",
    )

    sms_number = fields.Char(
        "Number for Text Messages",
        groups=MANAGER,
        help="Text messages to this number become cases of this desk, if the office has "
        "several numbers.",
    )

    _mail_limits = models.Constraint(
        "CHECK(mail_limit BETWEEN 1 AND 10000"
        " AND mail_domain_limit BETWEEN 1 AND 10000)",
        "A desk takes 1 to 10,000 e-mails an hour by itself.",
    )

    def _own_mail_servers(self):
        """Return the names of the servers whose word on a sender counts."""
        # sudo: helpdesk.ticket.team - a setting that readers of mails need not see
        names = " ".join(desk.mail_servers or "" for desk in self.sudo())
        return frozenset(names.lower().replace(",", " ").replace(";", " ").split())

    def _prepare_office_mail(self, automatic):
        """Return the sender of a mail of this desk: the office, never a person.

        :param automatic: nobody wrote it, so nobody's machine should answer
        """
        self.ensure_one()
        # sudo: mail.alias, res.company - the desk's own address, whoever writes
        desk = self.sudo()
        company, alias = desk.company_id or self.env.company, desk.alias_id
        domain = alias.alias_domain_id or company.alias_domain_id
        address = alias.alias_domain_id and alias.alias_full_name or company.email
        headers = {"X-Auto-Response-Suppress": "All" if automatic else "OOF, AutoReply"}
        if automatic:
            headers["Auto-Submitted"] = "auto-replied"
        sender = (
            formataddr((company.name, address)) if address else company.email_formatted
        )
        return {
            "email_from": sender,
            "reply_to": sender,
            "author_id": False,
            "record_alias_domain_id": domain.id,
            "record_company_id": company.id,
            "headers": repr(headers),
            "auto_delete": True,
            "message_type": "email_outgoing",
        }

    def _prepare_mail_case(self, head, mail, way="email"):
        """Return the values of a complaint that came by mail.

        :param head: ``tools.mail_header.Head``
        :param mail: ``tools.mail_reader.Mail``
        :param way: ``"email"`` or ``"sms"``: then the sender's name is the number
        """
        self.ensure_one()
        contact = "complainant_email" if way == "email" else "complainant_phone"
        # who writes all of it into the subject has said it
        said = mail.text or ("" if mail.files else head.subject)
        return {
            "team_id": self.id,
            "name": head.subject[:_TITLE_LENGTH] or False,
            "description": plaintext2html(said or self.env._("(no text)")),
            "written_form": True,
            "complainant_name": head.sender_name or head.sender,
            contact: head.sender if way == "email" else head.sender_name,
        }
