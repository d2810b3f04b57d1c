"""Addresses in the heads of e-mails, as lossless as what they are compared for.

Two addresses are the same only if every server takes them for the same: the letters of the
alphabet may change case, and a domain may stand in Unicode or in Punycode (RFC 5890). What
cannot be read as it was written is no address. Plain Python. Nothing here raises on any
input.
"""

import re
from email.utils import getaddresses, unquote

import idna

from .mail_word import decode_header, unfolded
from .printable import one_line

_ADDRESS = re.compile(r"[^\s<>\"'(),;:\[\]]+@[^\s<>\"'(),;:\[\]@]+")
_BAD = "\ufffd"
_FULL_WIDTH = str.maketrans("＠．＜＞", "@.<>")
_CAPITALS = re.compile(r"[A-Z]+")
#: Addresses behind which there is a machine, or nobody in particular, by what stands
#: before the @.
_MACHINE = re.compile(
    r"(?:no|do[-_.]?not|dont|not)[-_.]?(?:reply|response|respond|answer)|noreply\S*"
    r"|\S*[-_.]no[-_.]?reply|(?:web|online)?[-_.]?forms?|wordpress|www-data|apache|nginx"
    r"|nobody|root|cron|daemon|robot|bot|system|notif\w*|alerts?|mailer|messages?"
    r"|(?:net|doc)?[-_.]?scan(?:ner|s|ning)?\d*|scan(?:ner)?[-_.]?to[-_.]?(?:e?mail)"
    r"|copier\d*|mfp\d*|mfc\d*|printer\d*|fax\d*|efax"
    r"|hotline\d*|rexian\d*|12345|12348|12315|workorders?|gongdan\d*|xitong"
)


def canonical(address):
    """Return an address as it is compared, empty if it is none.

    >>> canonical("Li.Lei@B.CN"), canonical("张三@例子.中国"), canonical("张三@xn--fsqu00a.xn--fiqs8s")
    ('li.lei@b.cn', '张三@例子.中国', '张三@例子.中国')
    >>> canonical("\\u200eli@b.cn"), canonical("\\ufffd@b.cn"), canonical("\\u212a@b.cn"), canonical(None)
    ('', '', 'K@b.cn', '')
    """
    address = (address or "").strip()
    if _BAD in address or one_line(address) != address:
        return ""
    if not _ADDRESS.fullmatch(address):
        return ""
    local, _at, domain = address.rpartition("@")
    # other letters have no other case that is surely the same mailbox
    local = _CAPITALS.sub(lambda match: match[0].lower(), local)
    return f"{local}@{canonical_domain(domain)}"


def canonical_domain(domain):
    """Return a domain in Unicode, whichever way it was written."""
    lower = _CAPITALS.sub(lambda match: match[0].lower(), domain).rstrip(".")
    try:
        return idna.decode(idna.encode(lower, uts46=True))
    except (idna.IDNAError, UnicodeError, ValueError, IndexError):
        return lower


def is_machine(address):
    """Return whether nobody in particular writes from an address.

    >>> is_machine("no-reply@form.example"), is_machine("scanner2@office.example")
    (True, True)
    >>> is_machine("12345@gov.example"), is_machine("li.lei@b.cn"), is_machine("123456@qq.cn")
    (True, False, False)
    """
    return bool(_MACHINE.fullmatch(address.rpartition("@")[0]))


def addresses(value):
    """Return ``[(name, address)]`` of a raw header.

    >>> addresses('"Wang, F" <A@B.cn>, c@d.cn')
    [('Wang, F', 'a@b.cn'), ('', 'c@d.cn')]
    >>> addresses("=?utf-8?B?5p2O6Zu3PGxpQGIuY24+?="), addresses("undisclosed-recipients:;")
    ([('李雷', 'li@b.cn')], [])
    >>> addresses("李雷 li@b.cn"), addresses("<li@b.cn> 李雷"), addresses("mailto:li@b.cn")
    ([('李雷', 'li@b.cn')], [('李雷', 'li@b.cn')], [('', 'li@b.cn')])
    >>> addresses("李雷 <li＠b．cn>"), addresses("李雷 <li@b.cn"), addresses('"li@b.cn" <>')
    ([('李雷', 'li@b.cn')], [('李雷', 'li@b.cn')], [('', 'li@b.cn')])
    >>> addresses('"wang@b.cn" <li@b.cn>')
    [('', 'li@b.cn')]
    """
    try:
        parsed = getaddresses([unfolded(value)])
    except (ValueError, IndexError, AttributeError, TypeError, RecursionError):
        parsed = []
    found = []
    for name, address in parsed:
        if known := canonical(decode_header(address)):
            found.append(
                (_own_name(one_line(decode_header(unquote(name))), known), known)
            )
        elif "@" in address:
            # half an address is no list
            found = []
            break
    if len(found) == 1 and not found[0][0]:
        # a name behind the address
        again = _addresses_anywhere(decode_header(value))
        found = again if len(again) == 1 and again[0][1] == found[0][1] else found
    return found or _addresses_anywhere(decode_header(value))


def _own_name(name, address):
    """Return the name beside an address, empty if it is somebody else's address."""
    other = _ADDRESS.search(name)
    return "" if other and canonical(other[0]) != address else name


def _addresses_anywhere(text):
    """Return what looks like addresses in a header that is no list of them."""
    text = re.sub(r"(?i)\bmailto:", "", text.translate(_FULL_WIDTH))
    found, place = [], 0
    for match in _ADDRESS.finditer(text):
        name = _name(text[place : match.start()])
        place = match.end()
        if not name and not found:
            name = _name(text[place:])
        if address := canonical(match[0]):
            found.append((name, address))
    return found


def _name(text):
    name = one_line(text).strip("<>[]\"' ,;:()（）\u201c\u201d")
    return name if "@" not in name else ""
