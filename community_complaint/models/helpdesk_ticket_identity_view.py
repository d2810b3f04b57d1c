from datetime import time, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.orm.models import NO_ACCESS

from ..tools import finder
from ..tools.arguments import number, one, takes, text
from ..tools.roles import CUSTODIAN


class HelpdeskTicket(models.Model):
    """Looking at a secret identity: with a reason, for some minutes, on record.

    EXPOSED API: :meth:`action_show_identity`, :meth:`action_hide_identity`,
    :meth:`action_request_disclosure`.
    """

    _inherit = "helpdesk.ticket"

    # none of both in nearly all cases: then nobody need ask
    disclosure_ids = fields.One2many(
        "complaint.disclosure",
        "ticket_id",
        string="Disclosures",
        groups=NO_ACCESS,
    )
    identity_view_ids = fields.One2many(
        "complaint.identity.view",
        "ticket_id",
        string="Looks at the Identity",
        groups=NO_ACCESS,
    )
    identity_may_show = fields.Boolean(compute="_compute_identity_shown")
    identity_until = fields.Datetime("Shown until", compute="_compute_identity_shown")
    my_disclosure_id = fields.Many2one(
        "complaint.disclosure", compute="_compute_my_disclosure"
    )
    my_disclosure_state = fields.Selection(
        selection=lambda self: (
            self.env["complaint.disclosure"]
            ._fields["state"]
            ._description_selection(self.env)
        ),
        compute="_compute_my_disclosure",
    )
    identity_problem = fields.Char(compute="_compute_identity_problem")
    contact_unproven = fields.Boolean(compute="_compute_identity_problem")
    contact_mine = fields.Boolean(
        "I Changed the Contact Data", compute="_compute_identity_problem"
    )
    level_asked = fields.Selection(
        string="Confidentiality Asked for",
        selection=lambda self: self._fields["confidentiality"]._description_selection(
            self.env
        ),
        compute="_compute_level_asked",
        help="The confidentiality that somebody asked for and nobody decided on yet.",
    )

    @api.depends("confidentiality", "disclosure_ids.state", "identity_view_ids.until")
    @api.depends_context("uid")
    def _compute_identity_shown(self):
        # sudo: complaint.identity.view - one's own rows
        views = self.env["complaint.identity.view"].sudo()
        mine = views
        if self._origin.sudo().identity_view_ids:  # sudo: see above
            mine = views.search(
                [*views._active_domain(), ("ticket_id", "in", self._origin.ids)]
            )
        until = {view.ticket_id.id: view.until for view in mine}
        entitled = self._origin._entitled_to_identity()
        for ticket in self:
            ticket.identity_until = until.get(ticket._origin.id, False)
            origin = ticket._origin
            ticket.identity_may_show = origin in entitled and not ticket.identity_until

    @api.depends("disclosure_ids.state")
    @api.depends_context("uid")
    def _compute_my_disclosure(self):
        """Find the latest request of the user, or for the user."""
        # sudo: complaint.disclosure - for which cases anything was requested
        requested = self._origin.sudo().disclosure_ids.ticket_id
        disclosures = self.env["complaint.disclosure"]
        if requested:
            disclosures = disclosures.search(
                [
                    ("ticket_id", "in", requested.ids),
                    "|",
                    ("requested_by_id", "=", self.env.uid),
                    ("user_id", "=", self.env.uid),
                ],
                order="id",
            )
        latest = {item.ticket_id.id: item for item in disclosures}
        for ticket in self:
            mine = latest.get(ticket._origin.id, disclosures.browse())
            ticket.my_disclosure_id = mine
            ticket.my_disclosure_state = mine.state

    @api.depends("disclosure_ids.state")
    def _compute_level_asked(self):
        for ticket in self:
            # sudo: complaint.disclosure - whether another level was asked for
            requests = ticket._origin.sudo().disclosure_ids
            asked = requests.filtered(lambda item: item.state == "requested")
            ticket.level_asked = next(filter(None, asked.mapped("level")), False)

    @api.depends("identity_ids")
    @api.depends_context("uid")
    def _compute_identity_problem(self):
        known = self._origin._readable_identities()
        for ticket in self:
            # sudo: complaint.identity - only whether the server can read it, and
            # whether somebody checked where the complainant is written to
            person = ticket._origin.sudo().identity_ids[:1]
            # whose vault was opened for the reader need not be opened again
            ticket.identity_problem = known.get(ticket._origin.id, person).unreadable
            ticket.contact_unproven = person.contact_unproven
            changer = person.contact_changed_by_id.id
            ticket.contact_mine = person.contact_unproven and changer == self.env.uid

    def _entitled_to_identity(self):
        """Return the cases whose secret identity the user may ask to see."""
        secret = self.filtered(
            lambda case: case.is_complaint and case.confidentiality == "confidential"
        )
        if self.env.user.has_group(CUSTODIAN):
            return secret
        taken = secret._taken_today()
        # sudo: complaint.disclosure - see _compute_my_disclosure()
        requested = secret.sudo().disclosure_ids.ticket_id.sudo(False)
        if not requested:
            return taken
        disclosed = self.env["complaint.disclosure"]._in_force(requested).ticket_id
        return taken | (secret & disclosed)

    def _taken_today(self):
        """Return the cases that the user took down today, by the office's own day.

        Who took a name down may complete it until the day is over: each look is on record.
        """
        return self.filtered(
            lambda case: (
                case.create_uid == self.env.user
                and case._office_date(case.create_date) == case._office_date()
            )
        )

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    @takes(reason=text)
    def action_show_identity(self, reason=None):
        """Show who complained for some minutes.

        :param reason: why; without it a dialog asks for it
        :raise AccessError: for who neither is a custodian nor got a disclosure
        """
        self.ensure_one()
        self._check_may_show()
        if not reason:
            return self._vault_wizard("show")
        self._show_identity(reason)
        return True

    def action_hide_identity(self):
        """Stop showing who complained."""
        # sudo: complaint.identity.view - one's own rows
        views = self.env["complaint.identity.view"].sudo()
        mine = [("user_id", "=", self.env.uid), ("ticket_id", "in", self.ids)]
        views.search(mine)._unlink_sealed("over")
        self._forget_identity()
        return True

    def action_correct_identity(self):
        """Return the form in which one corrects who complained.

        In a finished case a dialog asks for the reason first.

        :raise UserError: unless the identity is shown right now
        """
        self.ensure_one()
        identity = self.env["complaint.identity"].search(
            [("ticket_id", "=", self.id), ("joint", "=", False)]
        )
        if not identity or not identity.has_access("write"):
            raise UserError(
                self.env._("Only an identity custodian corrects what is kept secret.")
            )
        return (
            identity._correction_form()
            if identity.is_open
            else identity.action_correct()
        )

    def action_check_contact(self):
        """Confirm contact data that somebody else changed; a dialog asks how.

        :raise UserError: for who does not see who complained
        """
        self.ensure_one()
        identity = self._readable_identities().get(self.id)
        if not identity:
            raise UserError(
                self.env._("Only an identity custodian sees where they are written to.")
            )
        return identity.action_check_contact()

    def _contact_moved_text(self):
        """Return what the complainant is told at the address before, naming nobody."""
        return self.env._(
            "The office changed phone or e-mail of the matter %(number)s. Was it not "
            "you? Please call %(phone)s.",
            number=self.number,
            phone=self.company_id.phone or "",
        )

    @takes(reason=text, user=one("res.users"), body=text, hours=number)
    def action_request_disclosure(self, reason=None, user=None, body=None, hours=None):
        """Ask a custodian to let somebody see who complained.

        :param reason: why; without it a dialog asks for it
        :param user: who gets to see it, the requester by default
        :param body: the other body it is passed on to, if any
        """
        self.ensure_one()
        if not reason:
            return self._vault_wizard("request")
        self.env["complaint.disclosure"]._request(self, reason, user, body, hours)
        return True

    # ----------------------------------------------------------------------
    # When the server lacks a key
    # ----------------------------------------------------------------------

    def action_write_to_complainant(self, *args, **kwargs):
        """OVERRIDE: never pretend to have written when the address cannot be read."""
        # sudo: complaint.identity - only whether the server can read it
        self.sudo().identity_ids._check_readable()
        return super().action_write_to_complainant(*args, **kwargs)

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    def _check_may_show(self):
        """Check that the user may see who complained in one case.

        :raise AccessError, UserError: otherwise
        """
        self.check_access("read")
        if self.confidentiality != "confidential":
            raise UserError(
                self.env._("Nothing about this complainant is kept secret.")
            )
        if not self._entitled_to_identity():
            raise AccessError(
                self.env._(
                    "Identity custodians see who complained, and whoever took the case "
                    "down until the end of that day. You can request a disclosure."
                )
            )
        # sudo: complaint.identity - only whether the server can read it
        self.sudo().identity_ids._check_readable()

    def _show_identity(self, reason):
        """Let the user read the identity and log it."""
        views = self.env["complaint.identity.view"]
        disclosure = self.env["complaint.disclosure"]
        minutes = self.regulation_id.identity_minutes or 1
        until = fields.Datetime.now() + timedelta(minutes=minutes)
        if not self.env.user.has_group(CUSTODIAN):
            disclosure = disclosure._in_force(self)[:1]
            ends = disclosure.until or self._office_moment(
                self._office_date(), time.max
            )
            until = min(until, ends)
        views._create_sealed(
            "shown",
            {
                "ticket_id": self.id,
                "user_id": self.env.uid,
                "until": until,
                "session": views._session(),
                "disclosure_id": disclosure.id,
            },
        )
        details = {"reason": self._without_names(reason), "minutes": minutes}
        if disclosure:
            details["disclosure"] = disclosure.id
        self.env["complaint.log"]._record("identity_shown", self, details)
        self._forget_identity()

    def _forget_identity(self):
        """Drop what this transaction read before somebody's right to read changed."""
        self.invalidate_recordset()
        self.env["complaint.identity"].invalidate_model()

    def _vault_wizard(self, act, **defaults):
        """Return the dialog that asks for what an act on an identity needs."""
        self.ensure_one()
        labels = dict(
            self.env["complaint.vault.wizard"]
            ._fields["act"]
            ._description_selection(self.env)
        )
        context = {"default_ticket_id": self.id, "default_act": act}
        context |= {f"default_{name}": value for name, value in defaults.items()}
        return {
            "type": "ir.actions.act_window",
            "name": labels[act],
            "res_model": "complaint.vault.wizard",
            "view_mode": "form",
            "target": "new",
            "context": context,
        }

    # ----------------------------------------------------------------------
    # Finding the cases of a person, by whole values only
    # ----------------------------------------------------------------------

    @api.model
    def _look_up_person(self, name=None, phone=None, email=None, reason=None):
        """Return the cases of a person that the custodian may read; log the look-up.

        :raise AccessError: for who is no identity custodian
        """
        if not self.env.user.has_group(CUSTODIAN):
            raise AccessError(self.env._("Only an identity custodian looks up people."))
        identities = self.env["complaint.identity"]
        given = {"name": name, "phone": phone, "email": email}
        domains = [
            identities._index_domain(field, [value])
            for field, value in given.items()
            if (value or "").strip()
        ]
        # sudo: complaint.identity - a custodian looks for a person; rules of the case hold
        found = identities.sudo().search(
            Domain.OR(domains) if domains else Domain.FALSE
        )
        cases = self.with_context(active_test=False).search(
            [("id", "in", found.ticket_id.ids), ("is_complaint", "=", True)]
        )
        hide = finder.redactor(given.items(), self.env._("[complainant]"))
        for company in self.env.companies:
            self.env["complaint.log"]._record(
                "identity_searched",
                company,
                {
                    "by": sorted(key for key, value in given.items() if value),
                    "cases": cases.filtered(
                        lambda case, company=company: case.company_id == company
                    ).mapped("number"),
                    "reason": hide(reason or ""),
                },
                company,
            )
        return cases
