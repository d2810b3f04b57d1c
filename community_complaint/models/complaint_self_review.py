from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ..tools.changes import on
from ..tools.discipline_steps import SELF_REVIEW_GROUPS
from ..tools.life import Ask, Life, Opening, Step, opens
from ..tools.roles import DISCIPLINE
from ..tools.steps import FILE_PHASES, HANDLER
from ..tools.working_calendar import CalendarError

_lt = LazyTranslate(__name__)
_LIFE = Life(
    {
        "submit": Step(
            ("asked",),
            "submitted",
            (HANDLER, DISCIPLINE),
            label=_lt("Hand In"),
            asks=Ask("text", _lt("The report, in the person's own words")),
            stamps={"submitted_date": "today", "submitted_by_id": "user"},
        ),
    }
)


class ComplaintSelfReview(models.Model):
    """A self-review report (检讨报告), and what the department learns from it.

    R15 8: whoever had a part writes a self-review and looks for the causes; the department
    works out improvements; then it is entered in the technical file.
    """

    _name = "complaint.self.review"
    _description = "Self-review Report"
    _inherit = ["complaint.case.mixin", "complaint.life.mixin"]
    _order = "due_date, id"
    _check_company_auto = True

    _life = _LIFE
    _opens = {
        **opens("ticket_id", "respondent_id", birth=True),
        **opens("due_date", states=("asked",), phases=FILE_PHASES),
        # what the department makes of it comes when the report is in
        **opens("department_id", "improvement", "improvement_date"),
    }
    _guards = {"_check_of_case": on(made=True)}
    _effects = {"_issue_forms": on(made=True)}
    _openings = {
        "decided": Opening(
            "The decision asks for it, also when an appeal against a closed case made it.",
            creates=True,
        ),
    }

    state = fields.Selection(
        [("asked", "Asked for"), ("submitted", "Handed in")],
        default="asked",
        required=True,
        readonly=True,
        copy=False,
    )
    respondent_id = fields.Many2one(
        "complaint.respondent",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('ticket_id', '=', ticket_id), ('employee_id', '!=', False)]",
        help="Stays, once the report was asked for.",
    )
    employee_id = fields.Many2one(related="respondent_id.employee_id", store=True)
    asked_by_id = fields.Many2one(
        "res.users",
        "Asked for by",
        default=lambda self: self.env.uid,
        readonly=True,
        copy=False,
    )
    asked_date = fields.Datetime(
        "Asked for on", default=fields.Datetime.now, readonly=True, copy=False
    )
    due_date = fields.Date(
        "Hand in by",
        compute="_compute_due_date",
        store=True,
        readonly=False,
        precompute=True,
    )
    text = fields.Text("Text of the Report", readonly=True)
    submitted_date = fields.Date("Handed in on", readonly=True)
    submitted_by_id = fields.Many2one("res.users", "Taken by", readonly=True)
    is_late = fields.Boolean("Overdue", compute="_compute_is_late")
    department_id = fields.Many2one("hr.department", check_company=True)
    improvement = fields.Text(
        help="What the department changes so that it does not recur."
    )
    improvement_date = fields.Date("Improved by")
    notice_ids = fields.One2many(
        "complaint.notice", "self_review_id", string="Papers", readonly=True
    )

    _one_per_respondent = models.UniqueIndex(
        "(respondent_id)", "This person was asked for a self-review report already."
    )
    _waiting_idx = models.Index("(due_date) WHERE submitted_date IS NULL")

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.depends("ticket_id")
    def _compute_due_date(self):
        """So many working days from today, as the text of the case says."""
        for review in self:
            rules = review.ticket_id.regulation_id
            days = rules.calendar_id._complaint_working_calendar(rules.tz)
            today = review.ticket_id._office_date()
            try:
                due = days.add_working_days(today, rules.self_review_days)
            except CalendarError:
                due = today + timedelta(days=rules.self_review_days)
            review.due_date = due

    @api.depends("submitted_date", "due_date")
    def _compute_is_late(self):
        for review in self:
            day = review.submitted_date or review.ticket_id._office_date()
            review.is_late = bool(review.due_date and day > review.due_date)

    @api.depends("respondent_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for review in self:
            review.display_name = self.env._(
                "Self-review report of %s", review.respondent_id.name
            )

    # ----------------------------------------------------------------------
    # Asking
    # ----------------------------------------------------------------------

    @api.model
    def _check_of_case(self, vals):
        """Check that the respondent of a new report belongs to its case.

        Before it is written: neither a name of another case nor that somebody was asked
        there shows in an error.

        :raise UserError: otherwise
        """
        names = ("ticket_id", "respondent_id")
        vals = {**self.default_get(names), **vals}
        # sudo: complaint.respondent - whether it is one of this case
        respondent = self.env["complaint.respondent"].sudo()
        respondent = respondent.browse(vals.get("respondent_id")).exists()
        if respondent.ticket_id.id != vals.get("ticket_id"):
            raise UserError(self.env._("This person is no respondent of the case."))

    def action_submit(self, text=None):
        """Take in reports.

        :param text: what the person wrote; without it a dialog asks for it
        """
        return self._take("submit", text)

    def action_print_papers(self):
        """Show the forms of these reports."""
        return self.notice_ids.action_print()

    def _issue_forms(self):
        """Issue the forms on which the reports are written."""
        self.env["complaint.notice"]._issue_vals(
            [
                {
                    "ticket_id": review.ticket_id.id,
                    "self_review_id": review.id,
                    "kind": "self_review",
                    "addressee": "respondent",
                    "respondent_id": review.respondent_id.id,
                    "issued_date": fields.Datetime.now(),
                    "issued_by_id": self.env.uid,
                    "lang": review.ticket_id._paper_lang(),
                }
                for review in self
            ]
        )


class ComplaintDecisionMeasure(models.Model):
    _inherit = "complaint.decision.measure"

    def _ask_self_reviews(self):
        """Ask for the self-review reports that were decided, each person once."""
        lines = self.filtered(lambda line: line.measure_id.paper == "self_review")
        people = {
            line._staff_respondent()[:1]: line.ticket_id
            for line in lines
            if line._staff_respondent()
        }
        asked = self.env["complaint.self.review"].search(
            [("ticket_id", "in", lines.ticket_id.ids)]
        )
        self.env["complaint.self.review"]._create_sealed(
            "decided",
            [
                {"ticket_id": ticket.id, "respondent_id": respondent.id}
                for respondent, ticket in people.items()
                if respondent not in asked.respondent_id
            ],
        )


class ComplaintRespondent(models.Model):
    _inherit = "complaint.respondent"

    self_review_ids = fields.One2many(
        "complaint.self.review",
        "respondent_id",
        string="Self-review Reports",
        groups=SELF_REVIEW_GROUPS,
    )


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    self_review_ids = fields.One2many(
        "complaint.self.review",
        "ticket_id",
        string="Self-review Reports",
        groups=SELF_REVIEW_GROUPS,
    )


class ComplaintRegulation(models.Model):
    _inherit = "complaint.regulation"

    self_review_days = fields.Integer(
        "Self-review Due (working days)",
        default=5,
        help="How many working days there are to hand in a self-review report.",
    )

    _self_review_within_a_year = models.Constraint(
        "CHECK (self_review_days BETWEEN 0 AND 366)",
        "A self-review is due within 0 to 366 working days.",
    )
