"""Time limits: one date, a holiday entered late, a morning when nothing is due."""

import time
from datetime import datetime, timedelta

import filled
from cases import SIZE, Ours
from odoo_env import Row, Timer, environment

RUNNING = 100_000
CLOCKS = 1_000_000
DATES = 200


def run(args):
    """Return the rows of time limits."""
    timer = Timer(args.repeat)
    with environment(filled.ours(SIZE, args), args.conf) as env:
        compare_date(timer, env)
    with environment(filled.ours(args.size, args), args.conf) as env:
        clocks = Clocks(env)
        timer.rows.append(clocks.holiday())
        env.cr.rollback()
        clocks.many()
        timer.compare(
            f"scan of {CLOCKS:,} clocks, nothing due",
            {"ours": (env, lambda: clocks.scan)},
            limit=1_000,
        )
    return timer.rows


def compare_date(timer, env):
    """Compare a time limit of 15 working days with the calendar's own planning."""
    from odoo.addons.community_complaint.tools import clock

    regulation = Ours(env).team.regulation_id
    calendar, plain = regulation.calendar_id, regulation._working_calendar()
    rule = clock.Rule(15, "working_day")
    start = datetime.combine(datetime.now().date(), datetime.min.time())
    moments = [start + timedelta(hours=number) for number in range(DATES)]

    def base():
        for moment in moments[:5]:
            calendar.plan_days(15, moment, compute_leaves=True)

    def ours():
        for moment in moments:
            clock.due(rule, moment, plain)

    times, queries = {}, {}
    for label, function, number in (("bare", base, 5), ("ours", ours, DATES)):
        timer.compare(label, {label: (env, lambda function=function: function)})
        row = timer.rows.pop()
        times[label] = row.times[label] * 1000 / number
        queries[label] = row.queries[label] / number
    timer.rows.append(
        Row("one date", times, queries, ratio=0.01, limit=5, most_queries=0, unit="µs")
    )


class Clocks:
    """Very many clocks in one database; nothing of it is kept."""

    def __init__(self, env):
        self.env = env
        self.regulation = Ours(env).team.regulation_id
        self.policy = self.regulation.sla_policy_ids.sorted("sequence")[:1]

    def holiday(self):
        """Let very many clocks run, enter a holiday and return what that takes."""
        env = self.env
        env.cr.execute(
            """
            UPDATE complaint_deadline
               SET state = 'running', start_moment = now() AT TIME ZONE 'UTC',
                   done_moment = NULL, done_date = NULL, was_late = FALSE
             WHERE id IN (SELECT id FROM complaint_deadline
                           WHERE policy_id = %s ORDER BY id LIMIT %s)
            """,
            [self.policy.id, RUNNING],
        )
        running = env.cr.rowcount
        env["complaint.deadline"]._recompute_policies(self.policy)
        env.flush_all()
        last = self._last_message()
        before, start = env.cr.sql_log_count, time.perf_counter()
        self._enter_holiday()
        env.cr.flush()
        seconds = time.perf_counter() - start
        queries = env.cr.sql_log_count - before
        moved = self._logged(last)
        # clocks that ran before move with them
        if moved < running:
            raise RuntimeError(f"{moved} of {running} clocks moved")
        return Row(
            f"holiday entered, {moved:,} clocks moved",
            {"ours": seconds},
            {"ours": queries},
            limit=60,
            unit="s",
        )

    def _enter_holiday(self):
        """Close the office on the day after the clocks started."""
        day = datetime.combine(datetime.now().date(), datetime.min.time())
        calendar = self.regulation._working_calendar()
        first = calendar.next(day.date())
        begin = calendar.day_start(first)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.regulation.calendar_id.id,
                "date_from": begin,
                "date_to": begin + timedelta(hours=20),
            }
        )

    def _last_message(self):
        self.env.cr.execute("SELECT max(id) FROM mail_message")
        return self.env.cr.fetchone()[0]

    def _logged(self, last):
        """Return how many cases were told that a date moved.

        :param last: id of the last message before
        """
        self.env.cr.execute(
            "SELECT count(*) FROM mail_message"
            " WHERE id > %s AND model = 'helpdesk.ticket' AND is_internal",
            [last],
        )
        return self.env.cr.fetchone()[0]

    def many(self):
        """Fill the table up, with clocks that are through, and mark all as told."""
        cr = self.env.cr
        filled.skip_checks(cr)
        cr.execute(
            "SELECT string_agg(quote_ident(column_name), ', ')"
            " FROM information_schema.columns"
            " WHERE table_name = 'complaint_deadline' AND column_name <> 'id'"
        )
        [columns] = cr.fetchone()
        cr.execute("SELECT count(*) FROM complaint_deadline")
        missing = CLOCKS - cr.fetchone()[0]
        cr.execute(
            f"""INSERT INTO complaint_deadline ({columns})
                SELECT {columns}
                  FROM (SELECT * FROM complaint_deadline
                         WHERE state NOT IN ('running', 'on_hold')) done,
                       generate_series(1, 10)
                 LIMIT %s""",
            [max(missing, 0)],
        )
        cr.execute(
            "UPDATE complaint_deadline SET reminded_date = due, escalated_date = due"
            " WHERE state = 'running' AND due IS NOT NULL"
        )
        cr.execute("ANALYZE complaint_deadline")

    def scan(self):
        """Look for what the scheduled action would tell somebody."""
        clocks, now = self.env["complaint.deadline"], datetime.now()
        found = [
            clocks.search(domain)
            for domain in (
                clocks._domain_to_remind(now),
                clocks._domain_to_escalate(now),
                clocks._domain_to_raise(now),
            )
        ]
        clocks._expire_windows()
        return found
