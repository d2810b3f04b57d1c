from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ..tools.changes import on
from ..tools.life import Ask, Life, Open, Opening, Step, opens
from ..tools.steps import CLERK, HANDLER, LEADER
from .complaint_digest import Section

#: States in which something is still to be done.
OPEN_STATES = ("proposed", "planned", "in_progress", "done")
#: What is counted as coming again, and the field that says which one.
KEY_FIELDS = {
    "place": "place",
    "type": "type_id",
    "employee": "employee_id",
    "department": "department_id",
    "partner": "partner_id",
}
_lt = LazyTranslate(__name__)
_LIFE = Life(
    {
        "plan": Step(
            ("proposed",),
            "planned",
            (LEADER,),
            label=_lt("Take It On"),
            fills=("root_cause", "measures", "user_id", "due_date"),
        ),
        "start": Step(
            ("planned",), "in_progress", (CLERK, HANDLER), label=_lt("Begin")
        ),
        "done": Step(
            ("planned", "in_progress"),
            "done",
            (CLERK, HANDLER),
            label=_lt("Done"),
            asks=Ask("result", _lt("What was done?")),
            stamps={"done_date": "today", "done_by_id": "user"},
        ),
        "verify": Step(
            ("done",),
            "verified",
            (LEADER,),
            label=_lt("It Helped"),
            asks=Ask("effect", _lt("How do we know?")),
            stamps={"verified_by_id": "user", "closed_date": "now"},
            not_by=("done_by_id", "user_id"),
        ),
        "not_effective": Step(
            ("done",),
            "in_progress",
            (LEADER,),
            label=_lt("It Did Not Help"),
            asks=Ask("effect", _lt("What still happens, and what is next?")),
            stamps=dict.fromkeys(("done_date", "done_by_id", "told_date"), False),
            not_by=("done_by_id", "user_id"),
        ),
        "dismiss": Step(
            OPEN_STATES,
            "dismissed",
            (LEADER,),
            label=_lt("Dismiss"),
            asks=Ask("dismissal_reason", _lt("Why?")),
            stamps={"closed_date": "now"},
        ),
    }
)


class ComplaintImprovement(models.Model):
    """What the office mends because complaints come again (R06 rectify, R10 lessons).

    Proposed when a place, a kind of matter or a respondent recurs, see
    :mod:`.complaint_improvement_find`, or by hand from cases. Whoever the cases are about,
    and whoever was kept away from those that gave rise to it, does not know of it: a
    global record rule on ``conflict_user_ids``.
    """

    _name = "complaint.improvement"
    _description = "Improvement Task"
    _inherit = ["complaint.life.mixin"]
    _order = "closed_date desc, due_date, id desc"
    _check_company_auto = True

    _life = _LIFE
    _opens = {
        **opens("regulation_id", "name", "case_ids", states=OPEN_STATES),
        **opens("cause_id", "root_cause", "measures", states=OPEN_STATES),
        **opens("user_id", "due_date", states=OPEN_STATES),
    }
    _effects = {"_remind_anew": on("due_date")}
    _openings = {
        "found": Opening(
            "Proposed by the scheduled action, or from cases that a leader chose.",
            ("key_kind", "key", "proposed_count", *KEY_FIELDS.values()),
            creates=True,
        ),
        "told": Opening("Who is late was reminded.", ("told_date",)),
    }

    name = fields.Char("Title", required=True)
    regulation_id = fields.Many2one(
        "complaint.regulation",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('is_template', '=', False)]",
    )
    company_id = fields.Many2one(
        related="regulation_id.company_id", store=True, index=True, precompute=True
    )
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("planned", "Planned"),
            ("in_progress", "In progress"),
            ("done", "Done, effect to be checked"),
            ("verified", "Effective"),
            ("dismissed", "Dismissed"),
        ],
        required=True,
        default="proposed",
        readonly=True,
        copy=False,
        index=True,
    )
    key_kind = fields.Selection(
        [
            ("place", "Place"),
            ("type", "Kind of matter"),
            ("employee", "Staff member"),
            ("department", "Department"),
            ("partner", "Person or company"),
            ("manual", "Chosen by hand"),
        ],
        string="What Comes Again",
        required=True,
        default="manual",
        readonly=True,
    )
    key = fields.Char(readonly=True, copy=False)
    place = fields.Char(readonly=True)
    type_id = fields.Many2one(
        "helpdesk.ticket.type", string="Kind of Matter", readonly=True
    )
    employee_id = fields.Many2one("hr.employee", readonly=True, check_company=True)
    department_id = fields.Many2one("hr.department", readonly=True, check_company=True)
    partner_id = fields.Many2one("res.partner", readonly=True)
    proposed_count = fields.Integer("Cases When Proposed", readonly=True)
    conflict_user_ids = fields.Many2many(
        "res.users",
        "complaint_improvement_conflict_user_rel",
        "improvement_id",
        "user_id",
        readonly=True,
        compute="_compute_conflict_user_ids",
        store=True,
        compute_sudo=True,
        copy=False,
    )
    case_ids = fields.One2many(
        "complaint.improvement.case", "improvement_id", string="Cases"
    )
    cause_id = fields.Many2one("complaint.cause", string="Kind of Cause")
    root_cause = fields.Text()
    measures = fields.Text("What We Do")
    user_id = fields.Many2one(
        "res.users", string="Responsible", check_company=True, index="btree_not_null"
    )
    due_date = fields.Date()
    done_date = fields.Date("Done on", readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    result = fields.Text("What Was Done", readonly=True, copy=False)
    effect = fields.Text(readonly=True, copy=False)
    verified_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    closed_date = fields.Datetime("Finished", readonly=True, copy=False)
    told_date = fields.Date("Reminded", readonly=True, copy=False)
    dismissal_reason = fields.Text(readonly=True, copy=False)

    # one open task for the same thing, whoever proposes it and how often
    _one_open = models.UniqueIndex(
        "(regulation_id, key_kind, key)"
        " WHERE key IS NOT NULL"
        " AND state IN ('proposed', 'planned', 'in_progress', 'done')",
        "There already is an open improvement task for this.",
    )

    @api.depends(
        "employee_id.user_id",
        "department_id",
        "partner_id",
        "case_ids.is_trigger",
        "case_ids.ticket_id.conflict_user_ids",
    )
    def _compute_conflict_user_ids(self):
        """Keep away whom the task is about, and whom its first cases are hidden from.

        That there is a task at all tells of the cases that gave rise to it. Later cases
        do not change who sees it: each reader counts those they may know.
        """
        for task in self:
            about = self.env["complaint.respondent"].new(
                {
                    "employee_id": task.employee_id.id,
                    "department_id": task.department_id.id,
                    "partner_id": task.partner_id.id,
                }
            )
            first = task.case_ids.filtered("is_trigger").ticket_id
            users = about._conflicted_users() | first.conflict_user_ids
            task.conflict_user_ids = users._origin

    def _remind_anew(self):
        """Forget that somebody was reminded: of another date they are reminded anew."""
        self._write_sealed("told", {"told_date": False})

    # ----------------------------------------------------------------------
    # Steps. EXPOSED API
    # ----------------------------------------------------------------------

    def action_plan(self):
        """Take proposals on: cause, measures, who and by when are settled."""
        return self._take("plan")

    def action_start(self):
        """Begin with planned tasks."""
        return self._take("start")

    def action_done(self, text=None):
        """Record what was done; the effect is checked later, by somebody else."""
        return self._take("done", text)

    def action_verify(self, text=None):
        """Confirm that it helped; never by who did it."""
        return self._take("verify", text)

    def action_not_effective(self, text=None):
        """Say that it did not help: the work goes on."""
        return self._take("not_effective", text)

    def action_dismiss(self, text=None):
        """Leave it as it is, with the reason."""
        return self._take("dismiss", text)

    def _gates_plan(self):
        # sudo: complaint.improvement - a guard, whatever the reader may know
        if self.user_id in self.sudo().conflict_user_ids:
            yield self.env._(
                "%s cannot take this on. Choose somebody else.", self.user_id.name
            )

    def _step_day(self):
        """OVERRIDE: a task is of a regulation, not of one case."""
        return self[:1].regulation_id._local_date(fields.Datetime.now())

    # ----------------------------------------------------------------------
    # The morning's digest
    # ----------------------------------------------------------------------

    @api.model
    def _digest_sections(self, morning):
        late = self.search(
            [
                ("state", "in", ("planned", "in_progress")),
                ("told_date", "=", False),
                ("due_date", "<", morning.date),
                ("regulation_id", "in", morning.regulations.ids),
            ]
        )
        readers = {}
        for task in late:
            for user in task.user_id:
                readers[user] = readers.get(user, self.browse()) | task

        def mark():
            late._write_sealed("told", {"told_date": morning.date})

        return [Section("improvements_late", readers, mark)]

    def _digest_lines(self):
        return [
            {
                "number": task.name,
                "text": task.regulation_id.code,
                "date": task.due_date and format_date(self.env, task.due_date),
                "url": f"{task.get_base_url()}/odoo/complaint-improvements/{task.id}",
            }
            for task in self.sorted(lambda item: (item.due_date, item.id))
        ]


class ComplaintImprovementCase(models.Model):
    """A case that gave rise to a task, or came after; known only to who knows the case."""

    _name = "complaint.improvement.case"
    _description = "Case of an Improvement Task"
    _inherit = ["complaint.seal.mixin"]
    _rec_names_search = ("ticket_id.number",)
    _order = "improvement_id, id"

    # whom cases that gave rise to a task are hidden from does not know of the task
    _opens = opens("improvement_id", "ticket_id", birth=True)
    _drops = Open()
    _openings = {
        "found": Opening(
            "Proposed by the scheduled action, or from cases that a leader chose.",
            ("is_trigger",),
            creates=True,
        ),
    }

    improvement_id = fields.Many2one(
        "complaint.improvement", required=True, index=True, ondelete="cascade"
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Complaint",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="ticket_id.company_id", store=True, index=True, precompute=True
    )
    is_trigger = fields.Boolean(
        "Gave Rise to It", readonly=True, help="Was there when the task was proposed."
    )
    type_id = fields.Many2one(related="ticket_id.type_id", string="Kind of Matter")
    received_date = fields.Datetime(related="ticket_id.received_date")
    phase = fields.Selection(related="ticket_id.phase")

    _once = models.UniqueIndex(
        "(improvement_id, ticket_id)", "This case is already on the list."
    )
