from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools import paper_text


class ComplaintAnalysisWizard(models.TransientModel):
    """Asks for which period the analysis is printed, and for whom."""

    _name = "complaint.analysis.wizard"
    _description = "Print an Analysis"

    regulation_ids = fields.Many2many(
        "complaint.regulation",
        string="Regulations",
        required=True,
        default=lambda self: self._default_regulation_ids(),
        domain="[('company_id', 'in', allowed_company_ids)]",
    )
    date_from = fields.Date(
        "From", required=True, default=lambda self: self._default_quarter()[0]
    )
    date_to = fields.Date(
        "To", required=True, default=lambda self: self._default_quarter()[1]
    )
    internal = fields.Boolean(
        "For the Office Only",
        help="With small numbers and improvement tasks. Nobody outside may see it: a "
        "small number may tell who complained.",
    )

    @api.model
    def _default_regulation_ids(self):
        return self.env["complaint.regulation"].search(
            [("company_id", "=", self.env.company.id), ("team_ids", "!=", False)],
            limit=1,
        )

    @api.model
    def _default_quarter(self):
        """Return first and last day of the quarter before this one."""
        today = self.env["helpdesk.ticket"]._office_date()
        begin = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
        return begin - relativedelta(months=3), begin - relativedelta(days=1)

    @api.constrains("date_from", "date_to", "internal", "regulation_ids")
    def _check_period(self):
        analysis = self.env["complaint.analysis"]
        for wizard in self:
            if wizard.date_from > wizard.date_to:
                raise UserError(self.env._("The period ends before it begins."))
            if wizard.internal:
                continue
            if not analysis._is_whole_quarters(wizard.date_from, wizard.date_to):
                raise UserError(analysis._quarters_message())
            if len(wizard.regulation_ids) > 1:
                raise UserError(
                    self.env._(
                        "Figures for people outside the office are about one regulation "
                        "at a time: all of them but one would tell small numbers."
                    )
                )

    def action_print(self):
        """Show the paper."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/complaint/analysis/{self.id}",
            "target": "new",
        }

    def action_workbook(self):
        """Download the workbook."""
        self.check_access("read")
        report = self.env.ref("community_complaint.analysis_workbook")
        return report.report_action(self)

    # ----------------------------------------------------------------------
    # What is printed
    # ----------------------------------------------------------------------

    def _in_office_language(self):
        lang = self.regulation_ids[:1].company_id.partner_id.lang or self.env.lang
        return self.with_context(lang=lang)

    def _figures(self, rules):
        return self.env["complaint.analysis"]._figures(
            rules, self.date_from, self.date_to, self.internal
        )

    def _heading(self, rules, figures):
        """Return ``[(label, value)]`` above the tables of a sheet."""
        period = f"{format_date(self.env, self.date_from)} – {format_date(self.env, self.date_to)}"
        return [
            (self.env._("Regulation"), rules.name),
            (self.env._("Period"), period),
            (self.env._("Complaints"), figures["total"]),
            (self.env._("In the period before"), figures["before"]),
        ]

    def _paper(self):
        """Return the PDF, in the office's language."""
        wizard = self._in_office_language()
        page = wizard.env["complaint.analysis"]._page(
            wizard.regulation_ids,
            wizard.date_from,
            wizard.date_to,
            wizard.regulation_ids[:1].company_id,
            wizard.internal,
        )
        [content] = self.env["ir.actions.report"]._print_papers(
            [paper_text.self_contained(page)], top="12mm"
        )
        return content
