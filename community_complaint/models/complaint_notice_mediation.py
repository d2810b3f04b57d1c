from odoo import api, fields, models

from ..tools import paper_text


class ComplaintNotice(models.Model):
    """The agreement both sides sign (调解协议书)."""

    _inherit = "complaint.notice"

    kind = fields.Selection(
        selection_add=[("agreement", "Mediation agreement")],
        ondelete={"agreement": "cascade"},
    )
    mediation_id = fields.Many2one(
        "complaint.mediation", readonly=True, index="btree_not_null"
    )

    @api.model
    def _mark(self, kind):
        return "调" if kind == "agreement" else super()._mark(kind)

    def _paper_titles(self):
        return {
            **super()._paper_titles(),
            "agreement": self.env._("Mediation Agreement"),
        }

    def _paper_signatories(self):
        """OVERRIDE: both sides and whoever conducted the session."""
        if self.kind != "agreement":
            return super()._paper_signatories()
        return [
            self.env._("Complainant"),
            self.env._("Respondent"),
            self.env._("Mediator"),
        ]

    def _paper_opening_agreement(self):
        return [
            self.env._(
                "Under %s both sides were brought together. They agree as follows.",
                self._paper_rules(),
            )
        ]

    def _paper_opening_agreement_respondent(self):
        return self._paper_opening_agreement()

    def _paper_facts_agreement(self):
        session = self.mediation_id
        parties = session.party_ids.filtered(
            lambda item: item.role not in ("complainant", "respondent")
        )
        return [
            (self.env._("Case number"), self.ticket_id.number),
            (self.env._("Matter"), self.ticket_id.name),
            (self.env._("Held on"), self._paper_date(session.held_date)),
            (self.env._("Place"), session.place),
            (
                self.env._("Respondent"),
                "、".join(
                    self._paper_named(item) for item in self.ticket_id.respondent_ids
                ),
            ),
            (self.env._("Conducted by"), session.mediator_id.name),
            (
                self.env._("Also present"),
                "\n".join(item.display_name for item in parties),
            ),
        ]

    def _paper_facts_agreement_respondent(self):
        return self._paper_facts_agreement()

    def _paper_sections_agreement(self):
        session = self.mediation_id
        day = session.perform_date
        lines = paper_text.paragraphs(session.agreement)
        if day:
            lines.append(
                self.env._(
                    "Both sides keep to this by %s.", self._paper_day(day, "full")
                )
            )
        return [(self.env._("Agreement"), lines)]

    def _paper_sections_agreement_respondent(self):
        return self._paper_sections_agreement()

    def _paper_closing_agreement(self):
        return [
            self.env._(
                "Made in three copies: one for each side, one for the file. It takes "
                "effect once both sides have signed."
            )
        ]

    def _paper_closing_agreement_respondent(self):
        return self._paper_closing_agreement()
