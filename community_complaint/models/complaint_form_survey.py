from odoo import api, models


class ComplaintForm(models.AbstractModel):
    """The slip for people without a computer (满意度回访表), and opinions in the register."""

    _inherit = "complaint.form"

    @api.model
    def _kinds(self):
        return {**super()._kinds(), "survey": self.env._("Satisfaction Slip")}

    @api.model
    def _form_pages_survey(self, tickets):
        return [
            self.env["ir.qweb"]._render(
                "community_complaint.form_survey", self._survey_values(ticket)
            )
            for ticket in tickets
        ]

    def _survey_values(self, ticket):
        """Return the values of one slip: the number, never a name."""
        answers = self.env["complaint.follow.up"]
        closed = ticket.closed_date
        facts = [
            (self.env._("Case number"), ticket.number),
            (self.env._("Kind of matter"), ticket.type_id.name),
            (
                self.env._("Closed on"),
                closed and self._day(ticket._office_date(closed)),
            ),
        ]
        return {
            "lang": self._html_lang(),
            "office": ticket.company_id.name,
            "title": self._kinds()["survey"],
            "facts": [(label, value or "") for label, value in facts],
            "choices": [
                (self.env._("Mark for the office"), self._choices(answers, "score")),
                (self.env._("The matter is"), self._choices(answers, "solved")),
            ],
        }

    def _choices(self, records, name):
        return [
            label
            for _key, label in records._fields[name]._description_selection(self.env)
        ]

    # ----------------------------------------------------------------------
    # Opinions (R16)
    # ----------------------------------------------------------------------

    def _register_row(self, ticket):
        """OVERRIDE: the register tells opinions, reports and disputes apart."""
        row = super()._register_row(ticket)
        if ticket.case_kind != "complaint":
            kind = self._label(ticket, "case_kind")
            row["type"] = "\n".join(filter(None, (kind, row["type"])))
        return row

    def _result(self, ticket):
        """OVERRIDE: what came of an opinion."""
        came = ticket.opinion_result and self._label(ticket, "opinion_result")
        return "\n".join(filter(None, (came, super()._result(ticket))))


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def action_print_survey(self):
        """Show the satisfaction slips of cases."""
        return self.env["complaint.form"]._open("survey", self)
