import json
from contextlib import suppress
from datetime import timedelta

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain
from odoo.orm.models import NO_ACCESS
from odoo.tools import SQL, plaintext2html

from odoo.addons.community_complaint.tools import vault
from odoo.addons.community_complaint.tools.kept import Kept
from odoo.addons.community_complaint.tools.life import Opening

from ..tools.forms import as_date
from .complaint_submission_check import CONTACT

_DRAFT_LIFE = timedelta(days=14)
_SENT_LIFE = timedelta(days=60)
#: So many drafts are offered to who comes back.
_OFFERED = 3
#: How long the page with the receipt code comes again when the form is sent again.
_SHOW_AGAIN = timedelta(minutes=15)


class ComplaintSubmission(models.Model):
    """A complaint a resident is typing in the portal, and the receipt of the sent one.

    What was typed is kept after every screen, so that nothing is lost when a file is
    refused, a phone rings or the connection breaks. Sending makes one case however
    often the form arrives. No role reads these records: they say who complains. Answers
    and owner are kept as the vault keeps identities, and forgotten by sending.

    An owner is a text that :meth:`_owner` makes; what is stored is its mark.
    """

    _name = "complaint.submission"
    _description = "Complaint Being Filed"
    _inherit = [
        "complaint.submission.check",
        "complaint.key.keeper",
        "complaint.seal.mixin",
    ]
    _rec_name = "id"

    _kept = {
        "sealed": Kept("sealed"),
        "owner_key": Kept("mark", "a draft is known to who is typing it"),
    }
    _opens = {}
    _openings = {
        "rotated": Opening("What was typed is encrypted anew.", ("sealed",)),
        "opened": Opening(
            "A resident opens a form, or chooses another matter.",
            ("regulation_id", "type_id", "owner_key", "anonymous"),
        ),
        "typed": Opening("A screen of the form was sent.", ("answers", "sealed")),
        "sent": Opening(
            "The case was made; the draft forgets who complained.",
            ("ticket_id", "answers", "sealed", "owner_key"),
        ),
        "over": Opening(
            "Nobody finished it or wants it, its receipt is old, or the office forgets.",
            drops=True,
        ),
    }

    nonce = fields.Char(required=True)
    owner_key = fields.Char(groups=NO_ACCESS, index="btree_not_null")
    regulation_id = fields.Many2one(
        "complaint.regulation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="regulation_id.company_id", store=True, index=True, precompute=True
    )
    type_id = fields.Many2one("helpdesk.ticket.type", string="Kind of Complaint")
    anonymous = fields.Boolean(help="Nobody is asked who complains.")
    sealed = fields.Text(groups=NO_ACCESS)
    answers = fields.Json(
        compute="_compute_answers",
        inverse="_inverse_answers",
        help="What was typed so far.",
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Complaint",
        index="btree_not_null",
        ondelete="cascade",
    )

    _nonce_unique = models.UniqueIndex("(nonce)")

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.depends("sealed")
    def _compute_answers(self):
        ring = self.env["complaint.key"]._ring()
        for draft in self:
            try:
                text = draft.sealed and ring.open(draft.sealed, draft.nonce)
            except vault.VaultError:
                # a key is gone: the form is empty again, nobody is harmed
                text = None
            draft.answers = json.loads(text) if text else {}

    def _inverse_answers(self):
        ring = self.env["complaint.key"]._writing_ring()
        for draft in self:
            text = json.dumps(draft.answers or {}, ensure_ascii=False)
            draft.sealed = ring.seal(text, draft.nonce) if draft.answers else False

    def _rotate(self):
        """OVERRIDE: encrypt what was typed anew; what lacks its key waits."""
        keys = self.env["complaint.key"]
        ring, writing = keys._ring(), keys._writing_ring()
        for draft in self.filtered("sealed"):
            with suppress(vault.VaultError):
                text = ring.open(draft.sealed, draft.nonce)
                sealed = writing.seal(text, draft.nonce)
                draft._write_sealed("rotated", {"sealed": sealed})

    # ----------------------------------------------------------------------
    # Drafts
    # ----------------------------------------------------------------------

    @api.model
    def _as_office(self):
        """Return this model as the office's own service, not as the resident.

        Drafts and their files then bear no trace of who typed them.
        """
        return self.with_user(SUPERUSER_ID)

    @api.model
    def _owner(self, partner):
        """Return a resident as the owner of drafts."""
        return f"partner {partner.id}"

    def _is_owned_by(self, owner):
        """Tell whether a draft, or the case made of it, is this owner's."""
        self.ensure_one()
        if self.owner_key:
            ring = self.env["complaint.key"]._ring()
            return self.owner_key in ring.index("draft", owner)
        partner = self.ticket_id.identity_ids[:1].partner_id
        return bool(partner) and owner == self._owner(partner)

    @api.model
    def _find(self, owner, nonce):
        """Return one's own draft or sent complaint, empty if there is none.

        :param nonce: cleaned by ``tools.forms.as_nonce``, or ``False``
        """
        if not nonce:
            return self.browse()
        draft = self._as_office().search([("nonce", "=", nonce)], limit=1)
        return draft if draft and draft._is_owned_by(owner) else draft.browse()

    @api.model
    def _unfinished(self, owner, regulations):
        """Return what one began and did not send, the latest first, a few of them."""
        marks = self.env["complaint.key"]._ring().index("draft", owner)
        return self._as_office().search(
            [
                ("owner_key", "in", marks),
                ("ticket_id", "=", False),
                ("regulation_id", "in", regulations.ids),
            ],
            order="write_date desc, id desc",
            limit=_OFFERED,
        )

    @api.model
    def _open(self, owner, nonce, regulation, kind, contact=None):
        """Start a draft, or change what an open one is about.

        :param regulation: one of ``complaint.regulation._portal_online()``
        :param kind: ``helpdesk.ticket.type`` record, may be empty
        :param contact: answers the form starts with; ``None`` asks for no names
        :return: the draft; empty if the number belongs to somebody else
        """
        draft = self._find(owner, nonce)
        if draft:
            if not draft.ticket_id:
                draft._choose(regulation, kind)
            return draft
        office = self._as_office()
        if office.search_count([("nonce", "=", nonce)], limit=1):
            return draft
        ring = self.env["complaint.key"]._writing_ring()
        draft = office.browse(self._insert(nonce, regulation))
        vals = {
            "regulation_id": regulation.id,
            "type_id": kind.id,
            "owner_key": ring.mark("draft", owner),
            "anonymous": contact is None,
        }
        draft._write_sealed("opened", vals)
        draft._keep(contact or {})
        return draft

    def _choose(self, regulation, kind):
        """Change what the complaint is about; what was typed stays."""
        vals = {"regulation_id": regulation.id, "type_id": kind.id}
        self._write_sealed("opened", vals)

    @api.model
    def _insert(self, nonce, regulation):
        """Return the id of a new draft.

        :raise ConcurrencyError: if the same form arrives at the same time; Odoo then
            answers it again, and finds the draft
        """
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO complaint_submission (nonce, regulation_id, company_id,
                            create_uid, create_date, write_uid, write_date)
                     VALUES (%(nonce)s, %(regulation)s, %(company)s, %(user)s,
                            now() AT TIME ZONE 'UTC', %(user)s, now() AT TIME ZONE 'UTC')
                ON CONFLICT (nonce) DO NOTHING
                  RETURNING id
                """,
                nonce=nonce,
                regulation=regulation.id,
                company=regulation.company_id.id,
                user=SUPERUSER_ID,
            )
        )
        if not rows:
            raise ConcurrencyError("A draft was opened twice.")
        return rows[0][0]

    def _keep(self, answers):
        """Keep what was typed on a screen.

        :param answers: ``{name: text}``, already cleaned
        """
        self.ensure_one()
        self._write_sealed("typed", {"answers": {**(self.answers or {}), **answers}})

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

    def _discard(self):
        """Forget a draft and its files: whoever typed it does not want it any more."""
        drafts = self.filtered(lambda draft: not draft.ticket_id)
        drafts._files().unlink()
        drafts._unlink_sealed("over")

    def _take_over(self, draft):
        """Go on with the answers and files of another draft, which stays as it is."""
        self._keep(draft.answers or {})
        for file in draft._files():
            file.copy({"res_id": self.id})

    def _drop_file(self, attachment_id):
        """Take back a file before the complaint is sent."""
        self._files().filtered(lambda file: file.id == attachment_id).unlink()

    # ----------------------------------------------------------------------
    # Sending
    # ----------------------------------------------------------------------

    def _send(self, partner, code=None):
        """Make the case, once.

        The row is locked: of several requests at the same time the first makes the
        case, the others find it.

        :param partner: the resident whose case it is, as ``res.partner``; maybe empty
        :param code: receipt code that is to open the case, of an anonymous complaint
        :return: the case
        """
        self.ensure_one()
        self.env.flush_all()
        self.env.execute_query(
            SQL("SELECT id FROM complaint_submission WHERE id = %s FOR UPDATE", self.id)
        )
        self.invalidate_recordset(["ticket_id"])
        if not self.ticket_id:
            case = self._make_case(partner)
            if code:
                self.env["complaint.receipt"]._issue(case, code)
            # who complained is in the case's vault now, not here
            vals = {} if self.anonymous else {"owner_key": False}
            self._write_sealed("sent", {"ticket_id": case.id, "answers": {}, **vals})
        return self.ticket_id

    def _receipt_to_show(self, code):
        """Return the code of the case just made, ``None`` when it was shown for good.

        :param code: the one that follows from the form
        """
        age = fields.Datetime.now() - self.write_date
        marks = self.env["complaint.receipt"]._marks(code)
        given = self.ticket_id._receipts().mapped("mark")
        return code if age < _SHOW_AGAIN and set(given) & set(marks) else None

    def _make_case(self, partner):
        """Return a new case made of this draft."""
        office = self.company_id
        cases = self.env["helpdesk.ticket"].with_context(
            allowed_company_ids=office.ids, lang=office.partner_id.lang or self.env.lang
        )
        ticket = cases.create(self._prepare_case_vals(partner))
        self._hand_over_files(ticket)
        ticket._acknowledge_ordered()
        return ticket

    def _prepare_case_vals(self, partner):
        """Return the values of the case; EXTENSION POINT."""
        answers = self.answers
        respondent = answers.get("respondent")
        vals = {
            "team_id": self.regulation_id.team_id.id,
            "channel_id": self.regulation_id._portal_channel(answers.get("by_app")).id,
            "type_id": self.type_id.id,
            "description": plaintext2html(answers["what"]),
            "demand": answers.get("demand"),
            "incident_date": as_date(answers.get("date")) or False,
            "incident_place": answers.get("place"),
            "confidentiality": "anonymous"
            if self.anonymous
            else answers["confidentiality"],
            "complainant_kind_id": answers.get("kind"),
            "written_form": True,
            "complainant_partner_id": partner.id,
            **{f"complainant_{name}": answers.get(name) for name in CONTACT},
        }
        if respondent:
            person = {"name": respondent, "post": answers.get("post")}
            vals["respondent_ids"] = [Command.create({"kind": "other", **person})]
        return vals

    def _hand_over_files(self, ticket):
        """Put the files on the case as a piece of evidence with their hashes."""
        files = self._files()
        if not files:
            return
        files.write({"res_model": False, "res_id": False})
        title = ticket.env._("Files sent with the complaint")
        ticket._tell_held(
            ticket._portal_take_evidence(files, title, filed_in_portal=True)
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
        old._unlink_sealed("over")
