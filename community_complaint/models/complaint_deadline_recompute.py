from collections import namedtuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.clock import NOTHING
from ..tools.working_calendar import CalendarError

#: Clocks that are worked out and written at once.
_BATCH = 5_000
#: What is read of a clock to work it out again.
_Row = namedtuple(
    "_Row", "id ticket_id title start set_date due due_date reminder reminded"
)
_COLUMNS = SQL(
    "clock.id, clock.ticket_id, clock.title, clock.start_moment, clock.set_date,"
    " clock.due, clock.due_date, clock.reminder_moment, clock.reminded_date"
)
#: What is written of it, in order.
_WORKED_OUT = ("start_date", "due", "due_date", "reminder_moment", "problem")


class ComplaintDeadlineRecount(models.AbstractModel):
    """Running clocks follow their policy and calendar, in bulk.

    Some hundred thousand clocks may run when a holiday is entered: they are read,
    worked out and written in sets, with the same few queries however many they are.
    """

    _name = "complaint.deadline.recount"
    _description = "Recounting of Clocks"

    @api.model
    def _follow_policies(self, policies):
        """Let running clocks wait for the event their policy names now."""
        for policy in policies:
            # sudo: complaint.deadline - all clocks follow, whoever changes a policy
            self.sudo().search(
                [("policy_id", "=", policy.id), ("state", "in", ("running", "on_hold"))]
            )._write_sealed(
                "followed",
                {"end_event": policy.end_event, "is_window": policy.is_window},
            )

    @api.model
    def _recompute_calendars(self, calendar_ids):
        """Work out again the running clocks of offices with these calendars."""
        # sudo: complaint.regulation - all clocks follow, whoever enters a holiday
        regulations = (
            self.env["complaint.regulation"]
            .sudo()
            .with_context(active_test=False)
            .search([("calendar_id", "in", calendar_ids)])
        )
        return self._recompute_regulations(regulations)

    @api.model
    def _recompute_regulations(self, regulations):
        """Work out again all running clocks of regulations, archived limits included."""
        policies = regulations.with_context(active_test=False).sla_policy_ids
        changed = self._recompute_clocks(policies)
        for regulation in regulations:
            rows = self._rows_without_policy(regulation)
            changed += self._recompute_rows(policies.browse(), regulation, rows, {})
        self._follow_next_due(changed)
        self.env["complaint.duty.task"]._follow_calendars(regulations)
        return len(changed)

    @api.model
    def _recompute_policies(self, policies):
        """Work out again the running clocks of policies.

        :return: number of clocks that changed
        """
        changed = self._recompute_clocks(policies)
        self._follow_next_due(changed)
        return len(changed)

    @api.model
    def _recompute_clocks(self, policies):
        """Do so without the cases, whose rows are wide: once for all of their clocks.

        :return: ids of the clocks that changed
        """
        return [id_ for policy in policies for id_ in self._recompute_running(policy)]

    @api.model
    def _recompute_running(self, policy):
        """Work out again the running clocks of one policy; log old and new dates."""
        self.env.flush_all()
        changed, last, bodies = [], 0, {}
        # sudo: complaint.regulation - a time limit is the same whoever asks
        regulation = policy.sudo().regulation_id
        while rows := self._rows_to_recompute(policy.id, last):
            last = rows[-1][0]
            changed += self._recompute_rows(policy, regulation, rows, bodies)
        if changed:
            self.env.invalidate_all(flush=False)
        return changed

    @api.model
    def _rows_to_recompute(self, policy_id, after):
        """Return rows of :data:`_Row`."""
        return self.env.execute_query(
            SQL(
                """
                SELECT %s
                  FROM complaint_deadline clock
                 WHERE policy_id = %s AND state = 'running' AND id > %s
              ORDER BY id
                 LIMIT %s
                """,
                _COLUMNS,
                policy_id,
                after,
                _BATCH,
            )
        )

    @api.model
    def _rows_without_policy(self, regulation):
        """Return the rows of the clocks that a leader set and no policy names."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT %s
                  FROM complaint_deadline clock
                  JOIN helpdesk_ticket ticket ON ticket.id = clock.ticket_id
                 WHERE clock.policy_id IS NULL AND clock.state = 'running'
                   AND ticket.regulation_id = %s
                """,
                _COLUMNS,
                regulation.id,
            )
        )

    @api.model
    def _recompute_rows(self, policy, regulation, rows, bodies):
        """Work out rows, write and log those that changed.

        :param bodies: what was logged of the policy's clocks before, which grows
        :return: ids of the clocks that changed
        """
        calendar = _calendar_of(regulation)
        spec = policy and policy._spec_of(policy.id)
        special = self._special_of([row[0] for row in rows])
        now = fields.Datetime.now()
        changed, moved = [], []
        for row in map(_Row._make, rows):
            if row.set_date:
                vals = self._work_out_set_date(
                    row.start, row.set_date, regulation, policy.id
                )
            else:
                own = special.get(row.id, NOTHING)
                vals = self._work_out(spec, row.start, regulation, own, calendar)
            new = [vals[name] or None for name in _WORKED_OUT]
            if new[1:4] == [row.due, row.due_date, row.reminder]:
                continue
            again = row.reminded and new[3] and new[3] > now
            changed.append((row.id, *new, None if again else row.reminded))
            if (row.due, row.due_date) != (new[1], new[2]):
                moved.append((row, new[1], new[2]))
        self._write_recomputed(changed, now)
        if policy.id in policy._awaited():
            self._follow_silences([row[0] for row in changed])
        if spec and spec.at_once:
            dates = [
                {"policy_id": spec.id, "due": item[2], "reminder_moment": item[4]}
                for item in changed
            ]
            self._wake_up(dates, {spec.id})
        self._log_recomputed(policy, regulation, moved, bodies)
        return [row[0] for row in changed]

    @api.model
    def _special_of(self, ids):
        """Return ``{clock id: Special}`` of the clocks to which something happened."""
        # sudo: complaint.deadline - all clocks follow
        clocks = self.sudo().browse(ids)
        holds = self.env["complaint.deadline.hold"].sudo()  # sudo: as above
        extensions = self.env["complaint.deadline.extension"].sudo()  # sudo: as above
        found = holds.search([("deadline_id", "in", clocks.ids)]).deadline_id
        found |= extensions.search(
            [("deadline_id", "in", clocks.ids), ("state", "=", "approved")]
        ).deadline_id
        return {deadline.id: deadline._special() for deadline in found}

    @api.model
    def _write_recomputed(self, changed, now):
        """Write ``[(id, *values of _WORKED_OUT, reminded)]``."""
        if not changed:
            return
        columns = [list(column) for column in zip(*changed, strict=True)]
        self.env.execute_query(
            SQL(
                """
                UPDATE complaint_deadline clock
                   SET start_date = new.start_date,
                       due = new.due,
                       due_date = new.due_date,
                       reminder_moment = new.reminder,
                       problem = new.problem,
                       reminded_date = new.reminded,
                       escalated_date = CASE WHEN new.due > %(now)s
                                             THEN NULL ELSE clock.escalated_date END,
                       raise_moment = CASE WHEN new.due > %(now)s
                                           THEN NULL ELSE clock.raise_moment END,
                       write_date = %(now)s,
                       write_uid = %(uid)s
                  FROM unnest(%(ids)s, %(starts)s::date[], %(dues)s::timestamp[],
                              %(days)s::date[], %(reminders)s::timestamp[],
                              %(problems)s::varchar[], %(reminded)s::timestamp[])
                    AS new(id, start_date, due, due_date, reminder, problem, reminded)
                 WHERE clock.id = new.id AND clock.state = 'running'
             RETURNING 1
                """,
                now=now,
                uid=self.env.uid,
                ids=columns[0],
                starts=columns[1],
                dues=columns[2],
                days=columns[3],
                reminders=columns[4],
                problems=columns[5],
                reminded=columns[6],
            )
        )

    @api.model
    def _follow_silences(self, ids):
        """Bring what began when clocks ran out in line with their new last days."""
        # sudo: complaint.deadline - all clocks follow
        clocks = self.sudo().browse(ids)
        clocks.invalidate_recordset(_WORKED_OUT)
        silent = clocks.filtered("ran_out_date")
        if silent:
            silent._correct_silences()
            # what is recounted in sets forgets what waits to be written
            self.env.flush_all()

    @api.model
    def _follow_next_due(self, ids):
        """Bring what cases know of their clocks in line with the clocks."""
        if not ids:
            return
        self.env.execute_query(
            SQL(
                """
                UPDATE helpdesk_ticket ticket
                   SET next_due = new.due,
                       next_due_date = new.due_date,
                       next_reminder = new.reminder
                  FROM (SELECT ticket_id, min(due) AS due, min(due_date) AS due_date,
                               min(reminder_moment) AS reminder
                          FROM complaint_deadline
                         WHERE ticket_id IN (SELECT ticket_id FROM complaint_deadline
                                              WHERE id = ANY(%s))
                           AND state = 'running' AND is_window IS NOT TRUE
                      GROUP BY ticket_id) new
                 WHERE ticket.id = new.ticket_id
                   AND (ticket.next_due, ticket.next_due_date, ticket.next_reminder)
                       IS DISTINCT FROM (new.due, new.due_date, new.reminder)
             RETURNING 1
                """,
                ids,
            )
        )
        self.env.invalidate_all(flush=False)

    @api.model
    def _log_recomputed(self, policy, regulation, moved, bodies):
        """Log on the cases from which date to which a clock moved.

        One statement for all: thousands of messages by the ORM take minutes.

        :param moved: ``[(row, new due, new due date)]``
        :param bodies: texts that were made before, since most clocks move alike
        """
        if not moved:
            return
        lang = regulation.company_id.partner_id.lang or self.env.lang
        policy = policy.with_context(lang=lang)
        name = policy.name
        written = []
        for row, due, day in moved:
            key = (row.title, *_told_move(row.due, row.due_date, due, day))
            if key not in bodies:
                bodies[key] = policy._recomputed_body(
                    regulation, row.title or name, *key[1:]
                )
            written.append(bodies[key])
        self.env.execute_query(
            SQL(
                """
                INSERT INTO mail_message
                            (model, res_id, body, message_type, subtype_id, author_id,
                             is_internal, date, create_date, create_uid,
                             write_date, write_uid)
                     SELECT 'helpdesk.ticket', res_id, body, 'notification',
                            %(subtype)s, %(author)s, TRUE, %(now)s, %(now)s, %(uid)s,
                            %(now)s, %(uid)s
                       FROM unnest(%(ids)s, %(bodies)s) AS log(res_id, body)
                  RETURNING 1
                """,
                subtype=self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
                author=self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root"),
                now=fields.Datetime.now(),
                uid=self.env.uid,
                ids=[row.ticket_id for row, *_dates in moved],
                bodies=written,
            )
        )


def _calendar_of(regulation):
    """Return an office's calendar, ``None`` if it makes no sense: each clock says so."""
    try:
        return regulation._working_calendar()
    except CalendarError:
        return None


def _told_move(old_due, old_day, new_due, new_day):
    """Return what is said of a due date that moved: times only within one day."""
    if old_day == new_day:
        return old_due, old_day, new_due, new_day
    return None, old_day, None, new_day
