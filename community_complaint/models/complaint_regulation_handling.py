from odoo import fields, models

#: Settings that decide which phases the cases of a regulation go through.
_PHASE_FIELDS = frozenset({"allow_transfer", "allow_mediation"})


class ComplaintRegulation(models.Model):
    """How cases are handled: kinds, instructions, transfers, mediation, required acts."""

    _inherit = "complaint.regulation"

    # kinds of cases besides complaints
    takes_opinions = fields.Boolean()
    takes_reports = fields.Boolean("Takes Reports of Wrongdoing")
    takes_disputes = fields.Boolean()
    takes_internal = fields.Boolean("Takes Complaints from Inside")

    # leaders
    gate_instruction = fields.Boolean(
        "Leader Reads First",
        help="Every complaint goes to the leader at once; nobody starts handling it "
        "before the leader's opinion is on file.",
    )

    # other bodies
    allow_transfer = fields.Boolean(
        "Transfers and Assignments",
        help="Cases may be passed to another department or body, or handled with one.",
    )
    max_hops = fields.Integer(
        "Transfers at Most",
        default=2,
        help="How often one complaint may be passed on without a leader's approval. "
        "0: as often as needed.",
    )
    gate_assign_major = fields.Boolean(
        "Major Matters Are Assigned",
        help="Major matters, and those with a leader's instruction to assign them, are "
        "assigned with a date by which the other body reports back.",
    )
    gate_second_opinion = fields.Boolean(
        "Malicious Only with a Second Opinion",
        default=True,
        help="Another leader agrees before a complaint is called malicious.",
    )
    gate_accusation = fields.Boolean(
        "Accusations Go to the Superior Only",
        help="An accusation never goes to the unit or person accused; without a "
        "leader's approval it goes to the head of the body above them.",
    )
    superior_partner_id = fields.Many2one(
        "res.partner",
        string="Superior Body",
        copy=False,
        tracking=True,
        ondelete="restrict",
        help="Where appeals and accusations against the office's own head go, and who "
        "supervises it.",
    )
    urge_quantity = fields.Integer(
        "Urge before the Limit", help="0: nobody is reminded to urge."
    )
    urge_unit = fields.Selection(
        [("working_day", "Working days"), ("calendar_day", "Calendar days")],
        default="calendar_day",
        required=True,
    )

    # mediation
    allow_mediation = fields.Boolean(
        "Mediation",
        help="Both sides may be brought together to negotiate, mediate or arbitrate.",
    )
    allow_negotiation = fields.Boolean(
        "Negotiation First", help="Both sides first talk to each other."
    )
    allow_arbitration = fields.Boolean(
        "Arbitration After It",
        help="If they do not agree, both sides bring evidence and the office rules.",
    )

    # content, reply, first receiver
    requirement_ids = fields.One2many(
        "complaint.requirement", "regulation_id", string="Required Content", copy=True
    )
    type_rule_ids = fields.One2many(
        "complaint.type.rule", "regulation_id", string="Required Acts", copy=True
    )
    reply_mirrors_channel = fields.Boolean(
        "Answered the Way It Came",
        help="What came in writing is answered in writing; what was told may be "
        "answered orally, with a note of it.",
    )
    gate_first_receiver = fields.Boolean(
        "First Receiver Answers for It",
        help="Whoever receives a complaint settles it or hands it over; only a leader "
        "refuses it.",
    )

    _handling_numbers = models.Constraint(
        "CHECK (max_hops >= 0 AND urge_quantity BETWEEN 0 AND 365)",
        "Numbers of transfers and days cannot be negative.",
    )

    def _phases(self):
        """OVERRIDE: transfers, mediation and follow-ups have phases of their own."""
        phases = super()._phases()
        acts = self.type_rule_ids.mapped("requires")
        if "follow_up" not in phases and "follow_up" in acts:
            phases.insert(phases.index("notified") + 1, "follow_up")
        if self.allow_transfer:
            phases.insert(phases.index("accepted") + 1, "transferred")
        if self.allow_mediation:
            phases.insert(phases.index("investigating") + 1, "mediation")
        return phases

    def _phase_fields(self):
        """OVERRIDE: these settings add phases."""
        return super()._phase_fields() | _PHASE_FIELDS

    def _mediation_ladder(self):
        """Return the kinds of sessions of this regulation, the first one first."""
        self.ensure_one()
        rungs = {
            "negotiation": self.allow_negotiation,
            "mediation": True,
            "arbitration": self.allow_arbitration,
        }
        return [kind for kind, allowed in rungs.items() if allowed]
