from odoo import api, models

from odoo.addons.community_complaint.tools.steps import HANDLER

from ..tools.appeal_steps import APPEAL_EVENTS, OWN_EVENTS


class ComplaintRegulation(models.Model):
    """Contradictions of the ladder and of its time limits."""

    _inherit = "complaint.regulation"

    def _faults(self):
        """OVERRIDE: the ladder goes up, and its limits belong to a level of it."""
        yield from super()._faults()
        ladder = self._appeal_ladder()
        yield from self._faults_ladder(ladder)
        yield from self._faults_reviewer(ladder)
        yield from self._faults_silence(ladder)
        for policy in self.sla_policy_ids:
            yield from self._faults_appeal_policy(policy, ladder)

    def _faults_ladder(self, ladder):
        """Nobody sits in judgment on the body above."""
        above = False
        for level in ladder:
            if above and level.authority == "same_office":
                yield (
                    "ladder_down",
                    self.env._(
                        "The ladder goes down again: “%s” comes after the superior body "
                        "decided.",
                        level.name,
                    ),
                )
            above = above or level.authority == "superior"

    def _faults_reviewer(self, ladder):
        """Nobody reviews their own decision: a desk needs somebody else (THREATS 21)."""
        members = self.team_ids.user_ids.filtered(lambda user: user.has_group(HANDLER))
        inside = "same_office" in ladder.mapped("authority")
        if self.team_ids and inside and len(members) < 2:
            yield (
                "same_handler",
                self.env._(
                    "Appeals stay in this office, but only one person at the desk "
                    "could decide on them: nobody reviews their own decision."
                ),
            )

    def _faults_silence(self, ladder):
        """Only an answer that has a time limit can be missing: the level below's."""
        for level in ladder.filtered("silence_of"):
            if level.silence_of not in self._answers_before(level):
                yield (
                    "silence_endless",
                    self.env._(
                        "“%s” opens without an answer, but no time limit says by when "
                        "there has to be one.",
                        level.name,
                    ),
                )

    def _answers_before(self, level):
        """Return the events with a time limit that a level can be without.

        :return: of the case below the first level, else of appeals at the level below
        """
        below = level.number - 1
        return {
            event
            for policy in self.sla_policy_ids
            for event in policy._ends()
            if (policy.start_event in OWN_EVENTS) == bool(below)
            and (not below or policy.appeal_level in (0, below))
        }

    def _faults_appeal_policy(self, policy, ladder):
        if policy.start_event in APPEAL_EVENTS and not ladder:
            yield (
                "no_ladder",
                self.env._(
                    "“%s” waits for an appeal, but the text knows none.", policy.name
                ),
            )
        elif policy.appeal_level > len(ladder):
            yield (
                "no_level",
                self.env._(
                    "“%(limit)s” is for level %(level)s of the ladder, which has "
                    "%(count)s.",
                    limit=policy.name,
                    level=policy.appeal_level,
                    count=len(ladder),
                ),
            )

    @api.model
    def _limit_key(self, policy):
        """OVERRIDE: limits of different levels do not contradict each other."""
        return (*super()._limit_key(policy), policy.appeal_level)
