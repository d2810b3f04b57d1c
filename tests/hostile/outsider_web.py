"""Outsiders who try what the server, the base and the website answer; floods, bytes, times."""

import re
import socket
import statistics

from ground import file, numbered, ref
from outsider import case_count, secret_of, visit


def base_routes(ground, who):
    """Routes of Odoo and of the website that show, search or make any record."""
    wire = visit(ground, who)
    words = ("亓官澹雅", "榆钱巷灯笼", "TS2026-00068", "槐花弄堂")
    secret = secret_of(ground, "confidential")
    gets = (
        *(f"/website/search?search={word}" for word in words),
        "/sitemap.xml",
        "/robots.txt",
        "/website/info",
        "/jsonrpc",
        "/xmlrpc/2/common",
        "/web/database/manager",
        "/web/database/selector",
        "/web/login?db=postgres",
        "/doc",
        "/doc-bearer/helpdesk.ticket.json",
        "/web/webclient/translations",
        "/web/session/modules",
        "/web/tests",
        "/web/become",
        "/odoo",
        "/my",
        "/my/home",
        "/my/tickets",
        "/my/tickets/page/2",
        "/my/counters",
        "/new/ticket",
        "/helpdesk",
        "/r/abc",
        "/mail/track/1/x/blank.gif",
        "/mail/tracking/open/h/1/blank.gif",
        "/mailing/1/view",
        "/unsubscribe_from_list",
        "/survey/start/1",
        "/survey/print/1",
        "/calendar/view/1",
        "/calendar/meeting/accept?token=1&id=1",
        "/digest/1/unsubscribe",
        "/web/image/res.partner/3/avatar_128",
        "/web/image/res.users/11/image_1920",
        "/website/image/res.partner/20/image",
        "/partners/3",
        "/web/content/1",
        "/web/assets/1/x/x.js",
        "/web/static/../../../../../etc/passwd",
        "/community_complaint/static/../models/complaint_identity.py",
        "/community_complaint/__manifest__.py",
        "/web/static/%2e%2e/%2e%2e/odoo.conf",
        "//evil.example/",
        "/web/login?redirect=https://evil.example",
        "/web/signup",
        "/web/reset_password",
        "/auth_totp/x",
        "/web/session/logout?redirect=https://evil.example",
        "/mail/unfollow?model=helpdesk.ticket&res_id=86&pid=3&token=x",
        "/mail/message/1",
        "/discuss/channel/1",
        "/chat/1/x",
        "/website/force/1?path=https://evil.example",
        "/@/complaints",
        "/website/track_seo",
        "/complaints/told/",
        "/complaints/told/x/paper",
        "/complaints/told/x/file/1",
        "/complaint/sms/state",
        "/web/qweb",
    )
    for path in gets:

        def run(trial, path=path):
            answer = trial.see(wire.get(path), said=words)
            place = answer.headers.get("Location", "")
            if "evil.example" in place and not place.startswith(("/", ground.url)):
                trial.success(f"{path} leads to {place}")
            if b"root:" in answer.body or b"_inherit" in answer.body:
                trial.success(f"{path} sends a file of the server")

        yield "route of the base", path[:60], run
    posts = {
        "/website/snippet/autocomplete": [
            {
                "search_type": kind,
                "term": word,
                "max_nb_chars": 50,
                "options": {"displayDescription": True},
            }
            for kind in ("all", "pages", "helpdesk.ticket", "tickets")
            for word in words
        ],
        "/mail/data": [
            {
                "fetch_params": [
                    [
                        "mail.thread",
                        {
                            "thread_model": "helpdesk.ticket",
                            "thread_id": secret.ticket,
                            "request_list": ["followers", "attachments"],
                        },
                    ]
                ]
            },
            {"fetch_params": ["init_messaging", "systray_get_activities"]},
        ],
        "/mail/thread/messages": [
            {"thread_model": "helpdesk.ticket", "thread_id": secret.ticket},
            {
                "thread_model": "helpdesk.ticket",
                "thread_id": secret.ticket,
                "token": "x",
                "hash": "x",
                "pid": 3,
            },
        ],
        "/mail/message/post": [
            {
                "thread_model": "helpdesk.ticket",
                "thread_id": secret.ticket,
                "post_data": {"body": "hx"},
                "token": "x",
            }
        ],
        "/mail/message/reaction": [{"message_id": 1, "content": "x", "action": "add"}],
        "/mail/chatter_fetch": [
            {"thread_model": "helpdesk.ticket", "thread_id": secret.ticket}
        ],
        "/mail/chatter_init": [
            {"thread_model": "helpdesk.ticket", "thread_id": secret.ticket}
        ],
        "/mail/attachment/delete": [{"attachment_id": 1}],
        "/portal/chatter_init": [
            {"thread_model": "helpdesk.ticket", "thread_id": secret.ticket}
        ],
        "/web/dataset/call_kw": [
            {
                "model": "helpdesk.ticket",
                "method": "read",
                "args": [[secret.ticket]],
                "kwargs": {},
            },
            {
                "model": "complaint.identity",
                "method": "search_read",
                "args": [[]],
                "kwargs": {},
            },
        ],
        "/web/dataset/call_button": [
            {
                "model": "helpdesk.ticket",
                "method": "action_close",
                "args": [[secret.ticket]],
                "kwargs": {},
            }
        ],
        "/web/action/run": [{"action_id": key} for key in (1, 2, 3, 50, 100)],
        "/web/action/load": [{"action_id": "helpdesk_mgmt.action_helpdesk_ticket"}],
        "/jsonrpc": [
            {"service": "db", "method": "list", "args": []},
            {"service": "db", "method": "dump", "args": ["admin", "x", "zip"]},
            {
                "service": "object",
                "method": "execute_kw",
                "args": [
                    ground.server.database,
                    3,
                    "",
                    "helpdesk.ticket",
                    "search_read",
                    [[]],
                ],
            },
        ],
        "/websocket/peek_notifications": [
            {
                "channels": [
                    f"mail.thread_helpdesk.ticket_{secret.ticket}",
                    "broadcast",
                ],
                "last": 0,
                "is_first_poll": True,
            }
        ],
        "/web/model/get_definitions": [{"model_names": ["helpdesk.ticket"]}],
        "/website/get_suggested_links": [{"needle": "complaints"}],
        "/rating/add": [{"ticket": secret.ticket}],
        "/my/counters": [{"counters": ["ticket_count", "complaint_count"]}],
        "/base_setup/data": [{}],
        "/survey/submit/1/x": [{}],
    }
    for path, asked in posts.items():

        def call(trial, path=path, asked=asked):
            for params in asked:
                trial.see(wire.json(path, params), said=words)

        yield "JSON route of the base", path, call
    forms = {
        "/website/form/helpdesk.ticket": {
            "name": "hx",
            "description": "hx",
            "team_id": 4,
        },
        "/website/form/complaint.identity": {"name": "hx", "ticket_id": secret.ticket},
        "/website/form/complaint.evidence": {"name": "hx", "ticket_id": secret.ticket},
        "/website/form/mail.mail": {"email_to": "x@evil.example", "body_html": "hx"},
        "/website/form/crm.lead": {"name": "hx", "ticket_id": secret.ticket},
        "/submitted/ticket": {
            "subject": "hx",
            "description": "hx",
            "category": 1,
            "team": 4,
        },
        "/ticket/close": {"ticket_id": secret.ticket, "stage_id": 1},
        "/mail/attachment/upload": {
            "thread_id": secret.ticket,
            "thread_model": "helpdesk.ticket",
        },
        "/portal/attachment/add": {
            "res_model": "helpdesk.ticket",
            "res_id": secret.ticket,
            "name": "x",
        },
        "/web/binary/upload_attachment": {
            "model": "helpdesk.ticket",
            "id": secret.ticket,
        },
        "/web/database/backup": {"master_pwd": "admin", "name": ground.server.database},
        "/web/database/drop": {"master_pwd": "admin", "name": ground.server.database},
        "/web/login": {"login": "custodian", "password": "password"},
        "/web/reset_password": {"login": "custodian"},
        "/complaint/sms/state": {"id": 1, "state": "delivered"},
        "/complaint/sms/inbound": {"from": "19912340001", "text": "hx"},
        "/mailing/blocklist/add": {"email": "x@y.z"},
    }
    for path, fields in forms.items():

        def send(trial, path=path, fields=fields):
            before = case_count(ground)
            parts = [
                ("ufile", "a.txt", b"x", "text/plain"),
                ("file", "a.txt", b"x", "text/plain"),
            ]
            trial.see(wire.send(path, fields, parts))
            trial.see(wire.send(path, fields))
            trial.see(wire.json(path, fields))
            if case_count(ground) != before:
                trial.success(f"{path} wrote a case or a message")

        yield "form of the base", path, send


def floods(ground, who):
    """Too much of everything."""
    wire = visit(ground, who)
    kind = ref(ground, "community_complaint.type_noise")
    big = "长" * 400_000

    def large(trial):
        for path in ("/complaints/track", "/complaints/new", "/complaints/new/again"):
            answer = trial.see(wire.send(path, {"code": big}))
            if answer.seconds > 10:
                trial.success(f"{path} took {answer.seconds:.0f} s")

    def many_fields(trial):
        fields = {f"f{number}": "x" for number in range(5000)}
        trial.see(wire.send("/complaints/track", fields))

    def long_story(trial):
        base = "/complaints/new" if who == "visitor" else "/my/complaints/new"
        person = {"name": "长", "phone": "13700000009", "confidentiality": "open"}
        answer = file(wire, base, kind, {"what": big}, person)
        trial.see(answer)

    def many_cases(trial):
        """Filed by a robot without an account: braked some time."""
        states = []
        for number in range(60):
            visitor = visit(ground, who)
            base = "/complaints/new" if who == "visitor" else "/my/complaints/new"
            form = visitor.form(base)
            answer = visitor.post(base, {**form, "kind": kind})
            second = answer.headers.get("Location")
            if not second:
                states.append(answer.status)
                break
            answer = visitor.post(
                second, {**visitor.form(second), "what": f"hx {number}"}
            )
            third = answer.headers.get("Location")
            if not third:
                states.append(answer.status)
                break
            person = {"name": "hx", "phone": "13700000008", "confidentiality": "open"}
            answer = visitor.post(third, {**visitor.form(third), **person})
            states.append(answer.status)
            trial.attempt.calls += 1
            if answer.status == 429:
                break
        if 429 not in states:
            trial.success(f"60 cases in a row were not braked: {states[-3:]}")

    for name, run in (
        ("large", large),
        ("many fields", many_fields),
        ("long story", long_story),
        ("60 cases", many_cases),
    ):
        yield "flood", name, run


def times(ground, who):
    """What takes longer when something is there."""
    wire = visit(ground, who)
    hidden, missing = secret_of(ground, "confidential"), "TS2026-99999"
    pairs = {
        "case by number": (
            lambda: wire.get(f"/my/complaints/{hidden.number}"),
            lambda: wire.get(f"/my/complaints/{missing}"),
        ),
        "login": (
            lambda: wire.json(
                "/web/session/authenticate",
                {"db": ground.server.database, "login": "custodian", "password": "x"},
            ),
            lambda: wire.json(
                "/web/session/authenticate",
                {"db": ground.server.database, "login": "nobodyx", "password": "x"},
            ),
        ),
        "told": (
            lambda: wire.get("/complaints/told/" + "a" * 43),
            lambda: wire.get("/complaints/told/" + "b" * 43),
        ),
    }
    for name, (one, two) in pairs.items():

        def run(trial, one=one, two=two, name=name):
            if who in hidden.knows:
                return
            first, second = [], []
            for _turn in range(12 if name != "login" else 3):
                a, b = one(), two()
                first.append(a.seconds)
                second.append(b.seconds)
                trial.see(a)
                trial.see(b)
            trial.same(a, b, (hidden.number, missing, "custodian", "nobodyx"), name)
            gap = abs(statistics.median(first) - statistics.median(second))
            if gap > 0.05 and gap > 0.6 * min(map(statistics.median, (first, second))):
                trial.success(f"{name}: {gap * 1000:.0f} ms apart")

        yield "time", name, run


def tokens(ground, who):
    """Links that were sent to somebody else, bent."""
    wire = visit(ground, who)
    rows = ground.sql(
        "select table_name, column_name from information_schema.columns where"
        " table_schema = 'public' and column_name ~ 'token' and table_name ~"
        " 'complaint|helpdesk'"
    )

    def bent(trial):
        for table, column in rows:
            for (value,) in ground.sql(
                f'select distinct "{column}"::text from {table} where "{column}" is not'
                " null limit 5"
            ):
                # a column of the database must not be a key by itself
                for path in (
                    f"/complaints/told/{value}",
                    f"/complaints/told/{value}/paper",
                ):
                    answer = trial.see(wire.get(path))
                    if answer.status == 200 and re.search(r"TS\d{4}", answer.text):
                        trial.success(f"{table}.{column} opens {path}")

    yield "links sent to others", "columns of the database", bent
    for text in (
        "",
        "a",
        "A" * 43,
        "A" * 500,
        "../track",
        "%00",
        "1.1.1",
        "eyJhbGciOiJub25lIn0.e30.",
    ):
        for end in ("", "/paper", "/file/1", "/read"):

            def run(trial, text=text, end=end):
                path = f"/complaints/told/{text}{end}"
                trial.see(wire.get(path))
                trial.see(wire.send(path))

            yield "links sent to others", f"{text[:16]}{end}", run


def kept_keys(ground, who):
    """Keys of the base that lie in the database, used where the base takes them."""
    wire = visit(ground, who)
    tables = ground.sql(
        "select table_name from information_schema.columns where table_schema = 'public'"
        " and column_name = 'access_token' order by 1"
    )

    def run(trial, table):
        for key, word in ground.sql(
            f'select id, access_token from "{table}" where access_token is not null'
            " order by id desc limit 12"
        ):
            for path in (
                f"/my/ticket/{key}?access_token={word}",
                f"/mail/view?model=helpdesk.ticket&res_id={key}&access_token={word}",
                f"/rate/{word}/5",
                f"/web/content/{key}?access_token={word}",
                f"/web/image/{key}?access_token={word}",
                f"/my/complaints/{key}?access_token={word}",
            ):
                trial.see(wire.get(path))
            thread = {"thread_model": "helpdesk.ticket", "thread_id": key}
            for path in ("/mail/thread/messages", "/portal/chatter_init"):
                trial.see(wire.json(path, {**thread, "token": word}))
            post = {**thread, "post_data": {"body": "hx"}, "token": word}
            before = case_count(ground)
            trial.see(wire.json("/mail/message/post", post))
            if case_count(ground) != before:
                trial.success(f"a key of {table} writes on a case")

    for (table,) in tables:
        yield "kept key", table, lambda t, n=table: run(t, n)


def given_away(ground, who):
    """A case that a custodian took off an account is not that account's any more."""
    if who == "visitor":
        return
    kind = ref(ground, "community_complaint.type_other")

    def run(trial):
        mine, custodian = visit(ground, who), ground.people["custodian"]
        person = {"name": "借名", "phone": "13700000017", "confidentiality": "open"}
        matter = {"what": "hx 桂花坡的路灯灭了"}
        page = file(
            mine, "/my/complaints/new", kind, matter, person, ground.desks["R01"]
        )
        number = numbered(page)
        [(row,)] = ground.sql(
            "select i.id from complaint_identity i join helpdesk_ticket t on"
            " t.id = i.ticket_id where t.number = %s",
            [number],
        )
        taken = custodian.call(
            "complaint.identity", "write", [row], {"partner_id": False}
        )
        if taken.error:
            trial.attempt.found.append(f"not taken off: {taken.told[:80]}")
            return
        for path in (
            f"/my/complaints/{number}",
            "/my/complaints",
            f"/my/complaints/{number}?done=message",
        ):
            if "桂花坡" in trial.see(mine.get(path)).text:
                trial.success(f"{path} shows what was taken off the account")
        before = case_count(ground)
        for end in ("message", "withdraw", "survey", "appeal"):
            fields = {"text": "hx", "reason": "hx", "nonce": "a" * 32, "rating": "5"}
            trial.see(mine.send(f"/my/complaints/{number}/{end}", fields))
        if case_count(ground) != before:
            trial.success("writes on what was taken off the account")

    yield "case taken off an account", who, run


def raw(ground, who):
    """Bytes that are no proper request."""
    host, port = ground.url[7:].split(":")
    samples = {
        "two lengths": b"POST /complaints/track HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 50\r\n\r\ncode",
        "length and chunks": b"POST /complaints/track HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /my/complaints HTTP/1.1\r\nHost: x\r\n\r\n",
        "no host": b"GET /complaints HTTP/1.1\r\n\r\n",
        "no version": b"GET /complaints\r\n\r\n",
        "long line": b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        "many heads": b"GET /complaints HTTP/1.1\r\n" + b"X: y\r\n" * 300 + b"\r\n",
        "binary": bytes(range(256)),
        "negative length": b"POST /complaints/track HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "absolute": b"GET http://evil.example/complaints HTTP/1.1\r\nHost: x\r\n\r\n",
        "trace": b"TRACE /complaints HTTP/1.1\r\nHost: x\r\n\r\n",
        "options": b"OPTIONS /my/complaints HTTP/1.1\r\nHost: x\r\nOrigin: https://evil.example\r\n\r\n",
        "connect": b"CONNECT evil.example:80 HTTP/1.1\r\nHost: x\r\n\r\n",
    }
    if who != "visitor":
        return
    for name, content in samples.items():

        def run(trial, content=content):
            with socket.create_connection((host, int(port)), timeout=8) as line:
                line.sendall(content)
                line.settimeout(8)
                try:
                    got = line.recv(65536)
                except OSError:
                    got = b""
            trial.attempt.calls += 1
            trial.scan(got.decode(errors="replace"))
            if b"evil.example" in got.replace(b"X-Evil", b""):
                trial.success(got[:200].decode(errors="replace"))
            if ground.visitor().get("/complaints").status != 200:
                trial.success("the server is gone")

        yield "raw bytes", name, run


ATTACKS = (base_routes, tokens, kept_keys, given_away, raw, times, floods)
