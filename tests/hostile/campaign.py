"""One round against one server: a part of the attacks, with keys or without."""

import os
from functools import partial

import ground as grounds
import insider_apps
import insider_chatter
import insider_fresh
import insider_hands
import insider_oracle
import insider_sweeps
import names
import outsider
import outsider_mail
import outsider_web
from ledger import Ledger

#: Insiders who try everything; those of other apps try their own app's ways.
INSIDERS = (
    *("clerk", "handler", "leader", "publisher", "auditor", "accused", "busy"),
    *("elsewhere", "plain", "hdmanager", "hrofficer", "sysadmin", "resident2"),
)
#: Who tries what takes thousands of calls.
SWEEPERS = ("handler", "accused", "plain", "hdmanager", "sysadmin")
#: Who asks oracles: of the desk, and complained about.
ASKERS = ("handler", "accused")
#: Ways of that kind beside the sweeps.
LONG = (
    *("magic", "finished", "finished_parts", "contexts", "nested"),
    "base_methods",
)
#: Ways that change settings, staff or rights, which others would notice: one by one.
ALONE = (
    *("staff_files", "calendars", "programs", "watchers", "rights", "desk_settings"),
    *("gateway", "relinked_staff", "taken_over", "shared_views", "bent_dialogs"),
    "renamed",
)
#: Who has rights of another app, or no role at all, tries these ways too.
ALSO = {
    "leads": ("seller",),
    "tasks": ("planner",),
    "mailings": ("mailer",),
    "surveys": ("asker",),
    "watchers": ("logreader",),
    "routes": ("designer",),
    "templates": ("designer",),
    "compose": ("seller", "mailer"),
    "taken_over": ("seller",),
    "public_methods": ("plain", "resident2"),
}
WAYS = {
    "insider": (
        *(*insider_hands.HANDS, *insider_fresh.FRESH, *insider_chatter.CHATTER),
        *(*insider_apps.APPS, *insider_oracle.ORACLES, *insider_sweeps.SWEEPS),
        *insider_fresh.LAST,
    ),
    "outsider": (*outsider.ATTACKS, *outsider_web.ATTACKS),
    "mail": (outsider_mail.attacks,),
    "names": names.WAYS,
}


def run(part, mode, ways):
    """Yield ``(way, attempts as dicts)`` as soon as each way of a part was tried.

    :param ways: names of what is tried
    """
    key = grounds.new_key() if mode == "keys" else ""
    name = f"cc_hostile_{part}_{mode}_{os.getpid()}"
    server = grounds.Keyed(name, grounds.ensure_template(), key)
    try:
        server.start()
        ground = grounds.prepare(server, bool(key))
        grounds.plant(ground)
        guard = None if part == "names" else grounds.guard(ground)
        ledger = Ledger(ground.secrets, guard, ground.hidden)
        for way in WAYS[part]:
            if way.__name__ in ways:
                before = len(ledger.attempts)
                _RUNS[part](ground, ledger, way)
                done = ledger.attempts[before:]
                yield way.__name__, [attempt.row() for attempt in done]
    finally:
        server.close()


def chosen(part, words=()):
    """Return the names of a part's ways that words name, or their modules; else of all."""
    return [
        way.__name__
        for way in WAYS[part]
        if not words or way.__name__ in words or way.__module__ in words
    ]


def _insider(ground, ledger, way):
    people = SWEEPERS if way in insider_sweeps.SWEEPS else INSIDERS
    name = way.__name__
    if name in LONG:
        people = SWEEPERS
    if way in insider_oracle.ORACLES or name == "public_methods":
        people = ASKERS
    people = (*people, *ALSO.get(name, ()))
    if name not in ALONE:
        tries = [(who, partial(way, ground, who)) for who in people]
        ledger.at_once("insider", name, tries)
        return
    for who in people:
        with ledger.attempt("insider", who, name) as trial:
            way(ground, who, trial)


def _outsider(ground, ledger, way):
    for who in outsider.OUTSIDERS:
        for name, target, attack in way(ground, who):
            with ledger.attempt("outsider", who, name, target) as trial:
                attack(trial)


def _mail(ground, ledger, way):
    try:
        for name, target, attack in way(ground, "visitor"):
            with ledger.attempt("mail", "visitor", name, target) as trial:
                attack(trial)
    finally:
        ground.post.__exit__()


def _names(ground, ledger, way):
    secret = ground.secrets[0]
    name, phone = secret.words[:2]
    for who in ("handler",):
        for true, made in ((name, names.candidates), (phone, names.numbers)):
            lists, place = made(true)
            with ledger.attempt("names", who, way.__name__, true) as trial:
                probe = names.Probe(ground, trial, who, lists, place, true)
                way(ground, trial, who, probe, secret.ticket)


_RUNS = {"insider": _insider, "outsider": _outsider, "mail": _mail, "names": _names}
