from odoo import api, fields, models

from .helpdesk_ticket_leaving import STRUCK


class ComplaintDispatchHeld(models.AbstractModel):
    """What may be in a message to others than the complainant, whoever queues it.

    In a case that is not open the finder goes over it. If only the vault knows who is
    named in it, the message waits for a custodian: who wrote it is not shown what was
    taken out. Steps, fields and openings are declared with ``complaint.dispatch``.
    """

    _name = "complaint.dispatch.held"
    _description = "Messages That Wait for a Custodian"

    held = fields.Boolean(
        "Waits for a Custodian",
        readonly=True,
        copy=False,
        index=True,
        help="Somebody wrote in it what tells who complained. It was taken out; an "
        "identity custodian looks at it before it goes out.",
    )
    held_content = fields.Text(
        "Text as It Goes Out",
        readonly=True,
        copy=False,
        groups="community_complaint.group_complaint_custodian",
    )

    @api.model
    def _prepare_leaving_vals(self, vals):
        """Return the values of a new dispatch without what its addressee must not get."""
        # what an alarm says is the program's own, and bare
        text = not vals.get("alarm") and vals.get("content")
        ticket = self.env["helpdesk.ticket"].browse(vals["ticket_id"])
        if not text or not ticket._leaves_unnamed(vals["addressee"]):
            return vals
        office = ticket.with_context(lang=ticket._paper_lang())
        shown = office._leaving_redactor(known=False)(text)
        struck = set()
        token = STRUCK.set(struck)
        try:
            told = office._leaving_redactor()(text)
        finally:
            STRUCK.reset(token)
        if not struck:
            return {**vals, "content": shown}
        return {
            **vals,
            "content": office.env._("An identity custodian looks at this text first."),
            "held": True,
            "held_content": told,
        }

    def _note_held(self):
        """Put on record that messages wait, and tell the custodians."""
        for dispatch in self.filtered("content"):
            dispatch.ticket_id._note_struck(f"{self._name}.content")

    def _told_file_name(self, file):
        """Return what a file that goes out with one dispatch is called."""
        ticket = self.ticket_id
        if not ticket._leaves_unnamed(self.addressee):
            return file.name
        return ticket._leaving_redactor()(file.name)

    # ----------------------------------------------------------------------
    # Release. EXPOSED API
    # ----------------------------------------------------------------------

    def action_release(self):
        """Let messages go out in which the vault took something out."""
        return self._take("release")

    def _gates_release(self):
        if not self.held:
            yield self.env._("%s waits for nobody.", self.display_name)

    def _after_release(self):
        """Put in what goes out; papers have no text of their own."""
        # sudo: complaint.dispatch - only custodians take this step
        for dispatch in self.sudo().filtered("held_content"):
            dispatch.write({"content": dispatch.held_content, "held_content": False})
        self._wake_up()

    def _held_text(self):
        return self.env._("%s waits for an identity custodian.", self.display_name)
