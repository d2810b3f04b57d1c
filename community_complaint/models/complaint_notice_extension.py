from odoo import api, fields, models

from ..tools import paper_text


class ComplaintNotice(models.Model):
    """Notice of extension (延期告知): the complainant is told why it takes longer.

    Also the explanation of an overrun, for texts that go on without a cap (R04).
    """

    _inherit = "complaint.notice"

    kind = fields.Selection(
        selection_add=[("extension", "Notice of extension")],
        ondelete={"extension": "cascade"},
    )
    extension_id = fields.Many2one(
        "complaint.deadline.extension", readonly=True, index="btree_not_null"
    )

    @api.model
    def _mark(self, kind):
        return "延" if kind == "extension" else super()._mark(kind)

    def _paper_titles(self):
        return {
            **super()._paper_titles(),
            "extension": self.env._("Notice of Extension"),
        }

    def _paper_clause(self):
        if self.kind == "extension":
            return self.extension_id.deadline_id.clause
        return super()._paper_clause()

    def _paper_opening_extension(self):
        deadline = self.extension_id.deadline_id
        values = {
            "date": self._paper_date(self.ticket_id.received_date),
            "rules": self._paper_rules(),
            "limit": deadline.name,
        }
        if self.extension_id.kind == "overrun":
            return [
                self.env._(
                    "We are handling the complaint you made on %(date)s under %(rules)s. "
                    "The time limit “%(limit)s” is not enough. We go on until the matter "
                    "is settled.",
                    **values,
                )
            ]
        return [
            self.env._(
                "We are handling the complaint you made on %(date)s under %(rules)s. "
                "The time limit “%(limit)s” has been extended.",
                **values,
            )
        ]

    def _paper_facts_extension(self):
        extension = self.extension_id
        overrun = extension.kind == "overrun"
        new_label = self.env._("Expected by") if overrun else self.env._("New last day")
        return [
            (self.env._("Case number"), self.ticket_id.number),
            (self.env._("Matter"), self.ticket_id.name),
            (self.env._("Last day so far"), self._paper_due(extension.old_due_date)),
            (
                self.env._("Extended by"),
                not overrun and extension._format_quantity(),
            ),
            (new_label, self._paper_due(extension.new_due_date)),
        ]

    def _paper_sections_extension(self):
        extension = self.extension_id
        sections = [(self.env._("Reason"), paper_text.paragraphs(extension.reason))]
        if extension.kind == "extension":
            why = extension.deadline_id._explanation_sentences(self.lang)
            sections.append((self.env._("How the new last day is counted"), why))
        return sections

    def _paper_closing_extension(self):
        return [
            self.env._(
                "We ask for your patience. You may ask us at any time how far your "
                "complaint has come."
            )
        ]

    def _paper_due(self, day):
        return day and self._paper_day(day, "full")
