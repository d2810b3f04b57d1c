from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

from odoo.addons.community_complaint.tools.steps import OPEN_PHASES


def migrate(cr, _version):
    """Ask a leader about colleagues who are respondents by a typed name only.

    Residents and mails name people, they choose nobody from the staff: whoever is on file
    in what they sent was found by the name. So was who was typed first, by the history,
    and not chosen since. Nothing is undone; finished cases stay as they are.
    """
    cr.execute(
        SQL(
            """
            SELECT person.id
              FROM complaint_respondent AS person
              JOIN helpdesk_ticket AS ticket ON ticket.id = person.ticket_id
              LEFT JOIN res_users AS maker ON maker.id = person.create_uid
             WHERE person.kind = 'employee' AND person.employee_id IS NOT NULL
               AND ticket.phase IN %(phases)s
               AND NOT EXISTS (%(chosen)s)
               AND (maker.id IS NULL OR maker.id = %(office)s OR maker.share
                    OR EXISTS (%(typed)s))
             ORDER BY person.id
            """,
            phases=tuple(OPEN_PHASES),
            office=SUPERUSER_ID,
            chosen=_changed("employee_id"),
            typed=_changed("name"),
        )
    )
    ids = [row for (row,) in cr.fetchall()]
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    env["complaint.respondent"].browse(ids)._doubt()


def _changed(field):
    """Return the query of what somebody changed by hand in a field of the respondent."""
    return SQL(
        "SELECT FROM complaint_log_value AS item WHERE item.res_id = person.id"
        " AND item.res_model = 'complaint.respondent' AND item.field = %s"
        " AND item.user_id != %s",
        field,
        SUPERUSER_ID,
    )
