"""Whose words a mail passes on: mail programs write it above what is forwarded.

Plain Python. Nothing here raises on any input.
"""

import re
from dataclasses import replace

from .mail_address import addresses
from .mail_machine import says_text

_FROM = r"(?:发件人|發件人|寄件者|寄件人|发信人|來自|来自|From|De|Von|差出人)"
_MORE = (
    r"(?:发送时间|發送時間|发件时间|日期|时间|收件人|收件者|抄送|主题|主旨|主題|寄件日期"
    r"|Sent|Date|To|Cc|Subject|送信日時|宛先|件名)"
)
_LINE = re.compile(
    rf"^[>\s*|]*{_FROM}[\s*]*[:：][\s*]*(?P<who>[^\n]{{3,300}})$", re.IGNORECASE | re.M
)
_NEXT = re.compile(rf"^[>\s*|]*{_MORE}[\s*]*[:：]", re.IGNORECASE | re.M)
_MOST = 20


def behind(text):
    """Return ``[(name, address)]`` of those whose mails a text quotes or passes on.

    >>> behind('请登记。\\n--- 原始邮件 ---\\n发件人: "孙七" <sun7@b.cn>;\\n主题: 垃圾\\n\\n垃圾')
    [('孙七', 'sun7@b.cn')]
    >>> behind("> *From:* Li Lei [mailto:li@b.cn]\\n> *Sent:* Monday"), behind("来自：三号楼")
    ([('Li Lei', 'li@b.cn')], [])
    """
    found = {}
    for match in _LINE.finditer(text):
        rest = text[match.end() : match.end() + 600]
        if not _NEXT.search(rest):
            continue
        who = match["who"].strip().rstrip(";；,， ")
        for name, address in addresses(who) or [(who[:100], "")]:
            found.setdefault((name, address))
        if len(found) >= _MOST:
            break
    return list(found)


def understood(head, mail):
    """Return the head of a mail with what only its text tells.

    :param head: ``mail_header.Head``
    :param mail: ``mail_reader.Mail``
    """
    known = {head.sender, *head.recipients}
    people = (head.reply_to, *mail.behind, *behind(mail.text))
    others = tuple(
        dict.fromkeys(who for who in people if any(who) and who[1] not in known)
    )
    automatic = head.automatic
    if automatic in ("", "quiet", "generated") and says_text(mail.text):
        automatic = "reply"
    return replace(head, behind=others, automatic=automatic)
