from odoo import api, fields, models
from odoo.tools import format_date

from ..tools import clock
from ..tools.clock import GOING
from ..tools.working_calendar import CalendarError
from .complaint_explained_mixin import bare


class ComplaintDeadlineExplained(models.AbstractModel):
    """Why a date is that date, in sentences.

    Running clocks explain themselves when somebody asks: working it out takes less
    than a tenth of a millisecond, storing it would take a kilobyte per clock.
    Finished clocks keep the explanation they ended with. A chip shows it when somebody
    hovers over it or taps it.
    """

    _name = "complaint.deadline.explained"
    _description = "Explanation of a Clock"
    _inherit = ["complaint.explained.mixin"]

    explanation = fields.Json(compute="_compute_explanation", compute_sudo=True)
    explanation_text = fields.Text("Why", compute="_compute_explanation_text")
    warning = fields.Char(
        compute="_compute_explanation_text",
        help="What makes the date uncertain, such as holidays not published yet.",
    )

    @api.depends(
        "state",
        "due",
        "policy_id",
        "start_moment",
        "set_date",
        "hold_ids.end_date",
        "extension_ids.state",
    )
    def _compute_explanation(self):
        for deadline in self:
            deadline.explanation = (
                deadline._explain()
                if deadline.state in GOING
                else deadline.frozen_explanation
            )

    @api.depends("explanation")
    @api.depends_context("lang")
    def _compute_explanation_text(self):
        for deadline in self:
            deadline.explanation_text = "\n".join(deadline._explanation_sentences())
            deadline.warning = deadline.state in GOING and "\n".join(
                deadline._sentence_unpublished(item)
                for item in (deadline.explanation or {}).get("steps", ())
                if item["kind"] == "unpublished"
            )

    def _explanation_key(self):
        """Return what clocks with the same explanation have in common."""
        special = self.id if self.hold_ids or self.extension_ids else None
        regulation = self.ticket_id.regulation_id.id
        return (
            regulation,
            self.policy_id.id,
            self.start_moment,
            self.set_date,
            special,
        )

    def _explain(self):
        """Return the explanation of a running clock as plain data, or ``False``."""
        self.ensure_one()
        if self.set_date:
            return self._explain_set_date()
        if not self.policy_id or not self.start_moment:
            return False
        try:
            return clock.due(
                self._spec().rule,
                self.start_moment,
                self.ticket_id.regulation_id._working_calendar(),
                self._holds(),
                self._extensions(),
            ).explanation.to_dict()
        except (clock.ClockError, CalendarError):
            return False

    def _explain_set_date(self):
        """Return the explanation of a date that was set instead of counted."""
        try:
            calendar = self.ticket_id.regulation_id._working_calendar()
            working = calendar.is_working(self.set_date)
        except CalendarError:
            return False
        return {"set_date": self.set_date.isoformat(), "working": working}

    def _explanation_sentences(self, lang=None):
        """Return why the date is that date, one sentence a list item.

        :param lang: language code, the reader's by default; papers give theirs
        """
        self.ensure_one()
        deadline = self.with_context(lang=lang) if lang else self
        if deadline.problem:
            return [
                deadline.env._(
                    "The date could not be worked out: %s",
                    deadline.ticket_id.regulation_id._clock_error_text(
                        deadline.problem
                    ),
                )
            ]
        if not deadline.explanation:
            return []
        if "set_date" in deadline.explanation:
            return deadline._sentences_set_date(**deadline.explanation)
        sentences = deadline._story_sentences(deadline.explanation)
        sentences += map(deadline._sentence_overrun, deadline._overruns().sorted("id"))
        return sentences

    def _sentences_set_date(self, set_date, working):
        """Return the sentences about a date that was set instead of counted."""
        sentences = [self.env._("The leader set this date: %s.", self._day(set_date))]
        if not working:
            sentences.append(self.env._("It is no working day."))
        return sentences

    def _sentence_overrun(self, overrun):
        if overrun.new_due_date:
            return self.env._(
                "The overrun was explained to the complainant: %(reason)s. The office "
                "expects to be through by %(date)s.",
                reason=bare(overrun.reason),
                date=format_date(self.env, overrun.new_due_date),
            )
        return self.env._(
            "The overrun was explained to the complainant: %s.", bare(overrun.reason)
        )

    # ----------------------------------------------------------------------
    # What the sentences ask for
    # ----------------------------------------------------------------------

    def _explained_regulation(self):
        return self.ticket_id.regulation_id

    def _explained_start(self):
        return self.policy_id._start_name(self.start_event)

    # ----------------------------------------------------------------------
    # Popover of a chip. EXPOSED API
    # ----------------------------------------------------------------------

    @api.readonly
    def get_complaint_clocks(self):
        """Return clocks as the chip's popover shows them, going ones first.

        :return: ``[{"id", "name", "chip", "label", "due", "done", "why": [sentence],
            "warning"}]``, texts in the reader's language
        :raise AccessError: if the user may not read them
        """
        self.check_access("read")
        labels = dict(self._fields["chip_state"]._description_selection(self.env))
        return [
            {
                "id": deadline.id,
                "name": deadline.name,
                "chip": deadline.chip_state,
                "label": labels[deadline.chip_state],
                "due": deadline._format_due(),
                "done": deadline.done_date
                and format_date(self.env, deadline.done_date),
                "why": deadline._explanation_sentences(),
                "warning": deadline.warning,
            }
            for deadline in self.sorted(
                lambda item: (
                    item.state not in GOING,
                    not item.due,
                    item.due or item.id,
                )
            )
        ]
