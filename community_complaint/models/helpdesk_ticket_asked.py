from contextvars import ContextVar

from odoo import models
from odoo.fields import Domain

from ..tools.roles import CUSTODIAN

#: What waits for a person, and the type of the activity that asks for it.
ASKED = {
    "release": "community_complaint.activity_release",
    "request": "community_complaint.activity_request",
    "contact": "community_complaint.activity_contact",
    "file": "community_complaint.activity_file",
    "go_on": "community_complaint.activity_go_on",
}
#: Whether people are being asked: who has one thing to do does not follow the case.
_ASKING = ContextVar("complaint_asking", default=False)


class HelpdeskTicket(models.Model):
    """Who is asked to do what waits for an identity custodian, or for a second person.

    As long as something of a kind waits, whoever may do it has one activity on the case;
    nobody has one in vain. Where nobody may do it, the managers are asked to name
    somebody; where none of them may read the case, who can change that learns its number.

    EXPOSED API: :meth:`_settle_asked`, whenever something begins or ends to wait.
    """

    _inherit = "helpdesk.ticket"

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """OVERRIDE: who is asked to do one thing does not get every message."""
        if _ASKING.get():
            return True
        return super().message_subscribe(partner_ids, subtype_ids)

    def _settle_asked(self, kind):
        """Ask whoever may do what waits of one kind on these cases, and nobody else.

        :param kind: key of :data:`ASKED`
        """
        if not self:
            return
        # sudo: helpdesk.ticket - who may do it, whoever made it wait; readers are asked
        office = self.sudo()
        wanted = {}
        for case, people in getattr(office, f"_waits_{kind}")().items():
            asked = dict(case._able_or_managers(people))
            wanted.update({(case.id, user): able for user, able in asked.items()})
            if not asked and not case.told_date:
                case._tell_unseen(lambda case: case._nobody_able_text(kind))
        activities = office._tasks_of(kind)
        over = activities.filtered(
            lambda item: (item.res_id, item.user_id) not in wanted
        )
        known = {(item.res_id, item.user_id) for item in activities - over}
        over.unlink()
        office._give_tasks(
            kind, {key: able for key, able in wanted.items() if key not in known}
        )

    def _tasks_of(self, kind):
        """Return the activities by which people are asked for one kind of what waits."""
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", self.env.ref(ASKED[kind]).id),
            ]
        )

    def _give_tasks(self, kind, wanted):
        """Give people an activity, and tell them.

        :param wanted: ``{(id of a case, user): whether they may do it themselves}``
        """
        activities = self.env["mail.activity"]
        vals = {
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "activity_type_id": self.env.ref(ASKED[kind]).id,
            "automated": True,
        }
        vals_list = []
        for (case_id, user), able in wanted.items():
            case = self.browse(case_id).with_context(lang=user.lang)
            text = case._asked_text(kind) if able else case._nobody_able_text(kind)
            if user != self.env.user:
                case._tell_person(user, text)
            vals_list.append(
                {
                    **vals,
                    "res_id": case_id,
                    "user_id": user.id,
                    "summary": text,
                    "date_deadline": case._office_date(),
                }
            )
        # they were told by a message of the office
        token = _ASKING.set(True)
        try:
            activities.with_context(mail_activity_quick_update=True).create(vals_list)
        finally:
            _ASKING.reset(token)

    def _able_or_managers(self, people):
        """Yield ``(user, whether able)`` of those who are asked about one case."""
        able = self._readers_among(people)
        managers = self.env["res.users"] if able else self._managers_in_charge()
        for user in able or self._readers_among(managers):
            yield user, bool(able)

    def _readers_among(self, people):
        """Return the people who may read one case."""
        return people.filtered(
            lambda user: user.active and not user.share and self._may_be_read_by(user)
        )

    # ----------------------------------------------------------------------
    # What waits, and for whom: ``{case: res.users}``; called with all rights
    # ----------------------------------------------------------------------

    def _waits_release(self):
        """Papers and messages for others of secret cases wait for a custodian."""
        mine = Domain("ticket_id", "in", self.ids)
        papers = self.env["complaint.notice"].search(
            mine & self._desk_domain_held_papers()
        )
        messages = self.env["complaint.dispatch"].search(
            mine & self._desk_domain_held_messages()
        )
        waiting = papers.ticket_id | messages.ticket_id
        return {case: case._office_people(CUSTODIAN) for case in waiting}

    def _waits_file(self):
        """Files that cannot be cleaned wait for a custodian."""
        originals = self.env["complaint.evidence.original"].search(
            Domain("ticket_id", "in", self.ids) & self._desk_domain_held_files()
        )
        return {case: case._office_people(CUSTODIAN) for case in originals.ticket_id}

    def _waits_request(self):
        """Requests wait for a custodian who is no party of them."""
        requests = self.env["complaint.disclosure"].search(
            [("ticket_id", "in", self.ids), ("state", "=", "requested")]
        )
        nobody = self.env["res.users"]
        return {
            case: nobody.union(*(item._deciders() for item in items))
            for case, items in requests.grouped("ticket_id").items()
        }

    def _waits_contact(self):
        """Changed contact data wait for anybody who sees them but whoever changed them."""
        identities = self.env["complaint.identity"]
        moved = identities.search(
            Domain("ticket_id", "in", self.ids) & identities._unproven_domain()
        )
        return {
            identity.ticket_id: identity._confirmers()
            for identity in moved
            if not identity.ticket_id.identity_erased_date
        }

    # ----------------------------------------------------------------------
    # What they are told, naming nobody
    # ----------------------------------------------------------------------

    def _asked_text(self, kind):
        """Return what a person is asked for, in the language of the context."""
        return {
            "release": self.env._(
                "%s: a paper or message for others waits for you to release it.",
                self.number,
            ),
            "request": self.env._(
                "%s: a request about the complainant waits for your decision.",
                self.number,
            ),
            "contact": self.env._(
                "%s: phone or e-mail were changed; confirm that they are the "
                "complainant's own.",
                self.number,
            ),
            "file": self.env._(
                "%s: a file that may tell who sent it waits for you to look at it.",
                self.number,
            ),
            "go_on": self.env._(
                "%s: it was answered whom it is about. Nothing of that is in the way of "
                "the next step any more.",
                self.number,
            ),
        }[kind]

    def _requested_text(self):
        """Return what somebody reads who asked for something about the complainant."""
        # sudo: helpdesk.ticket - whether anybody may decide, whoever asks
        people = self.sudo()._waits_request().get(self, self.env["res.users"])
        if self._readers_among(people):
            return self.env._(
                "You asked for it; nothing has changed yet. An identity custodian decides, "
                "and you will be told."
            )
        return self.env._(
            "You asked for it; nothing has changed yet. Nobody here may decide on it: a "
            "manager was asked to name another identity custodian."
        )

    def _nobody_able_text(self, kind):
        if kind == "go_on":
            return self.env._(
                "%s: it was answered whom it is about, and nobody at the desk may go on. "
                "Choose somebody who may, or another desk.",
                self.number,
            )
        return self.env._(
            "%s: something waits for an identity custodian, and nobody here may do it. "
            "Name another custodian.",
            self.number,
        )

    def _tell_people(self, users, text):
        """Tell people something about one case, as far as they may read it.

        :param text: function of the case in the language of the reader
        """
        for user in self._readers_among(users - self.env.user):
            self._tell_person(user, text(self.with_context(lang=user.lang)))

    def _tell_person(self, user, text):
        """Tell somebody who may read one case a word of the office."""
        # sudo: helpdesk.ticket - a word of the office about the case, for who may read it
        self.sudo().message_notify(
            partner_ids=user.partner_id.ids,
            subject=self.number,
            # the office says so, also where nobody has an address to send from
            author_id=self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root"),
            body=text,
        )
