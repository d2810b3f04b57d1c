import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ..tools.duties import ALARM_DELAYS, AUTOMATIC, BY_HAND, DELAYS, ON_DUTY

_logger = logging.getLogger(__name__)
#: Dispatches that one run of the scheduled action hands over.
_BATCH = 200
#: Days after which somebody looks after what was sent and is not proven.
_PATIENCE = timedelta(days=2)


#: When to look again for a key that the server lacks.
_KEY_WAIT = timedelta(hours=1)


class Undelivered(Exception):
    """A channel could not hand a message over.

    :param reason: for people, without names and addresses
    :param final: trying again is no use
    :param down: the other side cannot be reached at all now, for nobody
    """

    def __init__(self, reason, final=False, down=False):
        super().__init__(reason)
        self.reason, self.final, self.down = reason, final, down


class ComplaintDispatchDelivery(models.AbstractModel):
    """How dispatches leave the house: by which channel, when, and what if they do not.

    A channel is a method ``_deliver_<channel>()`` of one dispatch that raises
    :class:`Undelivered`, and returns whether the message has arrived already; add-ons
    bring more. The scheduled action knows ids only.
    """

    _name = "complaint.dispatch.delivery"
    _description = "Delivery of Dispatches"

    # ----------------------------------------------------------------------
    # Channels
    # ----------------------------------------------------------------------

    @api.model
    def _channels_of(self, vals):
        """Return the channels that reach an addressee, the best first, never none.

        :param vals: ``ticket_id``, ``addressee``, and whom it names
        """
        alarmed = bool(vals.get("alarm"))
        channels = [
            channel
            for channel in (ON_DUTY if alarmed else AUTOMATIC)
            if self._can_use(channel, vals) and self._address_of(channel, vals)
        ]
        ticket = self.env["helpdesk.ticket"].browse(vals["ticket_id"])
        chosen = ticket.tell_by if vals["addressee"] == "complainant" else False
        if chosen in (*channels, *BY_HAND):
            channels = [chosen, *(item for item in channels if item != chosen)]
        last = "phone" if alarmed else "hand"
        return [*channels, *(item for item in (last,) if item not in channels)]

    @api.model
    def _read_addresses(self, vals_list):
        """Read at once what :meth:`_channels_of` asks of many cases, one after the other."""
        ids = [
            vals["ticket_id"]
            for vals in vals_list
            if vals["addressee"] == "complainant"
        ]
        # sudo: complaint.identity - the addresses are used, not shown
        tickets = self.env["helpdesk.ticket"].sudo().browse(ids)
        tickets.mapped("tell_by")
        tickets.identity_ids.mapped("email")

    @api.model
    def _can_use(self, channel, vals):
        """Return whether the office can use a channel now. EXTENSION POINT."""
        return channel == "email"

    @api.model
    def _address_of(self, channel, vals):
        """Return the address of an addressee on a channel, read now; used, not shown.

        :return: e-mail address, phone number, or ``False``; for the portal whether there
            is an inbox
        """
        # sudo: complaint.identity and the others - the address is used, not shown
        person = self.sudo()._person_of(vals)
        if channel == "email":
            former = vals.get("to_former")
            for name in ("former_email",) if former else ("email", "work_email"):
                if name in person and email_normalize(person[name] or ""):
                    return email_normalize(person[name])
        return False

    @api.model
    def _person_of(self, vals):
        """Return the record that has the addresses of an addressee, with sudo."""
        env = self.env
        if vals["addressee"] == "complainant":
            ticket = env["helpdesk.ticket"].browse(vals["ticket_id"])
            return ticket.identity_ids[:1]
        if vals["addressee"] == "respondent":
            respondent = env["complaint.respondent"].browse(vals.get("respondent_id"))
            return respondent.employee_id or respondent.partner_id
        if vals["addressee"] == "body":
            transfer = env["complaint.transfer"].browse(vals.get("transfer_id"))
            return transfer.partner_id or transfer._head()
        if vals["addressee"] == "superior":
            return self._superior_of(vals)
        if vals["addressee"] == "on_duty":
            return env["hr.employee"].browse(vals.get("employee_id"))
        return env["res.users"].browse(vals.get("user_id")).partner_id

    @api.model
    def _superior_of(self, vals):
        """Return the superior body an addressee is, a partner. EXTENSION POINT."""
        ticket = self.env["helpdesk.ticket"].browse(vals["ticket_id"])
        return ticket.regulation_id.superior_partner_id

    def _vals_of_addressee(self):
        """Return what :meth:`_channels_of` asks of one dispatch."""
        return {
            "ticket_id": self.ticket_id.id,
            "addressee": self.addressee,
            "respondent_id": self.respondent_id.id,
            "transfer_id": self.transfer_id.id,
            "user_id": self.user_id.id,
            "employee_id": self.employee_id.id,
            "to_former": self.to_former,
            "notice_id": self.notice_id.id,
            "alarm": self.alarm,
        }

    # ----------------------------------------------------------------------
    # Handing over
    # ----------------------------------------------------------------------

    def _wake_up(self):
        """Have these handed over as soon as this transaction is committed."""
        if any(dispatch.channel in AUTOMATIC for dispatch in self):
            cron_id = self.env["ir.model.data"]._xmlid_to_res_id(
                "community_complaint.complaint_dispatch_cron_deliver"
            )
            # sudo: ir.cron - the queue, whoever put something into it
            self.env["ir.cron"].sudo().browse(cron_id)._trigger()

    @api.model
    def _cron_deliver(self):
        """Hand over what waits, one transaction each; resumes by itself."""
        cron = self.env["ir.cron"]
        domain = [
            ("state", "=", "queued"),
            ("channel", "in", AUTOMATIC),
            ("held", "=", False),
            ("next_try", "<=", fields.Datetime.now()),
        ]
        waiting = self.search(domain, order="next_try, id", limit=_BATCH)
        cron._commit_progress(remaining=self.search_count(domain))
        down = set()
        for dispatch in waiting:
            way = (dispatch.company_id, dispatch.channel)
            # one that waits long for an answer costs the others that time
            try:
                # an alarm does not wait for who tries first, it goes another way
                waits = way in down and not dispatch.alarm
                if not waits and dispatch._hand_over_alone():
                    down.add(way)
            except OperationalError:
                # somebody changed the case at this moment: nothing left yet, later again
                self.env.cr.rollback()
            if not cron._commit_progress(1):
                break
        self._serve_announced()
        self._chase_unproven()

    def _hand_over_alone(self):
        """Hand one dispatch over; whatever goes wrong, the others get their turn.

        :return: whether its channel cannot be reached at all now
        """
        try:
            with self.env.cr.savepoint():
                # nobody changes the case between the message and the note of it: who was
                # quicker is seen here, before anything leaves
                case = self.ticket_id.try_lock_for_update(allow_referencing=True)
                locked = self.try_lock_for_update(allow_referencing=True)
                return bool(case) and locked._hand_over()
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - see above
            # the error's own text may tell an address
            _logger.warning("Dispatch %s: %s", self.id, type(error).__name__)
            self._put_aside()
            return False

    def _hand_over(self):
        """Hand one dispatch, or none, to its channel; what fails is tried again.

        :return: whether its channel cannot be reached at all now
        """
        if not self or self.state != "queued":
            return False
        if self.addressee == "complainant" and self.ticket_id._lacks_key():
            self._wait_for_key()
            return False
        try:
            with self.env.cr.savepoint():
                arrived = getattr(self, f"_deliver_{self.channel}")()
        except Undelivered as problem:
            self._put_off(problem)
            return problem.down
        self._do_step("send")
        if arrived is True:
            self._do_step("deliver")
        return False

    def _wait_for_key(self):
        """Leave one dispatch in the queue: the server cannot read to whom it goes.

        That is no fault of the channel, so it costs no try and takes no other one.
        """
        office = self.with_context(lang=self.ticket_id._paper_lang())
        self._write_sealed(
            "put_off",
            {
                "next_try": fields.Datetime.now() + _KEY_WAIT,
                "failure": office.env._("The server lacks the key of the address."),
            },
        )

    def _put_aside(self):
        """Leave what nobody foresaw until tomorrow, and tell somebody.

        After as many days as there are tries it is theirs alone: it may have left each
        time.
        """
        office = self.with_context(lang=self.ticket_id._paper_lang())
        reason = office.env._("The channel does not work.")
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        self._write_sealed(
            "put_off",
            {
                "tries": self.tries + 1,
                "next_try": self.tries < len(DELAYS) and tomorrow,
                "failure": reason,
            },
        )
        self._chase(
            office.env._(
                "It cannot be sent: %(what)s. Phone, or hand it over.",
                what=office.display_name,
            )
        )

    def _put_off(self, problem):
        """Try one dispatch again later, or by the next channel."""
        delays = ALARM_DELAYS if self.alarm else DELAYS
        if problem.final or self.tries >= len(delays):
            self._do_step("fail", problem.reason)
            return
        later = fields.Datetime.now() + timedelta(minutes=delays[self.tries])
        self._write_sealed(
            "put_off",
            {"tries": self.tries + 1, "next_try": later, "failure": problem.reason},
        )
        # sudo: ir.cron - the queue
        cron = self.env.ref("community_complaint.complaint_dispatch_cron_deliver")
        cron.sudo()._trigger(at=later)

    def _go_on(self):
        """Take the next channel for what did not arrive, and tell somebody of it.

        Where the complainant was before, there is one try.
        """
        for dispatch in self.filtered(lambda item: not item.to_former):
            used = set(dispatch._attempts().mapped("channel"))
            channels = self._channels_of(dispatch._vals_of_addressee())
            channel = next((item for item in channels if item not in used), "post")
            dispatch._try_next(channel)
            office = dispatch.with_context(lang=dispatch.ticket_id._paper_lang())
            dispatch._chase(
                office.env._(
                    "It did not arrive: %(what)s. Phone, or hand it over.",
                    what=office.display_name,
                )
            )

    # ----------------------------------------------------------------------
    # Contact data that the office changed
    # ----------------------------------------------------------------------

    def _is_unproven(self):
        """Return whether one dispatch proves nothing: nobody else checked where it went.

        Of what is served only; what is told was told at the address before as well.
        """
        return self.channel in ("email", "sms") and self._leads_to_unproven()

    def _leads_to_unproven(self):
        """Return whether a link to one dispatch went where nobody else checked."""
        if self.duty != "serve" or self.addressee != "complainant":
            return False
        # sudo: complaint.identity - whether it was checked, nothing is shown
        return self.sudo().ticket_id.identity_ids[:1].contact_unproven

    def _chase_contact(self):
        """Have somebody check where papers went that were read there."""
        for dispatch in self.filtered(lambda item: item._leads_to_unproven()):
            office = dispatch.with_context(lang=dispatch.ticket_id._paper_lang())
            dispatch._chase(
                office.env._(
                    "It was read where the contact data were changed: %s. It counts "
                    "once somebody else confirmed them.",
                    office.display_name,
                )
            )

    # ----------------------------------------------------------------------
    # Somebody is told
    # ----------------------------------------------------------------------

    @api.model
    def _chase_unproven(self):
        """Tell somebody of what waits for them, or for its proof, for days.

        Not of what waits for a custodian: they can do nothing about it.
        """
        late = self.browse()
        for waits in self._waiting_domains():
            if left := _BATCH - len(late):
                late |= self.search(waits, order="create_date", limit=left)
        for dispatch in late.try_lock_for_update(allow_referencing=True):
            office = dispatch.with_context(lang=dispatch.ticket_id._paper_lang())
            dispatch._chase(
                office.env._("Service is not proven yet: %s", office.display_name)
            )

    @api.model
    def _waiting_domains(self):
        """Return the domains of what waits for days; an index each."""
        days = (
            Domain("create_date", "<", fields.Datetime.now() - _PATIENCE)
            & Domain("chased_date", "=", False)
            & Domain("held", "=", False)
        )
        return (
            days & Domain("state", "=", "queued") & Domain("channel", "in", BY_HAND),
            days
            & Domain("state", "=", "sent")
            & Domain("duty", "=", "serve")
            # that one hangs out until it counts
            & Domain("channel", "!=", "public"),
        )

    def _chase(self, text):
        """Give the handler, or somebody of the desk, a task about one dispatch, once."""
        if self.chased_date:
            return
        ticket = self.ticket_id.with_context(lang=self.ticket_id._paper_lang())
        task = ticket._remind_of_mail(text)
        vals = {"chased_date": fields.Datetime.now(), "task_id": task.id}
        self._write_sealed("chase", vals)

    def _end_chase(self):
        """Nobody has to see to one dispatch any more: it arrived, by whatever attempt."""
        if not (self.chased_date or self.first_id):
            return
        # sudo: mail.activity - whoever's task it is
        tasks = self._attempts().sudo().task_id.filtered("active")
        if tasks:
            office = self.with_context(lang=self.ticket_id._paper_lang())
            tasks.action_feedback(office.env._("It arrived: %s", office.display_name))
