from odoo import api, fields, models

from ..tools.life import opens


class ComplaintRegulationReview(models.Model):
    """One review of a regulation: when, by whom, with which result (R01 art. 9)."""

    _name = "complaint.regulation.review"
    _description = "Review of a Regulation"
    _order = "date desc, id desc"
    _rec_name = "date"

    regulation_id = fields.Many2one(
        "complaint.regulation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="regulation_id.company_id", store=True, index=True, precompute=True
    )
    date = fields.Date("Reviewed on", required=True)
    user_id = fields.Many2one("res.users", string="Reviewed by", required=True)
    result = fields.Selection(
        [("keep", "Stays as it is"), ("amend", "Is amended")], required=True
    )
    note = fields.Text("What Was Found")
    version = fields.Char("Version Reviewed")
    next_date = fields.Date("Next Review")
    meeting_id = fields.Many2one("complaint.meeting", index="btree_not_null")
    task_id = fields.Many2one("complaint.duty.task", index="btree_not_null")

    @api.model
    def _record(self, regulation, result, note, date, meeting=None, task=None):
        """Keep a review and return it; the regulation's next one is told on it.

        Without a duty that says when, the next review is so many years later.
        """
        if not task and regulation.review_years:
            # sudo: complaint.regulation - the review moves its date, nothing else
            regulation.sudo().next_review_date = fields.Date.add(
                date, years=regulation.review_years
            )
        # sudo: complaint.regulation.review - made by finishing a review only
        return self.sudo().create(
            {
                "regulation_id": regulation.id,
                "date": date,
                "user_id": self.env.uid,
                "result": result,
                "note": note,
                "version": regulation.version,
                "next_date": regulation.next_review_date,
                "meeting_id": meeting and meeting.id,
                "task_id": task and task.id,
            }
        )


class ComplaintRegulation(models.Model):
    _inherit = "complaint.regulation"

    review_ids = fields.One2many("complaint.regulation.review", "regulation_id")


class ComplaintDutyTask(models.Model):
    """Finishing a review leaves a record of it."""

    _inherit = "complaint.duty.task"

    _opens = opens("review_result", states=("open",))

    review_result = fields.Selection(
        selection=lambda self: (
            self.env["complaint.regulation.review"]
            ._fields["result"]
            ._description_selection(self.env)
        ),
        string="Result of the Review",
        copy=False,
    )

    def _gates_done(self):
        """OVERRIDE: a review says what becomes of the text."""
        yield from super()._gates_done()
        if self.kind == "review" and not self.review_result:
            yield self.env._("Say whether the regulation stays as it is or is amended.")

    def _after_done(self):
        """OVERRIDE: keep the review; its next date is the next task's."""
        result = super()._after_done()
        for task in self.filtered(lambda item: item.kind == "review"):
            meeting = task.meeting_ids.filtered(lambda item: item.state == "approved")
            self.env["complaint.regulation.review"]._record(
                task.regulation_id,
                task.review_result,
                task.result,
                task.done_date,
                meeting=meeting[:1],
                task=task,
            )
        return result
