from odoo import models

from ..tools.appeal_steps import APPEALABLE_PHASES


class HelpdeskTicket(models.Model):
    """There was no answer in time: a level of appeal may open without a notice.

    Which answer is waited for stands at the level (``silence_of``): the office's for the
    first, the decision of the level below for the others. By when, its own time limit
    says, holds and extensions included. Silence that was contested is silence all the
    same: its clock is late for good.
    """

    _inherit = "helpdesk.ticket"

    def _silent_since(self, level, party):
        """Return the last day on which one case should have been answered, if it is over.

        :param level: the first ``complaint.appeal.level`` of the ladder, maybe empty
        :param party: ``complaint.respondent``; only the complainant waits for an answer
        :return: the office's date, ``None`` if nobody was silent or it was contested
        """
        if party or not level.silence_of or not level._is_open_to(party):
            return None
        if self.phase in APPEALABLE_PHASES:
            return None
        day = self.deadline_ids._silent_since(level.silence_of)
        nothing = self.appeal_ids.browse()
        return None if day and self._was_contested(day, nothing) else day

    def _unanswered_appeal(self, party):
        """Return the open appeal of a party whose decision is late, and since when.

        :param party: ``complaint.respondent``, empty for the complainant
        :return: ``(complaint.appeal, last day for its decision)``; ``(empty, None)`` if
            the next level does not open without it
        """
        appeal = self.appeal_ids.filtered(lambda item: item._is_open())[:1]
        nothing = appeal.browse(), None
        if not appeal or appeal._party() != party:
            return nothing
        level = appeal.level_id._next()
        if not level.silence_of or not level._is_open_to(party):
            return nothing
        day = appeal.deadline_ids._silent_since(level.silence_of)
        if not day or self._was_contested(day, appeal):
            return nothing
        return appeal, day

    def _was_contested(self, day, awaited):
        """Return whether the silence since a day was appealed against and decided on.

        :param awaited: the appeal that was not answered, empty for the complaint itself
        """
        return any(
            appeal.state in ("decided", "dismissed")
            and appeal._against_silence()
            and (appeal.window_start, appeal.awaited_id) == (day, awaited)
            for appeal in self.appeal_ids
        )
