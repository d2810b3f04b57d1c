from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

_REASON = "Excluded before conflicts of interest had records of their own."


def migrate(cr, _version):
    """Give a record to everybody who is excluded from a case, with the cause if known.

    Who was excluded stays so, also where the cause is gone by now.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    recused, excluded = _pairs(cr, "recused"), _pairs(cr, "conflict")
    concerned = list(env["complaint.respondent"].search([])._concerned())
    explained = {(case.id, user.id) for case, user, _cause, _item in concerned}
    rest = recused | (excluded - explained)
    conflicts = env["complaint.conflict"]
    conflicts._set(concerned)
    conflicts._set(
        [
            (
                env["helpdesk.ticket"].browse(case_id),
                env["res.users"].browse(user_id),
                "named",
                env["complaint.respondent"],
            )
            for case_id, user_id in sorted(rest)
        ],
        _REASON,
    )


def _pairs(cr, name):
    """Return ``{(id of a case, id of a user)}`` of one of the old tables."""
    table = SQL.identifier(f"helpdesk_ticket_{name}_user_rel")
    cr.execute(SQL("SELECT ticket_id, user_id FROM %s", table))
    return set(cr.fetchall())
