import re

from odoo import models


class MedicalRegisterXlsx(models.AbstractModel):
    """The register of medical events as a workbook, one sheet a department."""

    _name = "report.community_complaint.medical_register"
    _description = "Register of Medical Events"
    _inherit = "report.community_complaint.case_register"

    def _get_objs_for_report(self, docids, data):
        """OVERRIDE: events the user may read, whoever asks how."""
        ids = docids or (data or {}).get("context", {}).get("active_ids") or ()
        ids = ids or self.env.context.get("active_ids") or ()
        return self.env["complaint.medical.event"].search([("id", "in", list(ids))])

    def generate_xlsx_report(self, workbook, data, objs):
        """OVERRIDE: rows are written as they are read."""
        lang = objs.company_id[:1].partner_id.lang or self.env.lang
        form = self.env["complaint.form"].with_context(lang=lang)
        events = objs.with_context(lang=lang)
        for department, members in events.grouped("department_id").items():
            name = department.name or form.env._("the office")
            self._write_rows(
                workbook,
                self._free_name(workbook, name),
                form._medical_columns(),
                map(form._medical_row, members),
            )
        if not events:
            workbook.add_worksheet()

    def _free_name(self, workbook, name):
        """Return a name of a sheet that a workbook takes and does not have yet."""
        name = re.sub(r"[\[\]:*?/\\']", "-", name)[:28]
        taken = {sheet.name.casefold() for sheet in workbook.worksheets()}
        if name.casefold() in taken:
            name = f"{name} {len(taken) + 1}"
        return name
