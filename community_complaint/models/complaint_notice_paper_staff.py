from odoo import models
from odoo.tools import plaintext2html

from ..tools import paper_text

#: Lines to write on under each heading of a form that is filled in by hand.
_LINES = 5
_BLANK = "_" * 66


class ComplaintNoticePaperStaff(models.AbstractModel):
    """Papers on members of staff.

    处分决定, 警告, 通报批评, 撤销通知, 整改通知, 表彰决定, 检讨报告, 移送函.

    They are served on whom they are about and may be put in the personnel file: neither
    the number of the case nor anything on who complained is on them.
    """

    _name = "complaint.notice.paper.staff"
    _description = "Papers on Members of Staff"

    # ----------------------------------------------------------------------
    # Discipline, warning, circulated criticism
    # ----------------------------------------------------------------------

    def _paper_opening_discipline(self):
        opening = self.env._(
            "Under %s a complaint that concerns your work was looked into. After your "
            "statement and defence were heard, the following is decided.",
            self._paper_rules(),
        )
        if self.kind != "circulated":
            return [opening]
        return [
            self.env._(
                "Under %(rules)s a complaint about the work of %(person)s was looked into. "
                "After the statement and defence were heard, the following is decided and "
                "made known to all members of staff.",
                rules=self._paper_rules(),
                person=self.addressee_name,
            )
        ]

    def _paper_facts_discipline(self):
        item = self.discipline_id
        return [
            *self._paper_facts_person(),
            (self.env._("Decision"), item.measure_id.name),
            (self.env._("In force from"), self._paper_due(item.start_date)),
            (self.env._("In force until"), self._paper_due(item.expiry)),
        ]

    def _paper_sections_discipline(self):
        reason = paper_text.paragraphs(self.discipline_id.reason)
        return [(self.env._("Facts and reasons"), reason)]

    def _paper_closing_discipline(self):
        lines = []
        if self.discipline_id.measure_id.on_record:
            lines.append(self.env._("This is entered in the personnel file."))
        if self.kind == "circulated":
            lines.append(
                self.env._(
                    "May everybody take it as a warning and serve residents well."
                )
            )
        else:
            lines += self._paper_closing_result_respondent()
        return lines

    # ----------------------------------------------------------------------
    # Revocation: who was told of a measure is told that it counts no more
    # ----------------------------------------------------------------------

    def _paper_opening_revocation(self):
        return [
            self.env._(
                "The decision named below, made under %s, is revoked. It has no effect any "
                "more.",
                self._paper_rules(),
            )
        ]

    def _paper_facts_revocation(self):
        item = self.discipline_id
        # sudo: complaint.notice - the number of the paper they have
        papers = item.sudo().notice_ids - self
        day = self.ticket_id._office_date(self.issued_date)
        return [
            *self._paper_facts_person(),
            (self.env._("Decision"), item.measure_id.name),
            (self.env._("Revoked Paper"), papers[-1:].number),
            (self.env._("In force from"), self._paper_due(item.start_date)),
            (self.env._("Revoked on"), self._paper_due(day)),
        ]

    def _paper_sections_revocation(self):
        reason = paper_text.paragraphs(self.discipline_id.end_reason)
        return [(self.env._("Reason"), reason)]

    def _paper_closing_revocation(self):
        if not self.discipline_id.measure_id.on_record:
            return []
        return [self.env._("The personnel file says that it is revoked.")]

    # ----------------------------------------------------------------------
    # Circulated: made known to the members of staff, not just to whom it is about
    # ----------------------------------------------------------------------

    def _is_for_all_staff(self):
        """Return whether one paper is made known to all: criticism, and its end."""
        # sudo: complaint.discipline - which kind of measure, whoever releases its paper
        measure = self.sudo().discipline_id.measure_id
        return "circulated" in (self.kind, self.kind == "revocation" and measure.paper)

    def _circulate(self):
        """Make circulated criticism known to the members of staff (R02 9 (2)).

        Who uses the program reads it there; for the others somebody puts it up and
        proves it. Neither tells the case, nor who complained.
        """
        for notice in self:
            # sudo: hr.employee - who works here, whoever carries the measure out
            office = notice.sudo().with_context(lang=notice.lang)
            staff = office._staff_to_tell()
            readers = staff.user_id.filtered(lambda user: not user.share)
            # of a secret case they read what the vault struck, like the paper
            with office.ticket_id._released():
                office._tell_staff(readers)
            unreached = staff.filtered(
                lambda person, told=readers: person.user_id not in told
            )
            if unreached:
                office._put_up()
            # the measure is the officer's affair, the number of the paper is on file
            office.ticket_id._message_log(
                body=office.env._(
                    "%(number)s was made known to %(count)s members of staff; %(left)s "
                    "others read it on the board.",
                    number=notice.number,
                    count=len(readers),
                    left=len(unreached),
                )
            )

    def _staff_to_tell(self):
        """Return the members of staff of the office, without whom one paper is about."""
        staff = self.env["hr.employee"].search(
            [("company_id", "=", self.company_id.id)]
        )
        return staff - self.discipline_id.employee_id

    def _tell_staff(self, users):
        """Notify users of one paper: inside, or by e-mail, as each of them chose."""
        if not users:
            return
        values = self._paper_values()
        lines = [f"{values['title']} {self.number}", *values["opening"]]
        lines += [f"{label}: {value}" for label, value in values["facts"]]
        for heading, texts in values["sections"]:
            lines += [heading, *texts]
        lines += [*values["closing"], self.company_id.name]
        self.env["mail.thread"].message_notify(
            partner_ids=users.partner_id.ids,
            subject=values["title"],
            body=plaintext2html("\n".join(lines)),
            author_id=self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root"),
        )

    def _put_up(self):
        """Have somebody put one paper up for members of staff without the program."""
        self.env["complaint.dispatch"]._queue(
            [
                {
                    "ticket_id": self.ticket_id.id,
                    "addressee": "employee",
                    "channel": "public",
                    # what goes up is the paper, which was released
                    "bare": True,
                    "content": self.env._(
                        "Put %s up where members of staff read it, and add a picture.",
                        self.number,
                    ),
                }
            ]
        )

    def _paper_facts_person(self):
        """Return who the measure is for: name, position, department."""
        # sudo: hr.employee - what stands on the paper, whoever prints it
        employee = self.discipline_id.sudo().employee_id
        if not employee:
            return [(self.env._("Concerning"), self.discipline_id._person())]
        return [
            (self.env._("Member of staff"), employee.name),
            (self.env._("Position"), employee.job_title or employee.job_id.name),
            (self.env._("Department"), employee.department_id.name),
        ]

    # ----------------------------------------------------------------------
    # Commendation
    # ----------------------------------------------------------------------

    def _paper_opening_commendation(self):
        return [
            self.env._(
                "Under %s the office commends the following member of staff.",
                self._paper_rules(),
            )
        ]

    def _paper_facts_commendation(self):
        return self._paper_facts_discipline()

    def _paper_sections_commendation(self):
        reason = paper_text.paragraphs(self.discipline_id.reason)
        return [(self.env._("Merits"), reason)]

    def _paper_closing_commendation(self):
        return [self.env._("May everybody follow this example.")]

    # ----------------------------------------------------------------------
    # Correction order: a mild measure of its own, or one of the decision
    # ----------------------------------------------------------------------

    def _paper_opening_correction(self):
        return [
            self.env._(
                "Under %s a complaint that concerns your work was looked into. Please put "
                "right what is named below and report the result in writing.",
                self._paper_rules(),
            )
        ]

    def _paper_facts_correction(self):
        item, line = self.discipline_id, self.measure_line_id
        if not item:
            return [
                (self.env._("Respondent"), self._paper_named(self.respondent_id)),
                (self.env._("Decision"), line.measure_id.name),
            ]
        return self._paper_facts_discipline()

    def _paper_sections_correction(self):
        item, line = self.discipline_id, self.measure_line_id
        reason = item.reason or "\n".join(
            filter(None, (line.note or line._staff_reason(),))
        )
        return [(self.env._("What to put right"), paper_text.paragraphs(reason))]

    # ----------------------------------------------------------------------
    # Self-review report, to be filled in
    # ----------------------------------------------------------------------

    def _paper_opening_self_review(self):
        return [
            self.env._(
                "Under %s you are asked to look back on what happened: write it down in "
                "your own words and hand this form in.",
                self._paper_rules(),
            )
        ]

    def _paper_facts_self_review(self):
        return [
            (self.env._("Member of staff"), self._paper_named(self.respondent_id)),
            (self.env._("Hand in by"), self._paper_due(self.self_review_id.due_date)),
        ]

    def _paper_sections_self_review(self):
        headings = (
            self.env._("Course of events"),
            self.env._("Causes, and my own part in it"),
            self.env._("What I learn from it and will do"),
            self.env._("Improvement by the department"),
        )
        return [(heading, [_BLANK] * _LINES) for heading in headings]

    # ----------------------------------------------------------------------
    # Letter of referral
    # ----------------------------------------------------------------------

    def _paper_opening_referral(self):
        return [
            self.env._(
                "Under %s we looked into a complaint. What was established is for you to "
                "deal with; we hand it over to you under the law.",
                self._paper_rules(),
            )
        ]

    def _paper_facts_referral(self):
        line = self.measure_line_id
        respondents = line.respondent_id or self.ticket_id.respondent_ids
        return [
            (self.env._("Case number"), self.ticket_id.number),
            (self.env._("Matter"), self.ticket_id.name),
            (
                self.env._("Respondent"),
                "、".join(self._paper_named(item) for item in respondents),
            ),
            (self.env._("Decision"), line.measure_id.name),
        ]

    def _paper_sections_referral(self):
        reasons = paper_text.paragraphs(self.measure_line_id.decision_id.reasons)
        return [(self.env._("Facts and reasons"), reasons)]

    def _paper_closing_referral(self):
        return [
            self.env._(
                "The file can be seen at our office. Please tell us in writing that you "
                "have taken it over."
            )
        ]
