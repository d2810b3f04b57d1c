from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..tools.forms import as_id, as_key
from .common import is_locked, read_route, render_private
from .visitors import note_way

_PAGE = 10
_ORDERS = {
    "newest": "received_date desc, id desc",
    "oldest": "received_date, id",
    "due": "next_due, id desc",
}
_STATES = ("all", "open", "finished")


class MyComplaints(CustomerPortal):
    """A resident's own complaints."""

    def _prepare_home_portal_values(self, counters):
        """OVERRIDE: the number on the card of ``/my``."""
        values = super()._prepare_home_portal_values(counters)
        if "complaint_count" in counters:
            values["complaint_count"] = request.env["helpdesk.ticket"]._portal_count(
                request.env.user.partner_id
            )
        return values

    @read_route("/my/complaints", "/my/complaints/page/<string:page>")
    def my_complaints(self, page=None, sort=None, show=None, via=None, **_ignored):
        note_way(via)
        return render_private(
            "my_complaints_page", self._prepare_complaints_values(page, sort, show)
        )

    def _prepare_complaints_values(self, page, sort, show):
        tickets = request.env["helpdesk.ticket"]
        partner = request.env.user.partner_id
        sort, show = as_key(sort, _ORDERS), as_key(show, _STATES)
        pager = portal_pager(
            url="/my/complaints",
            url_args={"sort": sort, "show": show},
            total=tickets._portal_count(partner, show),
            page=as_id(page) or 1,
            step=_PAGE,
        )
        cases = tickets._portal_search(
            partner,
            show,
            order=_ORDERS[sort],
            limit=_PAGE,
            offset=max(pager["offset"], 0),
        )
        online = request.env["complaint.regulation"]._portal_online()
        drafts = request.env["complaint.submission"]
        return {
            "cases": cases,
            "drafts": drafts._unfinished(drafts._owner(partner), online),
            "start": "/my/complaints/new",
            "unread": cases.dispatch_ids._inbox_unread(cases).ticket_id,
            "pager": pager,
            "locked": is_locked(),
            "sort": sort,
            "show": show,
            "sorts": {
                "newest": request.env._("Newest first"),
                "oldest": request.env._("Oldest first"),
                "due": request.env._("Next date first"),
            },
            "shows": {
                "all": request.env._("All"),
                "open": request.env._("Being handled"),
                "finished": request.env._("Finished"),
            },
            "online": online,
        }
