from odoo import models
from odoo.exceptions import UserError

from ..tools.arguments import choice, day, many, takes
from ..tools.duties import BY_HAND, lacks


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
    )
    def action_prove(self, text=None, date=None, attachments=None, delivery=None):
        """Record that they arrived, with the proof.

        :param delivery: the way it went in the end, while it waits to go by hand
        """
        return self._take(
            "prove", text, date=date, attachments=attachments, delivery=delivery
        )

    def _ask(self, name, **values):
        """OVERRIDE: it went the way it was to go, unless somebody says otherwise."""
        if name == "prove":
            values.setdefault("delivery", self[:1].channel)
        return super()._ask(name, **values)

    @takes(date=day, attachments=many("ir.attachment"))
    def action_return(self, text=None, date=None, attachments=None):
        """Record that they came back, and why."""
        return self._take("return", text, date=date, attachments=attachments)

    @takes(date=day, attachments=many("ir.attachment"))
    def action_refuse(self, text=None, date=None, attachments=None):
        """Record that the addressee refused to take them, and who was witness."""
        return self._take("refuse", text, date=date, attachments=attachments)

    def _gates_post(self, text, date=None, attachments=None):
        yield from self._gates_by_hand()
        yield from self._proof_missing("post", text, attachments)

    def _gates_refuse(self, text, date=None, attachments=None):
        yield from self._gates_by_hand()
        yield from self._proof_missing("post", text, attachments)

    def _gates_prove(self, text, date=None, attachments=None, delivery=None):
        """What counts as proof is a matter of the way it went."""
        if self.state == "queued":
            yield from self._gates_by_hand()
        if (delivery or self.channel) not in self._ways_to_prove():
            yield self.env._(
                "It went by another way: record that way on the paper, or write to them "
                "by it."
            )
        yield from self._proof_missing(delivery or self.channel, text, attachments)

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

    def _proof_missing(self, channel, text, files):
        """Yield what a proof lacks, as sentences, see ``tools/duties.py``."""
        files = self.env["complaint.notice"]._proof_files(files, self.ticket_id)
        lacking = lacks(channel, self.duty, text, bool(files))
        if lacking == "file":
            yield self.env._(
                "Add a scan or a picture: the signed receipt, or where it is."
            )
        elif lacking:
            yield self.env._(
                "Say what proves it: who took it, the carrier's number, the witness, or "
                "time and person of the call."
            )

    def _prepare_post_vals(self, text, date=None, attachments=None):
        proof = {"proof": text, "channel": "post"}
        return {**self._prepare_proof_vals(date, attachments), **proof}

    def _prepare_prove_vals(self, text, date=None, attachments=None, delivery=None):
        way = {"channel": delivery} if delivery else {}
        proof = {"proof": text, **way}
        return {**self._prepare_proof_vals(date, attachments), **proof}

    def _prepare_return_vals(self, text, date=None, attachments=None):
        proof = {"failure": text}
        return {**self._prepare_proof_vals(date, attachments), **proof}

    def _prepare_refuse_vals(self, text, date=None, attachments=None):
        proof = {"proof": text}
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
        dispatch._do_step(
            "prove", proof, date=day, attachments=attachments, delivery=channel
        )
