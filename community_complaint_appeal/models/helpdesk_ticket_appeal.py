from odoo import Command, api, fields, models

from odoo.addons.community_complaint.tools.changes import on
from odoo.addons.community_complaint.tools.life import Opening

from ..tools.appeal_steps import OPEN_STATES, OWN_EVENTS


class HelpdeskTicket(models.Model):
    """The appeals of a case, and the steps of the case that wait for them."""

    _inherit = "helpdesk.ticket"

    _effects = {"_note_handler": on("user_id")}
    _openings = {
        "involved": Opening(
            "Whoever was the handler once was involved.", ("involved_user_ids",)
        )
    }

    appeal_ids = fields.One2many("complaint.appeal", "ticket_id", string="Appeals")
    appeal_count = fields.Integer("Number of Appeals", compute="_compute_appeal_count")
    open_appeal_id = fields.Many2one(
        "complaint.appeal", compute="_compute_open_appeal_id"
    )
    appeal_level = fields.Integer(
        "Level of the Last Appeal",
        compute="_compute_appeal_level",
        store=True,
        copy=False,
        help="Which time limits of appeals apply; 0 before the first appeal.",
    )
    appeal_state = fields.Selection(
        [
            ("open", "Possible now"),
            ("late", "Only late"),
            ("none", "Not possible"),
        ],
        string="Appeal",
        compute="_compute_appeal_state",
    )
    appeal_text = fields.Text("Rights of Appeal", compute="_compute_appeal_state")
    involved_user_ids = fields.Many2many(
        "res.users",
        "helpdesk_ticket_involved_user_rel",
        "ticket_id",
        "user_id",
        string="Worked on the Case",
        readonly=True,
        copy=False,
        help="Who accepted, handled, investigated or decided. They cannot review an "
        "appeal.",
    )

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.depends("appeal_ids.state")
    def _compute_is_open(self):
        """OVERRIDE: the office owes an answer to a closed case under appeal, too."""
        result = super()._compute_is_open()
        for ticket in self.filtered("is_complaint"):
            states = set(ticket.appeal_ids.mapped("state"))
            ticket.is_open = ticket.is_open or bool(states & set(OPEN_STATES))
        return result

    @api.depends("appeal_ids.state")
    def _compute_appeal_count(self):
        for ticket in self:
            ticket.appeal_count = len(ticket.appeal_ids)

    @api.depends("appeal_ids.state")
    def _compute_open_appeal_id(self):
        for ticket in self:
            ticket.open_appeal_id = ticket.appeal_ids.filtered(
                lambda appeal: appeal._is_open()
            )[:1]

    @api.depends("appeal_ids.state", "appeal_ids.level_id")
    def _compute_appeal_level(self):
        for ticket in self:
            filed = ticket.appeal_ids.filtered(lambda appeal: appeal.state != "draft")
            ticket.appeal_level = filed.sorted("id")[-1:].level_id.number

    @api.depends("phase", "appeal_ids.state", "notice_ids.state")
    @api.depends_context("lang")
    def _compute_appeal_state(self):
        """The most a party may do decides about the button; all are explained."""
        windows = self.filtered("is_complaint")._appeal_windows()
        for ticket in self:
            found = windows.get(ticket._origin, {})
            states = {window.state for window in found.values()}
            ticket.appeal_state = next(
                (state for state in ("open", "late") if state in states), "none"
            )
            ticket.appeal_text = "\n".join(ticket._appeal_lines(found))

    def _appeal_lines(self, windows):
        """Return one line per party on what it may do; one for all if none may."""
        if not any(window.state in ("open", "late") for window in windows.values()):
            return [window.reason for window in windows.values()][:1]
        return [
            self.env._(
                "%(party)s – %(level)s: %(reason)s",
                party=party.name or self.complainant_name or "",
                level=window.level.name or self.env._("Appeal"),
                reason=window.reason,
            )
            for party, window in windows.items()
            if window.state != "not_party"
        ]

    def _open_appeals(self):
        """Return the open appeals of cases, whoever asks."""
        if not self:
            return self.env["complaint.appeal"]
        # sudo: complaint.appeal - whether one is open is a fact for every reader
        return (
            self.env["complaint.appeal"]
            .sudo()
            .search([("ticket_id", "in", self.ids), ("state", "in", OPEN_STATES)])
            .sudo(False)
        )

    # ----------------------------------------------------------------------
    # Clocks
    # ----------------------------------------------------------------------

    def _appeal_clocks(self):
        """Return the going clocks that began with an appeal."""
        return self._going_clocks().filtered(
            lambda item: item.start_event in OWN_EVENTS
        )

    def _stop_stale_appeal_clocks(self):
        """Make room for the clocks of the next appeal.

        A party may climb on before the other side got its paper. What was late stays
        late, what was not is nobody's delay any more.
        """
        now = fields.Datetime.now()
        clocks = self._appeal_clocks()
        moments = dict.fromkeys(clocks, now)
        late = clocks.filtered(lambda item: item.due and item.due < now)
        late._finish(moments)
        (clocks - late)._cancel(moments)

    # ----------------------------------------------------------------------
    # Conflicts
    # ----------------------------------------------------------------------

    def _drop_conflicted(self):
        """OVERRIDE: who is kept away reviews no appeal; it waits for another reviewer."""
        result = super()._drop_conflicted()
        for appeal in self._open_appeals():
            # sudo: helpdesk.ticket - a conflict holds whoever names it
            if appeal.reviewer_id in appeal.ticket_id.sudo().conflict_user_ids:
                appeal._lose_reviewer()
        return result

    # ----------------------------------------------------------------------
    # Gates
    # ----------------------------------------------------------------------

    def _gate_open_appeal(self):
        """Yield that a case waits for its appeal."""
        for appeal in self._open_appeals():
            yield self.env._("Appeal %s is not decided yet.", appeal.number)

    def _gates_close(self):
        """OVERRIDE: a case is closed when its appeal is through, papers included."""
        yield from super()._gates_close()
        yield from self._gate_open_appeal()
        for notice in self.notice_ids.filtered(
            lambda item: item.appeal_id and item.state == "issued"
        ):
            yield self.env._("%s was not served yet.", notice.number)

    def _gates_archive(self):
        """OVERRIDE: the file stays on the desk while an appeal is open."""
        yield from super()._gates_archive()
        yield from self._gate_open_appeal()

    def _gates_withdraw(self, _reason=None):
        yield from self._gate_open_appeal()

    def _gates_reopen(self, _reason=None):
        yield from self._gate_open_appeal()

    def _gates_follow_up(self, note=None, result=None):
        """OVERRIDE: how the complainant takes the result shows after the appeal."""
        yield from super()._gates_follow_up(note, result)
        yield from self._gate_open_appeal()

    # ----------------------------------------------------------------------
    # Buttons
    # ----------------------------------------------------------------------

    def action_new_appeal(self):
        """Return the action that takes down an appeal against one case."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("File an Appeal"),
            "res_model": "complaint.appeal",
            "views": [(False, "form")],
            "context": {"default_ticket_id": self.id},
        }

    def action_view_appeals(self):
        """Return the action that shows the appeals of one case."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "community_complaint_appeal.complaint_appeal_action"
        )
        return {
            **action,
            "domain": [("ticket_id", "=", self.id)],
            "context": {"default_ticket_id": self.id},
        }

    # ----------------------------------------------------------------------
    # Who worked on a case: they never decide on an appeal against it (THREATS 21)
    # ----------------------------------------------------------------------

    def _note_handler(self):
        """Note that whoever is the handler of complaints was involved."""
        cases = self.filtered(lambda case: case.is_complaint and case.user_id)
        for user, handled in cases.grouped("user_id").items():
            handled._note_involved(user.id)

    def _note_involved(self, user_id):
        """Remember that somebody works on these cases."""
        if self:
            self._write_sealed(
                "involved", {"involved_user_ids": [Command.link(user_id)]}
            )

    def _involved_vals(self):
        return {"involved_user_ids": [Command.link(self.env.uid)]}

    def _prepare_accept_vals(self, given=None):
        return {**super()._prepare_accept_vals(given), **self._involved_vals()}

    def _prepare_start_investigation_vals(self, given=None):
        vals = super()._prepare_start_investigation_vals(given)
        return {**vals, **self._involved_vals()}

    def _prepare_submit_findings_vals(self, given=None):
        return {**super()._prepare_submit_findings_vals(given), **self._involved_vals()}

    def _prepare_decide_vals(self, _given=None):
        return self._involved_vals()

    def _all_involved(self):
        """Return everybody who had a part in the result of one case, as ``res.users``.

        Besides who took its steps: who made inquiries, drafted or made a decision, and
        who decided an earlier appeal, or left it without an answer.
        """
        self.ensure_one()
        # sudo: helpdesk.ticket - a conflict is one whoever looks for it
        case = self.sudo()
        appeals = case.appeal_ids.filtered(lambda item: item.state == "decided")
        silent = case.appeal_ids.filtered(lambda item: item.state == "unanswered")
        decisions = case.decision_ids.filtered(lambda item: item.state != "draft")
        return (
            case.involved_user_ids
            | case.user_id
            | case.inquiry_ids.filtered(lambda item: not item.appeal_id).user_id
            | decisions.decided_by_id
            | decisions.create_uid
            | appeals.decided_by_id
            | silent.reviewer_id
        )

    @api.model
    def _note_involved_before(self):
        """Note who worked on cases before appeals were installed, as far as known."""
        cases = self.with_context(active_test=False).search(
            [("is_complaint", "=", True)]
        )
        for case in cases:
            known = case._all_involved() | case.notice_ids.issued_by_id
            if known:
                case._write_sealed(
                    "involved", {"involved_user_ids": [Command.set(known.ids)]}
                )
