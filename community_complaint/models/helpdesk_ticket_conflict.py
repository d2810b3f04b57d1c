from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.steps import HANDLER, LEADER, OPEN_PHASES

MANAGER = "community_complaint.group_complaint_manager"
_CRON = "community_complaint.helpdesk_ticket_cron_blocked"
_ACTIVITY = "community_complaint.activity_blocked_desk"
#: Cases passed on in one run.
_BATCH = 200


class HelpdeskTicket(models.Model):
    """What happens when somebody is kept away from a case they already know (THREATS 18).

    EXPOSED API: :meth:`_drop_conflicted` after any change of who is kept away,
    :meth:`_refresh_conflicts` when a unit or a substitute changed.
    """

    _inherit = "helpdesk.ticket"

    desk_blocked = fields.Boolean(
        "Desk May Not Handle It",
        readonly=True,
        copy=False,
        help="Everybody at the desk who could handle or decide the case is kept away.",
    )

    def _refresh_conflicts(self):
        """Compute anew who is kept away, and take from them what they had."""
        self.env.add_to_compute(self._fields["conflict_user_ids"], self)
        self._drop_conflicted()

    def _drop_conflicted(self):
        """Take everything of a case from who is kept away, and the case from them."""
        # sudo: helpdesk.ticket - a conflict holds whatever the rights of who names it
        for ticket in self.sudo().filtered("is_complaint"):
            partners = ticket._conflict_partners()
            if not partners:
                ticket._note_blocked(False)
                continue
            if ticket._has_traces():
                ticket._drop_traces(partners)
            if ticket.user_id in ticket.conflict_user_ids:
                ticket._hand_over_to(ticket._successor(ticket.user_id))
            ticket._leave_blocked_desk()

    @api.model
    def _open_cases_about(self, users=None, units=None):
        """Return open cases about members of staff, or about units and those above.

        :param users: ``res.users`` records
        :param units: ``hr.department`` records
        """
        about = Domain.FALSE
        if users:
            about |= Domain("respondent_ids.employee_id.user_id", "in", users.ids)
        if units:
            about |= Domain("respondent_ids.department_id", "parent_of", units.ids)
        if about.is_false():
            return self.browse()
        # sudo: helpdesk.ticket - conflicts hold whoever changes the staff
        return self.sudo().search(about & Domain("is_open", "=", True))

    # ----------------------------------------------------------------------
    # Traces
    # ----------------------------------------------------------------------

    def _has_traces(self):
        """Tell whether anybody could have got anything of a case yet; a new one has none."""
        about = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        return bool(
            self.message_ids
            or self.env["mail.followers"].search_count(about, limit=1)
            or self.env["mail.activity"].search_count(about, limit=1)
        )

    def _drop_traces(self, partners):
        """Remove followers, activities, notifications, stars and waiting mails."""
        for model, ids in self._threads_of_case().items():
            records = self.env[model].browse(ids)
            records.message_unsubscribe(partners.ids)
            self._drop_activities(model, ids, partners)
            self._drop_messages(model, ids, partners)
            self._drop_scheduled(model, ids, partners)
        self._drop_digests(partners)

    def _threads_of_case(self):
        """Return ``{model: ids}`` of a case and of its parts that have a chatter."""
        threads = {}
        for model, path in self._case_paths().items():
            if hasattr(self.env[model], "message_unsubscribe"):
                records = self.env[model].with_context(active_test=False)
                threads[model] = (
                    records.search([(path, "in", self.ids)]).ids if path else self.ids
                )
        return {model: ids for model, ids in threads.items() if ids}

    def _drop_activities(self, model, ids, partners):
        """Remove their activities; what has to be done goes to who handles the case."""
        activities = self.env["mail.activity"].with_context(active_test=False)
        activities.search(
            [
                ("res_model", "=", model),
                ("res_id", "in", ids),
                (
                    "user_id",
                    "in",
                    partners.with_context(active_test=False).user_ids.ids,
                ),
            ]
        ).unlink()

    def _drop_messages(self, model, ids, partners):
        """Remove notifications and stars, take them from mails that still wait."""
        about = [("model", "=", model), ("res_id", "in", ids)]
        notices = self.env["mail.notification"].search(
            [("res_partner_id", "in", partners.ids), ("mail_message_id", "any", about)]
        )
        starred = self.env["mail.message"].search(
            [*about, ("starred_partner_ids", "in", partners.ids)]
        )
        waiting = self.env["mail.mail"].search(
            [
                ("mail_message_id", "any", about),
                ("recipient_ids", "in", partners.ids),
                ("state", "in", ("outgoing", "exception")),
            ]
        )
        self._forget_in_browsers(partners, notices.mail_message_id | starred)
        notices.unlink()
        starred.write({"starred_partner_ids": [(3, id_) for id_ in partners.ids]})
        waiting.write({"recipient_ids": [(3, id_) for id_ in partners.ids]})
        waiting.filtered(
            lambda mail: not (mail.recipient_ids or mail.email_to)
        ).cancel()

    def _drop_digests(self, partners):
        """Delete the digests that named the case to them; each has one reader."""
        digests = self.env["mail.message"].search(
            [
                ("model", "in", [False, ""]),
                ("notification_ids.res_partner_id", "in", partners.ids),
                ("body", "ilike", self.number),
            ]
        )
        self._forget_in_browsers(partners, digests)
        digests.unlink()

    @api.model
    def _forget_in_browsers(self, partners, messages):
        """Let open browsers drop messages; only their ids are sent."""
        for partner in partners if messages else ():
            partner._bus_send("mail.message/delete", {"message_ids": messages.ids})

    def _drop_scheduled(self, model, ids, partners):
        """Take them from messages that are to be sent later."""
        self.env["mail.scheduled.message"].search(
            [
                ("model", "=", model),
                ("res_id", "in", ids),
                ("partner_ids", "in", partners.ids),
            ]
        ).write({"partner_ids": [(3, id_) for id_ in partners.ids]})

    # ----------------------------------------------------------------------
    # Who goes on
    # ----------------------------------------------------------------------

    def _successor(self, user):
        """Return who goes on in place of a handler, empty if that is open."""
        substitute = self._effective_user(user)
        return substitute if substitute in self.team_id.user_ids else substitute[:0]

    def _hand_over_to(self, user):
        """Give the case to another handler, or ask the head of the desk for one."""
        self._write_sealed("conflict", {"user_id": user.id})
        head = self.team_id.user_id
        head = head and self._effective_user(head)
        if not user and head:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Choose another handler"),
                user_id=head.id,
            )

    def _leave_blocked_desk(self):
        """Have a case passed on that nobody at its desk may handle or decide.

        Whoever just saved it may lose sight of it thereby: it is passed on by a scheduled
        action a moment later, so that saving does not fail.
        """
        blocked = self.phase in OPEN_PHASES and self._is_desk_blocked(self.team_id)
        self._note_blocked(blocked)
        if blocked:
            self.env.ref(_CRON)._trigger()

    def _note_blocked(self, blocked):
        """Note whether nobody at the desk of one case may handle or decide it."""
        if blocked != self.desk_blocked:
            self._write_sealed("conflict", {"desk_blocked": blocked})

    @api.model
    def _cron_leave_blocked_desks(self):
        """Pass blocked cases on to superior desks and tell the managers."""
        cases = self.search(
            [("desk_blocked", "=", True), ("phase", "in", OPEN_PHASES)], limit=_BATCH
        ).filtered(lambda item: not item._managers_told())
        self.env["ir.cron"]._commit_progress(remaining=len(cases))
        for case in cases:
            case._pass_on()
            self.env["ir.cron"]._commit_progress(1)

    def _pass_on(self):
        """Send one case to the nearest superior desk that may take it."""
        self.ensure_one()
        desk = self._unblocked_superior()
        if desk:
            self._write_sealed(
                "conflict",
                {"team_id": desk.id, "user_id": False, "desk_blocked": False},
            )
            self._message_log(
                body=self.env._("Passed on to the superior body: %s", desk.name)
            )
        self._tell_managers(desk)

    def _is_desk_blocked(self, desk):
        """Tell whether conflicts left a desk without a handler or without a leader."""
        for group in (HANDLER, LEADER):
            people = desk.user_ids.filtered(
                lambda user, group=group: user.has_group(group)
            )
            if people and not people - self.conflict_user_ids:
                return True
        return False

    def _unblocked_superior(self):
        """Return the nearest superior desk that may take the case, maybe none."""
        seen, desk = self.team_id, self.team_id.superior_team_id
        while desk and desk not in seen:
            if not self._is_desk_blocked(desk):
                return desk
            seen |= desk
            desk = desk.superior_team_id
        return desk.browse()

    def _tell_managers(self, desk):
        """Ask the managers who may know of the case to look after it."""
        if desk:
            text = self.env._("Passed on to %s: nobody else may handle it", desk.name)
        else:
            text = self.env._("Nobody at the desk may handle this case: choose a desk")
        for manager in self._managers_in_charge():
            self.activity_schedule(_ACTIVITY, summary=text, user_id=manager.id)

    def _managers_told(self):
        """Tell whether managers were asked already and did not react yet."""
        return bool(
            self.activity_ids.filtered(
                lambda item: (
                    item.user_id in self._managers_in_charge()
                    and item.activity_type_id == self.env.ref(_ACTIVITY)
                )
            )
        )

    def _managers_in_charge(self):
        """Return the managers of the office who may know of the case."""
        managers = self.env.ref(MANAGER).all_user_ids
        return (
            managers.filtered(
                lambda user: self.company_id in user.company_ids and not user.share
            )
            - self.conflict_user_ids
        )
