"""E-mails of before become readable, and those that were worked on say what became of them.

Runs after ``post-identities``: cases are found by who complained.
"""

from base64 import b64decode
from datetime import timedelta

from odoo import SUPERUSER_ID, api
from odoo.tools import email_normalize

#: A case was taken down at once after its e-mail was kept.
_AT_ONCE = timedelta(minutes=2)


def migrate(cr, _version):
    """Run after the add-on is loaded; the keys are those of the running server."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    mails = env["complaint.inbound.mail"].search(
        [("sender_vault", "=", False), ("raw", "!=", False), ("key_id", "=", False)],
        order="id",
    )
    for mail in mails:
        read_anew(mail)
        env.flush_all()
        env.invalidate_all()


def read_anew(mail):
    """Fill in what is kept of a mail today, and put the original under the key."""
    content = b64decode(mail.raw)
    head, parts, _problem = mail._read(content)
    if mail.state == "new":
        mail.write(find_outcome(mail, head))
    mail.write(
        {
            "size": len(content),
            **mail._prepare_content_vals(head, parts),
            **mail._prepare_raw_vals(content, mail.sha256),
        }
    )


def find_outcome(mail, head):
    """Return the state of a mail that says to have just arrived.

    Its transaction could not see the row, so that no outcome was ever written. Left so,
    it would be taken for interrupted and make its case a second time.
    """
    if case := find_answered(mail, head):
        return {"state": "reply", "ticket_id": case.id}
    if case := find_made(mail, head):
        return {"state": "case", "ticket_id": case.id}
    return {"state": "quarantine", "reason": "stuck"}


def find_answered(mail, head):
    """Return the case that a mail answers, maybe empty."""
    answered = mail.env["mail.message"].search(
        [
            ("message_id", "in", head.references),
            ("model", "=", "helpdesk.ticket"),
        ],
        limit=1,
    )
    case = mail.env["helpdesk.ticket"].browse(answered.res_id).exists()
    return case.filtered(lambda item: item.team_id == mail.team_id)


def find_made(mail, head):
    """Return the case that was made of a mail, maybe empty."""
    if not email_normalize(head.sender):
        return mail.env["helpdesk.ticket"]
    return mail.env["helpdesk.ticket"].search(
        [
            ("team_id", "=", mail.team_id.id),
            ("identity_ids.email", "=", head.sender),
            ("received_date", ">=", mail.received_date),
            ("received_date", "<=", mail.received_date + _AT_ONCE),
        ],
        order="received_date",
        limit=1,
    )
