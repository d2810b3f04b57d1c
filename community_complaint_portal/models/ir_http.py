import re

from werkzeug.exceptions import BadRequest, MethodNotAllowed, NotFound, abort

from odoo import models
from odoo.http import SAFE_HTTP_METHODS, request

from ..controllers import trouble
from ..controllers.visitors import is_ours

#: Forms of the base that visitors send without an account.
_VISITORS = re.compile(r"/web/(?:login|signup|reset_password)\b")
#: What people type into them, and how much of it.
_TYPED = ("login", "name", "password", "confirm_password")
_LONGEST = 255


class IrHttp(models.AbstractModel):
    """What a visitor sends to any page is no reason to stumble (THREATS 14)."""

    _inherit = "ir.http"

    @classmethod
    def _match(cls, path):
        """OVERRIDE: Python reads no number of thousands of digits; it names no page.

        And who opens a form's address, as a browser does that restores its windows, is led
        to the page of the form.
        """
        try:
            return super()._match(path)
        except ValueError as error:
            raise NotFound from error
        except MethodNotAllowed:
            page = cls._page_to_open()
            if not page:
                raise
            abort(request.redirect(page, 303))

    @classmethod
    def _page_to_open(cls):
        """Return the page that a form's address is opened instead of, if it is ours."""
        if request.httprequest.method in SAFE_HTTP_METHODS and is_ours():
            return trouble.page_of_form()[0]
        return None

    @classmethod
    def _handle_error(cls, exception):
        """OVERRIDE: residents read words and find the way on (WCAG 3.3.1, 3.3.4)."""
        if not is_ours():
            return super()._handle_error(exception)
        request.env.cr.rollback()
        # refused before it was read: other apps look for a campaign's name in it
        vars(request).setdefault("params", {})
        if not request.env.uid:
            cls._auth_method_public()
        cls._frontend_pre_dispatch()
        response = trouble.answer(exception)
        if response is None:
            return super()._handle_error(exception)
        response.flatten()
        cls._post_dispatch(response)
        return response

    @classmethod
    def _dispatch(cls, endpoint):
        """OVERRIDE: a parameter named like a method's own argument is none."""
        request.params.pop("self", None)
        if any(map(_VISITORS.match, endpoint.routing["routes"])):
            cls._check_typed(request.params)
        return super()._dispatch(endpoint)

    @classmethod
    def _check_typed(cls, params):
        """Check what a visitor sends to a form of the base, which takes anything.

        :raise BadRequest: for text without end, or that the database does not know
        """
        texts = [value for value in params.values() if isinstance(value, str)]
        typed = [str(params.get(name) or "") for name in _TYPED]
        if any("\0" in text for text in texts) or max(map(len, typed)) > _LONGEST:
            raise BadRequest

    @classmethod
    def _serve_fallback(cls):
        """OVERRIDE: the database knows no text with a NUL, a visitor's address may."""
        if "\0" in request.httprequest.path:
            return None
        return super()._serve_fallback()
