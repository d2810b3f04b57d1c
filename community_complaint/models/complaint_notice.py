import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ..tools.arguments import choice, day, takes, text
from ..tools.discipline_steps import DISCIPLINE_GROUPS, SELF_REVIEW_GROUPS
from ..tools.life import Ask, Life, Opening, Step
from ..tools.notice_kinds import KINDS, ORAL_DELIVERIES
from ..tools.steps import CLERK, HANDLER, LEADER

#: Kinds whose service on every addressee is an event of the case.
SERVED_EVENTS = {"result": "served"}
_lt = LazyTranslate(__name__)
_LIFE = Life(
    {
        "serve": Step(
            ("issued",),
            "served",
            (CLERK, HANDLER),
            label=_lt("Record Service"),
            asks=Ask(
                "served_date",
                also=("delivery", "note"),
                form="community_complaint.complaint_step_dialog_view_form_serve",
            ),
            writes=("delivery", "served_note"),
        ),
        "void": Step(
            ("issued",),
            "void",
            (LEADER,),
            label=_lt("Declare Void"),
            asks=Ask("void_reason", _lt("Why is it void?")),
        ),
    }
)
#: What a notice is issued with.
_ISSUED = (
    "ticket_id",
    "kind",
    "addressee",
    "respondent_id",
    "number",
    "issued_date",
    "issued_by_id",
    "lang",
    "extension_id",
    "transfer_id",
    "mediation_id",
    "discipline_id",
    "self_review_id",
    "measure_line_id",
    "pdf_attachment_id",
    "sha256",
)


class ComplaintNotice(models.Model):
    """A formal paper: numbered, frozen as PDF when issued, then served or declared void.

    Nobody writes one by hand: steps of cases and of their parts issue them, and nothing
    changes after the service.
    """

    _name = "complaint.notice"
    _description = "Notice"
    _inherit = [
        "complaint.life.mixin",
        "complaint.case.mixin",
        "complaint.notice.paper",
        "complaint.notice.paper.handling",
        "complaint.notice.paper.staff",
    ]
    _order = "issued_date desc, id desc"

    _life = _LIFE
    _opens = {}
    _openings = {
        "issue": Opening(
            "Issued by a step of the case or of one of its parts; number, file and hash "
            "follow from what was issued.",
            _ISSUED,
            creates=True,
        ),
    }

    kind = fields.Selection(
        [
            ("voucher", "Acceptance voucher"),
            ("refusal", "Notice of non-acceptance"),
            ("answer", "Answer on the spot"),
            ("result", "Result notice"),
            ("extension", "Notice of extension"),
            ("transfer", "Transfer slip"),
            ("urging", "Urging notice"),
            ("agreement", "Mediation agreement"),
            ("discipline", "Discipline decision"),
            ("warning", "Warning notice"),
            ("circulated", "Circulated criticism"),
            ("correction", "Correction notice"),
            ("commendation", "Commendation decision"),
            ("self_review", "Self-review report"),
            ("referral", "Letter of referral"),
        ],
        required=True,
        readonly=True,
    )
    addressee = fields.Selection(
        [
            ("complainant", "Complainant"),
            ("respondent", "Respondent"),
            ("body", "Department or other body"),
            ("employee", "Member of staff"),
        ],
        required=True,
        readonly=True,
        default="complainant",
    )
    respondent_id = fields.Many2one(
        "complaint.respondent", readonly=True, index="btree_not_null"
    )
    extension_id = fields.Many2one(
        "complaint.deadline.extension", readonly=True, index="btree_not_null"
    )
    transfer_id = fields.Many2one(
        "complaint.transfer", readonly=True, index="btree_not_null"
    )
    mediation_id = fields.Many2one(
        "complaint.mediation", readonly=True, index="btree_not_null"
    )
    discipline_id = fields.Many2one(
        "complaint.discipline",
        readonly=True,
        index="btree_not_null",
        groups=DISCIPLINE_GROUPS,
    )
    self_review_id = fields.Many2one(
        "complaint.self.review",
        string="Self-review Report",
        readonly=True,
        index="btree_not_null",
        groups=SELF_REVIEW_GROUPS,
    )
    measure_line_id = fields.Many2one(
        "complaint.decision.measure",
        string="Measure Decided",
        readonly=True,
        index="btree_not_null",
    )
    addressee_name = fields.Char(compute="_compute_addressee_name")
    number = fields.Char(readonly=True, index="btree_not_null", copy=False)
    issued_date = fields.Datetime(readonly=True, copy=False)
    issued_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    lang = fields.Char("Language", readonly=True)
    state = fields.Selection(
        [("issued", "To be served"), ("served", "Served"), ("void", "Void")],
        required=True,
        default="issued",
        readonly=True,
        copy=False,
    )
    delivery = fields.Selection(
        [
            ("hand", "Handed over"),
            ("post", "By mail"),
            ("email", "E-mail"),
            ("portal", "Portal"),
            ("phone", "Read out by phone"),
            ("oral", "Told in person"),
            ("fax", "Fax"),
            ("oa", "Office network"),
        ],
        string="Way of Service",
        readonly=True,
        copy=False,
    )
    served_date = fields.Date("Served on", readonly=True, copy=False)
    served_note = fields.Char(
        "Proof of Service",
        readonly=True,
        copy=False,
        help="Signature, receipt number, witness …",
    )
    void_reason = fields.Text("Why It Is Void", readonly=True, copy=False)
    pdf_attachment_id = fields.Many2one(
        "ir.attachment", string="Paper", readonly=True, copy=False
    )
    sha256 = fields.Char("SHA-256", readonly=True, copy=False)

    _unserved_idx = models.Index("(ticket_id, kind) WHERE state = 'issued'")
    _number_unique = models.UniqueIndex(
        "(company_id, number)", "This official number is already taken."
    )

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.depends("kind", "number")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for notice in self:
            notice.display_name = f"{kinds.get(notice.kind, '')} {notice.number or ''}"

    @api.depends(
        "addressee", "respondent_id", "ticket_id", "transfer_id", "discipline_id",
        "measure_line_id",
    )  # fmt: skip
    @api.depends_context("uid")
    def _compute_addressee_name(self):
        for notice in self:
            notice.addressee_name = notice._addressee()

    def _addressee(self):
        """Return to whom one notice is, as it stands on the paper."""
        if self.kind == "referral":
            return self.measure_line_id.note
        if self.addressee == "respondent":
            return self.respondent_id.name
        if self.addressee == "body":
            return self.transfer_id._paper_addressee()
        if self.addressee == "employee":
            # sudo: complaint.discipline - who serves the paper knows whom it is for
            return self.sudo().discipline_id._person()
        return self.ticket_id._complainant_on_paper()

    # ----------------------------------------------------------------------
    # Steps. EXPOSED API
    # ----------------------------------------------------------------------

    @takes(date=day, delivery=choice("complaint.notice", "delivery"), note=text)
    def action_serve(self, date=None, delivery=None, note=None):
        """Record that notices were served; appeal windows start from that day.

        Those that were served already, or are void, stay as they are.

        :param date: the office's date of service, today by default
        :param delivery: way of service, handed over by default
        :param note: proof of service
        :raise UserError: for a day before the issue, or in the future; for a result that
            is only told where it has to be written
        """
        waiting = self.filtered(lambda notice: notice.state == "issued")
        for served, notices in waiting.grouped(
            lambda notice: date or notice.ticket_id._office_date()
        ).items():
            notices._take("serve", served, delivery=delivery, note=note)
        return True

    def action_record_service(self):
        """Ask for day, way and proof of the service of notices."""
        waiting = self.filtered(lambda notice: notice.state == "issued")
        if not waiting:
            raise UserError(self.env._("None of these papers is waiting to be served."))
        return waiting._ask("serve", date=waiting._step_day(), delivery="hand")

    def action_void(self, text=None):
        """Declare notices void that nobody got yet; they stay on file with the reason."""
        return self._take("void", text)

    def _gates_serve(self, day, delivery=None, note=None):
        issued = self.ticket_id._office_date(self.issued_date)
        if not issued <= day <= self.ticket_id._office_date():
            yield self.env._(
                "%(number)s was issued on %(issued)s: it cannot be served before that, "
                "nor in the future.",
                number=self.number,
                issued=issued,
            )
        if delivery in ORAL_DELIVERIES:
            yield from self._gates_told(note)

    def _gates_told(self, note):
        """R04 3.5: written complaints are answered in writing, oral ones may be told.

        :param note: who was told what, and when
        """
        if (self.kind, self.addressee) != ("result", "complainant"):
            return
        if not self.ticket_id.regulation_id.reply_mirrors_channel:
            return
        if self.ticket_id._complained_in_writing():
            yield self.env._(
                "The complaint came in writing, so the result has to be given in "
                "writing as well: %s was only told.",
                self.number,
            )
        elif not (note or "").strip():
            yield self.env._(
                "%s was told: note who was told what, and when.", self.number
            )

    def _prepare_serve_vals(self, _day, delivery=None, note=None):
        return {"delivery": delivery or "hand", "served_note": note}

    def _after_serve(self, **_more):
        """Tell the cases whose notices of a kind are now all served."""
        for kind, event in self._served_events().items():
            served = self.filtered(lambda item, kind=kind: item.kind == kind)
            waiting = served.ticket_id.notice_ids.filtered(
                lambda item, kind=kind: item.kind == kind and item.state == "issued"
            )
            tickets = served.ticket_id - waiting.ticket_id
            for moment, cases in tickets.grouped(
                lambda case, kind=kind: case._served_moment(kind)
            ).items():
                cases._emit_event(event, moment)

    @api.model
    def _served_events(self):
        """Return ``{kind: event}``; other addons add theirs."""
        return SERVED_EVENTS

    def _after_void(self):
        for notice in self:
            notice.ticket_id._message_log(
                body=self.env._("Notice declared void: %s", notice.number)
            )

    # ----------------------------------------------------------------------
    # Showing the papers. EXPOSED API
    # ----------------------------------------------------------------------

    def action_print(self):
        """Return an action that shows the frozen papers, several as one file.

        :raise UserError: for papers in the vault, to who has no right to see the identity
        """
        self.check_access("read")
        hidden = self._out_of_reach()
        if hidden:
            raise UserError(
                self.env._(
                    "%s bears the complainant's name, or the name was erased. An identity "
                    "custodian opens it after “Show Identity”.",
                    ", ".join(hidden.mapped("number")),
                )
            )
        return {
            "type": "ir.actions.act_url",
            "url": f"/complaint/notices/{','.join(map(str, self.ids))}",
            "target": "new",
        }

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
        identities = self.env["complaint.identity"].search(
            [("ticket_id", "in", vaulted.ticket_id.ids)]
        )
        hidden = vaulted.filtered(
            lambda notice: notice.ticket_id not in identities.ticket_id
        )
        # sudo: ir.attachment - as above
        return hidden | self.filtered(lambda item: not item.sudo().pdf_attachment_id)

    # ----------------------------------------------------------------------
    # Issuing
    # ----------------------------------------------------------------------

    @api.model
    def _kinds(self):
        """Return ``{kind: Kind}``, see ``tools/notice_kinds.py``; other addons add theirs."""
        return KINDS

    @api.model
    def _issue(self, tickets, kind, addressees, **extra):
        """Issue notices of a kind for many cases.

        :param addressees: function of a ticket that gives ``[(addressee, respondent)]``
        :param extra: more values of the notices, for other addons
        :return: the notices
        """
        vals_list = []
        for ticket in tickets:
            for addressee, respondent in addressees(ticket):
                vals_list.append(
                    {
                        "ticket_id": ticket.id,
                        "kind": kind,
                        "addressee": addressee,
                        "respondent_id": respondent.id,
                        "issued_date": fields.Datetime.now(),
                        "issued_by_id": self.env.uid,
                        "lang": ticket._paper_lang(),
                        **extra,
                    }
                )
        return self._issue_vals(vals_list)

    @api.model
    def _issue_vals(self, vals_list):
        """Issue notices with these values, in order: numbers, then frozen papers."""
        notices = self._create_sealed("issue", vals_list)
        with notices._unseal("issue"):
            # sudo: complaint.notice - steps issue notices; nobody writes them by hand
            issued = notices.sudo()
            issued._take_numbers()
            issued._freeze()
        return notices

    def _take_numbers(self):
        """Give official numbers, without gaps per company, kind and year."""
        Counter = self.env["complaint.counter"]
        series = self.grouped(
            lambda notice: (
                notice.company_id,
                notice.ticket_id.regulation_id.prefix,
                notice.kind,
                notice.ticket_id._office_date(notice.issued_date).year,
            )
        )
        for (company, prefix, kind, year), notices in series.items():
            numbers = Counter._next(
                company, f"notice/{prefix}/{kind}", year, len(notices)
            )
            for notice, number in zip(notices, numbers, strict=True):
                notice.number = notice.ticket_id.regulation_id._format_notice_number(
                    self._mark(kind), year, number
                )

    @api.model
    def _mark(self, kind):
        """Return the mark of a kind in its official number."""
        return self._kinds()[kind].mark

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
