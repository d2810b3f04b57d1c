from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ..tools.changes import on
from ..tools.life import Ask, Life, Open, Step, opens
from ..tools.steps import FILE_PHASES, HANDLER

#: From talking to each other to a ruling; the regulation says which rungs it has.
LADDER = ("negotiation", "mediation", "arbitration")
#: The session is over and these came out of it.
SETTLED = ("agreed", "ruled")
_lt = LazyTranslate(__name__)


def _held(outcome, label, field, question):
    """Return the step that ends a session with an outcome."""
    return Step(
        ("planned",),
        "held",
        (HANDLER,),
        label=label,
        asks=Ask(field, question),
        fills=("mediator_id",),
        stamps={"outcome": outcome, "held_date": "now"},
    )


_LIFE = Life(
    {
        "agree": _held(
            "agreed", _lt("They Agree"), "agreement", _lt("What both sides agree to")
        ),
        "fail": _held(
            "failed",
            _lt("No Agreement"),
            "minutes",
            _lt("What both sides said, and why they did not agree"),
        ),
        "rule": _held(
            "ruled", _lt("Record the Ruling"), "agreement", _lt("The ruling")
        ),
        "adjourn": _held(
            "adjourned",
            _lt("Adjourn"),
            "minutes",
            _lt("What was said, and what is to be done before the next one"),
        ),
        "call_off": Step(
            ("planned",),
            "cancelled",
            (HANDLER,),
            label=_lt("Call Off"),
            asks=Ask("minutes", _lt("Why the session is not held")),
        ),
    }
)


class ComplaintMediation(models.Model):
    """A session that brings both sides together (R09, R11, R14).

    R11: negotiation or mediation with invited experts; if it fails, both sides bring
    their evidence and the office rules.
    """

    _name = "complaint.mediation"
    _description = "Mediation"
    _inherit = ["complaint.case.mixin", "complaint.life.mixin"]
    _order = "ticket_id, date desc, id desc"

    _life = _LIFE
    #: Both sides are parties of every session.
    _effects = {"_add_sides": on(made=True)}
    _opens = {
        **opens("ticket_id", phases=FILE_PHASES, birth=True),
        **opens(
            *("kind", "date", "place", "mediator_id", "party_ids", "perform_date"),
            *("complainant_waives", "respondent_waives"),
            states=("planned",),
            phases=FILE_PHASES,
        ),
    }
    _drops = Open(("planned", "cancelled"), FILE_PHASES)

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
    # Steps. EXPOSED API
    # ----------------------------------------------------------------------

    def action_agree(self, text=None):
        """Record what both sides agreed to and issue the agreement.

        :param text: the agreement
        """
        return self._take("agree", text)

    def action_fail(self, text=None):
        """Record that both sides did not agree; the next rung is planned.

        :param text: what was said
        """
        return self._take("fail", text)

    def action_rule(self, text=None):
        """Record the ruling of an arbitration; the decision follows from it (R11).

        :raise UserError: before both sides submitted evidence, or declined to
        """
        return self._take("rule", text)

    def action_adjourn(self, text=None):
        """Record a session without an end; another one of its kind is planned."""
        return self._take("adjourn", text)

    def action_call_off(self, text=None):
        """Call planned sessions off, such as when a side declines to come."""
        return self._take("call_off", text)

    def action_print_papers(self):
        """Show the agreements of these sessions."""
        return self.notice_ids.action_print()

    # ----------------------------------------------------------------------
    # Gates and what follows
    # ----------------------------------------------------------------------

    def _gates_rule(self, text):
        if self.kind != "arbitration":
            yield self.env._("Only an arbitration ends with a ruling.")
            return
        sides = set(self.ticket_id.evidence_ids.mapped("side"))
        if "complainant" not in sides and not self.complainant_waives:
            yield self.env._("The complainant has not submitted evidence yet.")
        if "respondent" not in sides and not self.respondent_waives:
            yield self.env._("The respondent has not submitted evidence yet.")

    def _after_agree(self):
        self._log_end()
        self._issue_agreements()

    def _after_fail(self):
        self._log_end()
        for session in self:
            session._plan_next(session._next_rung())

    def _after_rule(self):
        self._log_end()

    def _after_adjourn(self):
        self._log_end()
        for session in self:
            session._plan_next(session.kind)

    def _after_call_off(self):
        self._log_end()

    def _log_end(self):
        outcomes = dict(self._fields["outcome"]._description_selection(self.env))
        for session in self:
            end = outcomes.get(session.outcome) or self.env._("called off")
            text = session.agreement or session.minutes
            session.ticket_id._message_log(
                body=f"{session.display_name}: {end}\n{text}"
            )

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

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

    def _issue_agreements(self):
        """Issue the agreements, one for each side."""
        vals_list = [
            {
                "ticket_id": session.ticket_id.id,
                "mediation_id": session.id,
                "kind": "agreement",
                "addressee": party.role,
                "respondent_id": party.respondent_id.id,
                "issued_date": fields.Datetime.now(),
                "issued_by_id": self.env.uid,
                "lang": session.ticket_id._paper_lang(),
            }
            for session in self
            for party in session.party_ids
            if party.role in ("complainant", "respondent")
        ]
        return self.env["complaint.notice"]._issue_vals(vals_list)
