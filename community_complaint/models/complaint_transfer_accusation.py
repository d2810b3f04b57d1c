from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.steps import LEADER


class ComplaintTransfer(models.Model):
    """Where a case must not go, unless a leader approves it.

    R03: an accusation never goes to the unit or person accused; it goes to the head of
    the body above them.
    """

    _inherit = "complaint.transfer"

    approval_needed = fields.Text(
        "Needs a Leader's Approval", compute="_compute_approval_needed"
    )
    approved_by_id = fields.Many2one(
        "res.users", "Approved by", readonly=True, copy=False
    )
    approved_date = fields.Datetime("Approved on", readonly=True, copy=False)
    approval_note = fields.Text("Reason of the Approval", readonly=True, copy=False)

    @api.depends(
        "kind",
        "target_kind",
        "department_id",
        "team_id",
        "partner_id",
        "recipient_id",
        "recipient_name",
        "ticket_id.is_accusation",
        "ticket_id.respondent_ids",
    )
    @api.depends_context("lang")
    def _compute_approval_needed(self):
        for transfer in self:
            reasons = transfer.ticket_id and list(transfer._approval_reasons())
            transfer.approval_needed = "\n".join(reasons or ())

    @api.model
    def default_get(self, fields):
        """OVERRIDE: propose the body above the accused, or the leader's choice."""
        defaults = super().default_get(fields)
        ticket = self.env["helpdesk.ticket"].browse(defaults.get("ticket_id"))
        if ticket:
            proposed = ticket._proposed_transfer()
            defaults.update(
                {name: value for name, value in proposed.items() if name in fields}
            )
        return defaults

    # ----------------------------------------------------------------------
    # Approval
    # ----------------------------------------------------------------------

    def action_approve(self, text=None):
        """Approve drafts that go where they should not.

        :param text: why
        :raise UserError: for everybody but a leader, and for who drafted it
        """
        if not self.env.user.has_group(LEADER):
            raise UserError(self.env._("Only a leader approves this."))
        if any(item.create_uid == self.env.user for item in self):
            raise UserError(
                self.env._("Whoever drafted a transfer does not approve it.")
            )
        if any(item.state != "draft" for item in self):
            raise UserError(self.env._("This transfer was sent already."))
        if not (text or "").strip():
            return self._ask_text(
                "action_approve",
                self.env._("Approve"),
                self.env._("Why it may go there"),
            )
        self.check_access("write")
        # sudo: complaint.transfer - an approval is given by this method only
        self.sudo().write(
            {
                "approved_by_id": self.env.uid,
                "approved_date": fields.Datetime.now(),
                "approval_note": text.strip(),
            }
        )
        for transfer in self:
            transfer.ticket_id._message_log(
                body=self.env._(
                    "Transfer to %(target)s approved: %(why)s",
                    target=transfer.target_name,
                    why=text.strip(),
                )
            )
        return True

    def _drop_approval(self):
        """Take approvals back: they were for another addressee."""
        # sudo: complaint.transfer - an approval is given by its button only
        self.filtered("approved_by_id").sudo().write(
            {"approved_by_id": False, "approved_date": False, "approval_note": False}
        )

    def _missing(self):
        yield from super()._missing()
        if not self.approved_by_id:
            yield from self._approval_reasons()

    # ----------------------------------------------------------------------
    # Why it needs one
    # ----------------------------------------------------------------------

    def _approval_reasons(self):
        """Yield why one transfer needs a leader's approval, as sentences."""
        rules = self.ticket_id.regulation_id
        if rules.gate_accusation and self.ticket_id.is_accusation and self._target():
            yield from self._accusation_reasons()
        most = rules.max_hops
        if most and self._step() == "transfer":
            done = self.ticket_id._transfer_counts()[self.ticket_id]
            if done >= most:
                yield self.env._(
                    "The complaint was passed on %s times already: a leader has to "
                    "approve another transfer.",
                    done,
                )

    def _accusation_reasons(self):
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
        """Tell whether the accused unit or person would get the case."""
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
        """Tell whether the body is above every accused, and its head is none of them."""
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
