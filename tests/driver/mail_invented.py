"""Raw mails made up by a seed, with what each says: charsets, structures, senders, machines.

Nothing here uses the code under test: the bytes are put together by hand, and what is
expected is what was put in. Domains end in ``.example``.

>>> mails = invented(seed=1)
>>> len(mails), len({mail.name for mail in mails}), len({mail.content for mail in mails})
(360, 360, 360)
>>> invented(seed=1)[7] == mails[7], invented(seed=2)[7] == mails[7]
(True, False)
"""

import random
from base64 import b64encode, encodebytes
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from quopri import encodestring

DESK = "tousu@xiangyang.example"
#: The office's own mail server, which stands on top of what it took.
SERVER = "mx.example"
COUNT = 360
#: ``(text, codec, labels it is declared by)``; labels mean what browsers take them for.
TEXTS = (
    (
        "楼上每天夜里装修到十二点，老人和孩子都睡不好，请尽快处理。",
        "utf-8",
        ("utf-8", "UTF8", '"utf-8"'),
    ),
    (
        "北门垃圾站一周没有清运，异味很重，物业也不接电话。",
        "gb18030",
        ("gb2312", "GBK", "gb18030", "x-gbk"),
    ),
    (
        "小区电梯坏了三天，八十多岁的母亲下不了楼，请派人修理。",
        "gb18030",
        ("cp936", "GB_2312-80", "csgb2312"),
    ),
    (
        "窗口人员态度恶劣，材料不一次告知，让我跑了三趟。",
        "gb18030",
        (None, "unknown-8bit", "us-ascii", "utf-8"),
    ),
    ("社区医院的䶮医生多收了五十元，请核查收费单。", "gb18030", ("gb2312", "gb18030")),
    (
        "三號樓天花板漏水兩個月，物業一直推託，請協助處理。",
        "big5",
        ("big5", "Big5-HKSCS", "cn-big5", "x-x-big5"),
    ),
    (
        "樓下餐廳油煙很大，晚上不能開窗，請環保部門檢查。",
        "big5",
        (None, "cp950", "utf-8"),
    ),
    (
        "The guard asked for a fee of €50 – “unfair”, I think.",
        "cp1252",
        ("iso-8859-1", "latin1", "Windows-1252", "ISO_8859-1:1987"),
    ),
    (
        "Le gardien a refusé l’accès à ma mère âgée, c’est inadmissible.",
        "cp1252",
        ("iso-8859-1", "cp819", "l1"),
    ),
    (
        "Die Tür im Müllraum schließt nicht, es riecht bis in den Flur.",
        "cp1252",
        ("us-ascii", "iso-8859-15", "latin1"),
    ),
    (
        "隣の工事の騒音がひどくて夜も眠れません。①早く止めてください。",
        "cp932",
        ("shift_jis", "x-sjis", "Windows-31J"),
    ),
    (
        "上の階の水漏れで天井が傷んでいます。対応をお願いします。",
        "iso2022_jp",
        ("iso-2022-jp", "csISO2022JP"),
    ),
    (
        "위층 소음이 심해서 잠을 잘 수 없습니다. 똠방각하 확인해 주세요.",
        "cp949",
        ("ks_c_5601-1987", "euc-kr", "korean"),
    ),
    (
        "Жалоба на ночной шум в доме номер пять, помогите, пожалуйста.",
        "cp1251",
        ("windows-1251", "cp1251", "x-cp1251"),
    ),
    (
        "Лифт не работает третий день, прошу прислать мастера.",
        "koi8-r",
        ("koi8-r", "koi8", "cskoi8r"),
    ),
    (
        "Apartman girişindeki ışık çalışmıyor, lütfen düzeltin.",
        "cp1254",
        ("iso-8859-9", "latin5", "windows-1254"),
    ),
    (
        "มีเสียงดังรบกวนตอนกลางคืน กรุณาช่วยตรวจสอบด้วย",
        "cp874",
        ("tis-620", "windows-874", "iso-8859-11"),
    ),
    ("校门口施工没有围挡，尘土很大，孩子们都在咳嗽。", "hz", ("hz-gb-2312", "HZ")),
    ("广场舞的音响太大，作业都写不了，请管一管。", "utf-16", ("utf-16", "unicode")),
    (
        "路灯一个月没亮，晚上接孩子很不安全。",
        "utf-8",
        ("gb2312", "iso-8859-1", None, "big5"),
    ),
)
#: ``(From as it is written, address, codec)``.
SENDERS = (
    ("Li Lei <Li.Lei{n}@Resident.example>", "li.lei{n}@resident.example"),
    ('"Wang, Fang" <wang{n}@resident.example>', "wang{n}@resident.example"),
    ("=?gb2312?B?zfW3vA==?= <fang{n}@resident.example>", "fang{n}@resident.example"),
    ("=?utf-8?B?5p2O6Zu3?=\r\n <lei{n}@resident.example>", "lei{n}@resident.example"),
    ("张三 <张三{n}@例子.中国>", "张三{n}@例子.中国"),
    ("<zhang{n}@xn--fsqu00a.xn--fiqs8s>", "zhang{n}@例子.中国"),
    ("李雷 lilei{n}@resident.example", "lilei{n}@resident.example"),
    ("lei{n}@resident.example (李雷)", "lei{n}@resident.example"),
    ("mailto:hm{n}@resident.example", "hm{n}@resident.example"),
    ('"other@bank.example" <me{n}@resident.example>', "me{n}@resident.example"),
    ("Zhao <zhao{n}@resident.example", "zhao{n}@resident.example"),
    ("q{n}@resident.example", "q{n}@resident.example"),
)
#: What machines of all kinds write: ``(subject, text, further headers)``.
MACHINES = (
    ("自动回复：通知", "您好，来信已收到。", ""),
    ("自動回覆: 通知", "我目前不在。", ""),
    (
        "Re: 社区通知",
        "这是来自QQ邮箱的假期自动回复邮件。\n您好，我最近正在休假中，无法亲自回复您的邮件。",
        "",
    ),
    ("Re: 社区通知", "您好，我正在出差，无法及时回复您的邮件。", ""),
    ("自动答复: 社区通知", "外出。", ""),
    ("Automatic reply: notice", "I am away.", ""),
    ("Automated Response: Re: notice", "We are sorry.", ""),
    ("Out of Office: notice", "Back on Monday.", ""),
    ("发信方已撤回邮件：投诉", "发信方已撤回邮件，邮件主题为：投诉", ""),
    ("撤回: 投诉", "发件人想要撤回邮件“投诉”。", ""),
    ("Recall: complaint", "Li Lei would like to recall the message “complaint”.", ""),
    ("已读: 投诉", "您的邮件已被阅读。", ""),
    ("通知", "收到。", "Auto-Submitted: auto-replied\r\n"),
    ("通知", "收到。", "X-Autoreply: yes\r\n"),
    ("通知", "收到。", "Precedence: auto_reply\r\n"),
    ("系统退信", "对方邮箱不存在。", "X-Failed-Recipients: a@b.example\r\n"),
    ("通知", "收到。", "Return-Path: <>\r\n"),
)
#: Who sends on what others wrote: ``(From, further headers)``.
RELAYS = (
    ("网站表单 <noreply{n}@form.example>", ""),
    ("no-reply@site{n}.example", "Reply-To: zhao{n}@resident.example\r\n"),
    ("12345 <12345@gov{n}.example>", ""),
    ("scanner2@copy{n}.example", ""),
    ("窗口 <window{n}@xiangyang.example>", ""),
    ("Site <info{n}@site.example>", "Reply-To: Zhao <zhao@resident{n}.example>\r\n"),
)
_CHINA = timezone(timedelta(hours=8))
_PHOTO = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR no picture at all"


@dataclass(frozen=True)
class Invented:
    """A mail and what is right for it.

    :param text: what somebody wrote, without its layout; ``None``: it does not matter
    :param ends: ``(state, reason)`` at a desk that may know who wrote
    :param arrived: when the office's server took it, naive UTC, or ``None``
    """

    name: str
    content: bytes
    sender: str
    text: str | None
    ends: tuple = ("case", False)
    arrived: datetime | None = None


def invented(seed=20261129, count=COUNT):
    """Return a list of :class:`Invented`."""
    chance = random.Random(seed)
    makers = (*[_person] * 12, _machine, _relay, _circular, _textless, _nobody)
    return [_number(makers, chance, number) for number in range(count)]


def damaged(content, chance):
    """Return a mail with bytes flipped, cut off, doubled or taken out."""
    content = bytearray(content)
    for _time in range(chance.randint(1, 6)):
        deed = chance.choice(("flip", "cut", "drop", "double", "nul", "line"))
        position = chance.randrange(len(content) + 1)
        end = min(len(content), position + chance.choice((1, 3, 20, 300)))
        if deed == "flip":
            for index in range(position, end):
                content[index] = chance.randrange(256)
        elif deed == "cut":
            del content[position:]
        elif deed == "drop":
            del content[position:end]
        elif deed == "double":
            content[position:position] = content[position:end]
        else:
            content[position:position] = b"\0" if deed == "nul" else b"\r\n\r\n"
    return bytes(content)


def _number(makers, chance, number):
    # every text and structure occurs, whatever the seed
    make = makers[number % len(makers)]
    return make(chance, number)


def _person(chance, number):
    text, codec, labels = TEXTS[number % len(TEXTS)]
    label = chance.choice(labels)
    written, sender = SENDERS[chance.randrange(len(SENDERS))]
    written, sender = written.format(n=number), sender.format(n=number)
    structure = STRUCTURES[chance.randrange(len(STRUCTURES))]
    if codec in ("utf-16",) and structure is not _plain:
        structure = _plain
    received, arrived = _received(chance, number)
    body = structure(chance, text, codec, label)
    return _mail(
        number, structure.__name__, written, body, sender, text,
        subject=f"=?utf-8?B?{b64encode('投诉'.encode()).decode()}?=",
        headers=received, arrived=arrived,
    )  # fmt: skip


def _machine(chance, number):
    subject, text, headers = MACHINES[number // 17 % len(MACHINES)]
    sender = f"robin{number}@resident.example"
    body = _plain(chance, text, "utf-8", "utf-8")
    return _mail(
        number, "machine", sender, body, sender, text,
        subject=subject, headers=headers, ends=("quarantine", "machine"),
    )  # fmt: skip


def _relay(chance, number):
    written, headers = RELAYS[number // 17 % len(RELAYS)]
    written, headers = written.format(n=number), headers.format(n=number)
    text = f"投诉人：赵六。内容：小区路灯不亮，第{number}号。"
    body = _plain(chance, text, "utf-8", "utf-8")
    sender = written.rpartition("<")[2].rstrip(">")
    return _mail(
        number, "relay", written, body, sender, text,
        headers=headers, ends=("quarantine", "relayed"),
    )  # fmt: skip


def _circular(chance, number):
    sender, text = f"news{number}@shop.example", "代开发票。"
    body = _plain(chance, text, "utf-8", "utf-8")
    header = chance.choice(("List-Id: <a.example>", "Precedence: bulk"))
    return _mail(
        number, "circular", sender, body, sender, text,
        headers=f"{header}\r\n", ends=("quarantine", "list"),
    )  # fmt: skip


def _textless(_chance, number):
    sender = f"photo{number}@resident.example"
    body = _multipart("mixed", [_file("照片.png", _PHOTO + b"%d" % number)])
    return _mail(
        number, "textless", sender, body, sender, "",
        ends=("quarantine", "textless"),
    )  # fmt: skip


def _nobody(chance, number):
    text = "社区食堂卫生太差。"
    body = _plain(chance, text, "utf-8", "utf-8")
    return _mail(
        number, "nobody", "不说", body, "", text, ends=("quarantine", "no_sender")
    )  # fmt: skip


def _mail(number, kind, written, body, sender, text, **more):
    """Return a mail with its head."""
    when = datetime(2026, 11, 2, 9, 0, number % 60, tzinfo=_CHINA)
    head = (
        f"{more.get('headers', '')}From: {written}\r\nTo: {DESK}\r\n"
        f"Subject: {more.get('subject', '投诉')}\r\nDate: {format_datetime(when)}\r\n"
        f"Message-ID: <invented.{number}@client.example>\r\nMIME-Version: 1.0\r\n"
    )
    return Invented(
        name=f"{number:03}-{kind.strip('_')}",
        content=head.encode() + body,
        sender=sender,
        text=text,
        ends=more.get("ends", ("case", False)),
        arrived=more.get("arrived"),
    )


def _received(chance, number):
    """Return ``(header, moment)`` of the office's own server, of another, or of none."""
    kind = number % 3
    if not kind:
        return "", None
    moment = datetime(2026, 10, 1, tzinfo=UTC) + timedelta(
        minutes=chance.randrange(40_000)
    )
    zone = timezone(timedelta(hours=chance.choice((-8, 0, 8))))
    date = format_datetime(moment.astimezone(zone))
    server = SERVER if kind == 1 else "imap.elsewhere.example"
    header = chance.choice(
        (
            "Received: from a.example ([192.0.2.1]) by {server} (Postfix);\r\n\t{date}",
            "received: by {server}; {date} (CST)",
            "Received: from x (unknown [192.0.2.7])\r\n\tby {server} with ESMTP id 4"
            "\r\n\tfor <tousu@xiangyang.example>; {date}",
        )
    )
    header = header.format(server=server, date=date)
    return f"{header}\r\n", moment.replace(tzinfo=None) if kind == 1 else None


# ----------------------------------------------------------------------
# Structures
# ----------------------------------------------------------------------


def _plain(chance, text, codec, label, kind="text/plain", more=""):
    """Return a part of text, in one of three transfer encodings."""
    content = text.encode(codec)
    charset = f"; charset={label}" if label else ""
    head = f"Content-Type: {kind}{charset}{more}\r\n"
    way = "base64" if codec == "utf-16" else chance.choice(("8bit", "base64", "qp"))
    if way == "base64":
        body = encodebytes(content).replace(b"\n", b"\r\n")
    elif way == "qp":
        way, body = "quoted-printable", encodestring(content).replace(b"\n", b"\r\n")
    else:
        body = content + b"\r\n"
    return f"{head}Content-Transfer-Encoding: {way}\r\n\r\n".encode() + body


def _html(chance, text, codec, label):
    middle = len(text) // 2
    page = (
        f"<html><head><style>p{{}}</style><title>x</title></head><body><div>"
        f"<p>{text[:middle]}<b>{text[middle:]}</b></p><script>alert(1)</script>"
        "</div></body></html>"
    )
    return _plain(chance, page, codec, label, "text/html")


def _meta(chance, text, codec, label):
    """A page that says its charset itself."""
    page = f"<html><head><meta charset={label or 'utf-8'}></head><p>{text}</p></html>"
    if not label or codec == "hz":
        return _html(chance, text, codec, label)
    return _plain(chance, page, codec, None, "text/html")


def _alternative(chance, text, codec, label):
    return _multipart(
        "alternative",
        [_plain(chance, text, codec, label), _html(chance, text, codec, label)],
    )


def _placeholder(chance, text, codec, label):
    words = chance.choice(
        ("您的邮件客户端不支持HTML格式。", "Your e-mail client cannot view HTML mail.")
    )
    return _multipart(
        "alternative",
        [
            _plain(chance, words, "utf-8", "utf-8"),
            _multipart("related", [_html(chance, text, codec, label)], "inner"),
        ],
    )


def _mixed(chance, text, codec, label):
    return _multipart(
        "mixed",
        [_plain(chance, text, codec, label), _file("图.png", _PHOTO)],
    )


def _named(chance, text, codec, label):
    return _plain(chance, text, codec, label, more='; name="body.txt"')


def _nested(chance, text, codec, label):
    inner = b"From: a@b.example\r\nSubject: x\r\n" + _plain(chance, text, codec, label)
    part = b"Content-Type: message/rfc822\r\n\r\n" + inner
    return _multipart("mixed", [part])


def _signed(chance, text, codec, label):
    """Text inside a signature (S/MIME), without certificates."""
    inner = _der(0x04, _plain(chance, text, codec, label))
    data = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
    signed_data = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
    content = _der(0x30, data + _der(0xA0, inner))
    empty = _der(0x31, b"")
    signed = _der(0x30, b"\x02\x01\x01" + empty + content + empty)
    wrapped = _der(0x30, signed_data + _der(0xA0, signed))
    head = (
        "Content-Type: application/pkcs7-mime; smime-type=signed-data;"
        ' name="smime.p7m"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    )
    return head.encode() + encodebytes(wrapped)


def _flowed(chance, text, codec, label):
    middle = len(text) // 2
    # a space at the end of a line is none of the text where they are deleted
    broken = f"{text[:middle]} \r\n{text[middle:]}"
    more = "; format=flowed; delsp=yes"
    return _plain(chance, broken, codec, label, more=more)


STRUCTURES = (
    _plain, _plain, _html, _meta, _alternative, _placeholder, _mixed, _named,
    _nested, _signed, _flowed,
)  # fmt: skip


def _der(tag, content):
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _file(name, content):
    encoded = b64encode(name.encode()).decode()
    head = (
        f'Content-Type: image/png; name="=?utf-8?B?{encoded}?="\r\n'
        "Content-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + encodebytes(content)


def _multipart(kind, parts, boundary="invented"):
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    line = f"--{boundary}".encode()
    body = b"".join(line + b"\r\n" + part + b"\r\n" for part in parts)
    return head + body + line + b"--\r\n"
