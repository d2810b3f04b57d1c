from collections import defaultdict

from odoo import api, models
from odoo.exceptions import ValidationError

from ..tools.steps import TERMINAL_EVENTS, TOLD_EVENTS
from ..tools.succession import kind_of

#: Events that only happen when a setting allows the step behind them.
_NEEDED_SETTING = {
    "transferred": "allow_transfer",
    "reported_back": "allow_transfer",
    "returned": "allow_transfer",
    "mediation_started": "allow_mediation",
    "mediated": "allow_mediation",
    "mediation_failed": "allow_mediation",
    "replied": "on_spot_allowed",
}
#: Outcomes of which a case has one, and the starts after which it can only be that one.
_ONE_WAY = {
    "replied": set(),
    "refused": set(),
    "refuse_told": {"refused"},
    "mediated": set(),
    "mediation_failed": set(),
}
#: What tells who complains; an anonymous complainant cannot give it.
_IDENTITY_ITEMS = frozenset(
    {
        "name", "contact", "phone", "email", "address", "work_unit", "occupation",
        "id_number", "identity_checked",
    }
)  # fmt: skip


class ComplaintRegulation(models.Model):
    """Is this text complete and free of contradictions? Asked before it is adopted.

    R16: a regulation declares its scope, conditions, procedure and time limits.

    EXTENSION POINT: ``_faults`` yields ``(code, sentence)``; the code names the fault for
    tests and documentation, the sentence tells the administrator what to mend.
    """

    _inherit = "complaint.regulation"

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    def action_check(self):
        """Check regulations and tell that they are fit to be worked under.

        :return: an action that shows a notification
        :raise ValidationError: with everything that is wrong, text by text
        """
        self._check_faults()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Complete and free of contradictions: %s.",
                    ", ".join(self.mapped("name")),
                ),
            },
        }

    def _adopt(self, company):
        """OVERRIDE: nobody adopts a text that contradicts itself."""
        self._check_faults()
        return super()._adopt(company)

    def _adopt_own(self, company):
        """OVERRIDE: neither a text of one's own."""
        self._check_faults()
        return super()._adopt_own(company)

    def _check_faults(self):
        """Check regulations.

        :raise ValidationError: with everything that is wrong
        """
        texts = []
        for regulation in self:
            faults = [f"• {text}" for _code, text in regulation._faults()]
            if faults:
                texts.append("\n".join([regulation.name, *faults]))
        if texts:
            raise ValidationError("\n\n".join(texts))

    # ----------------------------------------------------------------------
    # Faults of one regulation: pairs of code and sentence
    # ----------------------------------------------------------------------

    def _faults(self):
        """Yield ``(code, sentence)`` for all that is wrong with one regulation."""
        self.ensure_one()
        yield from self._faults_declared()
        yield from self._faults_settings()
        yield from self._faults_anonymous()
        yield from self._faults_hearing()
        yield from self._faults_unlisted()
        for policy in self.sla_policy_ids:
            yield from self._faults_policy(policy)
        yield from self._faults_ambiguous()

    def _faults_declared(self):
        """R16: scope, conditions, procedure and time limits must be declared."""
        if not (self.summary or "").strip():
            yield "scope", self.env._("It does not say what the office handles.")
        if not (self.channel_ids and self.complainant_kind_ids):
            yield (
                "conditions",
                self.env._("It does not say who may complain, and by which channels."),
            )
        if not (self.public_text or "").strip():
            yield (
                "procedure",
                self.env._("It does not tell residents how a complaint is handled."),
            )
        if not self.sla_policy_ids:
            yield "limits", self.env._("It sets no time limit.")

    def _faults_settings(self):
        """Settings that only make sense together."""
        if (self.allow_arbitration or self.allow_negotiation) and not (
            self.allow_mediation
        ):
            yield (
                "mediation",
                self.env._("Negotiation and arbitration are rungs of the mediation."),
            )
        if self.urge_quantity and not self.allow_transfer:
            yield "urging", self.env._("There is nobody to urge without transfers.")
        if self.gate_assign_major and not self.allow_transfer:
            yield (
                "assignment",
                self.env._("Major matters are assigned, but it knows no transfers."),
            )

        if self.needs_roster and "phone" not in self.channel_ids.mapped(
            "complaint_kind"
        ):
            yield (
                "roster",
                self.env._(
                    "Somebody answers the phone at any hour, but nobody may call."
                ),
            )
        if self.takes_internal and not (
            self.complainant_kind_ids & self._kinds_from_inside()
        ):
            yield (
                "internal",
                self.env._(
                    "It takes complaints from inside, but staff and departments may not "
                    "complain."
                ),
            )

    @api.model
    def _kinds_from_inside(self):
        """Return the kinds of complainants that belong to the office."""
        kinds = self.env["complaint.complainant.kind"]
        return kinds.search([("code", "in", ("staff", "department", "worker"))])

    def _faults_unlisted(self):
        """What is for some kinds of matter is for kinds that the text lists."""
        if not self.type_ids:
            return
        lines = [*self.sla_policy_ids, *self.requirement_ids, *self.type_rule_ids]
        for line in lines:
            unlisted = line.type_ids - self.type_ids
            if unlisted:
                yield (
                    "unlisted",
                    self.env._(
                        "“%(line)s” is for “%(kinds)s”, which the text does not list.",
                        line=line.display_name,
                        kinds=", ".join(unlisted.mapped("name")),
                    ),
                )

    def _faults_anonymous(self):
        """Nobody can be anonymous and show an identity card."""
        asked = self.requirement_ids.mapped("item")
        if self.allow_anonymous and self.identity_required:
            yield (
                "anonymous",
                self.env._(
                    "It takes anonymous complaints and asks for proof of identity."
                ),
            )
        if self.confidentiality == "anonymous" and not self.allow_anonymous:
            yield (
                "anonymous_default",
                self.env._("Complaints are anonymous by default, but it takes none."),
            )
        if self.confidentiality == "anonymous" and _IDENTITY_ITEMS & set(asked):
            yield (
                "anonymous_content",
                self.env._(
                    "Complaints are anonymous by default, but must tell who complains."
                ),
            )

    def _faults_hearing(self):
        """R02: no sanction without the respondent's statement and defence."""
        if self.gate_hearing:
            return
        unheard = self.measure_ids.filtered(
            lambda item: item.kind == "sanction" and not item.needs_hearing
        )
        if unheard:
            yield (
                "hearing",
                self.env._(
                    "Sanctions without a hearing: %s.",
                    ", ".join(unheard.mapped("name")),
                ),
            )

    def _faults_policy(self, policy):
        """A limit starts and ends with events that happen under this text."""
        starts, ends = policy._starts(), policy._ends()
        outlives = policy.is_window or not ends.isdisjoint(TOLD_EVENTS)
        if not (outlives or set(starts).isdisjoint(TERMINAL_EVENTS)):
            yield (
                "after_end",
                self.env._(
                    "“%s” starts when the case is over, so it never runs.", policy.name
                ),
            )
        labels = dict(policy._selection_events())
        yield from self._faults_one_way(policy, labels)
        awaited = frozenset().union(*(item._ends() for item in self.sla_policy_ids))
        if policy.silence_of and policy.silence_of not in awaited:
            yield (
                "no_silence",
                self.env._(
                    "“%(limit)s” starts when “%(event)s” is not in time, but no time "
                    "limit says until when.",
                    limit=policy.name,
                    event=labels.get(policy.silence_of),
                ),
            )
        for event in (*(kind_of(start)[1] for start in starts), *sorted(ends)):
            setting = _NEEDED_SETTING.get(event)
            if setting and not self[setting]:
                yield (
                    "dead_event",
                    self.env._(
                        "“%(limit)s” waits for “%(event)s”, which never happens: "
                        "“%(setting)s” is off.",
                        limit=policy.name,
                        event=labels[event],
                        setting=self._fields[setting]._description_string(self.env),
                    ),
                )

    def _faults_one_way(self, policy, labels):
        """What only one of several outcomes ends stays overdue after the others."""
        ends = policy._ends()
        if len(ends) > 1 or policy.is_window or ends.isdisjoint(_ONE_WAY):
            return
        [end] = ends
        if set(policy._starts()) != _ONE_WAY[end]:
            yield (
                "one_way",
                self.env._(
                    "“%(limit)s” ends with “%(event)s” only: a case that goes another "
                    "way leaves it overdue. Say what else ends it.",
                    limit=policy.name,
                    event=labels.get(end),
                ),
            )

    def _faults_ambiguous(self):
        """Two limits for the same thing: nobody knows which one holds."""
        same = defaultdict(lambda: self.env["complaint.sla.policy"])
        for policy in self.sla_policy_ids:
            same[self._limit_key(policy)] |= policy
        for policies in same.values():
            if len(policies) > 1:
                yield (
                    "ambiguous",
                    self.env._(
                        "Two limits for the same thing: %s.",
                        self.env._(" and ").join(f"“{item.name}”" for item in policies),
                    ),
                )

    @api.model
    def _limit_key(self, policy):
        """Return what a limit is about: two with the same key contradict each other."""
        return (
            frozenset(policy._starts()),
            policy._ends(),
            bool(policy.repeats),
            frozenset(policy.type_ids.ids),
            policy.complexity,
            policy.response_level,
            policy.domain or "",
            policy.is_dated,
        )
