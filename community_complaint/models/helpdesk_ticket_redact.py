from odoo import api, models
from odoo.orm.models import NO_ACCESS
from odoo.tools import SQL

from ..tools import paper_text

_TEXT = ("char", "text", "html")
#: Parts of a file in which nothing is replaced: the vault, what tells nothing by
#: construction, and rows nobody changes.
_KEPT = frozenset(
    {
        "complaint.identity",
        "complaint.identity.view",
        "complaint.deadline",
        # signed: hides its names itself, see _hide_more and _erase_more
        "complaint.custody.act",
        # hidden columns, with hashes that go along
        "complaint.log.value",
    }
)


#: Hashes are no text.
_HASHES = frozenset({"sha256"})
#: Rows that cannot be changed must not name anybody in the first place.
_APPEND_ONLY = "complaint.append.only"


class HelpdeskTicket(models.Model):
    """Taking out of a file what tells who complained.

    What people write is free text: a clerk types the name into the description, a handler
    into a note. When a case becomes confidential later, and when an identity is erased,
    the values of the identity are replaced by a neutral word in every text of the case.
    """

    _inherit = "helpdesk.ticket"

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    def _identity_secrets(self):
        """Return what gives the complainants of one case away, as a sorted list.

        Not what is the respondent's or the office's own: colleagues complain as well.
        """
        self.ensure_one()
        # sudo: complaint.identity - used to take the values out, not shown
        ticket = self.sudo()
        known = " ".join(
            filter(
                None,
                [ticket.company_id.name, *ticket.respondent_ids.mapped("display_name")],
            )
        )
        secrets = set().union(
            *(identity._telling_values() for identity in ticket.identity_ids)
        )
        return sorted(secret for secret in secrets if secret and secret not in known)

    def _identity_redactor(self):
        """Return a function that takes the complainant of one case out of a text."""
        mask = self.env._("[complainant]")
        return paper_text.redactor(self._identity_secrets(), mask)

    def _noting_redactor(self, place):
        """Return :meth:`_identity_redactor` for what people just typed and see again.

        That it took somebody out is logged once, for secret cases: who types one name
        after the other to see which of them goes is found out.

        :param place: ``model.field`` or paper where the text stands
        """
        hide = self._identity_redactor()
        places = {place} if self.confidentiality == "confidential" else set()

        def hide_and_note(text):
            hidden = hide(text)
            if places and text and hidden != paper_text.clean(text):
                self.env["complaint.log"]._record(
                    "redacted", self, {"fields": [places.pop()]}
                )
            return hidden

        return hide_and_note

    def _without_names(self, text):
        """Return a text of one case without what tells who complained."""
        text = (text or "").strip()
        return self._identity_redactor()(text) if text else False

    def _redact_texts(self):
        """Take the complainants out of all texts of these cases; log where they were."""
        for ticket in self:
            places = ticket._redact_file()
            if places:
                self.env["complaint.log"]._record(
                    "redacted", ticket, {"fields": sorted(places)}
                )

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    def _redact_file(self):
        """Take the complainant out of the texts of one case; return the fields changed."""
        office = self.with_context(lang=self._paper_lang())
        hide = office._identity_redactor()
        self.env["complaint.log.value"]._redact(self, hide)
        places = set()
        for records in self._file_records():
            for name in self._text_columns(records):
                for record in records:
                    if self._redact_value(record, name, hide):
                        places.add(f"{record._name}.{name}")
        return places

    def _file_records(self):
        """Yield the records whose texts may tell who complained, one model at a time."""
        # sudo: helpdesk.ticket - the whole file, whoever may see which part of it
        ticket = self.sudo().with_context(active_test=False)
        yield ticket
        messages = ticket.env["mail.message"].search(
            [("model", "=", self._name), ("res_id", "=", self.id)]
        )
        yield messages
        yield messages.tracking_value_ids
        yield ticket.activity_ids
        for name, path in self._case_paths().items():
            if path and name not in _KEPT and not self._is_append_only(name):
                records = ticket.env[name].search([(path, "=", self.id)])
                # what is sealed stays as it was found
                if "sealed" in records._fields:
                    records = records.filtered(lambda item: not item.sealed)
                yield records

    @api.model
    def _is_append_only(self, name):
        return issubclass(self.env.registry[name], self.env.registry[_APPEND_ONLY])

    def _text_columns(self, records):
        """Return the names of the free texts of a model."""
        return [
            name
            for name, field in records._fields.items()
            if field.type in _TEXT
            and name not in _HASHES
            and field.store
            and field.column_type
            and not (field.translate or field.related or field.compute)
            # what nobody reads gives nobody away; the routine that forgets empties it
            and field.groups != NO_ACCESS
        ]

    @api.model
    def _redact_value(self, record, name, hide):
        """Replace what tells who complained in one text of one record.

        Straight in the table: the guards of notes, findings and decisions are there
        against people, and the log says what was done.

        :param hide: function of a text
        :return: whether there was anything
        """
        old = str(record[name] or "")
        new = hide(old)
        if new == paper_text.clean(old):
            return False
        record.flush_recordset([name])
        self.env.execute_query(
            SQL(
                "UPDATE %s SET %s = %s WHERE id = %s RETURNING id",
                SQL.identifier(record._table),
                SQL.identifier(name),
                new,
                record.id,
            )
        )
        record.invalidate_recordset([name], flush=False)
        return True
