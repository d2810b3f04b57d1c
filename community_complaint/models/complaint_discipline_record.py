from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.life import Opening


class ComplaintDisciplineRecord(models.Model):
    """An entry in somebody's personnel or technical file: the outcome, nothing else.

    THREATS 22: it knows neither the case nor its number nor a word of it. Discipline
    officers and auditors read it; whom it is about does not, nor does anybody who is kept
    away from the case it came from.
    """

    _name = "complaint.discipline.record"
    _description = "Entry in the Personnel File"
    _inherit = ["complaint.seal.mixin"]
    _order = "start_date desc, id desc"
    _rec_name = "measure_id"

    _opens = {}
    _openings = {
        "entered": Opening(
            "A measure that comes into force is entered.",
            (
                "company_id",
                "employee_id",
                "kind",
                "measure_id",
                "paper_number",
                "start_date",
                "expiry",
                "self_review_date",
            ),
            creates=True,
        ),
        "followed": Opening(
            "An entry says what became of its measure.", ("state", "expiry")
        ),
    }

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

    @api.model
    def _known_records_domain(self):
        """Return the domain of entries from cases the user may know of (THREATS 17).

        An entry has no field that leads to the case, so this is not for a record rule.
        """
        if not self.env["ir.rule"]._conflict_case_ids():
            return Domain.TRUE
        return ~Domain.custom(to_sql=_kept_away_sql)


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
