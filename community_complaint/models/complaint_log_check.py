from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools import chain
from ..tools.roles import AUDITOR

#: So many differences are named.
_SHOWN = 100


class ComplaintLogCheck(models.Model):
    """A verification of the log: how far the chain reached and whether it held.

    The end of the chain is kept here, so that the next verification also notices when
    the newest rows were taken away. An auditor who trusts nobody keeps it elsewhere, see
    ``./run verify-log``.
    """

    _name = "complaint.log.check"
    _description = "Verification of the Log"
    _inherit = ["complaint.append.only"]
    _order = "id desc"
    _log_access = False

    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users", string="Verified by", required=True, ondelete="restrict"
    )
    moment = fields.Datetime("Verified", required=True, default=fields.Datetime.now)
    sequence = fields.Integer(
        "Rows", help="Number of the last row of the chain.", aggregator=None
    )
    head = fields.Char("Last Hash", help="Write it down: it proves the log up to here.")
    ok = fields.Boolean("Unbroken")
    broken_sequence = fields.Integer("Broken at Row", aggregator=None)
    reason = fields.Selection(
        [
            ("missing", "A row is missing."),
            ("changed", "A row was changed."),
            ("link", "A row does not follow the one before it."),
        ],
        string="What Is Wrong",
    )
    proofs_ok = fields.Boolean("Papers and Files Unchanged")
    differs = fields.Text("What Differs")

    @api.depends("moment", "company_id")
    def _compute_display_name(self):
        for check in self:
            check.display_name = self.env._(
                "Log of %(company)s, row %(sequence)s",
                company=check.company_id.name,
                sequence=check.sequence,
            )

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    def action_verify(self):
        """Verify the log of the user's companies and show the result.

        :raise AccessError: for who is no auditor
        """
        if not self.env.user.has_group(AUDITOR):
            raise AccessError(self.env._("Auditors verify the log."))
        checks = self._verify(self.env.companies)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "community_complaint.complaint_log_check_action"
        )
        if len(checks) == 1:
            return {
                **action,
                "views": [(False, "form")],
                "res_id": checks.id,
                "target": "new",
            }
        return {**action, "domain": [("id", "in", checks.ids)]}

    @api.model
    def _verify(self, companies):
        """Compute the chains of companies anew and keep the results."""
        self.env["complaint.log"]._write_pending()
        # sudo: complaint.log.check - nobody writes a result by hand
        checks = self.sudo().create(
            [self._prepare_check_vals(company) for company in companies]
        )
        for check in checks:
            self.env["complaint.log"]._record(
                "verified", check, {"rows": check.sequence, "ok": check.ok}
            )
        return checks.sudo(False)

    @api.model
    def _prepare_check_vals(self, company):
        """Return the result of verifying one company's chain."""
        proof, last = self.env["complaint.proof"], {}
        differences = proof._find_differences(company, files=True)
        broken = chain.find_break(self._rows(company, last), self._heads(company))
        return {
            "company_id": company.id,
            "user_id": self.env.uid,
            "sequence": last.get("sequence", 0),
            "head": last.get("hash", chain.GENESIS),
            "ok": not broken,
            "broken_sequence": broken and broken.sequence,
            "reason": broken and broken.reason,
            "proofs_ok": not differences,
            "differs": "\n".join(proof._texts(differences[:_SHOWN])),
        }

    @api.model
    def _rows(self, company, last):
        """Yield the rows of a company's chain straight from the table.

        :param last: dict that gets the last row yielded
        """
        for row in chain.read(self._select, company.id):
            last.update(row)
            yield row

    @api.model
    def _select(self, query, parameters):
        self.env.cr.execute(query, parameters)
        return self.env.cr.fetchall()

    @api.model
    def _heads(self, company):
        """Return the ends of the chain that earlier verifications saw."""
        # sudo: complaint.log.check - whoever verifies, all of them count
        checks = self.sudo().search(
            [("company_id", "=", company.id), ("ok", "=", True)]
        )
        return {(check.sequence, check.head) for check in checks if check.sequence}
