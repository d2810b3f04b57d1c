from odoo import models
from odoo.tools import format_date


class ComplaintAppeal(models.Model):
    """An appeal as who filed it in the portal sees it."""

    _inherit = "complaint.appeal"

    def _portal_values(self):
        """Return what is shown of one appeal, as a dict.

        ``number``, ``title``, ``filed`` (the office's date), ``status``, ``text``,
        ``grounds``, ``files`` and ``clocks``, see
        ``helpdesk.ticket._portal_clock_values``.
        """
        self.ensure_one()
        case = self.ticket_id
        # by when the office asked the superior body is no promise
        clocks = self.deadline_ids.filtered(
            lambda item: item._portal_is_shown() and not item.source_model
        )
        return {
            "number": self.number,
            "title": self.level_id.name or self.env._("Appeal"),
            "filed": case._office_date(self.filed_date),
            "status": self._portal_status(),
            "text": self._portal_text(),
            "grounds": self.grounds or "",
            "files": self.attachment_ids,
            "clocks": [
                case._portal_clock_values(clock)
                for clock in clocks.sorted("start_moment")
            ],
        }

    def _portal_status(self):
        """Return where the appeal stands in two or three words."""
        return {
            "filed": self.env._("We have it"),
            "under_review": self.env._("Being reviewed"),
            "decided": self.env._("Decided"),
            "dismissed": self.env._("Not taken up"),
            "withdrawn": self.env._("Taken back"),
            "unanswered": self.env._("No answer in time"),
        }[self.state]

    def _portal_text(self):
        """Return what that means, in one or two sentences."""
        if self.state == "filed" and self.is_late and not self.admitted_by_id:
            return self.env._(
                "It came after the last day, %s. The head of the office decides whether "
                "it is taken up all the same.",
                format_date(self.env, self.window_end),
            )
        if self.state in ("filed", "under_review"):
            return self._portal_who_decides()
        if self.state == "decided":
            outcomes = dict(self._fields["outcome"]._description_selection(self.env))
            return self.env._(
                "%s. The paper above tells you the reasons.", outcomes[self.outcome]
            )
        if self.state == "dismissed":
            return self.env._("The paper above tells you the reasons.")
        if self.state == "unanswered":
            return self.env._("You went on to the next level, which decides now.")
        return self.env._("Nothing more happens with it.")

    def _portal_who_decides(self):
        if self.authority == "superior":
            return self.env._("%s decides on it, not we.", self.body_name)
        return self.env._("Somebody who had no part in the result looks at it again.")
