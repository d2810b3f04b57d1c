"""Time the finder of what tells who somebody is: no database, no Odoo."""

import statistics
import sys
import time
from pathlib import Path

PURE = Path(__file__).resolve().parents[1] / "tests" / "pure"
sys.path.insert(0, str(PURE))

from odoo_env import Row  # noqa: E402
from without_odoo import load_tools  # noqa: E402

load_tools()

from community_complaint.tools import finder  # noqa: E402

BYTES = 200_000
SECRETS = [
    ("name", "司马小芳"),
    ("phone", "13800000161"),
    ("email", "fang.sima@example.org"),
    ("id_number", "33010619880312002X"),
    ("address", "浙江省杭州市西湖区文三路128号3号楼402室"),
]
PROSE = (
    "经核实，楼上住户夜间施工噪音扰民，物业已于2026年11月28日到场处理，要求其停止施工。"
)


def texts():
    """Return ``[(name, text, target in ms)]``, each of 200 kB."""
    corpus = (PURE / "leaving_corpus.tsv").read_text(encoding="utf-8")
    made = [
        ("report without anybody", PROSE, 100.0),
        ("corpus, somebody in every line", corpus, 150.0),
        ("nothing but one surname", "司马", None),
        ("nothing but digits and spaces", "1 ", None),
    ]
    return [
        (name, (part * (BYTES // len(part.encode()) + 1)).encode()[:BYTES], target)
        for name, part, target in made
    ]


def run(args):
    """Return the medians of all texts."""
    rows = []
    for name, content, target in texts():
        text = content.decode(errors="ignore")
        finder.find(text[:1_000], SECRETS, people=True)
        times = []
        for _round in range(args.repeat):
            begin = time.perf_counter()
            finder.find(text, SECRETS, people=True)
            times.append((time.perf_counter() - begin) * 1e3)
        ours = {"ours": statistics.median(times)}
        rows.append(Row(f"200 kB: {name}", ours, limit=target, unit="ms"))
    return rows
