"""How often something may be done from one place: the table, and what follows from it.

Nobody is ever locked out of a case: guesses become slow, and so does whoever shares the
address with who guesses (THREATS 11). Filing is limited, with the text kept.

>>> sorted(RATES)
['file', 'file_account', 'guess', 'guess_all', 'write']
"""

import ipaddress
from datetime import timedelta
from typing import NamedTuple


class Rate(NamedTuple):
    """``limit`` times within ``window``, from one ``place``.

    ``place``: ``address`` of the visitor, ``account``, ``case`` or ``all`` of them.
    ``slow``: beyond the limit it takes longer, up to ``longest`` seconds; otherwise it
    is refused.
    """

    limit: int
    window: timedelta
    place: str
    slow: bool = False
    longest: float = 0


RATES = {
    # anonymous complaints; a street centre's own computer may serve many people
    "file": Rate(20, timedelta(hours=1), "address"),
    "file_account": Rate(20, timedelta(hours=1), "account"),
    # messages and appeals in one case
    "write": Rate(60, timedelta(hours=1), "case"),
    # wrong receipt codes
    "guess": Rate(5, timedelta(minutes=15), "address", True, 4),
    "guess_all": Rate(200, timedelta(minutes=15), "all", True, 1),
}
#: The longest window: what is older is forgotten.
LONGEST = max(rate.window for rate in RATES.values())


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


def delay(rate, hits):
    """Return for how many seconds to wait before the next try.

    :param hits: how often it was done within the window already

    >>> guess = RATES["guess"]
    >>> [delay(guess, hits) for hits in (0, 4, 5, 6, 7, 8, 1000)]
    [0, 0, 0.5, 1.0, 2.0, 4.0, 4]
    """
    over = hits - rate.limit
    if not rate.slow or over < 0:
        return 0
    # the exponent is capped before it becomes a number nobody can hold
    return min(0.5 * 2 ** min(over, 10), rate.longest)
