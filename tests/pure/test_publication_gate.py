"""Whatever way a secret is written, the gate finds it and takes it out (THREATS 26)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_complaint.tools import publication_gate as gate

MASKS = {"name": "某某", "phone": "（电话）", "address": "某处"}
PEOPLE = [
    ("name", "李晓雷"),
    ("name", "Han Meimei"),
    ("phone", "+86 138-0013-8000"),
    ("phone", "021 6688 9900"),
    ("email", "canary@resident.example"),
    ("address", "上海市向阳路12弄3号402室"),
    ("id_number", "11010119900307451X"),
    ("unit", "向阳机械厂"),
    ("number", "TS2026-00015"),
]
TOLD = [
    "李晓雷",
    "李 晓 雷",
    "李-晓-雷",
    "李　晓·雷",
    "李先生",
    "李女士",
    "小李",
    "老李",
    "李某",
    "李某某",
    "han meimei",
    "HAN  MEIMEI",
    "Ｈａｎ Ｍｅｉｍｅｉ",
    "Han-Meimei",
    "Ms. Han",
    "13800138000",
    "138 0013 8000",
    "１３８００１３８０００",
    "138-0013-8000",
    "一三八零零一三八〇〇〇",
    "0138000",
    "手机尾号8000",
    "66889900",
    "6688-9900",
    "Canary@Resident.Example",
    "canary @ resident.example",
    "向阳路12弄3号",
    "３号４０２室",
    "向阳路 12 弄",
    "110101 19900307 451x",
    "１１０１０１１９９００３０７４５１Ｘ",
    "9900307451",
    "向阳 机械厂",
    "ts2026-00015",
    "TS 2026 00015",
    # somebody else's
    "13912345678",
    "139 1234 5678",
    "139****5678",
    "310101198001011234",
    "6222 0000 1111 2222",
    "somebody@mail.example.cn",
    "沪A12345",
    "沪A·D12345",
]
INNOCENT = [
    "夜间施工噪音，2026-10-10 至 2026-10-31 已整改。",
    "小区电梯已修复，共投入15000元。",
    "老师傅们反映的路灯问题，12345热线转办。",
    "The lift was repaired; handling took 12 days.",
    "投诉人要求10个工作日内答复，3号楼已整改。",
    "Shanghai meeting",
]


@pytest.mark.parametrize("told", TOLD)
def test_found(told):
    text = f"经查，{told}，已处理。"
    hits = gate.find(text, PEOPLE)
    assert hits
    assert gate.find(gate.redact(text, PEOPLE, MASKS), PEOPLE) == []


@pytest.mark.parametrize("text", INNOCENT)
def test_innocent(text):
    assert gate.find(text, PEOPLE) == []
    assert gate.redact(text, PEOPLE, MASKS) == text


def test_the_office_itself():
    """The office's own phone may be told, even if somebody complains from there."""
    secrets = [("phone", "021 5555 0100"), ("unit", "向阳社区服务中心")]
    text = "请致电向阳社区服务中心（021-5555 0100）。"
    assert len(gate.find(text, secrets)) == 2
    allowed = [("phone", "021-5555 0100"), ("unit", "向阳社区服务中心")]
    assert gate.find(text, secrets, allowed) == []
    # not more than that
    more = gate.find(f"{text}或13800138000", secrets, allowed)
    assert [hit.kind for hit in more] == ["phone"]


def test_places_are_of_the_original():
    text = "😀李　晓 雷 ok"
    [hit] = gate.find(text, PEOPLE)
    assert text[hit.start : hit.end] == "李　晓 雷"


WIDE = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}
FILLER = st.text("的了是在不我有这他电梯噪音。， \n", max_size=12)


@given(
    st.sampled_from([value for _kind, value in PEOPLE]),
    st.lists(st.sampled_from(["", "", " ", "　", "-", "·", "\u200b"]), min_size=40),
    st.booleans(),
    st.booleans(),
    FILLER,
    FILLER,
)
def test_however_it_is_written(value, gaps, wide, upper, before, after):
    signs = [WIDE.get(sign, sign) if wide else sign for sign in value]
    written = (
        "".join(
            sign + gap
            for sign, gap in zip(signs, gaps[: len(signs) - 1] + [""], strict=True)
        )
        if len(signs) <= 40
        else "".join(signs)
    )
    text = f"{before}{written.upper() if upper else written}{after}"
    hits = gate.find(text, PEOPLE)
    assert hits
    for hit in hits:
        assert 0 <= hit.start < hit.end <= len(text)
    redacted = gate.redact(text, PEOPLE, MASKS)
    assert gate.find(redacted, PEOPLE) == []


@given(st.text(max_size=200))
def test_never_stumbles(text):
    redacted = gate.redact(text, PEOPLE, MASKS)
    assert gate.find(redacted, PEOPLE) == [] or text


@given(st.text(max_size=40), st.sampled_from(gate.KINDS), st.text(max_size=60))
def test_any_secret(value, kind, text):
    for hit in gate.find(text, [(kind, value)]):
        assert 0 <= hit.start < hit.end <= len(text)
