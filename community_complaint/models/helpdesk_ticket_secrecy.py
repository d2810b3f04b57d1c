from contextvars import ContextVar

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.orm.models import NO_ACCESS
from odoo.tools import SQL

from ..tools import finder, paper_pdf, paper_text
from ..tools.append_only import PURGE
from ..tools.arguments import choice, day, takes, text
from ..tools.roles import CUSTODIAN

#: From the laxest to the strictest.
LEVELS = ("open", "confidential", "anonymous")
#: Why a level changes, for the log.
_WHY = ContextVar("complaint_level_why", default={})  # noqa: B039
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
    """How secret the complainant is: stricter at any time, laxer with consent only.

    What people write is free text: a clerk types the name into the description, a handler
    into a note. When a case becomes confidential later, and when an identity is erased,
    the values of the identity are replaced by a neutral word in every text of the case.

    EXPOSED API: :meth:`action_change_confidentiality`. Writing ``confidentiality``, as a
    form does, makes a case stricter or is refused.
    """

    _inherit = "helpdesk.ticket"

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    @takes(
        level=choice("helpdesk.ticket", "confidentiality"),
        reason=text,
        consent=text,
        consent_date=day,
    )
    def action_change_confidentiality(
        self, level=None, reason=None, consent=None, consent_date=None
    ):
        """Change how secret the complainant of one case is.

        :param level: ``open``, ``confidential`` or ``anonymous``; without it a dialog asks
        :param reason: why, needed for a laxer level
        :param consent: how the complainant agreed, key of the dialog's ``consent``
        :param consent_date: when
        :raise AccessError: a laxer level is up to identity custodians
        :raise UserError: if reason or consent are missing
        """
        self.ensure_one()
        if not level:
            return self._vault_wizard("level")
        self.check_access("read")
        details = {"reason": self._without_names(reason)}
        if self._is_laxer(level):
            self._check_laxer(reason, consent)
            details["consent"] = consent
            details["consent_date"] = fields.Date.to_string(
                consent_date or self._office_date()
            )
        else:
            self.check_access("write")
        token = _WHY.set(details)
        try:
            self._write_sealed("level", {"confidentiality": level})
        finally:
            _WHY.reset(token)
        return True

    def _after_confidentiality(self, before):
        """Put a new level on record, and hide what has to be hidden now.

        :param before: ``{case: level}``
        """
        details = _WHY.get()
        cases = self._no_drafts()
        (self - cases)._forget_anonymous()
        self.env["complaint.log"]._record(
            "confidentiality",
            cases,
            lambda case: {
                "from": before[case],
                "to": case.confidentiality,
                **details,
            },
        )
        stricter = cases.filtered(
            lambda case: LEVELS.index(before[case]) < LEVELS.index(case.confidentiality)
        )
        stricter._after_stricter()
        self._forget_identity()

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    def _is_laxer(self, level):
        """Tell whether a level is laxer than the one of one case."""
        return LEVELS.index(level) < LEVELS.index(self.confidentiality)

    def _check_only_stricter(self, level):
        """Check that nobody makes a case less secret by hand.

        :raise UserError: otherwise
        """
        for case in self:
            if case._is_laxer(level):
                raise UserError(
                    self.env._(
                        "%s was promised to be kept secret. Only an identity custodian "
                        "makes it less secret, with the complainant's consent.",
                        case.number,
                    )
                )

    def _check_laxer(self, reason, consent):
        """Check that a custodian may make one case less secret.

        :raise AccessError, UserError: otherwise
        """
        if not self.env.user.has_group(CUSTODIAN):
            raise AccessError(
                self.env._("Only an identity custodian makes a case less secret.")
            )
        if not reason:
            raise UserError(self.env._("Say why the case becomes less secret."))
        known = (
            self.env["complaint.vault.wizard"]._fields["consent"].get_values(self.env)
        )
        if consent not in known:
            raise UserError(
                self.env._("Say how the complainant agreed; without consent it stays.")
            )

    def _after_stricter(self):
        """Hide what the file says of complainants so far."""
        anonymous = self.filtered(lambda case: case.confidentiality == "anonymous")
        anonymous._erase("anonymous")
        for case in self - anonymous:
            case._lock_papers_away()
            case._hide_more()
            case._redact_texts()

    def _hide_more(self):
        """Hide what else names the complainant of one case. EXTENSION POINT.

        Signed lists go into the vault.
        """
        # sudo: complaint.custody.act - the case is made secret, whoever does it
        self.sudo().evidence_ids.act_ids._hide_names(self)

    def _lock_papers_away(self):
        """Put the papers of one case that name the complainant into the vault.

        They stay what was issued; reading one needs the right to see the identity.
        """
        # sudo: ir.attachment - the papers of the case, whoever makes it secret
        notices = self.sudo().notice_ids
        hide = self._identity_redactor()
        named = notices.filtered(
            lambda notice: (
                notice.addressee == "complainant"
                or _names(notice.pdf_attachment_id.raw, hide)
            )
        )
        self._into_vault(named.pdf_attachment_id)

    def _into_vault(self, files, contents=None):
        """Let files belong to the identity of one case.

        :param files: ``ir.attachment`` records
        :param contents: other things to keep, ``{name: bytes}``
        """
        # sudo: ir.attachment - the case is made secret, whoever does it
        identity = self.sudo().identity_ids[:1]
        owner = {"res_model": identity._name, "res_id": identity.id}
        purge = files.sudo().with_context(complaint_purge=PURGE)
        purge.write(owner)
        purge.create(
            [
                {"name": name, "raw": content, **owner}
                for name, content in (contents or {}).items()
            ]
        )

    # ----------------------------------------------------------------------
    # Taking out of a file what tells who complained. EXPOSED API
    # ----------------------------------------------------------------------

    def _identity_secrets(self):
        """Return what gives the complainants of one case away, for the finder.

        Not what is the respondent's or the office's own: colleagues complain as well.

        :return: sorted list of pairs of kind and value
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
        return sorted(pair for pair in secrets if pair[1] not in known)

    def _identity_redactor(self):
        """Return a function that takes the complainant of one case out of a text.

        Where a respondent bears the same surname, the surname alone stays: on file it
        may be about either.
        """
        # sudo: complaint.respondent - whose names are no secret on file
        others = self.sudo().respondent_ids.mapped("name")
        secrets = finder.narrowed(self._identity_secrets(), others)
        return finder.redactor(secrets, self.env._("[complainant]"))

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

    def _noted(self, text, place):
        """Return somebody's words without who complained in these cases, where secret.

        :param place: as of :meth:`_noting_redactor`
        """
        for ticket in self:
            if ticket.confidentiality != "open":
                text = text and ticket._noting_redactor(place)(text)
        return text

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
    # Texts of a file
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


def _names(content, hide):
    """Tell whether a PDF names the complainant.

    :param hide: function that takes the names out of a text
    """
    text = paper_text.clean(paper_pdf.text(content)) if content else ""
    return hide(text) != text
