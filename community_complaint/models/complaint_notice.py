from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ..tools.arguments import choice, day, hour, many, takes, text
from ..tools.discipline_steps import DISCIPLINE_GROUPS, SELF_REVIEW_GROUPS
from ..tools.duties import lacks
from ..tools.life import Ask, Life, Opening, Step
from ..tools.notice_kinds import ORAL_DELIVERIES
from ..tools.roles import CUSTODIAN
from ..tools.steps import CLERK, HANDLER, LEADER
from .complaint_print import AT_ONCE

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
                also=("delivery", "note", "person_name", "hour"),
                files=True,
                form="community_complaint.complaint_step_dialog_view_form_serve",
            ),
            writes=("delivery", "served_note"),
        ),
        # it bounced, or the carrier brought it back: the proof stays with its dispatch
        "come_back": Step(
            ("served",),
            "issued",
            by=None,
            label=_lt("Came Back"),
            stamps={"served_date": False, "delivery": False, "served_note": False},
        ),
        "release": Step(
            ("issued",),
            None,
            (CUSTODIAN,),
            label=_lt("Release"),
            stamps={"held": False},
            writes=("sha256",),
            access="read",
        ),
        "void": Step(
            ("issued",),
            "void",
            (LEADER,),
            label=_lt("Declare Void"),
            asks=Ask("void_reason", _lt("Why is it void?")),
            stamps={"held": False},
        ),
        "issue_again": Step(
            ("void",),
            None,
            (CLERK, LEADER),
            label=_lt("Issue Again"),
        ),
    },
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
    "held",
)


class ComplaintNotice(models.Model):
    """A formal paper: numbered, frozen as PDF when issued, then served or declared void.

    Nobody writes one by hand: steps of cases and of their parts issue them, and nothing
    changes after the service.
    """

    _name = "complaint.notice"
    _description = "Notice"
    _inherit = [
        "complaint.proof.mixin",
        "complaint.life.mixin",
        "complaint.case.mixin",
        "complaint.notice.issuing",
        "complaint.notice.paper",
        "complaint.notice.paper.handling",
        "complaint.notice.paper.staff",
        "complaint.notice.held",
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
        "held": Opening(
            "Its case is kept secret: a custodian releases what others get.", ("held",)
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
            ("revocation", "Notice of revocation"),
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
            ("superior", "Superior body"),
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
            ("sms", "Text message"),
            ("left", "Left at the address"),
            ("public", "Public announcement"),
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
    dispatch_ids = fields.One2many("complaint.dispatch", "notice_id", "Dispatches")
    dispatch_way = fields.Char("How Far It Is", compute="_compute_dispatch_way")
    pdf_attachment_id = fields.Many2one(
        "ir.attachment", string="Paper", readonly=True, copy=False
    )
    # it changes if the vault took somebody out of the paper
    sha256 = fields.Char(
        "SHA-256",
        readonly=True,
        copy=False,
        groups="community_complaint.group_complaint_custodian",
    )

    _unserved_idx = models.Index("(ticket_id, kind) WHERE state = 'issued'")
    _number_unique = models.UniqueIndex(
        "(company_id, number)", "This official number is already taken."
    )

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.depends("kind", "number", "ticket_id.regulation_id.voucher_title")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for notice in self:
            notice.display_name = f"{notice._kind_label()} {notice.number or ''}"

    @api.depends(
        "addressee", "respondent_id", "ticket_id", "transfer_id", "discipline_id",
        "measure_line_id",
    )  # fmt: skip
    @api.depends_context("uid")
    def _compute_addressee_name(self):
        for notice in self:
            notice.addressee_name = notice._addressee()

    @api.depends("dispatch_ids.state", "dispatch_ids.channel", "dispatch_ids.held")
    @api.depends_context("lang")
    def _compute_dispatch_way(self):
        for notice in self:
            notice.dispatch_way = notice.dispatch_ids._last_attempts()._way_label()

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

    @takes(
        date=day,
        delivery=choice("complaint.notice", "delivery"),
        note=text,
        attachments=many("ir.attachment"),
        person_name=text,
        hour=hour,
    )
    def action_serve(
        self,
        date=None,
        delivery=None,
        note=None,
        attachments=None,
        person_name=None,
        hour=None,
    ):
        """Record that notices were served, with the proof; appeal windows start then.

        Those that were served already, or are void, stay as they are. Without anything
        given a dialog asks. What is put up in public is served days later.

        :param date: the office's date of service, today by default
        :param delivery: way of service, handed over by default
        :param note: proof of service: who took it, the carrier's number, how it went
        :param attachments: signed receipt, picture
        :param person_name: the witness, or whom somebody talked to
        :param hour: of the talk, such as 9.5
        :raise UserError: for a day before the issue, or in the future; without proof; for
            a result that is only told where it has to be written
        """
        waiting = self.filtered(lambda notice: notice.state == "issued")
        if waiting and not (date or delivery or note or attachments):
            return waiting.action_record_service()
        more = {"delivery": delivery, "note": note, "attachments": attachments}
        more.update(person_name=person_name, hour=hour)
        for (served, hangs), notices in waiting.grouped(
            lambda notice: (
                date or notice.ticket_id._office_date(),
                (delivery, notice._kinds()[notice.kind].duty) == ("public", "serve"),
            )
        ).items():
            if hangs:
                notices._announce(served, **more)
            else:
                notices._take("serve", served, **more)
        return True

    def _announce(self, day, note=None, attachments=None, **more):
        """Record that papers were put up in public; their dispatches know until when."""
        self._lock_step()
        self._check_step("serve", day, note=note, attachments=attachments, **more)
        for notice in self:
            notice._prove_dispatch(day, "public", note, attachments)

    def action_record_service(self):
        """Ask for day, way and proof of the service of notices."""
        waiting = self.filtered(lambda notice: notice.state == "issued")
        if not waiting:
            raise UserError(self.env._("None of these papers is waiting to be served."))
        return waiting._ask("serve", date=waiting._step_day(), delivery="hand")

    def action_void(self, text=None):
        """Declare notices void that nobody got yet; they stay on file with the reason."""
        return self._take("void", text)

    def action_issue_again(self):
        """Issue void papers anew, to whom they were for (a typo, a wrong name)."""
        return self._take("issue_again")

    def _gates_issue_again(self):
        if self.addressee not in ("complainant", "respondent", "superior"):
            yield self.env._("Issue it again where it was issued.")
        elif self._siblings().filtered(lambda item: item.state != "void"):
            yield self.env._("There is another paper of the kind already.")
        elif self._is_over():
            yield self.env._("What it is about is over.")

    def _siblings(self):
        """Return the papers of one's kind to the same addressee."""
        return self.ticket_id.notice_ids.filtered(
            lambda item: (
                (item.kind, item.addressee, item.respondent_id)
                == (self.kind, self.addressee, self.respondent_id)
            )
        )

    def _after_issue_again(self):
        for notice in self:
            addressees = [(notice.addressee, notice.respondent_id)]
            self._issue(
                notice.ticket_id,
                notice.kind,
                lambda _case, to=addressees: to,
                **notice._prepare_again_vals(),
            )

    def _prepare_again_vals(self):
        """Return what a paper issued again has in common with one. EXTENSION POINT."""
        return {}

    def _gates_serve(
        self,
        day,
        delivery=None,
        note=None,
        attachments=None,
        person_name=None,
        hour=None,
    ):
        if self.held:
            yield self.env._("%s waits for an identity custodian.", self.number)
        way, duty = delivery or "hand", self._kinds()[self.kind].duty
        files = self._proof_files(attachments, self.ticket_id)
        lacking = lacks(way, duty, note, bool(files), person_name, hour)
        if lacking:
            yield self.env._(
                "%(number)s: %(lacking)s",
                number=self.number,
                lacking=self.env["complaint.dispatch"]._lacking_text(lacking),
            )
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

    @api.model
    def _proof_files(self, files, ticket):
        """Return the files that may prove a service: neither empty nor papers of ours.

        :param ticket: the case whose papers prove nothing
        """
        # sudo: ir.attachment - only whether it is the paper itself
        own = set(ticket.sudo().notice_ids.pdf_attachment_id.mapped("checksum"))
        return files and files.filtered(
            lambda file: file.file_size and file.checksum not in own
        )

    def _prepare_serve_vals(
        self, _day, delivery=None, note=None, person_name=None, hour=None, **_more
    ):
        way = delivery or "hand"
        proof = self.env["complaint.dispatch"]._proof_text(note, way, person_name, hour)
        return {"delivery": way, "served_note": proof}

    def _after_serve(self, attachments=None, **_more):
        """Keep the proof, and tell the cases whose notices of a kind are now all served."""
        self._prove_dispatches(attachments)
        for kind, event in self._served_events().items():
            served = self.filtered(lambda item, kind=kind: item.kind == kind)
            waiting = served.ticket_id.notice_ids.filtered(
                lambda item, kind=kind: item.kind == kind and item.state == "issued"
            )
            tickets = (served.ticket_id - waiting.ticket_id).filtered(
                lambda case, kind=kind: not case._void_only(kind)
            )
            for moment, cases in tickets.grouped(
                lambda case, kind=kind: case._served_moment(kind)
            ).items():
                cases._emit_event(event, moment)

    def _prove_dispatches(self, attachments):
        """Give the proof of a service by hand to the dispatches of these papers."""
        for notice in self:
            # sudo: complaint.dispatch - only whether
            if not any(notice.sudo().dispatch_ids.mapped("is_met")):
                notice._prove_dispatch(
                    notice.served_date, notice.delivery, notice.served_note, attachments
                )

    def _prove_dispatch(self, day, channel, proof, attachments):
        """Give a proof to the last dispatch of one paper."""
        # sudo: complaint.dispatch - the step moves it, whoever takes it
        notice = self.sudo()
        last = notice.dispatch_ids.filtered(lambda item: not item.next_dispatch_id)[:1]
        last = last or last._queue_notices(notice)
        last._prove_by_hand(day, channel, proof, attachments)

    def _reached(self, dispatch):
        """Take papers for served that a dispatch brought to their addressee."""
        self.filtered(lambda item: item.state == "issued")._do_step(
            "serve",
            dispatch._proof_day(),
            delivery=dispatch.channel,
            note=dispatch.proof,
        )

    def _came_back(self, dispatch):
        """Wait again for the service of papers that did not arrive after all."""
        back = self.filtered(
            lambda item: (
                item.state == "served"
                and not any((item.dispatch_ids - dispatch).mapped("is_met"))
            )
        )
        back._do_step("come_back")
        for notice in back:
            event = self._served_events().get(notice.kind)
            if event:
                notice.ticket_id._reopen_clocks(event)

    @api.model
    def _served_events(self):
        """Return ``{kind: event}`` of the kinds whose service is an event of the case."""
        return {kind: row.event for kind, row in self._kinds().items() if row.event}

    def _after_void(self):
        for notice in self:
            notice.ticket_id._message_log(
                body=self.env._("Notice declared void: %s", notice.number)
            )
            # sudo: complaint.dispatch - nobody gets a void paper any more
            waiting = notice.sudo().dispatch_ids.filtered(
                lambda item: item.state in ("queued", "failed", "returned")
            )
            # what came back has its reason
            queued = waiting.filtered(lambda item: item.state == "queued")
            queued._do_step("call_off", notice.void_reason)
            (waiting - queued)._do_step("call_off")
        self.ticket_id._settle_asked("release")

    # ----------------------------------------------------------------------
    # Showing the papers. EXPOSED API
    # ----------------------------------------------------------------------

    def action_print(self):
        """Return an action that shows the frozen papers, several as one file.

        :raise UserError: for papers in the vault, to who has no right to see the identity
        """
        self.check_access("read")
        hidden = self._out_of_reach()
        if held := hidden.filtered("held"):
            raise UserError(
                self.env._(
                    "%s waits for an identity custodian.",
                    ", ".join(held.mapped("number")),
                )
            )
        if hidden:
            raise UserError(
                self.env._(
                    "%s bears the complainant's name, or the name was erased. An identity "
                    "custodian opens it after “Show Identity”.",
                    ", ".join(hidden.mapped("number")),
                )
            )
        if len(self) > AT_ONCE:
            return self.env["complaint.print"]._order_papers(
                "notice", False, self, self._paper_file_name()
            )
        return {
            "type": "ir.actions.act_url",
            "url": f"/complaint/notices/{','.join(map(str, self.ids))}",
            "target": "new",
        }
