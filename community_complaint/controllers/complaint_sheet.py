import re

from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

#: Records in one file.
_MOST = 500


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
        Form = request.env["complaint.form"]
        records = self._find_records(Form._sheet_models().get(kind), ids)
        if not records:
            raise request.not_found()
        try:
            content = Form._render_sheets(kind, records)
        except UserError as error:
            return request.make_response(
                str(error), [("Content-Type", "text/plain; charset=utf-8")], 503
            )
        name = Form._sheet_file_name(kind, records)
        return request.make_response(
            content,
            [
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(name, "inline")),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

    def _find_records(self, model, ids):
        """Return the records, none if one of them is unknown to the user."""
        staff = request.env.user.has_group("community_complaint.group_complaint_staff")
        pattern = r"[0-9]{1,9}(,[0-9]{1,9})*"
        if not model or not staff or not re.fullmatch(pattern, ids, re.ASCII):
            return None
        records = request.env[model]
        wanted = list(dict.fromkeys(map(int, ids.split(","))))[: _MOST + 1]
        if len(wanted) > _MOST:
            return None
        found = set(records.search([("id", "in", wanted)])._ids)
        return records.browse(wanted) if found.issuperset(wanted) else None
