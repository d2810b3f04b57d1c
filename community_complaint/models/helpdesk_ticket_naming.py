from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import format_list

from ..tools.steps import CLERK, HANDLER, LEADER
from .helpdesk_ticket_conflict import CUSTODIAN, MANAGER

#: So many colleagues one person names in a day without anybody being told.
MOST_NAMED = 5
#: What excludes somebody because a respondent was named.
_NAMED = ("respondent", "unit", "contact", "substitute")
#: Roles of the desk, and of the office, that somebody has to be left of.
_DESK = (CLERK, HANDLER, LEADER)
_OFFICE = (LEADER, MANAGER, CUSTODIAN)


class HelpdeskTicket(models.Model):
    """Nobody blinds an office by naming its people as respondents (THREATS 49).

    Whoever is named is excluded at once, whoever named them and whoever is left: a true
    respondent never keeps a case because nobody else has the role. So that nobody does
    this unseen, it is on record, and told at once to those who can undo it: the leaders
    and managers who are left, the leaders of the desks above, and, if there is nobody,
    the managers of other offices or the administrators, who learn the number only.
    """

    _inherit = "helpdesk.ticket"

    def _watch_naming(self, conflicts):
        """Tell at once if somebody named very many colleagues, or all of a role.

        :param conflicts: the new ones of these cases
        """
        named = conflicts.filtered(
            lambda item: item.cause in _NAMED or item.respondent_id
        )
        if not named:
            return
        # sudo: helpdesk.ticket - who is left, whoever named them
        for case in self.sudo():
            own = named.filtered(lambda item, case=case: item.ticket_id == case)
            roles = own and case._roles_emptied_by(own.user_id)
            if roles:
                case._tell_naming("role_emptied", roles=roles)
        if self._named_too_many(named):
            for case in named.sudo().ticket_id[:1]:  # sudo: see above
                case._tell_naming("many_named")

    def _watch_typed(self, conflicts):
        """Tell the same of colleagues who were typed as respondents, by name only.

        :param conflicts: the new ones of these cases
        """
        asked = conflicts.filtered(lambda item: item.is_question and item.user_id)
        for case, own in asked.grouped("ticket_id").items():
            case._watch_called(own.user_id)

    def _watch_called(self, users):
        """Tell who is left if everybody of a role stands in the text of one case.

        :param users: who was excluded until somebody answers
        """
        # sudo: helpdesk.ticket - who is left, whoever registered it
        case = self.sudo()
        roles = users and case._roles_emptied_by(users, for_good=False)
        if roles:
            case._tell_naming("role_emptied", roles=roles, by_text=True)

    def _roles_emptied_by(self, users, for_good=True):
        """Return the roles of which one case has nobody left since users are excluded.

        :param for_good: whether who may come back counts as left
        """
        emptied = []
        for group in dict.fromkeys((*_DESK, *_OFFICE)):
            desk = self.team_id.user_ids.filtered(
                lambda user, group=group: user.has_group(group)
            )
            people = [desk] if group in _DESK else []
            people += [self._office_people(group)] if group in _OFFICE else []
            if any(
                those & users
                and (
                    self._are_all_excluded(those)
                    if for_good
                    else not those - self.conflict_user_ids
                )
                for those in people
            ):
                emptied.append(group)
        return emptied

    @api.model
    def _named_too_many(self, named):
        """Return whether the user named more colleagues today than is usual, by these."""
        if self.env.uid == SUPERUSER_ID or self.env.user.share:
            return False
        # sudo: complaint.conflict - a number only
        today = named.sudo().search(
            [
                ("set_by_id", "=", self.env.uid),
                *("|", ("cause", "in", _NAMED), ("respondent_id", "!=", False)),
                ("set_date", ">=", fields.Datetime.now() - timedelta(days=1)),
            ]
        )
        before = (today - named).user_id
        return len(before) <= MOST_NAMED < len(today.user_id)

    def _tell_naming(self, kind, roles=(), by_text=False):
        """Put on record that one case lost very many people, and tell who can undo it.

        :param kind: of the log
        :param by_text: whether they only stand in its text
        """
        codes = [group.rpartition("_")[2] for group in roles]
        self.env["complaint.log"]._record(kind, self, {"roles": codes})
        for user in self._who_can_undo() - self.env.user:
            reader = self.with_context(lang=user.lang)
            self._tell_number(user, reader._naming_text(roles, by_text))

    def _who_can_undo(self, but=()):
        """Return who may remove respondents and lift exclusions, or can name who does.

        :param but: users who are not meant; administrators are, if nobody else is left
        """
        leaders = self._office_people(LEADER)
        above = self._superior_desks().user_ids.filtered(
            lambda user: user.has_group(LEADER)
        )
        people = (leaders | above | self._people_in_charge()) - self.conflict_user_ids
        return people.filtered(lambda user: user not in but) or self._administrators()

    def _naming_text(self, roles, by_text):
        # sudo: res.users, res.groups - who did it, and what roles are called
        who = self.env.user.sudo().name
        if not roles:
            return self.env._(
                "%(case)s and others: %(who)s named more colleagues as respondents today "
                "than is usual. Look whether they are complained about.",
                case=self.number,
                who=who,
            )
        names = [self.env.ref(group).sudo().name for group in roles]  # sudo: see above
        if by_text:
            return self.env._(
                "%(case)s: its text names everybody with these roles: %(roles)s. Until "
                "somebody answers under Conflicts of Interest whether it is about them, "
                "they do not work on it.",
                case=self.number,
                roles=format_list(self.env, names),
            )
        return self.env._(
            "%(case)s: since %(who)s named respondents, nobody with these roles may work "
            "on it: %(roles)s. If they are not complained about, a leader removes the "
            "respondents and lifts the exclusions.",
            case=self.number,
            who=who,
            roles=format_list(self.env, names),
        )
