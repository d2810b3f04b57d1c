"""Outsiders: visitors of the pages, residents with an account, robots."""

import re
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
    conf = secret_of(ground, "confidential")
    anon = secret_of(ground, "anonymous story")
    acc = secret_of(ground, "about the accused")
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


def secret_of(ground, name):
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
    for secret in (
        secret_of(ground, "confidential"),
        secret_of(ground, "anonymous story"),
    ):
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
    number = secret_of(ground, "confidential").number

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
    secret = secret_of(ground, "confidential")
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
                before = case_count(ground)
                trial.see(send(wire, path))
                if case_count(ground) != before:
                    trial.success(f"{path} wrote")

            yield f"foreign form {name}", path, run


def case_count(ground):
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


OUTSIDERS = ("visitor", "resident2", "resident3")
ATTACKS = (
    *(others_pages, others_writes, all_files, codes, drafts, foreign_forms, strings),
    *(heads, typed, uploads),
)
