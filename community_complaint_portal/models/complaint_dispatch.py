import hashlib
import secrets
from datetime import timedelta
from urllib.parse import urljoin

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.orm.models import NO_ACCESS

from odoo.addons.community_complaint.tools.life import Opening

#: How long a link in a message is good.
LIFE = timedelta(days=60)
#: How long the page of one that is over says so.
_SAYS_SO = timedelta(days=365)
#: States in which what a link leads to was not taken back.
_OUT = ("sent", "delivered", "read")
#: Ways by which somebody hears that there is something in their inbox.
_OUTSIDE = ("email", "sms")


class ComplaintDispatch(models.Model):
    """The portal's inbox as a channel, and links in messages of the other channels.

    A link is random, leads to one dispatch, and only its hash is kept (THREATS 61).
    Opening it changes nothing; who has read it says so by a button.
    """

    _inherit = "complaint.dispatch"

    _openings = {
        "link": Opening(
            "A message with a link to it leaves.", ("link_hash", "link_until")
        )
    }

    link_hash = fields.Char(
        readonly=True, copy=False, groups=NO_ACCESS, index="btree_not_null"
    )
    link_until = fields.Datetime("Link Good Until", readonly=True, copy=False)

    # ----------------------------------------------------------------------
    # Links
    # ----------------------------------------------------------------------

    def _make_link(self):
        """OVERRIDE: the page of one dispatch; links made before are good no longer."""
        if self._is_to_colleague() or self.to_former:
            return super()._make_link()
        token = secrets.token_urlsafe(32)
        until = fields.Datetime.now() + LIFE
        self._write_sealed("link", {"link_hash": _hash(token), "link_until": until})
        return urljoin(self.ticket_id.get_base_url(), f"/complaints/told/{token}")

    @api.model
    def _find_by_link(self, token):
        """Return the dispatch that a link led to once, empty if there is none.

        :param token: as it was sent, anything
        """
        if not token or len(token) != 43:
            return self.browse()
        return self.search([("link_hash", "=", _hash(token))], limit=1)

    @api.autovacuum
    def _gc_links(self):
        """Forget links that are over for long; until then their page says so."""
        over = self.search(
            [
                ("link_hash", "!=", False),
                ("link_until", "<", fields.Datetime.now() - _SAYS_SO),
            ],
            limit=10_000,
        )
        over._write_sealed("link", {"link_hash": False})

    def _is_link_good(self):
        """Return whether a link still opens one dispatch, or none."""
        return bool(
            self and self.state in _OUT and self.link_until > fields.Datetime.now()
        )

    def _told_paper(self):
        """Return the paper that who holds the link may have, empty if there is none."""
        notice = self.notice_id
        return notice if notice.state != "void" else notice.browse()

    def _told_title(self):
        """Return what the page is about: the paper, or a message of the office."""
        notice = self._told_paper()
        return notice.display_name if notice else self.env._("A message of the office")

    def _confirm_read(self):
        """Record that somebody says to have read one dispatch.

        A member of the staff is not who it was for, unless it is their own case. Nor is
        who holds a link to an address that nobody else checked the owner of the inbox.
        """
        if (
            self.state not in ("sent", "delivered")
            or self.ticket_id._is_opened_by_staff()
        ):
            return
        if self.channel == "portal" and self._leads_to_unproven():
            self._chase_contact()
        else:
            self._do_step("read")

    # ----------------------------------------------------------------------
    # The inbox
    # ----------------------------------------------------------------------

    @api.model
    def _can_use(self, channel, vals):
        """OVERRIDE: complainants have an inbox."""
        if channel == "portal":
            return vals["addressee"] == "complainant"
        return super()._can_use(channel, vals)

    @api.model
    def _address_of(self, channel, vals):
        """OVERRIDE: whether somebody has an account, or a code, to open the inbox."""
        if channel != "portal":
            return super()._address_of(channel, vals)
        ticket = self.env["helpdesk.ticket"].browse(vals["ticket_id"])
        if self._has_account(ticket):
            return True
        wanted = ticket.tell_by == "portal" or self._left_nothing_else(ticket)
        return wanted and ticket._receipts()._is_valid()

    @api.model
    def _left_nothing_else(self, ticket):
        """Return whether the portal is the only way to the complainant of one case."""
        # sudo: complaint.identity - whether there is another way, nothing is shown
        person = ticket.sudo().identity_ids[:1]
        return not (person.phone or person.address or person.email)

    @api.model
    def _has_account(self, ticket):
        # sudo: complaint.identity - whether there is an account, nothing is shown
        partner = ticket.sudo().identity_ids[:1].partner_id
        return any(user.active for user in partner.user_ids)

    def _deliver_portal(self):
        """Lay one dispatch in the inbox and tell its owner outside, by number and link.

        Who holds a code only and left no other way is told by that; whoever has an
        account and cannot be told outside has to open it first.

        :return: whether it counts as delivered
        :raise Undelivered: if the message outside is not taken
        """
        vals = self._vals_of_addressee()
        for channel in _OUTSIDE:
            if self._can_use(channel, vals) and self._address_of(channel, vals):
                if channel == "email":
                    self._deliver_email(bare=True)
                else:
                    self._deliver_sms()
                return True
        ticket = self.ticket_id
        return not self._has_account(ticket) and self._left_nothing_else(ticket)

    @api.model
    def _inbox_opened(self, ticket):
        """Record that the complainant opened the inbox of a case: its messages are read.

        Papers are read when somebody says so.
        """
        if ticket._is_opened_by_staff():
            return
        waiting = self._inbox_unread(ticket).filtered(lambda item: not item.notice_id)
        waiting._do_step("read")

    @api.model
    def _inbox_unread(self, tickets):
        """Return what lies in the inboxes of cases and was not read yet."""
        return self.search(
            Domain("ticket_id", "in", tickets.ids)
            & Domain("channel", "=", "portal")
            & Domain("addressee", "=", "complainant")
            & Domain("state", "in", ("sent", "delivered"))
        )

    @api.model
    def _paper_confirmed(self, notice):
        """Record that the complainant confirmed a paper that is in their inbox."""
        waiting = notice.dispatch_ids.filtered(
            lambda item: (
                item.channel == "portal" and item.state in ("sent", "delivered")
            )
        )
        waiting._do_step("read")


def _hash(token):
    return hashlib.sha256(token.encode()).hexdigest()
