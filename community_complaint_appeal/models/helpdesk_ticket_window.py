from datetime import date, time
from typing import NamedTuple

from odoo import models
from odoo.tools import format_date

from odoo.addons.community_complaint.tools import clock
from odoo.addons.community_complaint.tools.working_calendar import CalendarError

from ..tools.appeal_steps import APPEALABLE_PHASES, RESULT_KINDS


class AppealWindow(NamedTuple):
    """What one party of a case may do against the result, and until when.

    ``level``: ``complaint.appeal.level`` to apply at, empty if there is none;
    ``notice``: the ``complaint.notice`` that would be contested; ``start``: the office's
    date the window is counted from, ``None`` until that happens; ``end``: its last day,
    ``None`` while there is none; ``open``: the party may apply today; ``state``: ``open``,
    ``late`` (over: the leader may admit it), or why not: ``unknown`` (no appeal in this
    regulation), ``no_result``, ``busy`` (an appeal is open), ``not_party``, ``final``;
    without a notice the party may apply against silence: the office's, or that of the
    body that was to decide on ``awaited``, a ``complaint.appeal``;
    ``reason``: the state as a sentence in the reader's language; ``story``: why that last
    day, plain data of ``clock.Explanation``.
    """

    state: str
    reason: str
    level: models.Model
    notice: models.Model
    start: date | None = None
    end: date | None = None
    story: dict | None = None
    awaited: models.Model | None = None

    @property
    def open(self):
        """Tell whether the party may apply today."""
        return self.state == "open"

    @property
    def silent(self):
        """Tell whether what may be contested is that there was no answer in time."""
        return self.state in ("open", "late") and not self.notice


class HelpdeskTicket(models.Model):
    """The window in which a party may contest the result.

    It is no ``complaint.deadline``: such a clock runs once per case, this window once
    per party, from the day the notice reached that party. It is worked out from the
    calendar of the day and frozen on the appeal when that is filed.
    """

    _inherit = "helpdesk.ticket"

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    def _appeal_window(self, party=None):
        """Return the :class:`AppealWindow` of one party of one case.

        :param party: ``complaint.respondent`` of the case; the complainant by default
        """
        self.ensure_one()
        case = self._as_appeal_facts()
        party = case.respondent_ids.browse(party.id if party else ())
        return case._work_out_window(party)

    def _appeal_windows(self):
        """Return ``{case: {party: AppealWindow}}`` of all parties of all cases.

        The complainant is the empty ``complaint.respondent``.
        """
        nobody = self.env["complaint.respondent"]
        return {
            self.browse(case.id): {
                nobody.browse(party.ids): case._work_out_window(party)
                for party in (case.respondent_ids.browse(), *case.respondent_ids)
            }
            for case in self._as_appeal_facts()
        }

    def _appeal_window_sentences(self, window, lang=None):
        """Return what a party is told about its right of appeal, as sentences.

        :param window: :class:`AppealWindow` of this case
        :param lang: language code, the reader's by default; papers give theirs
        """
        self.ensure_one()
        case = self.with_context(lang=lang) if lang else self
        if window.state not in ("open", "late"):
            return [window.reason]
        sentences = [case._appeal_right_sentence(window)]
        if window.end:
            sentences += case._appeal_window_why(window)
        if window.state == "late":
            sentences.append(window.reason)
        return sentences

    def _appeal_window_why(self, window, lang=None):
        """Return why the last day of a window is that day, as sentences."""
        if not window.story:
            return []
        # the clock explains itself; here there is none on file
        story = self.env["complaint.deadline"].new(
            {
                "ticket_id": self.id,
                "state": "met",
                "start_event": self._appeal_start_label(window, lang),
                "frozen_explanation": window.story,
            }
        )
        return story._explanation_sentences(lang or self.env.lang)

    # ----------------------------------------------------------------------
    # Working it out
    # ----------------------------------------------------------------------

    def _as_appeal_facts(self):
        """Return the cases with the rights to read what windows depend on."""
        # sudo: helpdesk.ticket - when a right ends is the same whoever asks
        return self._origin.sudo()

    def _work_out_window(self, party):
        """Return the :class:`AppealWindow` of one party of one case."""
        ladder = self.regulation_id._appeal_ladder()
        last = self._appeal_that_counts()
        level = last.level_id._next() if last else ladder[:1]
        notice = self._contested_notice(last, party)
        state, reason = self._appeal_obstacle(ladder, last, level, notice, party)
        if state == "no_result" and (day := self._silent_since(ladder[:1], party)):
            return self._window_of(ladder[:1], notice.browse(), day)
        if state == "busy":
            awaited, day = self._unanswered_appeal(party)
            if awaited:
                return self._window_of(
                    awaited.level_id._next(), notice.browse(), day, awaited
                )
        if state:
            return AppealWindow(state, reason, level, notice)
        return self._window_of(level, notice, self._window_start(level, last, notice))

    def _window_of(self, level, notice, start, awaited=None):
        """Return the :class:`AppealWindow` at a level that counts from a day.

        :param notice: what would be contested; none against silence
        :param start: the office's date, or ``None``
        :param awaited: the appeal whose decision did not come
        """
        end, story, problem = self._window_end(level, start)
        today = self._office_date()
        late = bool(end and end < today)
        return AppealWindow(
            "late" if late else "open",
            problem or self._window_reason(level, start, end, late),
            level,
            notice,
            start,
            end,
            story,
            awaited,
        )

    def _appeal_that_counts(self):
        """Return the decided appeal that the next level would contest, if any.

        A result notice that came later, after a remand or a reopening, starts the ladder
        anew.
        """
        decided = self.appeal_ids.filtered(
            lambda item: (
                item.state == "decided"
                and not (item._against_silence() and item.outcome == "remanded")
            )
        )
        last = decided.sorted("id")[-1:]
        results = self.notice_ids.filtered(lambda item: item.kind == "result")
        newest = max(last.notice_ids.ids, default=0)
        return last if last and max(results.ids, default=0) < newest else last.browse()

    def _contested_notice(self, last, party):
        """Return the newest notice of what would be contested, addressed to a party."""
        addressee = "respondent" if party else "complainant"
        return (
            self._contested_notices(last)
            .filtered(
                lambda item: item.addressee == addressee and item.respondent_id == party
            )
            .sorted("id")[-1:]
        )

    def _contested_notices(self, last):
        """Return the notices that told the parties what would be contested."""
        kinds = RESULT_KINDS if last else ("result",)
        return (last or self).notice_ids.filtered(
            lambda item: item.kind in kinds and item.state != "void"
        )

    def _appeal_obstacle(self, ladder, last, level, notice, party):
        """Return ``(state, reason)`` of what keeps a party from applying at all."""
        busy = self.appeal_ids.filtered(lambda item: item._is_open())
        if not ladder:
            return "unknown", self.env._(
                "%s knows no appeal.", self.regulation_id.name or self.number
            )
        if busy:
            return "busy", self.env._("Appeal %s is open.", busy[:1].number)
        if self.phase not in APPEALABLE_PHASES:
            return "no_result", self.env._("There is no result yet to appeal against.")
        if not level:
            return "final", self.env._(
                "The decision on appeal %s is final here.", last.number
            )
        if not level._is_open_to(party):
            return "not_party", self._only_applicant(level)
        if not notice:
            return "no_result", self.env._(
                "No notice of the result was issued to this party."
            )
        return None, None

    def _only_applicant(self, level):
        if level.applicant == "respondent":
            return self.env._("Only the respondents may apply: %s.", level.name)
        return self.env._("Only the complainant may apply: %s.", level.name)

    def _window_start(self, level, last, notice):
        """Return the office's date a window is counted from, or ``None``."""
        if level.start_event == "issued":
            return self._office_date(notice.issued_date)
        if level.start_event == "served":
            return notice.served_date or None
        days = self._contested_notices(last).mapped("served_date")
        return max(days) if all(days) else None

    def _window_end(self, level, start):
        """Return ``(last day, story, problem)`` of a window.

        A calendar that makes no sense must not cost anybody a right: the window then has
        no last day and says why.
        """
        if not start or not level.quantity:
            return None, None, None
        try:
            due = clock.due(
                level._rule(),
                self._office_moment(start, time(12)),
                self.regulation_id._working_calendar(),
            )
        except (clock.ClockError, CalendarError) as error:
            return None, None, self.regulation_id._clock_error_text(error)
        return due.date, due.explanation.to_dict(), None

    # ----------------------------------------------------------------------
    # Sentences
    # ----------------------------------------------------------------------

    def _window_reason(self, level, start, end, late):
        """Return how long a party may apply, in one sentence."""
        if late:
            return self.env._(
                "The time to apply ended on %s.", format_date(self.env, end)
            )
        if end:
            return self.env._("Possible until %s.", format_date(self.env, end))
        if not level.quantity:
            return self.env._("There is no time limit.")
        return self.env._(
            "Possible for %s after the notice is served.", level._format_window()
        )

    def _appeal_right_sentence(self, window):
        """Return to whom a party may turn, and for how long, in one sentence."""
        level = window.level.with_context(lang=self.env.lang)
        values = {"level": level._label(), "body": level._body_name()}
        if window.awaited and window.awaited.authority == "superior":
            return self.env._(
                "The time for the answer of %(awaited)s is over. You need not wait for "
                "it: you may apply to %(body)s: %(level)s.",
                awaited=window.awaited.with_context(lang=self.env.lang).body_name,
                **values,
            )
        if window.silent:
            return self.env._(
                "The time for our answer is over. You need not wait for it: you may apply "
                "to %(body)s: %(level)s.",
                **values,
            )
        if not level.quantity:
            return self.env._(
                "If you do not agree, you may apply to %(body)s: %(level)s.", **values
            )
        values["quantity"] = level._format_window()
        if level.start_event == "served":
            return self.env._(
                "If you do not agree, you may apply to %(body)s within %(quantity)s of "
                "receiving this notice: %(level)s.",
                **values,
            )
        if level.start_event == "issued":
            return self.env._(
                "If you do not agree, you may apply to %(body)s within %(quantity)s of "
                "the date of this notice: %(level)s.",
                **values,
            )
        return self.env._(
            "If you do not agree, you may apply to %(body)s within %(quantity)s after "
            "both sides have received the notice: %(level)s.",
            **values,
        )

    def _appeal_start_label(self, window, lang=None):
        """Return what a window is counted from, in a few words."""
        env = self.with_context(lang=lang).env if lang else self.env
        if not window.notice:
            return env._("last day for the answer")
        return {
            "served": env._("notice received"),
            "all_served": env._("notices received by both sides"),
            "issued": env._("notice issued"),
        }[window.level.start_event]
