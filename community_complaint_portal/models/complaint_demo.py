from odoo import api, models

#: Which cases of the demo office the residents filed, by phase.
_PLAN = {
    "resident1": ("registered", "investigating", "notified", "closed", "refused"),
    "resident2": ("accepted", "deciding", "notified"),
    "resident3": ("withdrawn",),
}


class ComplaintDemo(models.AbstractModel):
    _inherit = "complaint.demo"

    @api.model
    def _load_portal(self):
        """Let the demo residents have filed some of the demo office's cases."""
        cases = self.env["helpdesk.ticket"].search(
            [("is_complaint", "=", True), ("regulation_id.code", "=", "R01")],
            order="received_date desc, id",
        )
        by_phase = {
            phase: list(found) for phase, found in cases.grouped("phase").items()
        }
        for login, phases in _PLAN.items():
            user = self.env.ref(f"community_complaint.user_{login}_demo")
            for phase in phases:
                if by_phase.get(phase):
                    self._give_case(by_phase[phase].pop(), user.partner_id)

    def _give_case(self, case, partner):
        """Let a resident be the complainant of a case."""
        website = self.env.ref("community_complaint.channel_website")
        case._write_sealed("demo", {"channel_id": website.id})
        case.identity_ids._write_sealed(
            "demo",
            {"name": partner.name, "phone": partner.phone, "partner_id": partner.id},
        )
