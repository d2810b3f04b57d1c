"""What residents were typing goes from a plain column under the key, and the column goes."""

import json

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL
from odoo.tools.sql import column_exists


def migrate(cr, _version):
    """Run after the add-on is loaded; the keys are those of the running server."""
    if not column_exists(cr, "complaint_submission", "answers"):
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    for row in env.execute_query(
        SQL(
            "SELECT id, nonce, partner_id, answers, ticket_id FROM complaint_submission"
        )
    ):
        # how long a draft lives is counted from its last change, which is not this one
        cr.execute(_seal(env, *row))
    cr.execute(
        "ALTER TABLE complaint_submission DROP COLUMN answers, DROP COLUMN partner_id"
    )
    # dropped columns stay in the table's file until the table is written anew
    cr.execute("CLUSTER complaint_submission USING complaint_submission_pkey")
    cr.execute("ALTER TABLE complaint_submission SET WITHOUT CLUSTER")


def _seal(env, row_id, nonce, partner_id, answers, ticket_id):
    """Return the statement that keeps one draft as drafts are kept today."""
    ring = env["complaint.key"]._writing_ring()
    drafts = env["complaint.submission"]
    owner = drafts._owner(env["res.partner"].browse(partner_id))
    text = json.dumps(answers, ensure_ascii=False) if answers else None
    return SQL(
        "UPDATE complaint_submission SET sealed = %s, owner_key = %s WHERE id = %s",
        text and ring.seal(text, nonce),
        # whose a sent one is follows from its case
        None if ticket_id else ring.mark("draft", owner),
        row_id,
    )
