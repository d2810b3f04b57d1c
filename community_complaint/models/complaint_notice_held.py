import hashlib

from odoo import api, fields, models

from ..tools.append_only import PURGE
from ..tools.roles import CUSTODIAN
from .helpdesk_ticket_secrecy import names


class ComplaintNoticeHeld(models.AbstractModel):
    """How a paper is frozen, and where: in secret cases a custodian releases it.

    Every paper of a case that is not open for others than the complainant waits for a
    custodian, whatever it says: nobody finds out by it who complained. When it is
    released it is compared with the vault, and printed anew if that knows somebody in it.
    What was frozen is in the vault before and after, for custodians; who issues it sees
    before what it is like, see :meth:`_preview_papers`. Steps, fields and openings are
    declared with ``complaint.notice``.
    """

    _name = "complaint.notice.held"
    _description = "Papers That Wait for a Custodian"

    held = fields.Boolean(
        "Waits for a Custodian",
        readonly=True,
        copy=False,
        help="Who complained is kept secret: an identity custodian looks at the paper "
        "before it goes out to others.",
    )

    # ----------------------------------------------------------------------
    # Freezing
    # ----------------------------------------------------------------------

    def _freeze(self):
        """Render the papers, keep them with their hashes."""
        contents = self._render_papers()
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
        self.filtered(
            lambda notice: notice.ticket_id._leaves_unnamed(notice.addressee)
        )._hold()

    def _hold(self):
        """Keep papers in the vault until a custodian releases them, and say so."""
        for case, notices in self.grouped("ticket_id").items():
            case._into_vault(notices.pdf_attachment_id)
        self._write_sealed("held", {"held": True})
        self.ticket_id._settle_asked("release")

    def _is_locked_away(self):
        """Return whether the paper of one notice, if any, is for the vault alone."""
        # sudo: ir.attachment - only where the file belongs
        kept = self.sudo().pdf_attachment_id.res_model == "complaint.identity"
        return kept and self.addressee == "complainant"

    def _give_back(self, hide):
        """Let papers for others that name nobody belong to their notices again.

        The vault is emptied; what others got stays on file.

        :param hide: function that takes the complainant out of a text
        """
        papers = self._nameless(hide)
        for notice in self.filtered(lambda item: item.pdf_attachment_id in papers):
            notice.pdf_attachment_id.write(
                {"res_model": notice._name, "res_id": notice.id}
            )

    def _nameless(self, hide):
        """Return the papers in the vault that are for others and name nobody.

        :param hide: function that takes the complainant out of a text
        :return: ``ir.attachment`` records
        """
        others = self.filtered(lambda item: item.addressee != "complainant")
        return others.pdf_attachment_id.filtered(
            lambda paper: (
                paper.res_model == "complaint.identity" and not names(paper.raw, hide)
            )
        )

    # ----------------------------------------------------------------------
    # Before
    # ----------------------------------------------------------------------

    @api.model
    def _preview_papers(self, vals_list):
        """Return papers as others would get them, as far as who issues them may know.

        Nothing is issued, and the vault is not read: what it alone knows is taken out
        when they are released.

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
            vaulted = vaulted.filtered(lambda notice: notice.addressee == "complainant")
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
        elif self._is_over():
            yield self.env._(
                "What %s is about is over: a leader declares it void.", self.number
            )

    def _is_over(self):
        """Return whether what one paper is about is over, so that nobody needs it.

        Its transfer was called off or came back, another decision took the place of its
        own, or its measure was revoked.
        """
        # sudo: complaint.discipline - whether it is in force still, nothing is shown
        paper = self.sudo()
        return (
            paper.transfer_id._is_over()
            or paper.measure_line_id.decision_id.state == "superseded"
            or (paper.discipline_id.state == "revoked" and paper.kind != "revocation")
        )

    def _recall(self, why):
        """Declare void what waits for a custodian: what it is about is over.

        Nobody got it yet. Whether others were handed over, people know.

        :param why: for the file, in the office's language
        """
        # sudo: complaint.notice - whoever ended it
        waiting = self.sudo().filtered(
            lambda item: item.held and item.state == "issued"
        )
        waiting._do_step("void", why)

    def action_release(self):
        """Let papers go out to others, without who the vault knows is in them.

        Chosen from a list, those that wait go out.
        """
        return (self.filtered("held") or self)._take("release")

    def _after_release(self):
        for notice in self:
            notice._strike()
        # sudo: complaint.dispatch - the paper goes on its way
        self.sudo().dispatch_ids.filtered("held")._do_step("release")
        self._go_out()
        self.ticket_id._settle_asked("release")
        self._tell_released()

    def _tell_released(self):
        """Tell who issued papers that they may go out."""
        for case, papers in self.grouped("ticket_id").items():
            numbers = ", ".join(papers.mapped("number"))
            case._tell_people(
                papers.issued_by_id,
                lambda reader, numbers=numbers: reader.env._(
                    "%s: released, it goes out now or can be handed over.", numbers
                ),
            )

    def _strike(self):
        """Print one paper anew if the vault knows somebody in it."""
        case = self.ticket_id.with_context(lang=self.lang)
        with case._released() as struck:
            page = self._paper_page()
        if not struck:
            return
        [content] = self._number_pages(
            self.env["ir.actions.report"]._print_papers([page])
        )
        # sudo: ir.attachment - the frozen paper, for the custodian who releases it
        paper = self.sudo().pdf_attachment_id
        paper.with_context(complaint_purge=PURGE).write({"raw": content})
        self._write_step({"sha256": hashlib.sha256(content).hexdigest()})
        self.env["complaint.log"]._record("redacted", case, {"fields": [self._name]})
