"""No address in the server's log of who files or tracks a complaint without a name.

Nor the secret part of a link that somebody was sent.

A proxy in front of the server has a log of its own; see ``docs/architecture.rst``.
"""

import logging
import re

#: A line such as ``203.0.113.7 - - [date] "POST /zh_CN/complaints/track HTTP/1.1" 200``.
_LINE = re.compile(r"^\S+(?= - - \[)")
#: What every page of ours loads as well: at the same second, from the same address.
_PARTS = (
    r"/[a-z0-9_]+/static/",
    r"/web/(?:assets|bundle|image|webclient|binary/company_logo)\b",
    r"/website/translations\b",
    r"/logo\.png|/favicon\.ico",
)
#: Public pages of complaints, maybe under a language; ``/my`` is none.
_PAGES = r"(?!/my/)(?:/[a-z]{2,3}(?:_[A-Z]{2})?)?/complaints(?:[/? ]|$)"
#: However the way there is written: the server opens some of these, and logs all.
_SEPARATOR = r"(?:[/\\;]|%2F|%5C|%3B)"
_TOKEN = re.compile(
    rf"({_SEPARATOR}(?:told|rate){_SEPARATOR}+(?:\./)*)[^/\s?\"']+", re.IGNORECASE
)
#: What somebody looks for among their own cases.
_QUERY = re.compile(r"(/complaints(?:/[^\s?\"']*)?)\?[^\s\"']+")
_PATH = re.compile(rf"[A-Z]+ (?:{'|'.join((_PAGES, *_PARTS))})")


def quiet(line):
    """Return a line of the access log without the address, if it is such a page.

    >>> quiet('203.0.113.7 - - [24/Nov] "POST /complaints/track HTTP/1.1" 200 -')
    '- - - [24/Nov] "POST /complaints/track HTTP/1.1" 200 -'
    >>> quiet('203.0.113.7 - - [24/Nov] "GET /zh_CN/complaints?x=1 HTTP/1.1" 200 -')[:5]
    '- - -'
    >>> quiet('203.0.113.7 - - [24/Nov] "GET /logo.png?company=1 HTTP/1.1" 200 -')[:5]
    '- - -'
    >>> quiet('203.0.113.7 - - [24/Nov] "GET /my/complaints HTTP/1.1" 200 -')[:7]
    '203.0.1'
    >>> quiet('203.0.113.7 - - [24/Nov] "GET /web/login HTTP/1.1" 200 -')[:7]
    '203.0.1'
    >>> quiet('203.0.113.7 - - [24/Nov] "GET /zh_CN/complaints/told/aB3_/paper HTTP/1.1"')
    '- - - [24/Nov] "GET /zh_CN/complaints/told/…/paper HTTP/1.1"'
    >>> [quiet(f"GET /complaints{way} HTTP/1.1")[15:] for way in ("//told/T", "/told//T")]
    ['//told/… HTTP/1.1', '/told//… HTTP/1.1']
    >>> [quiet(f"GET /complaints/{way} HTTP/1.1")[16:] for way in ("told%2FT", "TOLD/T")]
    ['told%2F… HTTP/1.1', 'TOLD/… HTTP/1.1']
    >>> quiet('198.51.100.7 - - [24/Nov] "GET /my/complaints?search=%E6%9D%8E HTTP/1.1"')
    '198.51.100.7 - - [24/Nov] "GET /my/complaints?… HTTP/1.1"'
    >>> quiet('- - - [24/Nov] "GET /rate/aB3_/5 HTTP/1.1"')
    '- - - [24/Nov] "GET /rate/…/5 HTTP/1.1"'
    """
    line = _QUERY.sub(r"\1?…", line)
    line = _TOKEN.sub(r"\1…", line)
    return _LINE.sub("-", line) if _PATH.search(line) else line


class QuietFilter(logging.Filter):
    """Rewrites records of the access log and of refused forms; none is dropped."""

    def filter(self, record):
        """Take the address out of the line."""
        line = record.getMessage()
        cleaned = quiet(line)
        if cleaned != line:
            record.msg, record.args = cleaned, ()
        return True


for _name in ("werkzeug", "odoo.http"):
    logging.getLogger(_name).addFilter(QuietFilter())
