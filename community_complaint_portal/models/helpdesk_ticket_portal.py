from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import html2plaintext

from odoo.addons.community_complaint.tools.life import Opening
from odoo.addons.community_complaint.tools.steps import FINISHED_PHASES, OPEN_PHASES

from ..tools.uploads import MAX_FILE_SIZE, MAX_FILES, MAX_TOTAL_SIZE

_MEGABYTE = 1024 * 1024
#: Subtypes of the messages between office and complainant; others are internal.
_FROM_COMPLAINANT = "community_complaint.mt_from_complainant"
_TO_COMPLAINANT = "community_complaint.mt_to_complainant"
#: Phases in which the complainant knows the result.
_RESULT_PHASES = ("notified", "follow_up", "closed", "archived")


class HelpdeskTicket(models.Model):
    """What a resident may know of and do with their own case.

    Ownership is ``complaint.identity.partner_id``: the resident's own contact, never
    their company or household. Every method here works on cases found by
    :meth:`_portal_find` or :meth:`_portal_search`.
    """

    _inherit = "helpdesk.ticket"

    _openings = {
        "demo": Opening(
            "Residents of the demo office filed some of its cases.", ("channel_id",)
        )
    }

    # ----------------------------------------------------------------------
    # Finding one's own
    # ----------------------------------------------------------------------

    @api.model
    def _portal_domain(self, partner, state="all"):
        """Return the domain of a resident's own cases.

        :param state: ``all``, ``open`` or ``finished``
        """
        # ids first: joined to the order of the list, the database would rather walk
        # over all complaints of the office
        # sudo: complaint.identity - only which cases are one's own, nothing is shown
        identities = self.env["complaint.identity"].sudo()
        # the conversation and the papers are the main complainant's
        own = identities.search_fetch(
            [("partner_id", "=", partner.id), ("joint", "=", False)], ["ticket_id"]
        )
        domain = Domain("id", "in", own.ticket_id.ids)
        domain &= Domain("is_complaint", "=", True)
        if state == "open":
            domain &= Domain("phase", "in", OPEN_PHASES)
        elif state == "finished":
            domain &= Domain("phase", "in", FINISHED_PHASES)
        return domain

    @api.model
    def _portal_office(self):
        """Return this model as the office's own service acts for residents.

        What the portal writes then bears no trace of the resident's user.
        """
        return self.with_user(SUPERUSER_ID).with_context(active_test=False)

    @api.model
    def _portal_count(self, partner, state="all"):
        """Return how many cases a resident has."""
        return self._portal_office().search_count(self._portal_domain(partner, state))

    @api.model
    def _portal_search(self, partner, state="all", order=None, limit=None, offset=0):
        """Return a resident's own cases, as the office's service."""
        return self._portal_office().search(
            self._portal_domain(partner, state), order=order, limit=limit, offset=offset
        )

    @api.model
    def _portal_find(self, partner, number):
        """Return a resident's own case by its number, empty if there is none.

        Somebody else's number and a missing one give the same answer.

        :param number: cleaned by ``tools.forms.as_number``, or ``False``
        """
        if not number:
            return self.browse()
        domain = self._portal_domain(partner) & Domain("number", "=", number)
        found = self._portal_office().search(domain, order="id")
        # two offices on one database may both have given this number
        mine = found.filtered(lambda case: case.company_id == self.env.company)
        case = (mine or found)[:1]
        return case.with_context(allowed_company_ids=case.company_id.ids)

    # ----------------------------------------------------------------------
    # What is shown
    # ----------------------------------------------------------------------

    @api.model
    def _portal_today(self, regulation):
        """Return today's date in the office that works under a regulation."""
        return self.new({"regulation_id": regulation.id})._office_date()

    def _portal_notices(self):
        """Return the papers addressed to the complainant, the newest first."""
        return self.notice_ids.filtered(
            lambda notice: (
                notice.addressee == "complainant"
                and notice.state != "void"
                and notice.pdf_attachment_id
            )
        )

    def _portal_notice(self, notice_id):
        """Return one of the complainant's papers by its id, empty if it is none."""
        return self._portal_notices().filtered(lambda item: item.id == notice_id)

    def _portal_decision(self):
        """Return the decision the complainant was told, empty before."""
        if self.phase not in _RESULT_PHASES:
            return self.env["complaint.decision"]
        return self.decision_ids.filtered(lambda item: item.state == "in_force")[:1]

    def _portal_measures(self):
        """Return the names of the measures the complainant may know.

        What happens to a member of staff is told in the notice or not at all.
        """
        lines = self._portal_decision().measure_line_ids
        return lines.filtered(lambda line: line.kind != "sanction").measure_id.mapped(
            "name"
        )

    def _portal_messages(self):
        """Return the messages between office and complainant, the oldest first."""
        subtypes = [
            self.env.ref(_FROM_COMPLAINANT).id,
            self.env.ref(_TO_COMPLAINANT).id,
        ]
        return self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "in", self.ids),
                ("subtype_id", "in", subtypes),
            ],
            order="id",
        )

    def _portal_conversation(self):
        """Return the messages as plain data; markup of mails stays out."""
        own = self.env.ref(_FROM_COMPLAINANT)
        return [
            {
                "own": message.subtype_id == own,
                "date": message.date,
                "text": html2plaintext(message.body or "").strip(),
                "files": [(file.id, file.name) for file in message.attachment_ids],
            }
            for message in self._portal_messages()
        ]

    def _portal_own_files(self):
        """Return the files the complainant sent when filing."""
        return self.evidence_ids.filtered("filed_in_portal").attachment_ids

    def _portal_files(self):
        """Return the files the complainant may download; EXTENSION POINT."""
        return self._portal_messages().attachment_ids | self._portal_own_files()

    def _portal_file(self, attachment_id):
        """Return a file the complainant may download, empty if it is none."""
        return self._portal_files().filtered(lambda file: file.id == attachment_id)

    # ----------------------------------------------------------------------
    # What the complainant does
    # ----------------------------------------------------------------------

    def _portal_may_write(self):
        """Tell whether the office still takes messages on this case."""
        return self.phase != "archived"

    def _portal_may_withdraw(self):
        """Tell whether there still is something to withdraw."""
        return self.phase in OPEN_PHASES

    def _portal_post(self, text, uploads=()):
        """Add what the complainant writes to the case; nothing of it changes later.

        :param uploads: list of :class:`~..tools.uploads.Upload`
        :raise UserError: if the case is archived
        """
        self.ensure_one()
        if not self._portal_may_write():
            raise UserError(
                self.env._("This case is archived. Please file a new complaint.")
            )
        office = self.with_context(lang=self._paper_lang())
        evidence = self._portal_keep(
            uploads, office.env._("Files sent with a message"), with_message=True
        )
        self._post_from_complainant(text, evidence)
        self._portal_tell_office(office.env._("Read the complainant's message"))

    def _portal_tell_office(self, summary, people=None):
        """Give who works on the case something to do, unless they have it already.

        Nobody who is kept away from the case hears of it.

        :param summary: a sentence in the office's language
        :param people: ``res.users``, the first who may know of it is told; by default
            the handler, else the head or a member of the desk
        """
        self.ensure_one()
        desk = self.team_id
        people = people or self.user_id + desk.user_id + desk.user_ids
        people -= self.conflict_user_ids
        user = people.filtered("active")[:1]
        known = self.activity_ids.filtered(
            lambda item: item.active and item.summary == summary
        )
        if user and user not in known.user_id:
            self.activity_schedule(
                "mail.mail_activity_data_todo", summary=summary, user_id=user.id
            )

    def _portal_ask_withdrawal(self, reason=""):
        """Tell the office that the complainant wants to withdraw.

        The office decides on it: the case itself does not change.

        :raise UserError: if the case is finished
        """
        self.ensure_one()
        if not self._portal_may_withdraw():
            raise UserError(self.env._("This case is finished already."))
        office = self.with_context(lang=self._paper_lang())
        text = office.env._("I would like to withdraw my complaint.")
        self._portal_post("\n\n".join(filter(None, (text, reason))))

    def _is_opened_by_staff(self):
        """Return whether who opens a page of one case works here, and did not complain.

        What is shown to them was not read by the complainant.
        """
        reader = request.env.user if request else self.env.user
        # sudo: complaint.identity - whether it is the reader's own case
        person = self.sudo().identity_ids[:1]
        return (
            reader._is_internal()
            and not reader._is_superuser()
            and reader.partner_id != person.partner_id
        )

    def _portal_receive(self, notice):
        """Record that the complainant confirmed to have received a paper.

        :param notice: one of :meth:`_portal_notices`
        """
        self.ensure_one()
        if self._is_opened_by_staff():
            return
        # sudo: complaint.dispatch - the complainant's own, found by the caller
        dispatches = self.env["complaint.dispatch"].sudo()
        dispatches._paper_confirmed(notice)
        if notice.state != "issued":
            return
        office = self.with_context(lang=self._paper_lang())
        notice._do_step(
            "serve",
            self._office_date(),
            delivery="portal",
            note=office.env._("Confirmed by the complainant in the portal"),
        )
        dispatches._paper_confirmed(notice)

    # ----------------------------------------------------------------------
    # Files
    # ----------------------------------------------------------------------

    def _portal_keep(self, uploads, title, with_message=False):
        """Take files in as a piece of evidence; the originals are locked away.

        :param uploads: list of :class:`~..tools.uploads.Upload`
        :param title: of the evidence, in the office's language
        :param with_message: they are shown with a message, not with the complaint
        :return: a ``complaint.evidence`` record with the files everybody works with, none
            without uploads: what tells who made a file, where and when is not in them
        """
        self.ensure_one()
        if not uploads:
            return self.env["complaint.evidence"]
        # evidence stays byte for byte: no resizing of pictures
        files = self.env["ir.attachment"].with_context(image_no_postprocess=True)
        return self._portal_take_evidence(
            files.create(
                [
                    {
                        "name": upload.name,
                        "raw": upload.content,
                        "mimetype": upload.mimetype,
                        "company_id": self.company_id.id,
                    }
                    for upload in uploads
                ]
            ),
            title,
            filed_in_portal=not with_message,
        )

    def _portal_take_evidence(self, files, title, **vals):
        """Return a new piece of evidence with files.

        :param files: ``ir.attachment`` records that belong to nothing yet
        """
        office = self.with_context(lang=self._paper_lang())
        source = office.env._("Complainant, in the portal")
        vals = {**office._prepare_sent_vals(files, title, source), **vals}
        return office.env["complaint.evidence"]._create_sealed("portal", vals)

    @api.model
    def _portal_refused_messages(self, refused):
        """Return one sentence per refused file.

        :param refused: list of :class:`~..tools.uploads.Refused`
        """
        sentences = {
            "size": self.env._(
                "is larger than %s MB. Please choose a smaller file or bring it to us.",
                MAX_FILE_SIZE // _MEGABYTE,
            ),
            "total": self.env._(
                "was not added: all files together may have %s MB.",
                MAX_TOTAL_SIZE // _MEGABYTE,
            ),
            "count": self.env._(
                "was not added: at most %s files can be sent.", MAX_FILES
            ),
            "type": self.env._(
                "is of a kind we cannot open. Please send photos, PDF or office "
                "documents, sound or video."
            ),
            "empty": self.env._("is empty."),
            "bomb": self.env._(
                "becomes far too large when it is opened. Please send a smaller picture "
                "or document."
            ),
        }
        return [
            self.env._(
                "“%(file)s” %(problem)s", file=item.name, problem=sentences[item.reason]
            )
            for item in refused
        ]
