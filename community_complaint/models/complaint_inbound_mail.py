import hashlib
import logging
import time
from dataclasses import replace
from functools import partial

from dateutil.relativedelta import relativedelta
from psycopg2 import errors

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.orm.models import NO_ACCESS
from odoo.tools.translate import LazyTranslate

from ..tools.life import Ask, Life, Opening, Step
from ..tools.mail_address import canonical
from ..tools.mail_forward import understood
from ..tools.mail_header import parse_head
from ..tools.mail_reader import MailProblem, read, salvage
from ..tools.mail_text import mask
from ..tools.roles import CUSTODIAN
from ..tools.steps import CLERK, HANDLER
from .complaint_inbound_mail_sort import WAITING
from .complaint_inbound_sms import SERVER as SMS

__all__ = ["CUSTODIAN", "WAITING"]
_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)
#: What another transaction at the same moment may cause; trying again helps.
_CONFLICTS = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.LockNotAvailable,
)
_TRIES = 3
#: What is emptied of discarded mails that belong to no case, and how many at once.
_SHOWN = ("subject", "body_text", "file_names")
_FORGOTTEN = 1_000
#: Characters of a mail's text that its record shows.
_PREVIEW = 20_000
#: Who wrote, and by what the mail is found.
_SENDER = ("sender_vault", "sender_key", "domain_key", "proven", "message_key")
#: What a record shows of its mail, and who wrote it.
_CONTENT = ("subject", "body_text", "file_names", "cut", *_SENDER)
_ARRIVAL = ("arrived_date", "arrived_here")
_HANDLED = {"handled_by_id": "user", "handled_date": "now", "handled_note": False}
#: What a step writes besides: the case, its desk, and what that one may tell.
_MOVED = ("ticket_id", "team_id", "company_id", *_CONTENT)
_LIFE = Life(
    {
        "make_case": Step(
            WAITING,
            "case",
            (CLERK, CUSTODIAN),
            label=_lt("Make a case of it"),
            stamps=_HANDLED,
            writes=_MOVED,
            access="read",
        ),
        "accept": Step(
            WAITING,
            "reply",
            (CLERK, CUSTODIAN, HANDLER),
            label=_lt("Take as the complainant's message"),
            stamps=_HANDLED,
            writes=_MOVED,
            access="read",
        ),
        "refuse_sender": Step(
            WAITING,
            "note",
            (CLERK, CUSTODIAN, HANDLER),
            label=_lt("Not from the complainant"),
            stamps=_HANDLED,
            writes=_MOVED,
            access="read",
        ),
        "discard": Step(
            WAITING,
            "discarded",
            (CLERK, CUSTODIAN),
            label=_lt("Discard"),
            asks=Ask("handled_note", _lt("Why is this no matter of the office?")),
            stamps=_HANDLED,
            access="read",
        ),
        # what a server says of a mail of ours, see complaint_inbound_mail_report.py
        "not_arrived": Step(
            ("held",),
            "automatic",
            (CLERK, CUSTODIAN, HANDLER),
            label=_lt("It Did Not Arrive"),
            stamps=_HANDLED,
            access="read",
        ),
        "ignore": Step(
            ("held",),
            "automatic",
            (CLERK, CUSTODIAN, HANDLER),
            label=_lt("Ignore the Report"),
            stamps=_HANDLED,
            access="read",
        ),
        "restore": Step(
            ("discarded", "automatic", "duplicate"),
            "quarantine",
            (CLERK, CUSTODIAN),
            label=_lt("Take up again"),
            stamps=_HANDLED,
            access="read",
        ),
    }
)


class ComplaintInboundMail(models.Model):
    """Every e-mail to a complaint desk, as it arrived, and what became of it.

    The bytes are stored in a transaction of their own before anything is done with
    them, so that no failure loses a complaint. Then the mail is sorted, in a second
    transaction: it becomes a case or a reply, or waits for a person.

    What clerks see is plain text. The sender is shown only to whom the identity of the
    case, or of cases of the desk, is no secret; elsewhere name and address are masked.
    """

    _name = "complaint.inbound.mail"
    _description = "Incoming E-mail"
    _rec_names_search = ("sha256",)
    _inherit = [
        "complaint.proof.mixin",
        "complaint.inbound.mail.route",
        "complaint.inbound.mail.sort",
        "complaint.inbound.mail.act",
        "complaint.inbound.mail.report",
        "complaint.inbound.mail.vault",
        "complaint.inbound.sms",
        "complaint.life.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"

    _life = _LIFE
    _opens = {}
    _openings = {
        "kept": Opening(
            "A mail is stored as it arrived, before anything is done with it.",
            (
                "company_id",
                "team_id",
                "ticket_id",
                "kind",
                "reason",
                "size",
                "sha256",
                "raw",
                "key_id",
            ),
            creates=True,
        ),
        "sorted": Opening(
            "The office's service sorts a mail, or leaves it to a person.",
            (
                "state",
                "reason",
                "detail",
                "attempts",
                "content_hash",
                "original_id",
                "ticket_id",
                "dispatch_id",
                *_ARRIVAL,
                *_CONTENT,
            ),
        ),
        "passed": Opening("Somebody else of this server took it.", drops=True),
        "forgotten": Opening(
            "The office forgets who complained, or what it discarded long ago.",
            ("raw", *_CONTENT),
        ),
        "rotated": Opening(
            "Originals are encrypted anew.",
            ("raw", "key_id", *_SENDER),
        ),
    }

    company_id = fields.Many2one("res.company", required=True, index=True)
    team_id = fields.Many2one("helpdesk.ticket.team", string="Desk", index=True)
    ticket_id = fields.Many2one(
        "helpdesk.ticket", string="Complaint", index="btree_not_null"
    )
    original_id = fields.Many2one("complaint.inbound.mail", string="Copy of")
    kind = fields.Selection(
        [("email", "E-mail"), ("sms", "Text message")],
        default="email",
        required=True,
        readonly=True,
    )
    received_date = fields.Datetime("Received", default=fields.Datetime.now)
    arrived_date = fields.Datetime(
        "At the Mail Server",
        readonly=True,
        help="When the last mail server took it, as it wrote above the e-mail.",
    )
    arrived_here = fields.Boolean(
        "Mail Server of the Office",
        readonly=True,
        help="The desk names that server as its own: the e-mail counts as received then.",
    )
    is_late = fields.Boolean("Fetched Late", compute="_compute_is_late")
    state = fields.Selection(
        [
            ("new", "Arrived"),
            ("case", "New complaint"),
            ("reply", "Reply"),
            ("quarantine", "To be looked at"),
            ("held", "Reply to be checked"),
            ("note", "Of somebody else"),
            ("automatic", "Automatic"),
            ("duplicate", "Copy"),
            ("discarded", "Discarded"),
        ],
        default="new",
        required=True,
        index=True,
    )
    reason = fields.Selection(
        [
            ("unroutable", "Names no address of this office"),
            ("catchall", "Sent to the office's catch-all address"),
            ("restricted", "The desk's address takes mail of known senders only"),
            ("desk_closed", "The desk is out of use"),
            ("no_sender", "Does not say who wrote it"),
            ("empty", "There is nothing in it"),
            ("own", "Claims to come from this office itself"),
            ("forged", "The mail server found its sender forged"),
            ("relayed", "Who sent it is probably not who complains"),
            ("textless", "Has no text: what it says may be in a file"),
            ("unproven", "No mail server of the office confirmed its sender"),
            ("stranger", "Did not come from the complainant's address"),
            ("secret", "Who complained is kept secret: a custodian looks who wrote"),
            ("report", "Says that a message of the office did not arrive"),
            ("copy", "Says the same as another e-mail"),
            ("burst", "One of many e-mails of the same sender"),
            ("flood", "One of very many e-mails at once"),
            ("list", "Circular or mailing list"),
            ("machine", "Written by a machine"),
            ("sms", "Text message from a number that was told nothing"),
            ("too_large", "Too large"),
            ("too_many_parts", "Has too many parts"),
            ("too_deep", "Has too many mails inside each other"),
            ("broken", "Cannot be taken apart"),
            ("failed", "Could not be registered"),
            ("stuck", "Could not be worked on"),
        ],
        readonly=True,
        help="Why a person has to look at it.",
    )
    detail = fields.Char(readonly=True, help="What the computer said.")
    subject = fields.Char(readonly=True)
    body_text = fields.Text("Text", readonly=True)
    file_names = fields.Text("Files", readonly=True)
    size = fields.Integer("Bytes", readonly=True)
    cut = fields.Boolean("Incomplete", readonly=True)
    sender = fields.Char(
        compute="_compute_sender",
        help="Shown to whom the complainant's identity is no secret.",
    )
    is_theirs = fields.Boolean(
        "From the Complainant's Address",
        compute="_compute_is_theirs",
        groups="community_complaint.group_complaint_custodian",
    )
    secret_text = fields.Text(
        "Text for Custodians",
        compute="_compute_secret_text",
        groups="community_complaint.group_complaint_custodian",
    )
    attempts = fields.Integer(readonly=True)
    sha256 = fields.Char("SHA-256", readonly=True)
    handled_by_id = fields.Many2one("res.users", string="Dealt with by", readonly=True)
    handled_date = fields.Datetime("Dealt with on", readonly=True)
    handled_note = fields.Char("Why Discarded", readonly=True)
    # what tells who complained, see complaint_inbound_mail_vault.py
    raw = fields.Binary("Mail", groups=NO_ACCESS, attachment=False)
    sender_vault = fields.Text(groups=NO_ACCESS)
    sender_key = fields.Char(groups=NO_ACCESS, index="btree_not_null")
    domain_key = fields.Char(groups=NO_ACCESS)
    proven = fields.Boolean(groups=NO_ACCESS)
    message_key = fields.Char(groups=NO_ACCESS, index="btree_not_null")
    content_hash = fields.Char(groups=NO_ACCESS)
    key_id = fields.Char(groups=NO_ACCESS)

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.depends("sha256")
    def _compute_display_name(self):
        for mail in self:
            mail.display_name = self.env._("E-mail %s", (mail.sha256 or "")[:8])

    @api.depends("sender_vault", "ticket_id.confidentiality", "team_id")
    @api.depends_context("uid")
    def _compute_sender(self):
        custodian = self.env.user.has_group(CUSTODIAN)
        desks = self.env.user.helpdesk_team_ids
        # sudo: complaint.inbound.mail - the sender, to whom it may be shown
        for mail, kept in zip(self, self.sudo(), strict=True):
            known = custodian or (kept._is_open() and kept.team_id in desks)
            name, address = kept._sender() if known else ("", "")
            sender = f"{name} <{address}>".strip() if address else name
            mail.sender = sender or False

    @api.depends("received_date", "arrived_date")
    def _compute_is_late(self):
        for mail in self:
            mail.is_late = bool(mail._late_since())

    @api.depends("sender_vault", "ticket_id")
    def _compute_is_theirs(self):
        # sudo: complaint.inbound.mail - compared for custodians, who see the field alone
        for mail, kept in zip(self, self.sudo(), strict=True):
            known = canonical(kept.ticket_id.identity_ids[:1].email)
            mail.is_theirs = bool(known) and kept._sender()[1] == known

    @api.depends("state", "reason")
    def _compute_secret_text(self):
        # sudo: complaint.inbound.mail - the original, for custodians, who see the field
        for mail, kept in zip(self, self.sudo(), strict=True):
            mail.secret_text = False
            if kept._is_custodians() and kept.raw:
                head, content, _problem = kept._read(kept._bytes())
                names = [file.name for file in content.files]
                mail.secret_text = "\n\n".join([head.subject, content.text, *names])

    def _is_custodians(self):
        """Return whether only custodians see what one mail on a secret case says.

        Bounces and notices of absence name an address as well (THREATS 59).
        """
        self.ensure_one()
        waits = self.state in ("held", "automatic", "duplicate")
        return bool(self.ticket_id) and waits and not self._is_open()

    def _is_open(self):
        """Return whether it is no secret at this desk who wrote."""
        self.ensure_one()
        case = self.ticket_id
        rules = self.team_id.regulation_id
        return (case.confidentiality if case else rules.confidentiality) == "open"

    # ----------------------------------------------------------------------
    # Arrival
    # ----------------------------------------------------------------------

    @api.model
    def _receive(self, content, place):
        """Keep a mail and sort it; what fails is left to a person.

        :param content: the mail's bytes
        :param place: where it belongs, see ``_find_place``
        :return: id of the complaint it belongs to, ``False`` if there is none yet
        """
        mail_ids = self._apart(lambda mails: mails._keep(content, place).ids, _TRIES)
        found = [self._sort_apart(mail_id, content) for mail_id in mail_ids]
        return next(filter(None, found), False)

    @api.model
    def _pass_on(self, content, model, work):
        """Let the base deal with a mail that no desk claims, kept until it has.

        What it cannot deliver waits for a person, and what it raises is theirs to see.

        :param model: what the gateway falls back on
        :param work: what the base does; what it returns is returned
        """
        head = parse_head(content)
        place = self._place_of_rest(head)
        if not place:
            return work()
        kept_ids = self._apart(lambda mails: mails._keep(content, place).ids, _TRIES)
        drop = partial(self._apart, lambda mails: mails._drop(kept_ids), _TRIES)
        try:
            with self.env.cr.savepoint():
                found = work()
        except _CONFLICTS:
            drop()
            raise
        except Exception as error:  # noqa: BLE001 pylint: disable=broad-except
            _logger.info("A mail for nobody's desk waits: %s", _explain(error))
            for mail_id in kept_ids:
                self._leave_apart(mail_id, content, "failed", _explain(error))
            return False
        if found or self._is_of_others(head, model):
            # not before the base's own work is safe
            self.env.cr.postcommit.add(drop)
        else:
            for mail_id in kept_ids:
                self._leave_apart(mail_id, content, "unroutable")
        return found

    @api.model
    def _drop(self, ids):
        """Forget mails that somebody else took."""
        self.browse(ids).exists()._unlink_sealed("passed")

    @api.model
    def _keep(self, content, place):
        """Store a mail: once for the case it answers, or else once per desk."""
        sha256 = hashlib.sha256(content).hexdigest()
        vals = {
            "company_id": place.company.id,
            "kind": place.kind,
            "reason": place.reason or False,
            "size": len(content),
            "sha256": sha256,
            **self._prepare_raw_vals(content, sha256),
        }
        if place.ticket:
            team = place.ticket.team_id
            return self._create_sealed(
                "kept", {**vals, "ticket_id": place.ticket.id, "team_id": team.id}
            )
        return self._create_sealed(
            "kept",
            [
                {**vals, "team_id": desk.id, "company_id": desk.company_id.id}
                for desk in place.desks
            ],
        )

    @api.model
    def _apart(self, work, tries=1):
        """Do something in a transaction of its own, as the office's service.

        :param work: gets this model, empty; what it returns is returned
        :param tries: how often, if another transaction is in the way
        """
        for left in reversed(range(tries)):
            try:
                with self.pool.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {"mail_create_nolog": True})
                    return work(env[self._name])
            except _CONFLICTS:
                if not left:
                    raise
                time.sleep(0.2)

    @api.model
    def _sort_apart(self, mail_id, content=None):
        """Sort a kept mail, whatever it takes.

        :param content: the mail's bytes, if they are at hand
        :return: id of its complaint, or ``False``
        """
        try:
            return self._apart(
                lambda mails: mails.browse(mail_id)._sort(content), _TRIES
            )
        except Exception as error:  # noqa: BLE001 pylint: disable=broad-except
            detail = _explain(error)
            _logger.info("E-mail %s to a complaint desk waits: %s", mail_id, detail)
            _logger.debug("E-mail %s:", mail_id, exc_info=True)
        self._leave_apart(mail_id, content, "failed", detail)
        return False

    @api.model
    def _leave_apart(self, mail_id, content, reason, detail=False):
        """Leave a mail to a person, and tell somebody; one does not hinder the other."""
        for work in (
            lambda mails: mails.browse(mail_id)._leave(content, reason, detail),
            lambda mails: mails.browse(mail_id)._tell(),
        ):
            try:
                self._apart(work, _TRIES)
            except Exception as error:  # noqa: BLE001 pylint: disable=broad-except
                # a mail still marked as arrived is taken up by the scheduled action
                _logger.info("E-mail %s is not settled: %s", mail_id, _explain(error))
                _logger.debug("E-mail %s:", mail_id, exc_info=True)

    def _leave(self, content, reason, detail):
        """Write that a mail waits because it could not be sorted."""
        try:
            head, mail, _problem = self._read(
                self._bytes() if content is None else content
            )
            vals = self._prepare_content_vals(head, mail)
        except Exception:  # noqa: BLE001 pylint: disable=broad-except
            vals = {}
        self._write_sealed(
            "sorted",
            {**vals, "state": "quarantine", "reason": reason, "detail": detail},
        )

    # ----------------------------------------------------------------------
    # Reading
    # ----------------------------------------------------------------------

    def _read(self, content):
        """Return ``(head, mail, problem)``; the problem is a reason, or empty."""
        servers = self.team_id._own_mail_servers()
        # the provider of text messages proved itself
        servers |= {SMS} if self.kind == "sms" else frozenset()
        head = parse_head(content, servers)
        try:
            mail, problem = read(content), ""
        except MailProblem as error:
            mail, problem = salvage(content), error.code
        return understood(head, mail), mail, problem

    def _veil(self, head, mail, known=False):
        """Return head and mail without what tells who wrote, where it is a secret.

        Whether it is follows the case this mail belongs to, or else its desk. Nothing is
        shown while the server cannot read who complained; the original is kept.

        :param known: whether a custodian found that the complainant wrote; before, what
            the vault knows stays as it is: anybody may mail a list of names
        """
        if self.ticket_id and self.ticket_id._lacks_key():
            return replace(head, subject=""), replace(mail, text="", files=[])
        if self._is_open():
            return head, mail
        pairs = self.ticket_id._identity_secrets() if known else ()
        known = [value for _kind, value in pairs]
        others = (value for person in head.behind for value in person)
        secrets = (head.sender_name, head.sender, *others, *known)
        hide = partial(_hide, secrets=secrets)
        files = [replace(file, name=hide(file.name)) for file in mail.files]
        return (
            replace(head, subject=hide(head.subject)),
            replace(mail, text=hide(mail.text), files=files),
        )

    def _prepare_content_vals(self, head, mail, known=False):
        """Return what a record shows of its mail.

        :param known: see :meth:`_veil`
        """
        self.ensure_one()
        vals = {"cut": mail.cut, **self._prepare_sender_vals(head, self.sha256)}
        if self._is_custodians() and not known:
            # whoever wrote may sign it; custodians read it in the original
            return {**vals, **dict.fromkeys(_SHOWN, False)}
        seen, shown = self._veil(head, mail, known)
        files = [f"{file.name} ({_size(len(file.content))})" for file in shown.files]
        return {
            **vals,
            "subject": seen.subject[:500] or False,
            "body_text": shown.text[:_PREVIEW] or False,
            "file_names": "\n".join(files) or False,
        }

    @api.autovacuum
    def _gc_discarded(self):
        """Forget discarded mails after the time identities are kept (THREATS 42).

        Mails of a case are forgotten with it, see ``helpdesk_ticket_retention_mail.py``.
        """
        rules = self.env["complaint.regulation"].with_context(active_test=False)
        for regulation in rules.search([("identity_retention_years", ">", 0)]):
            years = relativedelta(years=regulation.identity_retention_years)
            old = self.search(
                [
                    ("state", "=", "discarded"),
                    ("raw", "!=", False),
                    ("team_id.regulation_id", "=", regulation.id),
                    ("ticket_id", "=", False),
                    ("received_date", "<", fields.Datetime.now() - years),
                ],
                limit=_FORGOTTEN,
            )
            old._forget()
            old._write_sealed("forgotten", dict.fromkeys(_SHOWN, False))


def _hide(text, secrets):
    return mask(text, *secrets)


def _explain(error):
    """Return one line about an error that tells nothing of what the mail says."""
    if isinstance(error, UserError):
        return " ".join(str(error).split())[:200]
    return type(error).__name__


def _size(count):
    """Return a number of bytes for people.

    >>> _size(5), _size(2_300), _size(4_600_000)
    ('5 B', '2.2 KB', '4.4 MB')
    """
    for unit in ("B", "KB", "MB"):
        if count < 1024 or unit == "MB":
            return f"{count:.1f} {unit}" if unit != "B" else f"{count} B"
        count /= 1024
