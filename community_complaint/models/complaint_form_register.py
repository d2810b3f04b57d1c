from datetime import datetime

from odoo import api, fields, models
from odoo.tools import split_every

from ..tools import paper_text
from ..tools.form_layout import table_pages

#: Longest text in a cell of the printed register.
_CELL = 160
#: Width of the workbook's columns, in characters.
_WIDTHS = {
    "number": 16,
    "received": 16,
    "channel": 12,
    "complainant": 18,
    "type": 16,
    "matter": 50,
    "respondent": 20,
    "instruction": 30,
    "handled": 20,
    "result": 40,
    "closed": 16,
    "late": 8,
}
#: Cases that are in memory at once.
_BATCH = 200


class ComplaintForm(models.AbstractModel):
    """The register of cases (群众投诉登记处理记录), as PDF and as workbook."""

    _inherit = "complaint.form"

    @api.model
    def _register_columns(self):
        """Return ``[(key, label, width)]``; other add-ons add theirs.

        The width is in characters, for the workbook.
        """
        labels = {
            "number": self.env._("Case number"),
            "received": self.env._("Received"),
            "channel": self.env._("Channel"),
            "complainant": self.env._("Complainant"),
            "type": self.env._("Kind of matter"),
            "matter": self.env._("Matter and demand"),
            "respondent": self.env._("Respondent"),
            "instruction": self.env._("Leader's opinion"),
            "handled": self.env._("Handled by"),
            "result": self.env._("Result"),
            "closed": self.env._("Closed"),
            "late": self.env._("In time"),
        }
        return [(key, label, _WIDTHS[key]) for key, label in labels.items()]

    @api.model
    def _register_rows(self, tickets):
        """Yield one dict a case, with the keys of :meth:`_register_columns`.

        Cases are read in batches and forgotten again, so that a register of any length
        fits into memory.
        """
        return self._rows(tickets, self._register_row)

    @api.model
    def _workbook_rows(self, tickets):
        """Yield the same for a workbook, with moments that it can count with."""
        return self._rows(tickets, self._workbook_row)

    @api.model
    def _rows(self, tickets, make):
        for batch in split_every(_BATCH, tickets.ids, tickets.browse):
            for ticket in batch:
                yield make(ticket)
            batch.invalidate_recordset()

    def _workbook_row(self, ticket):
        """Return the row of one case for a workbook."""
        zone = ticket.regulation_id.tz or "UTC"
        local = ticket.with_context(tz=zone)
        moments = {"received": ticket.received_date, "closed": ticket.closed_date}
        return self._register_row(ticket) | {
            key: fields.Datetime.context_timestamp(local, moment)
            for key, moment in moments.items()
            if moment
        }

    def _register_row(self, ticket):
        hide = self._hide(ticket)
        orders = ticket.instruction_ids.filtered(lambda item: item.state == "given")
        bodies = ticket.transfer_ids.filtered("sent_date").mapped("target_name")
        matter = filter(None, (ticket.name, ticket._description_text(), ticket.demand))
        row = {
            "number": ticket.number,
            "received": self._moment(ticket, ticket.received_date),
            "channel": ticket.channel_id.name,
            "complainant": self._complainant(ticket),
            "type": ticket.type_id.name,
            "matter": "\n".join(dict.fromkeys(matter)),
            "respondent": self._value_respondent(ticket),
            "instruction": "\n".join(orders.mapped("text")),
            "handled": "\n".join(bodies)
            or ticket.user_id.name
            or ticket.old_handled_by,
            "result": self._result(ticket),
            "closed": self._moment(ticket, ticket.closed_date),
            "late": self._punctuality(ticket),
        }
        return {key: hide(value) or "" for key, value in row.items()}

    def _punctuality(self, ticket):
        """Return whether a case was in time, empty while nothing can be said."""
        states = set(ticket.deadline_ids.mapped("chip_state"))
        if states & {"overdue", "met_late", "cancelled_late"}:
            return self.env._("Late")
        return self.env._("Yes") if "met" in states else ""

    # ----------------------------------------------------------------------
    # PDF
    # ----------------------------------------------------------------------

    @api.model
    def _form_pages_register(self, tickets):
        """One page per desk's regulation: each has a register of its own."""
        return [
            self.env["ir.qweb"]._render(
                "community_complaint.form_register",
                {
                    "lang": self._html_lang(),
                    "office": cases.company_id.name,
                    "title": rules.register_title or self._kinds()["register"],
                    "rules": rules.name,
                    "columns": self._register_columns(),
                    "pages": list(
                        table_pages(
                            {key: _short(text) for key, text in row.items()}
                            for row in self._register_rows(cases)
                        )
                    ),
                },
            )
            for rules, cases in tickets.grouped("regulation_id").items()
        ]


class CaseRegisterXlsx(models.AbstractModel):
    """The register as a workbook; rows are written as they are read."""

    _name = "report.community_complaint.case_register"
    _description = "Case Register"
    _inherit = "report.report_xlsx.abstract"

    def _get_objs_for_report(self, docids, data):
        """OVERRIDE: cases only, and only those the user may read, whoever asks how."""
        ids = docids or (data or {}).get("context", {}).get("active_ids") or ()
        ids = ids or self.env.context.get("active_ids") or ()
        Ticket = self.env["helpdesk.ticket"].with_context(active_test=False)
        return Ticket.search([("id", "in", list(ids)), ("is_complaint", "=", True)])

    def get_workbook_options(self):
        """OVERRIDE: people's words are never formulas or links; rows are streamed."""
        return {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }

    def generate_xlsx_report(self, workbook, data, objs):
        """OVERRIDE: one sheet a regulation."""
        form = self.env["complaint.form"].with_context(lang=objs[:1]._paper_lang())
        cases = objs.with_context(lang=form.env.lang)
        for rules, tickets in cases.grouped("regulation_id").items():
            self._write_sheet(workbook, form, rules, tickets)
        if not cases:
            workbook.add_worksheet()

    def _write_sheet(self, workbook, form, rules, tickets):
        self._write_rows(
            workbook,
            _sheet_name(rules),
            form._register_columns(),
            form._workbook_rows(tickets),
        )

    def _write_rows(self, workbook, name, columns, rows):
        """Write a sheet: a heading that stays, then row by row.

        :param columns: ``[(key, label, width in characters)]``
        :param rows: iterable of ``{key: text or moment}``
        """
        bold = workbook.add_format(
            {"bold": True, "bg_color": "#EEEEEE", "border": 1, "text_wrap": True}
        )
        wrap = workbook.add_format({"text_wrap": True, "valign": "top", "border": 1})
        moment = workbook.add_format(
            {"num_format": "yyyy-mm-dd hh:mm", "valign": "top", "border": 1}
        )
        sheet = workbook.add_worksheet(name)
        for index, (_key, label, width) in enumerate(columns):
            sheet.set_column(index, index, width)
            sheet.write_string(0, index, label, bold)
        sheet.freeze_panes(1, 1)
        for number, row in enumerate(rows, 1):
            for index, (key, _label, _width) in enumerate(columns):
                value = row[key]
                if isinstance(value, datetime):
                    value = value.replace(tzinfo=None)
                    sheet.write_datetime(number, index, value, moment)
                else:
                    sheet.write_string(number, index, value[:_XLSX_CELL], wrap)


#: Longest text in a cell of a workbook.
_XLSX_CELL = 32_000


def _sheet_name(rules):
    """Return a name a workbook takes for the sheet of a regulation."""
    name = "".join("-" if char in "[]:*?/\\'" else char for char in rules.name)
    return name[:31] or rules.code


def _short(text):
    """Return a text as the printed register shows it."""
    text = paper_text.clean(text)
    return text if len(text) <= _CELL else f"{text[: _CELL - 1]}…"
