import re

from odoo import api, models
from odoo.tools import format_date

from ..tools import paper_pdf, paper_text
from ..tools.form_layout import pairs
from .complaint_print import AT_ONCE

#: Too long for half a line.
_LONG = 24


class ComplaintForm(models.AbstractModel):
    """Papers of records that are no cases: letters, medical events, summaries.

    They are printed on demand with the reader's own rights, as the forms of cases are.

    EXTENSION POINTS: ``_sheet_models`` and ``_sheet_names`` list the kinds;
    ``_sheet_<kind>`` returns the values of ``form_sheet`` for one record, or
    ``_sheet_pages_<kind>`` whole pages.
    """

    _inherit = "complaint.form"

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    @api.model
    def _sheet_models(self):
        """Return ``{kind: model}``; other add-ons add theirs."""
        return {"letter": "complaint.dispatch"}

    @api.model
    def _sheet_names(self):
        """Return ``{kind: name of the paper}``; other add-ons add theirs."""
        return {"letter": self.env._("Letter to Them")}

    @api.model
    def _landscape_sheets(self):
        """Return the kinds that lie on their side; other add-ons add theirs."""
        return set()

    @api.model
    def _open_sheets(self, kind, records):
        """Return the action that shows papers of records."""
        if len(records) > AT_ONCE:
            return self.env["complaint.print"]._order_papers(
                "sheet", kind, records, self._sheet_file_name(kind, records)
            )
        return {
            "type": "ir.actions.act_url",
            "url": f"/complaint/sheets/{kind}/{','.join(map(str, records.ids))}",
            "target": "new",
        }

    @api.model
    def _render_sheets(self, kind, records):
        """Return the PDF of papers of records the user may read.

        :raise UserError: if papers cannot be printed on this server
        """
        lang = records.company_id[:1].partner_id.lang or self.env.lang or "en_US"
        form = self.with_context(lang=lang)
        records = records.with_context(lang=lang)
        whole = getattr(form, f"_sheet_pages_{kind}", None)
        pages = whole(records) if whole else form._sheet_pages(kind, records)
        contents = self.env["ir.actions.report"]._print_papers(
            [paper_text.self_contained(page) for page in pages],
            top="12mm",
            landscape=kind in self._landscape_sheets(),
        )
        return paper_pdf.merge(contents)

    @api.model
    def _sheet_file_name(self, kind, records):
        """Return the name of the file."""
        name = self._sheet_names()[kind]
        if len(records) == 1:
            name = f"{name} {records.display_name}"
        return re.sub(r"[^\w〔〕().-]+", "-", f"{name}.pdf")

    # ----------------------------------------------------------------------
    # Pages
    # ----------------------------------------------------------------------

    def _sheet_pages_letter(self, dispatches):
        """Return the letters of messages that go by hand or by mail.

        :raise UserError: for what is no such message, or is held
        """
        dispatches._check_letter()
        return [
            self.env["ir.qweb"]._render(
                "community_complaint.form_letter",
                {
                    "lang": self._html_lang(),
                    "office": dispatch.company_id.name,
                    "number": dispatch.ticket_id.number,
                    "addressee": dispatch._letter_addressee(),
                    "lines": paper_text.paragraphs(dispatch._told_text()),
                    "closing": paper_text.paragraphs(dispatch._office_line()),
                    "date": format_date(
                        self.env, dispatch.ticket_id._office_date(), date_format="long"
                    ),
                },
            )
            for dispatch in dispatches
        ]

    def _sheet_pages(self, kind, records):
        make = getattr(self, f"_sheet_{kind}")
        return [
            self.env["ir.qweb"]._render(
                "community_complaint.form_sheet", self._sheet_values(record, make)
            )
            for record in records
        ]

    def _sheet_values(self, record, make):
        """Return the values of a sheet; ``make`` gives those of its kind."""
        values = {
            "lang": self._html_lang(),
            "office": record.company_id.name,
            "rules": record.regulation_id.name,
            "number": "",
            "right": "",
            "lines": [],
            "blocks": [],
            "tables": [],
            "signs": [],
            **make(record),
        }
        lines = [
            (label, text or "", len(text or "") > _LONG)
            for label, text in values.pop("lines")
        ]
        return {
            **values,
            "rows": list(pairs(lines)),
            "blocks": [
                (label, paper_text.paragraphs(text)) for label, text in values["blocks"]
            ],
        }

    def _rules_moment(self, rules, moment):
        """Return a moment in the time zone of a regulation's office, in words."""
        return moment and self._moment_in(rules.tz, moment)
