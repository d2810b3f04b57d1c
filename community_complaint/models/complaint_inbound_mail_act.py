import time
from dataclasses import replace

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import consteq

from ..tools.arguments import one, takes, text
from ..tools.kept import office_hmac
from ..tools.mail_address import canonical
from ..tools.roles import CUSTODIAN
from ..tools.steps import CLERK
from .complaint_inbound_mail_sort import WAITING

_SCOPE = "community_complaint.mail.download"
#: Seconds within which a granted download starts.
_GRANT = 60


class ComplaintInboundMailAct(models.AbstractModel):
    """What people do with a mail that waits. Every step is logged, nothing is deleted."""

    _name = "complaint.inbound.mail.act"
    _description = "Handling of Incoming E-mails"

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    @takes(desk=one("helpdesk.ticket.team"), person=text, email=text)
    def action_make_case(self, desk=None, person=None, email=None):
        """Make a case of each mail; its time limits start when the mail arrived.

        :param desk: complaint desk, of one of the user's companies; without it a dialog
            asks for it
        :param person: who complains, if that is not who sent it
        :param email: address of theirs
        """
        if not desk:
            self._check_step("make_case")
            return self._dialog("case")
        if not desk.regulation_id or desk.company_id not in self.env.companies:
            raise UserError(self.env._("Choose a complaint desk."))
        if email and not canonical(email):
            raise UserError(self.env._("This is no e-mail address: %s", email))
        self._take("make_case", desk=desk, person=person, email=email)
        return self._open_tickets()

    def action_add_to_case(self):
        """Ask for the case and add these mails to it."""
        self._check_step("accept")
        return self._dialog("add")

    def action_discard(self, text=None):
        """Put mails away that are no matter of the office; they are kept."""
        return self._take("discard", text)

    @takes(ticket=one("helpdesk.ticket"))
    def action_accept(self, ticket=None):
        """Accept held replies as the complainant's own messages.

        :param ticket: the case, by default the one they name
        """
        return self._take("accept", ticket=ticket)

    @takes(ticket=one("helpdesk.ticket"))
    def action_refuse_sender(self, ticket=None):
        """Keep held replies as notes: somebody else wrote them.

        :param ticket: see :meth:`action_accept`
        """
        return self._take("refuse_sender", ticket=ticket)

    def action_restore(self):
        """Take discarded mails up again."""
        return self._take("restore")

    def action_open_ticket(self):
        """Open the case a mail belongs to."""
        return self._open_tickets()

    def action_open_pile(self):
        """Open all mails of this desk that arrived in a flood and wait."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "community_complaint.complaint_inbound_mail_action"
        )
        action.pop("path", None)
        domain = [
            ("team_id", "=", self.team_id.id),
            ("reason", "=", "flood"),
            ("state", "in", WAITING),
        ]
        return {**action, "domain": domain, "context": {}}

    def action_download(self):
        """Log that the custodian takes the original, and let the browser fetch it.

        :raise AccessError: for everybody else
        """
        self.ensure_one()
        if not self.env.user.has_group(CUSTODIAN):
            raise AccessError(self.env._("Only identity custodians see the original."))
        self.check_access("read")
        details = {"e-mail": self.sha256[:8]}
        self.env["complaint.log"]._record("mail_downloaded", self, details)
        until = int(time.time()) + _GRANT
        return {
            "type": "ir.actions.act_url",
            "url": f"/complaint/mail/{self.id}/{until}/{self._grant(until)}",
            "target": "download",
        }

    # ----------------------------------------------------------------------
    # Steps
    # ----------------------------------------------------------------------

    def _dialog(self, deed):
        """Return the dialog that asks for a desk or a case."""
        wizard = self.env["complaint.inbound.mail.wizard"]
        return {
            "type": "ir.actions.act_window",
            "name": dict(wizard._fields["deed"]._description_selection(self.env))[deed],
            "res_model": wizard._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_inbound_mail_ids": [(6, 0, self.ids)],
                "default_deed": deed,
                "default_team_id": self[:1].team_id.id,
                "default_ticket_id": self[:1].ticket_id.id,
                **self._person_behind(),
            },
        }

    def _person_behind(self):
        """Return the defaults of the dialog: who wrote what a mail passes on.

        Only for whom the sender is no secret.
        """
        mail = self[:1]
        if not mail.sender or not mail._came_by_others():
            return {}
        # sudo: complaint.inbound.mail - the original, for who may know who wrote
        kept = mail.sudo()
        head, _mail, _problem = kept._read(kept._bytes())
        name, email = next(iter(head.behind), ("", ""))
        return {"default_complainant_name": name, "default_complainant_email": email}

    def _ask(self, name, **values):
        """OVERRIDE: nobody is asked for what somebody else has done already."""
        self._check_step(name)
        return super()._ask(name, **values)

    def _wrong_state(self, step):
        """OVERRIDE: several people look at the same list."""
        return self.env._("Somebody has dealt with this e-mail already.")

    def _gates_accept(self, ticket=None):
        case = ticket or self.ticket_id
        custodian = self.env.user.has_group(CUSTODIAN)
        case.check_access("read" if custodian else "write")
        if case and not case.is_complaint:
            yield self.env._("Choose a complaint.")
        elif case and case.confidentiality != "open" and not custodian:
            yield self.env._(
                "Who complained is kept secret: an identity custodian says whether they "
                "wrote this."
            )
        office = any(self.env.user.has_group(role) for role in (CLERK, CUSTODIAN))
        if not office and not self.ticket_id:
            yield self.env._("Incoming e-mails are up to the clerks.")

    def _came_by_others(self):
        """Return whether who sent one mail is probably not who complains.

        Whatever else it waits for: who complains is asked for all the same.
        """
        if self.reason == "relayed":
            return True
        # sudo: complaint.inbound.mail - who wrote it, whoever makes a case of it
        kept = self.sudo()
        if kept.kind != "email":
            return False
        head, _mail, _problem = kept._read(kept._bytes())
        return kept._is_relayed(head, kept._facts(head.sender))

    def _gates_refuse_sender(self, ticket=None):
        yield from self._gates_accept(ticket)

    def _after_make_case(self, desk=None, person=None, email=None):
        for mail in self:
            place = desk or mail.team_id
            if not place.regulation_id:
                raise UserError(self.env._("Choose a complaint desk."))
            case = mail._make_case(place, person, email)
            mail._finish("mail_case", case, place)

    def _after_accept(self, ticket=None):
        for mail in self:
            case = ticket or mail.ticket_id
            content = mail._content_for(case, known=True)
            evidence = case._keep_mailed(content)
            case._post_from_complainant(content.text, evidence)
            case._tell_held_outside(evidence)
            mail._finish("mail_accepted", case, known=True)

    def _after_refuse_sender(self, ticket=None):
        for mail in self:
            case = ticket or mail.ticket_id
            content = mail._content_for(case)
            evidence = case._keep_mailed(content, known=False)
            case._post_from_somebody(content.text, evidence)
            mail._finish("mail_note", case)

    def _after_discard(self):
        for mail in self:
            mail._finish("mail_discarded")

    def _after_restore(self):
        for mail in self:
            mail._finish("mail_restored")

    def _log_step(self, name, before, given=None):
        """OVERRIDE: every step has a kind of its own, see :meth:`_finish`."""

    def _make_case(self, desk, person=None, email=None):
        """Return a new case of a mail, made by the office's service.

        :param person: see :meth:`action_make_case`
        """
        # sudo: complaint.inbound.mail - the office's service reads the original
        kept = self.sudo()
        # what the case may tell is up to its own desk
        kept.write({"team_id": desk.id, "ticket_id": False})
        head, mail, _problem = kept._read(kept._bytes())
        seen, shown = kept._veil(head, mail)
        if self.reason in ("own", "forged") or self._came_by_others():
            # whoever wrote, the address is somebody else's
            quiet = seen.automatic or "quiet"
            seen = replace(seen, sender="", sender_name="", automatic=quiet)
        if person or email:
            # somebody said who it is: they are told
            seen = replace(seen, sender=canonical(email), sender_name=person or "")
            seen = replace(seen, automatic="", forged=False)
        service = self.env.ref("base.user_root")
        office = desk.with_user(service).with_company(desk.company_id)
        # sudo: helpdesk.ticket.team - the service acts, the log says who asked
        office = office.with_context(lang=desk.company_id.partner_id.lang).sudo()
        return office.env["helpdesk.ticket"]._take_mail(
            office,
            seen,
            shown,
            kept._legal_date(),
            kept.kind,
            kept._late_remark(),
        )

    def _content_for(self, case, known=False):
        """Return a mail as it goes on a case.

        :param known: see ``_veil``
        :return: ``tools.mail_reader.Mail``
        """
        # sudo: complaint.inbound.mail - the office's service reads the original
        kept = self.sudo()
        kept.ticket_id = case
        head, mail, _problem = kept._read(kept._bytes())
        return kept._veil(head, mail, known)[1]

    def _finish(self, kind, ticket=None, desk=None, known=False):
        """Link a mail to its case, log what was done with it, and close its task.

        :param kind: code of the log
        :param known: see ``_veil``
        """
        # sudo: complaint.inbound.mail - the step opened what is written
        kept = self.sudo()
        if desk:
            kept.write({"team_id": desk.id, "company_id": desk.company_id.id})
        if ticket:
            kept.ticket_id = ticket
            # the record shows what the case may tell
            head, mail, _problem = kept._read(kept._bytes())
            kept.write(kept._prepare_content_vals(head, mail, known))
        details = {"e-mail": self.sha256[:8], "reason": kept.handled_note or None}
        self.env["complaint.log"]._record(kind, self, details)
        kept.activity_ids.unlink()
        kept._tell_next()

    def _tell_next(self):
        """Give somebody the task of the mail that waits longest at this desk."""
        self.search(
            [("team_id", "in", self.team_id.ids), ("state", "in", WAITING)],
            order="id",
            limit=1,
        )._tell()

    def _open_tickets(self):
        """Return the action that opens the cases of these mails."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "community_complaint.helpdesk_ticket_action"
        )
        action.pop("path", None)
        tickets = self.ticket_id._filtered_access("read")
        if not tickets:
            return {"type": "ir.actions.act_window_close"}
        if len(tickets) == 1:
            return {**action, "views": [(False, "form")], "res_id": tickets.id}
        return {**action, "domain": [("id", "in", tickets.ids)]}

    # ----------------------------------------------------------------------
    # The original
    # ----------------------------------------------------------------------

    def _grant(self, until):
        """Return what proves that this user was just allowed to take the original."""
        # sudo: ir.config_parameter - the secret is used, not shown
        return office_hmac(self.sudo().env, _SCOPE, f"{self.id}.{self.env.uid}.{until}")

    def _granted_bytes(self, until, grant):
        """Return the original after :meth:`action_download`.

        :raise AccessError: if it was not granted, or too long ago
        """
        self.ensure_one()
        late = until < time.time() or until > time.time() + _GRANT
        if late or not (grant.isascii() and consteq(self._grant(until), grant)):
            raise AccessError(self.env._("Only identity custodians see the original."))
        # sudo: complaint.inbound.mail - granted and logged by action_download
        return self.sudo()._bytes()
