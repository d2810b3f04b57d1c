"""What people wrote into the cells of a register: days, phones, words; no ORM.

Functions return ``(value, doubt)``: a doubt is a code, ``None`` if there is none.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

#: What people write where they know nothing.
_NOTHING = frozenset(
    [
        "-",
        "--",
        "---",
        "—",
        "——",
        "–",
        "/",
        "//",
        "\\",
        ".",
        "。",
        "*",
        "无",
        "無",
        "空",
        "略",
        "不详",
        "未知",
        "未填",
        "未留",
        "无此项",
        "暂无",
        "没有",
        "n/a",
        "na",
        "none",
        "null",
        "nil",
    ]
)
#: Days of Excel that can be meant: 1954 to 2119.
_SERIALS = range(20_000, 80_200)
_EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_DIGITS = str.maketrans(
    "〇○零Ｏ一二三四五六七八九壹贰叁肆伍陆柒捌玖幺两", "0000123456789123456789" + "12"
)
_CHINESE_DAY = re.compile(
    r"([〇○零一二三四五六七八九]{2,4})年([〇○一二三四五六七八九十]{1,3})月(?:([〇○一二三四五六七八九十廿卅]{1,4})[日号])?"
)
_SEPARATOR = r"\s*[-/.,、_年月\s]\s*"
_YMD = re.compile(
    rf"(?<!\d)(\d{{4}}|\d{{2}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{1,2}})(?!\d)\s*[日号]?"
)
_DMY = re.compile(r"(?<!\d)(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)")
_MD = re.compile(r"^(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})\s*[日号.]?$")
_CLOCK = re.compile(
    r"(上午|下午|晚上|晚|早上|am|pm)?\s*(\d{1,2})\s*(?:[:：]|时|点)\s*(\d{1,2})?(?:\s*[:：分]\s*\d{0,2})?\s*(am|pm)?",
    re.IGNORECASE,
)
_MINGUO = re.compile(r"民国|民國")


class Day(NamedTuple):
    """A day somebody wrote; ``hour`` is a ``time`` if they wrote one."""

    day: date
    hour: time | None = None


def text_of(value):
    """Return the value of a cell as text, empty for what says nothing.

    >>> text_of("  — "), text_of(13800138001), text_of(3.5), text_of("不详"), text_of(None)
    ('', '13800138001', '3.5', '', '')
    >>> text_of(date(2025, 3, 5)), text_of("A  b\\r\\nc ")
    ('2025-03-05', 'A  b\\nc')
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.strftime("%Y-%m-%d" if midnight else "%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.10g}"
    text = str(value).replace("\r\n", "\n").replace("\r", "\n").strip()
    return "" if _fold(text) in _NOTHING else text


def _fold(text):
    return unicodedata.normalize("NFKC", text).strip().lower()


def is_nothing(value):
    """Return whether a cell says nothing."""
    return not text_of(value)


# ----------------------------------------------------------------------
# Days
# ----------------------------------------------------------------------


def day_of(value, epoch_1904=False, year=None):
    """Return ``(Day or None, doubt or None)`` of a cell.

    :param year: the year that days without one are in, if anything tells it

    Doubts: ``bad_date``, ``year_guessed``, ``ambiguous_date``, ``no_day``.

    >>> [str(day_of(text)[0].day) for text in ("2024-3-5", "2024/03/05", "2024年3月5日",
    ...     "２０２４．３．５", "20240305", "45356", "24.3.5", "二〇二四年三月五日", 45356)]
    ... # doctest: +NORMALIZE_WHITESPACE
    ['2024-03-05', '2024-03-05', '2024-03-05', '2024-03-05', '2024-03-05', '2024-03-05',
     '2024-03-05', '2024-03-05', '2024-03-05']
    >>> day_of(43894, epoch_1904=True)[0].day
    datetime.date(2024, 3, 5)
    >>> day_of("3.5", year=2024), day_of("3.5")
    ((Day(day=datetime.date(2024, 3, 5), hour=None), 'year_guessed'), (None, 'bad_date'))
    >>> day_of("2024-02-30"), day_of("民国113年3月5日"), day_of("2024年3月"), day_of("")
    ((None, 'bad_date'), (None, 'bad_date'), (None, 'no_day'), (None, None))
    >>> day_of("13/05/2024"), day_of("04/05/2024")[1]
    ((Day(day=datetime.date(2024, 5, 13), hour=None), None), 'ambiguous_date')
    >>> day_of("2024年3月5日下午3时20分")[0].hour
    datetime.time(15, 20)
    """
    if isinstance(value, datetime):
        hour = value.time().replace(second=0, microsecond=0)
        return Day(value.date(), hour if hour != time() else None), None
    if isinstance(value, date):
        return Day(value), None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number_day(value, epoch_1904, year)
    text = text_of(value)
    if not text:
        return None, None
    text = _fold(text)
    number = re.fullmatch(r"(\d{5})(?:\.(\d+))?", text)
    if number:
        return _number_day(float(text), epoch_1904, year)
    return _text_day(text, year)


def _number_day(value, epoch_1904, year):
    """Return the day of a number: days since an epoch, 20240305, or 3.5."""
    if int(value) in _SERIALS:
        moment = datetime.combine(_EPOCHS[epoch_1904], time()) + timedelta(
            minutes=round(float(value) * 24 * 60)
        )
        hour = moment.time()
        return Day(moment.date(), hour if hour != time() else None), None
    # 2024.3 and 3.5 are numbers to Excel
    return _text_day(f"{value:.10g}", year)


def _text_day(text, year):
    if _MINGUO.search(text):
        return None, "bad_date"
    text = _CHINESE_DAY.sub(_in_digits, text)
    if found := _YMD.search(text) or _COMPACT.search(text):
        numbers = [*map(int, found.groups())]
        several = _YMD.search(text, found.end()) or re.search(
            r"^\s*[-—~至到]\s*\d", text[found.end() :]
        )
        day = _day(_whole_year(numbers[0]), *numbers[1:])
        if day is None:
            return None, "bad_date"
        hour = None if several else _hour(text[found.end() :])
        return Day(day, hour), "ambiguous_date" if several else None
    if found := _DMY.search(text):
        first, second, whole = map(int, found.groups())
        if first > 12:
            first, second = second, first
            doubt = None
        else:
            doubt = "ambiguous_date" if second <= 12 and first != second else None
        day = _day(whole, first, second)
        return (Day(day), doubt) if day else (None, "bad_date")
    if found := _MD.match(text):
        day = year and _day(year, *map(int, found.groups()))
        return (Day(day), "year_guessed") if day else (None, "bad_date")
    if re.fullmatch(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*月?", text):
        return None, "no_day"
    return None, "bad_date"


def _in_digits(found):
    """Return a day in Chinese numerals with digits."""
    year, month, day = found.groups()
    parts = [year.translate(_DIGITS), "年", str(_count(month)), "月"]
    return "".join(parts + ([str(_count(day)), "日"] if day else []))


def _count(text):
    """Return a Chinese number below 100.

    >>> _count("十"), _count("十五"), _count("二十"), _count("廿三"), _count("三")
    (10, 15, 20, 23, 3)
    """
    text = text.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = text.partition("十")
    digits = [part.translate(_DIGITS) for part in (tens, ones)]
    if not ten:
        return int(digits[0] or 0)
    return int(digits[0] or 1) * 10 + int(digits[1] or 0)


def _whole_year(year):
    if year > 99:
        return year
    return year + (2000 if year < 70 else 1900)


def _day(year, month, day):
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _hour(text):
    """Return the hour written after a day, ``None`` if there is none."""
    found = _CLOCK.search(text)
    if not found:
        return None
    half, hour, minute, after = found.groups()
    hour, minute = int(hour), int(minute or 0)
    if (half or after or "").lower() in ("下午", "晚上", "晚", "pm") and hour < 12:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


# ----------------------------------------------------------------------
# Phones and people
# ----------------------------------------------------------------------

_PHONE = re.compile(r"[+\d(][\d\s()+*-]{4,}\d(?:\s*(?:转|ext\.?|x|#)\s*\d{1,6})?", re.I)
_ANONYMOUS = re.compile(
    r"匿\s*名|不愿.{0,4}(?:透露|留|公开)|不留名|未留(?:姓)?名|保密|anonymous", re.I
)
_BRACKETS = re.compile(r"[(（\[［【〔][^)）\]］】〕]*[)）\]］】〕]")


def phone_of(value):
    """Return ``(phone, doubt)``: digits as digits, the rest as it was written.

    >>> phone_of("１３８００１３８００２"), phone_of("一三八〇〇一三八〇〇〇")
    (('13800138002', None), ('13800138000', None))
    >>> phone_of("021-66889900转805"), phone_of("1380013800"), phone_of("同上")
    (('021-66889900转805', None), ('1380013800', 'odd_phone'), ('同上', 'odd_phone'))
    """
    text = text_of(value)
    if not text:
        return "", None
    folded = unicodedata.normalize("NFKC", text)
    spoken = folded.translate(_DIGITS)
    if re.fullmatch(r"[\d\s-]{7,}", spoken):
        folded = spoken
    folded = re.sub(r"[‐‑‒–—―−]", "-", folded)
    folded = re.sub(r"\.0$", "", folded)
    return folded, None if _is_phone(folded) else "odd_phone"


def _is_phone(text):
    """Return whether all that a text lists could be reached in China, or abroad."""
    for part in re.split(r"[,;/、\n]|(?<=\d)\s+(?=1[3-9]\d{9})", text):
        part = re.split(r"转|ext\.?|x|#", part.strip(), maxsplit=1, flags=re.I)[0]
        digits = re.sub(r"\D", "", part)
        abroad = part.startswith(("+", "00")) and not digits.removeprefix(
            "00"
        ).startswith("86")
        digits = re.sub(r"^(?:0086|86(?=1[3-9]|0))", "", digits)
        known = (
            re.fullmatch(r"1[3-9]\d{9}", digits)
            or re.fullmatch(r"0[1-9]\d{1,2}[2-8]\d{6,7}", digits)
            or re.fullmatch(r"[2-8]\d{6,7}", digits)
            or re.fullmatch(r"[48]00\d{7}|1\d{2}|1\d{4}|9\d{4,7}", digits)
            or (abroad and 6 <= len(digits) <= 17)
        )
        if not known or len(re.sub(r"[\d\s()+.-]", "", part)) > 6:
            return False
    return True


def person_of(value):
    """Return ``(name, how secret, doubt)`` of who complained.

    Who is noted as anonymous beside a name wanted not to be named, and is known.

    >>> person_of("孙三（匿名）"), person_of("匿名"), person_of("")
    (('孙三', 'confidential', 'anonymous_name'), ('', 'anonymous', 'anonymous_name'), ('', 'open', 'missing_name'))
    >>> person_of("王 五"), person_of("匿名群众")
    (('王 五', 'open', None), ('', 'anonymous', 'anonymous_name'))
    """
    text = text_of(value)
    if not text:
        return "", "open", "missing_name"
    if not _ANONYMOUS.search(text):
        return text, "open", None
    rest = _BRACKETS.sub("", text).strip()
    rest = re.sub(
        r"^(?:某|一)?(?:群众|居民|市民|业主|人|者)$",
        "",
        _ANONYMOUS.sub("", rest).strip(),
    )
    rest = rest.strip(" ,，、:：-—")
    if rest and not _ANONYMOUS.search(rest):
        return rest, "confidential", "anonymous_name"
    return "", "anonymous", "anonymous_name"


# ----------------------------------------------------------------------
# Words
# ----------------------------------------------------------------------

#: What a register says of how far a case is, the telling part first.
_STATES = (
    ("refused", ("不予受理", "不受理", "未受理不", "不属于", "退回", "refused", "rejected")),
    ("withdrawn", ("撤回", "撤诉", "撤销", "撤访", "withdrawn")),
    ("archived", ("归档", "存档", "archived")),
    ("running", ("未办结", "未结", "未完成", "未解决", "未处理", "没办结", "正在", "办理中",
                 "处理中", "调查中", "受理中", "已受理", "转办", "交办", "待办", "待处理",
                 "在办", "跟进", "进行", "待受理", "否", "no", "open", "running", "pending")),
    ("closed", ("办结", "结案", "办毕", "已结", "完结", "完成", "解决", "已处理", "已答复",
                "已回复", "已回访", "了结", "息诉", "息访", "化解", "是", "√", "✓", "closed",
                "done", "finished", "yes")),
)  # fmt: skip
_WELCOME = (
    ("dissatisfied", ("不满意", "不太满意", "不认可", "差", "dissatisfied", "否")),
    ("unreachable", ("无法联系", "联系不上", "未接", "无人接", "空号", "unreachable")),
    ("partly", ("基本满意", "较满意", "比较满意", "一般", "部分", "partly")),
    ("satisfied", ("满意", "认可", "好", "是", "satisfied")),
)
_SECRET = (
    (
        "open",
        (
            "不保密",
            "不匿名",
            "公开",
            "实名",
            "否",
            "无需",
            "非",
            "no",
            "open",
            "×",
            "x",
            "0",
            "n",
        ),
    ),
    ("anonymous", ("匿名", "anonymous")),
    (
        "confidential",
        ("保密", "秘密", "机密", "是", "confidential", "yes", "√", "✓", "1", "y"),
    ),
)


def _word(
    value,
    table,
    short=(
        "是",
        "否",
        "no",
        "yes",
        "x",
        "0",
        "1",
        "n",
        "y",
        "√",
        "✓",
        "×",
        "好",
        "差",
        "非",
    ),
):
    """Return ``(code, doubt)`` of the first word of a table that a cell has."""
    text = _fold(text_of(value))
    if not text:
        return None, None
    for code, words in table:
        if any(text == word if word in short else word in text for word in words):
            return code, None
    return None, "unknown_word"


def state_of(value):
    """Return how far a case is: ``running``, ``closed``, ``archived`` …

    >>> state_of("已办结")[0], state_of("未办结")[0], state_of("不予受理")[0], state_of("蓝")
    ('closed', 'running', 'refused', (None, 'unknown_word'))
    """
    return _word(value, _STATES)


def satisfaction_of(value):
    """Return how somebody took it.

    >>> satisfaction_of("基本满意")[0], satisfaction_of("不满意")[0], satisfaction_of("")
    ('partly', 'dissatisfied', (None, None))
    """
    return _word(value, _WELCOME)


def secrecy_of(value, about="confidential"):
    """Return how secret a case is.

    :param about: what “yes” means, by the heading of the column

    >>> secrecy_of("是")[0], secrecy_of("是", "anonymous")[0], secrecy_of("不保密")[0]
    ('confidential', 'anonymous', 'open')
    """
    code, doubt = _word(value, _SECRET)
    if code == "confidential" and "密" not in text_of(value):
        code = about
    # what nobody understands is kept secret
    return ("confidential", doubt) if doubt else (code, doubt)
