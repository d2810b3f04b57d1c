from typing import NamedTuple

from odoo import api, fields, models

from ..tools.roles import MANAGER
from ..tools.steps import LEADER


class Alarm(NamedTuple):
    """Something that cannot wait for anybody to look at a screen.

    ``key``: what it is, the same whenever it is found again; ``kind``: key of
    ``complaint.alarm._sentences``; ``ticket``: its case; ``users``: who is told in any
    case; ``on_duty``: whether whoever is on duty is told as well.
    """

    key: str
    kind: str
    ticket: object
    users: object = ()
    on_duty: bool = True


class ComplaintAlarm(models.AbstractModel):
    """Who is told at any hour, by a message that leaves the house.

    Besides the notifications inside: whoever is on duty by the roster, by text message if
    the office can, else by e-mail, else somebody of the desk has to phone them. The
    message says which case, what kind of alarm and where to turn, and names nobody. When
    nobody is on duty, or only people who must not know of the case, who is in charge of
    the office is told instead. Each person is told once, however often it is found.

    EXPOSED API: :meth:`_ring`. EXTENSION POINT: :meth:`_sentences`.
    """

    _name = "complaint.alarm"
    _description = "Alarm"

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    @api.model
    def _ring(self, alarms):
        """Tell of what cannot wait.

        :param alarms: list of :class:`Alarm`
        :return: the new ``complaint.dispatch`` records
        """
        people, known = self._people_on_duty(alarms), self._told_already(alarms)
        vals_list = [
            vals
            for alarm in alarms
            for vals in self._prepare_dispatches(alarm, people)
            if (vals["alarm"], vals["employee_id"], vals["user_id"]) not in known
        ]
        dispatches = self.env["complaint.dispatch"]._queue(vals_list)
        self._ask_to_phone(dispatches)
        return dispatches

    @api.model
    def _ring_clocks(self, late, soon):
        """Tell of clocks whose time limit is an alarm at any hour.

        :param late, soon: ``complaint.deadline`` records, overdue and nearly so
        """
        return self._ring(
            [
                Alarm(f"{kind}:{clock.id}:{clock.due}", kind, clock.ticket_id)
                for kind, clocks in (("late", late), ("soon", soon - late))
                for clock in clocks
                if clock.policy_id.notify_mode == "any"
            ]
        )

    @api.model
    def _sentences(self):
        """Return ``{kind: sentence}`` with a gap for the number of the case."""
        return {
            "soon": self.env._("Alarm: a time limit of %s is about to run out."),
            "late": self.env._("Alarm: a time limit of %s is overdue."),
            "report": self.env._("Alarm: a leader is needed for %s."),
            "threat": self.env._("Alarm: threat or disruption, %s."),
            "risk": self.env._("Alarm: risk to life or health, %s."),
            "on_spot": self.env._("%s was settled on the spot."),
            "other": self.env._("Something was reported to you, %s."),
        }

    # ----------------------------------------------------------------------
    # To whom
    # ----------------------------------------------------------------------

    @api.model
    def _people_on_duty(self, alarms):
        """Return who is on duty now for the cases of alarms, ``{regulation: employees}``."""
        tickets = self.env["helpdesk.ticket"].union(*(alarm.ticket for alarm in alarms))
        # sudo: complaint.roster - whoever raises the alarm, who is on duty is told
        rosters = self.env["complaint.roster"].sudo()
        return rosters._people_for(tickets.sudo().regulation_id, fields.Datetime.now())

    @api.model
    def _told_already(self, alarms):
        """Return whom was told of what, ``{(key, id of employee, id of user)}``."""
        # sudo: complaint.dispatch - only whether it was told
        dispatches = self.env["complaint.dispatch"].sudo()
        told = dispatches.search([("alarm", "in", [alarm.key for alarm in alarms])])
        return {(item.alarm, item.employee_id.id, item.user_id.id) for item in told}

    @api.model
    def _prepare_dispatches(self, alarm, people):
        """Yield the values of the dispatches of one alarm."""
        # sudo: helpdesk.ticket - who must not know of it, whoever raises it
        ticket = alarm.ticket.sudo()
        employees = people[ticket.regulation_id] if alarm.on_duty else ()
        employees = employees and ticket._may_be_told_on_duty(employees)
        nobody = alarm.on_duty and not employees
        users = alarm.users or self.env["res.users"]
        if nobody:
            users |= ticket._people_in_charge()
        users -= ticket.conflict_user_ids
        if employees:
            # once, by the way of who is on duty
            users -= employees.user_id
        office = ticket.with_context(lang=ticket._paper_lang()).env
        vals = {
            "ticket_id": ticket.id,
            "content": office[self._name]._text(alarm, nobody),
            "alarm": alarm.key,
        }
        for employee in employees or ():
            who = {"addressee": "on_duty", "employee_id": employee.id, "user_id": False}
            yield {**vals, **who}
        for user in users:
            who = {"addressee": "employee", "employee_id": False, "user_id": user.id}
            yield {**vals, **who}

    @api.model
    def _text(self, alarm, nobody):
        """Return what an alarm says, in the current language.

        :param nobody: nobody is on duty
        """
        text = self._sentences()[alarm.kind].replace("%s", alarm.ticket.number)
        if not nobody:
            return text
        space = "" if (self.env.lang or "").startswith("zh") else " "
        return space.join((text, self.env._("Nobody is on duty.")))

    @api.model
    def _ask_to_phone(self, dispatches):
        """Give somebody of the desk a task for each who can only be phoned."""
        # sudo: complaint.dispatch - the task is the system's, whoever raised the alarm
        for dispatch in dispatches.sudo().filtered("is_by_hand"):
            office = dispatch.with_context(lang=dispatch.ticket_id._paper_lang())
            dispatch._chase(
                office.env._(
                    "Phone %(who)s at once. %(what)s",
                    who=office.told_name,
                    what=office.content,
                )
            )


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _may_be_told_on_duty(self, employees):
        """Return those members of staff who may know of one case (THREATS 18)."""
        respondents = self.respondent_ids
        units = respondents.department_id
        below = units.search([("id", "child_of", units.ids)]) if units else units
        return employees.filtered(
            lambda item: (
                item not in respondents.employee_id
                and item.department_id not in below
                and item.work_contact_id not in respondents.partner_id
                and not item.user_id & self.conflict_user_ids
            )
        )

    def _leaders_in_charge(self):
        """Return the leaders of the desk who may know of one case.

        Without any, who is in charge of the office.
        """
        # sudo: helpdesk.ticket - who must not know of it, whoever asks
        ticket = self.sudo()
        members = ticket.team_id.user_id | ticket.team_id.user_ids
        leaders = members.filtered(lambda user: user.has_group(LEADER))
        leaders -= ticket.conflict_user_ids
        own = leaders.filtered(lambda user: not user.has_group(MANAGER))
        return own or leaders or ticket._people_in_charge()
