import logging
from functools import partial
from xmlrpc.client import Binary

from odoo import api, models
from odoo.exceptions import AccessError

from ..tools.mail_reader import message_bytes
from ..tools.passes import Pass

_logger = logging.getLogger(__name__)
#: A mail whose complaint part is dealt with goes to its other recipients.
_to_others = Pass("mail_to_others")


class MailThread(models.AbstractModel):
    """The gateway's way into complaint desks (THREATS 31-38).

    What is for a desk, or for nobody at all, is stored and sorted by
    ``complaint.inbound.mail``, the base never parses it. Everything else stays the base's,
    but is kept until the base has delivered it.
    """

    _inherit = "mail.thread"

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        """OVERRIDE: mail to complaint desks is stored, then sorted, and never raises.

        :return: id of the complaint, ``False`` if a person looks at the mail first
        :raise AccessError: for everybody but the mail gateway
        """
        # whoever may call this writes in anybody's name, and learns which ids are there
        self._check_complaint_gateway()
        gate = self.env["complaint.inbound.mail"]
        content = _as_bytes(message)
        place = gate._find_place(content, model, thread_id, custom_values)
        process = partial(
            super().message_process,
            model,
            message,
            custom_values=custom_values,
            save_original=save_original,
            strip_attachments=strip_attachments,
            thread_id=thread_id,
        )
        if not place:
            return gate._pass_on(content, model, process)
        found = gate._receive(content, place)
        if place.others:
            self._process_others(process)
        return found

    @api.model
    def _process_others(self, process):
        """Let the base deliver a mail to its other recipients, too.

        Their failure is theirs: the complaint is on file and the mail is not fetched
        again.
        """
        try:
            with self.env.cr.savepoint(), _to_others:
                process()
        except Exception as error:  # noqa: BLE001 pylint: disable=broad-except
            _logger.info(
                "A mail reached a complaint desk, but not the others: %s", error
            )

    def _message_route_process(self, message, message_dict, routes):
        """OVERRIDE: no mail gets into a complaint the base's way.

        The base would make the sender author and follower, subscribe everybody in To
        and Cc, and act as the user whose address the mail claims to come from.
        """
        gate = self.env["complaint.inbound.mail"]
        places = [(route, gate._place_of_route(route)) for route in routes or ()]
        found = False
        for _route, place in places:
            if place and not _to_others:
                self._check_complaint_gateway()
                found = gate._receive(message_bytes(message), place)
        rest = [route for route, place in places if not place]
        if routes and not rest:
            return found
        return super()._message_route_process(message, message_dict, rest) or found

    @api.model
    def _is_complaint_gateway(self):
        """Tell whether the mail gateway itself is at work."""
        return self.env.su or self.env.user._is_system()

    @api.model
    def _check_complaint_gateway(self):
        """Only the mail gateway brings mail, no employee by RPC.

        :raise AccessError: for everybody else
        """
        if not self._is_complaint_gateway():
            raise AccessError(self.env._("Only the mail gateway delivers e-mail."))


def _as_bytes(message):
    """Return a mail as bytes, in whatever form the gateway hands it over."""
    if isinstance(message, Binary):
        return bytes(message.data)
    if isinstance(message, str):
        return message.encode("utf-8", "surrogateescape")
    return message
