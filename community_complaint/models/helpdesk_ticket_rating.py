from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.changes import on


class HelpdeskTicket(models.Model):
    """What the rating add-on may do with complaints: nothing but take such a mark."""

    _inherit = "helpdesk.ticket"

    def _send_ticket_rating_mail(self, force_send=False):
        """OVERRIDE: the base's mail names the title, the handler and the customer."""
        rest = self.filtered(lambda ticket: not ticket.is_complaint)
        return super(HelpdeskTicket, rest)._send_ticket_rating_mail(force_send)

    def rating_send_request(self, template, lang=False, force_send=True):
        """OVERRIDE: see :meth:`_mail_survey`."""
        if any(ticket.is_complaint for ticket in self):
            raise UserError(self.env._("A complaint asks for satisfaction by itself."))
        return super().rating_send_request(template, lang, force_send)

    def _rating_get_partner(self):
        """OVERRIDE: in ratings every complainant is the neutral proxy."""
        if self.is_complaint:
            return self.env.ref("community_complaint.partner_complainant")
        return super()._rating_get_partner()

    def _rating_get_operator(self):
        """OVERRIDE: the office is rated, not the person who handled the case."""
        if self.is_complaint:
            return self.env["res.partner"]
        return super()._rating_get_operator()

    def _rating_get_access_token(self, partner=None):
        """OVERRIDE: no token for a case whose complainant is kept secret.

        :raise UserError: for such a case
        """
        if self.is_complaint:
            if self.confidentiality != "open" or not self.env.su:
                raise UserError(self.env._("This case is not rated by mail."))
            partner = None
        return super()._rating_get_access_token(partner)

    def rating_apply(self, rate, token=None, rating=None, feedback=None, **options):
        """OVERRIDE: the mark becomes a follow-up, once; no message names anybody."""
        if len(self) != 1 or not self.is_complaint:
            return super().rating_apply(
                rate, token=token, rating=rating, feedback=feedback, **options
            )
        if not self.env.su or not rating or rating.res_id != self.id:
            raise UserError(self.env._("This case is not rated by mail."))
        if self.confidentiality == "open" and self._may_answer_survey():
            self._take_survey(str(round(rate)), note=feedback)
            rating.write({"rating": rate, "feedback": False, "consumed": True})
        return rating


class RatingRating(models.Model):
    """Nobody of the office rates in a complainant's place."""

    _name = "rating.rating"
    _inherit = ["complaint.change.mixin", "rating.rating"]

    _guards = {"_check_no_complaint": on(every=True)}
    _effects = {"_check_no_complaint": on(every=True, made=True)}

    # whoever holds it answers for the complainant (THREATS 9)
    access_token = fields.Char(groups="base.group_system")

    def _check_no_complaint(self, _vals=None):
        if self.env.su:
            return
        ids = self.filtered(lambda item: item.res_model == "helpdesk.ticket")
        # sudo: helpdesk.ticket - only whether these are complaints
        tickets = self.env["helpdesk.ticket"].sudo().browse(ids.mapped("res_id"))
        if any(ticket.is_complaint for ticket in tickets.exists()):
            raise UserError(self.env._("Satisfaction is recorded as a follow-up."))
