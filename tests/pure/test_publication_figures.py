"""Nobody works out a small count from what was published (THREATS 25, 68).

The reader of these tests knows every publication, takes them apart with a solver of its
own (``figure_attack.py``), and knows that what is hidden is not 0.
"""

import importlib
import random
from itertools import product

import figure_attack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from without_odoo import load_tools

from community_complaint.tools import publication_figures
from community_complaint.tools.publication_figures import (
    Table,
    counted,
    is_safe,
    protect,
)

load_tools(name="community_complaint_portal")
open_figures = importlib.import_module("community_complaint_portal.tools.open_figures")

K = 5
SORTS = ("noise", "fees", "lift", "open")
#: Months, quarters and the year: the periods there are.
PERIODS = (
    *((month, month + 1) for month in range(12)),
    *((month, month + 3) for month in range(0, 12, 3)),
    (0, 12),
)
COUNTS = st.lists(
    st.lists(st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 9, 30]), min_size=4, max_size=4),
    min_size=12,
    max_size=12,
)
ORDERS = st.lists(st.sampled_from(PERIODS), min_size=1, max_size=6, unique=True)


def real(months, period):
    start, end = period
    cells = {
        sort: sum(months[month][place] for month in range(start, end))
        for place, sort in enumerate(SORTS)
    }
    return counted(start, end, cells)


def publish(months, order):
    """Publish periods one after the other."""
    known = []
    for period in order:
        known.append(protect(real(months, period), K, known))
    return known


def attacked(tables):
    """Return what a reader knows of tables, ``{name: [Table]}``."""
    attack = figure_attack.Attack(tables)
    attack.solve()
    return attack


def small(count):
    return count is not None and 0 < count < K


@given(COUNTS, ORDERS)
def test_no_small_cell_is_shown(months, order):
    for table in publish(months, order):
        assert not any(small(n) for n in (table.total, *table.cells.values()))


@given(COUNTS, ORDERS)
def test_what_is_shown_is_true(months, order):
    for table in publish(months, order):
        truth = real(months, (table.start, table.end))
        assert all(n in (None, truth.cells[sort]) for sort, n in table.cells.items())
        assert table.total in (None, truth.total)


@given(COUNTS, ORDERS)
@settings(max_examples=20)
def test_no_small_count_is_worked_out(months, order):
    attack = attacked({"type": publish(months, order)})
    assert not attack.proven(K)
    assert not attack.narrow(K)


@given(COUNTS, ORDERS)
def test_published_tables_are_safe(months, order):
    known = []
    for table in publish(months, order):
        assert is_safe(table, K, known)
        known.append(table)


# ----------------------------------------------------------------------
# Offices with all their tables
# ----------------------------------------------------------------------


@pytest.mark.parametrize("plan", ["year", "quarter and year", "quarters and year"])
@pytest.mark.parametrize("mean", [4, 12, 24, 60, 150])
def test_offices_tell_no_small_count(mean, plan):
    """Kinds, results, time limits and months of made-up offices; see bench/figures.py."""
    for number in range(3):
        cases, sorts = figure_attack.office(random.Random(f"{mean}/{number}"), mean)
        tables = figure_attack.publish(
            cases, sorts, figure_attack.PLANS[plan], publication_figures, K
        )
        attack = attacked(tables)
        assert not attack.proven(K), number
        assert not attack.narrow(K), number


def test_months_quarters_and_a_year_tell_no_small_count():
    plan = figure_attack.PLANS["months, quarters, year"]
    cases, sorts = figure_attack.office(random.Random("150/0"), 150)
    tables = figure_attack.publish(cases, sorts, plan, publication_figures, K)
    assert not attacked(tables).narrow(K)
    hidden, cells = figure_attack.hidden_share(tables)
    assert hidden < 0.75 * cells, "an office wants to tell something"


def test_the_reader_finds_what_can_be_found():
    """Quarters and a year that were published so (the second round of attacks)."""
    quarters = [
        Table(0, 3, {"t0": 9, "t1": None, "t2": None}, 19),
        Table(3, 6, {"t0": 10, "t1": 5, "t2": 5}, 20),
        Table(6, 9, {"t0": 15, "t1": 6, "t2": 5}, 26),
        Table(9, 12, {"t0": 10, "t1": 6, "t2": 6}, 22),
        Table(0, 12, {"t0": 44, "t1": 25, "t2": None}, 87),
    ]
    proven = attacked({"type": quarters}).proven(K)
    assert proven[("type", "t2"), 0, 3] == 2
    assert not is_safe(quarters[-1], K, quarters[:-1])


def test_sums_over_two_periods_are_taken_together():
    """No single sum tells a number: two rows less two columns do."""
    known = [
        Table(0, 3, {"a": None, "b": None, "c": None}, 30),
        Table(3, 6, {"a": None, "b": None, "c": 0}, 30),
        Table(6, 12, {"a": 0, "b": 0, "c": 0}, 0),
    ]
    # 30 + 30 - 28 - 30 = 2 of c in the first quarter
    year = Table(0, 12, {"a": 28, "b": 30, "c": None}, 60)
    assert not is_safe(year, K, known)
    attack = attacked({"type": [*known, year]})
    assert attack.proven(K)[("type", "c"), 0, 12] == 2


def test_as_many_hidden_as_there_are_cases():
    """What is hidden is not 0: five hidden kinds of five cases are one each."""
    shown = protect(counted(0, 3, {**dict.fromkeys("abcde", 1), "f": 0}), K)
    assert shown == Table(0, 3, dict.fromkeys("abcdef"), 5)


def test_which_are_hidden_tells_nothing():
    """Who knows the program tries all counts that would have been published so."""
    for cells in product(range(7), range(5, 9), range(5, 9)):
        shown = protect(counted(0, 3, dict(zip("abc", cells, strict=True))), K)
        hidden = [sort for sort, n in shown.cells.items() if n is None]
        if shown.total is None or not hidden or not small(cells[0]):
            continue
        possible = {
            tried[0]
            for tried in product(range(25), repeat=3)
            if sum(tried) == shown.total
            and protect(counted(0, 3, dict(zip("abc", tried, strict=True))), K) == shown
        }
        assert len(possible) > 1, (cells, shown)


def test_large_counts_stay():
    """Hiding everything would be safe as well."""
    months = [[10, 20, 30, 40]] * 12
    for table in publish(months, PERIODS):
        assert None not in table.cells.values()
        assert table.total


def test_a_small_office_tells_its_total():
    shown = protect(counted(0, 12, {"noise": 2, "fees": 3, "lift": 1}), K)
    assert shown.total == 6
    assert not shown.tells_cells()


def test_corrected_again():
    """The same period once more: the difference tells who came in late."""
    first = counted(0, 3, {"noise": 10, "fees": 20})
    again = protect(counted(0, 3, {"noise": 12, "fees": 20}), K, [first])
    assert Table(0, 3, {"noise": None, "fees": None}, None) == again


def test_corrected_downwards():
    first = counted(0, 3, {"noise": 12, "fees": 20})
    again = protect(counted(0, 3, {"noise": 10, "fees": 20}), K, [first])
    assert Table(0, 3, {"noise": None, "fees": None}, None) == again


def test_cases_that_went_on():
    """Of a quarter 20 were open when it came out: in the year's table they are not."""
    quarter = counted(0, 3, {"settled": 10, "open": 20})
    year = counted(0, 12, {"settled": 70, "refused": 10, "open": 10})
    assert protect(year, K, [quarter]) == year
    # 12 - 10 = 2 more were refused, wherever those that were open went
    quarter = counted(0, 3, {"settled": 10, "refused": 10, "open": 20})
    year = counted(0, 12, {"settled": 70, "refused": 12, "open": 10})
    assert protect(year, K, [quarter]).cells["refused"] is None


def test_a_sort_that_is_missing_is_none():
    """What a table leaves out tells that there was none."""
    month = Table(0, 1, {"noise": 20, "lift": None, "other": None}, 30)
    quarter = counted(0, 3, {"noise": 20, "fees": 6, "lift": 4, "other": 8})
    shown = protect(quarter, K, [month])
    # 38 - 30 - 6 = 2 lifts and others
    assert shown.total is None or shown.cells["fees"] is None


@given(COUNTS, ORDERS)
@settings(max_examples=150, deadline=None)
def test_what_is_told_together_is_not_small(months, order):
    """The open figures tell hidden counts of a table as one: that is no small one."""
    for table in publish(months, order):
        for names, count in open_figures.merge(list(table.cells.items()), table.total):
            assert count >= K, (names, table)
