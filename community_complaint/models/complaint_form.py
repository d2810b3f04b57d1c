import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime, format_list

from ..tools import paper_pdf, paper_text
from ..tools.form_layout import pairs
from ..tools.requirements import ITEMS
from .complaint_print import AT_ONCE

#: What a registration form says when the regulation lists nothing of its own.
_USUAL = (
    "name", "contact", "complainant_kind", "channel", "type", "incident_date",
    "incident_place", "respondent", "description", "demand",
)  # fmt: skip
#: Too long for half a line.
_WIDE = frozenset({"address", "description", "demand", "evidence", "handling_plan"})
#: Stands on the form in another way.
_ELSEWHERE = frozenset({"signature"})


class ComplaintForm(models.AbstractModel):
    """Forms and registers of cases: printed when asked for, as the case is then.

    One flexible form serves every regulation: its title is ``form_title``, its lines are
    the required content that is marked “on the form” (投诉处理单, 投诉登记单, 投诉表格,
    投诉受理登记表, 医院投诉登记表).

    Unlike notices they are neither numbered nor frozen. What the reader of the case may
    not know is not on them either: they are made with the reader's own rights, and those
    of a secret case bear no identity at all, because they go from hand to hand.

    EXTENSION POINTS: a kind of form brings ``_form_pages_<kind>``; ``_landscape_kinds``.
    """

    _name = "complaint.form"
    _description = "Form or Register"

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    @api.model
    def _open(self, kind, tickets):
        """Return the action that shows a kind of form of cases."""
        if not tickets:
            raise UserError(self.env._("Choose at least one case."))
        if len(tickets) > AT_ONCE:
            return self.env["complaint.print"]._order_papers(
                "form", kind, tickets, self._file_name(kind, tickets)
            )
        return {
            "type": "ir.actions.act_url",
            "url": f"/complaint/forms/{kind}/{','.join(map(str, tickets.ids))}",
            "target": "new",
        }

    @api.model
    def _kinds(self):
        """Return ``{kind: name of its file}``; other add-ons add theirs."""
        return {
            "registration": self.env._("Registration Form"),
            "register": self.env._("Case Register"),
            "archive": self.env._("Archive Cover and Contents"),
            "follow_up": self.env._("Follow-up Sheet"),
        }

    @api.model
    def _landscape_kinds(self):
        return {"register"}

    @api.model
    def _render(self, kind, tickets):
        """Return the PDF of a kind of form of cases the user may read.

        :raise UserError: if papers cannot be printed on this server, or the server cannot
            read who complained
        """
        # sudo: complaint.identity - only whether the server can read it
        tickets.sudo().identity_ids._check_readable()
        lang = tickets[:1]._paper_lang()
        form = self.with_context(lang=lang)
        cases = tickets.with_context(lang=lang)
        pages = getattr(form, f"_form_pages_{kind}")(cases)
        contents = self.env["ir.actions.report"]._print_papers(
            [paper_text.self_contained(page) for page in pages],
            top="12mm",
            landscape=kind in self._landscape_kinds(),
        )
        return paper_pdf.merge(contents)

    @api.model
    def _file_name(self, kind, tickets):
        """Return the name of the file."""
        name = self._kinds()[kind]
        if len(tickets) == 1:
            name = f"{name} {tickets.number}"
        return re.sub(r"[^\w〔〕().-]+", "-", f"{name}.pdf")

    # ----------------------------------------------------------------------
    # Registration form
    # ----------------------------------------------------------------------

    @api.model
    def _form_pages_registration(self, tickets):
        return [
            self.env["ir.qweb"]._render(
                "community_complaint.form_registration", self._registration(ticket)
            )
            for ticket in tickets
        ]

    def _registration(self, ticket):
        """Return the values of one registration form."""
        hide = self._hide(ticket)
        lines = [
            (label, hide(value) or "", code in _WIDE or len(value or "") > 24)
            for code, label, value in self._registration_lines(ticket)
        ]
        return {
            "lang": self._html_lang(),
            "office": ticket.company_id.name,
            "title": ticket.regulation_id.form_title or self.env._("Registration Form"),
            "number": ticket.number,
            "received": self._moment(ticket, ticket.received_date),
            "rows": list(pairs(lines)),
            "blocks": [
                (label, [hide(line) for line in paper_text.paragraphs(text)])
                for label, text in self._registration_blocks(ticket)
            ],
            "signature": self._registration_signature(ticket),
            "receiver": ticket.first_receiver_id.name or ticket.create_uid.name,
            "confidentiality": ticket.confidentiality != "open"
            and self._label(ticket, "confidentiality"),
        }

    def _registration_lines(self, ticket):
        """Yield ``(code, label, text)`` of what the regulation asks for."""
        names = dict(
            self.env["complaint.requirement"]
            ._fields["item"]
            ._description_selection(self.env)
        )
        asked = ticket.regulation_id.requirement_ids._for_case(ticket).filtered(
            "on_form"
        )
        listed = {item.item: item.name for item in asked}
        for code in listed or _USUAL:
            if code not in _ELSEWHERE:
                yield code, listed.get(code) or names[code], self._value(ticket, code)

    def _registration_blocks(self, ticket):
        """Yield ``(label, text)`` of what happened to the case; empty ones to fill in."""
        orders = ticket.instruction_ids.filtered(lambda item: item.state == "given")
        if orders or ticket.regulation_id.gate_instruction:
            yield (
                self.env._("Leader's opinion"),
                "\n".join(
                    f"{item.text} ({item.user_id.name}, "
                    f"{self._day(ticket._office_date(item.date))})"
                    for item in orders.sorted("date")
                ),
            )
        sent = ticket.transfer_ids.filtered("sent_date")
        if sent or ticket.regulation_id.allow_transfer:
            yield (
                self.env._("Handled by"),
                "\n".join(
                    ": ".join(filter(None, (item.target_name, item.report)))
                    for item in sent.sorted("sent_date")
                ),
            )
        yield self.env._("Result"), self._result(ticket)

    def _registration_signature(self, ticket):
        """Return how the complainant signed, or the place to sign."""
        asked = "signature" in ticket.regulation_id.requirement_ids.mapped("item")
        if not asked and not ticket.form_signed:
            return None
        if ticket.form_signed == "screen":
            return "{}, {}".format(
                self._label(ticket, "form_signed"),
                self._moment(ticket, ticket.form_signed_date),
            )
        return ""

    # ----------------------------------------------------------------------
    # What a case says
    # ----------------------------------------------------------------------

    def _value(self, ticket, code):
        """Return what a case has for a requirement, as text."""
        item = ITEMS[code]
        if item.personal and not self._may_name(ticket):
            return self.env._("(kept secret)")
        special = getattr(self, f"_value_{code}", None)
        if special:
            return special(ticket)
        return self._text(ticket, item.fields[0])

    def _value_contact(self, ticket):
        contacts = (ticket[name] for name in ITEMS["contact"].fields)
        return " / ".join(filter(None, contacts))

    def _value_description(self, ticket):
        return ticket._description_text()

    def _value_written_form(self, ticket):
        return self._yes(ticket._complained_in_writing())

    def _value_respondent(self, ticket):
        return format_list(
            self.env,
            ticket.respondent_ids.mapped("display_name"),
            lang_code=self.env.lang,
        )

    def _value_respondent_post(self, ticket):
        return format_list(
            self.env,
            list(filter(None, ticket.respondent_ids.mapped("post"))),
            lang_code=self.env.lang,
        )

    def _value_evidence(self, ticket):
        return "\n".join(ticket.evidence_ids.mapped("name"))

    def _result(self, ticket):
        """Return how a case ended, as text."""
        decision = ticket.decision_ids.filtered(lambda item: item.state == "in_force")
        if decision:
            measures = decision.measure_line_ids.measure_id.mapped("name")
            return "\n".join(
                filter(
                    None,
                    (
                        self._label(decision, "conclusion"),
                        decision.reasons,
                        format_list(self.env, measures, lang_code=self.env.lang),
                    ),
                )
            )
        return (
            ticket.on_spot_answer
            or ticket.refusal_reason
            or ticket.withdrawal_reason
            or ticket.old_result
            or ""
        )

    # ----------------------------------------------------------------------
    # Building blocks
    # ----------------------------------------------------------------------

    @api.model
    def _html_lang(self):
        return (self.env.lang or "en_US").replace("_", "-")

    def _hide(self, ticket):
        """Return a function that takes the complainant out of people's own words."""
        if self._may_name(ticket):
            return paper_text.clean
        return ticket._words_redactor()

    def _may_name(self, ticket):
        """Tell whether a form may name the complainant: an open case, to its readers."""
        return ticket.confidentiality == "open" and ticket.identity_readable

    def _complainant(self, ticket):
        """Return what a form calls the complainant."""
        if self._may_name(ticket):
            return ticket.complainant_name or ""
        return ticket._complainant_pseudonym()

    def _text(self, record, name):
        """Return a field's value as people read it."""
        field, value = record._fields[name], record[name]
        if field.type == "boolean":
            return self._yes(value)
        if field.type == "selection":
            return self._label(record, name)
        if field.type == "date":
            return value and self._day(value)
        if field.type in ("many2one", "many2many", "one2many"):
            return format_list(
                self.env, value.mapped("display_name"), lang_code=self.env.lang
            )
        return value or ""

    def _yes(self, value):
        return self.env._("Yes") if value else self.env._("No")

    def _label(self, record, name):
        """Return the label of a selection's value."""
        labels = dict(record._fields[name]._description_selection(self.env))
        return labels.get(record[name]) or ""

    def _day(self, day):
        return format_date(self.env, day, self.env.lang, "long")

    def _moment(self, ticket, moment):
        """Return a moment in the office's time zone, in words."""
        return moment and self._moment_in(ticket.regulation_id.tz, moment)

    def _moment_in(self, zone, moment):
        """Return a moment in a time zone, in words."""
        return format_datetime(self.env, moment, zone, "short", self.env.lang)


class ComplaintRegulation(models.Model):
    _inherit = "complaint.regulation"

    form_title = fields.Char(
        "Title of the Form",
        translate=True,
        help="What the registration form is called, for example “Handling form”.",
    )
    register_title = fields.Char(
        "Title of the Register",
        translate=True,
        help="What the list of all cases is called.",
    )
    archive_years = fields.Integer(
        "Files Kept (years)", help="Printed on the archive cover. 0: for ever."
    )
