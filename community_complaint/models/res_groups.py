from odoo import api, models
from odoo.tools import format_list

from ..tools.changes import on
from ..tools.roles import AUDITOR, CUSTODIAN, DISCIPLINE, MANAGER, PUBLISHER

_LEADER, _HANDLER, _CLERK = (
    f"community_complaint.group_complaint_{role}"
    for role in ("leader", "handler", "clerk")
)
#: Roles by which somebody gets at secrets or decides: who gets one is told of.
_TOLD_OF = (CUSTODIAN, AUDITOR, DISCIPLINE, MANAGER, PUBLISHER, _LEADER)
#: Roles that are on record. Who has one of them works on complaints.
WATCHED = (*_TOLD_OF, _HANDLER, _CLERK)
#: Roles that act only with a second factor where the office demands one.
SECOND_FACTOR = (CUSTODIAN, MANAGER, _LEADER)
#: Who is told.
_TOLD = (CUSTODIAN, AUDITOR)


class ResGroups(models.Model):
    """Nobody gets at secrets unnoticed, not even an administrator (THREATS 24)."""

    _name = "res.groups"
    _inherit = ["complaint.seen.mixin", "res.groups"]

    #: A new group may imply a watched one; a deleted one takes what it implies away.
    _effects = {
        "_report_watched": on(
            "user_ids",
            "implied_ids",
            "implied_by_ids",
            made=True,
            removed=True,
            before="_watched_members",
        ),
    }

    #: Who is in a group is reported role by role.
    _watched_free = frozenset({"user_ids", "sequence", "comment", "color"})

    @api.model
    def _watched_groups(self):
        """Return the watched roles, empty while the add-on is being installed."""
        # sudo: res.groups - who has the role, whoever changes it
        groups = self.sudo().browse()
        for xmlid in WATCHED:
            groups |= self.sudo().env.ref(xmlid, raise_if_not_found=False) or groups
        return groups

    @api.model
    def _watched_members(self, _vals=None):
        """Return who has which watched role, as ``{group: users}``."""
        return {group: group.all_user_ids for group in self._watched_groups()}

    @api.model
    def _report_watched(self, before):
        """Log who got or lost a watched role since, and tell those who had one.

        :param before: what :meth:`_watched_members` returned
        """
        for group, users in self._watched_members().items():
            old = before.get(group, users.browse())
            self._log_watched("group_revoked", group, (old - users).exists())
            new = users - old
            self._log_watched("group_granted", group, new)
            if new and self._role_of(group) in _TOLD_OF:
                self._alert_watched(group, new, before)

    @api.model
    def _role_of(self, group):
        """Return the external id of a role."""
        find = self.env["ir.model.data"]._xmlid_to_res_id
        return next(xmlid for xmlid in WATCHED if group.id == find(xmlid))

    @api.model
    def _log_watched(self, kind, group, users):
        role = self._role_of(group).rpartition("_")[2]
        for user in users:
            for company in user.company_ids:
                self.env["complaint.log"]._record(
                    kind, user, {"role": role, "person": user.login}, company
                )

    @api.model
    def _alert_watched(self, group, new, before):
        """Tell who held custody or audited before, in the companies concerned."""
        holders = self.env["res.users"].sudo()  # sudo: res.users - who is told
        for role, users in before.items():
            if self._role_of(role) in _TOLD:
                holders |= users
        for holder in holders - new:
            news = new.filtered_domain([("company_ids", "in", holder.company_ids.ids)])
            if news:
                self._alert_holder(holder, group, news)

    # ----------------------------------------------------------------------
    # Whatever else administrators do
    # ----------------------------------------------------------------------

    @api.model
    def _watchers(self, companies):
        """Return who keeps identities and who audits, in some companies."""
        holders = self.env["res.users"].sudo()  # sudo: res.users - who is told
        for role, users in self._watched_members().items():
            if self._role_of(role) in _TOLD:
                holders |= users
        return holders.filtered_domain([("company_ids", "in", companies.ids)])

    @api.model
    def _tell_watchers(self, companies, what, names):
        """Tell custodians and auditors that somebody changed what complaints rest on.

        :param companies: offices concerned
        :param what: what kind of thing, as text
        :param names: names of what was changed
        """
        for holder in self._watchers(companies) - self.env.user:
            reader = self.with_context(lang=holder.lang)
            body = reader.env._(
                "%(user)s changed this: %(what)s “%(names)s”. It may decide who sees what "
                "of complaints. The log says what it was before. If nobody decided this, "
                "tell your leader now.",
                user=self.env.user.name,
                what=what,
                names=format_list(reader.env, names),
            )
            self._notify_watcher(
                holder, reader.env._("Somebody changed what guards complaints"), body
            )

    @api.model
    def _notify_watcher(self, holder, subject, body):
        # sudo: mail.thread - the office itself writes, whoever changed something
        self.env["mail.thread"].with_context(lang=holder.lang).sudo().message_notify(
            partner_ids=holder.partner_id.ids,
            subject=subject,
            body=body,
            author_id=self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root"),
        )

    @api.model
    def _alert_holder(self, holder, group, users):
        reader = self.with_context(lang=holder.lang)
        names = format_list(reader.env, users.mapped("name"))
        body = reader.env._(
            "%(names)s got the role “%(role)s”. Given by: %(giver)s. If nobody decided "
            "this, tell your leader now.",
            names=names,
            role=group.with_context(lang=holder.lang).name,
            giver=self.env.user.name,
        )
        self._notify_watcher(
            holder, reader.env._("Somebody got a role that sees secrets"), body
        )
