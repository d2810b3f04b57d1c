from odoo import api, fields, models

from odoo.addons.community_complaint.tools.arguments import one, text
from odoo.addons.community_complaint.tools.changes import on

from ..tools.appeal_steps import APPEAL_EVENTS


class ComplaintAdoptionItem(models.Model):
    """A ladder with two bodies above the office asks for both (信访: 复查, 复核)."""

    _inherit = "complaint.adoption.item"

    item = fields.Selection(
        selection_add=[("above", "Body above the superior body")],
        ondelete={"above": "cascade"},
    )


class ComplaintRegulation(models.Model):
    """What a regulation says about appeals: its ladder."""

    _inherit = "complaint.regulation"

    _effects = {
        "_follow_bodies": on(
            "superior_partner_id", "above_partner_id", before="_bodies_before"
        ),
    }

    appeal_level_ids = fields.One2many(
        "complaint.appeal.level", "regulation_id", string="Levels of Appeal", copy=True
    )
    appeal_prefix = fields.Char(
        "Appeal Number Prefix",
        default="SS",
        required=True,
        help="SS gives SS2026-00001.",
    )

    above_partner_id = fields.Many2one(
        "res.partner",
        string="Body above the Superior",
        copy=False,
        tracking=True,
        ondelete="restrict",
        help="Who decides on the level above the superior body, such as a re-review.",
    )

    # ----------------------------------------------------------------------
    # The bodies above
    # ----------------------------------------------------------------------

    def _bodies_before(self, _vals):
        return {rules: rules._bodies_above() for rules in self}

    def _follow_bodies(self, before):
        """Let levels decided by the body above follow it."""
        self.appeal_level_ids._name_bodies(before)

    def _bodies_above(self):
        """Return the superior body of one text, and the one above it."""
        return self.superior_partner_id, self.above_partner_id

    @api.model
    def _answer_kinds(self):
        """OVERRIDE: the body above the superior one."""
        own = {"above_partner_id": one("res.partner")}
        texts = ("above_name", "above_address", "above_phone", "above_email")
        return {**super()._answer_kinds(), **own, **dict.fromkeys(texts, text)}

    def _is_answered(self, item, given):
        """OVERRIDE: the body above the superior one."""
        if item == "above":
            return self._names_body("above", given)
        return super()._is_answered(item, given)

    def _answer_vals(self, company, given):
        """OVERRIDE: the body above the superior one."""
        vals = super()._answer_vals(company, given)
        if "above" in self.adoption_item_ids.mapped("item"):
            vals.update(self._body_vals("above", company, given))
        return vals

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
        since = {
            "served": self.env._("after the result reaches you"),
            "all_served": self.env._("after the result reaches both sides"),
            "issued": self.env._("after the result notice is issued"),
        }[level.start_event]
        if not level.silence_of:
            return since
        if level.number > 1:
            return self.env._(
                "%s, or after the last day for the decision before if you got none",
                since,
            )
        return self.env._(
            "%s, or after the last day for our answer if you got none", since
        )

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
