from odoo import api, fields, models
from odoo.tools import SQL

from .complaint_improvement_find import _NOT_COUNTED, _keys, _place_key


class ComplaintImprovement(models.Model):
    """Did it help: how often before, how often since.

    Counted under the reader's rights, in one query for any number of tasks, over as many
    days before and after as the regulation counts together.
    """

    _inherit = "complaint.improvement"

    count_before = fields.Integer("Before", compute="_compute_counts")
    count_after = fields.Integer("Since", compute="_compute_counts")
    days_after = fields.Integer("Days Since", compute="_compute_counts")

    @api.depends("done_date", "key", "case_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_counts(self):
        counts = self._counts() if self.ids else {}
        today = self.env["helpdesk.ticket"]._office_date()
        for task in self:
            before, after = counts.get(task._origin.id, (0, 0))
            task.count_before = before
            task.count_after = after
            done = task.done_date
            task.days_after = (today - done).days if done else 0

    def _counts(self):
        """Return ``{id: (cases before, cases since)}``."""
        self.flush_model()
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        for model in (
            "helpdesk.ticket",
            "complaint.respondent",
            "complaint.regulation",
            "complaint.improvement.case",
        ):
            self.env[model].flush_model()
        readable = tickets._search([("is_complaint", "=", True)])
        rows = self.env.execute_query(
            SQL(
                """
                WITH task AS (
                    SELECT i.*, COALESCE(i.done_date, i.create_date::date) AS pivot,
                           GREATEST(r.recur_days, 1) AS days
                      FROM complaint_improvement AS i
                      JOIN complaint_regulation AS r ON r.id = i.regulation_id
                     WHERE i.id IN %(ids)s
                ),
                recent AS (
                    SELECT t.id, t.regulation_id, t.received_date, t.type_id,
                           %(place_key)s AS place_key
                      FROM helpdesk_ticket AS t
                     WHERE t.is_complaint IS TRUE
                       AND t.received_date >= (SELECT min(pivot - days) FROM task)
                       AND t.regulation_id IN (SELECT regulation_id FROM task)
                       AND t.phase NOT IN %(not_counted)s
                       AND t.id IN %(readable)s
                ),
                keys AS (%(keys)s),
                hit AS (
                    SELECT task.id, task.pivot, task.days,
                           k.id AS ticket_id, k.received_date
                      FROM task
                      JOIN keys AS k ON k.regulation_id = task.regulation_id
                       AND k.kind = task.key_kind AND k.key = task.key
                     UNION ALL
                    SELECT task.id, task.pivot, task.days, recent.id, recent.received_date
                      FROM task
                      JOIN complaint_improvement_case AS c
                        ON c.improvement_id = task.id
                      JOIN recent ON recent.id = c.ticket_id
                     WHERE task.key_kind = 'manual'
                )
                SELECT id,
                       count(DISTINCT ticket_id) FILTER (
                           WHERE received_date >= pivot - days
                             AND received_date < pivot + 1),
                       count(DISTINCT ticket_id) FILTER (
                           WHERE received_date >= pivot + 1
                             AND received_date < pivot + 1 + days)
                  FROM hit
              GROUP BY id
                """,
                ids=tuple(self.ids),
                not_counted=_NOT_COUNTED,
                place_key=_place_key(SQL("t.incident_place")),
                readable=readable.subselect(),
                keys=_keys(),
            )
        )
        return {id_: (before, after) for id_, before, after in rows}
