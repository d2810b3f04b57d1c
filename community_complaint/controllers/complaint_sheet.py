from odoo import http
from odoo.http import request

from ..models.complaint_print import AT_ONCE
from .papers import parse_ids, print_pdf, too_many


class ComplaintSheetController(http.Controller):
    """Papers of records that are no cases, for the staff."""

    @http.route(
        "/complaint/sheets/<string:kind>/<string:ids>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def sheets(self, kind, ids, **_kwargs):
        """Show papers of records as one PDF.

        :param kind: key of ``complaint.form._sheet_models``
        :param ids: ids of its records, separated by commas
        """
        if answer := too_many(ids, AT_ONCE):
            return answer
        Form = request.env["complaint.form"]
        records = self._find_records(Form._sheet_models().get(kind), ids)
        if not records:
            raise request.not_found()
        name = Form._sheet_file_name(kind, records)
        return print_pdf(lambda: Form._render_sheets(kind, records), name)

    def _find_records(self, model, ids):
        """Return the records, none if one of them is unknown to the user."""
        staff = request.env.user.has_group("community_complaint.group_complaint_staff")
        wanted = parse_ids(ids, AT_ONCE)
        if not (model and staff and wanted):
            return None
        records = request.env[model]
        found = set(records.search([("id", "in", wanted)])._ids)
        return records.browse(wanted) if found.issuperset(wanted) else None
