"""The engine of the sweeps: what it tries, and what it says of it."""

import doctest
import sys
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "sweeps"))

import sweep_engine  # noqa: E402
from sweep_engine import ALLOWED, REFUSED, SKIPPED, UNEXPECTED, Tally  # noqa: E402

AXES = {
    "model": tuple(f"m{n}" for n in range(7)),
    "role": tuple(f"r{n}" for n in range(5)),
    "state": tuple(f"s{n}" for n in range(4)),
    "way": ("write", "create", "load"),
}


def pairs(cells):
    """Return all pairs of ``(axis, value)`` that occur in the cells."""
    return {pair for cell in cells for pair in combinations(cell.items(), 2)}


def even_only(cell):
    """Say that only models and states of the same parity go together."""
    if not {"model", "state"} <= cell.keys():
        return True
    return int(cell["model"][1:]) % 2 == int(cell["state"][1:]) % 2


def test_examples_of_the_engine():
    result = doctest.testmod(sweep_engine)
    assert result.attempted
    assert not result.failed


@pytest.mark.parametrize("possible", [lambda _cell: True, even_only])
@pytest.mark.parametrize("seed", range(5))
def test_every_pair_occurs(seed, possible):
    everything = list(sweep_engine.product(AXES, possible))
    chosen = sweep_engine.pairwise(AXES, seed, possible)
    assert pairs(chosen) == pairs(everything)
    assert all(possible(cell) for cell in chosen)
    assert len(chosen) < len(everything) / 4


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=2, max_size=5), st.integers(0, 999))
def test_every_pair_occurs_whatever_the_axes(sizes, seed):
    axes = {f"a{n}": tuple(range(size)) for n, size in enumerate(sizes)}
    chosen = sweep_engine.pairwise(axes, seed)
    assert pairs(chosen) == pairs(sweep_engine.product(axes))


def test_same_seed_same_cells():
    first = sweep_engine.pairwise(AXES, 7)
    assert first == sweep_engine.pairwise(AXES, 7)
    assert first != sweep_engine.pairwise(AXES, 8)


def test_an_axis_alone():
    assert sweep_engine.pairwise({"who": ("a", "b")}, 1) == [{"who": "a"}, {"who": "b"}]


def test_cells_keep_the_order_of_the_axes():
    assert list(sweep_engine.pairwise(AXES, 1)[0]) == list(AXES)


def test_narrowed_to_one_cell():
    cell = sweep_engine.pairwise(AXES, 3)[4]
    words = sweep_engine.described(cell).split()
    assert list(sweep_engine.product(sweep_engine.narrowed(AXES, words))) == [cell]


@pytest.mark.parametrize("word", ["role=nobody", "colour=red", "nonsense"])
def test_nothing_to_narrow_to(word):
    with pytest.raises(ValueError, match="There is no"):
        sweep_engine.narrowed(AXES, [word])


KNOWN = [({"who": "late"}, "waits"), ({"who": "cured"}, "waits")]


def test_tally():
    tally = Tally("buttons", 9, KNOWN, full=True)
    tally.add({"who": "a", "what": "x"}, ALLOWED)
    tally.add({"who": "b", "what": "x"}, REFUSED)
    tally.add({"who": "c", "what": "x"}, SKIPPED)
    tally.add({"who": "late", "what": "x"}, UNEXPECTED, "still")
    tally.add({"who": "late", "what": "y"}, REFUSED)
    assert tally.problems() == []
    tally.add({"who": "d", "what": "x"}, UNEXPECTED, "a notice is void")
    tally.add({"who": "cured", "what": "x"}, REFUSED)
    assert tally.problems() == [
        "./run sweep buttons who=d what=x: a notice is void",
        "cured, take it off the known ones: who=cured",
    ]
    tally.add({"who": "e", "what": "x"}, UNEXPECTED, "a notice is void")
    assert "who=d what=x: a notice is void (and 1 like it)" in tally.problems()[0]
    assert tally.figures() == {
        "cells": 9,
        "tried": 7,
        "allowed": 1,
        "refused": 3,
        "skipped": 1,
        "unexpected": 3,
        "known": 1,
    }


def test_a_known_cell_that_was_skipped_is_not_cured():
    tally = Tally("buttons", 9, KNOWN, full=True)
    tally.add({"who": "late"}, SKIPPED)
    assert tally.problems() == []


def test_only_a_full_run_knows_what_is_cured():
    tally = Tally("buttons", 9, KNOWN)
    tally.add({"who": "cured"}, REFUSED)
    assert tally.problems() == []
