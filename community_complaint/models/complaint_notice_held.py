import hashlib

from odoo import api, fields, models

from ..tools.append_only import PURGE
from ..tools.roles import CUSTODIAN
from .helpdesk_ticket_leaving import STRUCK


class ComplaintNoticeHeld(models.AbstractModel):
    """How a paper is frozen, and where: what names who complained goes to custodians.

    In a case that is not open the vault may take out of a paper for others what somebody
    of the office wrote in it. The paper is in the vault then, so that nobody finds out by
    it who complained, until a custodian lets it go out. Steps, fields and openings are
    declared with ``complaint.notice``.
    """

    _name = "complaint.notice.held"
    _description = "Papers That Wait for a Custodian"

    held = fields.Boolean(
        "Waits for a Custodian",
        readonly=True,
        copy=False,
        help="Somebody wrote in it what tells who complained. It was taken out; an "
        "identity custodian looks at the paper before it goes out.",
    )

    # ----------------------------------------------------------------------
    # Freezing
    # ----------------------------------------------------------------------

    def _freeze(self):
        """Render the papers, keep them with their hashes."""
        struck = set()
        token = STRUCK.set(struck)
        try:
            contents = self._render_papers()
        finally:
            STRUCK.reset(token)
        attachments = self.env["ir.attachment"].create(
            [
                {
                    "name": f"{notice.number}.pdf".replace("/", "-"),
                    "raw": content,
                    "mimetype": "application/pdf",
                    "res_model": notice._name,
                    "res_id": notice.id,
                }
                for notice, content in zip(self, contents, strict=True)
            ]
        )
        for notice, attachment, content in zip(
            self, attachments, contents, strict=True
        ):
            notice.pdf_attachment_id = attachment
            notice.sha256 = hashlib.sha256(content).hexdigest()
        self.filtered(lambda item: item.id in struck)._hold()

    def _hold(self):
        """Keep papers in the vault until a custodian has looked at them."""
        for notice in self:
            notice.held = True
            notice.ticket_id._into_vault(notice.pdf_attachment_id)
            notice.ticket_id._note_struck(notice._name)

    # ----------------------------------------------------------------------
    # Before
    # ----------------------------------------------------------------------

    @api.model
    def _preview_papers(self, vals_list):
        """Return papers as others would get them, as far as who issues them may know.

        Nothing is issued, and the vault is not read: what it alone knows is taken out
        when they are issued.

        :param vals_list: ``ticket_id``, ``kind``, ``addressee``, and whom it names
        :return: list of bytes, PDFs without a number
        """
        pages = []
        for vals in vals_list:
            ticket = self.env["helpdesk.ticket"].browse(vals["ticket_id"])
            made = {"issued_date": fields.Datetime.now(), "lang": ticket._paper_lang()}
            pages.append(self.new({**vals, **made})._paper_page())
        return self.env["ir.actions.report"]._print_papers(pages) if pages else []

    # ----------------------------------------------------------------------
    # Who may open it
    # ----------------------------------------------------------------------

    def _out_of_reach(self):
        """Return the notices whose paper is in the vault or was erased.

        The papers of a case that became confidential later belong to its identity, see
        ``helpdesk.ticket._lock_papers_away``.
        """
        if self.env.su:
            return self.browse()
        # sudo: ir.attachment - only where the file belongs
        vaulted = self.filtered(
            lambda notice: (
                notice.sudo().pdf_attachment_id.res_model == "complaint.identity"
            )
        )
        if self.env.user.has_group(CUSTODIAN):
            # what was taken out tells nothing to who may know it
            vaulted = vaulted.filtered(lambda notice: not notice.held)
        identities = self.env["complaint.identity"].search(
            [("ticket_id", "in", vaulted.ticket_id.ids)]
        )
        hidden = vaulted.filtered(
            lambda notice: notice.ticket_id not in identities.ticket_id
        )
        # sudo: ir.attachment - as above
        return hidden | self.filtered(lambda item: not item.sudo().pdf_attachment_id)

    # ----------------------------------------------------------------------
    # Release. EXPOSED API
    # ----------------------------------------------------------------------

    def _gates_release(self):
        if not self.held:
            yield self.env._("%s waits for nobody.", self.number)

    def action_release(self):
        """Let papers go out in which the vault took something out."""
        return self._take("release")

    def _after_release(self):
        for notice in self:
            # sudo: ir.attachment - a custodian lets it go out
            paper = notice.sudo().pdf_attachment_id
            paper.with_context(complaint_purge=PURGE).write(
                {"res_model": notice._name, "res_id": notice.id}
            )
        # sudo: complaint.dispatch - the paper goes on its way
        self.sudo().dispatch_ids.filtered("held")._do_step("release")
        self.transfer_id._hand_over(self.filtered("transfer_id"))
