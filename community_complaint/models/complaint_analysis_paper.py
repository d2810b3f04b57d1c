from odoo import api, models
from odoo.tools import format_date

from .complaint_form_register import _sheet_name


class ComplaintAnalysis(models.AbstractModel):
    """The figures of a period on one page, and as a workbook."""

    _inherit = "complaint.analysis"

    @api.model
    def _page(self, regulations, first, last, company, internal=False):
        """Return the paper of a period as HTML, in the language of the context.

        :param company: ``res.company`` record, whose office it is
        """
        return self.env["ir.qweb"]._render(
            "community_complaint.analysis_paper",
            {
                **self._figures(regulations, first, last, internal),
                "notice": {"number": ""},
                "lang": (self.env.lang or "en_US").replace("_", "-"),
                "title": self.env._("Analysis of Complaints"),
                "office": {
                    "name": company.name,
                    "size": self.env["complaint.notice"]._paper_name_size(company.name),
                },
                "rules": regulations.mapped("name"),
                "from": format_date(self.env, first),
                "to": format_date(self.env, last),
                "internal": internal,
                "tasks": self._tasks(regulations) if internal else [],
            },
        )

    @api.model
    def _tasks(self, regulations):
        """Return the open improvement tasks as ``[(title, state, before, since)]``."""
        tasks = self.env["complaint.improvement"].search(
            [("regulation_id", "in", regulations.ids), ("closed_date", "=", False)]
        )
        states = dict(tasks._fields["state"]._description_selection(self.env))
        return [
            (task.name, states[task.state], task.count_before, task.count_after)
            for task in tasks
        ]


class AnalysisXlsx(models.AbstractModel):
    """The figures as a workbook; what people named is never a formula."""

    _name = "report.community_complaint.analysis_workbook"
    _description = "Analysis Workbook"
    _inherit = "report.report_xlsx.abstract"

    def _get_objs_for_report(self, docids, data):
        """OVERRIDE: only what somebody just asked for themselves, whoever asks how."""
        ids = docids or (data or {}).get("context", {}).get("active_ids") or ()
        ids = ids or self.env.context.get("active_ids") or ()
        return self.env["complaint.analysis.wizard"].search(
            [("id", "in", list(ids)), ("create_uid", "=", self.env.uid)]
        )

    def get_workbook_options(self):
        """OVERRIDE: see the case register."""
        return {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }

    def generate_xlsx_report(self, workbook, data, objs):
        """OVERRIDE: one sheet a regulation."""
        for wizard in objs:
            for rules in wizard.regulation_ids:
                self._write_sheet(workbook, wizard._in_office_language(), rules)
        if not objs.regulation_ids:
            workbook.add_worksheet()

    def _write_sheet(self, workbook, wizard, rules):
        bold = workbook.add_format({"bold": True, "bg_color": "#EEEEEE", "border": 1})
        cell = workbook.add_format({"border": 1, "text_wrap": True})
        sheet = workbook.add_worksheet(_sheet_name(rules))
        sheet.set_column(0, 0, 36)
        figures = wizard._figures(rules)
        row = 0
        for label, value in wizard._heading(rules, figures):
            sheet.write_string(row, 0, label)
            sheet.write_string(row, 1, value)
            row += 1
        for table in figures["tables"]:
            row += 1
            sheet.write_string(row, 0, table["title"], bold)
            sheet.write_string(row, 1, wizard.env._("Complaints"), bold)
            sheet.write_string(row, 2, "%", bold)
            for label, number, percent in table["rows"]:
                row += 1
                sheet.write_string(row, 0, label, cell)
                if number.isdigit():
                    sheet.write_number(row, 1, int(number), cell)
                else:
                    sheet.write_string(row, 1, number, cell)
                if percent is not None:
                    sheet.write_number(row, 2, percent, cell)
            row += 1
