from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.steps import LEADER

_OPINION = frozenset({"second_opinion", "second_opinion_by_id", "second_opinion_date"})
#: A change of these makes it another decision, which nobody looked at yet.
_SUBSTANCE = frozenset({"conclusion", "reasons", "accountability_note"})


class ComplaintDecision(models.Model):
    """Nobody calls a complaint malicious alone (R05, R17)."""

    _inherit = "complaint.decision"

    accountability_note = fields.Text(
        "Accountability",
        help="What follows for the complainant: the office's position told to them, "
        "expert appraisal, legal steps.",
    )
    second_opinion_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    second_opinion_date = fields.Datetime(readonly=True, copy=False)
    second_opinion = fields.Text(readonly=True, copy=False)

    def _text_methods(self):
        return super()._text_methods() | {"action_second_opinion"}

    def action_second_opinion(self, text=None):
        """Agree, as another leader, that a complaint is malicious.

        :param text: why
        :raise UserError: for who drafted it, and for everybody but leaders
        """
        if not self.env.user.has_group(LEADER):
            raise UserError(self.env._("A second opinion is up to a leader."))
        if any(decision.create_uid == self.env.user for decision in self):
            raise UserError(
                self.env._("The second opinion is somebody else's than the draft.")
            )
        self._check_draft()
        if not (text or "").strip():
            return self._ask_text(
                "action_second_opinion",
                self.env._("Second Opinion"),
                self.env._("Why this complaint is malicious"),
            )
        self.check_access("write")
        # sudo: complaint.decision - only this method writes it
        self.sudo().write(
            {
                "second_opinion": text.strip(),
                "second_opinion_by_id": self.env.uid,
                "second_opinion_date": fields.Datetime.now(),
            }
        )
        return True

    def write(self, vals):
        """OVERRIDE: an opinion is on what was read, not on what it became."""
        if self.env.su:
            return super().write(vals)
        if _OPINION & vals.keys():
            raise UserError(self.env._("A second opinion is given by its button."))
        stale = self.filtered(
            lambda item: (
                item.second_opinion_by_id
                and any(item[name] != vals[name] for name in _SUBSTANCE & vals.keys())
            )
        )
        result = super().write(vals)
        # sudo: complaint.decision - see above
        stale.sudo().write(dict.fromkeys(_OPINION, False))
        return result

    def _missing(self):
        yield from super()._missing()
        if self.conclusion != "malicious":
            return
        if not (self.accountability_note or "").strip():
            yield self.env._(
                "A malicious complaint: say what follows for the complainant."
            )
        if not self.ticket_id.regulation_id.gate_second_opinion:
            return
        if not self.second_opinion_by_id:
            yield self.env._("A malicious complaint needs another leader's opinion.")
        elif self.second_opinion_by_id == self.env.user:
            yield self.env._("Whoever gave the second opinion does not decide as well.")


class ComplaintRegulation(models.Model):
    _inherit = "complaint.regulation"

    gate_second_opinion = fields.Boolean(
        "Malicious Only with a Second Opinion",
        default=True,
        help="Another leader agrees before a complaint is called malicious.",
    )
