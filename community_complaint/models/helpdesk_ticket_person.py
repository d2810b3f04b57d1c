from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..tools import paper_text
from ..tools.roles import CUSTODIAN


class HelpdeskTicket(models.Model):
    """Finding the cases of a person, by whole values only; up to identity custodians."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _look_up_person(self, name=None, phone=None, email=None, reason=None):
        """Return the cases of a person that the custodian may read; log the look-up.

        :raise AccessError: for who is no identity custodian
        """
        if not self.env.user.has_group(CUSTODIAN):
            raise AccessError(self.env._("Only an identity custodian looks up people."))
        identities = self.env["complaint.identity"]
        given = {"name": name, "phone": phone, "email": email}
        domains = [
            identities._index_domain(field, [value])
            for field, value in given.items()
            if (value or "").strip()
        ]
        # sudo: complaint.identity - a custodian looks for a person; rules of the case hold
        found = identities.sudo().search(
            Domain.OR(domains) if domains else Domain.FALSE
        )
        cases = self.with_context(active_test=False).search(
            [("id", "in", found.ticket_id.ids), ("is_complaint", "=", True)]
        )
        hide = paper_text.redactor(list(given.values()), self.env._("[complainant]"))
        for company in self.env.companies:
            self.env["complaint.log"]._record(
                "identity_searched",
                company,
                {
                    "by": sorted(key for key, value in given.items() if value),
                    "cases": cases.filtered(
                        lambda case, company=company: case.company_id == company
                    ).mapped("number"),
                    "reason": hide(reason or ""),
                },
                company,
            )
        return cases
