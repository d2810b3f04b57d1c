"""A handler with 1,000 candidate names: no field, message, paper, mail or count tells which.

Names of the same form as the complainant's, in ten lists of a hundred, the true one in one
of them. A list with it has to come back as the others do.
"""

import itertools
import random
import re

from insider_base import part_models

SURNAMES = (
    *("亓官", "司马", "欧阳", "上官", "诸葛", "东方", "独孤", "南宫", "皇甫", "尉迟"),
    *("公孙", "慕容", "宇文", "长孙", "司徒", "司空", "夏侯", "端木", "百里", "呼延"),
)
GIVEN = "澹雅清若云舒明月晚晴思远怀瑾如玉文轩子衿景行德音"
CASE = "helpdesk.ticket"


def candidates(true, count=1000, size=100):
    """Return lists of names, and which of them has the true one.

    >>> lists, place = candidates("亓官澹雅")
    >>> len(lists), {len(part) for part in lists}, "亓官澹雅" in lists[place]
    (10, {100}, True)
    """
    rng = random.Random(20261129)
    pairs = ["".join(pair) for pair in itertools.permutations(GIVEN, 2)]
    every = [s + g for s in SURNAMES for g in pairs if s + g != true]
    chosen = rng.sample(every, count)
    lists = [chosen[n : n + size] for n in range(0, count, size)]
    place = rng.randrange(len(lists))
    lists[place][rng.randrange(size)] = true
    return lists, place


def numbers(true, count=1000, size=100):
    """Return lists of phone numbers likewise."""
    rng = random.Random(7)
    every = [f"1991{rng.randrange(10**7):07d}" for _turn in range(count)]
    lists = [every[n : n + size] for n in range(0, count, size)]
    place = rng.randrange(len(lists))
    lists[place][rng.randrange(size)] = true
    return lists, place


def blank(text, words):
    """Return a text with all of one's own words taken out, and what moves by itself.

    >>> blank("王一：7 王二：12", ["王一", "王二"])
    '¤：9 ¤：9'
    """
    text = re.sub(
        "|".join(map(re.escape, sorted(words, key=len, reverse=True))), "¤", text
    )
    text = re.sub(r"csrf_token[^,;>]{0,90}|[0-9a-f]{32,64}", "", text)
    return re.sub(r"\d+", "9", text)


class Probe:
    """One way, tried with all lists: their answers have to be alike."""

    def __init__(self, ground, trial, who, lists, place, true):
        self.ground, self.trial, self.who = ground, trial, who
        self.wire, self.lists, self.place = ground.people[who], lists, place
        self.true = true

    def trueless(self, words):
        """Whether a list lacks the true word."""
        return self.true not in words

    def compare(self, note, ask):
        """Ask with each list; the answer with the true name must not stand out.

        :param ask: called with a list of words, returns answers
        """
        shapes = []
        for words in self.lists:
            parts = []
            for answer in ask(words):
                self.trial.attempt.calls += 1
                if answer.error:
                    self.trial.attempt.refusals += 1
                parts.append(blank(answer.text, words))
            shapes.append("\n".join(parts))
        others = [s for n, s in enumerate(shapes) if n != self.place]
        mine = shapes[self.place]
        if mine not in others:
            if len(set(others)) == 1:
                spot = next(
                    (
                        n
                        for n, (a, b) in enumerate(zip(mine, others[0], strict=False))
                        if a != b
                    ),
                    0,
                )
                self.trial.success(
                    f"{note}: {mine[max(spot - 40, 0) : spot + 60]!r} but"
                    f" {others[0][max(spot - 40, 0) : spot + 60]!r}"
                )
            else:
                self.trial.attempt.found.append(f"{note}: all lists differ, no verdict")


def fields_of_parts(ground, trial, who, probe, ticket):
    """Every text of every part and dialog: created, read back, changed by a form."""
    wire = probe.wire
    dialogs = [
        name
        for (name,) in ground.sql(
            "select model from ir_model where transient and not abstract"
            " and (model like 'complaint.%%' or model = 'mail.compose.message')"
        )
    ]
    for model in (*part_models(ground), *dialogs):
        known = ground.fields(model)
        texts = [
            n for n, (kind, _r) in known.items() if kind in ("char", "text", "html")
        ]
        texts = [
            name for name in texts if not name.endswith(("_key", "hash", "number"))
        ]
        if not texts:
            continue

        def ask(words, model=model, known=known, texts=texts):
            text = "、".join(words)
            base = {"ticket_id": ticket} if "ticket_id" in known else {}
            if "ticket_ids" in known:
                base["ticket_ids"] = [(6, 0, [ticket])]
            context = {
                "active_model": CASE,
                "active_id": ticket,
                "active_ids": [ticket],
                "default_ticket_id": ticket,
            }
            vals = {**base, **dict.fromkeys(texts, text)}
            made = wire.call(model, "create", [vals], context=context)
            yield made
            if not made.error:
                yield wire.call(model, "read", made.result, texts)
                return
            for name in texts:
                made = wire.call(
                    model, "create", [{**base, name: text}], context=context
                )
                yield made
                if not made.error:
                    yield wire.call(model, "read", made.result, [name, "display_name"])
            spec = {name: {} for name in texts}
            yield wire.call(
                model, "onchange", [], {**base, texts[0]: text}, [texts[0]], spec
            )

        probe.compare(model, ask)


def fields_of_case(ground, trial, who, probe, ticket):
    """Texts of the case itself, written and read back."""
    wire = probe.wire
    for name, (kind, _relation) in ground.fields(CASE).items():
        if kind not in ("char", "text", "html"):
            continue

        def ask(words, name=name):
            yield wire.call(CASE, "write", [ticket], {name: "、".join(words)})
            yield wire.call(CASE, "read", [ticket], [name])

        probe.compare(name, ask)


def messages(ground, trial, who, probe, ticket):
    """Notes, messages to the complainant, and what the list of dispatches says of them."""
    wire = probe.wire

    def note(words):
        made = wire.call(CASE, "message_post", [ticket], body="、".join(words))
        if isinstance(made.result, int):
            yield wire.call("mail.message", "read", [made.result], ["body", "preview"])
        yield wire.call(
            "complaint.dispatch",
            "search_read",
            [["ticket_id", "=", ticket]],
            [],
            limit=1,
        )

    probe.compare("note", note)

    def told(words):
        yield wire.call(CASE, "action_write_to_complainant", [ticket], "、".join(words))
        yield wire.call(
            "complaint.dispatch",
            "search_read",
            [["ticket_id", "=", ticket]],
            ["state", "channel", "display_name"],
            limit=1,
            order="id desc",
        )

    probe.compare("written to the complainant", told)


def searches(ground, trial, who, probe, ticket):
    """Search fields of cases and parts by names, counts and groups."""
    wire = probe.wire
    for model in (CASE, *part_models(ground), "res.partner", "mail.message"):
        known = ground.fields(model)
        names = [
            n for n, (kind, _r) in known.items() if kind in ("char", "text", "html")
        ]

        def ask(words, model=model, names=names):
            for name in names:
                leaves = [[name, "ilike", word] for word in words]
                answer = wire.call(
                    model, "search_count", ["|"] * (len(leaves) - 1) + leaves
                )
                yield answer

        probe.compare(f"search {model}", ask)


def papers(ground, trial, who, probe, ticket):
    """Names in a text that is printed, previewed or sent."""
    wire = probe.wire
    reports = ground.sql(
        "select report_name from ir_act_report_xml where model = 'helpdesk.ticket'"
    )

    def ask(words):
        text = "、".join(words)
        for name in ("demand", "findings", "handling_plan"):
            yield wire.call(CASE, "write", [ticket], {name: text})
        for path in (
            f"/complaint/forms/registration/{ticket}",
            f"/complaint/preview/{CASE}/{ticket}",
        ):
            yield wire.get(path)
        for (name,) in reports[:4]:
            yield wire.get(f"/report/html/{name}/{ticket}")

    probe.compare("printed", ask)


def duplicates(ground, trial, who, probe, ticket):
    """Cases filed under candidates' names: a hint must not tell."""
    wire = ground.people["clerk"] if who == "clerk" else probe.wire
    [(desk,)] = ground.sql(
        "select team_id from helpdesk_ticket where id = %s", [ticket]
    )
    names = [
        name
        for name in ground.fields(CASE)
        if any(word in name for word in ("same", "duplic", "known", "caller", "person"))
    ]

    def ask(words):
        for word in words[::12] if probe.trueless(words) else [probe.true, *words[:8]]:
            vals = {
                "team_id": desk,
                "description": "<p>x</p>",
                "complainant_name": word,
                "complainant_phone": word if word.isdigit() else False,
            }
            spec = {name: {} for name in names}
            yield wire.call(CASE, "onchange", [], vals, list(vals), spec)

    probe.compare("a new case", ask)


def person_dialog(ground, trial, who, probe, ticket):
    """The look-up of a person, the request for disclosure, the check before release."""
    wire = probe.wire

    def ask(words):
        text = "、".join(words)
        for method in (
            *("action_request_disclosure", "action_known_person", "action_find_person"),
            *("action_look", "action_show_identity", "action_person"),
        ):
            yield wire.call(CASE, method, [ticket], text)
        for model in ("complaint.person.wizard", "complaint.disclosure"):
            made = wire.call(
                model, "create", [{"ticket_id": ticket, "name": text, "reason": text}]
            )
            yield made
            if not made.error:
                yield wire.call(model, "read", made.result, [])

    probe.compare("dialogs", ask)


def steps(ground, trial, who, probe, ticket):
    """Every method that takes a text, given all names."""
    wire = probe.wire
    for model, methods in ground.methods.items():
        if model != CASE:
            continue
        for method, needed in methods.items():
            if not needed or len(needed) > 2:
                continue

            def ask(words, method=method, needed=needed):
                arguments = ["、".join(words)] * len(needed)
                yield wire.call(CASE, method, [ticket], *arguments)

            probe.compare(method, ask)


WAYS = (
    *(fields_of_parts, fields_of_case, messages, searches, papers, duplicates),
    *(person_dialog, steps),
)
