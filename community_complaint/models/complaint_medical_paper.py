import re

from odoo import api, models

from ..tools import paper_text
from ..tools.form_layout import table_pages

#: Width of the columns of the register, in characters of the workbook.
_COLUMNS = {
    "number": 18,
    "date": 16,
    "department": 14,
    "kind": 10,
    "involved": 16,
    "course": 45,
    "cause": 30,
    "consequence": 30,
    "result": 35,
    "entered": 20,
}
#: Longest text in a cell of the printed register.
_CELL = 160


class ComplaintForm(models.AbstractModel):
    """Forms, register, conclusions and summaries of medical events (R15)."""

    _inherit = "complaint.form"

    @api.model
    def _sheet_models(self):
        return {
            **super()._sheet_models(),
            "medical_event": "complaint.medical.event",
            "medical_register": "complaint.medical.event",
            "medical_conclusion": "complaint.medical.conclusion",
            "medical_informing": "complaint.medical.conclusion",
            "medical_summary": "complaint.medical.summary",
        }

    @api.model
    def _sheet_names(self):
        return {
            **super()._sheet_names(),
            "medical_event": self.env._("Registration form of a medical event"),
            "medical_register": self.env._(
                "Register of medical errors, accidents and disputes"
            ),
            "medical_conclusion": self.env._("Conclusion of the quality group"),
            "medical_informing": self.env._("Conclusion told to the family"),
            "medical_summary": self.env._("Summary of medical events"),
        }

    # ----------------------------------------------------------------------
    # Medical events
    # ----------------------------------------------------------------------

    def _hide_event(self, event):
        """Return a function that keeps the complainant of an event's case out."""
        ticket = event.ticket_id
        return ticket._noting_redactor("complaint.medical.event") if ticket else _same

    def _sheet_medical_event(self, event):
        """R15 三: error form or accident form (差错登记表 / 医疗事故登记表)."""
        titles = {
            "error": self.env._("Registration Form of a Medical Error"),
            "accident": self.env._("Registration Form of a Medical Accident"),
            "dispute": self.env._("Registration Form of a Medical Dispute"),
        }
        hide = self._hide_event(event)
        return {
            "title": titles[event.kind],
            "number": event.number,
            "right": self._rules_moment(event.regulation_id, event.registered_date),
            "lines": [(label, hide(text)) for label, text in self._event_lines(event)],
            "blocks": [
                (label, hide(text)) for label, text in self._event_blocks(event)
            ],
            "tables": [self._event_reports(event)],
            "signs": [
                self.env._("Person involved"),
                self.env._("Head of the department"),
                self.env._("the office"),
                self.env._("Leader in charge"),
            ],
        }

    def _event_lines(self, event):
        return [
            (
                self.env._("Ward or department"),
                event.department_id.name or self.env._("the office"),
            ),
            (
                self.env._("Happened or found"),
                self._rules_moment(event.regulation_id, event.event_date),
            ),
            (self.env._("Place"), event.place),
            (self.env._("Patient"), self._patient(event)),
            (self.env._("Persons involved"), self._text(event, "involved_ids")),
            (self.env._("Entered by"), event.user_id.name),
            (self.env._("Case number"), event.ticket_id.number),
            (self.env._("Spokesperson for the family"), event.spokesperson_id.name),
        ]

    def _patient(self, event):
        """Return the patient's record; that of a secret case tells who complained."""
        if event.ticket_id and not self._may_name(event.ticket_id):
            return self.env._("(kept secret)")
        return event.patient_ref

    def _event_blocks(self, event):
        approved = event.opinion_approved_date and self.env._(
            "Approved by %(name)s, %(date)s",
            name=event.opinion_approved_by_id.name,
            date=self._rules_moment(event.regulation_id, event.opinion_approved_date),
        )
        conclusion = event._concluded()[:1]
        return [
            (self.env._("Course of the event"), event.course),
            (self.env._("Cause"), event.cause),
            (self.env._("Consequence"), event.consequence),
            (
                self.env._("Department's preliminary opinion and its grounds"),
                _joined(event.opinion, event.opinion_grounds, approved),
            ),
            (
                self.env._("Conclusion of the quality group"),
                conclusion
                and _joined(self._label(conclusion, "grade"), conclusion.text),
            ),
            (self.env._("Result"), event.result),
        ]

    def _event_reports(self, event):
        """Return the table of the upward reporting."""
        rules = event.regulation_id
        return {
            "title": self.env._("Reported upwards"),
            "columns": [
                self.env._("Reported to"),
                self.env._("Within"),
                self.env._("Told at"),
                self.env._("Who took it"),
                self.env._("Reported in time"),
                self.env._("Reason of the delay"),
            ],
            "rows": [
                (
                    report.display_name,
                    self.env._("%s minutes", report.minutes),
                    self._rules_moment(rules, report.told_date)
                    if report.state == "done"
                    else "",
                    report.contact or "",
                    self._in_time(report),
                    report.late_reason or "",
                )
                for report in event.report_ids
            ],
        }

    def _in_time(self, report):
        if report.is_late:
            return self.env._("Late")
        return self.env._("Yes") if report.state == "done" else ""

    # ----------------------------------------------------------------------
    # Register
    # ----------------------------------------------------------------------

    @api.model
    def _medical_columns(self):
        """Return ``[(key, label, width in characters)]`` of the register."""
        labels = {
            "number": self.env._("Number"),
            "date": self.env._("Happened or found"),
            "department": self.env._("Ward or department"),
            "kind": self.env._("Kind"),
            "involved": self.env._("Persons involved"),
            "course": self.env._("Course of the event"),
            "cause": self.env._("Cause"),
            "consequence": self.env._("Consequence"),
            "result": self.env._("Result"),
            "entered": self.env._("Entered"),
        }
        return [(key, labels[key], width) for key, width in _COLUMNS.items()]

    def _medical_row(self, event):
        """Return one event as ``{column: text}``."""
        hide = self._hide_event(event)
        rules = event.regulation_id
        row = {
            "number": event.number,
            "date": self._rules_moment(rules, event.event_date),
            "department": event.department_id.name or self.env._("the office"),
            "kind": self._label(event, "kind"),
            "involved": self._text(event, "involved_ids"),
            "course": event.course,
            "cause": event.cause,
            "consequence": event.consequence,
            "result": event.result,
            "entered": _joined(
                event.user_id.name, self._rules_moment(rules, event.registered_date)
            ),
        }
        return {key: hide(text or "") for key, text in row.items()}

    @api.model
    def _sheet_pages_medical_register(self, events):
        """R15 一: one register a department, and one of the office."""
        return [
            self.env["ir.qweb"]._render(
                "community_complaint.form_medical_register",
                {
                    "lang": self._html_lang(),
                    "office": members.company_id.name,
                    "title": self._sheet_names()["medical_register"],
                    "rules": department.name or self.env._("the office"),
                    "columns": self._medical_columns(),
                    "pages": list(
                        table_pages(
                            {
                                key: _short(text)
                                for key, text in self._medical_row(event).items()
                            }
                            for event in members.sorted("event_date")
                        )
                    ),
                },
            )
            for department, members in events.grouped("department_id").items()
        ]

    # ----------------------------------------------------------------------
    # Conclusion, summary
    # ----------------------------------------------------------------------

    def _sheet_medical_conclusion(self, conclusion):
        event = conclusion.event_id
        hide = self._hide_event(event)
        return {
            "title": self._sheet_names()["medical_conclusion"],
            "number": event.number,
            "right": self._day(conclusion.date),
            "lines": [
                (
                    self.env._("Members present"),
                    self._text(conclusion, "present_ids"),
                ),
                (self.env._("Experts invited"), conclusion.experts),
                (self.env._("Kind"), self._label(event, "kind")),
                (self.env._("Grade"), self._label(conclusion, "grade")),
            ],
            "blocks": [
                (self.env._("Course of the event"), hide(event.course)),
                (self.env._("Cause"), hide(event.cause)),
                (self.env._("Conclusion"), hide(conclusion.text)),
            ],
            "signs": [
                *conclusion.present_ids.mapped("name"),
                self.env._("Recorded by"),
            ],
        }

    def _sheet_medical_informing(self, conclusion):
        """R15 七: what the designated person tells the family, for their signature."""
        event = conclusion.event_id
        hide = self._hide_event(event)
        return {
            "title": self.env._("Conclusion Told to the Family"),
            "number": event.number,
            "right": self._rules_moment(event.regulation_id, conclusion.informed_date),
            "lines": [
                (
                    self.env._("Happened or found"),
                    self._rules_moment(event.regulation_id, event.event_date),
                ),
                (self.env._("Grade"), self._label(conclusion, "grade")),
                (self.env._("Told by"), event.spokesperson_id.name),
                (self.env._("Patient"), event.patient_ref),
            ],
            "blocks": [
                (self.env._("Conclusion"), hide(conclusion.text)),
                (self.env._("What was told"), hide(conclusion.informed_note)),
            ],
            "signs": [
                self.env._("Patient or family"),
                self.env._("Told by"),
            ],
        }

    def _sheet_medical_summary(self, summary):
        return {
            "title": self._label(summary, "kind"),
            "right": summary.task_id._period_label(),
            "lines": [
                (
                    self.env._("Ward or department"),
                    summary.department_id.name or self.env._("the whole centre"),
                ),
                (self.env._("Drawn up by"), summary.done_by_id.name),
            ],
            "blocks": [
                (self.env._("Situation"), summary.situation),
                (self.env._("Typical cases"), summary.cases),
                (self.env._("Analysis of causes"), summary.causes),
                (self.env._("Lessons"), summary.lessons),
                (self.env._("Measures taken"), summary.measures),
            ],
            "signs": [self.env._("Drawn up by"), self.env._("Leader in charge")],
        }


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


def _same(text):
    return text


def _joined(*texts):
    """Return what there is of some texts, one a line."""
    return "\n".join(text for text in texts if text)


def _short(text):
    """Return a text as the printed register shows it."""
    text = paper_text.clean(text)
    return text if len(text) <= _CELL else f"{text[: _CELL - 1]}…"
