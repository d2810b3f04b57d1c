from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    """What a visitor sends to any page is no reason to stumble (THREATS 14)."""

    _inherit = "ir.http"

    @classmethod
    def _dispatch(cls, endpoint):
        """OVERRIDE: a parameter named like a method's own argument is none."""
        request.params.pop("self", None)
        return super()._dispatch(endpoint)

    @classmethod
    def _serve_fallback(cls):
        """OVERRIDE: the database knows no text with a NUL, a visitor's address may."""
        if "\0" in request.httprequest.path:
            return None
        return super()._serve_fallback()
