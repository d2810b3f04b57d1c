"""Mail that comes in, from the gateway to the commit, beside the bare helpdesk.

A complaint's mail is kept in a transaction of its own, so nothing here is rolled back: it
happens in copies of the small databases.
"""

import gc
import statistics
import time

import filled
from odoo_env import Row, environment

from tools import databases

SIZE = 2_000
DOMAIN = "office.example"
#: Mails of a round: one alone is quicker than the clock's noise.
MAILS = 5
MAIL = """\
From: Li Lei <li{number}@resident.example>
To: {to}
Subject: Noise at night
Message-Id: <bench-{number}@resident.example>
Date: Mon, 02 Nov 2026 09:00:00 +0800
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Every night there is drilling on the fourth floor until two in the morning.
Please do something about it. It has been like this for three weeks.
"""


def run(args):
    """Return the row of mail coming in."""
    sides = {
        "bare": Gateway("bare", filled.bare(SIZE, args), args, "Bare"),
        "ours": Gateway("ours", filled.ours(SIZE, args), args, "R01"),
    }
    times, queries = {label: [] for label in sides}, {}
    try:
        for turn in range(args.repeat + 1):
            for label, side in sides.items():
                seconds, queries[label] = side.receive(turn)
                if turn:  # the first turn warms the caches
                    times[label].append(seconds * 1000)
    finally:
        for side in sides.values():
            side.close()
    medians = {label: statistics.median(values) for label, values in times.items()}
    return [Row("mail in", medians, queries, ratio=0.8, most_queries=50)]


def prepare_mail(env, port=None):
    """Let mail come in for a domain and, with a port, go out to a server here."""
    env["ir.mail_server"].search([]).active = False
    if port:
        env["ir.mail_server"].create(
            {"name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": port}
        )
    domain = env["mail.alias.domain"].create({"name": DOMAIN})
    companies = env["res.company"].search([])
    companies.alias_domain_id = domain
    companies.partner_id.email = f"office@{DOMAIN}"
    env["helpdesk.ticket.team"].search([]).alias_id.alias_domain_id = domain
    env.flush_all()


class Gateway:
    """The mail gateway of a database of its own."""

    def __init__(self, label, source, args, team):
        self.conf, self.label = args.conf, label
        self.database = f"{filled.PREFIX}_mail_{label}"
        databases.copy(source, self.database)
        with environment(self.database, self.conf) as env:
            prepare_mail(env)
            domain = [("company_id", "=", env.company.id)]
            if label == "ours":
                domain.append(("regulation_id.code", "=", team))
            else:
                domain.append(("name", "=", team))
            desk = env["helpdesk.ticket.team"].search(domain, limit=1)
            if label == "ours":
                # a bench is no flood
                desk.write({"mail_limit": 10_000, "mail_domain_limit": 10_000})
            self.address = f"{desk.alias_name}@{DOMAIN}"
            env.cr.commit()

    def receive(self, turn):
        """Return seconds and queries of one mail, in all its transactions."""
        from odoo import sql_db

        mails = [
            MAIL.format(number=f"{turn}-{index}", to=self.address).encode()
            for index in range(MAILS)
        ]
        gc.collect()
        gc.disable()
        before, start = sql_db.sql_counter, time.perf_counter()
        for mail in mails:
            with environment(self.database, self.conf) as env:
                ticket = env["mail.thread"].message_process(False, mail)
                env.cr.commit()
        seconds = time.perf_counter() - start
        gc.enable()
        if not ticket:
            raise RuntimeError(f"{self.label}: the mail became no ticket")
        return seconds / MAILS, (sql_db.sql_counter - before) / MAILS

    def close(self):
        """Forget the database."""
        filled.close(self.database)
        databases.drop(self.database)
