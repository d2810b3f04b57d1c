import hashlib
from datetime import timedelta
from email.message import Message
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime

from ..tools.mail_address import canonical, is_machine
from ..tools.roles import CUSTODIAN, MANAGER
from ..tools.steps import CLERK, HANDLER

#: States in which a mail waits for a person.
WAITING = ("quarantine", "held")
#: Mails without a Message-Id that say the same within this time are copies.
_COPY_DAYS = 3
#: Mails of one sender at one desk that are cases of their own, and the time in minutes
#: in which mails are counted; all senders and domains: fields of the desk.
_BURST = ("community_complaint.mail_burst_count", 5)
_BURST_MINUTES = ("community_complaint.mail_burst_minutes", 60)
#: What lies at a mail server for so long is told.
_LATE = timedelta(days=1)
#: A mail that is still marked as arrived after these minutes was interrupted.
_INTERRUPTED_MINUTES = 10
_ATTEMPTS = 3
_BATCH = 100


class Facts(NamedTuple):
    """What the office knows of the address that a mail comes from.

    :param is_ours: its domain is the office's own
    :param is_colleague: it is an employee's
    :param contact: who may write to the desk, as in ``mail.alias``
    """

    is_ours: bool
    is_colleague: bool
    contact: str


class ComplaintInboundMailSort(models.AbstractModel):
    """What becomes of a mail: a case, a reply, or work for a person.

    Runs as the office's service, see ``_apart``. A mail never changes what state a case
    is in, never makes anybody a follower, and is never answered if a machine wrote it.
    """

    _name = "complaint.inbound.mail.sort"
    _description = "Sorting of Incoming E-mails"

    def _sort(self, content=None):
        """Sort one kept mail.

        :param content: the mail's bytes, if they are at hand
        :return: id of its complaint, or ``False``
        """
        self.ensure_one()
        mail_at_work = self.with_company(self.company_id).with_context(
            lang=self.company_id.partner_id.lang
        )
        cases = mail_at_work.env["helpdesk.ticket"]
        cases._cache_settings()
        with self._unseal("sorted"):
            head = mail_at_work._sort_into(cases, content)
        mail_at_work._after_sort(head)
        cases._keep_settings()
        return self.ticket_id.id

    def _sort_into(self, cases, content):
        """Make a case or a reply of one mail, or leave it; return its head.

        :param cases: empty ``helpdesk.ticket`` recordset
        """
        head, mail, problem = self._read(self._bytes() if content is None else content)
        said = self.sha256 if problem else _content_hash(head, mail)
        self.write({"arrived_date": head.arrived, "arrived_here": head.arrived_here})
        state, reason = self._decide(head, mail, problem, said)
        if state == "case":
            self.ticket_id = cases._take_mail(
                self.team_id,
                *self._veil(head, mail),
                self._legal_date(),
                self.kind,
                self._late_remark(),
            )
        elif state == "reply":
            self.ticket_id._take_reply(self._veil(head, mail)[1])
        self.write({"state": state, "reason": reason, "content_hash": said})
        self.write(self._prepare_content_vals(head, mail))
        return head

    def _decide(self, head, mail, problem, said):
        """Return ``(state, reason)`` of a mail. EXTENSION POINT.

        :param problem: why it could not be taken apart, or empty
        :param said: hash of what it says, see :func:`_content_hash`
        """
        if original := self._find_original(head, said):
            self.write({"original_id": original.id, "ticket_id": original.ticket_id.id})
            return "duplicate", False
        if self.reason or problem:
            return "quarantine", self.reason or problem
        if self.kind == "sms" and not self.ticket_id:
            return self._decide_new_sms(head, mail)
        facts = self._facts(head.sender)
        if facts.is_ours and self._is_own_address(head.sender):
            return "quarantine", "own"
        if self.ticket_id:
            return self._decide_on_case(head)
        if not head.message_id and self._is_said_again(said):
            return "quarantine", "copy"
        reason = self._doubt(head, mail, facts)
        return ("quarantine", reason) if reason else ("case", False)

    def _decide_on_case(self, head):
        """Return ``(state, reason)`` of what names a case."""
        if self.kind == "sms":
            return self._decide_sms(head)
        if head.automatic == "bounce":
            return self._decide_report(head, self._bytes())
        return self._decide_reply(head)

    def _decide_reply(self, head):
        """Return ``(state, reason)`` of a mail on a case.

        Anybody may know a case number or a Message-Id, and write any address: what does
        not come from the complainant's own is held for a person (THREATS 32). Without
        proof of the sender it is nobody's word. In a secret case everything is held, for
        a custodian: what became of a mail would tell the address to who forges one
        (THREATS 59).
        """
        if head.automatic not in ("", "quiet"):
            return "automatic", "machine"
        if self.ticket_id.confidentiality != "open":
            return "held", "secret"
        if not head.proven:
            return "held", "forged" if head.forged else "unproven"
        known = canonical(self.ticket_id.identity_ids[:1].email)
        if not known or head.sender != known:
            return "held", "stranger"
        return "reply", False

    def _doubt(self, head, mail, facts):
        """Return why a mail does not become a case by itself, ``False`` if it does.

        :param facts: see :class:`Facts`
        """
        rules = self.team_id.regulation_id
        if not (self.team_id.active and rules) or rules._is_before(self._legal_date()):
            return "desk_closed"
        if head.automatic in ("bounce", "reply"):
            return "machine"
        if head.automatic == "list":
            return "list"
        if not head.sender:
            return "no_sender"
        if head.forged:
            return "forged"
        if not (head.subject or mail.text or mail.files):
            return "empty"
        if self._is_relayed(head, facts):
            return "relayed"
        if mail.files and not mail.text.strip():
            return "textless"
        if facts.contact != "everyone" and self._is_restricted(head.sender):
            return "restricted"
        return self._crowd(head)

    def _after_sort(self, head):
        """Tell people about a sorted mail."""
        self.ensure_one()
        if self.state in WAITING:
            self._tell()
        if self._opens_burst(head):
            self.env["helpdesk.ticket"]._acknowledge_burst(self.team_id, head.sender)
        if self.state == "automatic" and head.automatic == "bounce":
            self._take_report(head)

    def _opens_burst(self, head):
        """Return whether it is the first of a burst, of somebody who can be answered."""
        if self.reason != "burst" or head.automatic or self.kind == "sms":
            return False
        return not self._recent_burst(head.sender) - self

    # ----------------------------------------------------------------------
    # What speaks for or against a mail
    # ----------------------------------------------------------------------

    def _find_original(self, head, said):
        """Return the mail that this one is a copy of, empty if there is none.

        Who sends something else under a known Message-Id, or the same from another
        address, is not taken for a copy.
        """
        same = Domain(
            [
                ("id", "<", self.id),
                ("state", "!=", "new"),
                ("team_id", "=", self.team_id.id),
                ("sender_key", "in", self._marks("mail sender", head.sender)),
                ("content_hash", "=", said),
            ]
        )
        if head.message_id:
            same &= Domain("message_key", "in", self._marks("mail id", head.message_id))
        elif not self._is_open():
            # who says again what is on file would see from which address it came first
            return self.browse()
        else:
            since = fields.Datetime.now() - timedelta(days=_COPY_DAYS)
            same &= Domain("message_key", "=", False) & Domain(
                "received_date", ">", since
            )
        found = self.search(same, limit=1, order="id")
        return found.original_id or found

    def _is_said_again(self, said):
        """Return whether somebody, whoever it was, mailed the same to a secret desk."""
        since = fields.Datetime.now() - timedelta(days=_COPY_DAYS)
        return not self._is_open() and bool(
            self.search_count(
                [
                    ("id", "<", self.id),
                    ("state", "!=", "new"),
                    ("team_id", "=", self.team_id.id),
                    ("content_hash", "=", said),
                    ("received_date", ">", since),
                ],
                limit=1,
            )
        )

    def _facts(self, sender):
        """Return what the office knows of an address, :class:`Facts`."""
        domain = sender.rpartition("@")[2]
        # sudo is on: the address of whoever writes is compared, not shown
        for model in ("mail.alias.domain", "res.users", "res.partner", "mail.alias"):
            self.env[model].flush_model()
        [row] = self.env.execute_query(
            SQL(
                """
                SELECT EXISTS (SELECT FROM mail_alias_domain WHERE name = %(domain)s),
                       EXISTS (
                           SELECT
                             FROM res_users AS person
                             JOIN res_partner AS partner
                               ON partner.id = person.partner_id
                            WHERE person.active
                              AND NOT person.share
                              AND (person.login = %(sender)s
                                   OR partner.email_normalized = %(sender)s)
                       ),
                       (
                           SELECT alias.alias_contact
                             FROM mail_alias AS alias
                             JOIN helpdesk_ticket_team AS desk
                               ON desk.alias_id = alias.id
                            WHERE desk.id = %(desk)s
                       )
                """,
                domain=domain,
                sender=sender,
                desk=self.team_id.id,
            )
        )
        return Facts(*row)

    @api.model
    def _is_own_address(self, sender):
        """Return whether a mail claims to come from an address that only machines use.

        :param sender: address of the office's own domain
        """
        domain = self.env["mail.alias.domain"].search(
            [("name", "=", sender.rpartition("@")[2])], limit=1
        )
        own = (domain.bounce_email, domain.catchall_email, domain.default_from_email)
        return sender in own or bool(
            self.env["mail.alias"].search_count(
                [("alias_full_name", "=", sender)], limit=1
            )
        )

    def _is_relayed(self, head, facts):
        """Return whether who sent a mail is probably not who complains.

        Forms and hotlines, scanners, colleagues who pass on what they got: who complains
        is asked for before anything is sent.
        """
        others = head.reply_to[1].rpartition("@")[2]
        return (
            is_machine(head.sender)
            or others not in ("", head.sender.rpartition("@")[2])
            or facts.is_ours
            or facts.is_colleague
        )

    def _is_restricted(self, sender):
        """Return whether the desk's address does not take mail of a sender."""
        alias = self.team_id.alias_id
        # sudo is on: the address of whoever writes is compared, not shown
        author = self.env["res.partner"].search(
            [("email_normalized", "=", sender)], limit=1
        )
        probe = Message()
        probe["From"] = sender
        values = {"author_id": author.id, "email_from": sender}
        return bool(self.team_id._alias_get_error(probe, values, alias))

    def _crowd(self, head):
        """Return ``"flood"`` or ``"burst"`` if too many mails became cases lately.

        All senders together, those of one domain, and one sender are counted. Mails with
        proof of their sender are counted apart: forged ones do not shut them out.
        """
        desk = self.team_id
        rows = self._read_group(
            [
                ("team_id", "=", desk.id),
                ("state", "=", "case"),
                ("handled_date", "=", False),
                ("received_date", ">", self._lately()),
            ],
            ["proven", "domain_key", "sender_key"],
            ["__count"],
        )
        domains = self._marks("mail domain", head.sender.rpartition("@")[2])
        senders = self._marks("mail sender", head.sender)
        alike = [row for row in rows if row[0] == head.proven]
        if (
            _sum(alike) >= desk.mail_limit
            or _sum(row for row in alike if row[1] in domains) >= desk.mail_domain_limit
        ):
            return "flood"
        own = _sum(row for row in rows if row[2] in senders)
        return "burst" if own >= self._parameter(*_BURST) else False

    def _recent_burst(self, sender):
        """Return the mails of a sender that were a burst at this desk a short time ago."""
        return self.search(
            Domain("sender_key", "in", self._marks("mail sender", sender))
            & Domain("team_id", "=", self.team_id.id)
            & Domain("received_date", ">", self._lately())
            & Domain("reason", "=", "burst")
        )

    @api.model
    def _lately(self):
        """Return since when mails are counted."""
        minutes = self._parameter(*_BURST_MINUTES)
        return fields.Datetime.now() - timedelta(minutes=minutes)

    @api.model
    def _parameter(self, name, default):
        """Return a system parameter that is a positive number."""
        value = self.env["ir.config_parameter"].get_param(name, default)
        return int(value) if str(value).isdigit() and int(value) else default

    # ----------------------------------------------------------------------
    # When it came
    # ----------------------------------------------------------------------

    def _legal_date(self):
        """Return when a mail counts as received: when the office's own server took it.

        Anybody may write that another server had it long ago.
        """
        self.ensure_one()
        fetched = self.received_date
        own = self.arrived_here and self.arrived_date
        return min(own, fetched) if own and fetched else fetched

    def _late_since(self):
        """Return since when a mail lay at a server, if that was a day or more."""
        since = self.arrived_date
        late = since and self.received_date and self.received_date - since >= _LATE
        return since if late else None

    def _late_remark(self):
        """Return what people should know about a mail that was fetched late."""
        since = self._late_since()
        if not since:
            return None
        day = format_datetime(self.env, since, tz=self.team_id.regulation_id.tz)
        if self.arrived_here:
            return self.env._(
                "The office's mail server took this e-mail on %s. It was fetched later; "
                "the time limits start then.",
                day,
            )
        return self.env._(
            "A mail server took this e-mail on %s, as it says; the office's server is not "
            "named at the desk. Check when it was received.",
            day,
        )

    # ----------------------------------------------------------------------
    # Telling somebody
    # ----------------------------------------------------------------------

    def _tell(self):
        """Give somebody of the desk the task to look, one at a time per person.

        Neither the task nor the mail about it says what is in this mail.
        """
        for mail in self:
            user = mail._responsible()
            if user and not mail._is_told(user):
                # the person's own language
                text = mail.with_context(lang=user.lang)._task_text()
                mail.activity_schedule(
                    "mail.mail_activity_data_todo", summary=text, user_id=user.id
                )

    def _task_text(self):
        """Return what a person is asked for."""
        if self.reason == "flood":
            return self.env._("Very many e-mails arrive: look at the pile")
        if self.reason == "report":
            return self.env._("Say whether an e-mail of the office arrived")
        return self.env._("Look at an incoming e-mail")

    def _is_told(self, user):
        """Return whether a person has such a task already; a flood is told once as well."""
        told = Domain(
            [
                ("state", "in", WAITING),
                ("team_id", "=", self.team_id.id),
                ("activity_ids.user_id", "=", user.id),
            ]
        )
        if self.reason == "flood":
            told &= Domain("reason", "=", "flood")
        return bool(self.search_count(told, limit=1))

    def _responsible(self):
        """Return who looks at a mail: handler, leader, members, or else a manager.

        At what waits on secret cases identity custodians look.
        """
        self.ensure_one()
        managers = self.env.ref(MANAGER).all_user_ids.filtered(
            lambda user: self.company_id in user.company_ids
        )
        team = self.team_id
        case = self.ticket_id
        usual = (case.user_id, team.user_id, team.user_ids, managers)
        if self._is_custodians():
            usual = (case._office_people(CUSTODIAN), *usual)
        for users in usual:
            for user in users:
                if self._may_look(user):
                    return user
        return self.env["res.users"]

    def _may_look(self, user):
        """Return whether a person may read this mail and act on it."""
        return (
            user.active
            and not user.share
            and (
                user.has_group(CUSTODIAN)
                or user.has_group(CLERK)
                or bool(self.ticket_id and user.has_group(HANDLER))
            )
            and self.with_user(user)
            .with_context(allowed_company_ids=self.company_id.ids)
            .has_access("read")
        )

    # ----------------------------------------------------------------------
    # Scheduled action
    # ----------------------------------------------------------------------

    @api.model
    def _cron_take_up(self):
        """Sort mails whose sorting was interrupted, as by a killed server."""
        since = fields.Datetime.now() - timedelta(minutes=_INTERRUPTED_MINUTES)
        left = self.search(
            [("state", "=", "new"), ("received_date", "<", since)],
            order="id",
            limit=_BATCH,
        )
        self.env["ir.cron"]._commit_progress(remaining=len(left))
        for mail_id in left.ids:
            if self._apart(
                lambda mails, key=mail_id: mails.browse(key)._count_attempt()
            ):
                self._sort_apart(mail_id)
            else:
                self._leave_apart(mail_id, b"", "stuck")
            self.env["ir.cron"]._commit_progress(1)

    def _count_attempt(self):
        """Return whether to sort a mail again; one that failed too often is left."""
        self._write_sealed("sorted", {"attempts": self.attempts + 1})
        return self.attempts <= _ATTEMPTS


def _sum(rows):
    """Return how many mails are in rows that end with their number."""
    return sum(row[-1] for row in rows)


def _content_hash(head, mail):
    """Return what tells whether two mails say the same."""
    content = hashlib.sha256()
    parts = (file.content for file in mail.files)
    for part in (head.subject.encode(), mail.text.encode(), *parts):
        content.update(hashlib.sha256(part).digest())
    return content.hexdigest()
