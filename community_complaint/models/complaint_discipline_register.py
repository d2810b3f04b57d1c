from odoo import api, models
from odoo.tools import split_every

_WIDTHS = {
    "employee": 14,
    "department": 18,
    "kind": 12,
    "measure": 24,
    "paper": 22,
    "case": 16,
    "reason": 50,
    "proposed": 14,
    "heard": 14,
    "approved": 14,
    "approver": 14,
    "start": 14,
    "expiry": 14,
    "state": 10,
    "end_reason": 30,
}
#: Measures that are in memory at once.
_BATCH = 200


class ComplaintDisciplineRegister(models.AbstractModel):
    """The register of disciplines and commendations, as rows of a workbook."""

    _name = "complaint.discipline.register"
    _description = "Register of Disciplines"
    _inherit = ["complaint.form"]

    @api.model
    def _register_columns(self):
        """OVERRIDE: ``[(key, label, width)]`` of measures."""
        labels = {
            "employee": self.env._("Member of staff"),
            "department": self.env._("Department"),
            "kind": self.env._("Kind"),
            "measure": self.env._("Measure"),
            "paper": self.env._("Number of the paper"),
            "case": self.env._("Case number"),
            "reason": self.env._("Facts and reasons"),
            "proposed": self.env._("Proposed on"),
            "heard": self.env._("Heard on"),
            "approved": self.env._("Approved on"),
            "approver": self.env._("Approved by"),
            "start": self.env._("In force from"),
            "expiry": self.env._("In force until"),
            "state": self.env._("State"),
            "end_reason": self.env._("Reason of the revocation"),
        }
        return [(key, label, _WIDTHS[key]) for key, label in labels.items()]

    @api.model
    def _register_rows(self, items):
        """OVERRIDE: one dict a measure; read in batches and forgotten again."""
        for batch in split_every(_BATCH, items.ids, items.browse):
            for item in batch:
                yield self._register_row(item)
            batch.invalidate_recordset()

    _workbook_rows = _register_rows

    def _register_row(self, item):
        """OVERRIDE: nobody's words give away who complained.

        Of a secret case whoever anybody would recognise is taken out: personnel files
        are read by people who work on no case.
        """
        case = item.ticket_id
        hide = case._without_names
        # sudo: hr.employee - who reads the measure may read whom it is about
        employee = item.sudo().employee_id
        row = {
            "employee": item._person(),
            "department": employee.department_id.name,
            "kind": self._label(item, "kind"),
            "measure": item.measure_id.name,
            "paper": item.notice_ids[:1].number,
            "case": case.number,
            "reason": hide(item.reason),
            "proposed": self._office_day(case, item.proposed_date),
            "heard": self._office_day(case, item.heard_date),
            "approved": self._office_day(case, item.approved_date),
            "approver": item.approved_by_id.name,
            "start": item.start_date and self._day(item.start_date),
            "expiry": item.expiry and self._day(item.expiry),
            "state": self._label(item, "state"),
            "end_reason": hide(item.end_reason),
        }
        return {key: value or "" for key, value in row.items()}

    def _office_day(self, case, moment):
        return moment and self._day(case._office_date(moment))


class DisciplineRegisterXlsx(models.AbstractModel):
    """The workbook, written as the register of cases is."""

    _name = "report.community_complaint.discipline_register"
    _description = "Register of Disciplines (Workbook)"
    _inherit = "report.community_complaint.case_register"

    def _get_objs_for_report(self, docids, data):
        """OVERRIDE: only what the user may read, whoever asks how."""
        ids = docids or (data or {}).get("context", {}).get("active_ids") or ()
        ids = ids or self.env.context.get("active_ids") or ()
        return self.env["complaint.discipline"].search([("id", "in", list(ids))])

    def generate_xlsx_report(self, workbook, data, objs):
        """OVERRIDE: one sheet a regulation."""
        lang = objs[:1].ticket_id._paper_lang()
        register = self.env["complaint.discipline.register"].with_context(lang=lang)
        items = objs.with_context(lang=lang)
        for rules, group in items.grouped(lambda i: i.ticket_id.regulation_id).items():
            self._write_sheet(workbook, register, rules, group)
        if not items:
            workbook.add_worksheet()
