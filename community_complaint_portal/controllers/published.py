"""What the office published, for everybody: no account, no cookie, no form."""

import base64
import re

from werkzeug.exceptions import HTTPException

from odoo import http
from odoo.http import request

from ..tools.forms import as_id
from .common import render_page

PAGE = "/complaints/published"
#: Publications on one page.
_STEP = 20
_KEY = re.compile(r"[A-Za-z0-9_-]{16}")


def published_route(*paths):
    """Return the decorator of a page everybody may read."""
    return http.route(
        list(paths),
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        readonly=True,
        sitemap=False,
        # what many read at once bears nobody's session
        save_session=False,
    )


def render_public(template, values, status=200):
    """Return a page that is the same for everybody, and may be kept for some minutes."""
    response = render_page(template, values, status)
    # who is signed in has a name in the corner of the page
    kept_by = "public" if request.env.user._is_public() else "private"
    response.headers["Cache-Control"] = f"{kept_by}, max-age=300"
    response.headers["Vary"] = "Cookie, Accept-Language"
    return response


class ComplaintPublished(http.Controller):
    """Results and figures without names (R01, R02, R12)."""

    @published_route(PAGE)
    def published(self, year=None, page=None, **_ignored):
        """Show what was published, by year; 20 a page."""
        publications = request.env["complaint.publication"]
        years = publications._portal_years()
        year = as_id(year)
        if year not in dict(years):
            year = years[0][0] if years else False
        pages = -(-dict(years).get(year, 0) // _STEP)
        number = min(as_id(page) or 1, max(pages, 1))
        return render_public(
            "published_list",
            {
                "years": [name for name, _count in years],
                "year": year,
                "pages": pages,
                "number": number,
                "publications": publications._portal_published(
                    year, _STEP, (number - 1) * _STEP
                ),
            },
        )

    @published_route(f"{PAGE}/<string:key>")
    def publication(self, key, **_ignored):
        """Show one publication; what was never published is as good as missing.

        Of a withdrawn one there is left that it was withdrawn, when and why.
        """
        publications = request.env["complaint.publication"]
        known = bool(_KEY.fullmatch(key))
        publication = known and publications._portal_find(key)
        if known and not publication:
            withdrawn = publications._portal_find_withdrawn(key)
            if withdrawn:
                values = {"publication": withdrawn}
                return render_public("published_withdrawn", values, 410)
        if not publication:
            response = render_public("published_missing", {}, status=404)
            response.headers["Cache-Control"] = "no-store"
            response.flatten()
            raise HTTPException(response=response)
        return render_public(
            "published_page",
            {
                "publication": publication,
                "facts": publication._paper_facts(),
                "introduction": publication.introduction,
                **publication._shown_values(),
            },
        )

    @published_route("/complaints/board/<string:rules>/photo")
    def board_photo(self, rules, **_ignored):
        """Show the photo of an office on its notice board."""
        regulation = (
            request.env["complaint.regulation"]
            ._portal_public()
            .filtered(lambda item: item.id == as_id(rules))
        )
        board = regulation and request.env["complaint.notice.board"]._portal_of(
            regulation
        )
        if not board or not board["photo"]:
            raise request.not_found()
        content = base64.b64decode(board["photo"])
        return request.make_response(
            content,
            [
                ("Content-Type", _picture_type(content)),
                ("Cache-Control", "public, max-age=300"),
                ("X-Content-Type-Options", "nosniff"),
                ("Content-Security-Policy", "default-src 'none'"),
            ],
        )


def _picture_type(content):
    """Return the type of a picture the image field took."""
    if content.startswith(b"\x89PNG"):
        return "image/png"
    return "image/jpeg" if content.startswith(b"\xff\xd8") else "image/webp"
