from odoo import api, fields, models

from ..tools.requirements import ITEMS, marked

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

    identity_checked = fields.Boolean(
        "Identity Document Seen",
        copy=False,
        help="The complainant showed an identity document.",
    )
    form_signed = fields.Selection(
        [
            ("paper", "Signed on paper"),
            ("seal", "Sealed on paper"),
            ("screen", "Signed on the screen"),
        ],
        copy=False,
        help="How the complainant confirmed the registration form.",
    )
    form_signed_date = fields.Datetime("Signed on", copy=False)
    complainant_signature = fields.Binary(
        "Signature",
        compute="_compute_complainant_signature",
        inverse="_inverse_complainant_signature",
        help="Kept with the complainant's identity.",
    )
    asked_fields = fields.Json(compute="_compute_asked_fields")
    asked_missing = fields.Text("Still to Ask for", compute="_compute_asked_fields")

    # ----------------------------------------------------------------------
    # Signature: it tells who complained, so it belongs to the identity
    # ----------------------------------------------------------------------

    @api.depends("identity_ids")
    @api.depends_context("uid", "su")
    def _compute_complainant_signature(self):
        for ticket in self:
            identity = self.env["complaint.identity"]
            if ticket.identity_readable:
                # sudo: complaint.identity - which one; the user may read it
                identity = ticket._origin.sudo().identity_ids[:1].with_env(self.env)
            ticket.complainant_signature = identity.signature

    def _inverse_complainant_signature(self):
        for ticket in self.filtered("is_complaint"):
            identity = self.env["complaint.identity"].search(
                [("ticket_id", "=", ticket.id), ("joint", "=", False)]
            )
            identity.write({"signature": ticket.complainant_signature})

    @api.onchange("complainant_signature")
    def _onchange_complainant_signature(self):
        if self.complainant_signature and not self.form_signed:
            self.form_signed = "screen"

    @api.model
    def _pop_identity_vals(self, vals):
        """OVERRIDE: the signature goes into the vault."""
        signature = vals.pop("complainant_signature", None)
        identity = super()._pop_identity_vals(vals)
        if signature and vals.get("confidentiality") != "anonymous":
            identity["signature"] = signature
            vals.setdefault("form_signed", "screen")
        if vals.get("form_signed"):
            vals.setdefault("form_signed_date", fields.Datetime.now())
        return identity

    # ----------------------------------------------------------------------
    # Marks on the forms
    # ----------------------------------------------------------------------

    @api.depends("team_id", "regulation_id", "is_major", *_READ)
    @api.depends_context("lang")
    def _compute_asked_fields(self):
        for ticket in self:
            asked = ticket._requirements("accept")
            ticket.asked_fields = sorted(marked(asked.mapped("item")))
            missing = asked.filtered(lambda item, case=ticket: not case._has(item.item))
            ticket.asked_missing = " · ".join(missing.mapped("name"))

    # ----------------------------------------------------------------------
    # Gate
    # ----------------------------------------------------------------------

    def _missing_requirements(self, step):
        """Yield what the regulation's own list asks for and one case lacks."""
        for requirement in self._requirements(step):
            told = step == "accept" and requirement.item in _ALWAYS
            if not told and not self._has(requirement.item):
                yield requirement._sentence()

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


def _filled(value):
    """Tell whether a value says something."""
    return bool(value.strip() if isinstance(value, str) else value)
