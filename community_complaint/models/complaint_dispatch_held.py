from odoo import api, fields, models
from odoo.tools import format_list

from ..tools.file_text import file_text


class ComplaintDispatchHeld(models.AbstractModel):
    """What may be in a message to others than the complainant, whoever queues it.

    In a case that is not open the finder goes over it, and it waits for a custodian,
    whatever it says. What only the vault knows is taken out when it is released; who
    wrote it is not shown that. Steps, fields and openings are declared with
    ``complaint.dispatch``.
    """

    _name = "complaint.dispatch.held"
    _description = "Messages That Wait for a Custodian"

    held = fields.Boolean(
        "Waits for a Custodian",
        readonly=True,
        copy=False,
        index=True,
        help="Who complained is kept secret: an identity custodian looks at it before it "
        "goes out to others.",
    )
    released_date = fields.Datetime(
        "Released on",
        readonly=True,
        copy=False,
        help="What a custodian released is not looked at again if it does not arrive.",
    )
    told_content = fields.Text(
        "Text as It Goes Out",
        compute="_compute_told_content",
        groups="community_complaint.group_complaint_custodian",
    )

    files_note = fields.Text(
        "What Is in the Files",
        compute="_compute_files_note",
        groups="community_complaint.group_complaint_custodian",
    )

    @api.depends("file_ids", "held")
    @api.depends_context("lang")
    def _compute_files_note(self):
        for dispatch in self:
            dispatch.files_note = dispatch.held and "\n".join(dispatch._file_notes())

    def _file_notes(self):
        """Yield what a custodian should know of the files of one message."""
        naming, unread = self._looked_into()
        if naming:
            yield self.env._(
                "Who complained is named in: %s", format_list(self.env, naming)
            )
        if unread:
            yield self.env._(
                "Only people can read, open it: %s", format_list(self.env, unread)
            )

    def _looked_into(self):
        """Look into the files of one message for who the vault knows.

        :return: ``(names of files that name them, names of those nobody could read)``
        """
        naming, unread = [], []
        case = self.ticket_id
        if not self.file_ids or not case._leaves_unnamed(self.addressee):
            return naming, unread
        # sudo: ir.attachment - who queued it could read them, custodians release them
        for file in self.file_ids.sudo():
            text = file_text(file.raw or b"")
            with case._released() as struck:
                case._leaving_redactor(anybody=False)(text or "")
            if text is None:
                unread.append(file.name)
            elif struck:
                naming.append(file.name)
        return naming, unread

    @api.depends("content", "ticket_id.confidentiality", "addressee")
    def _compute_told_content(self):
        for dispatch in self:
            dispatch.told_content = dispatch._told_text()

    def _told_text(self):
        """Return the text of one dispatch as its addressee gets it.

        Others than the complainant of a secret case get nothing that the vault knows;
        the words on file stay as they were shown to who wrote them.
        """
        case = self.ticket_id.with_context(lang=self.ticket_id._paper_lang())
        if self.alarm or not case._leaves_unnamed(self.addressee):
            return self.content
        with case._released():
            return case._leaving_redactor()(self.content)

    @api.model
    def _prepare_leaving_vals(self, vals):
        """Return the values of a new dispatch without what its addressee must not get.

        What is ``bare`` is the program's own words, as alarms are.
        """
        bare = vals.get("alarm") or vals.get("bare")
        vals = {name: value for name, value in vals.items() if name != "bare"}
        text = not bare and vals.get("content")
        ticket = self.env["helpdesk.ticket"].browse(vals["ticket_id"])
        if not text or not ticket._leaves_unnamed(vals["addressee"]):
            return vals
        office = ticket.with_context(lang=ticket._paper_lang())
        return {
            **vals,
            "content": office._leaving_redactor()(text),
            "held": not vals.get("released_date"),
        }

    def _note_held(self):
        """Ask the custodians to release what waits; papers see to that themselves."""
        self.filtered("content").ticket_id._settle_asked("release")

    def _told_file_name(self, file):
        """Return what a file that goes out with one dispatch is called."""
        case = self.ticket_id
        if not case._leaves_unnamed(self.addressee):
            return file.name
        with case._released():
            return case._leaving_redactor()(file.name)

    # ----------------------------------------------------------------------
    # Release. EXPOSED API
    # ----------------------------------------------------------------------

    def action_release(self):
        """Let messages go out to others, without who the vault knows is in them.

        What brings a paper goes with it: the paper is compared with the vault as well.
        """
        papers = self.filtered("held").notice_id.filtered("held")
        if papers:
            papers.action_release()
        messages = self - papers.dispatch_ids
        waiting = messages.filtered("held") or (not papers and messages)
        return waiting._take("release") if waiting else True

    def _gates_release(self):
        if not self.held:
            yield self.env._("%s waits for nobody.", self.display_name)
        elif self.transfer_id._is_over():
            yield self.env._(
                "%(transfer)s is over, nobody there waits for this any more: choose “Do "
                "Not Send”.",
                transfer=self.transfer_id.display_name,
            )
        elif naming := self._looked_into()[0]:
            yield self.env._(
                "Who complained is named in %s: nobody can take that out. Choose “Do Not "
                "Send”, and ask for a copy in which it is covered.",
                format_list(self.env, naming),
            )

    def _after_release(self):
        """Say on which cases the vault took something out."""
        for dispatch in self.filtered("content"):
            # sudo: complaint.dispatch - only custodians take this step
            if dispatch.sudo().told_content != dispatch.content:
                self.env["complaint.log"]._record(
                    "redacted",
                    dispatch.ticket_id,
                    {"fields": [f"{self._name}.content"]},
                )
        self._wake_up()
        self._note_held()

    def _after_call_off(self):
        self._note_held()

    def action_withhold(self, text=None):
        """Let messages not go out; who handles the case is told.

        :param text: why, without names; without it a dialog asks
        """
        return self._take("withhold", text)

    def _gates_withhold(self, text):
        if not self.held:
            yield self.env._("%s waits for nobody.", self.display_name)
        elif self.notice_id:
            yield self.env._("It brings a paper: a leader declares that void.")

    def _prepare_withhold_vals(self, text):
        return {"failure": self.ticket_id._without_names(text)}

    def _after_withhold(self):
        self._note_held()
        self._tell_not_sent()

    # ----------------------------------------------------------------------
    # What it is about is over
    # ----------------------------------------------------------------------

    def _recall(self, why):
        """Call off messages that wait for a custodian: what they are about is over.

        :param why: for the file, in the office's language
        """
        # sudo: complaint.dispatch - whoever ended it
        waiting = self.sudo().filtered(
            lambda item: item.held and item.state == "queued"
        )
        waiting._do_step("call_off", why)
        waiting._tell_not_sent()

    def _tell_not_sent(self):
        """Give whoever handles the cases the task to look whether it is needed still."""
        for dispatch in self:
            case = dispatch.ticket_id
            office = dispatch.with_context(lang=case._paper_lang())
            # sudo: helpdesk.ticket - a word of the office about the case
            case.sudo()._remind_of_mail(
                office.env._(
                    "Not sent: %s. Write again if it is needed still.",
                    office.display_name,
                )
            )

    def _held_text(self):
        return self.env._("%s waits for an identity custodian.", self.display_name)
