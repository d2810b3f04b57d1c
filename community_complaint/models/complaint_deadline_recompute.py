from odoo import api, fields, models
from odoo.tools import SQL

#: Clocks that are worked out and written at once.
_BATCH = 5_000


class ComplaintDeadline(models.Model):
    """Running clocks follow their policy and calendar, in bulk.

    Some hundred thousand clocks may run when a holiday is entered: they are read,
    worked out and written in sets, with the same few queries however many they are.
    """

    _inherit = "complaint.deadline"

    @api.model
    def _follow_policies(self, policies):
        """Let running clocks wait for the event their policy names now."""
        for policy in policies:
            # sudo: complaint.deadline - all clocks follow, whoever changes a policy
            self.sudo().search(
                [("policy_id", "=", policy.id), ("state", "in", ("running", "on_hold"))]
            ).write({"end_event": policy.end_event, "is_window": policy.is_window})

    @api.model
    def _recompute_calendars(self, calendar_ids):
        """Work out again the running clocks of offices with these calendars."""
        # sudo: complaint.sla.policy - all clocks follow, whoever enters a holiday
        policies = (
            self.env["complaint.sla.policy"]
            .sudo()
            .with_context(active_test=False)
            .search([("regulation_id.calendar_id", "in", calendar_ids)])
        )
        return self._recompute_policies(policies)

    @api.model
    def _recompute_policies(self, policies):
        """Work out again the running clocks of policies.

        :return: number of clocks that changed
        """
        return sum(self._recompute_running(policy) for policy in policies)

    @api.model
    def _recompute_running(self, policy):
        """Work out again the running clocks of one policy; log old and new dates."""
        self.env.flush_all()
        changed, last = 0, 0
        while rows := self._rows_to_recompute(policy.id, last):
            last = rows[-1][0]
            changed += self._recompute_rows(policy, rows)
        if changed:
            self.env.invalidate_all(flush=False)
        return changed

    @api.model
    def _rows_to_recompute(self, policy_id, after):
        """Return ``[(id, ticket id, start, due, due date, reminder, reminded)]``."""
        return self.env.execute_query(
            SQL(
                """
                SELECT id, ticket_id, start_moment, due, due_date, reminder_moment,
                       reminded_date
                  FROM complaint_deadline
                 WHERE policy_id = %s AND state = 'running' AND id > %s
              ORDER BY id
                 LIMIT %s
                """,
                policy_id,
                after,
                _BATCH,
            )
        )

    @api.model
    def _recompute_rows(self, policy, rows):
        """Work out rows, write and log those that changed."""
        spec = policy._spec_of(policy.id)
        # sudo: complaint.regulation - a time limit is the same whoever asks
        regulation = policy.sudo().regulation_id
        special = self._holds_and_extensions([row[0] for row in rows])
        now = fields.Datetime.now()
        changed, moved = [], []
        for id_, ticket_id, start, due, day, reminder, reminded in rows:
            holds, extensions = special.get(id_, ((), ()))
            vals = self._work_out(spec, start, regulation, holds, extensions)
            new = [
                vals[name] or None
                for name in (
                    "start_date",
                    "due",
                    "due_date",
                    "reminder_moment",
                    "problem",
                )
            ]
            if new[1:4] == [due, day, reminder]:
                continue
            if reminded and new[3] and new[3] > now:
                reminded = None
            changed.append((id_, *new, reminded, new[1] != due and bool(new[1])))
            if (due, day) != (new[1], new[2]):
                moved.append((ticket_id, day, new[2]))
        self._write_recomputed(changed, now)
        self._follow_next_due([ticket_id for ticket_id, *_dates in moved])
        self._log_recomputed(policy, moved)
        return len(changed)

    @api.model
    def _holds_and_extensions(self, ids):
        """Return ``{clock id: (holds, extensions)}`` of the clocks that have any."""
        special = {}
        # sudo: complaint.deadline - all clocks follow
        clocks = self.sudo().browse(ids)
        holds = self.env["complaint.deadline.hold"].sudo()  # sudo: as above
        extensions = self.env["complaint.deadline.extension"].sudo()  # sudo: as above
        found = holds.search([("deadline_id", "in", clocks.ids)]).deadline_id
        found |= extensions.search(
            [("deadline_id", "in", clocks.ids), ("state", "=", "approved")]
        ).deadline_id
        for deadline in found:
            special[deadline.id] = (deadline._holds(), deadline._extensions())
        return special

    @api.model
    def _write_recomputed(self, changed, now):
        """Write ``[(id, start date, due, due date, reminder, problem, reminded, …)]``."""
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
    def _follow_next_due(self, ticket_ids):
        """Bring the next due date of cases in line with their clocks."""
        if not ticket_ids:
            return
        self.env.execute_query(
            SQL(
                """
                UPDATE helpdesk_ticket ticket
                   SET next_due = new.due, next_due_date = new.due_date
                  FROM (SELECT ticket_id, min(due) AS due, min(due_date) AS due_date
                          FROM complaint_deadline
                         WHERE ticket_id = ANY(%s) AND state = 'running'
                           AND is_window IS NOT TRUE
                      GROUP BY ticket_id) new
                 WHERE ticket.id = new.ticket_id
             RETURNING 1
                """,
                ticket_ids,
            )
        )

    @api.model
    def _log_recomputed(self, policy, moved):
        """Log on the cases from which date to which a clock moved.

        One statement for all: thousands of messages by the ORM take minutes.

        :param moved: ``[(ticket id, old date, new date)]``
        """
        if not moved:
            return
        lang = policy.company_id.partner_id.lang or self.env.lang
        policy = policy.with_context(lang=lang)
        bodies = {}
        for _ticket_id, old, new in moved:
            if (old, new) not in bodies:
                bodies[old, new] = policy._recomputed_body(old, new)
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
                ids=[ticket_id for ticket_id, *_dates in moved],
                bodies=[bodies[old, new] for _ticket_id, old, new in moved],
            )
        )
