from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools.opened import is_opened
from .complaint_conflict import SAID


class HelpdeskTicket(models.Model):
    """Who must not know of a case: respondents, their units, who recused; outsiders.

    Record rules and :mod:`.ir_rule_conflict` hide the case from them;
    :mod:`.helpdesk_ticket_conflict` takes away what they already had.

    A complaint has no access token and no outsiders among its followers. The base's token
    is a bearer token: whoever reads it, staff included, posts as the customer (THREATS
    9). Following or being suggested would name outsiders in tables that others read
    (THREATS 3, 7); to treat all outsiders alike tells nothing about who of them
    complained. Who is mentioned: see ``helpdesk_ticket_mail_guard.py``.
    """

    _inherit = "helpdesk.ticket"

    conflict_ids = fields.One2many(
        "complaint.conflict", "ticket_id", string="Conflicts of Interest"
    )
    recused_user_ids = fields.Many2many(
        "res.users",
        "helpdesk_ticket_recused_user_rel",
        "ticket_id",
        "user_id",
        string="Recused",
        compute="_compute_conflict_user_ids",
        store=True,
        copy=False,
        help="Who stepped aside, or was excluded by a leader.",
    )
    conflict_user_ids = fields.Many2many(
        "res.users",
        "helpdesk_ticket_conflict_user_rel",
        "ticket_id",
        "user_id",
        string="Excluded",
        compute="_compute_conflict_user_ids",
        store=True,
        copy=False,
    )

    @api.depends("conflict_ids.state", "conflict_ids.user_id")
    def _compute_conflict_user_ids(self):
        """Exclude who has a conflict that was set and not lifted, and nobody else."""
        self.env.cr.cache.pop("complaint_conflicts", None)
        # those that are alike at once: PostgreSQL is asked for each assignment
        alike = self.grouped(lambda ticket: ticket._users_excluded())
        for (excluded, recused), tickets in alike.items():
            tickets.conflict_user_ids = excluded
            tickets.recused_user_ids = recused

    def _users_excluded(self):
        """Return ``(who is excluded from one case, who of them by word)``."""
        # sudo: complaint.conflict - conflicts hold whoever works on the case
        conflicts = self.sudo().conflict_ids.filtered(lambda item: item.state == "set")
        said = conflicts.filtered(lambda item: item.cause in SAID)
        return conflicts.user_id, said.user_id

    def _conflict_partners(self):
        """Return the partners of who is kept away, also of respondents without login."""
        # sudo: hr.employee - conflicts hold whoever works on the case
        tickets = self.sudo()
        respondents = tickets.respondent_ids
        return (
            tickets.conflict_user_ids.partner_id
            | respondents.employee_id.work_contact_id
            | respondents.partner_id
        )

    # ----------------------------------------------------------------------
    # Guards
    # ----------------------------------------------------------------------

    @api.constrains("duplicate_id")
    def _check_duplicate_id(self):
        """Links between tickets show the other one's number, whoever may not know it."""
        for ticket in self.filtered("duplicate_id"):
            if ticket.is_complaint or ticket.duplicate_id.is_complaint:
                raise UserError(
                    self.env._(
                        "A complaint is not closed as a duplicate. Withdraw it, or do not "
                        "accept it, and say why."
                    )
                )

    def _check_assignable(self, user_id):
        """Check that a user may handle these cases.

        The message is the same for every reason: it tells nobody who is accused.

        :raise UserError: if the user is kept away from one of them
        """
        # sudo: helpdesk.ticket - the guard holds whatever the rights of who assigns
        blocked = self.sudo().filtered(
            lambda case: user_id in case.conflict_user_ids.ids
        )
        if user_id and blocked:
            # sudo: res.users - the name of a colleague
            user = self.env["res.users"].sudo().browse(user_id)
            raise UserError(
                self.env._(
                    "%(user)s cannot take on %(cases)s. Choose somebody else.",
                    user=user.name,
                    cases=", ".join(blocked.mapped("number")),
                )
            )

    def _check_acting_person(self):
        """Check that who acts, also by code with all rights, is not kept away.

        :raise AccessError: without a reason
        """
        # sudo: helpdesk.ticket - see _check_assignable()
        if self.env.user in self.sudo().conflict_user_ids:
            raise AccessError(self.env._("You have no access to this case."))

    def unlink(self):
        """OVERRIDE: rights first, the base looks at what is on file before it asks."""
        self.check_access("unlink")
        return super().unlink()

    # ----------------------------------------------------------------------
    # Saving what one may not see any more
    # ----------------------------------------------------------------------

    def web_save(self, vals, specification, next_id=None):
        """OVERRIDE: who takes down a complaint about themselves saves it and loses it.

        The base reads what it saved, and would take everything back if that is refused.
        """
        if self and not any(case.is_complaint for case in self):
            return super().web_save(vals, specification, next_id)
        saved = self or self.create(vals)
        if self:
            self.write(vals)
        if not next_id and not saved.has_access("read"):
            return [{"id": saved.id, **dict.fromkeys(specification, False)}]
        shown = self.browse(next_id) if next_id else saved
        return shown.with_context(bin_size=True).web_read(specification)

    def _check_access(self, operation):
        """OVERRIDE: ask PostgreSQL whether the rules allow to read these cases.

        The base reads every field that a rule mentions and goes through the rules one
        case after the other. It still does so to tell which cases are forbidden.
        """
        if (
            operation == "read"
            and self
            and all(self._ids)
            and (is_opened(self, operation) or self._rules_allow_reading())
        ):
            return None
        return super()._check_access(operation)

    def _rules_allow_reading(self):
        """Tell whether access rights and record rules let one read all these cases."""
        access = self.env["ir.model.access"]
        if not access.check(self._name, "read", raise_exception=False):
            return False
        query = self._search([("id", "in", self._ids)], active_test=False)
        return len(query) == len(set(self._ids))

    @api.model
    def _search_message_partner_ids(self, operator, operand):
        """OVERRIDE: ask last who follows a case.

        A record rule of the base lets users read what they follow, which may be thousands
        of cases. PostgreSQL takes conditions one after the other, and the base's come by
        the name of the field: before the desk, which answers for nearly all cases.
        """
        domain = super()._search_message_partner_ids(operator, operand)
        if domain is NotImplemented:
            return domain
        followed = Domain(domain).optimize_full(self)
        return Domain.custom(to_sql=followed._to_sql)

    # ----------------------------------------------------------------------
    # Who acts for whom (THREATS 21): always the person who really acts is checked
    # ----------------------------------------------------------------------

    def _effective_user(self, user):
        """Return who acts for a user on a case today.

        :return: the user, or the substitute while the user is away; empty if that person
            is kept away from the case
        """
        self.ensure_one()
        # sudo: complaint.delegation - who stands in for whom is no matter of rights
        delegations = self.env["complaint.delegation"].sudo()
        person = delegations._substitute(user, self._office_date())
        # sudo: helpdesk.ticket - who is kept away holds whoever asks
        if person == user and user in self.sudo().conflict_user_ids:
            return user.browse()
        return person - self.sudo().conflict_user_ids

    def _represented(self):
        """Return who the user stands in for today and who may know of the cases."""
        # sudo: complaint.delegation - who stands in for whom is no matter of rights
        delegations = self.env["complaint.delegation"].sudo()
        absent = delegations._absent(self.env.user, self[:1]._office_date())
        # sudo: helpdesk.ticket - who is kept away holds whoever asks
        return absent - self.sudo().conflict_user_ids

    def _available(self, user_id):
        """Return who takes cases meant for a user: the user or today's substitute.

        :raise UserError: naming the user, if one of the two is kept away from a case
        """
        user = self.env["res.users"].browse(user_id)
        self._check_assignable(user.id)
        # sudo: complaint.delegation - who stands in for whom is no matter of rights
        delegations = self.env["complaint.delegation"].sudo()
        person = delegations._substitute(user, self[:1]._office_date())
        if person != user:
            self._check_assignable(person.id)
            for ticket in self:
                ticket._message_log(
                    body=self.env._(
                        "%(user)s is away, %(substitute)s takes on the case.",
                        # sudo: res.users - names of colleagues
                        user=user.sudo().name,
                        substitute=person.name,
                    )
                )
        return person

    # ----------------------------------------------------------------------
    # Token
    # ----------------------------------------------------------------------

    def _portal_ensure_token(self):
        """OVERRIDE: no token for a complaint; links to it ask for a login."""
        if self.is_complaint:
            return ""
        return super()._portal_ensure_token()

    @api.model
    def _get_thread_with_access(self, thread_id, **kwargs):
        """OVERRIDE: a token from before its desk took complaints opens no complaint."""
        # sudo: helpdesk.ticket - only whether it is a complaint
        if self.browse(thread_id).sudo().exists().is_complaint:
            kwargs.update(hash=None, pid=None, token=None)
        return super()._get_thread_with_access(thread_id, **kwargs)

    # ----------------------------------------------------------------------
    # Followers, suggestions
    # ----------------------------------------------------------------------

    def _message_add_suggested_recipients(self, force_primary_email=False):
        """OVERRIDE: no outsider is suggested; the complainant has a way of its own."""
        suggested = super()._message_add_suggested_recipients(force_primary_email)
        for ticket in self.filtered("is_complaint"):
            partners = suggested[ticket.id]["partners"]
            inside = self._insiders(partners.ids)
            suggested[ticket.id].update(
                email_to_lst=[], partners=partners.browse(inside)
            )
        return suggested

    @api.model
    def _insiders(self, partner_ids):
        """Return the ids of the contacts that belong to members of the staff."""
        # sudo: res.partner - who is a member of the staff is no secret
        partners = self.env["res.partner"].sudo().browse(partner_ids)
        return [
            partner.id
            for partner in partners
            if any(not user.share for user in partner.user_ids)
        ]
