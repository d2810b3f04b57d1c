"""Which column of an old register holds what: by its heading; no ORM."""

import re
import unicodedata
from typing import NamedTuple

#: How offices call what a case has; the first of two columns that fit best gets it.
SYNONYMS = {
    "number": "编号 序号 序 登记号 登记编号 登记序号 案号 案件编号 投诉编号 投诉单号 受理编号 受理号 信访编号 信访件编号 流水号 工单号 工单编号 单号 件号 文号 no no. number id case caseno",
    "received": "登记日期 登记时间 来访日期 来访时间 来信日期 来电日期 来电时间 投诉日期 投诉时间 接待日期 接待时间 收件日期 收信日期 收到日期 接收日期 接收时间 反映日期 反映时间 信访日期 信访时间 受理日期 受理时间 接访日期 接访时间 接诉时间 日期 时间 年月日 date received datereceived receiveddate",
    "accepted": "受理日期 受理时间 立案日期 立案时间 accepted",
    "name": "姓名 投诉人 投诉人姓名 投诉者 来访人 来访人姓名 来访者 来信人 来信人姓名 来电人 来电人姓名 来访群众 反映人 反映人姓名 信访人 信访人姓名 举报人 申请人 申诉人 诉求人 当事人 居民姓名 患者姓名 家属姓名 业主 业主姓名 住户姓名 complainant name",
    "phone": "电话 联系电话 手机 手机号 手机号码 电话号码 联系方式 联系号码 联系手机 来电号码 投诉人电话 phone tel telephone mobile",
    "address": "住址 地址 家庭住址 家庭地址 联系地址 居住地址 现住址 户籍地址 住所 房号 门牌号 楼栋房号 address",
    "id_number": "身份证 身份证号 身份证号码 证件号码 证件号 公民身份号码",
    "work_unit": "工作单位 投诉人单位 来访人单位 workunit",
    "email": "邮箱 电子邮箱 电子邮件 email e-mail mail",
    "title": "标题 主题 投诉标题 信访标题 件名 title subject",
    "matter": "反映问题 反映的问题 反映内容 反映事项 反映情况 主要反映内容 主要反映问题 投诉内容 投诉事项 投诉问题 投诉事由 投诉情况 主要内容 主要问题 问题 问题描述 问题内容 内容 内容摘要 摘要 情况摘要 事由 来访事由 来访内容 来信内容 信访事项 信访内容 诉求内容 诉求问题 事项 事件描述 情况描述 案情 matter content description complaint",
    "demand": "诉求 要求 投诉要求 具体诉求 主要诉求 信访诉求 当事人诉求 demand",
    "type": "类别 类型 分类 投诉类别 投诉类型 问题类别 问题类型 问题分类 信访类别 事项类别 内容分类 type category",
    "channel": "受理方式 来源 渠道 受理渠道 投诉渠道 投诉方式 投诉途径 来访方式 来信来访 反映方式 反映渠道 信访形式 信访方式 接收方式 登记方式 方式 形式 channel",
    "respondent": "被投诉人 被投诉人姓名 被投诉对象 被投诉单位 被投诉科室 被投诉部门 被反映人 被反映单位 被反映对象 被举报人 被诉人 投诉对象 涉及人员 涉及单位 respondent",
    "department": "责任部门 责任科室 责任单位 承办科室 承办部门 承办单位 主办单位 办理部门 办理单位 处理部门 处理科室 转办部门 转办单位 交办单位 涉及科室 涉及部门 部门 科室 department",
    "handler": "承办人 经办人 处理人 办理人 责任人 承办人员 经办人员 处理人员 办理人员 负责人 handler",
    "result": "办理结果 处理结果 处理意见 处理情况 办理情况 办理意见 处理措施 处置情况 处置结果 答复内容 答复意见 答复情况 回复内容 回复情况 结果 解决情况 调查处理情况 调查处理结果 办结意见 处理经过及结果 result answer",
    "closed": "办结日期 办结时间 结案日期 结案时间 完成日期 完成时间 处理日期 处理时间 办理日期 办理时间 答复日期 答复时间 回复日期 回复时间 解决日期 解决时间 办毕日期 closed closedon dateclosed",
    "state": "状态 办理状态 处理状态 案件状态 是否办结 是否结案 是否解决 是否完成 是否处理 办结情况 办理进度 进度 进展 status state",
    "satisfied": "是否满意 满意度 满意情况 是否满意度 满意程度 满意度评价 群众满意度 回访满意度 评价 回访结果 回访情况 satisfaction satisfied",
    "secrecy": "是否保密 保密 保密要求 是否公开 密级 secrecy confidential",
    "anonymous": "是否匿名 匿名 是否实名 anonymous",
    "incident_date": "发生日期 发生时间 事发日期 事发时间 事件日期 事件时间 就诊日期 incidentdate",
    "incident_place": "发生地点 事发地点 地点 事件地点 问题地点 place",
    "note": "备注 备考 说明 附注 remark remarks note",
}  # fmt: skip
_BY_HEADING = {}
for _target, _names in SYNONYMS.items():
    for _name in _names.split():
        _BY_HEADING.setdefault(_name, []).append(_target)
#: Rows among which the headings stand.
_FIRST_ROWS = 20
_LENGTH = 24


class Headings(NamedTuple):
    """``first``, ``last``: rows of the headings; ``labels``: one a column, maybe empty;
    ``title``: what stands above them."""

    first: int
    last: int
    labels: list
    title: str


def fold(heading):
    """Return a heading as it is compared.

    >>> fold(" 联系电话（手机）*：\\n"), fold("来 访 人"), fold("Ｎｏ．")
    ('联系电话', '来访人', 'no.')
    """
    text = unicodedata.normalize("NFKC", str(heading or "")).lower()
    text = re.sub(r"[(\[【〔][^)\]】〕]*[)\]】〕]?", "", text)
    return re.sub(r"[\s:：*_、,，/\\\"'“”-]", "", text)


def target_of(heading):
    """Return what a heading may mean, the likeliest first.

    >>> target_of("来访人姓名"), target_of("受理日期"), target_of("群众反映的主要问题")
    (['name'], ['received', 'accepted'], ['matter'])
    >>> target_of("被投诉人姓名"), target_of("投诉人联系电话"), target_of("天气")
    (['respondent'], ['phone'], [])
    """
    text = fold(heading)
    if not text or len(text) > _LENGTH:
        return []
    if text in _BY_HEADING:
        return _BY_HEADING[text]
    if text.startswith("被"):
        return _BY_HEADING["被投诉人"] if "人" in text or "单位" in text else []
    for size in range(len(text) - 1, 1, -1):
        if (tail := text[-size:]) in _BY_HEADING:
            return _BY_HEADING[tail]
    return []


def find_headings(rows):
    """Return the :class:`Headings` of a table, ``None`` if no row looks like them.

    Titles stand above, and headings of several columns above their own.

    >>> rows = [["2024年来访登记", None, None], ["序号", "来访人", None],
    ...         [None, "姓名", "电话"], ["1", "赵一", "110"]]
    >>> find_headings(rows)
    Headings(first=1, last=2, labels=['序号', '姓名', '电话'], title='2024年来访登记')
    """
    best, chosen = 0, None
    for place, row in enumerate(rows[:_FIRST_ROWS]):
        known = {
            target
            for cell in row
            if isinstance(cell, str)
            for target in target_of(cell)[:1]
        }
        texts = sum(isinstance(cell, str) for cell in row)
        if len(known) > best and len(known) * 3 >= texts:
            best, chosen = len(known), place
    if best < 2:
        return None
    above, last = list(rows[chosen]), chosen
    first = chosen
    if chosen and _is_upper(rows[chosen - 1], above):
        first, above = chosen - 1, _joined(rows[chosen - 1], above)
    elif chosen + 1 < len(rows) and _is_lower(above, rows[chosen + 1]):
        last, above = chosen + 1, _joined(above, rows[chosen + 1])
    title = " ".join(
        str(cell)
        for row in rows[:first]
        for cell in dict.fromkeys(row)
        if cell is not None
    )
    return Headings(first, last, [str(cell or "") for cell in above], title)


def _is_lower(upper, lower):
    """Return whether a row holds only headings, some below those of the row above."""
    cells = [cell for cell in lower if cell is not None]
    return bool(cells) and all(
        isinstance(cell, str) and (target_of(cell) or cell in upper) for cell in cells
    )


def _is_upper(upper, lower):
    """Return whether the row above the headings has headings where they have none."""
    only = [
        up
        for up, low in zip(upper, lower, strict=True)
        if up is not None and low is None
    ]
    return bool(only) and all(isinstance(up, str) and target_of(up) for up in only)


def _joined(upper, lower):
    return [
        low if low is not None else up for up, low in zip(upper, lower, strict=True)
    ]


def match_columns(labels, remembered=None):
    """Return what each column holds, ``None`` for what nobody knows; nothing twice.

    :param remembered: ``{folded heading: target or None}`` of what the office chose before

    >>> match_columns(["序号", "受理日期", "登记日期", "姓名", "投诉人", "颜色"])
    ['number', 'accepted', 'received', 'name', None, None]
    >>> match_columns(["受理日期", "颜色"], {"颜色": "note"})
    ['received', 'note']
    """
    remembered = remembered or {}
    found = [None] * len(labels)
    taken = set()
    for place, label in enumerate(labels):
        if (target := remembered.get(fold(label))) and target not in taken:
            found[place] = target
            taken.add(target)
    # first those whose heading means one thing only
    wanted = [
        (len(targets), place, targets)
        for place, label in enumerate(labels)
        if found[place] is None and fold(label) not in remembered
        for targets in [target_of(label)]
        if targets
    ]
    for _size, place, targets in sorted(wanted):
        for target in targets:
            if target not in taken:
                found[place] = target
                taken.add(target)
                break
    return found
