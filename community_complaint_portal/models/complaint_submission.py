from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain
from odoo.tools import SQL, plaintext2html

from ..tools.forms import as_date

_DRAFT_LIFE = timedelta(days=14)
_SENT_LIFE = timedelta(days=60)


class ComplaintSubmission(models.Model):
    """A complaint a resident is typing in the portal, and the receipt of the sent one.

    What was typed is kept after every screen, so that nothing is lost when a file is
    refused, a phone rings or the connection breaks. Sending makes one case however
    often the form arrives. No role reads these records: they say who complains.
    """

    _name = "complaint.submission"
    _description = "Complaint Being Filed"
    _rec_name = "id"

    nonce = fields.Char(required=True)
    partner_id = fields.Many2one(
        "res.partner", string="Resident", required=True, index=True, ondelete="cascade"
    )
    regulation_id = fields.Many2one(
        "complaint.regulation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="regulation_id.company_id", store=True, index=True, precompute=True
    )
    type_id = fields.Many2one("helpdesk.ticket.type", string="Kind of Complaint")
    answers = fields.Json(help="What was typed so far.")
    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Complaint",
        index="btree_not_null",
        ondelete="cascade",
    )

    _nonce_unique = models.UniqueIndex("(nonce)")

    # ----------------------------------------------------------------------
    # Drafts
    # ----------------------------------------------------------------------

    @api.model
    def _as_office(self):
        """Return this model as the office's own service, not as the resident.

        Drafts and their files then bear no trace of who typed them but ``partner_id``.
        """
        return self.with_user(SUPERUSER_ID)

    @api.model
    def _find(self, partner, nonce):
        """Return a resident's own draft or sent complaint, empty if there is none."""
        own = Domain("nonce", "=", nonce) & Domain("partner_id", "=", partner.id)
        return self._as_office().search(own, limit=1) if nonce else self.browse()

    @api.model
    def _open(self, partner, nonce, regulation, kind):
        """Start a draft, or change what an open one is about.

        :param regulation: one of ``complaint.regulation._portal_online()``
        :param kind: ``helpdesk.ticket.type`` record, may be empty
        :return: the draft; empty if the number belongs to somebody else
        """
        vals = {"regulation_id": regulation.id, "type_id": kind.id}
        draft = self._find(partner, nonce)
        if draft:
            if not draft.ticket_id:
                draft.write(vals)
            return draft
        if self._as_office().search_count([("nonce", "=", nonce)], limit=1):
            return draft
        answers = {
            **partner._complaint_contact(),
            "confidentiality": regulation._portal_confidentiality(),
        }
        vals.update(nonce=nonce, partner_id=partner.id, answers=answers)
        try:
            with self.env.cr.savepoint():
                return self._as_office().create(vals)
        except UniqueViolation as error:
            # the same form at the same time: look again once the other is through
            raise ConcurrencyError("A draft was opened twice.") from error

    def _keep(self, answers):
        """Keep what was typed on a screen.

        :param answers: ``{name: text}``, already cleaned
        """
        self.ensure_one()
        self.answers = {**(self.answers or {}), **answers}

    # ----------------------------------------------------------------------
    # Files
    # ----------------------------------------------------------------------

    def _files(self):
        """Return the attachments sent so far."""
        return self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)], order="id"
        )

    def _add_files(self, uploads):
        """Keep files.

        :param uploads: list of :class:`~..tools.uploads.Upload`
        """
        self.ensure_one()
        # evidence stays byte for byte: no resizing of pictures
        attachments = self.env["ir.attachment"].with_context(image_no_postprocess=True)
        attachments.create(
            [
                {
                    "name": upload.name,
                    "raw": upload.content,
                    "mimetype": upload.mimetype,
                    "res_model": self._name,
                    "res_id": self.id,
                    "company_id": self.company_id.id,
                }
                for upload in uploads
            ]
        )

    def _drop_file(self, attachment_id):
        """Take back a file before the complaint is sent."""
        self._files().filtered(lambda file: file.id == attachment_id).unlink()

    # ----------------------------------------------------------------------
    # Sending
    # ----------------------------------------------------------------------

    def _send(self):
        """Make the case, once.

        The row is locked: of several requests at the same time the first makes the
        case, the others find it.

        :return: the case
        """
        self.ensure_one()
        self.env.flush_all()
        self.env.execute_query(
            SQL("SELECT id FROM complaint_submission WHERE id = %s FOR UPDATE", self.id)
        )
        self.invalidate_recordset(["ticket_id"])
        if not self.ticket_id:
            self.ticket_id = self._make_case()
            # the identity is in the case's vault now, not here
            self.answers = {}
        return self.ticket_id

    def _make_case(self):
        """Return a new case made of this draft."""
        office = self.company_id
        cases = self.env["helpdesk.ticket"].with_context(
            allowed_company_ids=office.ids, lang=office.partner_id.lang or self.env.lang
        )
        ticket = cases.create(self._prepare_case_vals())
        self._hand_over_files(ticket)
        return ticket

    def _prepare_case_vals(self):
        """Return the values of the case; EXTENSION POINT."""
        answers = self.answers
        respondent = answers.get("respondent")
        vals = {
            "team_id": self.regulation_id.team_id.id,
            "channel_id": self.regulation_id._portal_channel().id,
            "type_id": self.type_id.id,
            "description": plaintext2html(answers["what"]),
            "demand": answers.get("demand"),
            "incident_date": as_date(answers.get("date")) or False,
            "incident_place": answers.get("place"),
            "confidentiality": answers["confidentiality"],
            "complainant_kind_id": answers.get("kind"),
            "written_form": True,
            "complainant_partner_id": self.partner_id.id,
            **{
                f"complainant_{name}": answers.get(name)
                for name in ("name", "phone", "email", "address", "id_number")
            },
        }
        if respondent:
            vals["respondent_ids"] = [
                Command.create({"kind": "other", "name": respondent})
            ]
        return vals

    def _hand_over_files(self, ticket):
        """Put the files on the case as a piece of evidence with their hashes."""
        files = self._files()
        if not files:
            return
        photos = all(file.mimetype.startswith("image/") for file in files)
        files.write({"res_model": False, "res_id": False})
        ticket.env["complaint.evidence"].create(
            {
                "ticket_id": ticket.id,
                "name": ticket.env._("Files sent with the complaint"),
                "kind": "photo" if photos else "document",
                "received_from": ticket.env._("Complainant, in the portal"),
                "received_date": ticket._office_date(),
                "custodian_id": False,
                "filed_in_portal": True,
                "attachment_ids": [Command.set(files.ids)],
            }
        )

    # ----------------------------------------------------------------------
    # Clean-up
    # ----------------------------------------------------------------------

    @api.autovacuum
    def _gc_submissions(self):
        """Forget drafts nobody finished, and old receipts."""
        now = fields.Datetime.now()
        drafts = Domain("ticket_id", "=", False) & Domain(
            "write_date", "<", now - _DRAFT_LIFE
        )
        sent = Domain("ticket_id", "!=", False) & Domain(
            "write_date", "<", now - _SENT_LIFE
        )
        old = self.search(drafts | sent, limit=1_000)
        old._files().unlink()
        old.unlink()
