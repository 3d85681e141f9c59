"""Postings, written and read."""

from array import array
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.engines.ranking import HEADING_WEIGHT, WEIGHTS
from docarchive.engines.whoosh.packing import DamagedIndex, pack
from docarchive.engines.whoosh.postings import (
    LAYOUTS,
    REGIONS,
    Layout,
    Postings,
    Rows,
    gaps,
    packed,
    rotate,
    split,
    unrotate,
)

ascending = st.sets(st.integers(0, 200_000), min_size=1, max_size=6).map(sorted)
documents = st.dictionaries(
    st.integers(0, 3_000_000), st.tuples(st.integers(0, 400), ascending), min_size=1, max_size=6
)


def test_each_weight_is_a_whole_number_of_units() -> None:
    unit = LAYOUTS["text"].unit
    for weight in (*WEIGHTS.values(), HEADING_WEIGHT):
        assert (weight / unit).is_integer()


@given(st.integers(0, 2**31))
def test_turned_positions_come_back(position: int) -> None:
    assert unrotate(rotate(position)) == position


def test_positions_of_the_body_are_the_smallest() -> None:
    assert rotate(REGIONS["body"][0]) == 0


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@given(found=documents)
def test_postings_come_back(layout: Layout, found: dict[int, tuple[int, list[int]]]) -> None:
    ids = sorted(found)
    positions = array("I")
    for number in ids:
        first, *rest = found[number][1]
        positions.append(rotate(first) if layout.rotated else first)
        positions.extend(after - before for before, after in zip([first, *rest], rest, strict=False))
    rows = Rows(
        gaps(ids),
        array("I", [found[number][0] for number in ids] if layout.weights else ()),
        array("I", [len(found[number][1]) for number in ids] if layout.positions else ()),
        positions if layout.positions else array("I"),
    )
    data = packed(rows)
    assert split(data, len(ids), layout) == rows
    postings = Postings(data, len(ids), layout)
    assert postings.ids == ids
    if layout.weights:
        assert postings.weights() == [layout.unit * found[number][0] for number in ids]
    elif layout.positions:
        assert postings.weights() == [len(found[number][1]) for number in ids]
    else:
        assert postings.weights() == [1.0] * len(ids)
    if layout.positions:
        assert postings.positions() == {number: found[number][1] for number in ids}
        assert postings.positions({ids[-1]}) == {ids[-1]: found[ids[-1]][1]}


def test_postings_that_are_cut_short_are_damaged() -> None:
    layout = LAYOUTS["text"]
    with pytest.raises(DamagedIndex):
        Postings(pack(array("I", [1, 2, 1])), 2, layout)
    short = Postings(pack(array("I", [1, 2, 3, 7, 7])), 1, layout)
    with pytest.raises(DamagedIndex):
        short.positions()


@given(ascending)
def test_gaps_add_up(numbers: list[int]) -> None:
    assert list(accumulate(gaps(numbers))) == numbers
