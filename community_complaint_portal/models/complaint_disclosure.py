from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.community_complaint.tools.arguments import takes, text
from odoo.addons.community_complaint.tools.life import Ask, Life, More, Step
from odoo.addons.community_complaint.tools.roles import CUSTODIAN
from odoo.addons.community_complaint.tools.steps import LEADER

_lt = LazyTranslate(__name__)
_DECIDED = {"decided_by_id": "user", "decided_date": "now"}
_PARTIES = ("requested_by_id", "user_id")


class ComplaintDisclosure(models.Model):
    """A new receipt code takes two people: whoever holds it acts as the complainant.

    A custodian asks and says how it was checked who wants it; another custodian or a
    leader approves; then the first one gives it out, once.
    """

    _inherit = "complaint.disclosure"

    _life = Life(
        {
            "approve_receipt": Step(
                ("requested",),
                "approved",
                (CUSTODIAN, LEADER),
                label=_lt("Approve a New Receipt Code"),
                stamps=_DECIDED,
                writes=("until",),
                not_by=_PARTIES,
                access="read",
            ),
            "refuse_receipt": Step(
                ("requested",),
                "refused",
                (CUSTODIAN, LEADER),
                label=_lt("Refuse a New Receipt Code"),
                asks=Ask("decision_note", _lt("Why?")),
                stamps=_DECIDED,
                not_by=_PARTIES,
                access="read",
            ),
        }
    )
    _openings = {"requested": More(writes=("receipt",))}

    receipt = fields.Boolean(
        "New Receipt Code",
        readonly=True,
        help="Asked for is a new code that opens the case in place of the old one.",
    )
    may_decide_receipt = fields.Boolean(
        "May Decide on the Code", compute="_compute_may_decide"
    )

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.depends("receipt")
    def _compute_display_name(self):
        """OVERRIDE: what is asked for."""
        codes = self.filtered("receipt")
        for item in codes:
            item.display_name = self.env._(
                "%s: new receipt code", item.ticket_id.number
            )
        return super(ComplaintDisclosure, self - codes)._compute_display_name()

    @api.depends("receipt")
    def _compute_may_decide(self):
        """OVERRIDE: leaders decide on codes as well, by buttons of their own."""
        result = super()._compute_may_decide()
        user = self.env.user
        decides = user.has_group(CUSTODIAN) or user.has_group(LEADER)
        for item in self:
            item.may_decide_receipt = (
                decides
                and item.receipt
                and item.state == "requested"
                and user not in item.requested_by_id | item.user_id
            )
            item.may_decide = item.may_decide and not item.receipt
        return result

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    @api.model
    def _request_receipt(self, ticket, reason):
        """Ask that the user may give out a new code of a case.

        :param reason: how it was checked who wants it
        :return: the request
        :raise UserError: if that was asked for already
        """
        self._check_not_asked(ticket, "receipt")
        return self._make_request(
            ticket,
            ticket._without_names(reason),
            user_id=self.env.uid,
            hours=ticket.regulation_id.disclosure_hours or 1,
            receipt=True,
        )

    @api.model
    def _approved_receipt(self, ticket):
        """Return the request by which the user may give out one code of a case now."""
        # sudo: complaint.disclosure - one's own
        return self.sudo().search(
            [
                ("ticket_id", "=", ticket.id),
                ("user_id", "=", self.env.uid),
                ("receipt", "=", True),
                ("state", "=", "approved"),
                ("until", ">", fields.Datetime.now()),
            ],
            limit=1,
        )

    def action_approve_receipt(self):
        """Let the custodian who asked give out a new code.

        :raise UserError, AccessError: if the user must not decide on it
        """
        return self._take("approve_receipt")

    @takes(note=text)
    def action_refuse_receipt(self, note=None):
        """Refuse a new code; without a note a dialog asks for it."""
        return self._take("refuse_receipt", note)

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    @api.model
    def _in_force(self, tickets):
        """OVERRIDE: a code shows nobody who complained."""
        return super()._in_force(tickets).filtered(lambda item: not item.receipt)

    def _gates_approve(self, note=None):
        """OVERRIDE: a code is approved by a step of its own."""
        if self.receipt:
            yield self.env._("Asked for is a new receipt code.")
            return
        yield from super()._gates_approve(note)

    def _gates_approve_receipt(self):
        yield from self._gates_receipt()

    def _gates_refuse_receipt(self, note=None):
        yield from self._gates_receipt()

    def _gates_receipt(self):
        if not self.receipt:
            yield self.env._("Asked for is no receipt code.")

    def _prepare_approve_receipt_vals(self, _given):
        return {
            "until": fields.Datetime.now() + timedelta(hours=max(self.mapped("hours")))
        }

    def _after_approve_receipt(self):
        for item in self:
            item._log("approved")
            item._tell(item.requested_by_id)
        self.ticket_id._settle_asked("request")

    def _after_refuse_receipt(self):
        self._after_refuse()

    def _log(self, what, **details):
        """OVERRIDE: codes have kinds of their own."""
        codes = self.filtered("receipt")
        self.env["complaint.log"]._record(
            f"receipt_{what}",
            codes,
            lambda item: {"person": item.user_id.login, **details},
        )
        others = self - codes
        return super(ComplaintDisclosure, others)._log(what, **details)

    def _deciders(self):
        """OVERRIDE: leaders decide on codes as well."""
        people = super()._deciders()
        if self.receipt:
            people |= self.ticket_id._office_people(LEADER)
        return people - self.requested_by_id - self.user_id

    def _subject(self):
        """OVERRIDE: how a request for a code stands."""
        if not self.receipt:
            return super()._subject()
        number = self.ticket_id.number
        return {
            "requested": self.env._("New receipt code asked for: %s", number),
            "approved": self.env._("New receipt code approved: %s", number),
            "refused": self.env._("New receipt code refused: %s", number),
            "ended": self.env._("New receipt code given out or expired: %s", number),
        }[self.state]
