from odoo import Command, api, fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.community_complaint.models.helpdesk_ticket_tell import MAX_MAILED
from odoo.addons.community_complaint.tools import paper_text
from odoo.addons.community_complaint.tools.life import More
from odoo.addons.community_complaint.tools.notice_kinds import Kind

from ..tools.appeal_steps import RESULT_KINDS

#: What ends an appeal for the parties.
ANSWER_KINDS = (*RESULT_KINDS, "appeal_dismissed")
#: Papers that tell where to turn next.
_APPEALABLE = ("result", *RESULT_KINDS)
_lt = LazyTranslate(__name__)
#: Rulings are written like appeal results, under their own names.
KINDS = {
    "appeal_receipt": Kind("申受", _lt("Acknowledgement of the Appeal")),
    "appeal_referral": Kind("申移", _lt("Letter Forwarding an Appeal"), duty="serve"),
    "appeal_result": Kind("申", _lt("Notice of the Result of the Appeal")),
    "appeal_dismissed": Kind("申驳", _lt("Notice of Dismissal of the Appeal")),
    "arbitration_ruling": Kind("裁", _lt("Arbitration Ruling"), parts="appeal_result"),
    "final_ruling": Kind("终", _lt("Final Ruling"), parts="appeal_result"),
}


class ComplaintNotice(models.Model):
    """The papers of an appeal, and what stands on others about the right to appeal.

    A respondent's paper has nothing on the complainant.
    """

    _inherit = "complaint.notice"

    _openings = {"issue": More(writes=("appeal_id",))}

    kind = fields.Selection(
        selection_add=[
            ("appeal_receipt", "Acknowledgement of an appeal"),
            ("appeal_referral", "Letter forwarding an appeal"),
            ("appeal_result", "Appeal result notice"),
            ("appeal_dismissed", "Notice of dismissal of an appeal"),
            ("arbitration_ruling", "Arbitration ruling"),
            ("final_ruling", "Final ruling"),
        ],
        ondelete=dict.fromkeys(KINDS, "cascade"),
    )
    appeal_id = fields.Many2one(
        "complaint.appeal", readonly=True, copy=False, index="btree_not_null"
    )

    @api.model
    def _kinds(self):
        """OVERRIDE: add the papers of an appeal."""
        return {**super()._kinds(), **KINDS}

    def _after_serve(self, **more):  # pylint: disable=missing-return
        """OVERRIDE: tell the clocks of appeals whose notices are now all served."""
        super()._after_serve(**more)
        answers = self.filtered(lambda item: item.kind in ANSWER_KINDS)
        for appeal in answers.appeal_id:
            notices = appeal.notice_ids.filtered(
                lambda item: item.kind in ANSWER_KINDS and item.state != "void"
            )
            if all(notices.mapped("served_date")):
                case = appeal.ticket_id
                kinds = set(notices.mapped("kind"))
                case._emit_event("appeal_served", max(map(case._served_moment, kinds)))

    def _addressee(self):
        """OVERRIDE: the superior body that decides an appeal."""
        if self.addressee == "superior":
            return self.appeal_id._superior_name()
        return super()._addressee()

    def _prepare_again_vals(self):
        """OVERRIDE: the same appeal."""
        return {**super()._prepare_again_vals(), "appeal_id": self.appeal_id.id}

    # ----------------------------------------------------------------------
    # What stands on the papers
    # ----------------------------------------------------------------------

    def _paper_title(self):
        """OVERRIDE: a level of appeal may name its paper."""
        own = self.kind in RESULT_KINDS and self.appeal_id.level_id.paper_title
        return own or super()._paper_title()

    def _paper_clause(self):
        """OVERRIDE: the clause of the time limit of the appeal, or of its level."""
        level = self.appeal_id.level_id
        if not level:
            return super()._paper_clause()
        policies = self.ticket_id.regulation_id.sla_policy_ids.filtered(
            lambda item: (
                item.clause
                and item.end_event in ("appeal_served", "appeal_decided")
                and item.appeal_level in (0, level.number)
            )
        )
        return policies[:1].clause or level.clause

    def _paper_clocks(self):
        """OVERRIDE: what the office promises for the appeal, or anew after a remand."""
        clocks = super()._paper_clocks()
        if self.kind in ("appeal_receipt", "appeal_referral"):
            return clocks.filtered(lambda item: item.appeal_id == self.appeal_id)
        if self.appeal_id:
            return clocks.filtered(lambda item: item.start_event == "appeal_remanded")
        return clocks

    # ----------------------------------------------------------------------
    # Decisions of the body above: they are its own, this office only hands them on
    # ----------------------------------------------------------------------

    def _is_of_superior(self):
        """Return whether one paper tells what a body above decided."""
        return (
            self.kind in RESULT_KINDS
            and self.appeal_id.level_id.authority == "superior"
        )

    def _paper_values(self):
        """OVERRIDE: the body above heads its decision, with its own number and day."""
        values = super()._paper_values()
        if not self._is_of_superior():
            return values
        return {
            **values,
            "office": self._paper_body(),
            "number": self.appeal_id.superior_number,
            "issued": self._paper_day(self.appeal_id.superior_date),
            "closing": [
                *values["closing"],
                self.env._(
                    "Handed on by %(office)s under %(number)s on %(date)s.",
                    office=self.company_id.name,
                    number=self.number,
                    date=self._paper_date(self.issued_date),
                ),
            ],
        }

    def _paper_body(self):
        """Return the letterhead of the body that decided, as far as it is on file."""
        level = self.appeal_id.level_id
        name, body = level._body_name(), level.body_partner_id
        return {
            "name": name,
            "size": self._paper_name_size(name),
            "address": body._body_address() if body else False,
            "phone": body.phone,
            "email": body.email,
        }

    # ----------------------------------------------------------------------
    # The right to appeal
    # ----------------------------------------------------------------------

    def _paper_appeal(self):
        """OVERRIDE: to whom the addressee may turn, until when, and why until then."""
        sentences = super()._paper_appeal()
        if self.kind not in _APPEALABLE or self.appeal_id.outcome == "remanded":
            return sentences
        if self.appeal_id.level_id.is_last:
            return [
                *sentences,
                self.env._("This decision is final: no further appeal follows here."),
            ]
        window = self.ticket_id._appeal_window(self.respondent_id)
        if window.notice != self or window.state not in ("open", "late"):
            return sentences
        return [
            *sentences,
            *self.ticket_id._appeal_window_sentences(window, self.lang),
        ]

    # ----------------------------------------------------------------------
    # Acknowledgement, to the appellant
    # ----------------------------------------------------------------------

    def _paper_opening_appeal_receipt(self):
        return [
            self.env._(
                "We received your appeal on %(date)s. Under %(rules)s, %(body)s now "
                "deals with it.",
                date=self._paper_date(self.appeal_id.filed_date),
                rules=self._paper_rules(),
                body=self.appeal_id.body_name,
            )
        ]

    def _paper_opening_appeal_receipt_respondent(self):
        return self._paper_opening_appeal_receipt()

    def _paper_facts_appeal_receipt(self):
        return self._paper_facts_appeal_result()

    def _paper_facts_appeal_receipt_respondent(self):
        return self._paper_facts_appeal_result_respondent()

    def _paper_deadlines_appeal_receipt(self):
        return self._paper_deadlines()

    def _paper_deadlines_appeal_receipt_respondent(self):
        return self._paper_deadlines()

    # ----------------------------------------------------------------------
    # Letter to the superior body. Who appeals is named in it unless that is secret.
    # ----------------------------------------------------------------------

    def _paper_redactor(self):
        """OVERRIDE: who decides the appeal in an open case knows whose it is."""
        if self.kind == "appeal_referral" and self.ticket_id.confidentiality == "open":
            return paper_text.clean
        return super()._paper_redactor()

    def _paper_opening_appeal_referral(self):
        return [
            self.env._(
                "Under %(rules)s the appeal below is yours to decide. It reached us on "
                "%(date)s; we forward it to you.",
                rules=self._paper_rules(),
                date=self._paper_date(self.appeal_id.filed_date),
            )
        ]

    def _paper_facts_appeal_referral(self):
        ticket, appeal = self.ticket_id, self.appeal_id
        contested = appeal.notice_id
        return [
            *self._paper_facts_matter(),
            (
                self.env._("Complaint received"),
                self._paper_date(ticket.received_date),
            ),
            (self.env._("Appeal number"), appeal.number),
            (self.env._("Appellant"), self._paper_appellant()),
            (self.env._("Against"), self._paper_contested()),
            (
                self.env._("Served on"),
                contested.served_date and self._paper_day(contested.served_date),
            ),
            (
                self.env._("Appeal possible until"),
                appeal.window_end and self._paper_day(appeal.window_end),
            ),
            (self.env._("Admitted late because"), appeal.late_reason),
        ]

    def _paper_contested(self):
        """Return what one appeal contests: a notice, or that none came in time."""
        appeal = self.appeal_id
        if not appeal._against_silence():
            return appeal.notice_id.number
        day = self._paper_day(appeal.window_start)
        if appeal.awaited_id:
            return self.env._(
                "No answer to %(number)s by %(day)s",
                number=appeal.awaited_id.number,
                day=day,
            )
        return self.env._("No answer by %s", day)

    def _paper_appellant(self):
        """Return who appeals, as the superior body may know it."""
        appeal = self.appeal_id
        if appeal.appellant == "respondent":
            return self._paper_named(appeal.respondent_id)
        return self.ticket_id._complainant_on_paper()

    def _paper_sections_appeal_referral(self):
        decision = self._paper_decision()
        contested = [
            *self._paper_label(decision, "conclusion"),
            *paper_text.paragraphs(decision.reasons),
        ]
        if self.appeal_id._nothing_decided():
            contested = [self.env._("There is none: the time for it is over.")]
        return [
            (self.env._("Decision appealed against"), contested),
            (
                self.env._("Grounds of the appeal"),
                paper_text.paragraphs(self.appeal_id.grounds),
            ),
            (self.env._("Enclosed"), self._paper_enclosures()),
        ]

    def _paper_enclosures(self):
        """Return what goes out with the letter, line by line."""
        files = self._enclosed_files()
        if files:
            return files.mapped("name")
        if self.appeal_id.attachment_ids:
            return [
                self.env._("The appellant's files stay with us; ask for what you need.")
            ]
        return []

    def _paper_deadlines_appeal_referral(self):
        return self._paper_deadlines()

    def _paper_closing_appeal_referral(self):
        day = self.appeal_id.answer_date
        lines = [
            self.env._(
                "Please send us your decision, with its number, by %s. We put it in force "
                "and tell both sides.",
                self._paper_day(day, "full"),
            )
        ]
        if self.ticket_id.confidentiality != "open":
            lines.append(
                self.env._(
                    "Who complained is kept secret. Write to them through us, and let this "
                    "letter not reach whom the complaint is about."
                )
            )
        return lines

    def _enclosed_files(self):
        """Return the files that go out with one letter, ``ir.attachment``.

        What tells who complained does not, where that is secret.
        """
        files = self.env["ir.attachment"]
        if self.kind != "appeal_referral" or self.ticket_id.confidentiality != "open":
            return files
        # sudo: ir.attachment - what the appeal is about, whoever forwards it
        appeal = self.appeal_id.sudo()
        return appeal.notice_id.pdf_attachment_id | appeal.attachment_ids

    def _prepare_enclosed_vals(self):
        """OVERRIDE: the notice appealed against and the appellant's files.

        What no mail takes goes by hand.
        """
        files = self._enclosed_files()
        if not files:
            return super()._prepare_enclosed_vals()
        if sum(files.mapped("file_size")) > MAX_MAILED:
            return {"channel": "hand"}
        return {"file_ids": [Command.set(files.ids)]}

    # ----------------------------------------------------------------------
    # Decision on the appeal, to the complainant
    # ----------------------------------------------------------------------

    def _paper_opening_appeal_result(self):
        return [self._paper_appeal_opening("complainant")]

    def _paper_facts_appeal_result(self):
        return [*self._paper_facts_matter(), *self._paper_facts_appeal()]

    def _paper_sections_appeal_result(self):
        decision = self.appeal_id.new_decision_id
        return [
            *self._paper_appeal_outcome(),
            (self.env._("New conclusion"), self._paper_label(decision, "conclusion")),
            (
                self.env._("Facts and reasons"),
                paper_text.paragraphs(decision.reasons),
            ),
            (
                self.env._("Measures"),
                self._paper_measures(decision.measure_line_ids, named=True),
            ),
        ]

    def _paper_deadlines_appeal_result(self):
        return self._paper_deadlines()

    # ----------------------------------------------------------------------
    # Decision on the appeal, to a respondent
    # ----------------------------------------------------------------------

    def _paper_opening_appeal_result_respondent(self):
        return [self._paper_appeal_opening("respondent")]

    def _paper_facts_appeal_result_respondent(self):
        return [*self._paper_facts_result_respondent(), *self._paper_facts_appeal()]

    def _paper_sections_appeal_result_respondent(self):
        return [*self._paper_appeal_outcome(), *self._paper_appeal_for_respondent()]

    def _paper_appeal_for_respondent(self):
        """Return what a changed decision says on this respondent, nothing on others."""
        decision = self.appeal_id.new_decision_id
        if not decision:
            return []
        alone = len(self.ticket_id.respondent_ids) == 1
        measures = decision.measure_line_ids.filtered(
            lambda line: line.respondent_id == self.respondent_id
        )
        return [
            (
                self.env._("New conclusion"),
                self._paper_label(decision, "conclusion") if alone else [],
            ),
            (
                self.env._("Facts and reasons"),
                paper_text.paragraphs(decision.reasons) if alone else [],
            ),
            (
                self.env._("Measures"),
                self._paper_measures(measures) or [self.env._("None.")],
            ),
        ]

    def _paper_closing_appeal_result_respondent(self):
        return self._paper_closing_result_respondent()

    # ----------------------------------------------------------------------
    # Dismissal, to the appellant
    # ----------------------------------------------------------------------

    def _paper_opening_appeal_dismissed(self):
        return [
            self.env._(
                "We received your request of %(date)s. We examined it under %(rules)s and "
                "cannot deal with it.",
                date=self._paper_date(self.appeal_id.filed_date),
                rules=self._paper_rules(),
            )
        ]

    def _paper_opening_appeal_dismissed_respondent(self):
        return self._paper_opening_appeal_dismissed()

    def _paper_facts_appeal_dismissed(self):
        return self._paper_facts_appeal_result()

    def _paper_facts_appeal_dismissed_respondent(self):
        return self._paper_facts_appeal_result_respondent()

    def _paper_sections_appeal_dismissed(self):
        appeal = self.appeal_id
        lines = [*self._paper_label(appeal, "dismissal")]
        if appeal.dismissal == "time_barred":
            lines += self._paper_time_barred()
        return [
            (self.env._("Dismissed as"), lines),
            (
                self.env._("Reason"),
                paper_text.paragraphs(appeal.dismissal_reason),
            ),
        ]

    def _paper_sections_appeal_dismissed_respondent(self):
        return self._paper_sections_appeal_dismissed()

    def _paper_time_barred(self):
        """Return when the window ended, why then, and when the appeal came."""
        appeal = self.appeal_id
        return [
            self.env._(
                "The appeal was possible until %(end)s; it reached us on %(date)s.",
                end=self._paper_day(appeal.window_end),
                date=self._paper_date(appeal.filed_date),
            ),
            *paper_text.paragraphs(appeal.window_text),
        ]

    # ----------------------------------------------------------------------
    # Building blocks
    # ----------------------------------------------------------------------

    def _paper_appeal_opening(self, reader):
        """Return the first sentence: whose appeal, and who decided on it.

        :param reader: ``complainant`` or ``respondent``
        """
        appeal = self.appeal_id
        own = appeal.appellant == reader and appeal._party() == self.respondent_id
        values = {
            "date": self._paper_date(appeal.filed_date),
            "rules": self._paper_rules(),
            "body": appeal.body_name,
        }
        if appeal._against_silence():
            return self._paper_silence_opening(own, values)
        if request := appeal.level_id.request_word:
            return self._paper_request_opening(own, request, values)
        if own:
            return self.env._(
                "On %(date)s you appealed against the result of the case. Under "
                "%(rules)s, %(body)s has decided as follows.",
                **values,
            )
        return self.env._(
            "On %(date)s another party appealed against the result of the case. Under "
            "%(rules)s, %(body)s has decided as follows.",
            **values,
        )

    def _paper_silence_opening(self, own, values):
        """Return the first sentence where there was no answer in time."""
        if own:
            return self.env._(
                "On %(date)s you turned to the next level because you had no answer in "
                "time. Under %(rules)s, %(body)s has decided as follows.",
                **values,
            )
        return self.env._(
            "On %(date)s another party turned to the next level because there was no "
            "answer in time. Under %(rules)s, %(body)s has decided as follows.",
            **values,
        )

    def _paper_request_opening(self, own, request, values):
        """Return the first sentence where the text has a word of its own (复查, 复核).

        :param own: whether the reader applied
        :param request: the word
        """
        if own:
            return self.env._(
                "On %(date)s you asked for %(request)s of the result. Under %(rules)s, "
                "%(body)s has decided as follows.",
                request=request,
                **values,
            )
        return self.env._(
            "On %(date)s another party asked for %(request)s of the result. Under "
            "%(rules)s, %(body)s has decided as follows.",
            request=request,
            **values,
        )

    def _paper_facts_appeal(self):
        """Return the facts by which the parties know the appeal again."""
        appeal = self.appeal_id
        return [
            (self.env._("Number of the request"), appeal.number),
            (self.env._("Against"), self._paper_contested()),
            (self.env._("Request received"), self._paper_date(appeal.filed_date)),
            (
                self.env._("Superior's decision"),
                appeal.superior_number
                and self._paper_aside(
                    appeal.superior_number, self._paper_day(appeal.superior_date)
                ),
            ),
        ]

    def _paper_appeal_outcome(self):
        """Return the sections on the outcome and its reasons, for whoever reads it."""
        appeal = self.appeal_id
        lines = self._paper_label(appeal, "outcome")
        if appeal.outcome == "upheld":
            decision = self._paper_decision()
            lines += [
                self.env._("The conclusion remains: %s.", label)
                for label in self._paper_label(decision, "conclusion")
            ]
        if appeal.outcome == "remanded" and appeal.awaited_id:
            lines.append(
                self.env._(
                    "The matter goes back to %s, which owes you an answer.",
                    appeal.awaited_id.body_name,
                )
            )
        elif appeal.outcome == "remanded" and appeal._against_silence():
            lines.append(
                self.env._(
                    "The matter goes back to this office, which owes you an answer."
                )
            )
        elif appeal.outcome == "remanded":
            lines.append(
                self.env._(
                    "The decision is set aside and the matter is investigated anew. You "
                    "will get another notice of the result."
                )
            )
        return [
            (self.env._("Decision"), lines),
            (self.env._("Reasons"), paper_text.paragraphs(appeal.reasons)),
        ]
