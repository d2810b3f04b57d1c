from odoo import http

from .papers import find_one, print_pdf


class ComplaintPrintController(http.Controller):
    """Papers that were made in the background, for who ordered them."""

    @http.route(
        "/complaint/prints/<int:print_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def prints(self, print_id, **_kwargs):
        """Show the papers of an order as one PDF."""
        order = find_one("complaint.print", print_id, ("state", "=", "done"))
        return print_pdf(order._content, order.name)
