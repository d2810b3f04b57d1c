"""Text messages: whom they reach, and how much one holds. Plain Python."""

import re

#: Characters of one message that is not in Latin letters only.
LONGEST = 70
#: Mobile numbers of the mainland; the prefix of the country is cut before.
_MOBILE = re.compile(r"1[3-9]\d{9}")


def is_mobile(number):
    """Return whether a text message to a number arrives: a landline takes none.

    >>> is_mobile("+86 138-0013-8000"), is_mobile("021 6688 9900"), is_mobile(None)
    (True, False, False)
    """
    digits = re.sub(r"^(?:00|\+)?86(?=1)", "", re.sub(r"[^\d+]", "", number or ""))
    return bool(_MOBILE.fullmatch(digits))


def cut(office, rest):
    """Return a text of at most :data:`LONGEST` characters: the office, then the rest.

    Carriers of the mainland ask for the sender in 【】.

    >>> cut("葵花街办事处", "编号2026-00001有新消息")
    '【葵花街办事处】编号2026-00001有新消息'
    >>> len(cut("葵" * 90, "news on the matter 2026-00001"))
    70
    """
    room = max(2, LONGEST - len(rest) - 2)
    name = office if len(office) <= room else office[: room - 1] + "…"
    return f"【{name}】{rest}"
