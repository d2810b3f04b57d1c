from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.community_complaint.tools.steps import HANDLER


class ComplaintAppealReview(models.AbstractModel):
    """Who may decide on an appeal: nobody who had a part in the result (THREATS 21)."""

    _name = "complaint.appeal.review"
    _description = "Reviewers of an Appeal"

    def _possible_reviewers(self):
        """Return the users who may be assigned to review one appeal."""
        self.ensure_one()
        domain = Domain("all_group_ids", "in", self.env.ref(HANDLER).ids)
        domain &= Domain("company_ids", "in", self.company_id.ids)
        candidates = self.env["res.users"].search(domain)
        return candidates.filtered(lambda user: not any(self._review_obstacles(user)))

    def _review_obstacles(self, user):
        """Yield why a user must not decide on one appeal, as sentences."""
        self.ensure_one()
        # sudo: res.users - names and roles of colleagues
        user = user.sudo()
        case = self.ticket_id
        # sudo: helpdesk.ticket - conflicts bind whoever asks; the names are not told
        facts = case.sudo()
        if user in case._all_involved():
            yield self.env._(
                "%s had a part in the result and cannot review it.", user.name
            )
        parties = facts.identity_ids.partner_id.user_ids
        if user in facts.conflict_user_ids | parties:
            yield self.env._("%s has a conflict of interest.", user.name)
        elif not user.active or not user.has_group(HANDLER):
            yield self.env._("%s has no role in which appeals are reviewed.", user.name)
        elif not case.with_user(user).has_access("read"):
            yield self.env._("%s does not work at the desk of the case.", user.name)

    def _barred_members(self):
        """Return why members of the desk must not review one appeal, a sentence each."""
        # sudo: helpdesk.ticket.team - who works at the desk is no secret in it
        members = self.ticket_id.team_id.sudo().user_ids
        obstacles = [next(self._review_obstacles(user), None) for user in members]
        return list(filter(None, obstacles))

    def _absence(self, user):
        """Yield that somebody is away, and who stands in: that person is checked, too."""
        # sudo: complaint.delegation - who stands in for whom is no matter of rights
        delegations = self.env["complaint.delegation"].sudo()
        person = delegations._substitute(user, self.ticket_id._office_date())
        if person != user:
            yield self.env._(
                "%(user)s is away; %(substitute)s stands in and may be assigned.",
                user=user.sudo().name,  # sudo: res.users - names of colleagues
                substitute=person.name,
            )

    def _gate_reviewer(self):
        """Yield why the user, at this very moment, is not the one who decides."""
        if self.env.user != self.reviewer_id:
            yield self.env._(
                "Only the reviewer decides on the appeal: %s.",
                self.reviewer_id.name or self.env._("nobody is assigned yet"),
            )
            return
        yield from self._review_obstacles(self.env.user)

    def _lose_reviewer(self):
        """Take an appeal back from a reviewer who must not know of the case."""
        with self._unseal("excluded"):
            self._drop_draft()
            self._write_step({"state": "filed", "reviewer_id": False})

    def action_draft_decision(self):
        """Draft the decision that is to replace the one appealed against.

        That is the outcome then; who said another one has to take it back first.

        :return: an action that opens the draft
        :raise UserError: if it is not up to the user, or not now
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != "under_review" or not self.is_reviewer:
            raise UserError(
                self.env._(
                    "Only the reviewer of %s writes the decision on it.",
                    self.display_name,
                )
            )
        if self.outcome not in (False, "changed"):
            raise UserError(
                self.env._(
                    "A new decision is written only where the appeal changes the old one."
                )
            )
        if self._nothing_decided():
            raise UserError(
                self.env._(
                    "Nothing was decided yet: send the matter back for an answer."
                )
            )
        if not self.new_decision_id:
            draft = self._create_draft()
            self._write_sealed(
                "drafted", {"new_decision_id": draft.id, "outcome": "changed"}
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Decision"),
            "res_model": "complaint.decision",
            "res_id": self.new_decision_id.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _create_draft(self):
        """Return a draft that starts from the decision in force."""
        decisions = self.ticket_id.decision_ids
        current = decisions.filtered(lambda item: item.state == "in_force")
        own = {"ticket_id": self.ticket_id.id, "appeal_id": self.id}
        vals = current.copy_data(own)[0] if current else own
        return decisions._create_sealed("review", [vals])
