"""The queue of messages: what a run of the scheduled action looks for among very many."""

from unittest.mock import patch

import filled
from odoo_env import Timer, environment

DISPATCHES = 1_000_000


def run(args):
    """Return the rows of dispatches."""
    timer = Timer(args.repeat)
    with environment(filled.ours(args.size, args), args.conf) as env:
        many(env)
        timer.compare(
            f"queue of {DISPATCHES:,} dispatches, nothing to do",
            {"ours": (env, lambda: lambda: scan(env))},
            limit=50,
        )
        timer.compare(
            f"report on one of {DISPATCHES:,}",
            {"ours": (env, lambda: lambda: find(env))},
            limit=50,
        )
    return timer.rows


def many(env):
    """Fill the table up with what was told before; nothing of it is kept."""
    cr = env.cr
    filled.skip_checks(cr)
    cr.execute(
        """
        INSERT INTO complaint_dispatch
               (ticket_id, company_id, duty, addressee, channel, content, state, attempt,
                reference, carrier_key, chased_date, create_date, write_date, sent_date,
                held, tries, create_uid, write_uid)
        SELECT ids[1 + n %% cardinality(ids)], companies[1 + n %% cardinality(ids)],
               CASE n %% 4 WHEN 0 THEN 'serve' ELSE 'tell' END, 'complainant',
               CASE n %% 3 WHEN 0 THEN 'sms' WHEN 1 THEN 'email' ELSE 'post' END, 'x',
               CASE n %% 5 WHEN 0 THEN 'read' WHEN 1 THEN 'delivered' ELSE 'sent' END, 1,
               md5(n::text), CASE n %% 3 WHEN 0 THEN 'k' || n END,
               CASE n %% 4 WHEN 0 THEN moment END, moment, moment, moment,
               FALSE, 0, 1, 1
          FROM (SELECT n, now() AT TIME ZONE 'UTC' - n * interval '30 seconds' moment
                  FROM generate_series(1, %s) n) series,
               (SELECT array_agg(id) ids, array_agg(company_id) companies
                  FROM (SELECT id, company_id FROM helpdesk_ticket
                         WHERE is_complaint LIMIT 10000) first_ones) cases
        """,
        [DISPATCHES],
    )
    cr.execute("ANALYZE complaint_dispatch")
    env.invalidate_all()


def scan(env):
    """Run the scheduled action; it finds nothing to hand over, to serve or to chase."""
    cron = type(env["ir.cron"])
    with patch.object(cron, "_commit_progress", lambda *_args, **_named: 60):
        env["complaint.dispatch"]._cron_deliver()


def find(env):
    """Look for the message that a carrier reports on."""
    return env["complaint.dispatch"]._take_sms_report("k3000", "delayed", "x")
