from odoo import models


class MailAlias(models.Model):
    """The address of a complaint desk: who moves it moves the complaints (THREATS 51)."""

    _name = "mail.alias"
    _inherit = ["mail.alias", "complaint.watched.mixin"]

    #: What the gateway notes by itself.
    _watched_free = frozenset({"alias_status"})

    def _watched_companies(self):
        """OVERRIDE: the offices of the desks that have the address."""
        # sudo: helpdesk.ticket.team - whose address it is, whoever changes it
        desks = self.env["helpdesk.ticket.team"].sudo().with_context(active_test=False)
        used = {}
        for desk in desks.search(
            [("alias_id", "in", self.ids), ("regulation_id", "!=", False)]
        ):
            ids = desk._watched_companies().get(desk.id, frozenset())
            used[desk.alias_id.id] = used.get(desk.alias_id.id, frozenset()) | ids
        return used

    def _watched_cases(self):
        """OVERRIDE: a desk keeps its address as long as it has one; no file names it."""
        return self.browse()
