from odoo import api, fields, models

from ..tools.appeal_steps import APPEAL_EVENTS


class ComplaintRegulation(models.Model):
    """What a regulation says about appeals: its ladder."""

    _inherit = "complaint.regulation"

    appeal_level_ids = fields.One2many(
        "complaint.appeal.level", "regulation_id", string="Levels of Appeal", copy=True
    )
    appeal_prefix = fields.Char(
        "Appeal Number Prefix",
        default="SS",
        required=True,
        help="SS gives SS2026-00001.",
    )

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    def _appeal_ladder(self):
        """Return the levels of appeal in the order they are climbed."""
        self.ensure_one()
        # sudo: complaint.appeal.level - the text is the same whoever asks
        return self.sudo().appeal_level_ids.sorted(
            lambda item: (item.sequence, item.id)
        )

    def _appeal_limits(self):
        """Return what residents read about their rights of appeal, level by level.

        :return: ``[{name, body, within, since, clause, applicant}]``; ``within`` is
            empty if the text sets no time limit
        """
        self.ensure_one()
        return [
            {
                "name": level.name,
                "body": level._body_name(),
                "within": level._format_window()
                and self.env._("Within %s", level._format_window()),
                "since": self._appeal_since(level),
                "clause": level.clause,
                "applicant": level.applicant,
            }
            for level in self._appeal_ladder()
        ]

    def _appeal_since(self, level):
        """Return from when the window of a level counts, in a party's words."""
        return {
            "served": self.env._("after the result reaches you"),
            "all_served": self.env._("after the result reaches both sides"),
            "issued": self.env._("after the result notice is issued"),
        }[level.start_event]

    # ----------------------------------------------------------------------
    # Offices that adopted the text before they installed appeals
    # ----------------------------------------------------------------------

    @api.model
    def _follow_template_appeals(self):
        """Give adopted regulations the ladder and the time limits of their template.

        Regulations that know levels of appeal already keep theirs.

        :return: the regulations that got something
        """
        adopted = self.with_context(active_test=False).search(
            [("template_id.appeal_level_ids", "!=", False)]
        )
        adopted = adopted.filtered(lambda item: not item.appeal_level_ids)
        for regulation in adopted:
            own = {"regulation_id": regulation.id}
            regulation.template_id.appeal_level_ids.copy(own)
            regulation.template_id.sla_policy_ids.filtered(
                lambda item: {item.start_event, item.end_event} & set(APPEAL_EVENTS)
            ).copy(own)
        return adopted
