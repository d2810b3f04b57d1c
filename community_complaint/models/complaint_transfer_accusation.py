from odoo import api, models


class ComplaintTransferApprovalMixin(models.AbstractModel):
    """Where a case must not go, unless a leader approves it.

    R03: an accusation never goes to the unit or person accused; it goes to the head of
    the body above them.
    """

    _name = "complaint.transfer.approval.mixin"
    _description = "Approval of Transfers"

    @api.depends(
        "kind",
        "target_kind",
        "department_id",
        "team_id",
        "partner_id",
        "recipient_id",
        "recipient_name",
        "ticket_id.is_accusation",
        "ticket_id.description",
        "ticket_id.demand",
        "ticket_id.respondent_ids",
    )
    @api.depends_context("lang")
    def _compute_approval_needed(self):
        for transfer in self:
            reasons = transfer.ticket_id and list(transfer._approval_reasons())
            transfer.approval_needed = "\n".join(reasons or ())

    # ----------------------------------------------------------------------
    # Why it needs one
    # ----------------------------------------------------------------------

    def _approval_reasons(self):
        """Yield why one transfer needs a leader's approval, as sentences."""
        rules = self.ticket_id.regulation_id
        if rules.gate_accusation and self._target():
            yield from self._accusation_reasons()
        most = rules.max_hops
        if most and self._case_step() == "transfer":
            done = self.ticket_id._transfer_counts()[self.ticket_id]
            if done >= most:
                yield self.env._(
                    "The complaint was passed on %s times already: a leader has to "
                    "approve another transfer.",
                    done,
                )

    def _accusation_reasons(self):
        words = self.ticket_id._accusing_words()
        if words:
            yield self.env._(
                "The complaint says “%s”: tick “Accusation”, or a leader approves that "
                "it accuses nobody.",
                words[0],
            )
        if not self.ticket_id.is_accusation:
            return
        accused = self.ticket_id._accused()
        if self._reaches(accused):
            yield self.env._(
                "An accusation never goes to the unit or person accused: %s.",
                self.recipient_id.name or self.target_name,
            )
        elif not self._is_above(accused):
            head = self.ticket_id._superior_head(accused)
            yield self.env._(
                "An accusation goes to the head of the body above the accused (%s).",
                head.display_name or self.env._("not on file"),
            )

    def _reaches(self, accused):
        """Return whether the accused unit or person would get the case."""
        # sudo: hr.employee - the rule holds whoever drafts the transfer
        transfer = self.sudo()
        recipient = transfer.recipient_id
        if recipient and (
            recipient in accused.employees or recipient.department_id in accused.below
        ):
            return True
        names = {item.name for item in transfer.ticket_id.respondent_ids}
        if (transfer.recipient_name or "").strip() in names:
            return True
        if transfer.target_kind == "department":
            return transfer.department_id in accused.below
        if transfer.target_kind == "team":
            members = transfer.team_id.user_ids | transfer.team_id.user_id
            return bool(members & transfer.ticket_id.conflict_user_ids) or any(
                user.employee_ids.department_id & accused.below for user in members
            )
        return bool(
            (transfer.partner_id | transfer.partner_id.commercial_partner_id)
            & accused.partners
        )

    def _is_above(self, accused):
        """Return whether the body is above every accused, and its head is none of them."""
        # sudo: hr.employee - the rule holds whoever drafts the transfer
        transfer = self.sudo()
        if not accused.known:
            return False
        if transfer.target_kind == "department":
            head = transfer.recipient_id or transfer.department_id.manager_id
            return transfer.department_id in accused.above and bool(head)
        if transfer.target_kind == "team":
            return transfer.team_id in transfer.ticket_id._superior_desks()
        superior = transfer.ticket_id.regulation_id.superior_partner_id
        return transfer.target_kind == "body" and transfer.partner_id == superior
