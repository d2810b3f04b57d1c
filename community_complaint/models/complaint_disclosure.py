from datetime import timedelta

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ..tools.arguments import takes, text
from ..tools.life import ANYBODY, Ask, Life, Opening, Step
from ..tools.roles import AUDITOR, CUSTODIAN

_MOST_HOURS = 24 * 30
_lt = LazyTranslate(__name__)
_DECIDED = {"decided_by_id": "user", "decided_date": "now"}
_PARTIES = ("requested_by_id", "user_id")
_LIFE = Life(
    {
        "approve": Step(
            ("requested",),
            "approved",
            (CUSTODIAN,),
            label=_lt("Approve"),
            stamps=_DECIDED,
            writes=("decision_note", "until"),
            not_by=_PARTIES,
            access="read",
        ),
        "refuse": Step(
            ("requested",),
            "refused",
            (CUSTODIAN,),
            label=_lt("Refuse the Request"),
            asks=Ask("decision_note", _lt("Why?")),
            stamps=_DECIDED,
            not_by=_PARTIES,
            access="read",
        ),
        "end": Step(
            ("requested", "approved"),
            "ended",
            ANYBODY,
            label=_lt("End Now"),
            access="read",
        ),
    }
)


class ComplaintDisclosure(models.Model):
    """Telling somebody else than a custodian who complained: it takes two people.

    Requested → approved by a custodian who is neither the requester nor the one who gets
    to see it → seen by the named person for a limited time → over. Every step leaves a
    row in the log.

    So does what is for good: that all who work on the case may know, or that nobody is to
    know any more (``level``).

    ``base_tier_validation`` is not used here: its definitions are configuration, and
    whoever deletes one abolishes the second person; it lets the requester approve his own
    request; and its reviews are readable for every employee, they would tell which cases
    are secret.
    """

    _name = "complaint.disclosure"
    _description = "Disclosure of an Identity"
    _inherit = ["complaint.case.mixin", "complaint.life.mixin"]
    _order = "id desc"

    _life = _LIFE
    _opens = {}
    _openings = {
        "requested": Opening(
            "Somebody asks by the dialog of the case to see who complained.",
            (
                "ticket_id",
                "user_id",
                "body",
                "reason",
                "hours",
                "requested_by_id",
                "requested_date",
                "level",
                "consent",
                "consent_date",
            ),
            creates=True,
        ),
    }

    user_id = fields.Many2one(
        "res.users",
        string="Who Gets to See It",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    body = fields.Char(
        "Passed on to",
        readonly=True,
        help="The court, superior body or other office that asks for the identity.",
    )
    reason = fields.Text(required=True, readonly=True)
    level = fields.Selection(
        selection="_selection_level",
        string="New Confidentiality",
        readonly=True,
        help="Asked for is not that one person sees it, but that the case changes.",
    )
    consent = fields.Selection(
        [
            ("written", "In writing"),
            ("oral", "Orally, before a witness"),
            ("recorded", "On a recorded phone call"),
            ("portal", "In the portal"),
        ],
        string="The Complainant Agreed",
        readonly=True,
    )
    consent_date = fields.Date("Agreed on", readonly=True)
    hours = fields.Integer("For How Many Hours", required=True, readonly=True)
    requested_by_id = fields.Many2one(
        "res.users", required=True, readonly=True, index=True, ondelete="restrict"
    )
    requested_date = fields.Datetime("Requested on", required=True, readonly=True)
    decided_by_id = fields.Many2one(
        "res.users", string="Decided by", readonly=True, ondelete="restrict"
    )
    decided_date = fields.Datetime("Decided on", readonly=True)
    decision_note = fields.Text("Remark", readonly=True)
    until = fields.Datetime("Valid until", readonly=True)
    state = fields.Selection(
        [
            ("requested", "Requested"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("ended", "Over"),
        ],
        required=True,
        readonly=True,
        default="requested",
        index=True,
    )
    may_decide = fields.Boolean(compute="_compute_may_decide")

    _ending_idx = models.Index("(until) WHERE state = 'approved'")

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.model
    def _selection_level(self):
        tickets = self.env["helpdesk.ticket"]
        return tickets._fields["confidentiality"]._description_selection(self.env)

    @api.depends("ticket_id", "user_id", "level")
    @api.depends_context("lang")
    def _compute_display_name(self):
        levels = dict(self._selection_level())
        for item in self:
            item.display_name = (
                self.env._(
                    "%(case)s: %(level)s",
                    case=item.ticket_id.number,
                    level=levels[item.level],
                )
                if item.level
                else self.env._(
                    "%(case)s for %(person)s",
                    case=item.ticket_id.number,
                    person=item.user_id.name,
                )
            )

    @api.depends("state", "requested_by_id", "user_id")
    @api.depends_context("uid")
    def _compute_may_decide(self):
        custodian = self.env.user.has_group(CUSTODIAN)
        for item in self:
            item.may_decide = (
                custodian
                and item.state == "requested"
                and self.env.user not in item.requested_by_id | item.user_id
            )

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    @api.model
    def _request(self, ticket, reason, user=None, body=None, hours=None):
        """Ask that somebody gets to see who complained.

        :param user: who gets to see it, the requester by default
        :param body: the other body it is passed on to, if any
        :param hours: for how long, the regulation's usual time by default
        :return: the disclosure
        :raise UserError: if there is nothing to disclose, or not to this person
        """
        user = user or self.env.user
        ticket.check_access("read")
        if problem := next(self._recipient_problems(ticket, user), None):
            raise UserError(problem)
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the identity is needed."))
        hours = hours or ticket.regulation_id.disclosure_hours
        if not 0 < hours <= _MOST_HOURS:
            raise UserError(
                self.env._("A disclosure lasts from 1 to %s hours.", _MOST_HOURS)
            )
        return self._make_request(
            ticket,
            reason,
            user_id=user.id,
            body=(body or "").strip() or False,
            hours=hours,
        )

    @api.model
    def _check_not_asked(self, ticket, kind):
        """Check that nobody waits for an answer to the same request about a case.

        :param kind: field that only requests of the kind have
        :raise UserError: if somebody does
        """
        # sudo: complaint.disclosure - whoever asked first
        asked = self.sudo().search_count(
            [
                ("ticket_id", "=", ticket.id),
                ("state", "=", "requested"),
                (kind, "!=", False),
            ],
            limit=1,
        )
        if asked:
            raise UserError(
                self.env._("This was asked for already; it is not decided.")
            )

    @api.model
    def _request_level(self, ticket, level, reason, consent=None, consent_date=None):
        """Ask that the complainant of a case is kept less secret, or forgotten.

        :param consent: how the complainant agreed, if it becomes less secret
        :return: the disclosure
        :raise UserError: if that was asked for already
        """
        self._check_not_asked(ticket, "level")
        return self._make_request(
            ticket,
            reason,
            user_id=self.env.uid,
            hours=1,
            level=level,
            consent=consent,
            consent_date=consent_date,
        )

    @api.model
    def _make_request(self, ticket, reason, **vals):
        item = self._create_sealed(
            "requested",
            {
                "ticket_id": ticket.id,
                "reason": reason.strip(),
                "requested_by_id": self.env.uid,
                "requested_date": fields.Datetime.now(),
                **vals,
            },
        )
        # sudo: complaint.disclosure - what was just written
        made = item.sudo()
        made._log("requested", **made._bare("reason", "body"))
        made._tell(made._deciders())
        ticket._settle_asked("request")
        return item

    @takes(note=text)
    def action_approve(self, note=None):
        """Let the named person see who complained, from now on for the hours asked for.

        :raise UserError, AccessError: if this custodian must not decide on it
        """
        return all(item._take("approve", note=note) for item in self)

    def action_refuse(self, note=None):
        """Refuse to disclose who complained; without a note a dialog asks for it."""
        return self._take("refuse", note)

    def action_end(self):
        """End disclosures at once: a custodian, the requester or the named person."""
        going = self.filtered(lambda item: item.state in ("requested", "approved"))
        return going._take("end")

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    @api.model
    def _in_force(self, tickets):
        """Return the disclosures by which the user may now see who complained."""
        # sudo: complaint.disclosure - one's own
        return self.sudo().search(
            [
                ("ticket_id", "in", tickets._origin.ids),
                ("user_id", "=", self.env.uid),
                ("state", "=", "approved"),
                ("until", ">", fields.Datetime.now()),
            ]
        )

    @api.model
    def _recipient_problems(self, ticket, user):
        """Yield why the identity of a case is not disclosed to a person, as sentences."""
        if ticket.confidentiality != "confidential":
            yield self.env._("Nothing about this complainant is kept secret.")
        if user.has_group(AUDITOR):
            yield self.env._("An auditor never sees who complained.")
        reader = ticket.with_user(user).with_context(
            allowed_company_ids=ticket.company_id.ids
        )
        if user.share or not reader.has_access("read"):
            yield self.env._(
                "%s has no access to this case and cannot be told who complained.",
                user.name,
            )

    # ----------------------------------------------------------------------
    # Steps
    # ----------------------------------------------------------------------

    def _step_people(self):
        """OVERRIDE: nobody stands in for a custodian."""
        return self.env.user

    def _gates_approve(self, note=None):
        if not self.level:
            yield from self._recipient_problems(self.ticket_id, self.user_id)
        elif self.level == self.ticket_id.confidentiality:
            yield self.env._("The case has this confidentiality already.")

    def _gates_end(self):
        mine = self.env.user in self.requested_by_id | self.user_id
        if not mine and not self.env.user.has_group(CUSTODIAN):
            yield self.env._("An identity custodian decides on this.")

    def _prepare_approve_vals(self, given, note=None):
        until = fields.Datetime.now() + timedelta(hours=self.hours)
        return {"decision_note": note, "until": not self.level and until}

    def _write_step(self, vals):  # pylint: disable=missing-return
        """OVERRIDE: a remark names nobody, others read it."""
        for item in self:
            note = item.ticket_id._without_names(vals.get("decision_note"))
            super(ComplaintDisclosure, item)._write_step(
                {**vals, **({"decision_note": note} if note else {})}
            )

    def _bare(self, *names):
        """Return texts of one disclosure for the log, which forgets nobody."""
        return {name: self.ticket_id._without_names(self[name]) for name in names}

    def _after_approve(self, **more):
        note = self.ticket_id._without_names(self.decision_note)
        self._log("approved", note=note, hours=self.hours)
        if self.level:
            self.ticket_id._change_level(
                self.level,
                asked_by=self.requested_by_id.login,
                consent=self.consent,
                consent_date=fields.Date.to_string(self.consent_date) or False,
                **self._bare("reason"),
            )
        self.ticket_id._settle_asked("request")
        self._tell(self.user_id | self.requested_by_id)

    def _after_refuse(self):
        for item in self:
            note = item.ticket_id._without_names(item.decision_note)
            item._log("refused", note=note)
            item._tell(item.requested_by_id)
        self.ticket_id._settle_asked("request")

    def _after_end(self):
        """End what is being looked at because of these disclosures."""
        # sudo: complaint.identity.view - nobody reads these rows
        views = self.env["complaint.identity.view"].sudo()
        views.search([("disclosure_id", "in", self.ids)])._unlink_sealed("over")
        self._log("ended")
        self.ticket_id._settle_asked("request")
        for item in self if self.env.uid != SUPERUSER_ID else ():
            item._tell(item.user_id | item.requested_by_id - self.env.user)

    def _log_step(self, name, before, given=None):
        """OVERRIDE: every step has a kind of its own, see :meth:`_log`."""

    def _log(self, what, **details):
        for is_level, items in self.grouped(lambda item: bool(item.level)).items():
            self.env["complaint.log"]._record(
                f"level_{what}" if is_level else f"disclosure_{what}",
                items,
                lambda item: (
                    {"level": item.level, **details}
                    if item.level
                    else {"person": item.user_id.login, **details}
                ),
            )

    @api.model
    def _cron_end(self):
        """End what is over."""
        over = [("state", "=", "approved"), ("until", "<=", fields.Datetime.now())]
        self.search(over, limit=1_000)._do_step("end")

    # ----------------------------------------------------------------------
    # Who is told
    # ----------------------------------------------------------------------

    def _deciders(self):
        """Return the custodians who may decide on one request."""
        group = self.env.ref(CUSTODIAN)
        readers = group.all_user_ids.filtered(
            lambda user: self.company_id in user.company_ids
        )
        return readers - self.requested_by_id - self.user_id

    def _tell(self, users):
        """Tell people how one disclosure stands, as far as they may read it."""
        for user in users:
            item = self.sudo(False).with_user(user)
            item = item.with_context(
                allowed_company_ids=self.company_id.ids, lang=user.lang
            )
            if item._filtered_access("read"):
                item._notify_reader()

    def _notify_reader(self):
        """Send the current user a note with a link."""
        subject = self._subject()
        link = f"{self.get_base_url()}/odoo/complaint-disclosures/{self.id}"
        # sudo: mail.thread - the office itself writes, not the reader
        self.env["mail.thread"].sudo().message_notify(
            partner_ids=self.env.user.partner_id.ids,
            subject=subject,
            body=Markup('<p><a href="%s">%s</a></p>') % (link, subject),
            author_id=self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root"),
        )

    def _subject(self):
        """Return how a disclosure stands, as one line that names nobody."""
        number = self.ticket_id.number
        if self.level:
            return {
                "requested": self.env._("Other confidentiality asked for: %s", number),
                "approved": self.env._("Confidentiality changed: %s", number),
                "refused": self.env._("Confidentiality stays as it is: %s", number),
                "ended": self.env._("Confidentiality stays as it is: %s", number),
            }[self.state]
        return {
            "requested": self.env._("Disclosure of an identity requested: %s", number),
            "approved": self.env._("Disclosure of an identity approved: %s", number),
            "refused": self.env._("Disclosure of an identity refused: %s", number),
            "ended": self.env._("Disclosure of an identity is over: %s", number),
        }[self.state]
