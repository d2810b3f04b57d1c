"""Invented mails: what each says is what was put in, and better than guessed."""

import doctest
import random
from difflib import SequenceMatcher

import pytest
from charset_normalizer import from_bytes
from driver import mail_invented

from community_complaint.tools import mail_charset
from community_complaint.tools.mail_forward import understood
from community_complaint.tools.mail_header import parse_head
from community_complaint.tools.mail_reader import MailProblem, read, salvage

MAILS = mail_invented.invented()
#: Damaged mails that are read here; ``./run sweep mail`` puts them through the gateway.
DAMAGED = 3_000
#: Characters that one wrong byte may cost where it shifts the pairs behind it.
LOST = 6


def test_examples():
    result = doctest.testmod(mail_invented)
    assert result.attempted
    assert not result.failed


def test_there_are_enough_of_every_kind():
    assert len(MAILS) >= 300
    assert len({mail.ends for mail in MAILS}) == 6
    kinds = {mail.name.partition("-")[2] for mail in MAILS}
    assert len(kinds) == len({*mail_invented.STRUCTURES}) + 5


@pytest.mark.parametrize("seed", [20261129, 7, 8, 9])
def test_text_sender_and_moment(seed):
    wrong = []
    for mail in mail_invented.invented(seed):
        head = parse_head(mail.content, {mail_invented.SERVER})
        said = read(mail.content)
        head = understood(head, said)
        arrived = head.arrived if head.arrived_here else None
        found = (head.sender, "".join(said.text.split()), arrived)
        if found != (mail.sender, "".join(mail.text.split()), mail.arrived):
            wrong.append((mail.name, found))
        machine = head.automatic in ("reply", "bounce")
        assert machine == (mail.ends[1] == "machine"), mail.name
    assert not wrong


def test_nothing_is_unforeseen():
    chance = random.Random(1)
    for _number in range(DAMAGED):
        content = mail_invented.damaged(chance.choice(MAILS).content, chance)
        try:
            said = read(content)
        except MailProblem:
            said = salvage(content)
        head = understood(parse_head(content), said)
        (head.subject + head.sender + said.text).encode()


def _texts():
    """Return ``[(text, bytes)]`` in charsets that a text can be told by."""
    return [
        (text, text.encode(codec))
        for text, codec, _labels in mail_invented.TEXTS
        if codec not in ("utf-16", "hz", "iso2022_jp")
    ]


def test_better_than_guessed():
    """Without a charset we tell at least as many texts as ``charset-normalizer``."""
    ours = sum(mail_charset.decode(content) == text for text, content in _texts())
    theirs = sum(str(from_bytes(content).best()) == text for text, content in _texts())
    assert ours >= theirs
    assert ours >= 0.7 * len(_texts())


@pytest.mark.parametrize("damage", [b"\xff", b""], ids=["wrong", "missing"])
@pytest.mark.parametrize(("text", "codec", "labels"), mail_invented.TEXTS)
def test_one_wrong_byte_costs_no_text(text, codec, labels, damage):
    """The rest stands as it was written, in every charset that is declared."""
    label = labels[0]
    if not label or codec in ("utf-16", "hz", "iso2022_jp"):
        pytest.skip("one byte is more than a character there, or nothing is declared")
    content = text.encode(codec)
    for place in range(len(content)):
        broken = content[:place] + damage + content[place + 1 :]
        found = mail_charset.decode(broken, label)
        blocks = SequenceMatcher(None, found, text, False).get_matching_blocks()
        assert sum(block.size for block in blocks) >= len(text) - LOST, (place, found)
