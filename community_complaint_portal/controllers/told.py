from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..tools.forms import as_id
from .common import download, download_paper, render_private, write_route
from .visitors import count, wait_for

_TOLD = "/complaints/told/<string:token>"


def _read_route(path):
    # wrong links are counted: these pages write
    return http.route(path, type="http", auth="public", website=True, methods=["GET"])


class ToldPages(http.Controller):
    """What somebody was told, for who holds the link of the message.

    Opening the page changes nothing: mail servers and chat apps do so as well.
    """

    @_read_route(_TOLD)
    def told(self, token, **_ignored):
        return self._with_told(token, self._show)

    @write_route(
        _TOLD + "/read", auth="public", complaint_page="/complaints/told/{token}"
    )
    def told_read(self, token, **_ignored):
        return self._with_told(token, self._take_read)

    @_read_route(_TOLD + "/paper")
    def told_paper(self, token, **_ignored):
        return self._with_told(
            token, lambda told, _token: download_paper(told._told_paper())
        )

    @_read_route(_TOLD + "/file/<string:file_id>")
    def told_file(self, token, file_id, **_ignored):
        return self._with_told(
            token,
            lambda told, _token: download(
                told.file_ids.filtered(lambda file: file.id == as_id(file_id))
            ),
        )

    def _with_told(self, token, answer):
        """Return what a function of dispatch and token gives, if the link is good."""
        dispatches = request.env["complaint.dispatch"].with_user(SUPERUSER_ID)
        told = dispatches._find_by_link(token)
        if told._is_link_good():
            told = told.with_context(allowed_company_ids=told.company_id.ids)
            return answer(told, token)
        if told:
            return self._show_over(told, 410)
        if wait := wait_for("guess"):
            return self._show_over(told, wait=wait)
        count("guess")
        return self._show_over(told, 404)

    def _show(self, told, token):
        return render_private("told_page", {"told": told, "token": token})

    def _take_read(self, told, token):
        told._confirm_read()
        return self._show(told, token)

    def _show_over(self, told, status=None, wait=0):
        # sudo: res.company - phone and address, which the public page tells as well
        company = told.company_id or request.env.company.sudo()
        values = {"told": told, "company": company}
        return render_private("told_over_page", values, status=status, wait=wait)
