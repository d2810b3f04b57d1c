from odoo import api, fields, models
from odoo.tools import SQL

from .complaint_improvement_find import _NOT_COUNTED, _place_key


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
        today = fields.Date.context_today(self)
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
                hit AS (
                    SELECT task.id, task.pivot, t.id AS ticket_id, t.received_date
                      FROM task
                      JOIN helpdesk_ticket AS t
                        ON t.regulation_id = task.regulation_id
                       AND t.received_date >= task.pivot - task.days
                       AND t.received_date < task.pivot + 1 + task.days
                       AND t.phase NOT IN %(not_counted)s
                     WHERE CASE task.key_kind
                           WHEN 'type' THEN t.type_id = task.type_id
                           WHEN 'place' THEN %(place_key)s = task.key
                           WHEN 'manual' THEN EXISTS (
                               SELECT FROM complaint_improvement_case AS c
                                WHERE c.improvement_id = task.id
                                  AND c.ticket_id = t.id)
                           ELSE EXISTS (
                               SELECT FROM complaint_respondent AS p
                                WHERE p.ticket_id = t.id AND (
                                      p.employee_id = task.employee_id
                                   OR p.department_id = task.department_id
                                   OR p.partner_id = task.partner_id))
                           END
                )
                SELECT hit.id,
                       count(*) FILTER (WHERE hit.received_date < hit.pivot + 1),
                       count(*) FILTER (WHERE hit.received_date >= hit.pivot + 1)
                  FROM hit
                 WHERE hit.ticket_id IN %(readable)s
              GROUP BY hit.id
                """,
                ids=tuple(self.ids),
                not_counted=_NOT_COUNTED,
                place_key=_place_key(SQL("t.incident_place")),
                readable=readable.subselect(),
            )
        )
        return {id_: (before, after) for id_, before, after in rows}
