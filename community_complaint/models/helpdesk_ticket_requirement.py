from odoo import api, fields, models

from ..tools.requirements import ITEMS, ON_PAPER, marked
from ..tools.steps import ORAL_CHANNELS
from .complaint_type_rule import INQUIRIES

#: What every regulation asks for at acceptance; its sentences are in ``_gates_accept``.
_ALWAYS = frozenset({"name", "contact", "channel"})
#: What may change while the intake form is filled in.
_READ = sorted(
    {
        name
        for item in ITEMS.values()
        for name in item.fields
        if name not in ("handling_plan", "response_level")
    }
)


class HelpdeskTicket(models.Model):
    """What the regulation asks for in this complaint (R02, R03, R05, R06, R18)."""

    _inherit = "helpdesk.ticket"

    respondent_kind = fields.Selection(related="regulation_id.respondent_kind")
    asked_fields = fields.Json(compute="_compute_asked_fields")
    asked_missing = fields.Text("Still to Ask for", compute="_compute_asked_missing")

    # ----------------------------------------------------------------------
    # Marks on the forms
    # ----------------------------------------------------------------------

    @api.depends("team_id", "regulation_id", "is_major", *_READ)
    @api.depends_context("lang")
    def _compute_asked_fields(self):
        for ticket in self:
            asked = ticket._requirements("accept")
            ticket.asked_fields = sorted(marked(asked.mapped("item")))

    @api.depends("team_id", "regulation_id", "is_major", *_READ)
    @api.depends_context("lang")
    def _compute_asked_missing(self):
        for ticket in self:
            asked = ticket._requirements("accept")
            missing = asked.filtered(lambda item, case=ticket: not case._has(item.item))
            ticket.asked_missing = " · ".join(missing.mapped("name"))

    # ----------------------------------------------------------------------
    # Gate
    # ----------------------------------------------------------------------

    def _missing_requirements(self, step):
        """Yield what the regulation's own list asks for and one case lacks."""
        asked = self._requirements(step)
        if step == "answer_on_spot" and self.phase == "registered":
            # R04 3.2: the register is kept, however quick the answer
            asked |= self._requirements("accept").filtered(
                lambda item: item.item not in ON_PAPER
            )
        for requirement in asked:
            told = step == "accept" and requirement.item in _ALWAYS
            if not told and not self._has(requirement.item):
                yield requirement._sentence()

    def _gates_in_writing(self):
        """R04 2: a major matter came in writing, or what they wrote is on file."""
        kind = self.channel_id.complaint_kind
        asked = self.regulation_id.gate_written_major and self.is_major
        if not asked or (kind and kind not in ORAL_CHANNELS):
            return
        if not self.written_form:
            yield self.env._("A major matter has to be in writing.")
        elif not self._has_scan():
            yield self.env._(
                "A major matter has to be in writing: add a scan or picture of what they "
                "wrote to the evidence."
            )

    def _has_scan(self):
        """Return whether a file was handed in in one case, however it was checked."""
        # sudo: complaint.evidence.original - only whether there is one
        evidence = self.sudo().evidence_ids.filtered(lambda item: not item.mistaken)
        return bool(evidence.attachment_ids or evidence.original_ids)

    def _requirements(self, step):
        """Return what the regulation asks for in one case before a step."""
        self.ensure_one()
        anonymous = self.confidentiality == "anonymous"
        rules = self.regulation_id or self.team_id.regulation_id
        return rules.requirement_ids._for_case(self).filtered(
            lambda item: (
                item.step == step and not (anonymous and ITEMS[item.item].personal)
            )
        )

    def _has(self, code):
        """Tell whether one case has what a requirement asks for.

        :param code: key of :data:`~..tools.requirements.ITEMS`
        """
        special = getattr(self, f"_has_{code}", None)
        if special:
            return special()
        # sudo: complaint.identity - who takes the step need not know the complainant
        ticket = self.sudo() if ITEMS[code].personal and self._origin else self
        return any(_filled(ticket[name]) for name in ITEMS[code].fields)

    def _has_description(self):
        return bool((self.what_happened or "").strip() or self._description_text())

    def _has_written_form(self):
        return self._complained_in_writing()

    def _has_respondent_post(self):
        respondents = self.respondent_ids
        return bool(respondents) and all(
            _filled(item.post) or item.kind == "department" for item in respondents
        )

    # ----------------------------------------------------------------------
    # Acts that must be done in this kind of matter
    # ----------------------------------------------------------------------

    def _required_acts(self):
        """Return the rules on acts that hold for one case."""
        self.ensure_one()
        return self.regulation_id.type_rule_ids._for_case(self)

    def _act_done(self, act):
        """Tell whether an act was done in one case.

        :param act: key of ``complaint.type.rule.requires``
        """
        if act in INQUIRIES:
            return act in self.inquiry_ids.mapped("kind")
        return getattr(self, f"_act_done_{act}")()

    def _act_done_mediation(self):
        return any(
            item.state == "held" and item.mediator_id for item in self.mediation_ids
        )

    def _act_done_respondent_heard(self):
        return all(item.heard for item in self.respondent_ids)

    def _act_done_correction(self):
        """R12: for founded complaints only."""
        decision = self.decision_id
        if decision.conclusion not in ("substantiated", "partly"):
            return True
        kinds = decision.measure_line_ids.mapped("kind")
        return "correction" in kinds or "remedy" in kinds

    def _act_done_follow_up(self):
        # what the regulation asks of all cases is a gate of its own
        return self.phase == "follow_up" or self.regulation_id.gate_follow_up

    def _act_done_sealing(self):
        return any(item.sealed_date for item in self.evidence_ids)

    def _act_done_joint(self):
        """R17 1.7: the counterpart handles the matter together with them."""
        return any(
            item.mode == "joint" and item.sent_date for item in self.transfer_ids
        )


def _filled(value):
    """Tell whether a value says something."""
    return bool(value.strip() if isinstance(value, str) else value)
