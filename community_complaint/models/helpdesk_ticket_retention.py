import logging

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools import finder, paper_text
from ..tools.append_only import PURGE
from ..tools.arguments import takes, text
from ..tools.roles import CUSTODIAN, MANAGER
from ..tools.steps import FINISHED_PHASES

_STAFF = "community_complaint.group_complaint_staff"
_logger = logging.getLogger(__name__)
_BATCH = 50


class HelpdeskTicket(models.Model):
    """How long the office knows who complained, and how it forgets (THREATS 42).

    :meth:`_erase` is the one way: retention, a person's request and privacy look-ups all
    take it. Figures, papers without the name and the log stay. A legal hold beats it.

    EXPOSED API: :meth:`action_erase_identity`, :meth:`action_set_hold`,
    :meth:`action_lift_hold`. EXTENSION POINT: :meth:`_erase_more`.
    """

    _inherit = "helpdesk.ticket"

    legal_hold = fields.Boolean(
        readonly=True, copy=False, help="Nothing of this case may be erased."
    )
    legal_hold_reason = fields.Text(readonly=True, copy=False)
    identity_erased_date = fields.Datetime("Identity Erased", readonly=True, copy=False)

    _retention_idx = models.Index(
        "(closed_date) WHERE is_complaint AND identity_erased_date IS NULL"
    )

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    @takes(reason=text)
    def action_erase_identity(self, reason=None):
        """Forget who complained in finished cases, at the person's request.

        :param reason: why; without it a dialog asks for it
        :raise AccessError: for who is no identity custodian
        :raise UserError: if a case is running or under legal hold
        """
        if not self.env.user.has_group(CUSTODIAN):
            raise AccessError(
                self.env._("Only an identity custodian erases identities.")
            )
        if not reason:
            return self._vault_wizard("erase")
        self.check_access("read")
        running = self.filtered(lambda case: case.phase not in FINISHED_PHASES)
        if running:
            raise UserError(
                self.env._(
                    "%s is not finished; the office still has to reach the complainant.",
                    ", ".join(running.mapped("number")),
                )
            )
        self._erase("request", reason)
        return True

    @takes(reason=text)
    def action_set_hold(self, reason=None):
        """Forbid to erase anything of these cases, for instance during a lawsuit."""
        return self._change_hold(True, reason)

    @takes(reason=text)
    def action_lift_hold(self, reason=None):
        """Allow again what :meth:`action_set_hold` forbade."""
        return self._change_hold(False, reason)

    # ----------------------------------------------------------------------
    # Legal hold
    # ----------------------------------------------------------------------

    def _change_hold(self, hold, reason):
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("A manager decides on legal holds."))
        if not reason:
            return self._vault_wizard("hold" if hold else "lift")
        self.check_access("write")
        for case in self:
            said = hold and case._words_redactor()(reason)
            case._write_sealed("hold", {"legal_hold": hold, "legal_hold_reason": said})
        kind = "hold_set" if hold else "hold_lifted"
        self.env["complaint.log"]._record(
            kind, self, lambda case: {"reason": case._without_names(reason)}
        )
        return True

    # ----------------------------------------------------------------------
    # Erasure
    # ----------------------------------------------------------------------

    def _erase(self, cause, reason=None, before=None):
        """Forget who complained. Everything that may be erased goes this way.

        Of cases that were open the vault tells what goes: whoever read them could read
        it. Of others nothing that people see depends on it.

        :param cause: ``retention``, ``request`` or ``anonymous``
        :param before: ``{case: level}`` until now, if it has just changed
        :raise UserError: for a case under legal hold, or if the server cannot read who
            complained: nobody would find the names in the texts any more
        """
        held = self.filtered("legal_hold")
        if held:
            raise UserError(
                self.env._(
                    "%s is under legal hold; nothing is erased.",
                    ", ".join(held.mapped("number")),
                )
            )
        # sudo: complaint.identity - whether the server can read them, nothing is shown
        self.sudo().identity_ids._check_readable()
        details = {
            case: {"cause": cause, "reason": case._without_names(reason)}
            for case in self
        }
        levels = before or {}
        known = self.filtered(
            lambda case: levels.get(case, case.confidentiality) == "open"
        )
        for case in self:
            # who looks for the names needs them
            case._erase_more(case in known)
            case._erase_traces()
        self.env["complaint.log.value"]._forget(self)
        known._redact_texts()
        (self - known)._redact_texts(forget=True)
        self._erase_identities()
        self._write_sealed("erase", {"identity_erased_date": fields.Datetime.now()})
        self.env["complaint.log"]._record("identity_erased", self, details.get)
        self._settle_asked("contact")
        self._forget_identity()

    def _erase_more(self, known):
        """Erase what parts of one case tell of a complainant. EXTENSION POINT.

        Sealed evidence is kept by whoever sealed it; only an order destroys it.

        :param known: whether who reads the case could read who complained
        """
        # sudo: complaint.custody.act - the routine that forgets, see :meth:`_erase`
        evidence = self.sudo().evidence_ids
        evidence.filtered(lambda item: not item.sealed).original_ids._forget()
        if known:
            # others name nobody who is kept secret, see complaint.custody.act
            evidence.act_ids._forget(self._identity_secrets())
        # sudo: complaint.notice and others - nothing is kept from anybody any more
        papers = self.sudo().notice_ids.filtered("held")
        over = papers.filtered(lambda item: item._is_over())
        over._recall(self.env._("It was over when the office forgot who complained."))
        (papers - over)._do_step("release")
        held = self.sudo().dispatch_ids.filtered("held")  # sudo: see above
        held._do_step("release")
        if known:
            papers = self.sudo().with_context(complaint_purge=PURGE).notice_ids
            papers._give_back(self._identity_redactor())  # sudo: see above
        # sudo: complaint.inbound.mail - the same for originals of e-mails and senders
        self.sudo().inbound_mail_ids._forget()
        # sudo: complaint.dispatch - to which numbers text messages went
        told = self.env["complaint.dispatch"].sudo()
        told.search(
            [("ticket_id", "in", self.ids), ("number_key", "!=", False)]
        )._write_sealed("number", {"number_key": False})

    def _forgetting_redactor(self):
        """Return a function that takes out of a text of one case whoever its file names.

        Nothing is compared with the vault: whoever wrote a list of names into the file of
        a secret case finds all of them gone afterwards, or none (THREATS 46). What looks
        like a name in one place goes in all; the office's own people stay.
        """
        masks = self._leaving_masks()
        allowed = finder.prepared([*self._leaving_allowed(), *self._office_names()])
        named = set()
        for records, names in self._file_texts():
            for record in records:
                for name in names:
                    text = paper_text.clean(record[name] or "")
                    named |= finder.named(text, allowed)
        secrets = finder.prepared(("full_name", name) for name in sorted(named))

        def hide(text):
            return finder.redact(
                paper_text.clean(text), secrets, masks, allowed, people=finder.ANYWHERE
            )

        return hide

    def _office_names(self):
        """Return the names of the office and its people, for the finder."""
        # sudo: res.users - what colleagues are called, whoever asks
        office = self.sudo()
        staff = office._office_people(_STAFF).mapped("name")
        names = [office.company_id.name, office.regulation_id.name, *staff]
        return [("person", name) for name in names if name]

    def _erase_identities(self):
        """Empty the vault, with the papers in it; who looked at it does no longer.

        Papers for others that name nobody stay on file, for custodians: what was taken
        out of them would show by what was typed.
        """
        # sudo: complaint.identity - the routine that forgets, see :meth:`_erase`
        identities = self.sudo().with_context(complaint_purge=PURGE).identity_ids
        papers = identities.env["ir.attachment"].search(
            [("res_model", "=", identities._name), ("res_id", "in", identities.ids)]
        )
        for case in identities.ticket_id:
            papers -= case.notice_ids._nameless(case._identity_redactor())
        papers.unlink()
        for identity in identities:
            identity._seal_vault("erased", {})
        views = self.env["complaint.identity.view"].sudo()  # sudo: as above
        views.search([("ticket_id", "in", self.ids)])._unlink_sealed("over")

    def _erase_traces(self):
        """Erase mails, raw messages and named papers of one complainant."""
        self.ensure_one()
        # sudo: mail.mail, complaint.inbound.mail, ir.attachment - see :meth:`_erase`
        case = self.sudo().with_context(complaint_purge=PURGE)
        case._complainant_mails().unlink()
        mails = case.env["complaint.inbound.mail"].search([("ticket_id", "=", self.id)])
        mails._write_sealed("forgotten", {"raw": False})
        named = case.notice_ids.filtered(
            lambda notice: notice.addressee == "complainant"
        )
        if self.confidentiality == "open":
            named.pdf_attachment_id.unlink()

    def _complainant_mails(self):
        """Return the mails in the outbox to the complainant of one case."""
        mails = self.env["mail.mail"].search(
            [("model", "=", self._name), ("res_id", "=", self.id)]
        )
        for address in filter(None, self.identity_ids.mapped("email")):
            mails |= self.env["mail.mail"].search(
                [("email_to", "ilike", address), ("subject", "ilike", self.number)]
            )
        return mails

    # ----------------------------------------------------------------------
    # Scheduled action
    # ----------------------------------------------------------------------

    @api.model
    def _cron_erase_identities(self):
        """Forget who complained once the regulation's time is over; resumes by itself."""
        cases = self.with_context(active_test=False)
        domain = cases._retention_domain()
        self.env["ir.cron"]._commit_progress(remaining=cases.search_count(domain))
        waiting = cases.browse()
        while batch := cases.search(
            domain & Domain("id", "not in", waiting.ids),
            order="closed_date, id",
            limit=_BATCH,
        ):
            locked = batch.try_lock_for_update(allow_referencing=True)
            # without its key nobody knows what to take out: it waits
            unreadable = locked.filtered(lambda case: case._lacks_key())
            waiting |= unreadable
            (locked - unreadable)._erase("retention")
            if not locked or not self.env["ir.cron"]._commit_progress(len(locked)):
                break
        if waiting:
            _logger.warning(
                "Identities whose time is over are kept: the server lacks the key of %s "
                "cases.",
                len(waiting),
            )

    def _lacks_key(self):
        """Return whether the server cannot read who complained in one case."""
        # sudo: complaint.identity - only whether it can
        return any(self.sudo().identity_ids.mapped("unreadable"))

    @api.model
    def _retention_domain(self):
        """Return the domain of the cases whose time is over."""
        today = fields.Datetime.now()
        regulations = self.env["complaint.regulation"].with_context(active_test=False)
        over = [
            Domain("regulation_id", "=", regulation.id)
            & Domain(
                "closed_date",
                "<",
                today - relativedelta(years=regulation.identity_retention_years),
            )
            for regulation in regulations.search([("identity_retention_years", ">", 0)])
        ]
        return Domain.OR(over) & Domain(
            [
                ("is_complaint", "=", True),
                ("phase", "in", FINISHED_PHASES),
                ("legal_hold", "=", False),
                ("identity_erased_date", "=", False),
            ]
        )
