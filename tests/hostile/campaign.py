"""One round against one server: a part of the attacks, with keys or without."""

import os

import ground as grounds
import insider_apps
import insider_chatter
import insider_hands
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
#: Ways of that kind beside the sweeps.
LONG = ("public_methods", "magic", "finished", "finished_parts", "contexts")


def run(part, mode, ways=()):
    """Return the attempts of a part, as dicts.

    :param ways: names of ways, or of modules of ways; all if none are given
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
        _RUNS[part](ground, ledger, ways)
    finally:
        server.close()
    return [attempt.row() for attempt in ledger.attempts]


def known_ways(part):
    """Return the names of a part's ways; attacks from outside and mails name themselves."""
    modules = {
        "insider": (
            *insider_hands.HANDS,
            *insider_chatter.CHATTER,
            *insider_apps.APPS,
            *insider_sweeps.SWEEPS,
        ),
        "names": names.WAYS,
    }
    return {way.__name__ for way in modules.get(part, ())}


def _is_chosen(way, ways):
    return not ways or way.__name__ in ways or way.__module__ in ways


def _insider(ground, ledger, ways):
    for module, people in (
        (insider_hands.HANDS, INSIDERS),
        (insider_chatter.CHATTER, INSIDERS),
        (insider_apps.APPS, INSIDERS),
        (insider_sweeps.SWEEPS, SWEEPERS),
    ):
        for way in module:
            if not _is_chosen(way, ways):
                continue
            if way.__name__ in LONG:
                people = SWEEPERS
            for who in (*people, *insider_apps.ALSO.get(way.__name__, ())):
                with ledger.attempt("insider", who, way.__name__) as trial:
                    way(ground, who, trial)


def _outsider(ground, ledger, ways):
    for way in (*outsider.ATTACKS, *outsider_web.ATTACKS):
        if _is_chosen(way, ways):
            for who in outsider.OUTSIDERS:
                for name, target, attack in way(ground, who):
                    with ledger.attempt("outsider", who, name, target) as trial:
                        attack(trial)


def _mail(ground, ledger, _ways):
    for name, target, attack in outsider_mail.attacks(ground, "visitor"):
        with ledger.attempt("mail", "visitor", name, target) as trial:
            attack(trial)
    ground.post.__exit__()


def _names(ground, ledger, ways):
    secret = ground.secrets[0]
    name, phone = secret.words[:2]
    for way in names.WAYS:
        if not _is_chosen(way, ways):
            continue
        for who in ("handler",):
            for true, made in ((name, names.candidates), (phone, names.numbers)):
                lists, place = made(true)
                with ledger.attempt("names", who, way.__name__, true) as trial:
                    probe = names.Probe(ground, trial, who, lists, place, true)
                    way(ground, trial, who, probe, secret.ticket)


_RUNS = {"insider": _insider, "outsider": _outsider, "mail": _mail, "names": _names}
