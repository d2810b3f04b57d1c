from odoo import api, fields, models

from ..tools import paper_text
from ..tools.discipline_steps import DISCIPLINE_GROUPS, SELF_REVIEW_GROUPS

#: Marks of these papers in their official numbers.
MARKS = {
    "discipline": "处",
    "warning": "警",
    "circulated": "通",
    "correction": "改",
    "commendation": "表",
    "self_review": "检",
    "referral": "移",
}
#: Papers that tell a member of staff what was decided on them.
_DECISIONS = ("discipline", "warning", "circulated")
#: Lines to write on under each heading of a form that is filled in by hand.
_LINES = 5
_BLANK = "_" * 66


class ComplaintNotice(models.Model):
    """Papers on members of staff: 处分决定, 警告, 通报批评, 整改通知, 表彰决定, 检讨报告, 移送函.

    They are served on whom they are about and may be put in the personnel file: neither
    the number of the case nor anything on who complained is on them.
    """

    _inherit = "complaint.notice"

    kind = fields.Selection(
        selection_add=[
            ("discipline", "Discipline decision"),
            ("warning", "Warning notice"),
            ("circulated", "Circulated criticism"),
            ("correction", "Correction notice"),
            ("commendation", "Commendation decision"),
            ("self_review", "Self-review report"),
            ("referral", "Letter of referral"),
        ],
        ondelete=dict.fromkeys(MARKS, "cascade"),
    )
    addressee = fields.Selection(
        selection_add=[("employee", "Member of staff")],
        ondelete={"employee": "cascade"},
    )
    discipline_id = fields.Many2one(
        "complaint.discipline",
        readonly=True,
        index="btree_not_null",
        groups=DISCIPLINE_GROUPS,
    )
    self_review_id = fields.Many2one(
        "complaint.self.review",
        string="Self-review Report",
        readonly=True,
        index="btree_not_null",
        groups=SELF_REVIEW_GROUPS,
    )
    measure_line_id = fields.Many2one(
        "complaint.decision.measure",
        string="Measure Decided",
        readonly=True,
        index="btree_not_null",
    )

    @api.depends("discipline_id", "measure_line_id")
    def _compute_addressee_name(self):
        """OVERRIDE: members of staff, and the body a letter of referral goes to."""
        staff = self.filtered(lambda item: item.addressee == "employee")
        for notice in staff:
            # sudo: complaint.discipline - who serves the paper knows whom it is for
            notice.addressee_name = notice.sudo().discipline_id._person()
        letters = self.filtered(lambda item: item.kind == "referral")
        for notice in letters:
            notice.addressee_name = notice.measure_line_id.note
        rest = self - staff - letters
        return super(ComplaintNotice, rest)._compute_addressee_name()

    @api.model
    def _mark(self, kind):
        return MARKS.get(kind) or super()._mark(kind)

    def _paper_titles(self):
        return {
            **super()._paper_titles(),
            "discipline": self.env._("Decision on Discipline"),
            "warning": self.env._("Warning Notice"),
            "circulated": self.env._("Circulated Criticism"),
            "correction": self.env._("Correction Order"),
            "commendation": self.env._("Decision on Commendation"),
            "self_review": self.env._("Self-review Report"),
            "referral": self.env._("Letter of Referral"),
        }

    def _paper_part(self, part):
        """OVERRIDE: it is the same paper for a respondent and for other staff."""
        if self.kind not in MARKS:
            return super()._paper_part(part)
        kind = "discipline" if self.kind in _DECISIONS else self.kind
        return getattr(self, f"_paper_{part}_{kind}", list)()

    def _paper_signatories(self):
        """OVERRIDE: who writes a self-review signs it, and the head of the department."""
        if self.kind != "self_review":
            return super()._paper_signatories()
        return [
            self.env._("Author of the report"),
            self.env._("Head of the department"),
        ]

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

    def _paper_facts_person(self):
        """Return who the measure is for: name, position, department."""
        # sudo: hr.employee - what stands on the paper, whoever prints it
        employee = self.discipline_id.sudo().employee_id
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
