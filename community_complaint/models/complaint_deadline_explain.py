from datetime import date

from odoo import api, fields, models
from odoo.tools import format_date

from ..tools import clock
from ..tools.explanation import Explanation
from ..tools.working_calendar import WEEKEND, CalendarError
from .complaint_deadline import GOING


class ComplaintDeadline(models.Model):
    """Why a date is that date, in sentences.

    Running clocks explain themselves when somebody asks: working it out takes less
    than a tenth of a millisecond, storing it would take a kilobyte per clock.
    Finished clocks keep the explanation they ended with.
    """

    _inherit = "complaint.deadline"

    explanation = fields.Json(compute="_compute_explanation", compute_sudo=True)
    explanation_text = fields.Text("Why", compute="_compute_explanation_text")
    warning = fields.Char(
        compute="_compute_explanation_text",
        help="What makes the date uncertain, such as holidays not published yet.",
    )

    @api.depends("state", "due", "policy_id", "start_moment", "hold_ids.end_date")
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
        story = Explanation.from_dict(deadline.explanation)
        sentences = [deadline._sentence_rule(story)]
        sentences += deadline._sentences_days(story.steps)
        for item in story.steps:
            writer = getattr(deadline, f"_sentence_{item['kind']}", None)
            if writer:
                sentences.append(writer(item))
        sentences.append(deadline._sentence_end(story))
        sentences += map(deadline._sentence_overrun, deadline._overruns().sorted("id"))
        return sentences

    # ----------------------------------------------------------------------
    # One sentence each
    # ----------------------------------------------------------------------

    def _sentences_set_date(self, set_date, working):
        """Return the sentences about a date that was set instead of counted."""
        sentences = [self.env._("The leader set this date: %s.", self._day(set_date))]
        if not working:
            sentences.append(self.env._("It is no working day."))
        return sentences

    def _day(self, text):
        return format_date(self.env, date.fromisoformat(text))

    def _sentence_rule(self, story):
        events = dict(self.policy_id._selection_events())
        values = {
            "event": events.get(self.start_event, self.start_event),
            "quantity": self.policy_id._format_quantity(
                story.rule["quantity"], story.rule["unit"]
            ),
        }
        kind = story.steps[0]["kind"]
        if kind == "start_moment":
            calendar = self.ticket_id.regulation_id._working_calendar()
            local = calendar.to_local(fields.Datetime.to_datetime(self.start_moment))
            day = format_date(self.env, local.date())
            return self.env._(
                "%(quantity)s, counted from %(moment)s (%(event)s).",
                moment=f"{day} {local:%H:%M}",
                **values,
            )
        values["date"] = self._day(story.steps[0]["date"])
        if kind == "start_counted":
            return self.env._(
                "%(quantity)s, counted from %(date)s (%(event)s), that day included.",
                **values,
            )
        return self.env._(
            "%(quantity)s, counted from the day after %(date)s (%(event)s).", **values
        )

    def _sentences_days(self, steps):
        """Return the sentences about days off, all weekends in one."""
        weekend, sentences = 0, []
        for item in steps:
            if item["kind"] != "skipped":
                continue
            if item["reason"] == WEEKEND:
                weekend += item["days"]
            elif item["days"] == 1:
                sentences.append(
                    self.env._(
                        "%(date)s does not count: %(reason)s.",
                        date=self._day(item["from"]),
                        reason=item["reason"] or self.env._("day off"),
                    )
                )
            else:
                sentences.append(
                    self.env._(
                        "%(first)s to %(last)s do not count: %(reason)s.",
                        first=self._day(item["from"]),
                        last=self._day(item["to"]),
                        reason=item["reason"] or self.env._("days off"),
                    )
                )
        if weekend == 1:
            sentences.insert(0, self.env._("1 weekend day does not count."))
        elif weekend:
            sentences.insert(0, self.env._("%s weekend days do not count.", weekend))
        return sentences

    def _sentence_makeup(self, item):
        return self.env._(
            "%(date)s counts as a working day: %(reason)s.",
            date=self._day(item["date"]),
            reason=item["reason"],
        )

    def _sentence_extension(self, item):
        return self.env._(
            "Extended by %(quantity)s: %(reason)s.",
            quantity=self.policy_id._format_quantity(item["quantity"], item["unit"]),
            reason=_bare(item["reason"]),
        )

    def _sentence_hold(self, item):
        if not item["to"]:
            return self.env._(
                "The clock stands still since %(date)s: %(reason)s.",
                date=self._day(item["from"]),
                reason=_bare(item["reason"]),
            )
        return self.env._(
            "The clock stood still from %(first)s to %(last)s (%(quantity)s): "
            "%(reason)s.",
            first=self._day(item["from"]),
            last=self._day(item["to"]),
            quantity=self.policy_id._format_quantity(item["days"], item["unit"]),
            reason=_bare(item["reason"]),
        )

    def _sentence_rolled(self, item):
        if item["reason"] == "hold":
            return self.env._(
                "The time limit cannot end before the clock runs again on %s.",
                self._day(item["to"]),
            )
        reason = item["reason"] or self.env._("day off")
        if reason == WEEKEND:
            reason = self.env._("weekend")
        return self.env._(
            "%(date)s is no working day (%(reason)s); the next one is %(next)s.",
            date=self._day(item["from"]),
            reason=reason,
            next=self._day(item["to"]),
        )

    def _sentence_unpublished(self, item):
        return self.env._(
            "The official holidays of %s are not published yet; the date may still "
            "change.",
            item["year"],
        )

    def _sentence_overrun(self, overrun):
        if overrun.new_due_date:
            return self.env._(
                "The overrun was explained to the complainant: %(reason)s. The office "
                "expects to be through by %(date)s.",
                reason=_bare(overrun.reason),
                date=format_date(self.env, overrun.new_due_date),
            )
        return self.env._(
            "The overrun was explained to the complainant: %s.", _bare(overrun.reason)
        )

    def _sentence_end(self, story):
        if not story.due_date:
            return self.env._("There is no last day until the clock runs again.")
        calendar = self.ticket_id.regulation_id._working_calendar()
        moment = fields.Datetime.to_datetime(story.due.replace("T", " "))
        return self.env._(
            "The last day is %(date)s, until %(time)s.",
            date=self._day(story.due_date),
            time=self.policy_id._format_time(moment, calendar),
        )


def _bare(reason):
    """Return a reason without its own full stop, for the middle of a sentence."""
    return (reason or "").rstrip(" .。;；")
