"""The helpdesk's own portal pages, fed with parameters they can take (THREATS 14)."""

from odoo import http
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController
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


class TypedHelpdeskForms(HelpdeskTicketController):
    """Forms with ids that are ids and text that the database can take."""

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
        if not (kw["subject"] and kw["description"]):
            return request.redirect("/new/ticket")
        return super().submit_ticket(**kw)
