from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import Command, api, fields, models
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from odoo.addons.community_complaint.tools.changes import on
from odoo.addons.community_complaint.tools.life import Life, Open, Opening, Step, opens
from odoo.addons.community_complaint.tools.steps import HANDLER

from .complaint_duty import DUTIES

#: Typical cases a draft proposes.
_TYPICAL = 5
_TEXTS = ("situation", "cases", "causes", "lessons", "measures")
_lt = LazyTranslate(__name__)
_LIFE = Life(
    {
        "fill": Step(
            ("draft",), None, (HANDLER,), label=_lt("Fill in Anew"), writes=_TEXTS
        ),
        "done": Step(
            ("draft",),
            "done",
            (HANDLER,),
            label=_lt("Finish"),
            fills=_TEXTS,
            stamps={"done_by_id": "user", "done_date": "now"},
        ),
    }
)


class ComplaintMedicalSummary(models.Model):
    """Quarterly summary of a department, annual report on medical safety (R15 九).

    A draft is filled from the register, without names. Who is kept away from a case that
    it draws upon does not see it either.
    """

    _name = "complaint.medical.summary"
    _description = "Summary of Medical Events"
    _inherit = ["complaint.life.mixin"]
    _order = "period_end desc, id desc"
    _rec_names_search = ("task_id.duty_id.name",)

    _life = _LIFE
    _opens = {
        **opens("task_id", birth=True),
        **opens(*_TEXTS, states=("draft",)),
    }
    _drops = Open(("draft",))
    #: A draft knows from its birth which events it draws upon.
    _effects = {"_draw_upon_events": on(made=True)}
    _openings = {
        "drawn": Opening(
            "Which events of the register it draws upon is worked out.", ("event_ids",)
        ),
    }

    task_id = fields.Many2one(
        "complaint.duty.task",
        string="Duty",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    kind = fields.Selection(related="task_id.kind")
    regulation_id = fields.Many2one(
        related="task_id.regulation_id", store=True, index=True
    )
    company_id = fields.Many2one(
        related="task_id.company_id", store=True, index=True, precompute=True
    )
    department_id = fields.Many2one(related="task_id.department_id")
    period_start = fields.Date(related="task_id.period_start")
    period_end = fields.Date(related="task_id.period_end", store=True)
    event_ids = fields.Many2many(
        "complaint.medical.event",
        "complaint_medical_summary_event_rel",
        "summary_id",
        "event_id",
        string="Events of the Period",
        readonly=True,
    )
    situation = fields.Text()
    cases = fields.Text("Typical Cases", help="Without names, also of departments.")
    causes = fields.Text("Analysis of Causes")
    lessons = fields.Text()
    measures = fields.Text("Measures Taken")
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Done")],
        required=True,
        default="draft",
        readonly=True,
    )
    done_by_id = fields.Many2one("res.users", readonly=True)
    done_date = fields.Datetime("Done on", readonly=True)

    _once = models.UniqueIndex("(task_id)", "There is a draft for this duty already.")

    @api.depends("task_id.display_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for summary in self:
            summary.display_name = summary.task_id.display_name

    def _gates_birth(self):
        if self.kind not in DUTIES:
            yield self.env._("This duty has no summary of medical events.")
        if self.task_id.state != "open":
            yield self.env._("What is done stays as it is.")

    # ----------------------------------------------------------------------
    # Steps. EXPOSED API
    # ----------------------------------------------------------------------

    def action_fill(self):
        """Fill in anew what the register says of the period."""
        return self._take("fill")

    def action_done(self):
        """Finish summaries; their duties are done.

        :raise UserError: naming what is missing, or what the duty lacks
        """
        return self._take("done")

    def action_print(self):
        """Show summaries and annual reports."""
        return self.env["complaint.form"]._open_sheets("medical_summary", self)

    def _after_fill(self):
        for summary in self:
            events = summary._draw_upon_events()
            summary._write_step(summary._prepare_texts(events))

    def _gates_done(self):
        yield from self.task_id._gates_due()

    def _after_done(self):
        for summary in self:
            task = summary.task_id
            if not (task.result or "").strip():
                # the task is read by more people than the summary
                task.result = self.env._("On file as “%s”.", summary.display_name)
            task.action_done()
            summary._draw_upon_events()

    # ----------------------------------------------------------------------
    # What the register says
    # ----------------------------------------------------------------------

    def _draw_upon_events(self):
        """Note the events that the user may read: who is kept away sees no summary.

        :return: the events
        """
        found = self.env["complaint.medical.event"]
        for summary in self:
            events = summary._events()
            summary._write_sealed(
                "drawn", {"event_ids": [Command.link(event.id) for event in events]}
            )
            found |= events
        return found

    def _events(self):
        """Return the events of one period, of the department if there is one."""
        zone = ZoneInfo(self.regulation_id.tz)
        domain = [
            ("regulation_id", "=", self.regulation_id.id),
            ("event_date", ">=", _midnight(self.period_start, zone)),
            ("event_date", "<", _midnight(self.period_end + timedelta(days=1), zone)),
        ]
        if self.department_id:
            domain.append(("department_id", "=", self.department_id.id))
        return self.env["complaint.medical.event"].search(
            domain, order="event_date, id"
        )

    def _prepare_texts(self, events):
        """Return the texts of a draft about events; lessons are for people to draw."""
        # what takes the names out of an event's texts is worked out once for all of them
        hides = {event: event._redactor() for event in events}
        return {
            "situation": self._situation(events),
            "cases": "\n\n".join(
                self._typical(event, hides[event]) for event in self._serious(events)
            ),
            "causes": self._lines(hides, "cause"),
            "measures": self._lines(hides, "result"),
        }

    def _situation(self, events):
        """Return how many events of which kind there were, and how they were reported."""
        kinds = events._fields["kind"]._description_selection(self.env)
        counts = events.grouped("kind")
        late = events.filtered(lambda event: any(event.report_ids.mapped("is_late")))
        lines = [
            self.env._(
                "From %(start)s to %(end)s: %(count)s events.",
                start=format_date(self.env, self.period_start),
                end=format_date(self.env, self.period_end),
                count=len(events),
            ),
            *(
                self.env._(
                    "%(kind)s: %(count)s",
                    kind=label,
                    count=len(counts.get(kind, events.browse())),
                )
                for kind, label in kinds
            ),
            self.env._("Reported late: %s", len(late)),
            self.env._("Not closed yet: %s", len(events.filtered(_is_open))),
        ]
        return "\n".join(lines)

    def _serious(self, events):
        """Return the events a draft tells as typical: accidents, then disputes."""
        order = ("accident", "dispute", "error")
        return events.sorted(lambda event: order.index(event.kind))[:_TYPICAL]

    def _typical(self, event, hide):
        """Return one event as a case without names.

        :param hide: ``event._redactor()``
        """
        kinds = dict(event._fields["kind"]._description_selection(self.env))
        texts = (event.course, event.cause, event.consequence, event.result)
        return "\n".join([kinds[event.kind], *(hide(text) for text in texts if text)])

    def _lines(self, hides, name):
        """Return the texts of a field, one a line, each once, without names.

        :param hides: ``{event: event._redactor()}``
        """
        lines = [
            hide(event[name]).strip() for event, hide in hides.items() if event[name]
        ]
        return "\n".join(dict.fromkeys(lines))


def _is_open(event):
    return event.state == "open"


def _midnight(day, zone):
    """Return when a day begins in a time zone, as naive UTC."""
    local = datetime.combine(day, time(), zone)
    return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
