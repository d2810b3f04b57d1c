import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize
from odoo.tools.translate import LazyTranslate

from ..tools import called, vault
from ..tools.life import Ask, Life, Opening, Step
from ..tools.roles import CUSTODIAN
from ..tools.steps import CLERK, DRAFT, FINISHED_PHASES, HANDLER, LEADER, OPEN_PHASES

_lt = LazyTranslate(__name__)
#: Where a message goes to by itself, and the ways that lead there.
CONTACT = {"phone": "sms", "email": "email"}
#: What no phone number has; digits alone would be found in many an e-mail address.
_NO_PHONE = re.compile(r"[^\d\s+()-]")


class ComplaintIdentityContact(models.AbstractModel):
    """Where the complainant is written to, and what follows when the office changes it.

    Whoever changes it leads what the complainant is to get to somebody else. So the
    complainant is told at the address on file before, which stays in the vault; and what
    is served by the new one alone does not count until another person checked it.
    """

    _name = "complaint.identity.contact"
    _description = "Contact Data of a Complainant"

    _life = Life(
        {
            "check_contact": Step(
                (*OPEN_PHASES, *FINISHED_PHASES),
                None,
                (CLERK, HANDLER, LEADER, CUSTODIAN),
                label=_lt("Confirm the New Contact Data"),
                asks=Ask(
                    "contact_check",
                    _lt("How do you know that they are the complainant's own?"),
                    form="community_complaint.complaint_step_dialog_view_form_contact",
                ),
                stamps={"contact_checked_by_id": "user"},
                not_by=("contact_changed_by_id",),
                access="read",
            ),
        },
        state="phase",
    )
    _openings = {
        "moved": Opening(
            "Phone or e-mail were changed after the case was registered.",
            (
                "contact_changed_date",
                "contact_changed_by_id",
                "contact_checked_by_id",
                "contact_check",
            ),
        ),
    }

    former_phone = fields.Char("Phone Before", compute="_compute_values")
    former_email = fields.Char("E-mail Before", compute="_compute_values")
    contact_changed_date = fields.Datetime(
        "Contact Data Changed", readonly=True, copy=False
    )
    contact_changed_by_id = fields.Many2one(
        "res.users", "Contact Data Changed by", readonly=True, copy=False
    )
    contact_checked_by_id = fields.Many2one(
        "res.users", "Contact Data Confirmed by", readonly=True, copy=False
    )
    contact_check = fields.Text("How They Were Confirmed", readonly=True, copy=False)
    contact_unproven = fields.Boolean(compute="_compute_contact_unproven")

    @api.depends("vault")
    @api.depends_context("uid", "su")
    def _compute_partner_id(self):
        """Name accounts that are still there, which only who needs them asks for."""
        accounts = {
            identity: values.get("partner_id")
            for identity, (values, _missing) in self._opened_vaults()
        }
        partners = self.env["res.partner"].browse(filter(None, accounts.values()))
        known = partners.exists()._ids
        for identity, account in accounts.items():
            identity.partner_id = account if account in known else False

    @api.depends("contact_changed_date", "contact_checked_by_id")
    def _compute_contact_unproven(self):
        for identity in self:
            identity.contact_unproven = (
                identity.contact_changed_date and not identity.contact_checked_by_id
            )

    def action_check_contact(self, text=None):
        """Confirm contact data that somebody else changed.

        :param text: how it was checked; without it a dialog asks for it
        """
        return self._take("check_contact", text)

    def _prepare_check_contact_vals(self, given):
        return {"contact_check": self.ticket_id._without_names(given)}

    def _after_check_contact(self):
        """What was read there meanwhile counts from now on."""
        # sudo: complaint.dispatch - the papers of the case, whoever confirmed
        dispatches = self.sudo().ticket_id.dispatch_ids
        dispatches.invalidate_recordset(["is_met"])
        dispatches._settle()
        for identity in self:
            # sudo: complaint.identity - its case, whoever confirmed
            case = identity.sudo().ticket_id.sudo(False)
            case._settle_asked("contact")
            case._tell_people(
                identity.sudo().contact_changed_by_id,  # sudo: see above
                lambda reader: reader.env._(
                    "%s: the new phone or e-mail were confirmed.", reader.number
                ),
            )

    def _confirmers(self):
        """Return who may confirm the changed contact data of one identity.

        Of an open case its handler or the desk, of a secret one the custodians.
        """
        case, changer = self.ticket_id, self.contact_changed_by_id
        people = case._office_people(CUSTODIAN)
        if case.confidentiality == "open":
            desk = case.team_id.user_ids | case.team_id.user_id
            others = desk.filtered(
                lambda user: user.has_groups(f"{CLERK},{HANDLER},{LEADER}")
            )
            people = (case.user_id - changer) or (others - changer) or people
        return people - changer

    @api.model
    def _unproven_domain(self):
        """Return the domain of identities whose contact data nobody confirmed yet."""
        return Domain(
            [
                ("joint", "=", False),
                ("contact_changed_date", "!=", False),
                ("contact_checked_by_id", "=", False),
            ]
        )

    def _contact_told(self, before=False):
        """Return phone and e-mail of one identity on one line, for who may see it.

        :param before: whether those before the last change; what did not change is a dash
        """
        prefix = "former_" if before else ""
        if not self._filtered_access("read"):
            return "••••••"
        return " · ".join(self[f"{prefix}{name}"] or "–" for name in CONTACT)

    # ----------------------------------------------------------------------
    # Changes
    # ----------------------------------------------------------------------

    def _former_contact(self, old, new):
        """Return the contact data before a change, as far as they were proven.

        :param old, new: what the identity says before and after, ``{field: value}``
        """
        if self.contact_unproven:
            return {}
        return {f"former_{name}": old[name] for name in self._moved(old, new)}

    def _moved(self, old, new):
        """Return what a change by hand leads somewhere else in a case, of ``CONTACT``.

        Who took a case down completes it that day.
        """
        # sudo: complaint.identity - its case, whoever changes it
        case = self.sudo().ticket_id
        if self.joint or case.phase == DRAFT or case._taken_today():
            return set()
        changed = {name for name in CONTACT if (old[name] or "") != (new[name] or "")}
        return changed & self._names_by_hand(CONTACT)

    def _note_moved(self):
        """Put on record that contact data changed, and tell it where they were before."""
        self._write_sealed(
            "moved",
            {
                "contact_changed_date": fields.Datetime.now(),
                "contact_changed_by_id": self.env.uid,
                "contact_checked_by_id": False,
                "contact_check": False,
            },
        )
        # sudo: complaint.identity - its case, whoever changes it
        case = self.sudo().ticket_id
        dispatches = self.env["complaint.dispatch"]
        vals = {"ticket_id": case.id, "addressee": "complainant", "to_former": True}
        text = case.with_context(lang=case._paper_lang())._contact_moved_text()
        dispatches._queue(
            [
                {**vals, "channel": channel, "content": text}
                for channel in CONTACT.values()
                if dispatches._can_use(channel, vals)
                and dispatches._address_of(channel, vals)
            ]
        )
        case.sudo(False)._settle_asked("contact")

    # ----------------------------------------------------------------------
    # Accounts: whose it is acts as the complainant
    # ----------------------------------------------------------------------

    def _check_account(self, partner_id):
        """Check that an account is the complainant's: who has it signs in by what is on file.

        Not the e-mail of its contact is compared, which whoever manages contacts may write.

        :raise UserError: otherwise, or while nobody else checked the contact data
        """
        # sudo: res.users, complaint.identity - compared by a custodian, not shown
        users = self.env["res.partner"].sudo().browse(partner_id or ()).user_ids
        # sudo: complaint.identity - see above
        for identity in self.sudo():
            if partner_id and not (users and all(map(identity._is_login, users))):
                raise UserError(
                    self.env._(
                        "This account signs in by another e-mail or phone number than the "
                        "complainant's. Correct the complainant's first, and have "
                        "somebody else confirm it."
                    )
                )
            if partner_id and identity.contact_unproven:
                raise UserError(
                    self.env._("Somebody else confirms the new contact data first.")
                )

    def _is_login(self, user):
        """Return whether a user signs in by the e-mail or phone number of one identity."""
        login = user.login or ""
        if _NO_PHONE.search(login):
            by_email = email_normalize(self.email or "")
            return bool(by_email) and email_normalize(login) == by_email
        by_phone = vault.phone_key(self.phone)
        return bool(by_phone) and vault.phone_key(login) == by_phone

    # ----------------------------------------------------------------------
    # Searching
    # ----------------------------------------------------------------------

    @api.model
    def _contact_domain(self, phone, email):
        """Return the domain of identities with a phone or e-mail, or ``None``."""
        parts = []
        if vault.phone_key(phone):
            parts.append(self._index_domain("phone", [phone]))
        if self._index_key("email", email):
            parts.append(self._index_domain("email", [email]))
        return Domain.OR(parts) if parts else None

    # ----------------------------------------------------------------------
    # Compared, never kept: one form however it is written
    # ----------------------------------------------------------------------

    @api.model
    def _index_key(self, name, value):
        """Return the form in which a value is compared, ``False`` if it has none."""
        if name == "phone":
            return vault.phone_key(value)
        if name == "email":
            return email_normalize(value or "", strict=False) or False
        if name == "partner_id":
            return value and str(int(value))
        return called.key(value) or False

    @api.model
    def _earlier_index_key(self, name, value):
        """Return the form in which earlier versions compared a value."""
        form = {"phone": vault.earlier_phone_key, "name": vault.fold}.get(name)
        return form and form(value)
