"""Mails that were misunderstood once, each of a kind: ``data/mail/kinds``."""

from pathlib import Path

import pytest
import yaml

from community_complaint.tools.mail_forward import understood
from community_complaint.tools.mail_header import parse_head
from community_complaint.tools.mail_reader import read
from community_complaint.tools.mail_text import mask

FOLDER = Path(__file__).resolve().parents[2] / "data" / "mail" / "kinds"
EXPECTED = yaml.safe_load((FOLDER / "expected.yaml").read_text())


def test_every_mail_has_its_right_value():
    assert {path.name for path in FOLDER.glob("*.eml")} == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_understood(name):
    expected, content = EXPECTED[name], (FOLDER / name).read_bytes()
    mail = read(content)
    head = understood(parse_head(content), mail)
    secrets = (head.sender_name, head.sender)
    found = {
        "sender": head.sender,
        "name": head.sender_name,
        "subject": head.subject,
        "text": mail.text,
        "files": [file.name for file in mail.files],
        "behind": [[*who] for who in head.behind],
        "arrived": head.arrived,
        "veiled": mask(mail.text, *secrets),
        "ends": expected.get("ends"),
    }
    assert {key: found[key] for key in expected} == expected
    if expected.get("ends") == ["quarantine", "machine"]:
        assert head.automatic == "reply"
