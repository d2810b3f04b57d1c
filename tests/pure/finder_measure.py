"""What the finder takes and leaves of the two corpora, counted by section.

``python tests/pure/finder_measure.py [half]`` prints the table of ``docs/finder.rst`` and
what is wrong; a half is 0 or 1 of a fixed split, for whoever tunes on the other one.
"""

import html
import random
import re
import sys
import unicodedata
from pathlib import Path
from typing import NamedTuple

from without_odoo import load_tools

load_tools()

from community_complaint.tools import finder  # noqa: E402

HERE = Path(__file__).parent
MASKS = {"name": "某某", "phone": "（电话）", "address": "某处"}
_KINDS = ("name", "phone", "email", "id_number", "address")
_SEED = 20261128


class Row(NamedTuple):
    """A text of a corpus; ``section`` is the heading it stands under."""

    section: str
    hard: bool
    who: str
    text: str
    gone: tuple
    kept: tuple


class Outcome(NamedTuple):
    """What went wrong with a row: pieces that stayed, pieces (or the text) that went."""

    row: Row
    missed: list
    lost: list


def rows(name):
    """Yield the rows of a corpus, see the comments at its head."""
    section, hard = "", False
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line.startswith(("# ---", "# ===")):
            section, hard = line.strip("#-= "), line.startswith("# ===")
        elif line and line[0] != "#":
            who, text, gone, kept = line.split("\t")
            yield Row(section, hard, who, text, _pieces(gone), _pieces(kept))


def vault(name):
    """Return ``{key: secrets}`` of the people of a corpus."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    people = [line.split("\t") for line in lines if line and line[0] != "#"]
    return {
        key: [
            (kind, value)
            for kind, values in zip(_KINDS, told, strict=False)
            for value in values.split(";")
            if value
        ]
        for key, *told in people
    }


def half(corpus, which):
    """Return one half of a corpus, always the same."""
    chance = random.Random(_SEED)
    return [row for row in corpus if chance.randrange(2) == which]


def left(text, secrets=()):
    """Return a text as it leaves the house."""
    return finder.redactor(secrets, MASKS, contact=True, people=True)(text)


def outcomes(corpus, people):
    """Yield the :class:`Outcome` of each row."""
    for row in corpus:
        result = left(row.text, people.get(row.who, ()))
        missed = [piece for piece in row.gone if _has(result, piece.removeprefix("*"))]
        lost = [piece for piece in row.kept if not _has(result, piece)]
        if not row.gone and result != finder.clean(row.text):
            lost = lost or [row.text]
        yield Outcome(row, missed, lost)


def figures(found):
    """Yield ``(section, must go, missed, nothing to take, false alarms)``."""
    sections = {}
    for item in found:
        counts = sections.setdefault(item.row.section, [0, 0, 0, 0])
        offset = 0 if item.row.gone else 2
        counts[offset] += 1
        counts[offset + 1] += bool(item.missed if item.row.gone else item.lost)
    for section, counts in sections.items():
        yield section, *counts


def _pieces(cell):
    return tuple(filter(None, cell.split(";")))


def _has(text, piece):
    return piece in text or _bare(piece) in _bare(text)


def _bare(text):
    """Return a text without tags, entities and signs nobody sees, folded."""
    text = html.unescape(re.sub(r"</?\w[^<>]*>", "", text))
    text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFKC", text)


def say(*words, sep=" "):
    sys.stdout.write(sep.join(words) + "\n")


def main(which=None, wrong=None):
    """Print the figures of the corpus or of one half, with what is wrong if asked."""
    corpus = list(rows("finder_corpus.tsv"))
    if which:
        corpus = half(corpus, int(which))
    found = list(outcomes(corpus, vault("finder_people.tsv")))
    for section, must, missed, may, false in figures(found):
        say(f"{section[:60]:60} {must:4} {missed:4} {may:4} {false:4}")
    for name, of in (
        ("easy", [item for item in found if item.row.gone and not item.row.hard]),
        ("hard", [item for item in found if item.row.gone and item.row.hard]),
        ("nothing", [item for item in found if not item.row.gone]),
    ):
        missed = sum(bool(item.missed) for item in of)
        lost = sum(bool(item.lost) for item in of)
        say(f"{name}: {len(of)} texts, {missed} missed, {lost} lost")
    for item in found if wrong else ():
        if item.missed or item.lost:
            mark = "HARD " if item.row.hard else ""
            say(
                mark,
                item.row.who,
                item.row.text,
                f"{item.missed} {item.lost}",
                sep=" | ",
            )


if __name__ == "__main__":
    main(*sys.argv[1:])
