from odoo import models


class HelpdeskTicket(models.Model):
    """Who acts for whom (THREATS 21): always the person who really acts is checked."""

    _inherit = "helpdesk.ticket"

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
