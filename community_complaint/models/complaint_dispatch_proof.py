import logging
from datetime import time, timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_duration

from ..tools.arguments import choice, day, hour, many, takes, text
from ..tools.clock import Rule, due_date
from ..tools.duties import (
    BY_HAND,
    PUBLIC_DAYS,
    REFUSED,
    TALKED,
    WITNESSED,
    lacks,
)

_logger = logging.getLogger(__name__)
#: How long it hangs before it is served; a day off at its end changes nothing.
_ANNOUNCED = Rule(PUBLIC_DAYS, "calendar_day", roll=False)
_HANGS = timedelta(days=PUBLIC_DAYS)


class ComplaintDispatchProof(models.AbstractModel):
    """What people of the office do to a dispatch by hand, and what proves it.

    Its steps, fields and openings are declared with ``complaint.dispatch``.
    """

    _name = "complaint.dispatch.proof"
    _description = "Proof of Dispatches"

    # ----------------------------------------------------------------------
    # Steps by hand. EXPOSED API
    # ----------------------------------------------------------------------

    @takes(date=day, attachments=many("ir.attachment"))
    def action_post(self, text=None, date=None, attachments=None):
        """Record that they were handed to a carrier, with the number of the receipt."""
        return self._take("post", text, date=date, attachments=attachments)

    @takes(
        date=day,
        attachments=many("ir.attachment"),
        delivery=choice("complaint.dispatch", "channel"),
        person_name=text,
        hour=hour,
    )
    def action_prove(
        self,
        text=None,
        date=None,
        attachments=None,
        delivery=None,
        person_name=None,
        hour=None,
    ):
        """Record that they arrived, with the proof.

        :param delivery: the way it went in the end, while it waits to go by hand
        :param person_name: the witness, or whom somebody talked to
        :param hour: of the talk, such as 9.5
        """
        more = {"delivery": delivery, "person_name": person_name, "hour": hour}
        return self._take("prove", text, date=date, attachments=attachments, **more)

    @takes(date=day, attachments=many("ir.attachment"))
    def action_announce(self, text=None, date=None, attachments=None):
        """Record that they were put up in public, which serves them 30 days later."""
        return self._take("announce", text, date=date, attachments=attachments)

    def _ask(self, name, **values):
        """OVERRIDE: it went the way it was to go, unless somebody says otherwise."""
        if name == "prove":
            values.setdefault("delivery", self[:1].channel)
        return super()._ask(name, **values)

    @takes(date=day, attachments=many("ir.attachment"))
    def action_return(self, text=None, date=None, attachments=None):
        """Record that they came back, and why."""
        return self._take("return", text, date=date, attachments=attachments)

    @takes(date=day, attachments=many("ir.attachment"), person_name=text)
    def action_refuse(self, text=None, date=None, attachments=None, person_name=None):
        """Record that the addressee refused to take them, and who was witness."""
        return self._take(
            "refuse", text, date=date, attachments=attachments, person_name=person_name
        )

    def _gates_post(self, text, date=None, attachments=None):
        yield from self._gates_by_hand()
        yield from self._proof_missing("post", text, attachments)

    def _gates_announce(self, text, date=None, attachments=None):
        yield from self._gates_by_hand()
        yield from self._proof_missing("public", text, attachments)

    def _gates_refuse(self, text, date=None, attachments=None, person_name=None):
        yield from self._gates_by_hand()
        # the postman is witness of what the carrier brings back
        posted = (self.channel, self.state) == ("post", "sent")
        person = person_name or (posted and text)
        yield from self._proof_missing(REFUSED, text, attachments, person)

    def _gates_prove(
        self,
        text,
        date=None,
        attachments=None,
        delivery=None,
        person_name=None,
        hour=None,
    ):
        """What counts as proof is a matter of the way it went."""
        way = delivery or self.channel
        if self.state == "queued":
            yield from self._gates_by_hand()
        if way not in self._ways_to_prove():
            yield self.env._(
                "It went by another way: record that way on the paper, or write to them "
                "by it."
            )
        elif (way, self.duty) == ("public", "serve"):
            yield self.env._(
                "Choose “Put Up in Public”: it serves them %s days later.", PUBLIC_DAYS
            )
        yield from self._proof_missing(way, text, attachments, person_name, hour)

    def _ways_to_prove(self):
        """Return the channels one dispatch may have taken in the end."""
        if self.state == "queued" and self.is_by_hand:
            return BY_HAND
        return (self.channel,)

    def _gates_by_hand(self):
        """What leaves by itself is not handed over, nor refused, by a word.

        Nor is what waits for a custodian.
        """
        if self.held:
            yield self._held_text()
        if not self.is_by_hand:
            yield self.env._(
                "This is sent by itself. Record what you did instead on the paper, or "
                "write to them by another way."
            )

    def _proof_missing(self, channel, text, files, person_name=None, hour=None):
        """Yield what a proof lacks, as sentences, see ``tools/duties.py``."""
        files = self.env["complaint.notice"]._proof_files(files, self.ticket_id)
        lacking = lacks(channel, self.duty, text, bool(files), person_name, hour)
        if lacking:
            yield self._lacking_text(lacking)

    @api.model
    def _lacking_text(self, lacking):
        """Return what a proof lacks as a sentence."""
        return {
            "file": self.env._(
                "Add a scan or a picture: the signed receipt, or where it is."
            ),
            "text": self.env._(
                "Say what proves it: who took it, the carrier's number, the witness, or "
                "time and person of the call."
            ),
            "number": self.env._("Add the number under which the carrier took it."),
            "witness": self.env._("Name the witness."),
            "person": self.env._("Name whom you talked to."),
            "hour": self.env._("Say at what time you talked to them."),
        }[lacking]

    @api.model
    def _proof_text(self, text, channel, person_name=None, hour=None):
        """Return the words of a proof, with the witness or the talk."""
        if channel in TALKED and person_name and hour:
            said = self.env._(
                "Talked to %(person)s at %(hour)s.",
                person=person_name,
                hour=format_duration(hour),
            )
        elif channel in WITNESSED and person_name:
            said = self.env._("Witness: %s.", person_name)
        else:
            return text
        return " ".join(filter(None, (text, said)))

    def _prepare_post_vals(self, text, date=None, attachments=None):
        proof = {"proof": text, "channel": "post"}
        return {**self._prepare_proof_vals(date, attachments), **proof}

    def _prepare_prove_vals(
        self,
        text,
        date=None,
        attachments=None,
        delivery=None,
        person_name=None,
        hour=None,
    ):
        way = {"channel": delivery} if delivery else {}
        channel = delivery or self[:1].channel
        proof = {"proof": self._proof_text(text, channel, person_name, hour), **way}
        return {**self._prepare_proof_vals(date, attachments), **proof}

    def _prepare_announce_vals(self, text, date=None, attachments=None):
        proof = {"proof": text}
        return {**self._prepare_proof_vals(date, attachments), **proof}

    def _prepare_return_vals(self, text, date=None, attachments=None):
        proof = {"failure": text}
        return {**self._prepare_proof_vals(date, attachments), **proof}

    def _prepare_refuse_vals(self, text, date=None, attachments=None, person_name=None):
        proof = {"proof": self._proof_text(text, REFUSED, person_name)}
        return {**self._prepare_proof_vals(date, attachments), **proof}

    def _prepare_proof_vals(self, date, attachments):
        """Return day and files of a proof.

        :raise UserError: for a day before the dispatch was due, or in the future
        """
        today = self._step_day()
        day = date or today
        for dispatch in self:
            begun = dispatch.notice_id.issued_date or dispatch.create_date
            queued = dispatch.ticket_id._office_date(begun)
            if not queued <= day <= today:
                raise UserError(
                    self.env._(
                        "The day must be between %(first)s and today.", first=queued
                    )
                )
        files = attachments.ids if attachments else []
        return {"proof_date": day, "proof_attachment_ids": files}

    def _prove_by_hand(self, day, channel, proof, attachments=None):
        """Record that one dispatch arrived by a way that somebody of the office took.

        :param day: the office's day
        :param proof: text, or nothing if files prove it
        """
        dispatch = self
        if self.state != "queued" or self.channel not in BY_HAND:
            dispatch = self._follow(channel)
            self.filtered(lambda item: item.state == "queued")._do_step("call_off")
        if (channel, self.duty) == ("public", "serve"):
            dispatch._do_step("announce", proof, date=day, attachments=attachments)
            return
        dispatch._do_step(
            "prove", proof, date=day, attachments=attachments, delivery=channel
        )

    def _met_moment(self):
        """Return when one dispatch met its duty, as naive UTC.

        Of a proof only the day is known: unless it is today, its noon at the office.
        """
        case, day = self.ticket_id, self._announced_until() or self.proof_date
        if day and day != case._office_date():
            return case._office_moment(day, time(12))
        return fields.Datetime.now()

    def _proof_day(self):
        """Return the office's day on which one dispatch met its duty."""
        day = self._announced_until() or self.proof_date
        return day or self.ticket_id._office_date(self.met_date)

    # ----------------------------------------------------------------------
    # What was put up in public
    # ----------------------------------------------------------------------

    def _announced_until(self):
        """Return the day on which one dispatch is served by hanging out, if it hangs."""
        if (self.channel, self.duty) != ("public", "serve") or not self.proof_date:
            return None
        return due_date(_ANNOUNCED, self.proof_date, None)

    @api.model
    def _serve_announced(self):
        """Take for served what hung out long enough; for the scheduled action."""
        hanging = self.search(
            [
                ("state", "=", "sent"),
                ("channel", "=", "public"),
                ("duty", "=", "serve"),
                # the office may be a day ahead
                ("proof_date", "<", fields.Date.today() - _HANGS + timedelta(days=2)),
            ],
            order="proof_date",
        )
        for dispatch in hanging.try_lock_for_update(allow_referencing=True):
            if dispatch._announced_until() <= dispatch.ticket_id._office_date():
                dispatch._serve_alone()

    def _serve_alone(self):
        """Take one for served; whatever goes wrong, the others get their turn."""
        try:
            with self.env.cr.savepoint():
                self._do_step("deliver")
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - see above
            # the error's own text may tell a name
            _logger.warning("Dispatch %s: %s", self.id, type(error).__name__)
            office = self.with_context(lang=self.ticket_id._paper_lang())
            self._chase(
                office.env._("Service is not proven yet: %s", office.display_name)
            )
