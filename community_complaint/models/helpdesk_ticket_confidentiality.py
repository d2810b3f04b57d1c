from contextvars import ContextVar

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import paper_pdf, paper_text
from ..tools.append_only import PURGE
from ..tools.arguments import choice, day, takes, text
from ..tools.roles import CUSTODIAN

#: From the laxest to the strictest.
LEVELS = ("open", "confidential", "anonymous")


#: Why a level changes, for the log.
_WHY = ContextVar("complaint_level_why", default={})  # noqa: B039


class HelpdeskTicket(models.Model):
    """How secret the complainant is: stricter at any time, laxer with consent only.

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
        """Hook: other addons hide here what else names the complainant of one case."""

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


def _names(content, hide):
    """Tell whether a PDF names the complainant.

    :param hide: function that takes the names out of a text
    """
    text = paper_text.clean(paper_pdf.text(content)) if content else ""
    return hide(text) != text
