from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ..tools.arguments import day, many, takes
from ..tools.life import Ask, Life, Opening, Step
from ..tools.steps import CLERK, HANDLER

#: What did not reach the addressee; the next channel is tried.
FAILED_STATES = ("failed", "returned")
_lt = LazyTranslate(__name__)
_BY_HAND = (CLERK, HANDLER)
_PROVEN = ("proof_date", "proof_attachment_ids")
_LIFE = Life(
    {
        "send": Step(
            ("queued",),
            "sent",
            by=None,
            label=_lt("Sent"),
            stamps={"sent_date": "now"},
        ),
        "post": Step(
            ("queued",),
            "sent",
            _BY_HAND,
            label=_lt("Handed to a Carrier"),
            asks=Ask(
                "proof",
                _lt("Who took it, and under which number?"),
                date=_lt("Handed over on"),
                files=True,
            ),
            stamps={"sent_date": "now"},
            writes=_PROVEN,
        ),
        "deliver": Step(
            ("sent",),
            "delivered",
            by=None,
            label=_lt("Delivered"),
            stamps={"delivered_date": "now"},
        ),
        "prove": Step(
            ("queued", "sent"),
            "delivered",
            _BY_HAND,
            label=_lt("Prove Delivery"),
            asks=Ask(
                "proof",
                _lt("What proves that it arrived?"),
                date=_lt("Arrived on"),
                files=True,
            ),
            stamps={"delivered_date": "now"},
            writes=_PROVEN,
        ),
        "read": Step(
            ("sent", "delivered"),
            "read",
            by=None,
            label=_lt("Read"),
            stamps={"read_date": "now"},
        ),
        "fail": Step(
            ("queued", "sent"),
            "failed",
            by=None,
            label=_lt("Not Delivered"),
            asks=Ask("failure"),
        ),
        "return": Step(
            ("sent",),
            "returned",
            _BY_HAND,
            label=_lt("Came Back"),
            asks=Ask(
                "failure",
                _lt("Why did it come back?"),
                date=_lt("Came back on"),
                files=True,
            ),
            writes=_PROVEN,
        ),
        "refuse": Step(
            ("queued", "sent"),
            "refused",
            _BY_HAND,
            label=_lt("Delivery Refused"),
            asks=Ask(
                "proof",
                _lt("Who refused it, and who was witness?"),
                date=_lt("Refused on"),
                files=True,
            ),
            writes=_PROVEN,
        ),
    }
)


class ComplaintDispatch(models.Model):
    """One attempt to tell somebody outside the office something, and how it ended.

    What is told is a notice or a text. If it does not arrive, the next attempt goes by
    another channel. EXPOSED API: :meth:`_queue`, :meth:`_try_next`, and the steps, which
    the channels take by ``_do_step`` and people with a proof.
    """

    _name = "complaint.dispatch"
    _description = "Dispatch"
    _inherit = ["complaint.life.mixin", "complaint.case.mixin"]
    _order = "id desc"

    _life = _LIFE
    _opens = {}
    _openings = {
        "queue": Opening(
            "A step, a clock or an attempt that failed has something to tell.",
            (
                "ticket_id",
                "addressee",
                "respondent_id",
                "channel",
                "notice_id",
                "content",
                "first_id",
                "attempt",
            ),
            creates=True,
        ),
        "next": Opening("The next attempt follows.", ("next_dispatch_id",)),
    }

    addressee = fields.Selection(
        [
            ("complainant", "Complainant"),
            ("respondent", "Respondent"),
            ("body", "Department or other body"),
            ("employee", "Member of staff"),
        ],
        required=True,
        readonly=True,
    )
    respondent_id = fields.Many2one(
        "complaint.respondent", readonly=True, index="btree_not_null"
    )
    channel = fields.Selection(
        [
            ("portal", "Portal"),
            ("email", "E-mail"),
            ("sms", "Text message"),
            ("phone", "Phone"),
            ("hand", "Handed over"),
            ("post", "By mail"),
            ("left", "Left at the address"),
            ("public", "Public announcement"),
        ],
        required=True,
        readonly=True,
    )
    notice_id = fields.Many2one(
        "complaint.notice", "Paper", readonly=True, index="btree_not_null"
    )
    content = fields.Text(readonly=True)
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("sent", "Sent"),
            ("delivered", "Delivered"),
            ("read", "Read"),
            ("failed", "Not Delivered"),
            ("returned", "Returned to Sender"),
            ("refused", "Delivery Refused"),
        ],
        required=True,
        default="queued",
        readonly=True,
        copy=False,
        index=True,
    )
    sent_date = fields.Datetime("Dispatched on", readonly=True, copy=False)
    delivered_date = fields.Datetime("Delivered on", readonly=True, copy=False)
    read_date = fields.Datetime("Read on", readonly=True, copy=False)
    proof = fields.Text(readonly=True, copy=False)
    proof_date = fields.Date("Day of the Proof", readonly=True, copy=False)
    proof_attachment_ids = fields.Many2many(
        "ir.attachment",
        "complaint_dispatch_proof_rel",
        "dispatch_id",
        "attachment_id",
        string="Proofs",
        readonly=True,
        copy=False,
    )
    failure = fields.Text("Why It Did Not Arrive", readonly=True, copy=False)
    attempt = fields.Integer(default=1, required=True, readonly=True, aggregator=None)
    first_id = fields.Many2one(
        "complaint.dispatch",
        "First Attempt",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    next_dispatch_id = fields.Many2one(
        "complaint.dispatch",
        "Next Attempt",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    _something_told = models.Constraint(
        "CHECK(notice_id IS NOT NULL OR content IS NOT NULL)",
        "A dispatch needs a paper or a text.",
    )
    _attempt_unique = models.UniqueIndex(
        "(COALESCE(first_id, id), attempt)", "This attempt was made already."
    )

    @api.depends("ticket_id.number", "channel", "attempt")
    @api.depends_context("lang")
    def _compute_display_name(self):
        channels = dict(self._fields["channel"]._description_selection(self.env))
        for dispatch in self:
            dispatch.display_name = self.env._(
                "%(case)s, %(channel)s, attempt %(attempt)s",
                case=dispatch.ticket_id.number,
                channel=channels.get(dispatch.channel, ""),
                attempt=dispatch.attempt,
            )

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    @api.model
    def _queue(self, vals_list):
        """Return new dispatches, which wait to be sent.

        :param vals_list: ``ticket_id``, ``addressee``, ``channel``, and ``notice_id`` or
            ``content``
        """
        return self._create_sealed("queue", vals_list)

    def _try_next(self, channel):
        """Return the next attempt of one dispatch that did not arrive.

        :raise UserError: if it did, or may still arrive
        """
        self.ensure_one()
        if self.state not in FAILED_STATES:
            raise UserError(self.env._("%s did not fail.", self.display_name))
        following = self._queue(
            [
                {
                    "ticket_id": self.ticket_id.id,
                    "addressee": self.addressee,
                    "respondent_id": self.respondent_id.id,
                    "channel": channel,
                    "notice_id": self.notice_id.id,
                    "content": self.content,
                    "first_id": (self.first_id or self).id,
                    "attempt": self.attempt + 1,
                }
            ]
        )
        self._write_sealed("next", {"next_dispatch_id": following.id})
        return following

    # ----------------------------------------------------------------------
    # Steps by hand. EXPOSED API
    # ----------------------------------------------------------------------

    @takes(date=day, attachments=many("ir.attachment"))
    def action_post(self, text=None, date=None, attachments=None):
        """Record that they were handed to a carrier, with the number of the receipt."""
        return self._take("post", text, date=date, attachments=attachments)

    @takes(date=day, attachments=many("ir.attachment"))
    def action_prove(self, text=None, date=None, attachments=None):
        """Record that they arrived, with the proof."""
        return self._take("prove", text, date=date, attachments=attachments)

    @takes(date=day, attachments=many("ir.attachment"))
    def action_return(self, text=None, date=None, attachments=None):
        """Record that they came back, and why."""
        return self._take("return", text, date=date, attachments=attachments)

    @takes(date=day, attachments=many("ir.attachment"))
    def action_refuse(self, text=None, date=None, attachments=None):
        """Record that the addressee refused to take them, and who was witness."""
        return self._take("refuse", text, date=date, attachments=attachments)

    def _prepare_post_vals(self, _text, date=None, attachments=None):
        return self._prepare_proof_vals(date, attachments)

    def _prepare_prove_vals(self, _text, date=None, attachments=None):
        return self._prepare_proof_vals(date, attachments)

    def _prepare_return_vals(self, _text, date=None, attachments=None):
        return self._prepare_proof_vals(date, attachments)

    def _prepare_refuse_vals(self, _text, date=None, attachments=None):
        return self._prepare_proof_vals(date, attachments)

    def _prepare_proof_vals(self, date, attachments):
        """Return day and files of a proof.

        :raise UserError: for a day before the dispatch was due, or in the future
        """
        today = self._step_day()
        day = date or today
        for dispatch in self:
            queued = dispatch.ticket_id._office_date(dispatch.create_date)
            if not queued <= day <= today:
                raise UserError(
                    self.env._(
                        "The day must be between %(first)s and today.", first=queued
                    )
                )
        files = attachments.ids if attachments else []
        return {"proof_date": day, "proof_attachment_ids": files}
