from odoo import api, models

from ..tools.changes import on


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.model
    def _barred_partners(self, model, ids):
        """Return the partners who must not hear of records, with sudo.

        :param model: name of any model
        :param ids: ids of its records
        """
        cases = self._case_ids(model, ids)
        # sudo: helpdesk.ticket - conflicts hold whoever writes
        return self.sudo().browse(set(cases.values()))._conflict_partners()


class MailThread(models.AbstractModel):
    """Nobody who is kept away from a case follows it or is told about it."""

    _inherit = "mail.thread"

    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        """OVERRIDE: leave them out."""
        if partner_ids:
            barred = self.env["helpdesk.ticket"]._barred_partners(self._name, self.ids)
            partner_ids = [id_ for id_ in partner_ids if id_ not in barred.ids]
        return super()._message_subscribe(partner_ids, subtype_ids, customer_ids)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """OVERRIDE: leave them out, also when they are mentioned."""
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        if not recipients or self._name == "helpdesk.ticket":
            # the case itself tells readers only, see helpdesk_ticket_mail_guard.py
            return recipients
        barred = self.env["helpdesk.ticket"]._barred_partners(self._name, self.ids).ids
        return [data for data in recipients if data["id"] not in barred]


class MailActivity(models.Model):
    """Nobody who is kept away from a case has to do something on it."""

    _name = "mail.activity"
    _inherit = ["complaint.change.mixin", "mail.activity"]

    _effects = {"_check_conflicts": on("user_id", made=True)}

    def _check_conflicts(self):
        """Check that nobody is asked to do something on a case they must not know.

        :raise UserError: as for the handler of a case
        """
        tickets = self.env["helpdesk.ticket"]
        # sudo: mail.activity - the guard holds whatever the rights of who plans
        planned = self.sudo().filtered(lambda item: item.user_id and item.res_model)
        for model, items in planned.grouped("res_model").items():
            cases = tickets._case_ids(model, items.mapped("res_id"))
            for item in items:
                tickets.browse(cases.get(item.res_id, []))._check_assignable(
                    item.user_id.id
                )
