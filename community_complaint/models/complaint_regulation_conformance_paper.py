from odoo import models
from odoo.tools import format_date

from ..tools import paper_text


class ComplaintRegulation(models.Model):
    """The conformance page as a paper in the reader's language."""

    _inherit = "complaint.regulation"

    def _conformance_pdf(self):
        """Return the conformance page of one regulation as bytes of a PDF.

        :raise UserError: if papers cannot be printed on this server
        """
        self.ensure_one()
        page = self.env["ir.qweb"]._render(
            "community_complaint.conformance_paper", self._conformance_values()
        )
        [content] = self.env["ir.actions.report"]._print_papers(
            [paper_text.self_contained(page)], top="12mm", landscape=True
        )
        return content

    def _conformance_values(self):
        """Return the values of the paper."""
        rules = self._conformance_rules()
        states = dict(rules._fields["state"]._description_selection(self.env))
        return {
            "lang": (self.env.lang or "en_US").replace("_", "-"),
            "regulation": self,
            "rules": rules,
            "states": states,
            "counts": [
                (label, count)
                for code, label in states.items()
                if (count := len(rules.filtered(lambda rule, c=code: rule.state == c)))
            ],
            "replayed": max(
                (rule.evidence["date"] for rule in rules if rule.evidence), default=""
            ),
            "today": format_date(
                self.env,
                self.env["helpdesk.ticket"]._office_date(),
                date_format="yyyy-MM-dd",
            ),
        }
