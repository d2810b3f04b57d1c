"""Outsiders: visitors of the pages, residents with an account, robots."""

import json
import re
import statistics
import urllib.parse

from ground import case_id, file, ref

MARK = "<img src=x onerror=hx1>"
STRINGS = (
    *("' or 1=1 --", '" or ""="', "1;select pg_sleep(5)--", "\\'; drop table x;--"),
    *(MARK, "<script>hx1()</script>", "{{7*7}}", "${7*7}", "<t t-out='1'/>", "%s%n%x"),
    *(
        "../../../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "\x00",
        "%00",
        "\r\nX-Evil: 1",
    ),
    *("%0d%0aX-Evil:%201", "a" * 5000, "-1", "0", "1e9", "NaN", "null", "[]", "{}"),
    *("９９９９", "٣٣٣٣", "\u202e4321", "true", "86 or 1", "86,87", "86%20", "0x56"),
)
HEADERS = (
    {"X-Forwarded-For": "127.0.0.1"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
    {"Host": "evil.example"},
    {"X-HTTP-Method-Override": "POST"},
    {"X-Original-URL": "/my/complaints"},
    {"X-Rewrite-URL": "/my/complaints"},
    {"Authorization": "Bearer 1"},
    {"Authorization": "Basic YWRtaW46YWRtaW4="},
    {"Cookie": "session_id=../../../../etc/passwd"},
    {"Cookie": "session_id=" + "a" * 84},
    {"Accept-Language": "../../x,zh;q=9"},
    {"Range": "bytes=0-1,2-3,4-5"},
    {"X-Odoo-Database": "postgres"},
    {"Referer": "https://evil.example/"},
    {"Origin": "https://evil.example"},
    {"Content-Type": "application/json"},
    {"X-Openerp-Session-Id": "1"},
    {"Forwarded": "for=127.0.0.1;host=evil.example"},
)


def pages(ground):
    """Return addresses that a visitor may ask for, with others' cases in them."""
    conf = _secret(ground, "confidential")
    anon = _secret(ground, "anonymous story")
    acc = _secret(ground, "about the accused")
    every = []
    for secret in (conf, anon, acc):
        number, key = secret.number, secret.ticket
        every += [
            f"/my/complaints/{number}",
            f"/my/complaints/{key}",
            f"/my/complaints/{number}?sent=1&done=message",
            f"/my/ticket/{key}",
            f"/my/ticket/{key}?access_token=1",
            f"/helpdesk/ticket/{key}",
            f"/mail/view?model=helpdesk.ticket&res_id={key}&access_token=x",
            f"/rate/{key}/5",
            f"/odoo/helpdesk.ticket/{key}",
            f"/report/pdf/community_complaint.case_register/{key}",
            f"/report/html/helpdesk_mgmt.report_ticket/{key}",
            f"/complaint/forms/registration/{key}",
            f"/complaint/notices/{key}",
            f"/complaint/custody/{key}",
            f"/complaint/preview/complaint.notice/{key}",
            f"/complaint/sheets/register/{key}",
            f"/complaint/meetings/minutes/{key}",
            f"/web/image/helpdesk.ticket/{key}/image_1920",
            f"/web/content/helpdesk.ticket/{key}/description",
            f"/json/1/helpdesk.ticket/{key}",
            f"/website/image/helpdesk.ticket/{key}/image",
            f"/my/complaints/{number}/notice/1",
            f"/my/complaints/{number}/file/1",
            f"/my/complaints/{urllib.parse.quote(number + '/../x')}",
        ]
    return every


def _secret(ground, name):
    return next(secret for secret in ground.secrets if secret.name == name)


def visit(ground, who):
    """Return the connection of an outsider."""
    return ground.visitor(None if who == "visitor" else who)


# ----------------------------------------------------------------------
# Every attack is a generator of (way, target, function of the trial)
# ----------------------------------------------------------------------


def others_pages(ground, who):
    """Addresses of others' cases, guessed."""
    wire = visit(ground, who)
    for path in pages(ground):
        yield "address of another's case", path, lambda t, p=path: t.see(wire.get(p))


def others_writes(ground, who):
    """Forms sent into others' cases."""
    wire = visit(ground, who)
    for secret in (_secret(ground, "confidential"), _secret(ground, "anonymous story")):
        if who in secret.knows:
            continue
        for base in (f"/my/complaints/{secret.number}", "/complaints/track"):
            for act in (
                *("message", "appeal", "withdraw", "survey", "notice/1/received"),
                *("file/1", "notice/1", "leave"),
            ):
                path = f"{base}/{act}"
                fields = {
                    "text": "hx",
                    "grounds": "hx",
                    "reason": "hx",
                    "nonce": "a" * 32,
                    "rating": "5",
                    "number": secret.number,
                    "ticket_id": secret.ticket,
                }
                yield (
                    "form into another's case",
                    path,
                    lambda t, p=path, f=fields: t.see(wire.send(p, f)),
                )


def all_files(ground, who):
    """Files and papers of all cases by their ids, by every route that sends files."""
    wire = visit(ground, who)
    number = _secret(ground, "confidential").number

    def run(trial, kind, table):
        rows = ground.sql(f"select id from {table} order by id desc limit 60")
        if table == "ir_attachment":
            rows = ground.sql(
                "select id from ir_attachment where res_model like 'complaint.%%' or"
                " res_model = 'helpdesk.ticket' order by id desc limit 60"
            )
        for (key,) in rows:
            paths = [
                f"/my/complaints/{number}/{kind}/{key}",
                f"/complaints/track/{kind}/{key}",
            ]
            if table == "ir_attachment":
                paths += [f"/web/content/{key}", f"/web/image/{key}"]
            for path in paths:
                answer = trial.see(wire.get(path))
                _came(trial, answer, path)
                if path.startswith("/complaints"):
                    answer = trial.see(wire.send(path))
                    _came(trial, answer, path)

    for kind, table in (
        ("file", "ir_attachment"),
        ("notice", "complaint_notice"),
        ("file", "complaint_evidence"),
    ):
        yield (
            "files by their ids",
            f"{kind} {table}",
            lambda t, k=kind, n=table: run(t, k, n),
        )


def _came(trial, answer, path):
    kind = answer.headers.get("Content-Type", "")
    if answer.status == 200 and not kind.startswith(
        ("text/html", "image/", "application/json")
    ):
        trial.success(f"{path} sent a file")


def codes(ground, who):
    """Receipt codes: forms of a right one that must not open another, and guesses."""
    right = ground.code.replace(" ", "")
    tries = {
        "one digit off": [
            right[:-1] + str((int(right[-1]) + n) % 10) for n in (1, 2, 3)
        ],
        "too short": [right[:15], right[:8], "", "0"],
        "too long": [right + "0", right * 2],
        "SQL": ["' or 1=1 --", "%", "_" * 16, right[:15] + "%"],
        "lists": ['["' + right[:4] + '"]', "[]", "{}"],
        "unicode": ["²" * 16, "①" * 16, "\u200b" * 16],
        "sequence": [str(n).zfill(16) for n in range(25)],
        "null": ["\x00" + right[1:], "0000000000000000"],
    }

    def run(trial, values):
        wire = ground.visitor()
        form = wire.form("/complaints/track")
        for value in values:
            answer = trial.see(
                wire.post("/complaints/track", {**form, "code": value}), said=(value,)
            )
            if "槐花弄堂" in answer.text:
                trial.success(f"opened by {value!r}")
            seen = wire.get("/complaints/track")
            trial.see(seen)

    if who != "visitor":
        return
    for name, values in tries.items():
        yield "receipt code", name, lambda t, v=values: run(t, v)

    def brake(trial):
        """600 guesses: they are braked, and the right code gets in."""
        wire = ground.visitor()
        form = wire.form("/complaints/track")
        states = []
        for number in range(600):
            code = str(7 * 10**15 + number * 977_777)
            answer = wire.post("/complaints/track", {**form, "code": code})
            states.append(answer.status)
            trial.attempt.calls += 1
            trial.attempt.refusals += 1
        if 429 not in states:
            trial.success(f"600 guesses were not braked: {set(states)}")
        other = ground.visitor()
        form = other.form("/complaints/track")
        shown = other.post("/complaints/track", {**form, "code": ground.code})
        if "槐花弄堂" not in shown.text:
            trial.success("the right code does not get in during a flood")

    yield "receipt code", "600 guesses", brake

    def rotate(trial):
        """The same with a new address told by a header each time."""
        wire = ground.visitor()
        form = wire.form("/complaints/track")
        states = set()
        for number in range(260):
            heads = {"X_Forwarded_For": f"198.51.100.{number}"}
            answer = wire.post(
                "/complaints/track", {**form, "code": str(10**15 + number)}, **heads
            )
            states.add(answer.status)
            trial.attempt.calls += 1
            trial.attempt.refusals += 1
        if 429 not in states:
            trial.success(f"a header takes the brake away: {states}")

    yield "receipt code", "told addresses", rotate

    def fixed(trial):
        """A session given to somebody beforehand shows their case afterwards."""
        victim = ground.visitor()
        form = victim.form("/complaints/track")
        before = dict(victim.cookies)
        victim.post("/complaints/track", {**form, "code": ground.code})
        thief = ground.visitor()
        thief.cookies = before
        for answer in (thief.get("/complaints/track"), thief.send("/complaints/track")):
            if "槐花弄堂" in trial.see(answer).text:
                trial.success("the session of before shows the case")

    yield "receipt code", "session given beforehand", fixed

    def kept(trial):
        """A case opened by code ends with another's sign-in, and with leaving."""
        wire = ground.visitor()
        form = wire.form("/complaints/track")
        wire.post("/complaints/track", {**form, "code": ground.code})
        wire.sign_in(ground.server.database, "resident3", "resident3")
        trial.attempt.who = "resident3"
        trial.see(wire.get("/complaints/track"))
        trial.see(wire.send("/complaints/track"))
        wire = ground.visitor()
        form = wire.form("/complaints/track")
        wire.post("/complaints/track", {**form, "code": ground.code})
        wire.send("/complaints/track/leave", page="/complaints/track")
        trial.see(wire.get("/complaints/track"))
        trial.see(wire.send("/complaints/track"))

    yield "receipt code", "another signs in", kept

    def other_papers(trial):
        """Who has opened one case asks for the papers of another."""
        wire = ground.visitor()
        form = wire.form("/complaints/track")
        wire.post("/complaints/track", {**form, "code": ground.code})
        mine = case_id(ground, ground.anonymous)
        for kind, table in (
            ("notice", "complaint_notice"),
            ("file", "complaint_evidence"),
        ):
            rows = ground.sql(
                f"select id from {table} where ticket_id != %s order by id desc limit 40",
                [mine],
            )
            for (key,) in rows:
                for end in ("", "/received") if kind == "notice" else ("",):
                    path = f"/complaints/track/{kind}/{key}{end}"
                    answer = trial.see(wire.send(path))
                    _came(trial, answer, path)
                    trial.see(wire.get(path))
        rows = ground.sql("select id from ir_attachment order by id desc limit 150")
        for (key,) in rows:
            path = f"/complaints/track/file/{key}"
            answer = trial.see(wire.send(path))
            _came(trial, answer, path)

    yield "receipt code", "papers of another case", other_papers


def drafts(ground, who):
    """Somebody else's draft: its secret number known, its pages asked for."""
    kind = ref(ground, "community_complaint.type_noise")
    for base, login in (("/my/complaints/new", "resident1"), ("/complaints/new", None)):
        owner = ground.visitor(login)
        form = owner.form(base)
        answer = owner.post(base, {**form, "kind": kind})
        second = answer.headers.get("Location") or ""
        if not second:
            continue
        owner.post(
            second, {**owner.form(second), "what": "香椿树下的秘密，钥匙在花盆里。"}
        )
        for end in ("/what", "/you", "/discard", ""):
            path = second.replace("/what", end)

            def run(trial, path=path):
                wire = visit(ground, who)
                for answer in (
                    wire.get(path),
                    wire.send(path),
                    wire.get(path + "?hold=" + "a" * 64),
                ):
                    trial.see(answer)
                    if "香椿树" in answer.text:
                        trial.success(f"{path} shows another's draft")

            yield "another's draft", path[:18] + "…" + end, run


def foreign_forms(ground, who):
    """Forms from another site: no token, another's token, a GET, JSON."""
    if who == "visitor":
        return
    wire = visit(ground, who)
    thief = ground.visitor("resident3").token("/my/complaints/new")
    secret = _secret(ground, "confidential")
    for path in (
        f"/my/complaints/{secret.number}/message",
        f"/my/complaints/{secret.number}/withdraw",
        f"/my/complaints/{secret.number}/appeal",
        "/my/complaints/new",
        "/complaints/track",
        "/complaints/new",
    ):
        for name, send in (
            ("no token", lambda w, p: w.post(p, {"text": "hx", "reason": "hx"})),
            (
                "another's token",
                lambda w, p: w.post(
                    p, {"csrf_token": thief, "text": "hx", "reason": "x"}
                ),
            ),
            ("by GET", lambda w, p: w.get(p + "?text=hx&reason=hx&code=1")),
            ("as JSON", lambda w, p: w.json(p, {"text": "hx"})),
            (
                "as text",
                lambda w, p: w.ask(
                    "POST", p, b"text=hx", {"Content-Type": "text/plain"}
                ),
            ),
            ("by PUT", lambda w, p: w.ask("PUT", p, b"text=hx", {})),
            (
                "from elsewhere",
                lambda w, p: w.post(p, {"text": "hx"}, Origin="https://evil.example"),
            ),
        ):

            def run(trial, send=send, path=path):
                before = _count(ground)
                trial.see(send(wire, path))
                if _count(ground) != before:
                    trial.success(f"{path} wrote")

            yield f"foreign form {name}", path, run


def _count(ground):
    return ground.sql(
        "select (select count(*) from helpdesk_ticket), (select count(*) from"
        " mail_message where model = 'helpdesk.ticket'), (select count(*) from"
        " complaint_appeal)"
    )


def strings(ground, who):
    """Strings that are programs, in every parameter of every page."""
    wire = visit(ground, who)
    for path in (
        "/complaints/new?desk=",
        "/my/complaints/new?desk=",
        "/my/complaints/page/",
        "/complaints/published?q=",
        "/complaints/published/",
        "/complaints/figures?year=",
        "/complaints/figures.csv?period=",
        "/complaints/board/",
        "/complaints/told/",
        "/my/complaints/",
        "/complaints/track?code=",
        "/my/tickets?sortby=",
        "/my/tickets?filterby=",
        "/my/complaints?done=",
    ):

        def run(trial, path=path):
            for text in STRINGS:
                for word in (text, urllib.parse.quote(text, safe="")):
                    answer = trial.see(wire.get(path + _safe(word)), said=(word,))
                    if MARK in answer.body.decode(errors="replace"):
                        trial.success(f"{path}: the string comes back as it is")
                    if answer.headers.get("X-Evil"):
                        trial.success(f"{path}: a header was made")
                    if answer.seconds > 4.9:
                        trial.success(
                            f"{path}: {text[:20]} took {answer.seconds:.1f} s"
                        )

        yield "strings in an address", path, run


def _safe(word):
    """An address cannot hold line breaks and blanks; robots quote those."""
    return re.sub(r"[\x00-\x20\x7f]", lambda m: f"%{ord(m[0]):02x}", word)


def heads(ground, who):
    """Headers that lie about host, address, method, session."""
    for heads in HEADERS:
        for path in ("/complaints", "/my/complaints", "/complaints/track"):

            def run(trial, heads=heads, path=path):
                wire = visit(ground, who)
                before = ground.sql(
                    "select value from ir_config_parameter where key = 'web.base.url'"
                )
                answer = trial.see(wire.ask("GET", path, headers=heads))
                if "evil.example" in answer.text.replace("X-Evil", ""):
                    trial.success(f"{path} says evil.example by {list(heads)}")
                after = ground.sql(
                    "select value from ir_config_parameter where key = 'web.base.url'"
                )
                if before != after:
                    trial.success("the office's address changed")

            if path == "/complaints" or "Cookie" in heads or "Host" in heads:
                yield "lying header", f"{sorted(heads)[0]} {path}", run


def typed(ground, who):
    """Strings that are programs, typed into every field, read where staff read."""
    kind = ref(ground, "community_complaint.type_noise")

    def run(trial, text):
        wire = visit(ground, who)
        base = "/complaints/new" if who == "visitor" else "/my/complaints/new"
        matter = dict.fromkeys(("what", "demand", "place", "respondent"), text)
        person = dict.fromkeys(("name", "phone", "email", "address"), text)
        person |= {"confidentiality": text, "kind": text}
        answer = trial.see(file(wire, base, kind, matter, person), said=(text,))
        person = {
            "name": "hx" + text,
            "phone": "13700000000",
            "confidentiality": "open",
        }
        answer = trial.see(file(wire, base, kind, matter, person), said=(text,))
        _unescaped(trial, answer)
        found = re.search(r"TS\d{4}-\d{5}", answer.text)
        if not found:
            return
        ticket = case_id(ground, found[0])
        clerk = ground.people["clerk"]
        read = clerk.call("helpdesk.ticket", "read", [ticket], ["description", "name"])
        html = str(read.result and read.result[0].get("description"))
        if re.search(r"<script|<[^>&]*onerror\s*=|<t ", html):
            trial.success(f"description holds {html[:120]}")
        if "49" in html and "7*7" in text and "7*7" not in html:
            trial.success("a template ran")
        _unescaped(trial, clerk.get(f"/complaint/forms/registration/{ticket}"))

    for text in STRINGS[:22]:
        yield "string in a form", repr(text[:24]), lambda t, s=text: run(t, s)


def _unescaped(trial, answer):
    body = answer.body.decode(errors="replace")
    if MARK in body or "<script>hx1()" in body:
        trial.success("the string stands in the page as it is")
    if answer.status >= 500:
        trial.success(f"status {answer.status} of {answer.path}")


def uploads(ground, who):
    """Files that are programs, bombs, or named so."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="hx1()"><script>hx1()</script></svg>'
    page = b"<html><script>hx1()</script></html>"
    samples = (
        ("a.svg", svg, "image/svg+xml"),
        ("a.html", page, "text/html"),
        ("a.png", page, "image/png"),
        (
            "a.pdf",
            b"%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>",
            "application/pdf",
        ),
        ("../../../a.txt", b"x", "text/plain"),
        ("a.txt\r\nX-Evil: 1", b"x", "text/plain"),
        ("\u202egnp.exe", b"MZ\x90", "image/png"),
        ("a.php", b"<?php system(1);", "application/x-php"),
        ("con.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 64, "image/jpeg"),
        ("a" * 3000 + ".txt", b"x", "text/plain"),
        ("a.zip", b"PK\x03\x04" + b"\0" * 64, "application/zip"),
        ("空.txt", b"", "text/plain"),
        ("a.txt;.exe", b"x", "application/octet-stream"),
        (
            "a.docm",
            b"PK\x03\x04macro",
            "application/vnd.ms-word.document.macroEnabled.12",
        ),
        ("large.txt", b"x" * (24 * 1024 * 1024), "text/plain"),
        (
            "xxe.docx",
            b'<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>',
            "application/xml",
        ),
    )
    kind = ref(ground, "community_complaint.type_noise")

    def run(trial, sample):
        name, content, mime = sample
        wire = visit(ground, who)
        base = "/complaints/new" if who == "visitor" else "/my/complaints/new"
        form = wire.form(base)
        answer = wire.post(base, {**form, "kind": kind})
        second = answer.headers.get("Location")
        if not second:
            trial.see(answer)
            return
        fields = {**wire.form(second), "what": "hx 附件"}
        answer = trial.see(wire.post(second, fields, [("files", name, content, mime)]))
        if answer.status != 303:
            return
        third = answer.headers["Location"]
        person = {"name": "黑山客", "phone": "13700000001", "confidentiality": "open"}
        answer = wire.post(third, {**wire.form(third), **person})
        trial.see(answer)
        shown = wire.get(answer.headers.get("Location") or "/complaints/track")
        if who == "visitor":
            shown = wire.get("/complaints/track")
        for path in re.findall(
            r'"(/[^"]*?/file/\d+)"', shown.body.decode(errors="replace")
        ):
            for got in (wire.get(path), wire.send(path, page="/complaints/track")):
                if got.status != 200:
                    continue
                where = got.headers.get("Content-Disposition", "")
                mime = got.headers.get("Content-Type", "")
                if not where.startswith("attachment") or got.headers.get("X-Evil"):
                    trial.success(f"{name!r} is shown as {mime} {where[:40]}")
                if got.headers.get("X-Content-Type-Options") != "nosniff":
                    trial.success(f"{name!r} comes without nosniff")

    for sample in samples:
        yield "upload", repr(sample[0][:24]), lambda t, s=sample: run(t, s)


def base_routes(ground, who):
    """Routes of Odoo and of the website that show, search or make any record."""
    wire = visit(ground, who)
    words = ("亓官澹雅", "榆钱巷灯笼", "TS2026-00068", "槐花弄堂")
    secret = _secret(ground, "confidential")
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
            before = _count(ground)
            parts = [
                ("ufile", "a.txt", b"x", "text/plain"),
                ("file", "a.txt", b"x", "text/plain"),
            ]
            trial.see(wire.send(path, fields, parts))
            trial.see(wire.send(path, fields))
            trial.see(wire.json(path, fields))
            if _count(ground) != before:
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
    hidden, missing = _secret(ground, "confidential"), "TS2026-99999"
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


def raw(ground, who):
    """Bytes that are no proper request."""
    import socket

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


def whole(value):
    return json.dumps(value, ensure_ascii=False)


OUTSIDERS = ("visitor", "resident2", "resident3")
ATTACKS = (
    *(others_pages, others_writes, all_files, codes, drafts, foreign_forms, strings),
    *(heads, typed, uploads, base_routes, tokens, raw, times, floods),
)
