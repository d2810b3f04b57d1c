from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.changes import on

#: Changes of staff that may keep somebody else away from a case about a unit.
_STAFF = frozenset({"department_id", "user_id", "work_contact_id"})
_UNIT = frozenset({"parent_id", "manager_id"})


class HrVersion(models.Model):
    """Somebody who joins a unit is kept away from the cases about it."""

    _name = "hr.version"
    _inherit = ["complaint.change.mixin", "hr.version"]

    _effects = {"_refresh_conflicts": on(*_STAFF, made=True)}

    def _refresh_conflicts(self):
        # sudo: hr.version - conflicts hold whoever changes the staff
        units = self.sudo().department_id
        self.env["helpdesk.ticket"]._open_cases_about(units=units)._refresh_conflicts()


class HrEmployee(models.Model):
    """Somebody who gets a login, or another one, stays kept away."""

    _inherit = "hr.employee"

    @api.ondelete(at_uninstall=True)
    def _unlink_never(self):
        """The same for everybody: a refusal must not tell that there is something."""
        if not self.env.su:
            raise UserError(
                self.env._("Members of staff are not deleted. Archive them instead.")
            )

    def write(self, vals):
        """OVERRIDE: see the class."""
        result = super().write(vals)
        if vals.keys() & _STAFF:
            # sudo: hr.employee - conflicts hold whoever changes the staff
            staff = self.sudo()
            tickets = self.env["helpdesk.ticket"]
            cases = tickets._open_cases_about(units=staff.department_id)
            cases |= tickets._cases_about(
                Domain("employee_id", "in", staff.ids)
                | Domain("department_id.manager_id", "in", staff.ids)
            )
            cases._refresh_conflicts()
        return result


class HrDepartment(models.Model):
    """A unit that moves below another one shares its cases."""

    _name = "hr.department"
    _inherit = ["complaint.change.mixin", "hr.department"]

    _effects = {"_refresh_conflicts": on(*_UNIT, before="_changes_head")}

    @api.ondelete(at_uninstall=True)
    def _unlink_never(self):
        """See the same of members of staff."""
        if not self.env.su:
            raise UserError(
                self.env._("Departments are not deleted. Archive them instead.")
            )

    def _changes_head(self, vals):
        return "manager_id" in vals

    def _refresh_conflicts(self, with_head):
        """Exclude who is concerned now from cases about these."""
        tickets = self.env["helpdesk.ticket"]
        cases = tickets._open_cases_about(units=self)
        if with_head:
            cases |= tickets._cases_about(Domain("department_id", "in", self.ids))
        cases._refresh_conflicts()


class ResPartner(models.Model):
    """Somebody who joins a company complained about is kept away."""

    _inherit = "res.partner"

    _effects = {"_refresh_conflicts": on("parent_id")}

    def _refresh_conflicts(self):
        """Exclude who is concerned now from cases about these or their companies."""
        tickets = self.env["helpdesk.ticket"]
        about = Domain("partner_id", "parent_of", self.ids)
        tickets._cases_about(about)._refresh_conflicts()
