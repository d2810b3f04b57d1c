from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ComplaintTraceMixin(models.AbstractModel):
    """Rows of the mail system that say something of a document.

    The base lets every employee read them: they name cases and who has to do with them
    (THREATS 3). A global record rule on ``of_hidden_complaint`` closes them for whoever
    may not read the complaint; rows of everything else stay as they were.
    """

    _name = "complaint.trace.mixin"
    _description = "Trace of a Document"

    of_hidden_complaint = fields.Boolean(
        compute="_compute_of_hidden_complaint",
        search="_search_of_hidden_complaint",
        compute_sudo=True,
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_of_hidden_complaint(self):
        hidden = self.search(
            [("id", "in", self.ids), ("of_hidden_complaint", "=", True)]
        )
        for row in self:
            row.of_hidden_complaint = row in hidden

    @api.model
    def _search_of_hidden_complaint(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._hidden_complaint_domain(self._hidden_complaints())
        return domain if True in value else ~domain

    @api.model
    def _hidden_complaints(self):
        """Return the query of the complaints the user may not read, as SQL."""
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        tickets.flush_model(["is_complaint"])
        hidden = SQL("SELECT id FROM helpdesk_ticket WHERE is_complaint")
        # the record rule on this field asks as superuser who the user is
        tickets = tickets.sudo(False)
        if tickets.has_access("read"):
            readable = tickets._search([("is_complaint", "=", True)])
            hidden = SQL("%s AND id NOT IN %s", hidden, readable.subselect())
        return SQL("(%s)", hidden)

    @api.model
    def _hidden_complaint_domain(self, hidden):
        """Return the domain of the rows about some complaints.

        :param hidden: query of their ids, as SQL in parentheses
        """
        return Domain("res_model", "=", "helpdesk.ticket") & Domain(
            "res_id", "in", hidden
        )


class MailFollowers(models.Model):
    _name = "mail.followers"
    _inherit = ["mail.followers", "complaint.trace.mixin"]

    @api.model
    def _insert_followers(self, res_model, res_ids, partner_ids, *args, **kwargs):
        """OVERRIDE: only members of the staff follow a complaint, whoever adds them."""
        tickets = self.env["helpdesk.ticket"]
        if res_model == tickets._name and partner_ids:
            # sudo: helpdesk.ticket - only whether these are complaints
            cases = tickets.sudo().browse(res_ids).exists()
            if any(case.is_complaint for case in cases):
                partner_ids = tickets._insiders(partner_ids)
        return super()._insert_followers(
            res_model, res_ids, partner_ids, *args, **kwargs
        )


class MailNotification(models.Model):
    _name = "mail.notification"
    _inherit = ["mail.notification", "complaint.trace.mixin"]

    @api.model
    def _hidden_complaint_domain(self, hidden):
        """OVERRIDE: a notification is about what its message is about."""
        messages = SQL(
            "(SELECT id FROM mail_message"
            " WHERE model = 'helpdesk.ticket' AND res_id IN %s)",
            hidden,
        )
        return Domain("mail_message_id", "in", messages)


class RatingRating(models.Model):
    _name = "rating.rating"
    _inherit = ["rating.rating", "complaint.trace.mixin"]
