"""What machines write: notices of absence, receipts, recalls, refusals.

Headers say it as they should (RFC 3834) or not at all: the services of the mainland often
say it in words only. Plain Python. Nothing here raises on any input.
"""

import re

#: Answers before a subject, in any language they are written in here.
_ANSWER = r"(?:(?:re|aw|sv|fwd?|回[复復覆]|答[复復覆]|转发|轉寄|轉發)\s*[:：]\s*)*"
_OPENING = r"[\[【(（<《「“\"]?\s*"
_AUTO = (
    r"(?:自[动動](?:[回答应應][复復覆答]|发送|發送)|系[统統]自[动動]|假期自[动動])"
    r"|(?:外出|休假|度假|年假|病假|产假)(?:中|期间|期間|通知|[:：]|自[动動])"
    r"|(?:我|本人)?(?:已|正在|现)?不在[办辦]公室"
    r"|auto(?:mat(?:ic|ed))?[ -]?(?:mail |e-?mail )?(?:reply|response|answer|message)"
    r"|(?:i am |i'm )?out of (?:the )?office|ooo\b|away from|on (?:leave|vacation|holiday)"
    r"|vacation (?:reply|response|notice)"
)
# a withdrawn complaint is no withdrawn mail: 撤回投诉
_RECALL = (
    r"(?:撤回|召回|收回)\s*[:：]|(?:撤回|召回|收回)(?:[邮郵]件|消息|信件)"
    r"|(?:发信方|发件人|发送方|對方|对方|寄件者|寄件人|寄信人)[^\n]{0,40}?"
    r"(?:撤回|召回|收回)(?:了|该|這封|这封|此|一封|本)*(?:[邮郵]件|消息|信件)"
    r"|(?:[邮郵]件|消息|信件)(?:已[被经經]?|被)(?:发件人|寄件者|发信方|发送方)?(?:成功)?(?:撤回|召回|收回)"
    r"|recall\s*[:：]|message recall|[^\n]{0,80}would like to recall the message"
    r"|[^\n]{0,40}(?:想要|希望)(?:撤回|召回|收回)(?:[邮郵]件|消息)"
)
_RECEIPT = (
    r"(?:已[读讀閱阅](?:回[执執]|[邮郵]件)?|[阅閱讀读]取?回[条條执執]|未[读讀](?:已[删刪]除)?)\s*[:：]"
    r"|(?:read|not read|return receipt|delivered|relayed)\s*[:：]"
    r"|(?:送[达達]|投[递遞]|已[读讀])回[执執]"
)
_SUBJECT = re.compile(
    rf"\s*{_ANSWER}{_OPENING}(?:{_AUTO}|{_RECALL}|{_RECEIPT})", re.IGNORECASE
)
#: How such a mail begins; who complains of automatic answers begins otherwise.
_TEXT = re.compile(
    rf"\s*{_OPENING}(?:"
    r"(?:这|這|此|本)(?:是|封|邮件|郵件)[^\n。]{0,30}?自[动動](?:[回答应應][复復覆答]|[发發]送|[发發]出)"
    r"|(?:您好|你好|尊敬的[^\n，,]{0,12})?[，,！!：:\s]*(?:感谢您的来信[，,。！!]?\s*)?"
    r"(?:我|本人)(?:最近|现在|目前|这几天)?(?:正在?|已)?(?:在)?(?:休假|度假|外出|出差)(?:中|期间)?"
    r"[^\n]{0,40}(?:回复|回復|回覆|查看|查收|处理)"
    r"|(?:您好|你好)?[，,！!：:\s]*(?:您|你)的(?:来信|邮件|來信|郵件)(?:我)?(?:已|已经)(?:收到|收悉)"
    r"[，,。！!]?\s*(?:我会|我將|我将|会|将|稍后|谢谢)[^\n]{0,30}\s*$"
    rf"|{_AUTO}|{_RECALL}"
    r"|(?:这|這|此|本)(?:是|封)?[邮郵]?件?[^\n。]{0,12}(?:由)?(?:系统|系統)[^\n。]{0,6}(?:自动|自動)"
    r"|this is an auto(?:mat(?:ed|ic|ically generated))?\b"
    r")",
    re.IGNORECASE,
)
#: Characters of a machine's words; longer ones are somebody's who quotes them.
_SHORT = 400
_BOUNCE_SENDERS = ("mailer-daemon@", "postmaster@")
#: What servers write that send reports of their own making, if nobody can answer them.
_BOUNCE_SUBJECT = re.compile(
    r"退信|退件|投递失败|投遞失敗|无法(?:投递|送达)|未送达|delivery (?:status|failure|has failed)"
    r"|undeliver(?:ed|able)|returned mail|failure notice|mail delivery (?:failed|system)"
    r"|delivery notification",
    re.IGNORECASE,
)


def kind(headers):
    """Return what kind of machine wrote a mail, see ``mail_header.Head.automatic``.

    :param headers: ``mail_header.Headers``
    """
    if _is_bounce(headers):
        return "bounce"
    submitted = headers.raw("auto-submitted").strip().lower() or "no"
    precedence = headers.raw("precedence").strip().lower()
    if _is_autoreply(headers, submitted, precedence):
        return "reply"
    listed = ("list-id", "list-post", "list-unsubscribe")
    if precedence in ("list", "bulk", "junk") or headers.values.keys() & {*listed}:
        return "list"
    if not submitted.startswith("no"):
        return "generated"
    suppress = headers.raw("x-auto-response-suppress").strip().lower()
    quiet = "x-loop" in headers.values or suppress not in ("", "none")
    return "quiet" if quiet else ""


def says_subject(subject):
    """Return whether a subject says that nobody wrote.

    >>> says_subject("自动回复:社区通知"), says_subject("Automated Response: Re: TS")
    (True, True)
    >>> says_subject("发信方已撤回邮件：投诉"), says_subject("撤回投诉"), says_subject("发件人是谁")
    (True, False, False)
    """
    return bool(_SUBJECT.match(subject))


def says_text(text):
    """Return whether a text says by itself that nobody wrote it.

    >>> says_text("这是来自QQ邮箱的假期自动回复邮件。\\n您好，我最近正在休假中，无法亲自回复您的邮件。")
    True
    >>> says_text("你们的自动回复太敷衍了，三号楼还是没有水。"), says_text("我要撤回投诉。")
    (False, False)
    """
    return len(text) <= _SHORT and bool(_TEXT.match(text))


def _is_bounce(headers):
    content = headers.raw("content-type").lower()
    report = "multipart/report" in content and "delivery-stat" in content
    _name, sender = headers.sender()
    return (
        report
        or "x-failed-recipients" in headers.values
        or sender.startswith(_BOUNCE_SENDERS)
        or (
            headers.raw("return-path").strip() == "<>"
            and bool(_BOUNCE_SUBJECT.search(headers.text("subject")))
        )
    )


def _is_autoreply(headers, submitted, precedence):
    flags = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-qq-autoreply")
    return bool(
        submitted.startswith(("auto-replied", "auto_replied"))
        or precedence in ("auto_reply", "auto-reply")
        or any(headers.raw(flag).strip().lower() not in ("", "no") for flag in flags)
        or any(
            flag in headers.values and not headers.raw(flag).strip() for flag in flags
        )
        or headers.raw("return-path").strip() == "<>"
        or "disposition-notification" in headers.raw("content-type").lower()
        or says_subject(headers.text("subject"))
    )
