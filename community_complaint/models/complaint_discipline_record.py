from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class ComplaintDisciplineRecord(models.Model):
    """An entry in somebody's personnel or technical file: the outcome, nothing else.

    THREATS 22: it knows neither the case nor its number nor a word of it. Discipline
    officers and auditors read it; whom it is about does not, nor does anybody who is kept
    away from the case it came from.
    """

    _name = "complaint.discipline.record"
    _description = "Entry in the Personnel File"
    _order = "start_date desc, id desc"
    _rec_name = "measure_id"

    company_id = fields.Many2one("res.company", required=True, index=True)
    employee_id = fields.Many2one(
        "hr.employee",
        string="Staff Member",
        required=True,
        index=True,
        ondelete="restrict",
    )
    kind = fields.Selection(
        [
            ("sanction", "Disciplinary action"),
            ("commendation", "Commendation"),
            ("technical_file", "Technical file"),
        ],
        required=True,
    )
    measure_id = fields.Many2one(
        "complaint.measure", required=True, ondelete="restrict"
    )
    paper_number = fields.Char("Number of the Paper")
    start_date = fields.Date("In Force from")
    expiry = fields.Date("In Force until")
    self_review_date = fields.Date("Self-review Handed in")
    state = fields.Selection(
        [
            ("in_force", "In force"),
            ("suspended", "Suspended"),
            ("revoked", "Revoked"),
            ("expired", "Expired"),
        ],
        required=True,
        default="in_force",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: the steps of a measure enter it.

        :raise UserError: for everybody else
        """
        self._check_by_steps()
        return super().create(vals_list)

    def write(self, vals):
        """OVERRIDE: the steps of a measure follow it up.

        :raise UserError: for everybody else
        """
        self._check_by_steps()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("An entry in a personnel file is never deleted."))

    def _check_by_steps(self):
        if not self.env.su:
            raise UserError(self.env._("The file is kept by the measures themselves."))


class ComplaintDiscipline(models.Model):
    _inherit = "complaint.discipline"

    def _enter_record(self):
        """Enter measures in the file of whom they are about, if they belong there."""
        # sudo: complaint.discipline, complaint.discipline.record - by the steps only
        items = self.sudo().filtered(
            lambda item: item.measure_id.on_record and not item.record_id
        )
        records = items.env["complaint.discipline.record"].create(
            [item._prepare_record_vals() for item in items]
        )
        for item, record in zip(items, records, strict=True):
            item.record_id = record

    def _prepare_record_vals(self):
        """Return the values of the entry: the outcome, nothing that leads to the case."""
        return {
            "company_id": self.company_id.id,
            "employee_id": self.employee_id.id,
            "kind": self.kind,
            "measure_id": self.measure_id.id,
            "paper_number": self.notice_ids[:1].number,
            "start_date": self.start_date,
            "expiry": self.expiry,
        }

    def _follow_record(self):
        """Let entries say what became of their measures."""
        # sudo: complaint.discipline.record - the steps only write it
        items = self.sudo().filtered("record_id")
        for (state, expiry), group in items.grouped(
            lambda item: (item.state, item.expiry)
        ).items():
            group.record_id.write({"state": state, "expiry": expiry})


class IrRule(models.Model):
    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        """OVERRIDE: entries that came from cases the user is kept away from (THREATS 17).

        An entry has no field that leads to the case, so this is not for a record rule.
        """
        domain = super()._compute_domain(model_name, mode)
        if (
            model_name != "complaint.discipline.record"
            or self.env.su
            or not self._conflict_case_ids()
        ):
            return domain
        return Domain(domain) & ~Domain.custom(to_sql=_kept_away_sql)


def _kept_away_sql(model, alias, _query):
    """Return the condition that an entry came from a case the user is kept away from."""
    model.env["complaint.discipline"].flush_model(["record_id", "ticket_id"])
    return SQL(
        "EXISTS (SELECT FROM complaint_discipline AS measure"
        " JOIN helpdesk_ticket_conflict_user_rel AS away"
        " ON away.ticket_id = measure.ticket_id"
        " WHERE measure.record_id = %s AND away.user_id = %s)",
        SQL.identifier(alias, "id"),
        model.env.uid,
    )
