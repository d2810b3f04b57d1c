from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.changes import on
from ..tools.life import opens


class ComplaintDelegation(models.Model):
    """Somebody stands in for a colleague for some days.

    Who is away is said once, by that person or by a leader (see ``security/``). It begins
    today at the earliest; days that are over stay as they were: who stood in for the
    person complained about is excluded from the case.
    """

    _name = "complaint.delegation"
    _description = "Substitute"
    _inherit = ["complaint.seal.mixin"]
    _order = "date_from desc, id desc"
    _rec_name = "user_id"

    _opens = {
        **opens("user_id", "company_id", birth=True),
        **opens("substitute_id", "date_from", states=("ahead",)),
        **opens("date_to", "note", states=("ahead", "going")),
    }

    #: Who stands in for a respondent is excluded too; it is on record.
    _effects = {
        "_refresh_conflicts": on(every=True, made=True),
        "_log": on(every=True, made=True),
    }

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
    date_from = fields.Date(
        "From", required=True, default=lambda self: self._today(self.env.company)
    )
    date_to = fields.Date(
        "To", required=True, default=lambda self: self._today(self.env.company)
    )
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

    @api.constrains("date_from")
    def _check_date_from(self):
        """What is past is not said later: it would exclude people from running cases."""
        if any(item.date_from < self._today(item.company_id) for item in self):
            raise ValidationError(
                self.env._("A substitution cannot begin before today.")
            )

    @api.constrains("date_to")
    def _check_date_to(self):
        """Days on which somebody stood in are not taken back."""
        if any(item.date_to < self._today(item.company_id) for item in self):
            raise ValidationError(
                self.env._("The last day of a substitution cannot be before today.")
            )

    # ----------------------------------------------------------------------
    # Changes
    # ----------------------------------------------------------------------

    def _seal_place(self):
        """OVERRIDE: what is open follows from the days, as if they were a state."""
        today = self._today(self.company_id)
        if self.date_to < today:
            return "over", False
        return "ahead" if self.date_from > today else "going", False

    @api.model
    def _first_state(self):
        """OVERRIDE: nothing is said yet of a new one."""
        return "ahead"

    def _log(self):
        """Put on record who stands in for whom, and when."""
        self.env["complaint.log"]._record(
            "substitute",
            self,
            lambda item: {
                "person": item.user_id.login,
                "substitute": item.substitute_id.login,
                "from": str(item.date_from),
                "to": str(item.date_to),
            },
        )

    def _refresh_conflicts(self):
        """Compute anew who is excluded from open cases about who is away."""
        # sudo: helpdesk.ticket - conflicts hold whoever enters a substitute
        tickets = self.env["helpdesk.ticket"].sudo()
        tickets._open_cases_about(self.user_id)._refresh_conflicts()

    @api.model
    def _cron_begin(self):
        """Exclude substitutes from cases as soon as their days begin."""
        # offices east of here may have tomorrow already, those west yesterday still
        today = fields.Date.today()
        days = [fields.Date.add(today, days=number) for number in (-1, 0, 1)]
        begun = self.search([("date_from", "in", days)])._begun()
        begun._refresh_conflicts()

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    @api.model
    def _today(self, company):
        """Return the date it is at a company's office."""
        return self.env["helpdesk.ticket"].with_company(company)._office_date()

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
        return self.search([("user_id", "in", users.ids)])._begun()

    def _begun(self):
        """Return those of these delegations that have begun at their offices."""
        return self.filtered(
            lambda item: item.date_from <= self._today(item.company_id)
        )
