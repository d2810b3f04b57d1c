from odoo import api, models


class ComplaintForm(models.AbstractModel):
    """Response plan, summary and evaluation, drill sheet (R13 三·2, 五)."""

    _inherit = "complaint.form"

    @api.model
    def _sheet_models(self):
        return {
            **super()._sheet_models(),
            "response_plan": "complaint.emergency",
            "response_summary": "complaint.emergency",
            "drill": "complaint.drill",
        }

    @api.model
    def _sheet_names(self):
        return {
            **super()._sheet_names(),
            "response_plan": self.env._("Response Plan"),
            "response_summary": self.env._("Summary and Evaluation of the Response"),
            "drill": self.env._("Drill Record"),
        }

    def _sheet_response_plan(self, emergency):
        ticket = emergency.ticket_id
        hide = ticket._noting_redactor("complaint.emergency")
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
        hide = ticket._noting_redactor("complaint.emergency")
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
