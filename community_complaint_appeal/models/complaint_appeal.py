from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.community_complaint.tools.append_only import PURGE
from odoo.addons.community_complaint.tools.changes import on
from odoo.addons.community_complaint.tools.life import Open, Opening, opens

from ..tools.appeal_steps import OPEN_STATES
from .helpdesk_ticket_window import AppealWindow

#: What an appeal keeps of its window, besides the story.
_WINDOW = ("level_id", "notice_id", "awaited_id", "window_start", "window_end")


class ComplaintAppeal(models.Model):
    """An appeal (申诉), review (复查), arbitration … against the result of a complaint.

    The case keeps its phase while an appeal runs: closing waits for the appeal, and an
    appeal against a closed case opens its file, not the case. Regulations say nothing
    about closing within the window, so it is allowed.

    EXPOSED API: ``action_<step>``, see ``complaint.appeal.step``; what a party may do and
    until when, see ``helpdesk.ticket._appeal_window``.
    """

    _name = "complaint.appeal"
    _description = "Appeal"
    _inherit = [
        "complaint.case.mixin",
        "complaint.appeal.step",
        "complaint.appeal.gates",
        "complaint.appeal.review",
    ]
    _order = "filed_date desc, id desc"

    # an appeal comes when its case may be finished
    _opens = {
        **opens("ticket_id", birth=True),
        **opens("appellant", "respondent_id", "channel_id", states=("draft",)),
        **opens("filed_date", "grounds", states=("draft",)),
        **opens("attachment_ids", states=("draft", *OPEN_STATES)),
        # who reviews writes the decision, nobody else (THREATS 21)
        **opens("outcome", "reasons", states=("under_review",), only="is_reviewer"),
        **opens("answer_date", states=("filed",)),
        **opens("superior_number", "superior_date", states=("under_review",)),
        **opens("superior_file_ids", states=("under_review",)),
        **opens("no_evidence_complainant", states=("under_review",)),
        **opens("no_evidence_respondent", states=("under_review",)),
        # lines on the form; the records themselves know what may change
        **opens("evidence_ids", "inquiry_ids", states=("under_review",)),
    }
    _drops = Open(("draft",))
    _fits = {"respondent_id.ticket_id": "ticket_id"}
    _past = ("filed_date",)
    _guards = {"_keep_files": on(removed=True)}
    _effects = {"_check_files_stay": on("attachment_ids", before="_filed_files")}
    _openings = {
        "drafted": Opening(
            "The reviewer begins to draft the decision that is to replace the other.",
            ("new_decision_id", "outcome"),
        ),
        "excluded": Opening(
            "A reviewer who is excluded from the case loses its appeal.",
            ("state", "reviewer_id", "new_decision_id"),
        ),
    }

    number = fields.Char(readonly=True, copy=False, index="btree_not_null")
    state = fields.Selection(
        [
            ("draft", "Being taken down"),
            ("filed", "Filed"),
            ("under_review", "Under review"),
            ("decided", "Appeal decided"),
            ("dismissed", "Dismissed"),
            ("withdrawn", "Withdrawn"),
            ("unanswered", "No answer in time"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    level_id = fields.Many2one(
        "complaint.appeal.level",
        string="Level of Appeal",
        compute="_compute_window",
        store=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    authority = fields.Selection(related="level_id.authority", string="Authority")
    gate_both_evidence = fields.Boolean(related="level_id.gate_both_evidence")
    hearing_left_out = fields.Boolean(related="level_id.hearing_left_out")
    body_name = fields.Char("Decided at", compute="_compute_body_name")

    # who, when, why
    appellant = fields.Selection(
        [("complainant", "Complainant"), ("respondent", "Respondent")],
        default="complainant",
        required=True,
    )
    respondent_id = fields.Many2one(
        "complaint.respondent",
        domain="[('ticket_id', '=', ticket_id)]",
        index="btree_not_null",
        ondelete="restrict",
    )
    appellant_name = fields.Char(
        "Name of the Appellant", compute="_compute_appellant_name"
    )
    channel_id = fields.Many2one("helpdesk.ticket.channel", string="Filed through")
    filed_date = fields.Datetime(
        "Received",
        default=fields.Datetime.now,
        required=True,
        copy=False,
        help="When the appeal reached the office; whether it is in time depends on it.",
    )
    grounds = fields.Text(help="Why the appellant disagrees, in their words.")
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Files", copy=False, bypass_search_access=True
    )

    # the window as it was when the appeal was filed
    notice_id = fields.Many2one(
        "complaint.notice",
        string="Contested Notice",
        compute="_compute_window",
        store=True,
        index="btree_not_null",
    )
    awaited_id = fields.Many2one(
        "complaint.appeal",
        string="Unanswered Appeal",
        compute="_compute_window",
        store=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Nobody decided on it in time: that is what this appeal contests.",
    )
    window_start = fields.Date(
        "Window Counts from", compute="_compute_window", store=True
    )
    window_end = fields.Date("Possible until", compute="_compute_window", store=True)
    window_story = fields.Json(
        "Story of the Window", compute="_compute_window", store=True, prefetch=False
    )
    window_text = fields.Text("Why This Date", compute="_compute_window_text")
    is_late = fields.Boolean("Too Late", compute="_compute_is_late", store=True)
    late_reason = fields.Text("Reason of Late Admission", readonly=True, copy=False)
    admitted_by_id = fields.Many2one(
        "res.users", string="Admitted by", readonly=True, copy=False
    )

    # the review
    reviewer_id = fields.Many2one("res.users", readonly=True, copy=False, index=True)
    assigned_date = fields.Datetime("Assigned", readonly=True, copy=False)
    is_reviewer = fields.Boolean("I Review", compute="_compute_is_reviewer")
    no_evidence_complainant = fields.Boolean(
        "Complainant Submits Nothing",
        copy=False,
        help="The complainant was asked for evidence and has none to submit.",
    )
    no_evidence_respondent = fields.Boolean(
        "Respondents Submit Nothing",
        copy=False,
        help="The respondents were asked for evidence and have none to submit.",
    )
    evidence_ids = fields.One2many(
        "complaint.evidence", "appeal_id", string="Evidence of the Parties"
    )
    inquiry_ids = fields.One2many("complaint.inquiry", "appeal_id", string="Inquiries")

    # the decision on the appeal
    outcome = fields.Selection(
        [
            ("upheld", "Decision upheld"),
            ("changed", "Decision changed"),
            ("remanded", "Sent back to be investigated anew"),
        ],
        copy=False,
    )
    reasons = fields.Text(
        "Reasons of the Appeal Decision",
        copy=False,
        help="Printed on the notices of both parties.",
    )
    new_decision_id = fields.Many2one(
        "complaint.decision",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    decided_date = fields.Datetime("Decided on", readonly=True, copy=False)
    decided_by_id = fields.Many2one(
        "res.users", string="Decided by", readonly=True, copy=False
    )
    answer_date = fields.Date(
        "Answer Asked for by",
        copy=False,
        help="When the superior body is asked for its decision. Empty: when the time "
        "limit of the text ends, or, if there is none, in 30 days.",
    )
    superior_number = fields.Char("Number of the Superior's Decision", copy=False)
    superior_date = fields.Date("Date of the Superior's Decision", copy=False)
    superior_file_ids = fields.Many2many(
        "ir.attachment",
        "complaint_appeal_superior_file_rel",
        string="The Superior's Decision",
        copy=False,
        bypass_search_access=True,
    )
    dismissal = fields.Selection(
        [("time_barred", "Time-barred"), ("inadmissible", "Inadmissible")],
        string="Dismissed as",
        readonly=True,
        copy=False,
    )
    dismissal_reason = fields.Text("Reason of Dismissal", readonly=True, copy=False)
    withdrawal_reason = fields.Text("Reason of Withdrawal", readonly=True, copy=False)

    notice_ids = fields.One2many("complaint.notice", "appeal_id", string="Notices")
    unserved_count = fields.Integer(
        "Notices to Serve", compute="_compute_unserved_count"
    )
    deadline_ids = fields.One2many(
        "complaint.deadline", "appeal_id", string="Deadlines"
    )
    due_date = fields.Date(compute="_compute_due", search="_search_due_date")
    due_state = fields.Char("Deadline Status", compute="_compute_due_state")

    _number_unique = models.UniqueIndex(
        "(company_id, number)", "This appeal number is already taken."
    )
    _one_open = models.UniqueIndex(
        "(ticket_id) WHERE state IN ('filed', 'under_review')",
        "There already is an open appeal in this case.",
    )
    _appellant_named = models.Constraint(
        "CHECK ((appellant = 'respondent') = (respondent_id IS NOT NULL))",
        "Say which respondent the appeal comes from.",
    )

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.depends("number", "ticket_id.number")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for appeal in self:
            appeal.display_name = appeal.number or self.env._(
                "Appeal in %s", appeal.ticket_id.number or ""
            )

    @api.depends("ticket_id", "appellant", "respondent_id")
    def _compute_window(self):
        """A draft shows the window of today; filing freezes it."""
        for appeal in self:
            if appeal.state == "draft":
                appeal.update(appeal._window_vals())
            else:
                for name in _WINDOW:
                    appeal[name] = appeal[name]
                appeal.window_story = appeal.window_story

    def _window_vals(self):
        """Return what an appeal keeps of the window of its appellant."""
        self.ensure_one()
        if not self.ticket_id or (self.appellant == "respondent") != bool(
            self.respondent_id
        ):
            return dict.fromkeys((*_WINDOW, "window_story"), False)
        window = self._window()
        return {
            "level_id": window.level.id,
            "notice_id": window.notice.id,
            "awaited_id": window.awaited and window.awaited.id,
            "window_start": window.start,
            "window_end": window.end,
            "window_story": window.story,
        }

    @api.depends("window_end", "window_story")
    @api.depends_context("lang")
    def _compute_window_text(self):
        for appeal in self:
            kept = AppealWindow(
                "open",
                "",
                appeal.level_id,
                appeal.notice_id,
                appeal.window_start,
                appeal.window_end,
                appeal.window_story,
            )
            appeal.window_text = "\n".join(appeal.ticket_id._appeal_window_why(kept))

    @api.depends("window_end", "filed_date")
    def _compute_is_late(self):
        for appeal in self:
            appeal.is_late = bool(
                appeal.window_end
                and appeal.filed_date
                and appeal.ticket_id._office_date(appeal.filed_date) > appeal.window_end
            )

    @api.depends("level_id")
    @api.depends_context("lang")
    def _compute_body_name(self):
        for appeal in self:
            appeal.body_name = appeal.level_id and appeal.level_id._body_name()

    @api.depends("appellant", "respondent_id", "ticket_id")
    @api.depends_context("uid", "su", "lang")
    def _compute_appellant_name(self):
        for appeal in self:
            if appeal.appellant == "respondent":
                appeal.appellant_name = appeal.respondent_id.display_name
            else:
                appeal.appellant_name = appeal.ticket_id.complainant_name

    @api.depends("reviewer_id", "authority")
    @api.depends_context("uid")
    def _compute_is_reviewer(self):
        for appeal in self:
            appeal.is_reviewer = (
                appeal.authority == "superior" or appeal.reviewer_id == self.env.user
            )

    @api.depends("notice_ids.state")
    def _compute_unserved_count(self):
        counts = dict(
            self.env["complaint.notice"]._read_group(
                [("appeal_id", "in", self.ids), ("state", "=", "issued")],
                ["appeal_id"],
                ["__count"],
            )
        )
        for appeal in self:
            appeal.unserved_count = counts.get(appeal._origin, 0)

    @api.depends("deadline_ids.due_date", "deadline_ids.state")
    def _compute_due(self):
        """The nearest of the clocks that run; when none does, none is due."""
        for appeal in self:
            running = appeal.deadline_ids.filtered(
                lambda item: item.state == "running" and item.due_date
            )
            appeal.due_date = min(running.mapped("due_date"), default=False)

    @api.model
    def _search_due_date(self, operator, value):
        running = [("state", "=", "running"), ("due_date", operator, value)]
        return [("deadline_ids", "any", running)]

    @api.depends("deadline_ids.state", "deadline_ids.due")
    def _compute_due_state(self):
        for appeal in self:
            chips = appeal.deadline_ids.mapped("chip_state")
            appeal.due_state = next(
                (chip for chip in ("overdue", "close", "running") if chip in chips),
                False,
            )

    @api.onchange("appellant")
    def _onchange_appellant(self):
        respondents = self.ticket_id.respondent_ids
        if self.appellant == "complainant":
            self.respondent_id = False
        elif len(respondents) == 1:
            self.respondent_id = respondents

    # ----------------------------------------------------------------------
    # Files
    # ----------------------------------------------------------------------

    def _filed_files(self, _vals):
        """Return ``{appeal: files}`` of those that were filed."""
        filed = self.filtered(lambda appeal: appeal.state != "draft")
        return {appeal: appeal.attachment_ids for appeal in filed}

    def _check_files_stay(self, before):
        """Check that what came with an appeal stays on file.

        :raise UserError: otherwise
        """
        if any(kept - appeal.attachment_ids for appeal, kept in before.items()):
            raise UserError(self.env._("What came with an appeal stays on file."))

    def _keep_files(self, _vals):
        """Let files handed in with a draft that is deleted stay with the case."""
        for appeal in self:
            # sudo: ir.attachment - whoever drops the draft, the files are on file
            appeal.attachment_ids.sudo().with_context(complaint_purge=PURGE).write(
                {"res_model": "helpdesk.ticket", "res_id": appeal.ticket_id.id}
            )

    def _refuse_others(self, name):
        """OVERRIDE: it is up to the reviewer."""
        raise UserError(
            self.env._(
                "Only the reviewer of %s writes the decision on it.",
                self[:1].display_name,
            )
        )

    # ----------------------------------------------------------------------
    # Helpers
    # ----------------------------------------------------------------------

    def _party(self):
        """Return the respondent who appeals, empty for the complainant."""
        self.ensure_one()
        if self.appellant == "respondent":
            return self.respondent_id._origin
        return self.env["complaint.respondent"]

    def _window(self):
        """Return the ``AppealWindow`` of the appellant as it is today."""
        self.ensure_one()
        return self.ticket_id._appeal_window(self._party())

    def _is_open(self):
        """Return whether the office still owes an answer."""
        return self.state in OPEN_STATES

    def _against_silence(self):
        """Return whether one appeal contests that there was no answer in time."""
        return bool(self.level_id and self.window_start and not self.notice_id)

    def _nothing_decided(self):
        """Return whether there is no decision that one appeal could uphold or change.

        Who waits for a review in vain has the decision that it was to look at.
        """
        return self._against_silence() and (
            not self.awaited_id or self.awaited_id._nothing_decided()
        )
