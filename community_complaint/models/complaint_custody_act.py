from base64 import b64decode

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list
from odoo.tools.translate import LazyTranslate

from ..tools import finder, paper_text
from ..tools.append_only import PURGE
from ..tools.changes import on
from ..tools.life import Life, Opening, Step, opens
from ..tools.steps import LEADER

_lt = LazyTranslate(__name__)

#: Marks of the kinds in the official number.
MARKS = {"seal": "封", "transfer": "移", "open": "启", "return": "退", "destroy": "销"}
#: States of the evidence an act starts from, and the state it leads to.
_STATES = {
    "seal": (("kept", "opened"), "sealed"),
    "transfer": (("kept", "sealed", "opened"), None),
    "open": (("sealed",), "opened"),
    "return": (("kept", "sealed", "opened"), "returned"),
    "destroy": (("kept", "sealed", "opened", "returned"), "destroyed"),
}
_LIFE = Life(
    {
        # whoever signs last takes it, by the signature
        "sign": Step(
            ("draft",),
            "done",
            None,
            label=_lt("Signed by Both"),
            stamps={"done_date": "now"},
            writes=("pdf_attachment_id", "sha256"),
        ),
        "complete_on_paper": Step(
            ("draft",),
            "done",
            label=_lt("Both Signed by Hand"),
            stamps={"on_paper": True, "done_date": "now"},
            writes=("pdf_attachment_id", "sha256"),
        ),
        "cancel": Step(("draft",), "cancelled", label=_lt("Cancel List")),
    },
    methods={"sign": "_complete"},
)

#: Signatures, and whose they are.
_SIGNATURES = {"first_signature": "first", "second_signature": "second"}


class ComplaintCustodyAct(models.Model):
    """Sealing, handing over, opening, returning, destroying: an act two people sign.

    Each signs in their own session, or the second one, who may be a resident, on the
    screen of the first; or both sign the printed list by hand and the scan is kept. When
    both have signed, the act is done: it is printed for both, and neither it nor the
    evidence changes any more but by another act.
    """

    _name = "complaint.custody.act"
    _description = "Act of Custody"
    _inherit = [
        "complaint.proof.mixin",
        "complaint.custody.paper",
        "complaint.case.mixin",
        "complaint.life.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"

    _life = _LIFE
    # evidence is returned and destroyed after the end of the case: no phases
    _opens = {
        **opens("ticket_id", "kind", birth=True),
        **opens(
            "evidence_ids",
            "reason",
            "order_ref",
            "first_user_id",
            "second_user_id",
            "second_name",
            "second_capacity",
            states=("draft",),
        ),
        **opens(
            "first_signature",
            "second_signature",
            "on_paper",
            "scan_ids",
            "place",
            states=("draft", "signed"),
        ),
    }
    _fits = {"evidence_ids.ticket_id": "ticket_id"}
    _guards = {"_check_signatures": on(*_SIGNATURES, by_hand=True)}
    _effects = {"_note_signed": on(*_SIGNATURES, by_hand=True, before="_signed_by")}
    _openings = {
        "numbered": Opening("A new act gets its official number.", ("number",)),
        "signed": Opening(
            "Who signed, and when, goes with the signature.",
            ("first_signed_date", "second_signed_date", "second_signed_by_id"),
        ),
        "hidden": Opening(
            "The complainant's name goes into the vault, or is forgotten.",
            (
                "second_name",
                "reason",
                "place",
                "second_signature",
                "pdf_attachment_id",
            ),
        ),
    }

    number = fields.Char(readonly=True, copy=False, index="btree_not_null")
    kind = fields.Selection(
        [
            ("seal", "Sealing"),
            ("transfer", "Handing over"),
            ("open", "Opening the seal"),
            ("return", "Return"),
            ("destroy", "Destruction"),
        ],
        required=True,
        default="seal",
    )
    evidence_ids = fields.Many2many(
        "complaint.evidence",
        required=True,
        domain="[('ticket_id', '=', ticket_id), ('mistaken', '=', False)]",
    )
    place = fields.Char(help="Where it happened and where the evidence is kept.")
    reason = fields.Text()
    order_ref = fields.Char(
        "Legal Order", help="Number and date of the order to destroy the evidence."
    )
    first_user_id = fields.Many2one(
        "res.users",
        string="Keeper",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help="Who seals, hands over, opens, returns or destroys.",
    )
    first_signature = fields.Binary("Keeper's Signature", attachment=False, copy=False)
    first_signed_date = fields.Datetime("Keeper Signed", readonly=True, copy=False)
    second_user_id = fields.Many2one(
        "res.users",
        string="Second Member of Staff",
        domain="[('share', '=', False), ('id', '!=', first_user_id)]",
    )
    second_name = fields.Char(
        "Other Side",
        compute="_compute_second_name",
        store=True,
        readonly=False,
        help="The complainant, the department, who receives it, or a witness.",
    )
    second_capacity = fields.Char(
        "As", help="For example complainant, head of ward 3, appraisal institute."
    )
    second_signature = fields.Binary(
        "Other Side's Signature", attachment=False, copy=False
    )
    second_signed_date = fields.Datetime("Other Side Signed", readonly=True, copy=False)
    second_signed_by_id = fields.Many2one(
        "res.users", string="On the Screen of", readonly=True, copy=False
    )
    on_paper = fields.Boolean(
        "Signed by Hand",
        copy=False,
        help="Both signed the printed list; its scan is kept.",
    )
    scan_ids = fields.Many2many("ir.attachment", copy=False, bypass_search_access=True)
    state = fields.Selection(
        [("draft", "To be signed"), ("done", "Done"), ("cancelled", "Cancelled")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    done_date = fields.Datetime("Done on", readonly=True, copy=False)
    may_sign_first = fields.Boolean(compute="_compute_may_sign")
    may_sign_second = fields.Boolean(compute="_compute_may_sign")
    pdf_attachment_id = fields.Many2one(
        "ir.attachment", string="Paper", readonly=True, copy=False
    )
    sha256 = fields.Char("SHA-256", readonly=True, copy=False)

    _number_unique = models.UniqueIndex(
        "(company_id, number)", "This official number is already taken."
    )
    _two_people = models.Constraint(
        "CHECK (first_user_id != second_user_id)", "Two different people sign."
    )

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.depends("second_user_id")
    def _compute_second_name(self):
        for act in self:
            if act.second_user_id:
                # sudo: res.users - the name of a colleague
                act.second_name = act.second_user_id.sudo().name

    @api.depends("kind", "number")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for act in self:
            act.display_name = f"{kinds.get(act.kind, '')} {act.number or ''}".strip()

    @api.depends("state", "on_paper", "first_user_id", "second_user_id")
    @api.depends_context("uid")
    def _compute_may_sign(self):
        for act in self:
            open_act = act.state == "draft" and not act.on_paper
            act.may_sign_first = open_act and act.first_user_id == self.env.user
            signer = act.second_user_id or act.first_user_id
            act.may_sign_second = open_act and signer == self.env.user

    # ----------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: an act gets its number; who makes it may sign it at once."""
        signatures = [
            {name: vals[name] for name in _SIGNATURES if vals.get(name)}
            for vals in vals_list
        ]
        acts = super().create(
            [
                {
                    name: value
                    for name, value in vals.items()
                    # a member of the staff signs under the own name
                    if name not in _SIGNATURES
                    and not (name == "second_name" and vals.get("second_user_id"))
                }
                for vals in vals_list
            ]
        )
        acts._take_numbers()
        for act, signed in zip(acts, signatures, strict=True):
            if signed:
                act.write(signed)
            elif act.second_user_id:
                act._ask_second()
        return acts

    def _check_signatures(self, vals):
        """Check that who signs is who is logged in.

        :raise UserError: if somebody signs for somebody else
        """
        for name in self._names_by_hand(vals) & _SIGNATURES.keys():
            self._check_signature(_SIGNATURES[name], vals)

    def _signed_by(self, vals):
        """Return which sides sign, ``first`` before ``second``; ``None`` for none."""
        names = self._names_by_hand(vals)
        return [
            side for name, side in _SIGNATURES.items() if name in names and vals[name]
        ] or None

    def _note_signed(self, sides):
        """Note who signed, and when; both signatures complete the act."""
        for side in sides:
            self._write_sealed("signed", self._prepare_signed_vals(side))
        self._complete_signed()

    def _seal_place(self):
        """OVERRIDE: what one side signed counts as a state of its own."""
        # sudo: complaint.custody.act - what is open does not depend on the reader
        act = self.sudo()
        state, phase = super()._seal_place()
        signed = act.first_signed_date or act.second_signed_date
        return "signed" if state == "draft" and signed else state, phase

    def _check_signature(self, name, vals):
        """Check that somebody signs once, and in their own name.

        :raise UserError: if somebody signs for somebody else
        """
        self.ensure_one()
        if self[f"{name}_signed_date"]:
            raise UserError(self.env._("A signature is not changed."))
        if vals[f"{name}_signature"] and not self[f"may_sign_{name}"]:
            raise UserError(self.env._("Everybody signs for themselves only."))

    def _prepare_signed_vals(self, name):
        """Return what goes with a signature."""
        vals = {f"{name}_signed_date": fields.Datetime.now()}
        if name == "second":
            vals["second_signed_by_id"] = self.env.uid
        return vals

    def _take_numbers(self):
        """Give official numbers, without gaps per company, kind and year."""
        for act in self:
            regulation = act.ticket_id.regulation_id
            year = act.ticket_id._office_date().year
            [number] = self.env["complaint.counter"]._next(
                act.company_id, f"custody/{regulation.prefix}/{act.kind}", year
            )
            mark = MARKS[act.kind]
            act._write_sealed(
                "numbered",
                {"number": regulation._format_notice_number(mark, year, number)},
            )

    # ----------------------------------------------------------------------
    # Actions
    # ----------------------------------------------------------------------

    def action_complete_on_paper(self):
        """Complete acts that both sides signed by hand on the printed list."""
        return self._take("complete_on_paper")

    def action_cancel(self):
        """Cancel acts that are not done; their numbers stay taken."""
        return self._take("cancel")

    def _gates_complete_on_paper(self):
        if self.env.user != self.first_user_id:
            yield self.env._("Everybody signs for themselves only.")
        if self.first_signed_date or self.second_signed_date:
            yield self.env._(
                "%s was signed already. Cancel it and begin anew to change it.",
                self.number,
            )
        if not self.scan_ids:
            yield self.env._("Add a scan of the signed list first.")
        if self.kind == "destroy" and not self.env.user.has_group(LEADER):
            # a signature on paper is nobody's until a leader says that it is theirs
            yield self.env._("A leader completes the destruction.")
        yield from self._missing()

    def _gates_sign(self):
        yield from self._missing()

    def _after_complete_on_paper(self):
        self._carry_out()

    def _after_sign(self):
        self._carry_out()

    def _after_cancel(self):
        for act in self:
            act.ticket_id._message_log(
                body=self.env._("Cancelled: %s", act.display_name)
            )

    def _lock_step(self):  # pylint: disable=missing-return
        """OVERRIDE: two acts never change the same evidence at once."""
        super()._lock_step()
        self.evidence_ids._lock_step()

    def action_print(self):
        """Return the action that shows the paper, a blank one while it is unsigned."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/complaint/custody/{self.id}",
            "target": "new",
        }

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    def _complete_signed(self):
        """Complete the acts both sides have signed, ask for the missing signature."""
        for act in self:
            if act.first_signed_date and act.second_signed_date:
                act._complete()
            elif act.second_user_id and not act.second_signed_date:
                act._ask_second()

    def _ask_second(self):
        """Ask the second member of the staff to sign, once."""
        text = self.env._("Sign: %s", self.display_name)
        # sudo: mail.activity - whether somebody was asked already
        asked = self.ticket_id.sudo().activity_ids.filtered(
            lambda item: item.user_id == self.second_user_id and item.summary == text
        )
        if not asked and self.second_user_id != self.env.user:
            self.ticket_id.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=text,
                user_id=self.second_user_id.id,
            )

    def _complete(self):
        """Complete acts that both sides have signed."""
        # sudo: complaint.custody.act - nobody takes this step but by signing
        return self.sudo()._take("sign")

    def _carry_out(self):
        """Do what was signed: print it, change the evidence, add to the chains."""
        for act in self:
            act._freeze()
            getattr(act, f"_before_{act.kind}", bool)()
            act.evidence_ids._write_sealed("custody", act._prepare_evidence_vals())
            act.evidence_ids._log_custody(act.kind, **act._prepare_entry_vals())
            act.ticket_id._message_log(body=act._log_text())

    def _missing(self):
        """Yield what the act lacks, as sentences. EXTENSION POINT."""
        states, _target = _STATES[self.kind]
        labels = dict(
            self.evidence_ids._fields["custody_state"]._description_selection(self.env)
        )
        if not self.evidence_ids:
            yield self.env._("There is no evidence on the list.")
        for evidence in self.evidence_ids:
            if evidence.custody_state not in states:
                yield f"{evidence.name}: {labels[evidence.custody_state]}"
        if not (self.second_name or "").strip():
            yield self.env._("The name of the other side is missing.")
        elif self._tells_who_complained():
            yield self.env._(
                "Who complained in this case is confidential: name “complainant”, a "
                "unit or body on file, or let a second member of staff sign."
            )
        if self.kind == "seal" and not (self.place or "").strip():
            yield self.env._("The place is missing.")
        if (
            self.kind in ("open", "return", "destroy")
            and not (self.reason or "").strip()
        ):
            yield self.env._("The reason is missing.")
        if self.kind == "destroy":
            yield from self._missing_to_destroy()

    def _tells_who_complained(self):
        """Return whether the list would name a complainant who is kept secret.

        Nothing is compared with the secret for who may not know it: the answer would
        tell. They name only whom everybody knows.
        """
        if self.ticket_id.confidentiality == "open":
            return False
        if self._is_discreet():
            return not (self.second_user_id or self._names_somebody_known())
        text = " ".join(filter(None, (self.second_name, self.reason, self.place)))
        # sudo: helpdesk.ticket - compared for who sees the identity, not shown
        hide = self.ticket_id.sudo()._identity_redactor()
        return hide(text) != paper_text.clean(text)

    def _missing_to_destroy(self):
        """Nothing is destroyed without an order, a leader and in spite of a hold."""
        if not (self.order_ref or "").strip():
            yield self.env._("The legal order is missing.")
        signers = self.first_user_id | self.second_user_id
        if not any(user.has_group(LEADER) for user in signers):
            yield self.env._("A leader must be one of the two who sign.")
        if self.ticket_id.legal_hold:
            yield self.env._("The case is under legal hold.")

    def _before_destroy(self):
        # sudo: complaint.evidence.original - two people signed for it
        self.sudo().evidence_ids.original_ids._destroy()

    def _prepare_evidence_vals(self):
        """Return what the act changes in the evidence."""
        _states, target = _STATES[self.kind]
        vals = {"custody_state": target} if target else {}
        if self.kind == "seal":
            vals.update(
                sealed_date=self.done_date,
                sealed_place=self.place,
                seal_number=self.number,
                custodian_id=self.first_user_id.id,
                holder=False,
            )
        elif self.kind in ("transfer", "return"):
            staff = self.second_user_id
            vals.update(
                custodian_id=staff.id, holder=False if staff else self.second_name
            )
        return vals

    def _prepare_entry_vals(self):
        """Return what the chain of custody says of the act.

        What is typed by who may not know who complained stays on the list alone: the
        chain says “complainant” for the name, which would tell them.
        """
        if self._is_discreet():
            return self._prepare_discreet_vals()
        notes = [self.reason, self.order_ref]
        return {
            "act_id": self.id,
            # sudo: res.users - the name of a colleague
            "from_name": self.first_user_id.sudo().name,
            "to_name": self._second_text(),
            "place": self.place,
            "note": " · ".join(filter(None, notes)) or False,
            "signatures": self._signatures_text(),
        }

    def _second_text(self):
        """Return name and capacity of the other side."""
        if not self.second_capacity:
            return self.second_name or ""
        return self.env._(
            "%(name)s (%(capacity)s)",
            name=self.second_name,
            capacity=self.second_capacity,
        )

    def _forget(self, secrets):
        """Take a complainant who signed out of acts: name, signature, papers.

        :param secrets: what gives the complainant away, pairs of kind and value
        """
        for act in self:
            text = f"{act.second_name} {act.reason or ''} {act.place or ''}"
            if not finder.find(text, secrets, contact=False):
                continue
            # sudo: ir.attachment - papers with the name are deleted, whoever erases
            files = act.sudo().pdf_attachment_id | act.sudo().scan_ids
            act._write_sealed(
                "hidden",
                {
                    "pdf_attachment_id": False,
                    "second_signature": False,
                    "second_name": self.env._("[complainant]"),
                },
            )
            files.with_context(complaint_purge=PURGE).unlink()

    def _hide_names(self, ticket):
        """Take a complainant out of acts of one case; papers and signature are kept.

        :param ticket: the case, which became confidential
        """
        hide = ticket._identity_redactor()
        for act in self:
            names = ("second_name", "reason", "place")
            named = {name: hide(act[name]) for name in names if act[name]}
            if all(text == act[name] for name, text in named.items()):
                continue
            signature = act.second_signature
            ticket._into_vault(
                act.pdf_attachment_id | act.scan_ids,
                {f"{act.number}.png": b64decode(signature)} if signature else {},
            )
            act._write_sealed("hidden", {**named, "second_signature": False})

    def _log_text(self):
        return self.env._(
            "%(act)s: %(evidence)s",
            act=self.display_name,
            evidence=format_list(self.env, self.evidence_ids.mapped("name")),
        )
