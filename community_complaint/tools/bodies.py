"""Bodies outside the office, and names that look like a person's. No ORM.

What the office adds to its contacts are authorities, companies and associations. A resident
never gets there: contacts are open to every employee. A name that could be a person's is
therefore refused, whoever it is; the way out is the body's full name.

>>> [looks_like_person(name) for name in ("司马小芳", "李雷", "王女士", "Li Lei", "Mr Smith")]
[True, True, True, True, True]
>>> [looks_like_person(name) for name in ("向阳街道办事处", "金地物业", "城管", "万科物业公司")]
[False, False, False, False]
>>> looks_like_person("高新区"), looks_like_person("周航"), looks_like_person("王立业")
(False, True, True)
>>> [looks_like_person(name) for name in ("Thames Water Ltd", "London Fire Brigade")]
[False, False]
"""

import re

#: The surnames of more than nine in ten Chinese, and the usual double ones.
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
    "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史"
    "顾侯邵孟龙万段章钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞鲁葛伍"
    "韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项"
    "曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边"
)
_DOUBLE = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "司徒",
)
#: How short names of bodies end, and given names do not.
_BODY_ENDINGS = "局所队站院委办处部厅社校馆店厂府署区市县"
#: Words that only names of bodies have.
_BODY_WORDS = re.compile(
    r"\b(agency|army|association|authority|bank|board|brigade|bureau|centre|center|"
    r"charity|church|city|clinic|club|co|college|commission|committee|community|company|"
    r"cooperative|corp|corporation|council|court|department|dept|division|federation|"
    r"force|foundation|gmbh|government|group|holding|holdings|hospital|housing|inc|"
    r"inspectorate|institute|limited|llc|llp|ltd|management|ministry|municipality|"
    r"office|ombudsman|organisation|organization|parish|plc|police|practice|property|"
    r"sa|school|service|services|society|station|store|supplies|team|the|town|trust|"
    r"union|university|utilities|works)\b",
    re.IGNORECASE,
)
_TITLES = re.compile(r"^(mr|mrs|ms|miss|dr|prof|sir|madam)\b\.?", re.IGNORECASE)
_ADDRESSED = (
    "先生",
    "女士",
    "小姐",
    "太太",
    "同志",
    "师傅",
    "阿姨",
    "大爷",
    "大妈",
    "老师",
)
_HAN = re.compile(r"[\u4e00-\u9fff·]+")
_WORDS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")
#: A resident's ID number.
_ID_NUMBER = re.compile(r"\d{17}[\dXx]")


def looks_like_person(name):
    """Return whether a name could be a natural person's."""
    bare = "".join((name or "").split())
    if _ID_NUMBER.search(bare):
        return True
    if _HAN.fullmatch(bare):
        return _is_chinese_name(bare)
    words = (name or "").split()
    if _TITLES.match(" ".join(words)):
        return True
    spelled = all(_WORDS.fullmatch(word) for word in words)
    return spelled and 2 <= len(words) <= 3 and not _BODY_WORDS.search(" ".join(words))


def _is_chinese_name(name):
    if name.endswith(_ADDRESSED) and len(name) <= 5:
        return True
    if name.startswith(_DOUBLE):
        return len(name) in (3, 4) and name[-1] not in _BODY_ENDINGS
    known = name[0] in _SURNAMES and 2 <= len(name) <= 3
    return known and name[-1] not in _BODY_ENDINGS
