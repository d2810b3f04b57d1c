from odoo import api, models

from odoo.addons.community_complaint.tools import paper_text
from odoo.addons.community_complaint.tools.form_layout import table_pages

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
    """Papers of medical events (R15), of emergency responses and drills (R13 三·2, 五)."""

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
            "response_plan": "complaint.emergency",
            "response_summary": "complaint.emergency",
            "drill": "complaint.drill",
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
            "response_plan": self.env._("Response Plan"),
            "response_summary": self.env._("Summary and Evaluation of the Response"),
            "drill": self.env._("Drill Record"),
        }

    @api.model
    def _landscape_sheets(self):
        return {*super()._landscape_sheets(), "medical_register"}

    # ----------------------------------------------------------------------
    # Medical events
    # ----------------------------------------------------------------------

    def _hide_event(self, event):
        """Return a function that keeps the complainant of an event's case out."""
        ticket = event.ticket_id
        return ticket._words_redactor() if ticket else _same

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
                "community_complaint_medical.form_medical_register",
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

    # ----------------------------------------------------------------------
    # Emergency responses, drills
    # ----------------------------------------------------------------------

    def _sheet_response_plan(self, emergency):
        ticket = emergency.ticket_id
        hide = ticket._words_redactor()
        return {
            "title": self._sheet_names()["response_plan"],
            "number": ticket.number,
            "right": self._moment(ticket, emergency.plan_date),
            "lines": self._response_lines(emergency, hide),
            "blocks": [
                (self.env._("Facts checked"), self._verification(emergency, hide)),
                (self.env._("People and supplies"), hide(emergency.supplies)),
            ],
            "tables": [self._response_measures(emergency, hide)],
            "signs": [
                self.env._("Office of the leading group"),
                self.env._("Leading group"),
            ],
        }

    def _sheet_response_summary(self, emergency):
        ticket = emergency.ticket_id
        hide = ticket._words_redactor()
        settlement = self._label(emergency, "settled"), hide(emergency.settlement)
        return {
            "title": self._sheet_names()["response_summary"],
            "number": ticket.number,
            "right": self._moment(ticket, emergency.ended_date),
            "lines": self._response_lines(emergency, hide),
            "blocks": [
                (self.env._("Facts checked"), self._verification(emergency, hide)),
                (self.env._("Course of the response"), hide(emergency.course)),
                (self.env._("Settlement"), "\n".join(filter(None, settlement))),
                (self.env._("What it achieved"), hide(emergency.effect)),
                (self.env._("Evaluation"), hide(emergency.assessment)),
                (self.env._("Lessons and proposals"), hide(emergency.lessons)),
            ],
            "tables": [self._response_measures(emergency, hide)],
            "signs": [
                self.env._("Office of the leading group"),
                self.env._("Leading group"),
            ],
        }

    def _response_lines(self, emergency, hide):
        ticket = emergency.ticket_id
        return [
            (self.env._("Matter"), hide(ticket.name)),
            (self.env._("Response level"), self._label(ticket, "response_level")),
            (self.env._("Received"), self._moment(ticket, ticket.received_date)),
            (
                self.env._("Response started on"),
                self._moment(ticket, emergency.started_date),
            ),
            (self.env._("Told at once"), self._text(emergency, "told_user_ids")),
            (self.env._("Started by"), emergency.started_by_id.name),
        ]

    def _verification(self, emergency, hide):
        return "\n".join(
            filter(
                None,
                (
                    self._label(emergency, "verified"),
                    hide(emergency.verification),
                ),
            )
        )

    def _response_measures(self, emergency, hide):
        """Return the table of the plan's measures."""
        ticket = emergency.ticket_id
        return {
            "title": self.env._("Measures"),
            "columns": [
                self.env._("Measure"),
                self.env._("Responsible"),
                self.env._("Deadline"),
                self.env._("Done on"),
                self.env._("Result"),
            ],
            "rows": [
                (
                    hide(item.name),
                    item.responsible_id.name or item.responsible,
                    self._moment(ticket, item.deadline),
                    self._moment(ticket, item.done_date) or "",
                    hide(item.result),
                )
                for item in emergency.measure_ids
            ],
        }

    def _sheet_drill(self, drill):
        return {
            "title": self._sheet_names()["drill"],
            "right": self._day(drill.date),
            "lines": [
                (self.env._("Subject"), drill.name),
                (self.env._("Kind"), self._label(drill, "kind")),
                (self.env._("Led by"), drill.user_id.name),
                (self.env._("Number of participants"), str(drill.headcount or "")),
            ],
            "blocks": [
                (self.env._("Who took part"), drill.participants),
                (self.env._("How it went"), drill.course),
                (self.env._("Lessons"), drill.lessons),
            ],
            "signs": [self.env._("Led by"), self.env._("Recorded by")],
        }


def _same(text):
    return text


def _joined(*texts):
    """Return what there is of some texts, one a line."""
    return "\n".join(text for text in texts if text)


def _short(text):
    """Return a text as the printed register shows it."""
    text = paper_text.clean(text)
    return text if len(text) <= _CELL else f"{text[: _CELL - 1]}…"
