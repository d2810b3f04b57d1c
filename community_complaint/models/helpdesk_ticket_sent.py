from markupsafe import Markup

from odoo import Command, models
from odoo.tools import plaintext2html


class HelpdeskTicket(models.Model):
    """Files people send to a case are evidence, whichever way they come.

    The original is locked away, people work with a clean copy, see
    ``complaint.evidence.original``.
    """

    _inherit = "helpdesk.ticket"

    def _prepare_sent_vals(self, files, title, source):
        """Return the values of a piece of evidence with files somebody sent.

        :param files: ``ir.attachment`` records that belong to nothing yet
        :param title: of the evidence, in the office's language
        :param source: who sent it and how, in the office's language
        """
        self.ensure_one()
        photos = all(file.mimetype.startswith("image/") for file in files)
        return {
            "ticket_id": self.id,
            "name": title,
            "kind": "photo" if photos else "document",
            "side": "complainant",
            "received_from": source,
            "received_date": self._office_date(),
            "custodian_id": False,
            "attachment_ids": [Command.set(files.ids)],
        }

    def _keep_mailed(self, mail, known=True):
        """Take in the files of a mail.

        :param mail: ``tools.mail_reader.Mail``
        :param known: whether it is the complainant's
        :return: a ``complaint.evidence`` record, none if there are no files
        """
        self.ensure_one()
        if not mail.files:
            return self.env["complaint.evidence"]
        # sudo: helpdesk.ticket - what was mailed, the caller checked whose
        office = self.sudo()._as_received()
        office = office.with_context(lang=self._paper_lang())
        files = office.env["ir.attachment"].create(
            [{"name": file.name, "raw": file.content} for file in mail.files]
        )
        source = office.env._("Complainant, by e-mail")
        if not known:
            source = office.env._("Somebody else, by e-mail")
        title = office.env._("Files sent by e-mail")
        vals = office._prepare_sent_vals(files, title, source)
        vals["side"] = "complainant" if known else "third"
        return office.env["complaint.evidence"]._create_sealed("sent", vals)

    def _tell_sender(self, text):
        """Tell the complainant something about what they sent, in the portal and outside.

        :param text: plain text, in the office's language
        """
        # sudo: helpdesk.ticket - the office's service answers what was sent
        office = self.sudo()._as_received()
        office.message_post(
            body=text,
            message_type="comment",
            subtype_xmlid="community_complaint.mt_to_complainant",
        )
        office._tell_complainant(text, "tell")

    def _tell_held_outside(self, evidence):
        """Tell who answered by message which of their files wait for a custodian.

        :param evidence: ``complaint.evidence`` of that message, maybe none
        """
        line = evidence.with_context(lang=self._paper_lang())._held_line()
        if line:
            # sudo: helpdesk.ticket - the office's service answers what was sent
            self.sudo()._as_received()._tell_complainant(line, "tell")

    def _tell_held(self, evidence):
        """Tell the complainant in the portal which files wait for a custodian.

        :param evidence: ``complaint.evidence`` of files that came without a message
        """
        line = evidence.with_context(lang=self._paper_lang())._held_line()
        if line:
            # sudo: helpdesk.ticket - the office's service answers what was sent
            self.sudo()._as_received().message_post(
                body=line,
                message_type="comment",
                subtype_xmlid="community_complaint.mt_to_complainant",
            )

    def _sent_body(self, text, evidence=None, note=None):
        """Return the body of a message with what people should know above it.

        :param text: plain text
        """
        office = evidence and evidence.with_context(lang=self._paper_lang())
        remarks = filter(None, (note, office and office._held_line()))
        lines = [Markup("<p><i>%s</i></p>") % remark for remark in remarks]
        return Markup("").join([*lines, plaintext2html(text or "")])
