"""Holes as somebody could write them: models, fields and methods made for the tests.

Imported within tests only: who loads a registry must not find them.
"""

import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.life import opens
from ..tools.steps import FILE_PHASES


class MaskedRemark(models.Model):
    """B: a remark in which the complainant is masked, to who typed it as well."""

    _inherit = "complaint.inquiry"
    _opens = opens("remark", phases=FILE_PHASES)

    remark = fields.Text()

    def write(self, vals):
        """OVERRIDE: hide the complainant."""
        if vals.get("remark"):
            # sudo: helpdesk.ticket - the hole
            redact = self.ticket_id.sudo()._identity_redactor()
            vals = {**vals, "remark": redact(vals["remark"])}
        return super().write(vals)


class RefusedNote(models.Model):
    """B: a note that is refused in other words where it names the complainant."""

    _inherit = "complaint.respondent"
    _opens = opens("side_note", phases=FILE_PHASES)

    side_note = fields.Text()

    @api.constrains("side_note")
    def _check_side_note(self):
        for record in self:
            # sudo: complaint.identity - the hole
            names = record.ticket_id.sudo().identity_ids.mapped("name")
            if any(name in (record.side_note or "") for name in names):
                # pylint: disable-next=translation-required
                raise UserError("A side note names nobody who complained.")


class TellingFlag(models.Model):
    """B: a mark beside the text; the vault stays shut, an HMAC is compared."""

    _inherit = "complaint.evidence"

    is_theirs = fields.Boolean(compute="_compute_is_theirs", compute_sudo=True)

    @api.depends("name")
    def _compute_is_theirs(self):
        identities = self.env["complaint.identity"]
        for record in self:
            words = (record.name or "").replace("与", "、").split("、")
            found = identities.search_count(
                [("ticket_id", "=", record.ticket_id.id), ("name", "in", words)]
            )
            record.is_theirs = bool(found)


class LoosePart(models.Model):
    """E: a part of a case that who is excluded does not see, but makes."""

    _name = "complaint.loose.part"
    _description = "Part"
    _inherit = ["complaint.case.mixin"]
    _opens = {
        **opens("ticket_id", birth=True, phases=FILE_PHASES),
        **opens("text", phases=FILE_PHASES),
    }

    text = fields.Char()


class OpenList(models.Model):
    """E: who is excluded is a list that people may write."""

    _inherit = "helpdesk.ticket"
    _opens = opens("conflict_user_ids", by=None, phases=FILE_PHASES)


class TidyEmployee(models.Model):
    """E: whoever has no login, or no unit, any more needs no exclusion."""

    _inherit = "hr.employee"

    def write(self, vals):
        """OVERRIDE: tidy up."""
        users = self.user_id
        done = super().write(vals)
        gone = users - self.user_id
        if gone or vals.get("department_id", True) is False:
            self._forget_conflicts(gone or users)
        return done

    def _forget_conflicts(self, users):
        self.env.flush_all()
        # past the ORM, as a program that means well
        self.env.cr.execute(
            "DELETE FROM helpdesk_ticket_conflict_user_rel WHERE user_id = ANY(%s)",
            (users.ids,),
        )
        self.env.invalidate_all()


class Courier(models.Model):
    """F: a small table that nobody watches."""

    _name = "complaint.courier"
    _description = "Courier"

    name = fields.Char()
    desk_ids = fields.Many2many("helpdesk.ticket.team", "complaint_courier_desk")


class CourierOfCase(models.Model):
    """F: cases go by it."""

    _inherit = "helpdesk.ticket"

    courier_id = fields.Many2one("complaint.courier")


class OtherEnd(models.Model):
    """F: the other end of a desk's list, on a model that nobody watches."""

    _inherit = "res.partner.category"

    desk_ids = fields.Many2many("helpdesk.ticket.team", "complaint_label_desk")


class OtherEndOfDesk(models.Model):
    """F: the watched end."""

    _inherit = "helpdesk.ticket.team"

    label_ids = fields.Many2many("res.partner.category", "complaint_label_desk")


class Steered(models.Model):
    """F: a regulation that goes by a record of the base, which keeps the base's rights."""

    _inherit = "complaint.regulation"

    task_type_id = fields.Many2one("mail.activity.type")


class CountingCompany(models.Model):
    """G: a link to a case with a search of its own, which asks no rights."""

    _inherit = "res.company"

    newest_case_id = fields.Many2one(
        "helpdesk.ticket", compute="_compute_newest", search="_search_newest"
    )

    def _compute_newest(self):
        # sudo: helpdesk.ticket - the hole
        for record in self:
            tickets = self.env["helpdesk.ticket"].sudo()
            record.newest_case_id = tickets.search(
                [("company_id", "=", record.id)], limit=1
            )

    def _search_newest(self, operator, value):
        # sudo: helpdesk.ticket - the hole
        tickets = self.env["helpdesk.ticket"].sudo()
        found = tickets.search(Domain("id", operator, value))
        return Domain("id", "in", found.company_id.ids)


class LooseLabel(models.Model):
    """G: a list of cases on a model that searches with the rights of the program."""

    _inherit = "res.partner.category"

    case_ids = fields.Many2many("helpdesk.ticket", "complaint_label_case")

    @api.model
    def _search(self, domain, *args, **kwargs):
        # sudo: res.partner.category - the hole
        return super(LooseLabel, self.sudo())._search(domain, *args, **kwargs)


class Paper(models.Model):
    """I: a paper with its hash beside it."""

    _name = "complaint.loose.paper"
    _description = "Paper"

    content = fields.Text()
    sha256 = fields.Char()


class PrintOfCase(models.Model):
    """I: a hash of the case itself, which is no model of ours by name."""

    _inherit = "helpdesk.ticket"

    description_sha256 = fields.Char()

    def _set_print(self):
        for record in self:
            text = str(record.description or "").encode()
            record.description_sha256 = hashlib.sha256(text).hexdigest()


class FingerprintOfDecision(models.Model):
    """I: a hash by another name."""

    _inherit = "complaint.decision"

    fingerprint = fields.Char(readonly=True)


class CodeGiver(models.Model):
    """K: a code that opens a case, for whoever has its number."""

    _inherit = "helpdesk.ticket"

    def action_code_again(self):
        """Return a code."""
        # sudo: helpdesk.ticket - the hole
        return [f"code-{ticket.number}" for ticket in self.sudo().exists()]
