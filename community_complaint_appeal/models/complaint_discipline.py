from odoo import fields, models

from odoo.addons.community_complaint.tools.life import Life, More, Opening


class ComplaintDiscipline(models.Model):
    """An appeal suspends the measures that follow from what it contests."""

    _inherit = "complaint.discipline"

    # whoever had a part in the result does not approve what follows from it
    _life = Life(
        {
            "approve": More(
                not_by=(
                    "ticket_id.involved_user_ids",
                    "ticket_id.decision_ids.create_uid",
                    "ticket_id.decision_ids.decided_by_id",
                    "ticket_id.appeal_ids.decided_by_id",
                )
            ),
        }
    )
    _openings = {
        "appealed": Opening(
            "An appeal suspends what follows from the decision it contests.",
            ("suspending_appeal_id",),
        ),
    }

    suspending_appeal_id = fields.Many2one(
        "complaint.appeal",
        string="Suspended by",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    def _suspend_for(self, appeal):
        """Suspend what an appeal contests, as far as something came of it already."""
        sources = self._step("suspend").sources
        items = self.filtered(lambda item: item.state in sources)
        if items:
            items._take("suspend", appeal.display_name)
            items._write_sealed("appealed", {"suspending_appeal_id": appeal.id})

    def _resume_after(self, appeal):
        """Go on with what an appeal suspended."""
        items = self.filtered(
            lambda item: (
                item.state == "suspended" and item.suspending_appeal_id == appeal
            )
        )
        if items:
            items._take("resume")
            items._write_sealed("appealed", {"suspending_appeal_id": False})

    def _gates_approve(self):
        yield from super()._gates_approve()
        yield from self._gate_appeal()

    def _gates_enforce(self, start_date):
        yield from super()._gates_enforce(start_date)
        yield from self._gate_appeal()

    def _gates_resume(self):
        yield from super()._gates_resume()
        yield from self._gate_appeal()

    def _gate_appeal(self):
        """Yield that an appeal against the decision behind one measure is open."""
        # sudo: complaint.appeal - whether one is open, whoever asks
        case = self.sudo().ticket_id
        if not (self.decision_id and case.regulation_id.discipline_suspended):
            return
        for appeal in case.appeal_ids.filtered(lambda item: item._is_open()):
            yield self.env._("%s is not decided yet.", appeal.display_name)
