from odoo import models


class HelpdeskTicket(models.Model):
    """The complainant says how satisfied they are, on the page of the case (R14)."""

    _inherit = "helpdesk.ticket"

    def _portal_survey(self):
        """Return what the page shows of the question, ``None`` if nobody asks.

        :return: ``{"open": bool, "scores": [(key, label)], "solved": [(key, label)],
            "answer": text, "reply": text}``
        """
        self.ensure_one()
        answer = self._survey_answer()
        if not (answer or self._may_answer_survey()):
            return None
        fields = self.env["complaint.follow.up"]._fields
        scores = fields["score"]._description_selection(self.env)
        return {
            "open": not answer,
            "scores": scores,
            "solved": fields["solved"]._description_selection(self.env),
            "answer": dict(scores).get(answer.score, ""),
            "reply": answer.answer or "",
        }

    def _portal_next_links(self):
        """OVERRIDE: once the papers are confirmed, the question."""
        links = super()._portal_next_links()
        if not self._portal_unconfirmed() and self._may_answer_survey():
            links = [("survey", self.env._("Say how satisfied you are")), *links]
        return links
