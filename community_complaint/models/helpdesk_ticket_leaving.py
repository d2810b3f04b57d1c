from contextlib import contextmanager
from contextvars import ContextVar

from odoo import api, models
from odoo.exceptions import UserError

from ..tools import finder
from ..tools.paper_text import clean

#: Where it is noted that the vault took something out of what a custodian releases,
#: ``None`` while nobody does: then the vault is not read.
STRUCK = ContextVar("complaint_struck", default=None)


class HelpdeskTicket(models.Model):
    """What leaves the house for others than the complainant, and whom it may name.

    Of a case that is not open the finder takes out contact data and people of anybody,
    known to the office or not: the result tells nothing of the vault. Then each paper and
    message waits for an identity custodian, whatever it says (THREATS 46, 60). Only what
    a custodian releases is compared with the vault, and what came of it only custodians
    and the addressee see.
    """

    _inherit = "helpdesk.ticket"

    def _leaves_unnamed(self, addressee):
        """Return whether what leaves one case for an addressee must name nobody."""
        return self.confidentiality != "open" and addressee != "complainant"

    def _leaving_redactor(self, anybody=True):
        """Return a function that takes out of a text for others whoever it names.

        The vault is read in :meth:`_released` only; everybody else gets the same result
        whether somebody complained or not.

        :param anybody: whether to look for people the office need not know
        """
        masks, allowed = self._leaving_masks(), self._leaving_allowed()
        struck = STRUCK.get()
        secrets = self._identity_secrets() if struck is not None else ()
        secrets = finder.prepared(secrets)
        place = finder.redact(clean(self.incident_place), (), masks)
        free = finder.prepared([*allowed, ("address", place)] if place else allowed)

        def hide(text):
            plain = clean(text)
            if anybody:
                plain = finder.redact(plain, (), masks, allowed, people=True)
            hidden = finder.redact(plain, secrets, masks, free, contact=False)
            if hidden != plain:
                struck.add(self.id)
            return hidden

        return hide

    @contextmanager
    def _released(self):
        """Compare what leaves with the vault, for the custodian who releases it.

        :return: a set that is not empty in the end if the vault took something out
        """
        token = STRUCK.set(set())
        try:
            yield STRUCK.get()
        finally:
            STRUCK.reset(token)

    def _leaving_preview(self, addressee, text):
        """Return a text as an addressee gets it, as far as who sends it may know."""
        if not self._leaves_unnamed(addressee):
            return clean(text)
        return self._leaving_redactor()(text)

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

    def _recall_held(self):
        """Call off what waits for a custodian: who ends a case ends what was asked in it.

        Papers of a result stay: they are owed. So does what goes to superiors.
        """
        secret = self.filtered(lambda case: case.confidentiality != "open")
        if not secret:
            return
        waiting = self.env["complaint.dispatch"].search(
            [
                ("ticket_id", "in", secret.ids),
                ("held", "=", True),
                ("notice_id", "=", False),
                ("addressee", "in", ("respondent", "body")),
            ]
        )
        waiting._recall(self.env._("The case ended before it was released."))
