from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ComplaintDelegation(models.Model):
    """Somebody stands in for a colleague for some days."""

    _name = "complaint.delegation"
    _description = "Substitute"
    _order = "date_from desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        string="Who Is Away",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        ondelete="cascade",
    )
    substitute_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        ondelete="cascade",
        help="Gets the cases of who is away and may take their steps. The substitute "
        "needs access to the desk.",
    )
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("To", required=True, default=fields.Date.context_today)
    note = fields.Char("Reason")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )

    _dates = models.Constraint(
        "CHECK (date_to >= date_from)", "The last day lies before the first one."
    )
    _two_people = models.Constraint(
        "CHECK (user_id != substitute_id)", "Nobody stands in for themselves."
    )

    @api.constrains("user_id", "date_from", "date_to", "company_id")
    def _check_overlap(self):
        for record in self:
            if self.search_count(
                [
                    ("id", "!=", record.id),
                    ("user_id", "=", record.user_id.id),
                    ("company_id", "=", record.company_id.id),
                    ("date_from", "<=", record.date_to),
                    ("date_to", ">=", record.date_from),
                ],
                limit=1,
            ):
                raise ValidationError(
                    self.env._(
                        "%s already has a substitute on some of these days.",
                        record.user_id.name,
                    )
                )

    # ----------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: who stands in for a respondent is kept away too."""
        records = super().create(vals_list)
        records._refresh_conflicts()
        return records

    def write(self, vals):
        """OVERRIDE: see create()."""
        result = super().write(vals)
        self._refresh_conflicts()
        return result

    def _refresh_conflicts(self):
        """Compute anew who is kept away from open cases about who is away."""
        # sudo: helpdesk.ticket - conflicts hold whoever enters a substitute
        tickets = self.env["helpdesk.ticket"].sudo()
        tickets._open_cases_about(self.user_id)._refresh_conflicts()

    @api.model
    def _cron_begin(self):
        """Keep substitutes away from cases as soon as their days begin."""
        today = fields.Date.context_today(self)
        yesterday = fields.Date.subtract(today, days=1)
        self.search([("date_from", "in", [today, yesterday])])._refresh_conflicts()

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    @api.model
    def _active_on(self, day):
        return [("date_from", "<=", day), ("date_to", ">=", day)]

    @api.model
    def _substitute(self, user, day):
        """Return who stands in for a user on a day, the user itself if nobody does.

        Substitutes of substitutes are followed; two who stand in for each other end it.
        """
        seen = user
        while item := self.search(
            [("user_id", "=", user.id), *self._active_on(day)], limit=1
        ):
            user = item.substitute_id
            if user in seen:
                break
            seen |= user
        return user

    @api.model
    def _absent(self, substitute, day):
        """Return the users somebody stands in for on a day."""
        domain = [("substitute_id", "=", substitute.id), *self._active_on(day)]
        return self.search(domain).user_id

    @api.model
    def _begun_for(self, users):
        """Return the delegations of users that have begun, finished ones included."""
        today = fields.Date.context_today(self)
        return self.search([("user_id", "in", users.ids), ("date_from", "<=", today)])
