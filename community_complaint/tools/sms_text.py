"""Text messages: whom they reach, and how much one holds. Plain Python."""

import re

#: Characters of one message that is not in Latin letters only.
LONGEST = 70
#: Mobile numbers of the mainland; the prefix of the country is cut before.
_MOBILE = re.compile(r"1[3-9]\d{9}")
_CIRCULAR = re.compile(
    r"(?:退订|拒收)请?回复?[A-Z0]|回复?(?:TD|[TNR]|0000)退订|验证码(?:是|为|[:：])?\d{4}"
)


def is_mobile(number):
    """Return whether a text message to a number arrives: a landline takes none.

    >>> is_mobile("+86 138-0013-8000"), is_mobile("021 6688 9900"), is_mobile(None)
    (True, False, False)
    """
    digits = re.sub(r"^(?:00|\+)?86(?=1)", "", re.sub(r"[^\d+]", "", number or ""))
    return bool(_MOBILE.fullmatch(digits))


def is_circular(text):
    """Return whether a message is advertising, or a code of somebody's service.

    >>> is_circular("【银行】贷款优惠，拒收请回复R"), is_circular("三号楼没有水，请处理")
    (True, False)
    """
    return bool(_CIRCULAR.search(text))


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
