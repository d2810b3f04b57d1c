from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..tools import called

#: Everybody with a role in handling complaints.
STAFF = "community_complaint.group_complaint_staff"


class Colleague(NamedTuple):
    """A name of somebody who works at an office; ids, ``None`` for who has none."""

    company_id: int
    employee_id: int | None
    user_id: int | None
    name: str


class ComplaintCalled(models.AbstractModel):
    """Who works here and is called like somebody whom a complaint names.

    Names of colleagues are no secret; the vault is not asked. EXPOSED API.
    """

    _name = "complaint.called"
    _description = "Colleagues by Name"

    @api.model
    def _colleagues(self, companies):
        """Return all :class:`Colleague` of offices, by one query.

        :param companies: ``res.company`` records
        :return: list; members of staff with their logins, and logins of nobody on file
        """
        self.env["res.partner"].flush_model(["name"])
        self.env["res.users"].flush_model(["active", "share", "company_ids"])
        self.env["hr.employee"].flush_model(["name", "user_id", "company_id", "active"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT company_id, id, user_id, name
                  FROM hr_employee
                 WHERE company_id = ANY(%(companies)s)
                   AND (active OR user_id IS NOT NULL)
                 UNION ALL
                SELECT office.cid, staff.id, person.id, partner.name
                  FROM res_users AS person
                  JOIN res_partner AS partner ON partner.id = person.partner_id
                  JOIN res_company_users_rel AS office ON office.user_id = person.id
                  LEFT JOIN hr_employee AS staff
                    ON staff.user_id = person.id AND staff.company_id = office.cid
                 WHERE office.cid = ANY(%(companies)s)
                   AND person.active AND NOT person.share
                 ORDER BY 1, 2, 3
                """,
                companies=companies.ids,
            )
        )
        return [Colleague(*row) for row in rows if row[3]]

    @api.model
    def _namesakes(self, name, colleagues):
        """Return ``(who is called so, who may be meant)`` of the colleagues of an office.

        :param name: as somebody typed it
        :param colleagues: list of :class:`Colleague`
        :return: two lists of pairs of the ids of an employee and a user
        """
        wanted = called.key(name)
        found = {
            _person(item) for item in colleagues if called.key(item.name) == wanted
        }
        if found:
            return _sorted(found), []
        surname, title = called.titled(name) or (None, None)
        if not surname:
            return [], []
        family = {
            _person(item)
            for item in colleagues
            if called.is_full(item.name) and called.key(item.name).startswith(surname)
        }
        holders = {pair for pair in family if self._holds(pair[0], title)}
        return [], _sorted(holders or family)

    @api.model
    def _holds(self, employee_id, title):
        """Return whether an employee's position has a title."""
        # sudo: hr.employee - the position of a colleague
        employee = self.env["hr.employee"].sudo().browse(employee_id or ())
        post = employee.job_title or employee.job_id.name
        return title in called.key(post)


def _person(colleague):
    return colleague.employee_id, colleague.user_id


def _sorted(pairs):
    """Return pairs of ids in order; who has a login counts once, with the employee."""
    with_employee = {user_id for employee_id, user_id in pairs if employee_id}
    return sorted(
        (pair for pair in pairs if pair[0] or pair[1] not in with_employee),
        key=lambda pair: (pair[0] or 0, pair[1] or 0),
    )
