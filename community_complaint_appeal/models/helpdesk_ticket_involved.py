from odoo import Command, api, fields, models

from odoo.addons.community_complaint.tools.life import Opening


class HelpdeskTicket(models.Model):
    """Who worked on a case: they never decide on an appeal against it (THREATS 21)."""

    _inherit = "helpdesk.ticket"

    _openings = {
        "involved": Opening(
            "Whoever was the handler once was involved.", ("involved_user_ids",)
        )
    }

    involved_user_ids = fields.Many2many(
        "res.users",
        "helpdesk_ticket_involved_user_rel",
        "ticket_id",
        "user_id",
        string="Worked on the Case",
        readonly=True,
        copy=False,
        help="Who accepted, handled, investigated or decided. They cannot review an "
        "appeal.",
    )

    def write(self, vals):
        """OVERRIDE: whoever was the handler once was involved."""
        result = super().write(vals)
        if vals.get("user_id"):
            self.filtered("is_complaint")._note_involved(vals["user_id"])
        return result

    def _note_involved(self, user_id):
        """Remember that somebody works on these cases."""
        if self:
            self._write_sealed(
                "involved", {"involved_user_ids": [Command.link(user_id)]}
            )

    def _involved_vals(self):
        return {"involved_user_ids": [Command.link(self.env.uid)]}

    def _prepare_accept_vals(self, given=None):
        return {**super()._prepare_accept_vals(given), **self._involved_vals()}

    def _prepare_start_investigation_vals(self, given=None):
        vals = super()._prepare_start_investigation_vals(given)
        return {**vals, **self._involved_vals()}

    def _prepare_submit_findings_vals(self, given=None):
        return {**super()._prepare_submit_findings_vals(given), **self._involved_vals()}

    def _prepare_decide_vals(self, _given=None):
        return self._involved_vals()

    def _all_involved(self):
        """Return everybody who had a part in the result of one case, as ``res.users``.

        Besides who took its steps: who made inquiries, drafted or made a decision, and
        who decided an earlier appeal.
        """
        self.ensure_one()
        # sudo: helpdesk.ticket - a conflict is one whoever looks for it
        case = self.sudo()
        appeals = case.appeal_ids.filtered(lambda item: item.state == "decided")
        decisions = case.decision_ids.filtered(lambda item: item.state != "draft")
        return (
            case.involved_user_ids
            | case.user_id
            | case.inquiry_ids.filtered(lambda item: not item.appeal_id).user_id
            | decisions.decided_by_id
            | decisions.create_uid
            | appeals.decided_by_id
        )

    @api.model
    def _note_involved_before(self):
        """Note who worked on cases before appeals were installed, as far as known."""
        cases = self.with_context(active_test=False).search(
            [("is_complaint", "=", True)]
        )
        for case in cases:
            known = case._all_involved() | case.notice_ids.issued_by_id
            if known:
                case._write_sealed(
                    "involved", {"involved_user_ids": [Command.set(known.ids)]}
                )
