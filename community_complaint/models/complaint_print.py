import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import paper_pdf
from ..tools.life import Opening

_logger = logging.getLogger(__name__)
#: Up to so many papers are made while one waits; more in the background.
AT_ONCE = 500
#: Papers made in one transaction.
_BATCH = 100
#: How long they are kept: they name people.
_KEPT_DAYS = 1


class ComplaintPrint(models.Model):
    """Papers somebody ordered, too many to wait for: made in the background.

    They are made under the rights of who ordered them, and nobody else sees them; what
    the person may no longer read when it is its turn is left out.
    """

    _name = "complaint.print"
    _description = "Papers Being Printed"
    _inherit = ["complaint.seal.mixin"]
    _order = "id desc"

    _opens = {}
    _openings = {
        "ordered": Opening(
            "Somebody wants more papers than one waits for.",
            ("name", "way", "kind", "wanted", "total", "order_uid"),
            creates=True,
        ),
        "made": Opening(
            "Some more are made, or it cannot go on.",
            ("done", "left_out", "state", "problem"),
        ),
        "over": Opening("A day later they are thrown away.", drops=True),
    }

    name = fields.Char("File", readonly=True)
    way = fields.Selection(
        [
            ("form", "Forms of cases"),
            ("sheet", "Papers of records"),
            ("notice", "Notices"),
        ],
        required=True,
        readonly=True,
    )
    kind = fields.Char("Kind of Paper", readonly=True)
    wanted = fields.Json(readonly=True)
    order_uid = fields.Many2one(
        "res.users", "Ordered by", readonly=True, required=True, ondelete="cascade"
    )
    state = fields.Selection(
        [
            ("waiting", "Being printed"),
            ("done", "Ready"),
            ("failed", "Could not be printed"),
        ],
        required=True,
        default="waiting",
        readonly=True,
    )
    total = fields.Integer("Papers Wanted", readonly=True)
    done = fields.Integer("Papers Made", readonly=True)
    left_out = fields.Integer("Not Readable Any More", readonly=True)
    progress = fields.Float(compute="_compute_progress")
    problem = fields.Char(readonly=True)
    part_ids = fields.One2many("complaint.print.part", "print_id")

    @api.depends("done", "total")
    def _compute_progress(self):
        for item in self:
            item.progress = 100 * item.done / item.total if item.total else 0

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    @api.model
    def _order_papers(self, way, kind, records, name):
        """Have papers made in the background; return the action that shows how far.

        :param way: ``form``, ``sheet`` or ``notice``
        :param kind: kind of form or sheet
        :param records: what they are of, in this order
        """
        order = self._create_sealed(
            "ordered",
            {
                "name": name,
                "way": way,
                "kind": kind,
                "wanted": records.ids,
                "total": len(records),
                "order_uid": self.env.uid,
            },
        )
        # sudo: ir.cron - the job makes them, whoever wants them
        self.env.ref("community_complaint.complaint_print_cron").sudo()._trigger()
        return order._show()

    def _show(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_refresh(self):
        """Show how far it is."""
        self.check_access("read")
        return self._show()

    def action_download(self):
        """Show the papers.

        :raise UserError: if they are not ready
        """
        self.ensure_one()
        self.check_access("read")
        if self.state != "done":
            raise UserError(self.env._("The papers are not ready yet."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/complaint/prints/{self.id}",
            "target": "new",
        }

    def _content(self):
        """Return the PDF of all papers."""
        return paper_pdf.merge([part._content() for part in self.part_ids])

    # ----------------------------------------------------------------------
    # In the background
    # ----------------------------------------------------------------------

    @api.model
    def _cron_print(self):
        """Make what was ordered, one transaction a batch; resumes where it stopped."""
        cron = self.env["ir.cron"]
        for order in self.search([("state", "=", "waiting")], order="id"):
            while order.state == "waiting" and order.try_lock_for_update():
                order._make_some()
                if not cron._commit_progress(
                    1, remaining=int(order.state == "waiting")
                ):
                    return

    def _make_some(self):
        """Make the next papers, under the rights of who wants them."""
        start = self.done + self.left_out
        batch = self.wanted[start : start + _BATCH]
        papers = self.with_user(self.order_uid)
        try:
            with self.env.cr.savepoint():
                records = papers._readable(batch)
                content = papers._render(records) if records else None
        except UserError as error:
            self._write_sealed("made", {"state": "failed", "problem": str(error)})
            return
        except Exception:  # noqa: BLE001 pylint: disable=broad-except
            # one order that cannot be printed keeps nobody else's waiting
            _logger.exception("Papers of order %s cannot be printed", self.id)
            why = papers.env._("The server could not print them; its log says why.")
            self._write_sealed("made", {"state": "failed", "problem": why})
            return
        if content:
            self.env["complaint.print.part"]._keep(self, content)
        done = self.done + len(records)
        missing = self.left_out + len(batch) - len(records)
        over = done + missing >= self.total
        vals = {"done": done, "left_out": missing}
        if over:
            vals["state"] = "done" if done else "failed"
            if not done:
                vals["problem"] = papers.env._("None of them can be read any more.")
        self._write_sealed("made", vals)
        if over:
            papers._say_so()

    def _say_so(self):
        """Tell whoever has the program open that the papers are there."""
        self.order_uid._bus_send(
            "simple_notification",
            {
                "type": "success" if self.state == "done" else "warning",
                "title": self.name,
                "message": self.env._(
                    "Look under Papers and Evidence, Papers Being Printed."
                ),
            },
        )

    def _readable(self, ids):
        """Return the records of some ids that the user may read now, in their order."""
        Form = self.env["complaint.form"]
        model = {
            "form": "helpdesk.ticket",
            "notice": "complaint.notice",
            "sheet": Form._sheet_models().get(self.kind),
        }[self.way]
        staff = self.env.user.has_group("community_complaint.group_complaint_staff")
        if (
            not model
            or not staff
            or (self.way == "form" and self.kind not in Form._kinds())
        ):
            return self.env["helpdesk.ticket"]
        records = self.env[model].with_context(active_test=False)
        found = records.search([("id", "in", ids)])
        if self.way == "form":
            found = found.filtered("is_complaint")
        elif self.way == "notice":
            found -= found._out_of_reach()
        known = set(found._ids)
        return records.browse(id_ for id_ in ids if id_ in known)

    def _render(self, records):
        """Return the PDF of papers of records."""
        if self.way == "form":
            return self.env["complaint.form"]._render(self.kind, records)
        if self.way == "sheet":
            return self.env["complaint.form"]._render_sheets(self.kind, records)
        contents, changed = records._frozen_papers()
        if changed:
            changed._log_changed_papers()
            raise UserError(
                self.env._(
                    "These papers are not what was issued: %s",
                    ", ".join(changed.mapped("number")),
                )
            )
        return paper_pdf.merge(contents)

    @api.autovacuum
    def _gc_prints(self):
        """Throw papers away that somebody could have fetched for a day."""
        day = fields.Datetime.subtract(fields.Datetime.now(), days=_KEPT_DAYS)
        self.search([("create_date", "<", day)])._unlink_sealed("over")
