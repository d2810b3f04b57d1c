from odoo import api, fields, models
from odoo.exceptions import UserError

#: From talking to each other to a ruling; the regulation says which rungs it has.
LADDER = ("negotiation", "mediation", "arbitration")
#: The session is over and these came out of it.
SETTLED = ("agreed", "ruled")
#: Written by the buttons only.
_GUARDED = frozenset({"state", "outcome", "held_date", "agreement", "minutes"})


class ComplaintMediation(models.Model):
    """A session that brings both sides together (R09, R11, R14).

    R11: negotiation or mediation with invited experts; if it fails, both sides bring
    their evidence and the office rules.
    """

    _name = "complaint.mediation"
    _description = "Mediation"
    _inherit = ["complaint.case.mixin", "complaint.text.mixin"]
    _order = "ticket_id, date desc, id desc"

    kind = fields.Selection(
        [
            ("negotiation", "Negotiation"),
            ("mediation", "Mediation"),
            ("arbitration", "Arbitration"),
        ],
        required=True,
        default="mediation",
    )
    date = fields.Datetime("Planned for")
    place = fields.Char()
    mediator_id = fields.Many2one(
        "res.users",
        string="Conducted by",
        domain="[('share', '=', False)]",
        help="Whom the office sends.",
    )
    party_ids = fields.One2many(
        "complaint.mediation.party", "mediation_id", string="Parties", copy=True
    )
    state = fields.Selection(
        [("planned", "Planned"), ("held", "Held"), ("cancelled", "Called off")],
        required=True,
        default="planned",
        readonly=True,
        copy=False,
    )
    outcome = fields.Selection(
        [
            ("agreed", "They agreed"),
            ("failed", "No agreement"),
            ("ruled", "Ruling"),
            ("adjourned", "Adjourned"),
        ],
        readonly=True,
        copy=False,
    )
    held_date = fields.Datetime("Held on", readonly=True, copy=False)
    minutes = fields.Text("Minutes of the Session", readonly=True, copy=False)
    agreement = fields.Text("Agreement or Ruling", readonly=True, copy=False)
    perform_date = fields.Date(
        "To Be Performed by", copy=False, help="By when both sides keep the agreement."
    )
    complainant_waives = fields.Boolean(
        "Complainant Has No Evidence", help="Was asked and submits none."
    )
    respondent_waives = fields.Boolean(
        "Respondent Has No Evidence", help="Was asked and submits none."
    )
    notice_ids = fields.One2many("complaint.notice", "mediation_id", string="Papers")

    # ----------------------------------------------------------------------
    # Computes and constraints
    # ----------------------------------------------------------------------

    @api.depends("kind", "date")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for session in self:
            session.display_name = kinds.get(session.kind)

    @api.constrains("mediator_id")
    def _check_mediator(self):
        for session in self:
            # sudo: helpdesk.ticket - who is kept away holds whoever plans the session
            if session.mediator_id in session.ticket_id.sudo().conflict_user_ids:
                raise UserError(
                    self.env._(
                        "%s has a conflict of interest in this case.",
                        session.mediator_id.name,
                    )
                )

    # ----------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: both sides are parties of every session."""
        if not self.env.su:
            for vals in vals_list:
                for name in _GUARDED:
                    vals.pop(name, None)
        sessions = super().create(vals_list)
        sessions._add_sides()
        return sessions

    def write(self, vals):
        if not self.env.su:
            if _GUARDED & vals.keys():
                raise UserError(self.env._("The outcome is recorded by its button."))
            self._check_planned()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        if any(session.state == "held" for session in self):
            raise UserError(self.env._("A session that was held stays on file."))

    def _check_planned(self):
        """Check that these are still to be held.

        :raise UserError: otherwise
        """
        if any(session.state != "planned" for session in self):
            raise UserError(
                self.env._("A session that is over does not change any more.")
            )

    def _add_sides(self):
        """Add the complainant and every respondent to sessions without them."""
        vals_list = []
        for session in self:
            roles = session.party_ids.mapped("role")
            if "complainant" not in roles:
                vals_list.append({"mediation_id": session.id, "role": "complainant"})
            known = session.party_ids.respondent_id
            vals_list += [
                {
                    "mediation_id": session.id,
                    "role": "respondent",
                    "respondent_id": respondent.id,
                }
                for respondent in session.ticket_id.respondent_ids - known
            ]
        self.env["complaint.mediation.party"].create(vals_list)

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    def _text_methods(self):
        return super()._text_methods() | {
            "action_agree",
            "action_fail",
            "action_rule",
            "action_adjourn",
            "action_call_off",
        }

    def action_agree(self, text=None):
        """Record what both sides agreed to and issue the agreement.

        :param text: the agreement
        """
        self._check_planned()
        if not (text or "").strip():
            return self._ask_text(
                "action_agree",
                self.env._("Agreement"),
                self.env._("What both sides agree to"),
            )
        self._hold("agreed", agreement=text.strip())
        self._issue_agreements()
        return True

    def action_fail(self, text=None):
        """Record that both sides did not agree; the next rung is planned.

        :param text: what was said
        """
        self._check_planned()
        if not (text or "").strip():
            return self._ask_text(
                "action_fail",
                self.env._("No Agreement"),
                self.env._("What both sides said, and why they did not agree"),
            )
        self._hold("failed", minutes=text.strip())
        for session in self:
            session._plan_next(session._next_rung())
        return True

    def action_rule(self, text=None):
        """Record the ruling of an arbitration; the decision follows from it (R11).

        :raise UserError: before both sides submitted evidence, or declined to
        """
        self._check_planned()
        problems = [line for session in self for line in session._missing_ruling()]
        if problems:
            raise UserError("\n".join(problems))
        if not (text or "").strip():
            return self._ask_text(
                "action_rule", self.env._("Ruling"), self.env._("The ruling")
            )
        self._hold("ruled", agreement=text.strip())
        return True

    def action_adjourn(self, text=None):
        """Record a session without an end; another one of its kind is planned."""
        self._check_planned()
        if not (text or "").strip():
            return self._ask_text(
                "action_adjourn",
                self.env._("Adjourn"),
                self.env._("What was said, and what is to be done before the next one"),
            )
        self._hold("adjourned", minutes=text.strip())
        for session in self:
            session._plan_next(session.kind)
        return True

    def action_call_off(self, text=None):
        """Call planned sessions off, such as when a side declines to come."""
        self._check_planned()
        if not (text or "").strip():
            return self._ask_text(
                "action_call_off",
                self.env._("Call Off"),
                self.env._("Why the session is not held"),
            )
        self._close("cancelled", minutes=text.strip())
        return True

    def action_print_papers(self):
        """Show the agreements of these sessions."""
        return self.notice_ids.action_print()

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    def _hold(self, outcome, **words):
        """Write how sessions ended."""
        for session in self:
            if not session.mediator_id:
                raise UserError(
                    self.env._(
                        "Say who conducted the session: %s.", session.display_name
                    )
                )
        self._close("held", outcome=outcome, held_date=fields.Datetime.now(), **words)

    def _close(self, state, **vals):
        self.check_access("write")
        # sudo: complaint.mediation - only the buttons write the end
        self.sudo().write({"state": state, **vals})
        outcomes = dict(self._fields["outcome"]._description_selection(self.env))
        for session in self:
            end = outcomes.get(session.outcome) or self.env._("called off")
            text = session.agreement or session.minutes
            session.ticket_id._message_log(
                body=f"{session.display_name}: {end}\n{text}"
            )

    def _last(self):
        """Return the session held last."""
        return self.sorted(lambda item: (item.held_date, item.id))[-1:]

    def _next_rung(self):
        """Return the kind of the next session on the ladder, ``None`` at its end."""
        self.ensure_one()
        rungs = self.ticket_id.regulation_id._mediation_ladder()
        later = LADDER[LADDER.index(self.kind) + 1 :]
        return next((kind for kind in later if kind in rungs), None)

    def _plan_next(self, kind):
        """Plan a session of a kind with the same people."""
        if kind:
            self.copy({"kind": kind, "date": False})

    def _missing_ruling(self):
        """Yield what an arbitration lacks before the ruling, as sentences."""
        self.ensure_one()
        if self.kind != "arbitration":
            yield self.env._("Only an arbitration ends with a ruling.")
            return
        sides = set(self.ticket_id.evidence_ids.mapped("side"))
        if "complainant" not in sides and not self.complainant_waives:
            yield self.env._("The complainant has not submitted evidence yet.")
        if "respondent" not in sides and not self.respondent_waives:
            yield self.env._("The respondent has not submitted evidence yet.")
