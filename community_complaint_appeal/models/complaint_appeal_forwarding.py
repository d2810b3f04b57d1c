from odoo import fields, models
from odoo.tools import format_date

from odoo.addons.community_complaint.tools.clock import GOING

#: Calendar days after which an answer is asked for where the text sets no limit.
_DAYS = 30


class ComplaintAppealForwarding(models.AbstractModel):
    """An appeal in the hands of the superior body: the letter, the answer, the appellant.

    That it was forwarded says that the letter was issued; whether it left, and arrived,
    its dispatch knows.
    """

    _name = "complaint.appeal.forwarding"
    _description = "Forwarding of an Appeal"

    def _superior_name(self):
        """Return the name of the body that decides, as letters address it."""
        return self.level_id._superior_partner().name or self.body_name

    # ----------------------------------------------------------------------
    # By when
    # ----------------------------------------------------------------------

    def _ask_for_answer(self):
        """Settle by when one appeal is asked to be decided.

        Where no limit of the text runs, a clock of the office's own does: it reminds, and
        goes up to the leader.
        """
        case = self.ticket_id
        limit = self.due_date
        day = self.answer_date or limit
        if not day:
            day = fields.Date.add(case._office_date(), days=_DAYS)
        self._write_step({"answer_date": day})
        if not limit:
            self._set_asked_clock(day)

    def _set_own_clock(self):
        """Let no appeal sleep that this office decides and the text sets no limit for."""
        if self.authority == "same_office" and not self.due_date:
            day = fields.Date.add(self.ticket_id._office_date(), days=_DAYS)
            self._set_asked_clock(day)

    def _ask_anew(self):
        """Ask for the answer that is still owed to one appeal, whoever decides on it."""
        day = fields.Date.add(self.ticket_id._office_date(), days=_DAYS)
        self._write_step({"answer_date": day})
        self._set_asked_clock(day)

    def _set_asked_clock(self, day):
        clocks = self.ticket_id._set_due(
            day,
            start_event="appeal_accepted",
            end_event="appeal_decided",
            title=self.env._("Decision asked of %s", self._superior_name()),
            source=self,
        )
        clocks._write_sealed("appeal", {"appeal_id": self.id})

    def _asked_clocks(self):
        """Return the clocks of one appeal that the office set for itself."""
        return self.deadline_ids.filtered(
            lambda item: item.state in GOING and item._has_source(self)
        )

    # ----------------------------------------------------------------------
    # A hearing (信访 36)
    # ----------------------------------------------------------------------

    def _gates_hear(self, _text, date=None, until=None):
        if not self.level_id.hearing_left_out:
            yield self.env._("The days of a hearing count here.")
        elif not (date and until and date <= until and self._came_between(date)):
            yield self.env._(
                "The hearing lies between the appeal and today; say its first and its "
                "last day."
            )
        elif not self._came_between(until):
            yield self.env._("The hearing is not over yet: record it then.")

    def _after_hear(self, given, date, until):
        """Leave its days out, and tell the appellant the new last day."""
        limits = self.deadline_ids.filtered(
            lambda item: item.state in GOING and not item.set_date
        )
        before = self.due_date
        limits._leave_out(
            date,
            until,
            self.env._("Hearing: %s", self.ticket_id._without_names(given)),
        )
        self.invalidate_recordset(["due_date"])
        if self.answer_date == before:
            self._write_step({"answer_date": self.due_date})
        office = self.with_context(lang=self.ticket_id._paper_lang())
        dates = {
            name: format_date(office.env, value, date_format="long")
            for name, value in (
                ("first", date),
                ("last", until),
                ("day", self.due_date),
            )
        }
        self._tell_appellant(
            office.env._(
                "On your appeal %(number)s there was a hearing. Its days, %(first)s to "
                "%(last)s, do not count: a decision is due by %(day)s.",
                number=self.number,
                **dates,
            )
        )

    # ----------------------------------------------------------------------
    # The letter
    # ----------------------------------------------------------------------

    def _letters(self):
        """Return the letters that forward one appeal, without void ones if others exist."""
        letters = self.notice_ids.filtered(lambda item: item.kind == "appeal_referral")
        return letters.filtered(lambda item: item.state != "void") or letters

    def _prove_letters(self):
        """Take letters for arrived that the superior body answered."""
        # sudo: complaint.dispatch - the answer proves it, whoever records it
        waiting = self._letters().sudo().dispatch_ids
        for dispatch in waiting.filtered(lambda item: item.state == "sent"):
            dispatch._do_step(
                "prove",
                self.env._(
                    "Answered by decision %(number)s of %(day)s.",
                    number=self.superior_number,
                    day=self.superior_date,
                ),
            )

    def _call_off_letters(self):
        """Keep back the letters of one appeal that was withdrawn.

        Those that left cannot be: somebody has to write to the superior body.
        """
        letters = self._letters().filtered(lambda item: item.state != "void")
        if not letters:
            return
        if letters._has_left():
            self.ticket_id._remind_of_mail(
                self.env._(
                    "Tell %(body)s that appeal %(number)s was withdrawn",
                    body=self._superior_name(),
                    number=self.number,
                )
            )
        else:
            letters._do_step("void", self.env._("The appeal was withdrawn."))

    # ----------------------------------------------------------------------
    # The appellant
    # ----------------------------------------------------------------------

    def _tell_forwarded(self):
        """Tell the appellant where one appeal went, unless a paper does."""
        if self.notice_ids.filtered(lambda item: item.kind == "appeal_receipt"):
            return
        office = self.with_context(lang=self.ticket_id._paper_lang())
        text = office.env._(
            "Your appeal %(number)s goes to %(body)s, which decides on it. We asked for a "
            "decision by %(day)s and will tell you.",
            number=self.number,
            body=office._superior_name(),
            day=format_date(office.env, self.answer_date, date_format="long"),
        )
        self._tell_appellant(text)

    def _tell_appellant(self, text):
        """Tell the appellant of one appeal how far it is."""
        vals = {
            "ticket_id": self.ticket_id.id,
            "addressee": self.appellant,
            "respondent_id": self._party().id,
            "content": text,
            "event": self.appellant == "complainant" and "informed",
        }
        self.env["complaint.dispatch"]._queue([vals])
