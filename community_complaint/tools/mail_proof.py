"""Whether a mail comes from whom it claims, by what mail servers stated in its head.

Anybody may write ``Authentication-Results`` into a mail. In favour of a sender counts only
what the office's own servers say under their names (RFC 8601), and of that the statement on
top: a server puts its own above what it got, whatever name that bears. Against a sender
counts what anybody says. Plain Python. Nothing here raises on any input.
"""

import re
from itertools import chain
from typing import NamedTuple

from .mail_address import canonical_domain

_COMMENT = re.compile(r"\((?:[^()\\]|\\.)*\)")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_STATEMENT = re.compile(
    r"\s*(?:policy\s*\.\s*)?(dmarc|dkim|spf|arc)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)"
)
_PROPERTY = re.compile(r"\b([a-z]+)\s*\.\s*([a-z]+)\s*=\s*([^\s;]+)")
#: A quoted name, domain or address; more might be a statement nobody made.
_HARMLESS = re.compile(r"[^\s;=]*")
_FAILED = ("fail", "hardfail", "reject")
#: Where others say what they found before the mail came here.
_HEADERS = (
    "authentication-results",
    "arc-authentication-results",
    "x-authentication-results",
    "authentication-results-original",
    "x-original-authentication-results",
)
#: How servers call the address of the envelope.
_ENVELOPE = ("smtp.mailfrom", "smtp.mail", "smtp.mfrom", "envelope.from")


class Statement(NamedTuple):
    """What a server found by one method.

    :param domains: ``{property: domain}`` it is about, such as ``header.d``
    """

    method: str
    result: str
    domains: dict


def judge(headers, servers):
    """Return ``"proven"``, ``"forged"`` or ``""``: nobody knows.

    :param headers: ``mail_header.Headers``
    :param servers: names of the office's own servers, in lower case
    """
    own, others = _sorted_results(headers, servers)
    ours = own[0] if own else []
    theirs = list(chain(*own[1:], *others))
    sender = _only_sender(headers)
    if _is_denied([*chain(*own)]):
        return "forged"
    if sender and any(_is_proof(statement, sender) for statement in ours):
        return "proven"
    spf = headers.raw("received-spf").lstrip().lower()
    if spf.startswith(_FAILED):
        theirs.append(Statement("spf", "fail", {}))
    return "forged" if _is_denied([*theirs, *ours]) else ""


def _sorted_results(headers, servers):
    """Return ``(own, others)``, lists of statements as they stand from the top."""
    own, others = [], []
    for name in _HEADERS:
        for value in headers.values.get(name, ()):
            server, statements = read_results(value)
            is_own = name == _HEADERS[0] and server in servers
            (own if is_own else others).append(statements)
    return own, others


def read_results(value):
    """Return ``(server, [Statement])`` of an ``Authentication-Results`` header.

    >>> server, [dmarc, spf] = read_results(
    ...     "MX.cn 1; DMARC = fail\\r\\n (dmarc=pass) header.from=A.cn; spf=pass"
    ...     ' reason="dkim=pass" smtp.mailfrom=x@b.cn')
    >>> server, dmarc.result, dmarc.domains, spf.domains
    ('mx.cn', 'fail', {'header.from': 'a.cn'}, {'smtp.mailfrom': 'b.cn'})
    >>> read_results(""), read_results("i=1; mx.cn; arc=fail")[1][0].method
    (('', []), 'arc')
    >>> read_results('spf=Pass smtp.mailfrom=<X@B.cn>; dmarc=pass header.from="b.cn"')
    ('', [Statement(method='spf', result='pass', domains={'smtp.mailfrom': 'b.cn'}), \
Statement(method='dmarc', result='pass', domains={'header.from': 'b.cn'})])
    """
    server, *parts = _plain(value).split(";")
    if _STATEMENT.match(server):
        # a server that does not say its name
        server, parts = "", [server, *parts]
    statements = [
        Statement(match[1], match[2], _domains(part))
        for part in parts
        if (match := _STATEMENT.match(part))
    ]
    return (server.split() or [""])[0].rstrip("."), statements


def _plain(value):
    """Return a header without comments and quoted remarks, on one line, in lower case."""
    value, left = re.sub(r"\s+", " ", value).lower(), 1
    while left:
        value, left = _COMMENT.subn(" ", value)
    return _QUOTED.sub(
        lambda match: match[1] if _HARMLESS.fullmatch(match[1]) else "", value
    )


def _domains(part):
    return {
        f"{kind}.{name}": canonical_domain(value.strip("<>").rpartition("@")[2])
        for kind, name, value in _PROPERTY.findall(part)
    }


def _only_sender(headers):
    """Return the domain of the one address in ``From``, empty if it is not one."""
    values = headers.values.get("from", ())
    _name, address = headers.sender()
    if len(values) != 1 or values[0].count("@") != 1 or not address:
        return ""
    return address.rpartition("@")[2]


def _is_denied(statements):
    """Return whether somebody found a sender forged."""
    failed = {item.method for item in statements if item.result in _FAILED}
    passed = {item.method for item in statements if item.result == "pass"}
    if "dmarc" in failed:
        return True
    return ("spf" in failed and "dkim" not in passed) or (
        "arc" in failed and "dmarc" not in passed
    )


def _is_proof(statement, sender):
    """Return whether a statement of the office's server speaks for a sender's domain."""
    if statement.result != "pass":
        return False
    domains = statement.domains
    if statement.method == "dmarc":
        return domains.get("header.from", sender) == sender
    if statement.method == "dkim":
        signed = domains.get("header.d") or domains.get("header.i")
    else:
        named = map(domains.get, _ENVELOPE)
        signed = statement.method == "spf" and next(filter(None, named), "")
    return bool(signed) and f".{sender}".endswith(f".{signed}") and "." in signed
