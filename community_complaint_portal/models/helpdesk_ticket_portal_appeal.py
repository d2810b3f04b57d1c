from odoo import Command, models
from odoo.exceptions import UserError

#: States of an appeal window in which a form is offered.
_POSSIBLE = ("open", "late")


class HelpdeskTicket(models.Model):
    """What the complainant may do against the result, see ``_appeal_window``."""

    _inherit = "helpdesk.ticket"

    def _portal_appeal(self):
        """Return what is shown about appeals, ``None`` if there is nothing to say.

        ``appeals``: list of ``complaint.appeal._portal_values()``, the newest first;
        ``state``: of the window; ``silent``: whether there was no answer in time;
        ``title``: what the level is called; ``sentences``: the right and its end in words;
        ``reasons``: why that last day.
        """
        self.ensure_one()
        window = self._appeal_window()
        appeals = self._portal_appeals()
        if window.state not in _POSSIBLE and not appeals and not self._portal_other():
            return None
        return {
            "appeals": [appeal._portal_values() for appeal in appeals],
            "state": window.state,
            "silent": window.silent,
            "title": window.level.name or self.env._("Appeal"),
            "sentences": self._portal_appeal_sentences(window),
            "reasons": self._appeal_window_why(window),
        }

    def _portal_appeals(self):
        """Return the appeals the complainant filed, the newest first."""
        return self.appeal_ids.filtered(
            lambda item: item.appellant == "complainant" and item.state != "draft"
        ).sorted("id", reverse=True)

    def _portal_other(self):
        """Return the open appeals of the other side."""
        return self._open_appeals().filtered(
            lambda item: item.appellant != "complainant"
        )

    def _portal_appeal_sentences(self, window):
        """Return the complainant's right and its end in words.

        Notices say the same, see ``_appeal_window_sentences``; here the last day stands
        for itself.
        """
        if self._portal_other():
            return [
                self.env._(
                    "The other side does not agree with the result and applied for "
                    "another decision. We write to you what comes of it."
                )
            ]
        if window.state == "open":
            return [self._appeal_right_sentence(window), window.reason]
        if window.state == "late":
            return [
                window.reason,
                self.env._(
                    "You can still send it and say why it is late. The head of the "
                    "office decides whether it is taken up."
                ),
            ]
        return []

    def _portal_may_appeal(self):
        """Tell whether a form is offered."""
        return self._appeal_window().state in _POSSIBLE

    def _portal_file_appeal(self, grounds, uploads=(), by_app=False):
        """File the complainant's appeal.

        :param by_app: whether it came through the office's app
        :param uploads: list of :class:`~..tools.uploads.Upload`
        :return: the ``complaint.appeal``
        :raise UserError: if there is nothing to appeal against, or no grounds
        """
        self.ensure_one()
        window = self._appeal_window()
        if window.state not in _POSSIBLE:
            raise UserError(window.reason)
        office = self.with_context(lang=self._paper_lang())
        evidence = self._portal_keep(
            uploads, office.env._("Files sent with an appeal"), with_message=True
        )
        appeal = self.env["complaint.appeal"].create(
            {
                "ticket_id": self.id,
                "appellant": "complainant",
                "channel_id": self.regulation_id._portal_channel(by_app).id,
                "grounds": grounds,
                "attachment_ids": [Command.set(evidence.attachment_ids.ids)],
            }
        )
        appeal.action_file()
        if evidence:
            evidence._write_sealed("appealed", {"appeal_id": appeal.id})
            self._tell_held(evidence)
        desk = self.team_id
        # who handled the case has no say in its appeal
        self._portal_tell_office(
            office.env._("Look at appeal %s", appeal.number),
            desk.user_id + desk.user_ids - self.user_id,
        )
        return appeal

    def _portal_files(self):
        """OVERRIDE: the files of one's own appeals."""
        return super()._portal_files() | self._portal_appeals().attachment_ids

    def _portal_next_after_result(self):
        """OVERRIDE: an appeal, or the right to one, is what comes next."""
        if self._portal_unconfirmed():
            return super()._portal_next_after_result()
        if self.open_appeal_id:
            return self.env._(
                "The appeal is being decided. You get the result in writing."
            )
        window = self._appeal_window()
        if window.state == "open":
            return self.env._(
                "You have the result. If you agree with it, you need not do anything. If "
                "you do not, you may appeal. %s",
                window.reason,
            )
        return super()._portal_next_after_result()

    def _portal_next_text(self):
        """OVERRIDE: a finished case may still be appealed, and so may silence."""
        window = self._appeal_window()
        if self.phase in ("closed", "archived") and (
            self.open_appeal_id or window.open
        ):
            return self._portal_next_after_result()
        text = super()._portal_next_text()
        if not window.silent:
            return text
        return f"{self._appeal_right_sentence(window)} {window.reason} {text}"

    def _portal_next_links(self):
        """OVERRIDE: to the appeal while it is possible or open."""
        links = super()._portal_next_links()
        if self._portal_appeal_matters():
            links.append(("appeal", self._portal_appeal_link()))
        return links

    def _portal_appeal_link(self):
        if self._appeal_window().silent:
            return self.env._("I got no answer in time")
        return self.env._("I do not agree")

    def _portal_appeal_matters(self):
        """Tell whether the complainant may appeal, and has the result if there is one."""
        window = self._appeal_window()
        return window.open and (window.silent or not self._portal_unconfirmed())
