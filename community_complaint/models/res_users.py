from urllib.parse import urlsplit

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, str2bool

from ..tools.changes import on
from ..tools.sealed_links import is_on_file
from .res_groups import SECOND_FACTOR

#: Parameter by which custodians, leaders and managers need a second factor.
DEMANDED = "community_complaint.second_factor"
#: Hosts of an address that nobody outside the server can open.
_LOCAL = ("localhost", "127.0.0.1", "::1", "")

#: Who may know of accounts when they were used.
_ACCOUNTS = "base.group_erp_manager"
#: What of somebody who works on complaints decides who can act as them, and where.
_ACCESS = {
    "company_id",
    "company_ids",
    "helpdesk_team_ids",
    "login",
    "partner_id",
    "password",
    "totp_secret",
}
#: Of a resident, by which somebody else can sign in as them.
_SIGNING_IN = {"email", "login", "partner_id", "password", "totp_secret"}


class ResUsers(models.Model):
    """Giving somebody a role that sees secrets leaves a trace, see ``res.groups``.

    A person on file who gets a login, or another one, is excluded as before, see
    ``hr_conflict.py``. Who is named in a complaint file stays known: as usual, the user is
    archived instead.
    """

    _name = "res.users"
    _inherit = ["complaint.change.mixin", "res.users"]

    _effects = {
        "_forget_roles": on("totp_secret"),
        "_refresh_cases": on("partner_id", made=True),
        "_report_roles": on("group_ids", "active", made=True, before="_roles_before"),
        "_check_new_desks": on("helpdesk_team_ids", given=True, before="_desks_before"),
        "_report_accesses": on(*_ACCESS, before="_offices_before"),
    }

    # when a resident was there tells who filed what came in that minute; a related field
    # is searched whoever may read it
    login_date = fields.Datetime(
        related=None,
        compute="_compute_login_date",
        search="_search_login_date",
        compute_sudo=True,
        groups=_ACCOUNTS,
    )

    @api.depends("log_ids.create_date")
    def _compute_login_date(self):
        for user in self:
            user.login_date = user.log_ids[:1].create_date

    @api.model
    def _search_login_date(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        if not (self.env.su or self.env.user.has_group(_ACCOUNTS)):
            raise AccessError(self.env._("Only who manages accounts asks for that."))
        return Domain("log_ids", "any!", [("create_date", operator, value)])

    # ----------------------------------------------------------------------
    # Signing in: the second factor, and the address printed on papers
    # ----------------------------------------------------------------------

    @tools.ormcache("self.id")
    def _get_group_ids(self):
        """OVERRIDE: where a second factor is demanded, some roles rest without one.

        Whoever has none yet signs in as ever, without these roles, and sets it up in the
        preferences. Switching it on or off empties the caches, as does the parameter.
        """
        group_ids = super()._get_group_ids()
        demanded = self.env["ir.config_parameter"]._get_param(DEMANDED)
        if not str2bool(demanded or "", False) or self._has_second_factor():
            return group_ids
        find = self.env["ir.model.data"]._xmlid_to_res_id
        resting = {find(xmlid) for xmlid in SECOND_FACTOR}
        return tuple(id_ for id_ in group_ids if id_ not in resting)

    def _has_second_factor(self):
        """Return whether one user signs in with a second factor; nobody does without
        the add-on ``auth_totp``, which comes with Odoo.
        """
        if "totp_secret" not in self._fields:
            return False
        self.env.flush_all()
        query = SQL(
            "SELECT totp_secret IS NOT NULL FROM res_users WHERE id = %s", self.id
        )
        return any(known for (known,) in self.env.execute_query(query))

    def authenticate(self, credential, user_agent_env):
        """OVERRIDE: signing in by another address changes no address on papers.

        The base takes the address of an administrator's last request for the office's
        own. It stands on receipt slips beside the code (THREATS 70), so the first one
        that is not the server's own stays; later it is changed by hand, on record.
        """
        if self._is_address_frozen():
            user_agent_env = {**(user_agent_env or {}), "base_location": None}
        return super().authenticate(credential, user_agent_env)

    @api.model
    def _is_address_frozen(self):
        """Return whether the office's address was set to one that others can open."""
        address = self.env["ir.config_parameter"]._get_param("web.base.url")
        return (urlsplit(address or "").hostname or "") not in _LOCAL

    # ----------------------------------------------------------------------
    # What follows a change
    # ----------------------------------------------------------------------

    def _refresh_cases(self):
        """Exclude who is the contact of these from cases that concern them."""
        self.env["complaint.setting.mixin"]._forget_settings()
        self.partner_id._refresh_conflicts()

    def _forget_roles(self):
        """Forget which roles rest without a second factor."""
        self.env.registry.clear_cache()

    def _roles_before(self, _vals):
        return self.env["res.groups"]._watched_members()

    def _report_roles(self, before):
        """Log who got or lost a watched role, also by being activated."""
        self.env["res.groups"]._report_watched(before)

    def _desks_before(self, vals):
        """Return ``{user: desks}``; of new users, and while modules load, there are none."""
        if vals and not self.pool.ready:
            return None
        # sudo: res.users - at which desks they were, whoever changes it
        return {user: user.sudo().helpdesk_team_ids for user in self}

    def _check_new_desks(self, before):
        """Check that managers of the desks say who is there, see :meth:`_check_desks`."""
        nowhere = self.browse().helpdesk_team_ids
        for user in self:
            # sudo: res.users - at which desks they are now, whoever changed it
            user._check_desks(before.get(user, nowhere), user.sudo().helpdesk_team_ids)

    def _offices_before(self, vals):
        """Return ``(fields written, {user: offices})``, ``None`` while modules load."""
        if not self.pool.ready:
            return None
        # sudo: res.users - at which offices they were, whoever changes it
        return _ACCESS & vals.keys(), {user: user.sudo().company_ids for user in self}

    def _report_accesses(self, known):
        names, offices = known
        for user in self:
            user._report_access(names, offices[user])

    # ----------------------------------------------------------------------
    # Who changes the access of those who work on complaints is seen (THREATS 56)
    # ----------------------------------------------------------------------

    def _works_on_complaints(self):
        """Return whether one user has a role in handling complaints."""
        # sudo: res.users - which roles somebody has, whoever asks
        return bool(
            self.sudo().all_group_ids & self.env["res.groups"]._watched_groups()
        )

    def _check_own_name(self):
        """Check that nobody who works on complaints is called otherwise by themselves.

        By their names colleagues are kept from complaints about them (THREATS 49); with
        another one somebody would read what names them, and be called as before later.

        :raise AccessError: for one's own name, unless the user manages accounts
        """
        me = self.env.user
        if me in self and me._works_on_complaints() and not me.has_group(_ACCOUNTS):
            raise AccessError(
                self.env._(
                    "By your name you are kept from complaints about yourself. Whoever "
                    "manages accounts changes it."
                )
            )

    def _check_own_account(self):
        """Check that these are the user's own accounts, or the user manages accounts.

        Whoever says where mail for an account goes can set its password, and then acts
        as the resident. The base guards accounts of staff only.

        :raise AccessError: if not, alike whether somebody ever complained
        """
        if self.filtered("share") - self.env.user:
            self.sudo(False).check_access("write")

    @api.model
    def _check_desks(self, before, after):
        """Check that who joins or leaves complaint desks does so by a manager of theirs.

        :param before: desks they were at
        :param after: desks they are at now
        :raise AccessError: if not
        """
        # sudo: helpdesk.ticket.team - whether it is a complaint desk, whoever asks
        changed = ((before - after) | (after - before)).sudo()
        used = changed._watched_companies() if changed else {}
        ids = frozenset().union(*used.values())
        changed._check_watched(self.env["res.company"].browse(sorted(ids)))

    def _report_access(self, names, offices):
        """Put on record what decides who can act as one user, and tell the custodians.

        :param names: fields that were written
        :param offices: ``res.company`` records where they worked before
        """
        companies = self.env["complaint.watched.mixin"]._complaint_offices()
        what = self.env._("access of a member of staff")
        alarming = self.env.user != self and not self.env.user._is_superuser()
        if self._works_on_complaints():
            # sudo: res.users - where they work now, whoever changed it
            companies &= offices | self.sudo().company_ids
        elif alarming and self._is_taken_over(names):
            what = self.env._("access of a resident's account")
        else:
            return
        details = {"person": self.login, "access": sorted(names)}
        for company in companies:
            self.env["complaint.log"]._record("access_changed", self, details, company)
        if alarming:
            self.env["res.groups"]._tell_watchers(companies, what, [self.name])

    def _is_taken_over(self, names):
        """Return whether by such a change somebody else may act as one resident.

        Of all accounts alike, so that it tells nothing about who complains. Who follows
        the link of an e-mail is nobody yet.
        """
        # sudo: res.users - what kind of account it is, whoever changed it
        return (
            self.sudo().share
            and not self.env.user._is_public()
            and bool(names & _SIGNING_IN)
        )

    @api.ondelete(at_uninstall=True)
    def _unlink_except_on_file(self):
        """Refuse for who did something in a case, or is excluded from one.

        :raise UserError: without telling in which one
        """
        for user in self:
            if is_on_file(user):
                raise UserError(
                    self.env._(
                        "%s is named in complaint files and cannot be deleted. Archive "
                        "the user instead.",
                        user.name,
                    )
                )
