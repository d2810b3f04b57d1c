from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from .papers import PRIVATE, parse_ids


class ComplaintMail(http.Controller):
    """The original of an incoming e-mail, for the custodian who just asked for it."""

    @http.route(
        "/complaint/mail/<string:mail_id>/<int:until>/<string:grant>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def original(self, mail_id, until, grant):
        """Return the mail as a file; the same answer for refused and missing ones."""
        mail = request.env["complaint.inbound.mail"].browse(parse_ids(mail_id, 1))
        if not mail:
            raise request.not_found()
        try:
            mail.check_access("read")
            content = mail._granted_bytes(until, grant)
        except (AccessError, MissingError):
            raise request.not_found() from None
        headers = [
            ("Content-Type", "application/octet-stream"),
            ("Content-Disposition", http.content_disposition(f"mail-{mail_id}.eml")),
            *PRIVATE,
        ]
        return request.make_response(content, headers)
