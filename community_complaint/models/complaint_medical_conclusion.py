from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.own_values import own_values

#: Written by concluding and informing only.
_GUARDED = frozenset(
    {
        "state", "concluded_by_id", "concluded_date", "informed_by_id",
        "informed_date", "informed_note",
    }
)  # fmt: skip
#: What a new one has of them, explicit: neither the context nor a default of the user's
#: own fills it.
_BEGINS = {**dict.fromkeys(_GUARDED, False), "state": "draft"}


class ComplaintMedicalConclusion(models.Model):
    """What the quality leading group concluded, and who told the family (R15 七)."""

    _name = "complaint.medical.conclusion"
    _description = "Conclusion of the Quality Group"
    _inherit = ["complaint.text.mixin", "complaint.lock.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ("event_id.number",)

    _lock_fields = ("state", "informed_date")

    event_id = fields.Many2one(
        "complaint.medical.event", required=True, index=True, ondelete="cascade"
    )
    regulation_id = fields.Many2one(related="event_id.regulation_id")
    company_id = fields.Many2one(
        related="event_id.company_id", store=True, index=True, precompute=True
    )
    spokesperson_id = fields.Many2one(related="event_id.spokesperson_id")
    member_domain = fields.Many2many(related="regulation_id.quality_member_ids")
    date = fields.Date("Meeting on", required=True, default=fields.Date.context_today)
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
    # CRUD
    # ----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: each begins as a draft."""
        return super().create(
            [{**own_values(self, vals), **_BEGINS} for vals in vals_list]
        )

    def write(self, vals):
        if not self.env.su:
            if _GUARDED & vals.keys():
                raise UserError(
                    self.env._("This is recorded by a button of the conclusion.")
                )
            if "event_id" in vals:
                raise UserError(self.env._("A conclusion stays with its event."))
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self._check_draft()

    def _check_draft(self):
        if any(item.state == "done" for item in self):
            raise UserError(self.env._("What the group concluded does not change."))

    # ----------------------------------------------------------------------
    # Actions
    # ----------------------------------------------------------------------

    def _text_methods(self):
        return super()._text_methods() | {"action_inform"}

    def action_conclude(self):
        """Record the conclusion; a member of the group who was present does.

        :raise UserError: naming what is missing
        :raise AccessError: for everybody else
        """
        self._lock_step()
        self.check_access("write")
        self._check_draft()
        for item in self:
            item._check_member()
            missing = list(item._missing())
            if missing:
                raise UserError("\n".join(f"• {line}" for line in missing))
        # sudo: complaint.medical.conclusion - written by this method only
        self.sudo().write(
            {
                "state": "done",
                "concluded_by_id": self.env.uid,
                "concluded_date": fields.Datetime.now(),
            }
        )
        for item in self.filtered("event_id.ticket_id"):
            item.event_id.ticket_id._message_log(
                body=self.env._("The quality group concluded: %s", item.text)
            )
        return True

    def _check_member(self):
        members = self.regulation_id.quality_member_ids
        if self.env.su or self.env.user in members & self.present_ids:
            return
        raise AccessError(
            self.env._(
                "A member of the quality group who was present records what it "
                "concluded: %s.",
                ", ".join((members & self.present_ids or members).mapped("name"))
                or self.env._("the group has no members yet"),
            )
        )

    def _missing(self):
        """Yield what one conclusion lacks, as sentences."""
        rules = self.regulation_id
        if self.date > rules._local_date(fields.Datetime.now()):
            yield self.env._("The meeting is not over yet.")
        if not (self.text or "").strip():
            yield self.env._("The conclusion is missing.")
        if not self.grade:
            yield self.env._("The grade is missing.")
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

    def action_inform(self, text=None):
        """Record that the family was told the conclusion, by the spokesperson only.

        :param text: what was told, and to whom
        :raise UserError: before there is a conclusion
        :raise AccessError: naming the spokesperson, for everybody else
        """
        self.ensure_one()
        self._lock_step()
        if self.state != "done":
            raise UserError(self.env._("There is no conclusion yet."))
        if self.informed_date:
            raise UserError(self.env._("The family was informed already."))
        self.event_id._check_speaks()
        if not (text or "").strip():
            return self._ask_text(
                "action_inform",
                self.env._("Family Informed"),
                self.env._("Who was informed, and what was told"),
            )
        # sudo: complaint.medical.conclusion - written by this method only
        self.sudo().write(
            {
                "informed_by_id": self.env.uid,
                "informed_date": fields.Datetime.now(),
                "informed_note": text.strip(),
            }
        )
        return True


class ComplaintMedicalEvent(models.Model):
    """Conclusions, and who speaks for the centre."""

    _inherit = "complaint.medical.event"

    conclusion_ids = fields.One2many(
        "complaint.medical.conclusion", "event_id", string="Conclusions"
    )

    def _check_speaks(self):
        """Check that the user is the one who explains these events to the family.

        :raise AccessError: naming who is (R15 六)
        """
        for event in self:
            # sudo: res.users - who speaks is known to all who work on the event
            speaker = event.sudo().spokesperson_id
            if self.env.user == speaker:
                continue
            if speaker:
                raise AccessError(
                    self.env._(
                        "Only %s explains this event to the family.", speaker.name
                    )
                )
            raise AccessError(
                self.env._(
                    "Nobody explains this event to the family before a leader has "
                    "designated who does."
                )
            )

    def _concluded(self):
        """Return the conclusions in force of these events."""
        return self.conclusion_ids.filtered(lambda item: item.state == "done")

    def _missing_to_close(self):
        """OVERRIDE: accidents and disputes need the group's conclusion (R15 七)."""
        yield from super()._missing_to_close()
        if self.kind != "error" and not self._concluded():
            yield self.env._("The quality group has not concluded yet.")

    def action_new_conclusion(self):
        """Open a new conclusion of one event."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Conclusion of the Quality Group"),
            "res_model": "complaint.medical.conclusion",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_event_id": self.id},
        }
