from odoo import http
from odoo.http import request

from ..models.complaint_print import AT_ONCE
from ..tools import paper_pdf
from .papers import parse_ids, print_pdf, show_pdf, too_many


class ComplaintNoticeController(http.Controller):
    """Frozen papers for the staff; residents get theirs in the portal."""

    @http.route(
        "/complaint/notices/<string:ids>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def notices(self, ids, **_kwargs):
        """Show papers as one PDF, in the order given, several merged.

        A paper that is not what was issued is not shown; the case gets a note of it.

        :param ids: ids of notices, separated by commas
        """
        if answer := too_many(ids, AT_ONCE):
            return answer
        notices = self._find_notices(ids)
        if not notices:
            raise request.not_found()
        contents, changed = notices._frozen_papers()
        if changed:
            changed._log_changed_papers()
            return self._changed_page(changed)
        return show_pdf(paper_pdf.merge(contents), notices._paper_file_name())

    @http.route(
        "/complaint/preview/<string:model>/<string:record_id>",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def preview(self, model, record_id, **_kwargs):
        """Show what others would get: the slip of a transfer, or the results of a case.

        :param model: ``complaint.transfer`` or ``helpdesk.ticket``
        :param record_id: its id
        """
        wanted = parse_ids(record_id, 1)
        if not wanted or model not in ("complaint.transfer", "helpdesk.ticket"):
            raise request.not_found()
        record = request.env[model].browse(wanted).exists()
        if not (record and record.has_access("write")):
            raise request.not_found()
        vals_list = record._preview_vals()
        if not vals_list:
            raise request.not_found()
        Notice = request.env["complaint.notice"]
        return print_pdf(
            lambda: paper_pdf.merge(Notice._preview_papers(vals_list)), "preview.pdf"
        )

    def _find_notices(self, ids):
        """Return the notices in the order given, none if one of them is unknown.

        What the user may not read is unknown to them.
        """
        Notice = request.env["complaint.notice"]
        wanted = parse_ids(ids, AT_ONCE)
        if not Notice.has_access("read"):
            return Notice
        readable = Notice.search([("id", "in", wanted)])
        found = set((readable - readable._out_of_reach())._ids)
        return Notice.browse(wanted) if found.issuperset(wanted) else Notice

    def _changed_page(self, notices):
        response = request.render(
            "community_complaint.notice_error", {"notices": notices}
        )
        response.status_code = 409
        response.headers["Cache-Control"] = "no-store"
        return response
