from odoo import models

#: Phases in which the office still works on the matter.
_WORKING = (
    "registered",
    "accepted",
    "transferred",
    "investigating",
    "mediation",
    "deciding",
)


class HelpdeskTicket(models.Model):
    """What happens next, in plain words, and what the resident may do now."""

    _inherit = "helpdesk.ticket"

    def _portal_next(self):
        """Return what happens next, as a dict.

        ``text``: one or two sentences; ``clock``: the values of the time limit that
        counts, see :meth:`_portal_clock_values`, or ``None``; ``links``: what to do, as
        ``[(anchor, label)]``; ``plan``: what the office says it will do (R07, R10).
        """
        self.ensure_one()
        clock = self._portal_next_clock()
        return {
            "text": self._portal_next_text(),
            "clock": clock and self._portal_clock_values(clock),
            "links": self._portal_next_links(),
            "plan": self.handling_plan if self.phase in _WORKING else "",
        }

    def _portal_next_clock(self):
        """Return the time limit the office works against, empty if there is none."""
        clocks = self._portal_clocks().filtered(
            lambda item: item.state == "running" and item.due_date
        )
        return clocks.sorted("due")[:1] if self.phase in _WORKING else clocks[:0]

    def _portal_next_text(self):
        """Return what happens next in one or two sentences."""
        if self.phase in ("notified", "follow_up"):
            return self._portal_next_after_result()
        return {
            "registered": self.env._(
                "We check whether we are the right office. You then get a paper from us: "
                "that we took it on, or why not."
            ),
            "accepted": self.env._("Somebody of us starts to look into the matter."),
            "transferred": self.env._(
                "Another body looks into it and reports back to us. We follow that up "
                "and tell you."
            ),
            "investigating": self.env._(
                "We look into the matter: we go there, ask people and read records. If "
                "we need something from you, we write to you here."
            ),
            "mediation": self.env._(
                "We talk with both sides to find a solution. We invite you to it."
            ),
            "deciding": self.env._(
                "We know what happened and decide now. You get the result in writing."
            ),
            "refused": self.env._(
                "We could not take this complaint on. The paper below says why."
            ),
            "withdrawn": self.env._(
                "You took the complaint back. Nothing more happens."
            ),
            "closed": self.env._("The case is finished. You can still write to us."),
            "archived": self.env._("The case is finished and on file."),
        }[self.phase]

    def _portal_next_after_result(self):
        """Return what follows the result: confirm it, contest it or leave it."""
        if self._portal_unconfirmed():
            return self.env._(
                "The result is there. Please open the paper below, read it and confirm "
                "that you received it."
            )
        return self.env._(
            "You have the result. If you agree with it, you need not do anything."
        )

    def _portal_unconfirmed(self):
        """Return the papers the complainant has not confirmed yet."""
        return self._portal_notices().filtered(lambda item: item.state == "issued")

    def _portal_next_links(self):
        """Return what the resident may do now, as ``[(anchor, label)]``."""
        if self._portal_unconfirmed():
            return [("papers", self.env._("To my papers"))]
        return []

    def _portal_next_date(self):
        """Return what the office promised next, or that it is late with it."""
        clock = self._portal_next_clock()
        if not clock:
            return ""
        return self.env._(
            "%(limit)s: %(when)s", limit=clock.name, when=self._portal_clock_text(clock)
        )
