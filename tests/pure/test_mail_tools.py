"""Reading e-mails: the examples are true, and no bytes whatever make it fail."""

import doctest
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_complaint.tools import (
    charset_common,
    charset_labels,
    mail_address,
    mail_charset,
    mail_forward,
    mail_header,
    mail_machine,
    mail_proof,
    mail_reader,
    mail_text,
    mail_word,
    mail_wrapped,
    printable,
)

CORPUS = Path(__file__).resolve().parents[2] / "data" / "mail"
#: How complaints sound; long enough to tell a charset by.
SENTENCES = (
    "楼上夜间装修扰民，请尽快处理。",
    "电梯又坏了，八十多岁的老人下不了楼。",
    "社区工作人员态度恶劣，材料不一次告知。",
    "北门垃圾站一周没有清运，异味很重。",
    "您好，我是3号楼2单元的居民，电话13800000000。",
)
TRADITIONAL = ("樓上夜間裝修擾民，請盡快處理。", "天花板漏水兩個月，物業一直推託。")
_HEADS = st.sampled_from(
    [
        b"",
        b"Content-Type: multipart/mixed; boundary=b\n",
        b"Content-Type: multipart/alternative\n",
        b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n",
        b"Content-Type: text/html; charset=x-gbk\n",
        b"Content-Type: text/plain; charset*=gb2312''%FF\n",
        b"Content-Transfer-Encoding: base64\n",
        b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n",
        b"From: =?x?B?!?= =?utf-8*en?Q?=FF?= <\xff@\x00>\n",
        b"Content-Disposition: attachment; filename*0*=big5''%A4; filename*1=x\n",
        b"\n--b\n",
        b"--b--\n",
    ]
)


@pytest.mark.parametrize(
    "module",
    [
        charset_common,
        charset_labels,
        mail_address,
        mail_charset,
        mail_forward,
        mail_header,
        mail_machine,
        mail_proof,
        mail_reader,
        mail_text,
        mail_word,
        mail_wrapped,
        printable,
    ],
)
def test_examples(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


@given(st.binary(max_size=400))
def test_any_bytes_are_text(content):
    text = mail_charset.decode(content)
    assert "\0" not in text
    text.encode()


@given(st.binary(max_size=100), st.text(max_size=20))
def test_any_charset_is_taken(content, charset):
    mail_charset.decode(content, charset)


@given(st.lists(st.one_of(_HEADS, st.binary(max_size=60)), max_size=12).map(b"".join))
def test_any_mail_is_read(content):
    """THREATS 34: what cannot be read says so; nothing else is raised."""
    head = mail_header.parse_head(content)
    try:
        mail = mail_reader.read(content)
    except mail_reader.MailProblem:
        mail = mail_reader.salvage(content)
    texts = [mail.text, head.subject, head.sender, head.sender_name, head.message_id]
    for text in (*texts, *head.recipients, *(file.name for file in mail.files)):
        # PostgreSQL takes neither
        assert "\0" not in text
        text.encode()
    assert all(file.name for file in mail.files)


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize(
    "claimed", [None, "gb2312", "unknown-8bit", "utf-8", "nonsense"]
)
def test_threat_35_simplified(sentence, claimed):
    for codec in ("gbk", "gb18030", "utf-8"):
        if claimed == "gb2312" and codec == "utf-8":
            continue
        assert mail_charset.decode(sentence.encode(codec), claimed) == sentence


@pytest.mark.parametrize("sentence", TRADITIONAL)
@pytest.mark.parametrize("claimed", [None, "big5", "unknown-8bit", "utf-8"])
def test_threat_35_traditional(sentence, claimed):
    assert mail_charset.decode(sentence.encode("big5"), claimed) == sentence


def test_threat_35_rare_characters():
    """gb2312 means gb18030: names have characters that are in no smaller charset."""
    name = "㛃䶮𫍯"
    assert mail_charset.decode(name.encode("gb18030"), "gb2312") == name


@given(st.binary(max_size=2_000), st.sampled_from(["plain", "csv", "html"]))
def test_threat_35_files_stay_byte_for_byte(content, subtype):
    message = EmailMessage()
    message.set_content("看附件。")
    message.add_attachment(content, maintype="text", subtype=subtype, filename="表.txt")
    [file] = mail_reader.read(message.as_bytes()).files
    assert (file.name, file.content) == ("表.txt", content)


def test_threat_35_raw_text_file():
    """A text file in GBK, sent as it is, with the name in raw bytes."""
    content = "项目,金额\r\n保洁,12000\r\n".encode("gbk")
    head = 'Content-Disposition: attachment; filename="明细.csv"\r\n\r\n'.encode("gbk")
    mail = (
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nHi\r\n'
        b"--b\r\nContent-Type: text/csv; charset=gbk\r\n"
        b"Content-Transfer-Encoding: 8bit\r\n" + head + content + b"\r\n--b--\r\n"
    )
    [file] = mail_reader.read(mail).files
    assert (file.name, file.content) == ("明细.csv", content)


def test_threat_36_nested_mail_is_a_file():
    mail = mail_reader.read((CORPUS / "forward_as_attachment.eml").read_bytes())
    assert "不在物业责任范围" not in mail.text
    [file] = mail.files
    assert file.name == "关于您报修的答复.eml"
    inner = mail_reader.read(file.content)
    assert "不在物业责任范围" in inner.text


def test_threat_36_nested_in_base64():
    """Some programs encode it, which they must not."""
    inner = b"Subject: inner\n\nSecret text\n"
    message = EmailMessage()
    message.set_content("outer")
    message.add_attachment(inner, maintype="application", subtype="octet-stream")
    raw = message.as_bytes().replace(b"application/octet-stream", b"message/rfc822")
    mail = mail_reader.read(raw)
    assert mail.text == "outer"
    assert b"Secret text" in mail.files[0].content


def test_threat_38_limits():
    part = b"--b\n\nx\n"
    for content, code in (
        (
            b'Content-Type: multipart/mixed; boundary="b"\n\n' + part * 5_000,
            "too_many_parts",
        ),
        (
            b"".join(
                b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (i, i)
                for i in range(5_000)
            ),
            "too_deep",
        ),
        (bytes(mail_reader.MAX_BYTES + 1), "too_large"),
    ):
        with pytest.raises(mail_reader.MailProblem) as problem:
            mail_reader.read(content)
        assert problem.value.code == code


def test_threat_38_a_long_text_is_a_file():
    text = "很长。" * mail_reader.MAX_TEXT
    message = EmailMessage()
    message.set_content(text)
    mail = mail_reader.read(message.as_bytes())
    assert len(mail.text) == mail_reader.MAX_TEXT
    assert mail.files[0].content.decode() == text


def test_threat_29_nothing_of_the_page_is_left():
    mail = mail_reader.read((CORPUS / "outlook_html_only.eml").read_bytes())
    assert "没有清运" in mail.text
    for trace in ("<", "track.example", "alert("):
        assert trace not in mail.text
    # where a link leads is said, as everything else, in letters
    assert "请看 (http://evil.example/x)" in mail.text


def test_threat_30_names_and_subjects():
    content = (CORPUS / "header_tricks.eml").read_bytes()
    head, mail = mail_header.parse_head(content), mail_reader.read(content)
    for text in (head.subject, head.sender_name, *(file.name for file in mail.files)):
        assert text.isprintable()
    assert [file.name for file in mail.files] == ["passwd", "照片 gpj.exe"]
    assert "\n" not in head.subject


def test_alternatives_are_not_said_twice():
    message = EmailMessage()
    message.set_content("plain")
    message.add_alternative("<p>html <img src='cid:1'></p>", subtype="html")
    message.get_payload()[1].add_related(b"GIF89a", "image", "gif", cid="<1>")
    mail = mail_reader.read(message.as_bytes())
    assert mail.text == "plain"
    assert [file.content for file in mail.files] == [b"GIF89a"]
