from odoo import http

from .papers import find_one, print_pdf


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
        publication = find_one("complaint.publication", publication_id)
        return print_pdf(publication._paper, publication._paper_file_name())

    @http.route(
        "/complaint/boards/<int:board_id>/<any(A4,A3):size>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def board(self, board_id, size, **_kwargs):
        """Show the paper of a notice board."""
        board = find_one("complaint.notice.board", board_id)
        return print_pdf(lambda: board._paper(size), f"{board.name}.pdf")
