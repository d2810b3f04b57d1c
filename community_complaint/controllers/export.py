import json

from odoo import http
from odoo.http import request

from odoo.addons.web.controllers.export import (
    CSVExport,
    ExcelExport,
    ExportXlsxWriter,
    GroupExportXlsxWriter,
)
from odoo.addons.web.controllers.pivot import TableExporter

from ..tools import cell_text


def _of_complaints(model):
    """Tell whether an export is about complaints; the base's others stay as they are."""
    return model == "helpdesk.ticket" or model.startswith("complaint.")


def _exports_complaints():
    """Tell whether the request is an export of complaints."""
    data = json.loads(request.params.get("data") or "{}")
    return _of_complaints(data.get("model") or "")


class _Text:
    """Writes text as text; the base makes formulas and links of it (THREATS 28)."""

    def write(self, row, column, cell_value, style=None):  # pylint: disable=missing-return
        if isinstance(cell_value, str):
            self.worksheet.write_string(row, column, cell_value, style)
        else:
            super().write(row, column, cell_value, style)


class _Writer(_Text, ExportXlsxWriter):
    pass


class _GroupWriter(_Text, GroupExportXlsxWriter):
    pass


class ComplaintExcelExport(ExcelExport):
    def from_data(self, fields, columns_headers, rows):
        """OVERRIDE: nothing people wrote becomes a formula."""
        if not _exports_complaints():
            return super().from_data(fields, columns_headers, rows)
        with _Writer(fields, columns_headers, len(rows)) as writer:
            for number, row in enumerate(rows, 1):
                for column, value in enumerate(row):
                    writer.write_cell(number, column, value)
        return writer.value

    def from_group_data(self, fields, columns_headers, groups):
        """OVERRIDE: see :meth:`from_data`."""
        if not _exports_complaints():
            return super().from_group_data(fields, columns_headers, groups)
        with _GroupWriter(fields, columns_headers, groups.count) as writer:
            place = 1, 0
            for name, group in groups.children.items():
                place = writer.write_group(*place, name, group)
        return writer.value


class ComplaintCSVExport(CSVExport):
    def from_data(self, fields, columns_headers, rows):
        """OVERRIDE: the base quotes ``= + -`` only, other beginnings work as well."""
        if _exports_complaints():
            rows = [[cell_text.quoted(value) for value in row] for row in rows]
            # without the mark, Excel and WPS in Chinese read it as GBK
            return "\ufeff" + super().from_data(fields, columns_headers, rows)
        return super().from_data(fields, columns_headers, rows)


class ComplaintTableExporter(TableExporter):
    @http.route()
    def export_xlsx(self, data, **kw):
        """OVERRIDE: names in pivot tables are text as well."""
        # the web client uploads a file, others send a text
        text = data if isinstance(data, str) else data.read()
        table = json.loads(text) or {}
        if _of_complaints(table.get("model") or ""):
            text = json.dumps(cell_text.spaced(table))
        return super().export_xlsx(text, **kw)
