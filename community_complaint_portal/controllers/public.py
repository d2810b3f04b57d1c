from odoo import http
from odoo.http import request

from .common import render_page
from .visitors import note_way


class ComplaintPublic(http.Controller):
    """What everybody may know: what the office handles, how and by when."""

    @http.route(
        "/complaints",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        readonly=True,
        sitemap=True,
    )
    def complaints(self, via=None, **_ignored):
        note_way(via)
        return render_page("public_page", self._prepare_public_values())

    def _prepare_public_values(self):
        regulations = request.env["complaint.regulation"]._portal_public()
        user = request.env.user
        # sudo: res.users - whether one can sign up is a public setting
        scope = request.env["res.users"].sudo()._get_signup_invitation_scope()
        return {
            "offices": regulations.grouped("company_id"),
            "online": regulations.filtered(lambda rules: rules._portal_channel()),
            "anonymous": request.env["complaint.regulation"]._portal_anonymous(),
            "signed_in": not user._is_public(),
            "signup_enabled": scope == "b2c",
        }
