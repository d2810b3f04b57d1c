from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.community_complaint.tools.life import (
    ANYBODY,
    Ask,
    Life,
    Open,
    Step,
    opens,
)
from odoo.addons.community_complaint.tools.steps import HANDLER

_lt = LazyTranslate(__name__)
_LIFE = Life(
    {
        "conclude": Step(
            ("draft",),
            "done",
            (HANDLER,),
            label=_lt("The Group Concluded This"),
            fills=("text", "grade"),
            stamps={"concluded_by_id": "user", "concluded_date": "now"},
        ),
        # by the spokesperson, who may have no role at the desk
        "inform": Step(
            ("done",),
            None,
            ANYBODY,
            label=_lt("Family Informed"),
            asks=Ask("informed_note", _lt("Who was informed, and what was told")),
            stamps={"informed_by_id": "user", "informed_date": "now"},
            access="read",
        ),
    }
)


class ComplaintMedicalConclusion(models.Model):
    """What the quality leading group concluded, and who told the family (R15 七)."""

    _name = "complaint.medical.conclusion"
    _description = "Conclusion of the Quality Group"
    _inherit = ["complaint.life.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ("event_id.number",)

    _life = _LIFE
    _opens = {
        **opens("event_id", birth=True),
        **opens(
            *("date", "present_ids", "experts", "grade", "text"), states=("draft",)
        ),
    }
    _drops = Open(("draft",))

    event_id = fields.Many2one(
        "complaint.medical.event", required=True, index=True, ondelete="cascade"
    )
    regulation_id = fields.Many2one(related="event_id.regulation_id")
    company_id = fields.Many2one(
        related="event_id.company_id", store=True, index=True, precompute=True
    )
    spokesperson_id = fields.Many2one(related="event_id.spokesperson_id")
    member_domain = fields.Many2many(related="regulation_id.quality_member_ids")
    date = fields.Date(
        "Meeting on",
        required=True,
        default=lambda self: self.env["helpdesk.ticket"]._office_date(),
    )
    present_ids = fields.Many2many(
        "res.users",
        "complaint_medical_conclusion_present_rel",
        "conclusion_id",
        "user_id",
        string="Members Present",
        domain="[('id', 'in', member_domain)]",
    )
    experts = fields.Char("Experts Invited")
    grade = fields.Selection(
        [
            ("none", "No fault"),
            ("error", "Medical error"),
            ("accident_4", "Accident, level 4"),
            ("accident_3", "Accident, level 3"),
            ("accident_2", "Accident, level 2"),
            ("accident_1", "Accident, level 1"),
            ("open", "Left to an expert appraisal"),
        ]
    )
    text = fields.Text("Conclusion")
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Conclusion Reached")],
        required=True,
        default="draft",
        readonly=True,
    )
    concluded_by_id = fields.Many2one("res.users", readonly=True)
    concluded_date = fields.Datetime("Concluded on", readonly=True)
    informed_by_id = fields.Many2one("res.users", "Family Informed by", readonly=True)
    informed_date = fields.Datetime("Family Informed on", readonly=True)
    informed_note = fields.Text("What Was Told", readonly=True)

    @api.depends("date", "state")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for conclusion in self:
            conclusion.display_name = self.env._(
                "Conclusion of the quality group, %s", conclusion.date
            )

    # ----------------------------------------------------------------------
    # Steps. EXPOSED API
    # ----------------------------------------------------------------------

    def action_conclude(self):
        """Record the conclusion; a member of the group who was present does.

        :raise UserError: naming what is missing, and who does
        """
        return self._take("conclude")

    def action_inform(self, text=None):
        """Record that the family was told the conclusion, by the spokesperson only.

        :param text: what was told, and to whom
        :raise UserError: before there is a conclusion; naming the spokesperson, for
            everybody else
        """
        self.ensure_one()
        return self._take("inform", text)

    def action_print(self):
        """Show the records of conclusions."""
        return self.env["complaint.form"]._open_sheets("medical_conclusion", self)

    def action_print_informing(self):
        """Show what the family is told, for their signature."""
        return self.env["complaint.form"]._open_sheets("medical_informing", self)

    # ----------------------------------------------------------------------
    # Gates and what follows
    # ----------------------------------------------------------------------

    def _step_cases(self):
        """OVERRIDE: the case of the event, if it belongs to one."""
        return self.event_id.ticket_id

    def _gates_conclude(self):
        rules = self.regulation_id
        yield from self._gates_member()
        if self.date > rules._local_date(fields.Datetime.now()):
            yield self.env._("The meeting is not over yet.")
        outside = self.present_ids - rules.quality_member_ids
        if outside:
            yield self.env._(
                "Not in the quality group: %s.", ", ".join(outside.mapped("name"))
            )
        if len(self.present_ids) < rules.quality_quorum:
            yield self.env._(
                "At least %s members of the quality group have to be present.",
                rules.quality_quorum,
            )
        # sudo: helpdesk.ticket - who is kept away does not conclude
        kept_away = self.sudo().event_id.ticket_id.conflict_user_ids & self.present_ids
        for user in kept_away:
            yield self.env._("%s has a conflict of interest in this case.", user.name)

    def _gates_member(self):
        members = self.regulation_id.quality_member_ids
        if self.env.user not in members & self.present_ids and not self.env.su:
            yield self.env._(
                "A member of the quality group who was present records what it "
                "concluded: %s.",
                ", ".join((members & self.present_ids or members).mapped("name"))
                or self.env._("the group has no members yet"),
            )

    def _after_conclude(self):
        for item in self.filtered("event_id.ticket_id"):
            item.event_id.ticket_id._message_log(
                body=self.env._("The quality group concluded: %s", item.text)
            )

    def _gates_inform(self, text):
        if self.informed_date:
            yield self.env._("The family was informed already.")
        yield from self.event_id._gates_speaking()
