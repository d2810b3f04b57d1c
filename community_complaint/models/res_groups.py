from odoo import api, models
from odoo.tools import format_list

from ..tools.roles import AUDITOR, CUSTODIAN, DISCIPLINE

#: Roles by which somebody gets at secrets, and who is told of a new one.
WATCHED = (CUSTODIAN, AUDITOR, DISCIPLINE)
_TOLD = (CUSTODIAN, AUDITOR)


class ResGroups(models.Model):
    """Nobody gets at secrets unnoticed, not even an administrator (THREATS 24)."""

    _inherit = "res.groups"

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: a new group may imply a watched one."""
        before = self._watched_members()
        groups = super().create(vals_list)
        self._report_watched(before)
        return groups

    def write(self, vals):
        """OVERRIDE: log who gets or loses a watched role, tell its holders."""
        if not vals.keys() & {"user_ids", "implied_ids", "implied_by_ids"}:
            return super().write(vals)
        before = self._watched_members()
        result = super().write(vals)
        self._report_watched(before)
        return result

    def unlink(self):
        """OVERRIDE: deleting a group takes what it implies from its members."""
        before = self._watched_members()
        result = super().unlink()
        self._report_watched(before)
        return result

    @api.model
    def _watched_groups(self):
        """Return the watched roles, empty while the add-on is being installed."""
        # sudo: res.groups - who has the role, whoever changes it
        groups = self.sudo().browse()
        for xmlid in WATCHED:
            groups |= self.sudo().env.ref(xmlid, raise_if_not_found=False) or groups
        return groups

    @api.model
    def _watched_members(self):
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
            if new:
                self._alert_watched(group, new, before)

    @api.model
    def _log_watched(self, kind, group, users):
        role = group.get_external_id()[group.id].rpartition("_")[2]
        for user in users:
            for company in user.company_ids:
                self.env["complaint.log"]._record(
                    kind, user, {"role": role, "person": user.login}, company
                )

    @api.model
    def _alert_watched(self, group, new, before):
        """Tell who held custody or audited before, in the companies concerned."""
        holders = self.env["res.users"].sudo()  # sudo: res.users - who is told
        for xmlid in _TOLD:
            holders |= before.get(self.env.ref(xmlid).sudo(), holders)
        for holder in holders - new:
            news = new.filtered_domain([("company_ids", "in", holder.company_ids.ids)])
            if news:
                self._alert_holder(holder, group, news)

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
        # sudo: mail.thread - the office itself writes, whoever gave the role
        reader.env["mail.thread"].sudo().message_notify(
            partner_ids=holder.partner_id.ids,
            subject=reader.env._("Somebody got a role that sees secrets"),
            body=body,
            author_id=self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root"),
        )
