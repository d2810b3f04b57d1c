"""How often something may be done from one place: the table, and what follows from it.

Beyond a limit the answer is 429 with the time to wait, at once: no worker ever sleeps.
Nobody is locked out of a case: the right receipt code opens it before any brake is asked
(THREATS 11, 58). Filing is limited with the text kept, and with more room for all people
behind one address than one machine needs to be told from them.

>>> sorted(kind for kind, rate in RATES.items() if rate.place == "all")
['draft_all', 'file_all', 'guess_all', 'typed_all', 'warned']
"""

import ipaddress
from datetime import timedelta
from typing import NamedTuple


class Rate(NamedTuple):
    """``limit`` times within ``window``, from one ``place``.

    ``place``: ``address`` of the visitor, ``account``, ``case`` or ``all`` of them.
    """

    limit: int
    window: timedelta
    place: str


_HOUR, _QUARTER = timedelta(hours=1), timedelta(minutes=15)
RATES = {
    # anonymous drafts and complaints: a mobile network puts thousands behind one address
    "draft": Rate(200, _HOUR, "address"),
    "draft_all": Rate(2000, _HOUR, "all"),
    "file": Rate(100, _HOUR, "address"),
    "file_all": Rate(600, _HOUR, "all"),
    "file_account": Rate(20, _HOUR, "account"),
    # messages and appeals in one case
    "write": Rate(60, _HOUR, "case"),
    # wrong receipt codes and links
    "guess": Rate(5, _QUARTER, "address"),
    "guess_all": Rate(200, _QUARTER, "all"),
    # what was typed when the session was over; beyond it the text is shown, not kept
    "typed": Rate(60, _HOUR, "address"),
    "typed_all": Rate(600, _HOUR, "all"),
    # managers hear of one and the same trouble once a day
    "warned": Rate(1, timedelta(days=1), "all"),
}


def place_of(address):
    """Return what counts as one place: an IPv4 address, or the network of an IPv6 one.

    >>> place_of("203.0.113.7"), place_of("2001:db8:1:2:3:4:5:6")
    ('203.0.113.7', '2001:db8:1:2::/64')
    >>> place_of("::ffff:203.0.113.7"), place_of("nonsense"), place_of(None)
    ('203.0.113.7', 'unknown', 'unknown')
    """
    try:
        known = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if known.version == 4:
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, 64), strict=False))


def is_inside(address):
    """Return whether an address is one of a house's own network, not of the internet.

    >>> [is_inside(item) for item in ("127.0.0.1", "192.168.1.7", "8.8.8.8", None)]
    [True, True, False, False]
    """
    try:
        return ipaddress.ip_address(address or "").is_private
    except ValueError:
        return False


def seconds_left(rate, moment, now):
    """Return for how many seconds to wait, at least one.

    :param moment: when it was done ``rate.limit`` times ago

    >>> from datetime import datetime
    >>> done = datetime(2026, 11, 28, 12, 0, 0)
    >>> [seconds_left(RATES["guess"], done, done + timedelta(seconds=n)) for n in (0, 899.5)]
    [900, 1]
    """
    return int((moment + rate.window - now).total_seconds()) or 1
