import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.orm.models import NO_ACCESS
from odoo.tools.translate import LazyTranslate

from ..tools.duties import BY_HAND, met
from ..tools.life import Ask, Life, Opening, Step
from ..tools.roles import CUSTODIAN
from ..tools.steps import CLERK, HANDLER

#: What did not reach the addressee; the next channel is tried.
FAILED_STATES = ("failed", "returned")
_lt = LazyTranslate(__name__)
_BY_HAND = (CLERK, HANDLER)
_PROVEN = ("proof_date", "proof_attachment_ids")
_ATTEMPT = (
    "ticket_id",
    "duty",
    "event",
    "addressee",
    "respondent_id",
    "transfer_id",
    "user_id",
    "employee_id",
    "to_former",
    "alarm",
    "channel",
    "notice_id",
    "content",
    "file_ids",
    "held",
    "released_date",
    "reference",
    "next_try",
)
_LIFE = Life(
    {
        "send": Step(
            ("queued",),
            "sent",
            by=None,
            label=_lt("Sent"),
            stamps={"sent_date": "now"},
        ),
        "release": Step(
            ("queued",),
            None,
            (CUSTODIAN,),
            label=_lt("Release"),
            stamps={"held": False, "released_date": "now"},
            access="read",
        ),
        "withhold": Step(
            ("queued",),
            "called_off",
            (CUSTODIAN,),
            label=_lt("Do Not Send"),
            asks=Ask("failure", _lt("Why is it not sent?")),
            stamps={"held": False},
            access="read",
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
            writes=(*_PROVEN, "channel"),
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
                also=("delivery", "person_name", "hour"),
            ),
            stamps={"delivered_date": "now"},
            writes=(*_PROVEN, "channel"),
        ),
        # it is served days later, see _cron_deliver
        "announce": Step(
            ("queued",),
            "sent",
            _BY_HAND,
            label=_lt("Put Up in Public"),
            asks=Ask(
                "proof",
                _lt("Where was it put up, and why can it not be served otherwise?"),
                date=_lt("Put up on"),
                files=True,
            ),
            stamps={"sent_date": "now", "channel": "public"},
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
            ("sent", "delivered"),
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
                _lt("Who refused it, and how?"),
                date=_lt("Refused on"),
                files=True,
                also=("person_name",),
            ),
            writes=_PROVEN,
        ),
        # its paper was declared void, what it is about is over, or it arrived another way
        "call_off": Step(
            ("queued", "failed", "returned"),
            "called_off",
            by=None,
            label=_lt("Called Off"),
            asks=Ask("failure"),
            stamps={"held": False},
        ),
    },
)


class ComplaintDispatch(models.Model):
    """One attempt to tell somebody outside the office something, and how it ended.

    What is told is a paper or a text; why is its ``duty``, see ``tools/duties.py``, and
    ``event`` is what it means to the clocks once that is met. If it does not arrive, the
    next attempt goes by another channel. Addresses are not kept here: each channel reads
    them from the vault in the moment it sends, see ``complaint.dispatch.delivery``.

    EXPOSED API: :meth:`_queue`, :meth:`_queue_notices`, :meth:`_try_next`, and the steps,
    which the channels take by ``_do_step`` and people with a proof.
    """

    _name = "complaint.dispatch"
    _description = "Dispatch"
    _inherit = [
        "complaint.dispatch.proof",
        "complaint.life.mixin",
        "complaint.case.mixin",
        "complaint.dispatch.email",
        "complaint.dispatch.sms",
        "complaint.dispatch.show",
        "complaint.dispatch.held",
    ]
    _order = "id desc"

    _life = _LIFE
    _opens = {}
    _openings = {
        "queue": Opening(
            "A step, a clock or an attempt that failed has something to tell.",
            (*_ATTEMPT, "first_id", "attempt"),
            creates=True,
        ),
        "held": Opening(
            "Its case became secret: a custodian releases what others get.", ("held",)
        ),
        "next": Opening("The next attempt follows.", ("next_dispatch_id",)),
        "put_off": Opening(
            "The other side's server could not take it now.",
            ("tries", "next_try", "failure"),
        ),
        "settled": Opening("It met its duty, or did not after all.", ("met_date",)),
        "mark": Opening("The carrier's own number of a message.", ("carrier_key",)),
        "chase": Opening("Somebody was told to see to it.", ("chased_date", "task_id")),
    }

    duty = fields.Selection(
        [
            ("tell", "Tell"),
            ("acknowledge", "Acknowledge"),
            ("answer", "Answer"),
            ("serve", "Serve"),
        ],
        required=True,
        default="tell",
        readonly=True,
    )
    event = fields.Char("Means to the Clocks", readonly=True)
    addressee = fields.Selection(
        [
            ("complainant", "Complainant"),
            ("respondent", "Respondent"),
            ("body", "Department or other body"),
            ("employee", "Member of staff"),
            ("superior", "Superior body"),
            ("on_duty", "People on duty"),
        ],
        required=True,
        readonly=True,
    )
    respondent_id = fields.Many2one(
        "complaint.respondent", readonly=True, index="btree_not_null"
    )
    transfer_id = fields.Many2one(
        "complaint.transfer", readonly=True, index="btree_not_null"
    )
    user_id = fields.Many2one("res.users", "Member of Staff", readonly=True)
    employee_id = fields.Many2one("hr.employee", "Person on Duty", readonly=True)
    to_former = fields.Boolean(
        "To the Address Before",
        readonly=True,
        help="It tells the complainant that the office changed phone or e-mail.",
    )
    alarm = fields.Char(
        readonly=True,
        index="btree_not_null",
        help="What it alarms of: each person is told of it once.",
    )
    channel = fields.Selection(
        [
            ("portal", "Portal"),
            ("email", "E-mail"),
            ("sms", "Text message"),
            ("phone", "Phone"),
            ("oral", "Told in person"),
            ("hand", "Handed over"),
            ("post", "By mail"),
            ("left", "Left at the address"),
            ("public", "Public announcement"),
            ("fax", "Fax"),
            ("oa", "Office network"),
        ],
        required=True,
        readonly=True,
    )
    notice_id = fields.Many2one(
        "complaint.notice", "Paper", readonly=True, index="btree_not_null"
    )
    content = fields.Text(readonly=True)
    file_ids = fields.Many2many(
        "ir.attachment",
        "complaint_dispatch_file_rel",
        "dispatch_id",
        "attachment_id",
        string="Files",
        readonly=True,
        copy=False,
        bypass_search_access=True,
    )
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("sent", "Sent"),
            ("delivered", "Delivered"),
            ("read", "Read"),
            ("failed", "Not Delivered"),
            ("returned", "Returned to Sender"),
            ("refused", "Delivery Refused"),
            ("called_off", "Called Off"),
        ],
        required=True,
        default="queued",
        readonly=True,
        copy=False,
        index=True,
    )
    is_met = fields.Boolean(
        "Duty Met", compute="_compute_is_met", help="As far as this attempt goes."
    )
    is_by_hand = fields.Boolean(compute="_compute_is_met")
    met_date = fields.Datetime("Duty Met on", readonly=True, copy=False)
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
        bypass_search_access=True,
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

    reference = fields.Char(
        readonly=True,
        copy=False,
        groups=NO_ACCESS,
        help="Random; by it bounces and reports find this attempt.",
    )
    carrier_key = fields.Char(
        "Carrier's Number",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=NO_ACCESS,
    )
    tries = fields.Integer(readonly=True, copy=False, aggregator=None)
    next_try = fields.Datetime(readonly=True, copy=False)
    chased_date = fields.Datetime("Somebody Was Told", readonly=True, copy=False)
    task_id = fields.Many2one(
        "mail.activity",
        "Their Task",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    _something_told = models.Constraint(
        "CHECK(notice_id IS NOT NULL OR content IS NOT NULL)",
        "A dispatch needs a paper or a text.",
    )
    _attempt_unique = models.UniqueIndex(
        "(COALESCE(first_id, id), attempt)", "This attempt was made already."
    )
    _reference_unique = models.UniqueIndex("(reference)")
    _alarm_unique = models.UniqueIndex(
        "(alarm, COALESCE(employee_id, 0), COALESCE(user_id, 0)) WHERE attempt = 1",
        "This person was told of it already.",
    )
    _queue_idx = models.Index("(next_try, id) WHERE state = 'queued'")
    # what the scheduled action looks for, however much was told before
    _by_hand_idx = models.Index(
        "(create_date) WHERE state = 'queued' AND chased_date IS NULL"
    )
    _unserved_idx = models.Index(
        "(create_date) WHERE state = 'sent' AND duty = 'serve' AND chased_date IS NULL"
    )
    _announced_idx = models.Index(
        "(proof_date) WHERE state = 'sent' AND channel = 'public'"
    )
    # what the desk counts: to hand over, and chased
    _by_case_idx = models.Index("(ticket_id) WHERE state = 'queued'")
    _chased_idx = models.Index(
        "(chased_date) WHERE state = 'queued' AND chased_date IS NOT NULL"
    )
    # what somebody wrote today
    _written_idx = models.Index("(create_uid, create_date) WHERE notice_id IS NULL")

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.depends(
        "ticket_id.number", "notice_id.number", "told_name", "channel", "attempt"
    )
    @api.depends_context("lang")
    def _compute_display_name(self):
        channels = dict(self._fields["channel"]._description_selection(self.env))
        for dispatch in self:
            dispatch.display_name = self.env._(
                "%(case)s, %(what)s, %(channel)s, attempt %(attempt)s",
                case=dispatch.ticket_id.number,
                what=dispatch.notice_id.number or dispatch.told_name,
                channel=channels.get(dispatch.channel, ""),
                attempt=dispatch.attempt,
            )

    @api.depends("duty", "channel", "state")
    def _compute_is_met(self):
        for dispatch in self:
            dispatch.is_met = (
                met(dispatch.duty, dispatch.channel, dispatch.state)
                and not dispatch._is_unproven()
            )
            dispatch.is_by_hand = dispatch.channel in BY_HAND

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    @api.model
    def _queue(self, vals_list):
        """Return new dispatches, which wait to be sent.

        :param vals_list: ``ticket_id``, ``addressee``, ``notice_id`` or ``content``, and
            as far as they differ from the defaults ``duty``, ``event``, ``respondent_id``,
            ``transfer_id``, ``user_id``, ``employee_id``, ``alarm``, ``file_ids``, ``bare``;
            ``channel``: the addressee's best one by default
        """
        now = fields.Datetime.now()
        self._read_addresses(vals_list)
        dispatches = self._create_sealed(
            "queue",
            [
                {
                    **self._prepare_leaving_vals(vals),
                    "channel": vals.get("channel") or self._channels_of(vals)[0],
                    "reference": secrets.token_hex(8),
                    "next_try": now,
                }
                for vals in vals_list
            ],
        )
        dispatches.filtered("held")._note_held()
        dispatches._wake_up()
        return dispatches

    @api.model
    def _queue_notices(self, notices):
        """Return the dispatches of papers that were just issued."""
        return self._queue(
            [
                {
                    "ticket_id": notice.ticket_id.id,
                    "duty": notice._kinds()[notice.kind].duty,
                    "addressee": notice.addressee,
                    "respondent_id": notice.respondent_id.id,
                    "transfer_id": notice.transfer_id.id,
                    "notice_id": notice.id,
                    "held": notice.held,
                    **notice._prepare_enclosed_vals(),
                }
                for notice in notices
            ]
        )

    def _try_next(self, channel):
        """Return the next attempt of one dispatch that did not arrive.

        :raise UserError: if it did, or may still arrive
        """
        self.ensure_one()
        if self.state not in FAILED_STATES:
            raise UserError(self.env._("%s did not fail.", self.display_name))
        if self.next_dispatch_id:
            raise UserError(
                self.env._("%s was tried again already.", self.display_name)
            )
        return self._follow(channel)

    def _follow(self, channel):
        """Return the next attempt of one dispatch, by a channel."""
        following = self._queue(
            [
                {
                    **self._attempt_again(),
                    "channel": channel,
                    "first_id": (self.first_id or self).id,
                    "attempt": self.attempt + 1,
                }
            ]
        )
        self._write_sealed("next", {"next_dispatch_id": following.id})
        return following

    def _attempt_again(self):
        """Return what the next attempt has in common with one, as values."""
        own = {"channel", "reference", "next_try", "held"}
        names = [name for name in _ATTEMPT if name not in own]
        values = self._convert_to_write({name: self[name] for name in names})
        return {**values, "held": self.notice_id.held}

    def _attempts(self):
        """Return all attempts to tell what one dispatch tells."""
        first = self.first_id or self
        return first | self.search([("first_id", "=", first.id)])

    # ----------------------------------------------------------------------
    # What follows
    # ----------------------------------------------------------------------

    def _after_send(self):
        self._settle()

    def _after_post(self, **_more):
        self._settle()

    def _after_deliver(self):
        self._settle()

    def _after_prove(self, **_more):
        self._settle()

    def _after_announce(self, **_more):
        self._settle()

    def _after_refuse(self, **_more):
        self._settle()

    def _after_read(self):
        self._settle()
        self._chase_contact()

    def _after_fail(self, **_more):
        self._unsettle()
        self._go_on()

    def _after_return(self, **_more):
        self._unsettle()
        self._go_on()

    def _settle(self):
        """Tell the papers, or the clocks, of dispatches that just met their duty.

        Those that met it before are at the end of a clock already.
        """
        for dispatch in self.filtered(lambda item: item.is_met and not item.met_date):
            moment = dispatch._met_moment()
            dispatch._write_sealed("settled", {"met_date": moment})
            dispatch._end_chase()
            if dispatch.notice_id:
                dispatch.notice_id._reached(dispatch)
            elif dispatch.event:
                dispatch.ticket_id._emit_event(dispatch.event, moment)

    def _unsettle(self):
        """Take back what was taken for told: a clock that it ended runs again.

        Not one that another message ended as well.
        """
        for dispatch in self.filtered("met_date"):
            dispatch._write_sealed("settled", {"met_date": False})
            if dispatch.notice_id:
                dispatch.notice_id._came_back(dispatch)
            elif dispatch.event and not dispatch._is_told_otherwise():
                dispatch.ticket_id._reopen_clocks(dispatch.event)

    def _is_told_otherwise(self):
        """Return whether another message meant the same to the clocks of one case."""
        others = [
            ("ticket_id", "=", self.ticket_id.id),
            ("event", "=", self.event),
            ("met_date", "!=", False),
        ]
        return bool(self.search_count(others, limit=1))
