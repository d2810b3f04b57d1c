from odoo import api, fields, models
from odoo.tools import html2plaintext, plaintext2html

from .helpdesk_ticket import HELPERS

#: What a new desk may not know of a complaint, and the regulation's list of it.
_LISTED = {
    "type_id": "type_ids",
    "channel_id": "channel_ids",
    "complainant_kind_id": "complainant_kind_ids",
}
#: Longest title made from a description.
_TITLE_LENGTH = 60


class HelpdeskTicket(models.Model):
    """Registering a complaint at the window or on the phone, by keyboard only."""

    _inherit = "helpdesk.ticket"

    what_happened = fields.Text(
        store=False, help="In the complainant's words; becomes the description."
    )

    # ----------------------------------------------------------------------
    # Defaults
    # ----------------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """OVERRIDE: the intake form starts with the user's own desk and its habits."""
        defaults = super().default_get(fields)
        if self.env.context.get("complaint_intake"):
            desk = (
                self.env["helpdesk.ticket.team"].browse(defaults.get("team_id"))
                or self._intake_desk()
            )
            habits = {"team_id": desk.id, **self._intake_habits(desk.regulation_id)}
            defaults.update(
                {name: value for name, value in habits.items() if name in fields}
            )
        return defaults

    @api.model
    def _intake_desk(self):
        """Return the desk at which the user registers complaints, maybe none."""
        domain = [
            ("regulation_id", "!=", False),
            ("company_id", "in", self.env.companies.ids),
        ]
        Team = self.env["helpdesk.ticket.team"]
        own = Team.search([*domain, ("user_ids", "in", self.env.uid)], limit=1)
        if own or not self.env.user.has_group(
            "community_complaint.group_complaint_manager"
        ):
            return own
        return Team.search(domain, limit=1)

    @api.model
    def _intake_habits(self, regulation):
        """Return the usual values of a complaint under a regulation."""
        if not regulation:
            return {}
        channels = regulation.channel_ids
        window = channels.filtered(lambda item: item.complaint_kind == "window")
        return {
            "confidentiality": regulation.confidentiality,
            "channel_id": (window or channels)[:1].id,
            "complainant_kind_id": regulation.complainant_kind_ids[:1].id,
        }

    # ----------------------------------------------------------------------
    # Onchange
    # ----------------------------------------------------------------------

    @api.onchange("team_id")
    def _onchange_team_id_regulation(self):
        """Another desk may know other channels and kinds, and keep other secrets."""
        regulation = self.team_id.regulation_id
        if self._origin or not regulation:
            return
        self.confidentiality = regulation.confidentiality
        for name, source in _LISTED.items():
            if regulation[source] and self[name] not in regulation[source]:
                self[name] = self._intake_habits(regulation).get(name, False)

    @api.onchange("type_id")
    def _onchange_type_id(self):
        """OVERRIDE: the regulation lists the kinds; none of them takes the desk away."""
        if not self.team_id.regulation_id:
            return super()._onchange_type_id()
        return None

    # ----------------------------------------------------------------------
    # Create
    # ----------------------------------------------------------------------

    @api.model
    def _prepare_complaint_vals(self, vals, team, phase="registered"):
        """Return complete values of a complaint."""
        regulation = team.regulation_id
        vals = self._printable_vals(vals)
        words = vals.pop("what_happened", None)
        if (words or "").strip():
            vals["description"] = plaintext2html(words)
        for name in HELPERS:
            vals.pop(name, None)
        description = vals.get("description") or ""
        text = html2plaintext(description).strip().split("\n")[0]
        vals = {
            "description": description,
            "confidentiality": regulation.confidentiality,
            "rating_status": "no_rate",
            "user_id": False,
            **vals,
            "company_id": team.company_id.id or self.env.company.id,
            "stage_id": team._complaint_stage_id(phase),
            "number": False,
            "partner_id": False,
            "regulation_id": regulation.id,
            "is_complaint": True,
            **self._prepare_author_vals(phase),
        }
        vals.setdefault("received_date", fields.Datetime.now())
        if not (vals.get("name") or "").strip():
            vals["name"] = text[:_TITLE_LENGTH] or self.env._("Complaint")
        return vals

    # ----------------------------------------------------------------------
    # Buttons of the intake form; the web client saves before it calls them
    # ----------------------------------------------------------------------

    def action_register(self):
        """Open the complaint that was just registered."""
        if not self.has_access("read"):
            return self._registered_unseen()
        return {**self.action_open_complaint(), "target": "main"}

    def action_register_and_accept(self):
        """Accept the complaint that was just registered and open it."""
        if self.has_access("read"):
            self.action_accept()
        return self.action_register()

    def action_register_and_next(self):
        """Tell the number of the complaint just registered and take the next one."""
        self.ensure_one()
        if not self.has_access("read"):
            return self._registered_unseen()
        return self._registered(self.env._("%s is registered.", self.number))

    def _registered_unseen(self):
        """Tell somebody who is kept away from the case that it is on file."""
        return self._registered(
            self.env._(
                "The complaint is registered. It concerns you or your unit, so others "
                "work on it and it is not shown to you."
            )
        )

    def _registered(self, message):
        """Return the action that shows a message and takes the next complaint."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "community_complaint.helpdesk_ticket_action_intake"
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {**action, "target": "main"},
            },
        }
