"""Nobody works out a small count from what was published (THREATS 25).

The reader of these tests knows every publication, and takes them apart on their own.
"""

from itertools import chain, combinations

from hypothesis import given
from hypothesis import strategies as st

from community_complaint.tools.publication_figures import (
    Table,
    counted,
    is_safe,
    protect,
)

K = 5
SORTS = ("noise", "fees", "lift", "other")
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


def small(count):
    return 0 < abs(count) < K


def subsets(items):
    return chain.from_iterable(
        combinations(items, size) for size in range(1, len(items) + 1)
    )


def apart(tables):
    """Tell whether periods have nothing in common."""
    return all(
        one.end <= other.start or other.end <= one.start
        for one, other in combinations(tables, 2)
    )


@given(COUNTS, ORDERS)
def test_no_small_cell_is_shown(months, order):
    for table in publish(months, order):
        assert not any(small(n) for n in table.cells.values() if n is not None)
        assert table.total is None or not small(table.total)


@given(COUNTS, ORDERS)
def test_what_is_shown_is_true(months, order):
    for table in publish(months, order):
        truth = real(months, (table.start, table.end))
        assert all(n in (None, truth.cells[sort]) for sort, n in table.cells.items())
        assert table.total in (None, truth.total)


@given(COUNTS, ORDERS)
def test_nothing_is_worked_out_within_a_table(months, order):
    for table in publish(months, order):
        hidden = [sort for sort, n in table.cells.items() if n is None]
        if table.total is None or not hidden:
            continue
        rest = table.total - sum(n for n in table.cells.values() if n is not None)
        assert not small(rest)
        if len(hidden) == 1:
            truth = real(months, (table.start, table.end))
            assert not small(truth.cells[hidden[0]])


@given(COUNTS, ORDERS)
def test_nothing_is_worked_out_from_several_periods(months, order):
    """The reader takes any published periods within one from it, sort by sort."""
    tables = publish(months, order)
    for outer in tables:
        inside = [item for item in tables if item is not outer and item.within(outer)]
        for parts in filter(apart, subsets(inside)):
            for sort in SORTS:
                counts = [item.cells[sort] for item in (outer, *parts)]
                if None not in counts:
                    assert not small(counts[0] - sum(counts[1:]))
            totals = [item.total for item in (outer, *parts)]
            if None not in totals:
                assert not small(totals[0] - sum(totals[1:]))


@given(COUNTS, ORDERS)
def test_the_rest_of_several_periods_is_not_small(months, order):
    """Two publications: what they both do not tell, of what the one has more."""
    tables = publish(months, order)
    for outer in tables:
        for inner in tables:
            if inner is outer or not inner.within(outer):
                continue
            if outer.total is None or inner.total is None:
                continue
            rest = outer.total - inner.total
            for sort in SORTS:
                if None not in (outer.cells[sort], inner.cells[sort]):
                    rest -= outer.cells[sort] - inner.cells[sort]
            assert not small(rest)


@given(COUNTS, ORDERS)
def test_published_tables_are_safe(months, order):
    known = []
    for table in publish(months, order):
        assert is_safe(table, K, known)
        known.append(table)


def test_large_counts_stay():
    """Hiding everything would be safe as well."""
    months = [[10, 20, 30, 40]] * 12
    for table in publish(months, PERIODS):
        assert None not in table.cells.values()
        assert table.total


def test_corrected_again():
    """The same period once more: the difference tells who came in late."""
    first = counted(0, 3, {"noise": 10, "fees": 20})
    again = protect(counted(0, 3, {"noise": 12, "fees": 20}), K, [first])
    assert again.cells["noise"] is None or again.total is None
    assert Table(0, 3, {"noise": None, "fees": None}, None) == again


def test_a_sort_that_is_missing_is_none():
    """What a table leaves out tells that there was none."""
    month = Table(0, 1, {"noise": 20, "lift": None, "other": None}, 25)
    quarter = counted(0, 3, {"noise": 20, "fees": 6, "lift": 3, "other": 4})
    shown = protect(quarter, K, [month])
    # 33 - 25 - 6 = 2 lifts and others
    assert shown.total is None or shown.cells["fees"] is None
