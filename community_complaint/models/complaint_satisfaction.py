from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.urls import urljoin

from ..tools.steps import FINISHED_PHASES

#: How somebody takes it by the mark they give.
_TAKEN = {
    "5": "satisfied",
    "4": "satisfied",
    "3": "partly",
    "2": "dissatisfied",
    "1": "dissatisfied",
}


class HelpdeskTicket(models.Model):
    """After the end the complainant is asked how satisfied they are (R14 4).

    The answer is a follow-up. It comes from the page of the case (account or receipt
    code), from a slip or a call that somebody writes down, and for **open** cases also by
    a link in a mail: ``rating.rating`` then knows a token and a mark, and as customer the
    neutral proxy; no identity is ever in it (THREATS 3).
    """

    _inherit = "helpdesk.ticket"

    # ----------------------------------------------------------------------
    # Asking
    # ----------------------------------------------------------------------

    def _may_answer_survey(self):
        """Return whether the complainant may still say how satisfied they are."""
        self.ensure_one()
        return (
            self.regulation_id.ask_satisfaction
            and self.phase in FINISHED_PHASES
            and self.phase not in ("refused", "withdrawn")
            and not self._survey_answer()
        )

    def _survey_answer(self):
        """Return what the complainant answered since the case was closed."""
        closed = self.closed_date and self._office_date(self.closed_date)
        return self.follow_up_ids.filtered(
            lambda item: (
                item.way == "survey"
                and item.state == "done"
                and item.date
                and (not closed or item.date >= closed)
            )
        )[-1:]

    def _mail_survey(self):
        """Ask the complainants of open cases who left an address, by a link."""
        for ticket in self.filtered(
            lambda item: (
                item.regulation_id.ask_satisfaction and item.confidentiality == "open"
            )
        ):
            # sudo: helpdesk.ticket - the token is mailed and shown to nobody here
            asked = ticket.sudo().with_context(lang=ticket._paper_lang())
            address = asked.identity_ids[:1].email
            if address:
                # no dispatch: staff reads those, and the link is the complainant's vote
                asked.env["mail.mail"].create(
                    {
                        **asked._prepare_outgoing_mail(automatic=True),
                        "body_html": asked._survey_body(),
                        "email_to": address,
                    }
                )

    def _survey_body(self):
        """Return the mail with one link per mark."""
        token = self._rating_get_access_token()
        base = self.get_base_url()
        marks = [
            (5, self.env._("Satisfied")),
            (3, self.env._("Partly satisfied")),
            (1, self.env._("Dissatisfied")),
        ]
        links = Markup("").join(
            Markup('<p><a href="%s">%s</a></p>')
            % (urljoin(base, f"/rate/{token}/{mark}"), label)
            for mark, label in marks
        )
        return Markup("<p>%s</p>%s<p>%s</p>") % (
            self.env._(
                "Your complaint %s is finished. How satisfied are you with the result?",
                self.number,
            ),
            links,
            self.env._("Your answer goes to the office only. Thank you."),
        )

    # ----------------------------------------------------------------------
    # Answering
    # ----------------------------------------------------------------------

    def _take_survey(self, score, solved=None, note=None):
        """Record what a complainant answered; low marks propose to reopen the case.

        :param score: key of ``complaint.follow.up.score``
        :param solved: key of ``complaint.follow.up.solved``, if they said so
        :param note: their own words, kept without what tells who they are
        :raise UserError: if nobody asks (any more)
        """
        self.ensure_one()
        self._lock_step()
        if not self._may_answer_survey() or score not in _TAKEN:
            raise UserError(self.env._("Your answer was taken already. Thank you."))
        # sudo: complaint.follow.up - the office's service writes for the complainant
        case = self.sudo()
        planned = case.follow_up_ids.filtered(lambda item: item.state == "planned")[:1]
        answer = planned or planned._create_sealed(
            "survey", [{"ticket_id": case.id, "round": 0}]
        )
        answer._answer_survey(
            score=score,
            result=_TAKEN[score],
            solved=solved,
            # their own words: nobody of the office tries names here
            note=case._identity_redactor()(note) if note else False,
        )
        return answer.with_env(self.env)

    def _tell_dissatisfied(self):
        """Give the leader of the desk something to do."""
        self.ensure_one()
        desk = self.team_id
        people = (desk.user_id + self.user_id + desk.user_ids) - self.conflict_user_ids
        office = self.with_context(lang=self._paper_lang())
        if user := people.filtered("active")[:1]:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=office.env._("Somebody is not satisfied: reopen the case?"),
                user_id=user.id,
            )


class ComplaintRegulation(models.Model):
    _inherit = "complaint.regulation"

    ask_satisfaction = fields.Boolean(
        "Asks How Satisfied They Are",
        help="After the end the complainant may say so on the page of the case; in open "
        "cases a mail asks for it.",
    )
