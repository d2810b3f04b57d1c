from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request


class ComplaintPublicationController(http.Controller):
    """Papers for the wall, for the staff; residents read the public pages."""

    @http.route(
        "/complaint/publications/<int:publication_id>/paper",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def publication(self, publication_id, **_kwargs):
        """Show the paper of a publication."""
        publication = self._find("complaint.publication", publication_id)
        return self._show(publication._paper, publication._paper_file_name())

    @http.route(
        "/complaint/boards/<int:board_id>/<any(A4,A3):size>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def board(self, board_id, size, **_kwargs):
        """Show the paper of a notice board."""
        board = self._find("complaint.notice.board", board_id)
        return self._show(lambda: board._paper(size), f"{board.name}.pdf")

    def _find(self, model, record_id):
        """Return a record the user may read, or answer that there is none."""
        records = request.env[model]
        found = records.has_access("read") and records.search(
            [("id", "=", min(record_id, 2**31 - 1))]
        )
        if not found:
            raise request.not_found()
        return found

    def _show(self, render, name):
        try:
            content = render()
        except UserError as error:
            return request.make_response(
                str(error), [("Content-Type", "text/plain; charset=utf-8")], 503
            )
        return request.make_response(
            content,
            [
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(name, "inline")),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
