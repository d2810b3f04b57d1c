from collections import defaultdict
from datetime import UTC
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools.arguments import mapping, takes
from ..tools.life import Opening
from ..tools.steps import DRAFT

#: Context of searches that want drafts as well.
WITH_DRAFTS = "complaint_drafts"


class HelpdeskTicket(models.Model):
    """Registration, and what comes before it: drafts.

    A draft is what somebody took down and did not register yet: without number, clock,
    paper or row in the log, seen by nobody but its author. It is no case: searches leave
    it out, as superuser and for archived tickets as well, unless their context has
    ``complaint_drafts``. Its author may delete it, nobody else.

    EXPOSED API: :meth:`create_draft`, :meth:`action_register_draft`,
    :meth:`action_discard_draft`.
    """

    _inherit = "helpdesk.ticket"

    _openings = {
        "discarded": Opening("Who wrote a draft throws it away.", drops=True),
    }

    draft_by_id = fields.Many2one(
        "res.users",
        string="Draft of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Who wrote it down and did not register it yet.",
    )

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    @api.model
    @takes(vals=mapping)
    def create_draft(self, vals):
        """Take down a complaint without registering it.

        :param vals: dict of values, as for ``create`` of a complaint; ``received_date``
            is when it came in, now by default: registering later does not move the clocks
        :return: the draft, whose form is opened with ``complaint_drafts`` in the context
        :raise UserError: if the team is no complaint desk, or has no stage for drafts
        """
        teams = self._complaint_teams([vals])
        if vals.get("team_id") not in teams:
            raise UserError(self.env._("Choose the desk that takes the complaint."))
        if not teams[vals["team_id"]]._complaint_stage_id(DRAFT):
            raise UserError(
                self.env._(
                    "The desk has no stage for drafts. Ask the manager to check the "
                    "stages."
                )
            )
        return self._create_complaints([vals], teams, DRAFT)

    def action_discard_draft(self):
        """Delete drafts with who complained; up to who wrote them.

        :raise AccessError: for everybody else
        :raise UserError: for registered complaints
        """
        self.check_access("write")
        if self._no_drafts():
            raise UserError(
                self.env._("A registered complaint is never deleted, only drafts are.")
            )
        if self.draft_by_id - self.env.user:
            raise AccessError(self.env._("A draft is up to who wrote it."))
        return self._unlink_sealed("discarded")

    # ----------------------------------------------------------------------
    # Drafts are no cases
    # ----------------------------------------------------------------------

    @api.model
    def _search(self, domain, *args, active_test=True, **kwargs):
        """OVERRIDE: leave drafts out; records one has already are read all the same."""
        if active_test and not self.env.context.get(WITH_DRAFTS):
            domain = Domain(domain) & Domain("draft_by_id", "=", False)
        return super()._search(domain, *args, active_test=active_test, **kwargs)

    def _no_drafts(self):
        """Return those of the tickets that are no drafts."""
        return self.filtered(lambda ticket: ticket.phase != DRAFT)

    @api.model
    def _prepare_author_vals(self, phase):
        """Return who received a new complaint, or wrote its draft."""
        if phase == DRAFT:
            return {"draft_by_id": self.env.uid, "user_id": False}
        return {"first_receiver_id": self._is_receiver() and self.env.uid}

    def _forget_anonymous(self):
        """Empty the identities of drafts that became anonymous; nothing is on record."""
        anonymous = self.filtered(lambda item: item.confidentiality == "anonymous")
        if anonymous:
            anonymous._erase_identities()

    # ----------------------------------------------------------------------
    # Registration
    # ----------------------------------------------------------------------

    @api.model
    def _number_new(self, vals_list, teams):
        """Put case numbers into the values of new complaints."""
        births = [
            (
                self.env["res.company"].browse(vals["company_id"]),
                teams[vals["team_id"]].regulation_id,
                fields.Datetime.to_datetime(vals["received_date"]),
            )
            for vals in vals_list
        ]
        for vals, number in zip(vals_list, self._next_numbers(births), strict=True):
            vals["number"] = number

    @api.model
    def _next_numbers(self, births):
        """Return case numbers, without gaps per company, prefix and year received.

        :param births: list of ``(company, regulation, moment received as naive UTC)``
        :return: list of numbers, in the same order
        """
        groups = defaultdict(list)
        for place, (company, regulation, received) in enumerate(births):
            year = received.replace(tzinfo=UTC).astimezone(ZoneInfo(regulation.tz)).year
            groups[company, regulation.prefix, year].append(place)
        found = [None] * len(births)
        for (company, prefix, year), places in groups.items():
            numbers = self.env["complaint.counter"]._next(
                company, f"case/{prefix}", year, len(places)
            )
            for place, number in zip(places, numbers, strict=True):
                found[place] = f"{prefix}{year}-{number:05d}"
        return found

    def _prepare_register_vals(self, _given=None):
        """Give drafts their numbers, each its own; return what is the same for all."""
        # sudo: complaint.regulation - prefix and time zone, whoever registers
        drafts = self.sudo()
        births = [
            (case.company_id, case.regulation_id, case.received_date) for case in drafts
        ]
        for case, number in zip(drafts, self._next_numbers(births), strict=True):
            case._write_step({"number": number})
        return {**self._prepare_author_vals("registered"), "draft_by_id": False}

    def _after_register(self):
        """Say so as for every new complaint, and keep excluded what it is about."""
        self._message_log_batch(
            bodies={case.id: case._creation_message() for case in self}
        )
        self._drop_conflicted()

    def _log_registered(self):
        """Put new complaints on record."""
        self.env["complaint.log"]._record(
            "registered",
            self,
            lambda case: {"confidentiality": case.confidentiality},
        )
