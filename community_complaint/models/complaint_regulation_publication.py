from odoo import fields, models
from odoo.fields import Domain

from ..tools.duty import period_of
from .complaint_publication import MONTHS


class ComplaintRegulation(models.Model):
    """What a regulation publishes, and the public notice board."""

    _inherit = "complaint.regulation"

    publishes_results = fields.Boolean(
        "Publishes Each Result",
        help="Each result is published without names once the complainant knows it; the "
        "file is not archived before.",
    )
    gate_redaction = fields.Boolean(
        "Searched for Names before Publication",
        default=True,
        help="Nothing is published that tells who somebody is. Off: for texts without "
        "any secret only.",
    )
    publication_ids = fields.One2many(
        "complaint.publication", "regulation_id", string="Publications"
    )

    def _publishes(self):
        """Return whether one regulation publishes results at all."""
        return self.publishes_results or "publication" in self.duty_ids.mapped("kind")

    def _faults(self):
        """OVERRIDE: R01 and R02 publish and keep secret; only the gate allows both."""
        yield from super()._faults()
        secret = self.confidentiality != "open" or self.allow_anonymous
        if self._publishes() and secret and not self.gate_redaction:
            yield (
                "publication_secrecy",
                self.env._(
                    "It keeps secret who complains and publishes results, but they are "
                    "not searched for names before."
                ),
            )


class ComplaintDutyTask(models.Model):
    """A periodic publication is done by publishing (R01, R12)."""

    _inherit = "complaint.duty.task"

    publication_ids = fields.One2many(
        "complaint.publication", "task_id", string="Publications"
    )

    def action_draft_publication(self):
        """Open the publication of a duty, a new draft with the results if there is none.

        :return: an action
        """
        self.ensure_one()
        self.check_access("read")
        publications = self.env["complaint.publication"]
        publications.check_access("create")
        publication = publications.search(
            [("task_id", "=", self.id), ("state", "!=", "withdrawn")], limit=1
        )
        if not publication:
            publication = self._new_publication()
        return {
            "type": "ir.actions.act_window",
            "res_model": publications._name,
            "res_id": publication.id,
            "views": [(False, "form")],
        }

    def _new_publication(self):
        """Return the draft of one duty's period, or the one that somebody began."""
        kind, day = self._publication_period()
        publications = self.env["complaint.publication"]
        found = publications.search(
            Domain("regulation_id", "=", self.regulation_id.id)
            & Domain("kind", "=", kind)
            & Domain("date_from", "=", day)
            & Domain("state", "in", ("draft", "checked", "approved")),
            limit=1,
        )
        if found:
            found.task_id = self
            return found
        publication = publications.create(
            {
                "regulation_id": self.regulation_id.id,
                "kind": kind,
                "date_from": day,
                "task_id": self.id,
            }
        )
        publication.action_propose()
        return publication

    def _publication_period(self):
        """Return kind and first day of what one duty publishes.

        A duty that counts from the last time is about the last whole period.
        """
        months = self.duty_id._months()
        kind = {1: "month", 12: "year"}.get(months, "quarter")
        day = self.period_start
        if self.basis != "period":
            today = self.regulation_id._local_date(fields.Datetime.now())
            day = fields.Date.subtract(today.replace(day=1), months=MONTHS[kind])
        return kind, period_of(day, MONTHS[kind])[0]
