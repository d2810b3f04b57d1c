import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError

#: Mark of a kind in its official number, see ``notice_pattern`` of the regulation.
MARKS = {"voucher": "受", "refusal": "不受", "answer": "答", "result": "结"}
#: Kinds whose service on every addressee is an event of the case.
SERVED_EVENTS = {"result": "served"}


class ComplaintNotice(models.Model):
    """A formal paper: numbered, frozen as PDF when issued, then served.

    Nothing of an issued notice changes but how and when it was served.
    """

    _name = "complaint.notice"
    _description = "Notice"
    _inherit = ["complaint.case.mixin"]
    _order = "issued_date desc, id desc"

    #: What may still be written after issuing.
    _complaint_open_fields = frozenset({"delivery", "served_date", "served_note"})

    kind = fields.Selection(
        [
            ("voucher", "Acceptance voucher"),
            ("refusal", "Notice of non-acceptance"),
            ("answer", "Answer on the spot"),
            ("result", "Result notice"),
        ],
        required=True,
        readonly=True,
    )
    addressee = fields.Selection(
        [("complainant", "Complainant"), ("respondent", "Respondent")],
        required=True,
        readonly=True,
        default="complainant",
    )
    respondent_id = fields.Many2one(
        "complaint.respondent", readonly=True, index="btree_not_null"
    )
    addressee_name = fields.Char(compute="_compute_addressee_name")
    number = fields.Char(readonly=True, index="btree_not_null", copy=False)
    issued_date = fields.Datetime(readonly=True, copy=False)
    issued_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    lang = fields.Char("Language", readonly=True)
    delivery = fields.Selection(
        [
            ("hand", "Handed over"),
            ("post", "By mail"),
            ("email", "E-mail"),
            ("portal", "Portal"),
            ("phone", "Read out by phone"),
        ],
        string="Way of Service",
    )
    served_date = fields.Date("Served on", copy=False)
    served_note = fields.Char(
        "Proof of Service", help="Signature, receipt number, witness …"
    )
    state = fields.Selection(
        [("issued", "To be served"), ("served", "Served"), ("void", "Void")],
        compute="_compute_state",
        store=True,
    )
    void = fields.Boolean(readonly=True, copy=False)
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

    @api.depends("served_date", "void")
    def _compute_state(self):
        for notice in self:
            notice.state = (
                "void" if notice.void else "served" if notice.served_date else "issued"
            )

    @api.depends("addressee", "respondent_id", "ticket_id")
    @api.depends_context("uid")
    def _compute_addressee_name(self):
        for notice in self:
            if notice.addressee == "respondent":
                notice.addressee_name = notice.respondent_id.name
            else:
                notice.addressee_name = notice.ticket_id._complainant_on_paper()

    # ----------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------

    def write(self, vals):
        if vals.keys() - self._complaint_open_fields and not self.env.su:
            raise UserError(self.env._("An issued notice does not change."))
        if "served_date" in vals:
            self._check_served_date(fields.Date.to_date(vals["served_date"]))
        waiting = self.filtered(lambda notice: not notice.served_date)
        result = super().write(vals)
        if vals.get("served_date"):
            waiting._after_served()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("An issued notice stays on file. Declare it void instead.")
        )

    def _check_served_date(self, day):
        """Check a date of service.

        :raise UserError: before the issue, in the future, or taken back
        """
        for notice in self:
            if notice.served_date and day != notice.served_date and not self.env.su:
                raise UserError(
                    self.env._(
                        "%(number)s was already served on %(date)s; clocks run from "
                        "that day.",
                        number=notice.number,
                        date=fields.Date.to_string(notice.served_date),
                    )
                )
            if not day:
                continue
            issued = notice.ticket_id._office_date(notice.issued_date)
            if day < issued or day > notice.ticket_id._office_date():
                raise UserError(
                    self.env._(
                        "%(number)s was issued on %(issued)s: it cannot be served "
                        "before that, nor in the future.",
                        number=notice.number,
                        issued=issued,
                    )
                )

    # ----------------------------------------------------------------------
    # Actions
    # ----------------------------------------------------------------------

    def action_serve(self, date=None, delivery=None, note=None):
        """Record that notices were served; appeal windows start from that day.

        :param date: the office's date of service, today by default
        """
        for ticket, notices in (
            self.filtered(lambda notice: notice.state == "issued")
            .grouped("ticket_id")
            .items()
        ):
            vals = {"served_date": date or ticket._office_date()}
            if delivery:
                vals["delivery"] = delivery
            if note:
                vals["served_note"] = note
            if not delivery:
                notices.filtered(lambda item: not item.delivery).delivery = "hand"
            notices.write(vals)
        return True

    def action_void(self):
        """Declare issued papers void; they stay on file."""
        served = self.filtered("served_date")
        if served:
            raise UserError(
                self.env._("%s was served already.", ", ".join(served.mapped("number")))
            )
        for notice in self:
            # sudo: complaint.notice - the guard of issued notices is for people
            notice.sudo().void = True
            notice.ticket_id._message_log(
                body=self.env._("Notice declared void: %s", notice.number)
            )

    def action_print(self):
        """Return an action that shows the frozen papers, several as one file."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/complaint/notices/{','.join(map(str, self.ids))}",
            "target": "new",
        }

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

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
        # sudo: complaint.notice - steps issue notices; nobody writes them by hand
        notices = self.sudo().create(vals_list)
        notices._take_numbers()
        notices._freeze()
        return notices.sudo(False)

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
        return MARKS[kind]

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

    def _after_served(self):
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
