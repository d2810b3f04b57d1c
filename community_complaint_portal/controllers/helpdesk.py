"""The helpdesk's own portal pages, fed with parameters they can take (THREATS 14)."""

from odoo import http
from odoo.http import request

from odoo.addons.community_complaint.controllers.helpdesk import (
    ComplaintTicketController,
)
from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk

from ..tools.forms import as_date, as_id, clean_line, clean_text


def _known(value, names):
    """Return the value if it is one of the names, ``None`` otherwise."""
    return value if isinstance(value, str) and value in names else None


class TypedHelpdeskPages(CustomerPortalHelpdesk):
    """What is no parameter of the list is left out; the base would stumble over it."""

    @http.route()
    def portal_my_tickets(self, page=1, **kw):
        """OVERRIDE: see the class."""
        for name in ("date_begin", "date_end"):
            kw[name] = as_date(kw.get(name)) or None
        kw["sortby"] = _known(kw.get("sortby"), self._ticket_get_searchbar_sortings())
        kw["groupby"] = _known(kw.get("groupby"), self._ticket_get_searchbar_groupby())
        kw["search_in"] = _known(
            kw.get("search_in"), self._ticket_get_searchbar_inputs()
        )
        kw["search"] = clean_line(kw.get("search")) or None
        return super().portal_my_tickets(page=as_id(str(page)) or 1, **kw)


def _takes_complaints():
    """Return whether residents can complain online: what has no desk is a complaint."""
    return bool(request.env["complaint.regulation"]._portal_online())


def _file_a_complaint():
    """Return the way to the screens of a complaint."""
    return request.redirect("/my/complaints/new", 303)


class TypedHelpdeskForms(ComplaintTicketController):
    """Forms with ids that are ids and text that the database can take.

    Where residents can complain online, a ticket goes to an ordinary desk that they
    choose, or nowhere: a complaint without a desk has no clock, nobody looks at it, and
    everybody with the helpdesk reads who wrote it.
    """

    @http.route()
    def create_new_ticket(self, **kw):
        """OVERRIDE: without an ordinary desk to choose, the screens of a complaint."""
        if _takes_complaints() and not self._get_teams():
            return _file_a_complaint()
        return super().create_new_ticket(**kw)

    def _get_create_new_ticket_values(self, **kw):
        """OVERRIDE: a desk is to be chosen; a complaint goes another way."""
        values = super()._get_create_new_ticket_values(**kw)
        if _takes_complaints():
            values.update(ticket_team_id_required=True, complaints_online=True)
        return values

    @http.route()
    def support_ticket_close(self, **kw):
        """OVERRIDE: nothing but two ids is asked for."""
        ids = {name: as_id(kw.get(name)) for name in ("ticket_id", "stage_id")}
        if not all(ids.values()):
            raise request.not_found()
        return super().support_ticket_close(**ids)

    @http.route()
    def submit_ticket(self, **kw):
        """OVERRIDE: an empty form is shown again, what is no id is left out."""
        kw["subject"] = clean_line(kw.get("subject"))
        kw["description"] = clean_text(kw.get("description"))
        for name in ("category", "team"):
            kw[name] = as_id(kw.get(name)) or None
        if _takes_complaints():
            teams = self._get_teams()
            if not teams or kw["team"] not in teams.ids:
                return _file_a_complaint()
        if not (kw["subject"] and kw["description"]):
            return request.redirect("/new/ticket")
        return super().submit_ticket(**kw)
