from contextvars import ContextVar

from odoo import api, models
from odoo.exceptions import UserError

from ..tools import finder
from ..tools.paper_text import clean, paragraphs

#: Where it is noted that the vault took something out of what leaves, ``None`` if nobody
#: asks.
STRUCK = ContextVar("complaint_struck", default=None)


class HelpdeskTicket(models.Model):
    """What leaves the house for others than the complainant, and whom it may name.

    Of a case that is not open the finder takes out contact data and people of anybody,
    known to the office or not: the result tells nothing of the vault. That is what is
    shown before something is sent (:meth:`_leaving_preview`). What only the vault knows
    is taken out by the system when the thing leaves; nobody is shown it who may not know
    who complained: the paper or message waits for an identity custodian.
    """

    _inherit = "helpdesk.ticket"

    def _leaves_unnamed(self, addressee):
        """Return whether what leaves one case for an addressee must name nobody."""
        return self.confidentiality != "open" and addressee != "complainant"

    def _leaving_redactor(self, known=True, mark=None, anybody=True):
        """Return a function that takes out of a text for others whoever it names.

        :param known: whether to look for those in the vault as well; that it took out
            what somebody of the office wrote, or may have to, is noted in ``STRUCK``
        :param mark: what is noted there
        :param anybody: whether to look for people the office need not know
        """
        masks, allowed = self._leaving_masks(), self._leaving_allowed()
        secrets = self._identity_secrets() if known else []
        words = self._resident_words() if secrets else ()
        place = finder.redact(clean(self.incident_place), (), masks)
        free = [*allowed, ("address", place)] if place else allowed

        def hide(text):
            plain = clean(text)
            if anybody:
                plain = finder.redact(plain, (), masks, allowed, people=True)
            hidden = finder.redact(plain, secrets, masks, free, contact=False)
            struck = STRUCK.get()
            theirs = text in words or text.rpartition(" · ")[2] in words
            if struck is not None and not theirs and is_telling(plain, hidden):
                struck.add(mark)
            return hidden

        def is_telling(plain, hidden):
            if hidden != plain:
                return True
            for _kind, name in allowed:
                plain = plain.replace(name, "")
            return finder.is_doubtful(plain, secrets)

        return hide

    def _leaving_preview(self, addressee, text):
        """Return a text as an addressee gets it, as far as who sends it may know.

        The vault is not read, whoever asks.
        """
        if not self._leaves_unnamed(addressee):
            return clean(text)
        return self._leaving_redactor(known=False)(text)

    def action_preview_papers(self):
        """Show what the respondents of one case would get."""
        self.check_access("write")
        if not self._preview_vals():
            raise UserError(self.env._("Nobody else gets a paper."))
        return self._preview_action()

    def _preview_action(self):
        """Return the action that shows what others would get of one case."""
        return {
            "type": "ir.actions.act_url",
            "url": f"/complaint/preview/{self._name}/{self.id}",
            "target": "new",
        }

    def _preview_vals(self):
        """Return the result notices that one case issues to its respondents, as values."""
        return [
            {
                "ticket_id": self.id,
                "kind": "result",
                "addressee": "respondent",
                "respondent_id": respondent.id,
            }
            for respondent in self.respondent_ids
        ]

    @api.model
    def _leaving_masks(self):
        """Return what stands in place of what was taken out, by kind.

        Alike for everybody: it does not tell the complainant from others.
        """
        return {
            "name": self.env._("[somebody]"),
            "phone": self.env._("[phone]"),
            "email": self.env._("[e-mail]"),
            "id_number": self.env._("[number]"),
            "account": self.env._("[number]"),
            "number": self.env._("[number]"),
            "plate": self.env._("[plate]"),
            "address": self.env._("[place]"),
            "room": self.env._("[place]"),
            "unit": self.env._("[unit]"),
        }

    def _leaving_allowed(self):
        """Return what may be told of one case to others: the office's and their own.

        :return: list of pairs of kind and text
        """
        # sudo: helpdesk.ticket - what the others know anyway, whoever may read it here
        case = self.sudo()
        company = case.company_id
        pairs = [
            ("phone", company.phone),
            ("email", company.email),
            ("address", company.street),
        ]
        for name in case.respondent_ids.mapped("name"):
            # some are called by their room
            pairs += [("person", name), ("address", name)]
        for transfer in case.transfer_ids:
            partner = transfer.partner_id
            pairs += [("phone", partner.phone), ("email", partner.email)]
        return [(kind, text) for kind, text in pairs if text]

    def _resident_words(self):
        """Return the texts of one case that are the resident's own, line by line."""
        lines = [self.name, self.demand, self.incident_place]
        lines += paragraphs(self._description_text())
        return {line for line in lines if line}

    # ----------------------------------------------------------------------
    # Who looks at it
    # ----------------------------------------------------------------------

    def _note_struck(self, place):
        """Put on record that the vault took something out, and tell the custodians.

        :param place: ``model`` or ``model.field`` of what waits now
        """
        self.env["complaint.log"]._record("redacted", self, {"fields": [place]})
        people = self._office_people("community_complaint.group_complaint_custodian")
        readers = people.filtered(lambda user: self._may_be_read_by(user))
        for user in readers - self.env.user:
            reader = self.with_context(lang=user.lang)
            # sudo: mail.thread - a word of the office, of no record
            self.env["mail.thread"].sudo().message_notify(
                partner_ids=user.partner_id.ids,
                subject=self.number,
                body=reader.env._(
                    "%s: a paper or message waits for you. Somebody wrote in it what "
                    "tells who complained.",
                    self.number,
                ),
            )
