"""What readers work out of published figures of made-up offices: no database, no Odoo.

Offices of few and of many cases a year publish months, quarters and years; a reader who
knows all of them and the program (``tests/pure/figure_attack.py``) works out what can be
worked out. ``bare`` is the share of counts that is hidden, ``ours`` in how many offices a
small count is known or narrowed to less than the smallest number shown.
"""

import sys
from pathlib import Path
from random import Random

PURE = Path(__file__).resolve().parents[1] / "tests" / "pure"
sys.path.insert(0, str(PURE))

from odoo_env import Row  # noqa: E402
from without_odoo import load_tools  # noqa: E402

load_tools()

import figure_attack  # noqa: E402

from community_complaint.tools import publication_figures  # noqa: E402

K = 5
MEANS = (4, 6, 8, 12, 20, 24, 40, 60, 100, 150, 400)
#: How many offices of each mean; the more is published, the longer readers think.
OFFICES = {
    "year": 1000,
    "quarter and year": 100,
    "3 quarters and year": 50,
    "quarters and year": 100,
    "months, quarters, year": 5,
}


def run(args):
    """Return for each mean and plan how many offices tell a small count."""
    rows = []
    for mean in MEANS:
        for plan, number in OFFICES.items():
            told, share = offices(mean, plan, number)
            name = f"{mean} cases a year, {plan}: {share:.0%} hidden, told"
            unit = f"of {number:,}"
            rows.append(Row(name, {"ours": told}, limit=0, unit=unit))
    return rows


def offices(mean, plan, number):
    """Return ``(how many offices tell a small count, share of counts hidden)``."""
    told = hidden = cells = 0
    for seed in range(number):
        cases, sorts = figure_attack.office(Random(f"{mean}/{seed}"), mean)
        tables = figure_attack.publish(
            cases, sorts, figure_attack.PLANS[plan], publication_figures, K
        )
        attack = figure_attack.Attack(tables)
        attack.solve()
        told += bool(attack.proven(K) or attack.narrow(K))
        some, every = figure_attack.hidden_share(tables)
        hidden, cells = hidden + some, cells + every
    return told, hidden / max(cells, 1)
