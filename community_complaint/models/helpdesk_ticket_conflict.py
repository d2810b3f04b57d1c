from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools.steps import HANDLER, LEADER, OPEN_PHASES

MANAGER = "community_complaint.group_complaint_manager"
CUSTODIAN = "community_complaint.group_complaint_custodian"
_CRON = "community_complaint.helpdesk_ticket_cron_blocked"
_ACTIVITY = "community_complaint.activity_blocked_desk"
#: Cases passed on in one run.
_BATCH = 200


class HelpdeskTicket(models.Model):
    """What happens when somebody is excluded from a case they already know (THREATS 18).

    EXPOSED API: :meth:`_exclude_users` for people, :meth:`_exclude` for the program,
    :meth:`_refresh_conflicts` when something changed that decides who is concerned,
    :meth:`_drop_conflicted` after any change of who is excluded.
    """

    _inherit = "helpdesk.ticket"

    desk_blocked = fields.Boolean(
        "Desk May Not Handle It",
        readonly=True,
        copy=False,
        help="Everybody at the desk who could handle or decide the case is excluded.",
    )
    office_blocked = fields.Boolean(
        "No Manager or Custodian Left",
        readonly=True,
        copy=False,
        help="All managers, or all custodians, of the office are excluded from the case.",
    )
    told_date = fields.Datetime(
        "Others Told",
        readonly=True,
        copy=False,
        help="When people who do not see the case were told that nobody may handle it.",
    )

    # ----------------------------------------------------------------------
    # Who is excluded
    # ----------------------------------------------------------------------

    def _exclude_users(self, users, reason):
        """Exclude people from cases: oneself, or, for leaders, others.

        Stepping aside needs no right to change the case.

        :raise AccessError: for who may not know of the cases, and for naming others
            without being a leader
        :raise UserError: without a reason, or for people who are no colleagues
        """
        self.check_access("read")
        self._check_acting_person()
        if users - self.env.user and not self.env.user.has_group(LEADER):
            raise AccessError(self.env._("Only leaders exclude others from a case."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why."))
        if any(users.mapped("share")):
            raise UserError(self.env._("Only colleagues are excluded from a case."))
        self._log_excluded(users, reason)
        me = self.env.user
        self._exclude(
            [(user, "aside" if user == me else "named", None) for user in users], reason
        )

    def _exclude(self, concerned, reason=False):
        """Exclude people from all of these cases; nothing is checked.

        :param concerned: iterable of ``(user, cause, respondent or None)``
        """
        nobody = self.env["complaint.respondent"]
        self.env["complaint.conflict"]._set(
            [
                (case, user, cause, respondent or nobody)
                for case in self
                for user, cause, respondent in concerned
            ],
            reason,
        )
        self._drop_conflicted()

    def _refresh_conflicts(self, in_texts=None):
        """Exclude also who is concerned by now; nobody is let in by it.

        What they had of the cases is taken from them.

        :param in_texts: what :meth:`_called_in_texts` returns, if that is known
        """
        # sudo: complaint.respondent - conflicts hold whoever changes what they follow from
        respondents = self.sudo().respondent_ids
        new = self.env["complaint.conflict"]._set(respondents._concerned())
        self._watch_naming(new)
        self._watch_typed(new)
        self._ask_about(self._called_in_texts() if in_texts is None else in_texts)
        self._drop_conflicted()

    def _log_excluded(self, users, reason):
        # sudo: helpdesk.ticket - stepping aside needs no right to change the case
        for case in self.sudo():
            case._message_log(
                body=self.env._(
                    "Excluded from the case: %(people)s. Reason: %(reason)s",
                    people=", ".join(users.mapped("name")),
                    reason=reason,
                )
            )

    def _drop_conflicted(self):
        """Take everything of cases from who is excluded, and the cases from them."""
        # sudo: helpdesk.ticket - a conflict holds whatever the rights of who names it
        cases = self.sudo().filtered("is_complaint")
        by_partners = cases.grouped(lambda case: case._conflict_partners())
        for partners, same in by_partners.items():
            traced = same.filtered(lambda case: case._has_traces()) if partners else ()
            if traced:
                traced._drop_traces(partners)
        for case in cases:
            if case.user_id in case.conflict_user_ids:
                case._hand_over_to(case._successor(case.user_id))
            case._leave_blocked_desk()

    @api.model
    def _cases_about(self, domain):
        """Return all cases, finished ones as well, with some respondents.

        :param domain: ``Domain`` of ``complaint.respondent``
        """
        # sudo: complaint.respondent - conflicts hold whoever changes the staff
        return self.env["complaint.respondent"].sudo().search(domain).ticket_id

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
        for case in self:
            case._drop_digests(partners)

    def _threads_of_case(self):
        """Return ``{model: ids}`` of cases and of their parts that have a chatter."""
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
        """Have a case passed on, or somebody told, when nobody of a role is left.

        Whoever just saved it may lose sight of it thereby: it is passed on by a scheduled
        action a moment later, so that saving does not fail.
        """
        running = self.phase in OPEN_PHASES and bool(self.conflict_user_ids)
        blocked = {
            "desk_blocked": running and self._is_desk_blocked(self.team_id),
            "office_blocked": running and self._is_office_blocked(),
        }
        changed = {name: now for name, now in blocked.items() if now != self[name]}
        if changed:
            self._write_sealed("conflict", {**changed, "told_date": False})
        if any(blocked.values()):
            self.env.ref(_CRON)._trigger()

    @api.model
    def _cron_leave_blocked_desks(self):
        """Pass blocked cases on to superior desks and tell who may look after them."""
        cases = self.search(
            [
                "|",
                ("desk_blocked", "=", True),
                ("office_blocked", "=", True),
                ("phase", "in", OPEN_PHASES),
            ],
            limit=_BATCH,
        ).filtered(lambda item: not item._is_somebody_told())
        self.env["ir.cron"]._commit_progress(remaining=len(cases))
        for case in cases:
            case._pass_on()
            self.env["ir.cron"]._commit_progress(1)

    def _pass_on(self):
        """Send one case to the nearest superior desk that may take it, and tell of it."""
        self.ensure_one()
        desk = self.desk_blocked and self._unblocked_superior()
        if desk:
            self._write_sealed(
                "conflict",
                {"team_id": desk.id, "user_id": False, "desk_blocked": False},
            )
            self._message_log(
                body=self.env._("Passed on to the superior body: %s", desk.name)
            )
        self._tell_blocked(self._blocked_text(desk))

    def _is_desk_blocked(self, desk):
        """Tell whether conflicts left a desk without a handler or without a leader."""
        return any(
            self._are_all_excluded(
                desk.user_ids.filtered(lambda user, group=group: user.has_group(group))
            )
            for group in (HANDLER, LEADER)
        )

    def _is_office_blocked(self):
        """Tell whether conflicts left the office without a manager or custodian."""
        return any(
            self._are_all_excluded(self._office_people(group))
            for group in (MANAGER, CUSTODIAN)
        )

    def _are_all_excluded(self, users):
        """Tell whether some people may not know of the case, for good.

        What is only asked may end, as long as there is somebody who can answer.
        """
        excluding = self.conflict_ids.filtered(lambda item: item.state == "set")
        sure = excluding.filtered(lambda item: not item.is_question)
        if excluding != sure and self._can_answer():
            excluding = sure
        return bool(users) and not users - excluding.user_id

    def _office_people(self, group):
        """Return the members of a role in the office of one case."""
        # sudo: res.groups, res.users - in which offices somebody works, whoever asks
        members = (
            self.env.ref(group)
            .sudo()
            .all_user_ids.filtered(
                lambda user: self.company_id in user.company_ids and not user.share
            )
        )
        return members.with_env(self.env)

    def _unblocked_superior(self):
        """Return the nearest superior desk that may take the case, maybe none."""
        seen, desk = self.team_id, self.team_id.superior_team_id
        while desk and desk not in seen:
            if not self._is_desk_blocked(desk):
                return desk
            seen |= desk
            desk = desk.superior_team_id
        return desk.browse()

    def _blocked_text(self, desk):
        """Return what people are told of one case, in the language of who asks.

        :param desk: where it was passed on to, maybe none
        """
        if desk:
            return self.env._("Passed on to %s: nobody else may handle it", desk.name)
        if self.desk_blocked:
            return self.env._("Nobody at the desk may handle this case: choose a desk")
        return self.env._("All managers or all custodians are excluded from this case")

    def _tell_blocked(self, text):
        """Ask who may know of one case to look after it, and put it on record.

        Who is not excluded but works elsewhere gets the number of the case, no more.
        """
        self.env["complaint.log"]._record("out_of_sight", self)
        people = self._people_in_charge()
        seeing = people.filtered(lambda user: self._may_be_read_by(user))
        for user in seeing:
            self.activity_schedule(_ACTIVITY, summary=text, user_id=user.id)
        if seeing:
            return
        self._write_sealed("conflict", {"told_date": fields.Datetime.now()})
        self._tell_number(people or self._administrators(), f"{self.number}: {text}")

    def _tell_unseen(self, text, but=()):
        """Tell who can change it that nobody may see what waits in one case.

        :param text: function of the case in the language of the reader
        :param but: who is not to hear of it
        """
        self.env["complaint.log"]._record("out_of_sight", self)
        self._write_sealed("conflict", {"told_date": fields.Datetime.now()})
        for user in self._who_can_undo(but):
            self._tell_number(user, text(self.with_context(lang=user.lang)))

    def _tell_number(self, users, text):
        """Tell people a word of the office that belongs to no record."""
        if users:
            # sudo: mail.thread - whoever acts, and whoever may read the case
            self.env["mail.thread"].sudo().message_notify(
                partner_ids=users.partner_id.ids,
                subject=self.number,
                author_id=self.env["ir.model.data"]._xmlid_to_res_id(
                    "base.partner_root"
                ),
                body=text,
            )

    def _administrators(self):
        """Return the administrators of the server."""
        return self.env.ref("base.group_system").all_user_ids.filtered(
            lambda user: not user.share
        )

    def _may_be_read_by(self, user):
        # pylint: disable-next=context-overridden
        case = self.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        )
        return case.has_access("read")

    def _is_somebody_told(self):
        """Tell whether somebody was asked already and did not react yet."""
        return bool(self.told_date) or bool(
            self.activity_ids.filtered(
                lambda item: (
                    item.user_id in self._people_in_charge()
                    and item.activity_type_id == self.env.ref(_ACTIVITY)
                )
            )
        )

    def _people_in_charge(self):
        """Return who is to look after a case nobody handles, maybe nobody.

        The managers of the office; without any the leaders of superior desks; without
        these the managers of other offices on this database.
        """
        managers = self.env.ref(MANAGER).all_user_ids.filtered(
            lambda user: not user.share
        )
        leaders = (self.team_id + self._superior_desks()).user_ids.filtered(
            lambda user: user.has_group(LEADER)
        )
        return (
            self._managers_in_charge()
            or leaders - self.conflict_user_ids
            or managers - self.conflict_user_ids
        )

    def _managers_in_charge(self):
        """Return the managers of the office who may know of the case."""
        return self._office_people(MANAGER) - self.conflict_user_ids
