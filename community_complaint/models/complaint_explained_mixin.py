from datetime import date

from odoo import fields, models
from odoo.tools import format_date

from ..tools.explanation import Explanation
from ..tools.working_calendar import WEEKEND


class ComplaintExplainedMixin(models.AbstractModel):
    """Sentences on why a date is that date, from the explanation of the engine.

    Adopters say by ``_explained_regulation`` whose calendar it is, and by
    ``_explained_start`` what the limit starts with.
    """

    _name = "complaint.explained.mixin"
    _description = "Explained Date"

    def _explained_regulation(self):
        """Return the regulation whose calendar counts. To be implemented."""
        raise NotImplementedError

    def _explained_start(self):
        """Return what the limit starts with, in the reader's language. To implement."""
        raise NotImplementedError

    def _story_sentences(self, explanation):
        """Return why a date is that date, one sentence a list item.

        :param explanation: an :class:`~..tools.explanation.Explanation` as plain data
        """
        story = Explanation.from_dict(explanation)
        sentences = [self._sentence_rule(story)]
        sentences += self._sentences_days(story.steps)
        for item in story.steps:
            writer = getattr(self, f"_sentence_{item['kind']}", None)
            if writer:
                sentences.append(writer(item))
        sentences.append(self._sentence_end(story))
        return sentences

    # ----------------------------------------------------------------------
    # One sentence each
    # ----------------------------------------------------------------------

    def _day(self, text):
        return format_date(self.env, date.fromisoformat(text))

    def _sentence_rule(self, story):
        values = {
            "event": self._explained_start(),
            "quantity": self.env["complaint.sla.policy"]._format_quantity(
                story.rule["quantity"], story.rule["unit"]
            ),
        }
        kind = story.steps[0]["kind"]
        if kind == "start_moment":
            calendar = self._explained_regulation()._working_calendar()
            start = fields.Datetime.to_datetime(story.start.replace("T", " "))
            local = calendar.to_local(start)
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
                        reason=self._day_off(item, self.env._("day off")),
                    )
                )
            else:
                sentences.append(
                    self.env._(
                        "%(first)s to %(last)s do not count: %(reason)s.",
                        first=self._day(item["from"]),
                        last=self._day(item["to"]),
                        reason=self._day_off(item, self.env._("days off")),
                    )
                )
        if weekend == 1:
            sentences.insert(0, self.env._("1 weekend day does not count."))
        elif weekend:
            sentences.insert(0, self.env._("%s weekend days do not count.", weekend))
        return sentences

    def _day_off(self, item, unnamed=""):
        """Return why a day is what it is, and whether that is an estimate."""
        reason = item["reason"] or unnamed
        if not item.get("estimated"):
            return reason
        return self.env._("%s, estimated, not announced yet", reason)

    def _sentence_makeup(self, item):
        return self.env._(
            "%(date)s counts as a working day: %(reason)s.",
            date=self._day(item["date"]),
            reason=self._day_off(item),
        )

    def _sentence_extension(self, item):
        return self.env._(
            "Extended by %(quantity)s: %(reason)s.",
            quantity=self.env["complaint.sla.policy"]._format_quantity(
                item["quantity"], item["unit"]
            ),
            reason=bare(item["reason"]),
        )

    def _sentence_hold(self, item):
        if not item["to"]:
            return self.env._(
                "The clock stands still since %(date)s: %(reason)s.",
                date=self._day(item["from"]),
                reason=bare(item["reason"]),
            )
        return self.env._(
            "The clock stood still from %(first)s to %(last)s (%(quantity)s): "
            "%(reason)s.",
            first=self._day(item["from"]),
            last=self._day(item["to"]),
            quantity=self.env["complaint.sla.policy"]._format_quantity(
                item["days"], item["unit"]
            ),
            reason=bare(item["reason"]),
        )

    def _sentence_rolled(self, item):
        if item["reason"] == "hold":
            return self.env._(
                "The time limit cannot end before the clock runs again on %s.",
                self._day(item["to"]),
            )
        weekend = item["reason"] == WEEKEND and self.env._("weekend")
        reason = self._day_off(
            {**item, "reason": weekend or item["reason"]}, self.env._("day off")
        )
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

    def _sentence_end(self, story):
        if not story.due_date:
            return self.env._("There is no last day until the clock runs again.")
        calendar = self._explained_regulation()._working_calendar()
        moment = fields.Datetime.to_datetime(story.due.replace("T", " "))
        return self.env._(
            "The last day is %(date)s, until %(time)s.",
            date=self._day(story.due_date),
            time=self.env["complaint.sla.policy"]._format_time(moment, calendar),
        )


def bare(reason):
    """Return a reason without its own full stop, for the middle of a sentence."""
    return (reason or "").rstrip(" .。;；")
