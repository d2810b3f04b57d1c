from contextvars import ContextVar

from odoo import Command, api, models
from odoo.exceptions import UserError
from odoo.orm.models import NO_ACCESS
from odoo.tools import SQL

from ..tools import finder, paper_pdf, paper_text
from ..tools.append_only import PURGE
from ..tools.arguments import choice, day, takes, text
from ..tools.reasons import says_something
from ..tools.roles import CUSTODIAN
from ..tools.steps import DRAFT

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
#: Hashes and addresses of mails are no text.
_HASHES = frozenset({"sha256", "message_id", "reply_to"})
#: Rows that cannot be changed must not name anybody in the first place.
_APPEND_ONLY = "complaint.append.only"


class HelpdeskTicket(models.Model):
    """How secret the complainant is: stricter at any time, laxer with consent only.

    What cannot be undone takes two people, one of them an identity custodian: to tell who
    complained to all who work on the case, and to forget it (``complaint.disclosure``).

    What people write is free text: a clerk types the name into the description, a handler
    into a note. When a case becomes confidential later, and when the identity of an open
    one is erased, the values of the identity are replaced by a neutral word in every text
    of the case. When a secret identity is erased, whoever a text names goes, see
    :meth:`_forgetting_redactor`: what stays and what goes tells nothing of the vault.

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
        """Change how secret the complainant of one case is, or ask for it.

        To confidential at once; what cannot be undone when another one, a custodian,
        approved it.

        :param level: ``open``, ``confidential`` or ``anonymous``; without it a dialog asks
        :param reason: why, needed for what cannot be undone
        :param consent: how the complainant agreed, key of the dialog's ``consent``
        :param consent_date: when
        :raise UserError: if reason or consent are missing
        """
        self.ensure_one()
        if not level:
            return self._vault_wizard("level")
        self.check_access("read")
        if not self.env.user.has_group(CUSTODIAN):
            self.check_access("write")
        if self._is_for_good(level):
            self._ask_for_level(level, reason, consent, consent_date)
        else:
            self._change_level(level, reason=self._without_names(reason))
        return True

    def _change_level(self, level, **why):
        """Change how secret the complainant of one case is.

        :param why: for the log
        """
        token = _WHY.set({key: value for key, value in why.items() if value})
        try:
            self._write_sealed("level", {"confidentiality": level})
        finally:
            _WHY.reset(token)

    def _ask_for_level(self, level, reason, consent, consent_date):
        """Ask a custodian for a level that cannot be taken back.

        :raise UserError: if reason or consent are missing
        """
        laxer = self._is_laxer(level)
        if not says_something(reason):
            raise UserError(self.env._("Say why the confidentiality changes."))
        if level == "anonymous" and not self.regulation_id.allow_anonymous:
            raise UserError(self._no_anonymous_text())
        if laxer:
            self._check_consent(consent)
        self.env["complaint.disclosure"]._request_level(
            self,
            level,
            reason,
            laxer and consent,
            laxer and (consent_date or self._office_date()),
        )

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
        # sudo: complaint.identity - as secret as the case; values are not shown
        moved = cases.sudo().identity_ids
        moved._check_readable()
        moved._mark_anew()
        stricter = cases.filtered(
            lambda case: LEVELS.index(before[case]) < LEVELS.index(case.confidentiality)
        )
        stricter._after_stricter(before)
        self._forget_identity()

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    def _is_laxer(self, level):
        """Tell whether a level is laxer than the one of one case."""
        return LEVELS.index(level) < LEVELS.index(self.confidentiality)

    def _is_for_good(self, level):
        """Tell whether nobody can undo a level of one case: who knows it, or forgot it.

        Drafts are no cases: their authors say what they were told.
        """
        if self.phase == DRAFT or level == self.confidentiality:
            return False
        return level == "anonymous" or self._is_laxer(level)

    def _check_only_stricter(self, level):
        """Check that nobody makes a case less secret by hand, nor forgets who complained.

        :raise UserError: otherwise
        """
        for case in self:
            if level == "anonymous" and case._is_for_good(level):
                raise UserError(
                    self.env._(
                        "Who complained would be forgotten for good. Ask for it by the "
                        "button; an identity custodian decides."
                    )
                )
            if case._is_laxer(level):
                raise UserError(
                    self.env._(
                        "%s was promised to be kept secret. Only an identity custodian "
                        "makes it less secret, with the complainant's consent.",
                        case.number,
                    )
                )

    def _check_consent(self, consent):
        """Check that the complainant agreed that the case becomes less secret.

        :raise UserError: otherwise
        """
        known = self.env["complaint.disclosure"]._fields["consent"].get_values(self.env)
        if consent not in known:
            raise UserError(
                self.env._("Say how the complainant agreed; without consent it stays.")
            )

    def _after_stricter(self, before):
        """Hide what the file says of complainants so far.

        :param before: ``{case: level}``
        """
        anonymous = self.filtered(lambda case: case.confidentiality == "anonymous")
        anonymous._erase("anonymous", before=before)
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
                or names(notice.pdf_attachment_id.raw, hide)
            )
        )
        self._into_vault(named.pdf_attachment_id)
        self._hold_back()

    def _hold_back(self):
        """Let what is still to go out of one case to others wait for a custodian.

        It is like what leaves a case that was secret from the start (THREATS 64).
        """
        # sudo: complaint.notice, complaint.dispatch - the case is made secret
        case = self.sudo()
        others = [("ticket_id", "=", self.id), ("addressee", "!=", "complainant")]
        papers = case.env["complaint.notice"].search(
            [*others, ("state", "=", "issued")]
        )
        if papers:
            papers._hold()
        waiting = case.env["complaint.dispatch"].search(
            [*others, ("state", "=", "queued"), ("alarm", "=", False)]
        )
        waiting._write_sealed("held", {"held": True})
        waiting._note_held()

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
        :raise UserError: if the server cannot read them: that no name is known would be
            taken for there being none
        """
        self.ensure_one()
        # sudo: complaint.identity - used to take the values out, not shown
        identities = self.sudo().identity_ids
        return self._not_theirs(
            set().union(*(identity._telling_values() for identity in identities))
        )

    def _not_theirs(self, secrets):
        """Return secrets without what is the respondents' or the office's own, sorted."""
        # sudo: complaint.respondent - whose names are no secret on file
        ticket = self.sudo()
        names = [ticket.company_id.name, *ticket.respondent_ids.mapped("display_name")]
        known = " ".join(filter(None, names))
        return sorted(pair for pair in secrets if pair[1] not in known)

    def _identity_redactor(self, secrets=None):
        """Return a function that takes the complainant of one case out of a text.

        It reads the vault. Of a case that is kept secret its result is for custodians
        only, never for who typed the text: see :meth:`_words_redactor`. Where a
        respondent bears the same surname, the surname alone stays: on file it may be
        about either.

        :param secrets: what to look for instead of what the vault knows
        """
        # sudo: complaint.respondent - whose names are no secret on file
        others = self.sudo().respondent_ids.mapped("name")
        if secrets is None:
            secrets = self._identity_secrets()
        secrets = finder.narrowed(secrets, others)
        return finder.redactor(secrets, self._complainant_mask())

    @api.model
    def _complainant_masks(self):
        """Return what may stand where somebody was taken out, in every language."""
        codes = [None, *(code for code, _name in self.env["res.lang"].get_installed())]
        return {self.with_context(lang=code)._complainant_mask() for code in codes}

    @api.model
    def _complainant_mask(self):
        return self.env._("[complainant]")

    def _words_redactor(self):
        """Return a function for what people typed, where people read it on file.

        It takes the complainant of an open case out. Of a case that is kept secret words
        are shown as typed: what went would tell a name to who types one after the other
        (THREATS 46).
        """
        if self.confidentiality == "open":
            return self._identity_redactor()
        return paper_text.clean

    def _without_names(self, text):
        """Return a text of one case for rows that never change, and forget nobody.

        The complainant is taken out for who may know them. Of a case that is kept secret
        from who typed it people and contact data go that anybody would recognise as such,
        whosever they are.
        """
        text = (text or "").strip()
        if not text:
            return False
        if self.confidentiality == "open" or self.env.user.has_group(CUSTODIAN):
            return self._identity_redactor()(text)
        return self._leaving_redactor()(text)

    def _redact_texts(self, secrets=None, forget=False, own=False):
        """Take the complainants out of all texts of these cases; log where they were.

        :param secrets: what to look for instead of what the vault knows of them
        :param forget: whether to take out whoever is named, without asking the vault
        :param own: whether only out of what nobody but the user wrote
        """
        for ticket in self:
            # sudo: complaint.decision - proven anew where they were what was recorded
            proven = ticket.sudo().decision_ids._proven_words()
            places = ticket._redact_file(secrets, forget, own)
            if places:
                self.env["complaint.log"]._record(
                    "redacted", ticket, {"fields": sorted(places)}
                )
            if any(place.startswith(proven._name) for place in places):
                proven._prove_words()

    # ----------------------------------------------------------------------
    # At birth
    # ----------------------------------------------------------------------

    @api.model
    def _without_complainant(self, vals, said, team):
        """Return the values of a new case; if it is secret, without who complains.

        A case that is secret from the start says no more than one that became so later
        (THREATS 64). What was typed is compared with what was typed beside it; the vault
        is not read.

        :param said: values of its identity
        :param team: its desk
        """
        if vals.get("confidentiality") != "confidential" or not said:
            return vals
        partners = team.company_id.partner_id
        if not self.env.context.get("mail_create_nolog"):
            # who registers it is the author of its log: both are read at once
            partners |= self.env.user.partner_id
        office = self.with_context(lang=partners.mapped("lang")[0])
        theirs = self._respondents_to_be(vals)
        known = " ".join(filter(None, [team.company_id.name, *theirs]))
        secrets = [
            pair
            for pair in sorted(self.env["complaint.identity"]._telling_of(said))
            if pair[1] not in known
        ]
        hide = finder.redactor(
            finder.narrowed(secrets, theirs), office.env._("[complainant]")
        )
        return self._struck_vals(self, vals, hide)

    @api.model
    def _respondents_to_be(self, vals):
        """Return the names of the respondents that the values of a new case have."""
        # sudo: complaint.respondent - compared with what was typed beside them
        respondents = self.env["complaint.respondent"].sudo()
        return [
            respondents.new(command[2]).name
            for command in vals.get("respondent_ids") or ()
            if command[0] == Command.CREATE
        ]

    @api.model
    def _struck_vals(self, model, vals, hide):
        """Return values of a model, and of parts that are made with it, without names.

        :param hide: function of a text
        """
        columns = set(self._text_columns(model))
        struck = dict(vals)
        for name, value in vals.items():
            if name in columns and isinstance(value, str):
                hidden = hide(value)
                if hidden != paper_text.clean(value):
                    struck[name] = hidden
            elif value and model._fields[name].type == "one2many":
                part = self.env[model._fields[name].comodel_name]
                struck[name] = [
                    (*command[:2], self._struck_vals(part, command[2], hide))
                    if command[0] == Command.CREATE
                    else command
                    for command in value
                ]
        return struck

    # ----------------------------------------------------------------------
    # Texts of a file
    # ----------------------------------------------------------------------

    def _redact_file(self, secrets=None, forget=False, own=False):
        """Take the complainant out of the texts of one case; return the fields changed.

        :param secrets, forget, own: see :meth:`_redact_texts`
        """
        office = self.with_context(lang=self._paper_lang())
        if forget:
            hide = office._forgetting_redactor()
        else:
            hide = office._identity_redactor(secrets)
        others = self._words_of_others() if own else None
        self.env["complaint.log.value"]._redact(self, hide, others)
        places = set()
        for records, names in self._file_texts(shared=not forget):
            for name in names:
                for record in records:
                    if own and not self._is_own_word(record, name, others):
                        continue
                    if self._redact_value(record, name, hide):
                        places.add(f"{record._name}.{name}")
        return places

    def _file_texts(self, shared=False):
        """Yield ``(records, names of their free texts)`` of the file of one case.

        :param shared: whether also what tells of other cases
        """
        for records in self._file_records():
            yield records, self._text_columns(records)
        for records in self._shared_records() if shared else ():
            yield records, self._text_columns(records)

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

    def _shared_records(self):
        """Yield records that tell of other cases as well. EXTENSION POINT.

        Of secret cases they name nobody: a custodian clears them.
        """
        yield from ()

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


def names(content, hide):
    """Return whether a PDF names the complainant.

    :param hide: function that takes the names out of a text
    """
    text = paper_text.clean(paper_pdf.text(content)) if content else ""
    return hide(text) != text
