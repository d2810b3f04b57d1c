from odoo import fields, models

from ..tools.discipline_steps import DISCIPLINE_GROUPS, OPEN_STATES, WAITING_STATES
from .complaint_discipline import DURATION, STAFF_KINDS


class ComplaintMeasure(models.Model):
    """What becomes of a measure once it is decided."""

    _inherit = "complaint.measure"

    duration = fields.Integer(
        "Duration (months)",
        aggregator=None,
        help="How long a measure against a member of staff is in force. 0: for good.",
    )
    on_record = fields.Boolean(
        help="It is entered in the personnel file of the member of staff.",
    )
    is_technical = fields.Boolean(
        "Technical File",
        help="It is an entry in the technical file, after the self-review report.",
    )
    paper = fields.Selection(
        string="Paper Issued",
        selection=[
            ("discipline", "Discipline decision"),
            ("warning", "Warning notice"),
            ("circulated", "Circulated criticism"),
            ("correction", "Correction notice"),
            ("commendation", "Commendation decision"),
            ("self_review", "Self-review report"),
            ("referral", "Letter of referral"),
        ],
        help="The paper that tells the addressee.",
    )

    _duration_bounded = models.Constraint(*DURATION)


class ComplaintRegulation(models.Model):
    """What a text says about measures for members of staff."""

    _inherit = "complaint.regulation"

    carries_discipline = fields.Boolean(
        "Measures for Staff Are Carried Out",
        help="Sanctions and commendations of a decision are proposed for the members of "
        "staff, approved by a second person and put in force.",
    )
    gate_discipline = fields.Boolean(
        "Measures Approved before the Result Is Told",
        help="The result notice waits until the sanctions are approved.",
    )
    discipline_suspended = fields.Boolean(
        "An Appeal Suspends Measures",
        help="What is approved or in force is suspended until the appeal is decided. Only "
        "where the text says so: a review does not suspend by itself.",
    )


class ComplaintDecision(models.Model):
    """A decision in force proposes the measures for members of staff."""

    _inherit = "complaint.decision"

    def _put_in_force(self):
        """OVERRIDE: propose what it says, revoke what an earlier decision said.

        R02 8: action follows the hearing and the decision, and comes before the
        complainant is told; so it is proposed when the decision is made.
        """
        result = super()._put_in_force()
        self._carry_out()
        return result

    def _carry_out(self):
        """Carry out what decisions in force say about members of staff."""
        # sudo: complaint.decision - the step decided it, whoever takes it
        decisions = self.sudo().filtered("ticket_id.regulation_id.carries_discipline")
        if not decisions:
            return
        decisions._revoke_replaced()
        lines = decisions.measure_line_ids
        lines._propose()
        lines._ask_self_reviews()
        lines._issue_orders()

    def _revoke_replaced(self):
        """Revoke what earlier decisions on the same cases brought about."""
        for decision in self:
            replaced = decision.ticket_id.discipline_ids.filtered(
                lambda item, decision=decision: (
                    item.decision_id
                    and item.decision_id != decision
                    and item.state in OPEN_STATES
                )
            )
            if replaced:
                reason = self.env._("Replaced by decision %s.", decision.version)
                replaced._take("revoke", reason)

    def _missing(self):
        """OVERRIDE: every measure says for whom it is, else nothing would follow.

        A letter of referral needs an addressee (R02 9 (4)), a commendation and a
        self-review report a member of staff (R05, R15).
        """
        yield from super()._missing()
        if not self.ticket_id.regulation_id.carries_discipline:
            return
        for line in self.measure_line_ids:
            name = line.measure_id.name
            yield from line.respondent_id._gates_identified()
            if line.measure_id.paper == "referral" and not (line.note or "").strip():
                yield self.env._("“%s”: say in the details which body it is.", name)
            if line._lacks_member_of_staff():
                yield self.env._("“%s” is for a member of staff: say for whom.", name)
            elif line.kind in STAFF_KINDS and not line.respondent_id:
                yield self.env._("“%s”: say for whom.", name)


class ComplaintDecisionMeasure(models.Model):
    _inherit = "complaint.decision.measure"

    def _propose(self):
        """Propose the sanctions and commendations, whoever they are for.

        Who is not on file was typed by name: the sanction is proposed, approved and
        served on them all the same (R02 8 (3), R05 6.4).
        """
        lines = self.filtered(
            lambda line: line.kind in STAFF_KINDS and line.respondent_id
        )
        # what is proposed is read and printed without the complainant's name
        hide = {case: case._words_redactor() for case in lines.ticket_id}
        self.env["complaint.discipline"]._create_sealed(
            "decided",
            [
                {
                    "ticket_id": line.ticket_id.id,
                    "employee_id": line.respondent_id.employee_id.id,
                    "respondent_id": line.respondent_id.id,
                    "measure_id": line.measure_id.id,
                    "measure_line_id": line.id,
                    "reason": hide[line.ticket_id](line._staff_reason()),
                }
                for line in lines
            ],
        )

    def _staff_reason(self):
        """Return what a measure is for: the finding on the person, with the details."""
        respondent = self.respondent_id
        alone = len(self.ticket_id.respondent_ids) == 1
        reason = respondent.finding_note or (alone and self.decision_id.reasons)
        return "\n".join(filter(None, (reason, self.note)))

    def _lacks_member_of_staff(self):
        """Tell whether a line is for a member of staff and names none."""
        if self.measure_id.paper == "self_review":
            return not self._staff_respondent()
        return self.kind == "commendation" and not self.respondent_id.employee_id

    def _staff_respondent(self):
        """Return the member of staff a line is about, the only one if it names nobody."""
        staff = self.ticket_id.respondent_ids.filtered("employee_id")
        if self.respondent_id:
            return self.respondent_id & staff
        return staff if len(staff) == 1 else staff.browse()

    def _issue_orders(self):
        """Issue correction orders to respondents and letters of referral."""
        lines = self.filtered(
            lambda line: (
                line.kind not in STAFF_KINDS
                and (
                    line.measure_id.paper == "referral"
                    or (line.measure_id.paper == "correction" and line.respondent_id)
                )
            )
        )
        if lines:
            self.env["complaint.notice"]._issue_vals(
                [line._prepare_order_vals() for line in lines]
            )

    def _prepare_order_vals(self):
        """Return the values of the paper of one measure that is no discipline."""
        letter = self.measure_id.paper == "referral"
        return {
            "ticket_id": self.ticket_id.id,
            "kind": self.measure_id.paper,
            "addressee": "body" if letter else "respondent",
            "respondent_id": self.respondent_id.id,
            "measure_line_id": self.id,
            "issued_date": fields.Datetime.now(),
            "issued_by_id": self.env.uid,
            "lang": self.ticket_id._paper_lang(),
        }


class HelpdeskTicket(models.Model):
    """Measures for members of staff, on the case."""

    _inherit = "helpdesk.ticket"

    discipline_ids = fields.One2many(
        "complaint.discipline",
        "ticket_id",
        string="Discipline and Commendations",
        groups=DISCIPLINE_GROUPS,
    )
    carries_discipline = fields.Boolean(related="regulation_id.carries_discipline")

    def _gates_notify(self):
        """R02 8: the action comes before the complainant is told."""
        yield from super()._gates_notify()
        if not self.regulation_id.gate_discipline:
            return
        # sudo: complaint.discipline - whether something waits, whoever asks
        waiting = self.sudo().discipline_ids.filtered(
            lambda item: item.decision_id and item.state in WAITING_STATES
        )
        for item in waiting.filtered(lambda item: item.kind != "commendation"):
            yield self.env._(
                "“%(measure)s” for %(person)s is not approved yet.",
                measure=item.measure_id.name,
                person=item._person(),
            )

    def _owed_kinds(self):
        """OVERRIDE: R02 9 (2): circulated criticism reaches whom it is about, and so
        does that it was taken back.
        """
        return super()._owed_kinds() | {"circulated", "revocation"}

    def _gates_close(self):
        """OVERRIDE: R02 9 (2): it is made known before the case is over."""
        yield from super()._gates_close()
        # sudo: complaint.dispatch - whether something waits, whoever asks
        waiting = self.sudo().dispatch_ids.filtered(
            lambda item: (
                (item.addressee, item.channel, item.state)
                == ("employee", "public", "queued")
            )
        )
        if waiting:
            yield self.env._(
                "What members of staff are to read is not put up yet; a picture proves it."
            )

    def action_commend(self):
        """Return the form on which a commendation is proposed (R05 9)."""
        self.ensure_one()
        self.check_access("read")
        # sudo: hr.employee - whom to propose first, whoever asks
        handler = self.sudo().user_id.employee_id[:1]
        measure = self.env["complaint.measure"].search(
            [("kind", "=", "commendation")], limit=1
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Commend or Discipline"),
            "res_model": "complaint.discipline",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_ticket_id": self.id,
                "default_measure_id": measure.id,
                "default_employee_id": handler.id,
            },
        }
